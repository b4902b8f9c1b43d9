/**
 * Which processes are alive, so that what a dead one had claimed is sent by another. Each raises a number of its own in
 * the database; one whose number has stood still for long enough is dead. Each watches by its own monotonic clock, and
 * none is compared with another's. Where a process owns the database, whoever else claimed something is dead.
 *
 * One that was only asleep finds its claims gone, and what it then settles changes nothing.
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
  /** What was last seen of each other claimant, and since when. */
  readonly #seen = new Map<string, { beat: number; atMs: number }>();
  #row: LeaseRow | undefined;
  #beatAtMs = Number.NEGATIVE_INFINITY;

  constructor(store: Store, claimant: string, monotonic = () => performance.now()) {
    this.#store = store;
    this.claimant = claimant;
    this.#monotonic = monotonic;
  }

  /** Shows that this process lives, and releases what the dead have claimed. @throws StorageUnavailable */
  async step(): Promise<void> {
    const now = this.#monotonic();
    if (now - this.#beatAtMs < beatMs) return;
    if (this.#store.isShared) await this.#beat();
    this.#beatAtMs = now;
    let failure: unknown;
    for (const claimant of await this.#store.read.callbackDeliveries.claimants()) {
      if (claimant === this.claimant || !(await this.#isDead(claimant, now))) continue;
      // What one has left that cannot be released holds up no other's.
      await this.#release(claimant).catch((error) => {
        failure ??= error;
      });
    }
    if (failure !== undefined) throw failure;
  }

  /** For a process that stops: nobody need wait for it. */
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
