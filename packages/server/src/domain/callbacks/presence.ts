/**
 * Tracks which processes are alive, so that another process can send what a dead one had claimed. Each process
 * increments its own counter in the database; one whose counter has stood still for too long is considered dead.
 * Intervals are measured on each process's own monotonic clock, and clocks are never compared. Where a single
 * process owns the database, every other claimant is dead.
 *
 * A process that was only suspended finds its claims released; what it then settles changes nothing.
 */
import type { LeaseRow, Store } from '../../storage/store.ts';

const prefix = 'callbacks:';
const beatMs = 5_000;
const stillForMs = 15_000;
const releasedAtOnce = 1000;

export class Presence {
  readonly #store: Store;
  readonly claimant: string;
  readonly #monotonic: () => number;
  /** The last counter seen of each other claimant, and since when. */
  readonly #seen = new Map<string, { beat: number; atMs: number }>();
  #row: LeaseRow | undefined;
  #beatAtMs = Number.NEGATIVE_INFINITY;

  constructor(store: Store, claimant: string, monotonic = () => performance.now()) {
    this.#store = store;
    this.claimant = claimant;
    this.#monotonic = monotonic;
  }

  /** Increments this process's counter and releases the claims of dead ones. @throws StorageUnavailable */
  async step(): Promise<void> {
    const now = this.#monotonic();
    if (now - this.#beatAtMs < beatMs) return;
    if (this.#store.isShared) await this.#beat();
    this.#beatAtMs = now;
    let failure: unknown;
    for (const claimant of await this.#store.read.callbackDeliveries.claimants()) {
      if (claimant === this.claimant || !(await this.#isDead(claimant, now))) continue;
      // A claimant whose claims cannot be released does not hold up the others.
      await this.#release(claimant).catch((error) => {
        failure ??= error;
      });
    }
    if (failure !== undefined) throw failure;
  }

  /** Called on shutdown, so that nobody waits for this process's claims. */
  async leave(): Promise<void> {
    await this.#release(this.claimant);
  }

  async #beat(): Promise<void> {
    const name = prefix + this.claimant;
    await this.#store.write((tx) => tx.leases.take(name, this.claimant, this.#row));
    this.#row = await this.#store.read.leases.find(name);
  }

  async #isDead(claimant: string, now: number): Promise<boolean> {
    if (!this.#store.isShared) return true;
    const beat = (await this.#store.read.leases.find(prefix + claimant))?.beat ?? 0;
    const seen = this.#seen.get(claimant);
    if (seen?.beat !== beat) this.#seen.set(claimant, { beat, atMs: now });
    return seen?.beat === beat && now - seen.atMs >= stillForMs;
  }

  async #release(claimant: string): Promise<void> {
    const releaseSlice = () =>
      this.#store.write((tx) => tx.callbackDeliveries.release(claimant, releasedAtOnce));
    while ((await releaseSlice()) === releasedAtOnce);
    await this.#store.write((tx) => tx.leases.release(prefix + claimant, claimant));
    this.#seen.delete(claimant);
  }
}
