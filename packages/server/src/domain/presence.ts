/**
 * Tracks which processes are alive, so that another process can send what a dead one had claimed. Each process
 * increments its own counter in the database; one whose counter has stood still for too long is considered dead.
 * Intervals are measured on each process's own monotonic clock, and clocks are never compared. Where a single
 * process owns the database, every other claimant is dead.
 *
 * A process that was only suspended finds its claims released; what it then settles changes nothing.
 */
import type { LeaseRow, Store, Writer } from '../storage/store.ts';

const beatMs = 5_000;
const stillForMs = 15_000;
const releasedAtOnce = 1000;

/** An outbox whose rows processes claim. */
export interface Claims {
  /** Of the names of the counters. */
  prefix: string;
  /** Processes with claimed rows. */
  claimants(): Promise<string[]>;
  /** Releases at most `limit` rows that a process had claimed; returns how many. */
  release(tx: Writer, claimant: string, limit: number): Promise<number>;
}

export const callbackClaims = ({ read }: Store): Claims => ({
  prefix: 'callbacks:',
  claimants: () => read.callbackDeliveries.claimants(),
  release: (tx, claimant, limit) => tx.callbackDeliveries.release(claimant, limit),
});

export const notificationClaims = ({ read }: Store): Claims => ({
  prefix: 'notifications:',
  claimants: () => read.notifications.claimants(),
  release: (tx, claimant, limit) => tx.notifications.release(claimant, limit),
});

export class Presence {
  readonly #store: Store;
  readonly #claims: Claims;
  readonly claimant: string;
  readonly #monotonic: () => number;
  /** The last counter seen of each other claimant, and since when. */
  readonly #seen = new Map<string, { beat: number; atMs: number }>();
  #row: LeaseRow | undefined;
  #beatAtMs = Number.NEGATIVE_INFINITY;

  constructor(store: Store, claims: Claims, claimant: string, monotonic = () => performance.now()) {
    this.#store = store;
    this.#claims = claims;
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
    const claimants = await this.#claims.claimants();
    for (const gone of new Set(this.#seen.keys()).difference(new Set(claimants))) this.#seen.delete(gone);
    for (const claimant of claimants) {
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
    const name = this.#claims.prefix + this.claimant;
    await this.#store.write((tx) => tx.leases.take(name, this.claimant, this.#row));
    this.#row = await this.#store.read.leases.find(name);
  }

  async #isDead(claimant: string, now: number): Promise<boolean> {
    if (!this.#store.isShared) return true;
    const beat = (await this.#store.read.leases.find(this.#claims.prefix + claimant))?.beat ?? 0;
    const seen = this.#seen.get(claimant);
    if (seen?.beat !== beat) this.#seen.set(claimant, { beat, atMs: now });
    return seen?.beat === beat && now - seen.atMs >= stillForMs;
  }

  async #release(claimant: string): Promise<void> {
    const releaseSlice = () => this.#store.write((tx) => this.#claims.release(tx, claimant, releasedAtOnce));
    while ((await releaseSlice()) === releasedAtOnce);
    await this.#store.write((tx) => tx.leases.release(this.#claims.prefix + claimant, claimant));
    this.#seen.delete(claimant);
  }
}
