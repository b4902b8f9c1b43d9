/**
 * Work that concerns all retailers. What one retailer's meets is reported and holds up no other; only when storage is
 * away for all does the work end. Requests get their turn in between.
 */
import { type RetailerRow, StorageUnavailable, type Store } from '../storage/store.ts';

/** So many are looked at between two turns of the event loop. */
const retailersPerTurn = 16;

/** @param only these; left out = all */
export async function retailersOf(store: Store, only?: ReadonlySet<number>): Promise<RetailerRow[]> {
  if (!only) return store.read.retailers.list();
  const found = await Promise.all([...only].map((id) => store.read.retailers.find(id)));
  return found.filter((retailer) => retailer !== undefined);
}

/** Lets others have their turn. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** @param failed told of each error @throws StorageUnavailable when storage answers nobody */
export async function forEachRetailer(
  store: Store,
  retailers: readonly RetailerRow[],
  work: (retailer: RetailerRow) => Promise<void>,
  failed: (error: unknown) => void,
): Promise<void> {
  for (let from = 0; from < retailers.length; from += retailersPerTurn) {
    await Promise.all(
      retailers.slice(from, from + retailersPerTurn).map((retailer) =>
        work(retailer).catch(async (error) => {
          await assertAnswers(store, error);
          failed(error);
        }),
      ),
    );
    await turn();
  }
}

/** Throws the error when it is not about one row or another: storage answers nobody. @throws StorageUnavailable */
export async function assertAnswers(store: Store, error: unknown): Promise<void> {
  if (!(error instanceof StorageUnavailable)) return;
  await store.ping().catch(() => {
    throw error;
  });
}
