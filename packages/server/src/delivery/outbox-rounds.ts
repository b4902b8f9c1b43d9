/**
 * What the workers of both outboxes share: the claims of this process, rounds that look for what is due, and waiting for
 * what is under way.
 */
import { randomUUID } from 'node:crypto';
import { type Claims, Presence } from '../domain/presence.ts';
import type { Store } from '../storage/store.ts';
import type { Log } from '../wiring/log.ts';

const roundMs = 1000;

export class OutboxRounds {
  readonly #store: Store;
  readonly #claims: Claims;
  readonly #log: Log;
  readonly #look: () => Promise<void>;
  readonly #underWay = new Set<Promise<unknown>>();
  #presence: Presence;
  #running: Promise<void> | undefined;
  #isWanted = false;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  /** @param look looks for what is due; called once a second, and never twice at a time */
  constructor(store: Store, claims: Claims, log: Log, look: () => Promise<void>) {
    this.#store = store;
    this.#claims = claims;
    this.#log = log;
    this.#look = look;
    this.#presence = new Presence(store, claims, randomUUID());
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** @throws StorageUnavailable */
  async start(): Promise<void> {
    await this.#presence.step();
    this.#timer = setInterval(() => this.runSoon(), roundMs);
    this.#timer.unref();
    this.runSoon();
  }

  /** Finishes what is under way. Claims that remain are released by another process or at the next start. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#running;
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
    await this.#presence.leave().catch((error) => this.#log.fault(error));
  }

  /** Looks now, or once more after the round that runs. */
  runSoon(): void {
    this.#isWanted = true;
    if (this.#isStopped) return;
    this.#running ??= this.#runAll().finally(() => {
      this.#running = undefined;
    });
  }

  /** Runs work that a stop waits for. A failure is logged. */
  track(work: Promise<unknown>): void {
    const tracked = work.catch((error) => this.#log.fault(error));
    this.#underWay.add(tracked);
    tracked.then(() => this.#underWay.delete(tracked));
  }

  /** @param write claims rows for the claimant that it gets @throws what `write` throws */
  async claim<T>(write: (claimant: string) => Promise<T>): Promise<T> {
    try {
      return await write(this.#presence.claimant);
    } catch (error) {
      // The commit may have succeeded. With a new claimant ID, the old one counts as dead and any claims are released.
      this.#presence = new Presence(this.#store, this.#claims, randomUUID());
      throw error;
    }
  }

  async #runAll(): Promise<void> {
    while (this.#isWanted && !this.#isStopped) {
      this.#isWanted = false;
      // If a dead process's claims cannot be released, what nobody claimed is still sent.
      await this.#presence.step().catch((error) => this.#log.fault(error));
      await this.#look().catch((error) => this.#log.fault(error));
    }
  }
}
