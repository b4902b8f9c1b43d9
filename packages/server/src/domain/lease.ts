/**
 * Decides which of several processes does a piece of background work. The holder increments a counter in the
 * database; a process that sees it stand still for long enough takes over. Each process measures on its own
 * monotonic clock and clocks are never compared, so a wrong clock does no harm.
 *
 * The holder trusts its lease for less time than others wait, so two processes never hold it at once unless one is
 * suspended during its work. The work must therefore be safe to do twice.
 */
import { randomUUID } from 'node:crypto';
import type { LeaseRow, Store } from '../storage/store.ts';

/** How often `step` is called. If a holder dies at the worst moment, it is replaced after 25 s. */
export const leaseStepMs = 5_000;
const trustedForMs = 10_000;
const stillForMs = 15_000;

export class Lease {
  readonly #store: Store;
  readonly #name: string;
  readonly #onTaken: () => void;
  readonly #monotonic: () => number;
  readonly #holder = randomUUID();
  #renewedAtMs: number | undefined;
  #seen: { row: LeaseRow; atMs: number } | undefined;

  /** @param onTaken called when this process becomes the holder, because work may be waiting */
  constructor(store: Store, name: string, onTaken: () => void, monotonic = () => performance.now()) {
    this.#store = store;
    this.#name = name;
    this.#onTaken = onTaken;
    this.#monotonic = monotonic;
  }

  get isHeld(): boolean {
    return this.#renewedAtMs !== undefined && this.#monotonic() - this.#renewedAtMs < trustedForMs;
  }

  /** Renews, watches or takes over the lease. @throws StorageUnavailable */
  async step(): Promise<void> {
    const now = this.#monotonic();
    const row = await this.#store.read.leases.find(this.#name);
    if (row?.holder !== this.#holder && row !== undefined) {
      this.#renewedAtMs = undefined;
      if (this.#seen?.row.holder !== row.holder || this.#seen.row.beat !== row.beat) {
        this.#seen = { row, atMs: now };
      }
      if (now - this.#seen.atMs < stillForMs) return;
    }
    const wasHeld = this.isHeld;
    if (!(await this.#store.write((tx) => tx.leases.take(this.#name, this.#holder, row)))) return;
    this.#renewedAtMs = now;
    if (!wasHeld) this.#onTaken();
  }

  /** Releases the lease at once, on shutdown. */
  async release(): Promise<void> {
    this.#renewedAtMs = undefined;
    await this.#store.write((tx) => tx.leases.release(this.#name, this.#holder));
  }
}
