/**
 * Runs work over all retailers. An error with one retailer is reported and does not hold up the others; the work
 * stops only when storage is down altogether. It yields to the event loop regularly so that requests are served.
 */
import { type RetailerRow, StorageUnavailable, type Store } from '../storage/store.ts';

/** Retailers processed before yielding to the event loop. */
const retailersPerTurn = 16;

/** @param only these retailers; omit for all */
export async function retailersOf(store: Store, only?: ReadonlySet<number>): Promise<RetailerRow[]> {
  if (!only) return store.read.retailers.list();
  const found = await Promise.all([...only].map((id) => store.read.retailers.find(id)));
  return found.filter((retailer) => retailer !== undefined);
}

/** Yields to the event loop. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** @param failed called with each error @throws StorageUnavailable when storage is down altogether */
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

/**
 * Rethrows the error if storage is down altogether, rather than failing for particular rows.
 * @throws StorageUnavailable
 */
export async function assertAnswers(store: Store, error: unknown): Promise<void> {
  if (!(error instanceof StorageUnavailable)) return;
  await store.ping().catch(() => {
    throw error;
  });
}
