/**
 * Limits how many requests are processed at once. Further requests wait, in a way that keeps the server useful under
 * load:
 *
 * - Retailers take turns, so that the queue of one does not delay another.
 * - A few requests of each retailer wait parsed and ready. The others wait unparsed, because parsing is most of what
 *   a refusal costs.
 * - The oldest goes first while it has waited for a moment only. One that has waited longer is late: it gives way to
 *   those that can still be answered soon, because serving all in turn would make all of them late.
 * - A request that waits longer than a second is refused. An immediate refusal would make clients retry at once.
 */
import { Refusal } from '../../domain/errors.ts';

interface Widths {
  /** Requests in progress, in total. */
  all: number;
  /** Requests in progress per owner: a retailer, or an address if the retailer is unknown. */
  owner: number;
  /** Parsed requests that may wait, per owner. */
  ready: number;
}

interface Waiting {
  readonly sinceMs: number;
  start(): void;
  refuse(): void;
}

interface Owner {
  working: number;
  /** Parsed, oldest first. */
  readonly ready: Waiting[];
  /** Not parsed, oldest first. */
  readonly outside: Waiting[];
  /** Not parsed and late, oldest first. */
  readonly late: Waiting[];
}

/** Far more than keeps a database busy, and few enough that each request is answered soon. */
const defaultWidths: Widths = { all: 256, owner: 64, ready: 64 };
/**
 * A waiting request is late after `lateAfterMs`, is no longer parsed after `letInWithinMs`, and is refused after
 * `waitsAtMostMs`.
 */
const lateAfterMs = 200;
const letInWithinMs = 400;
const waitsAtMostMs = 1000;
const checkMs = 50;

/** Removes a request from the count before its response, because it now waits for something outside this server. */
export type GiveWay = () => void;

export class LoadShedder {
  readonly #widths: Widths;
  /** Owners with requests here. The first one has the next turn. */
  readonly #owners = new Map<string, Owner>();
  #working = 0;
  #waiting = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(widths = defaultWidths) {
    this.#widths = widths;
  }

  /** Whether the owner of a request must be known before it is parsed. */
  get isCrowded(): boolean {
    return this.#waiting > 0;
  }

  /** Calls `look` for a request, now or later, or `refuse` if it has waited too long. */
  arrive(owner: string, look: () => void, refuse: () => void): void {
    const known = this.#owners.get(owner);
    if (known === undefined || known.ready.length < this.#widths.ready) look();
    else this.#wait(known.outside, look, refuse);
  }

  /**
   * Runs the work of a request, now or later.
   * @param work gets a function to call before it waits for something outside this server
   * @throws Refusal unavailable if the request has waited too long
   */
  run<T>(name: string, work: (giveWay: GiveWay) => T | Promise<T>): T | Promise<T> {
    const owner = this.#owner(name);
    if (this.#hasRoom(owner)) {
      this.#count(owner, 1);
      return this.#start(name, owner, work);
    }
    return new Promise<void>((start, reject) => {
      this.#wait(owner.ready, start, () => reject(new Refusal('unavailable')));
    }).then(() => this.#start(name, owner, work));
  }

  #start<T>(name: string, owner: Owner, work: (giveWay: GiveWay) => T | Promise<T>): T | Promise<T> {
    let isOver = false;
    const giveWay = () => {
      if (isOver) return;
      isOver = true;
      this.#count(owner, -1);
      if (this.#waiting > 0) {
        this.#letIn(owner, 1);
        this.#startNext();
      }
      this.#forget(name, owner);
    };
    try {
      const result = work(giveWay);
      if (result instanceof Promise) result.then(giveWay, giveWay);
      else giveWay();
      return result;
    } catch (error) {
      giveWay();
      throw error;
    }
  }

  #startNext(): void {
    for (const [name, owner] of this.#owners) {
      if (owner.ready.length === 0 || !this.#hasRoom(owner)) continue;
      // Moves the owner behind all others.
      this.#owners.delete(name);
      this.#owners.set(name, owner);
      this.#waiting -= 1;
      this.#count(owner, 1);
      owner.ready.shift()!.start();
      return;
    }
  }

  /**
   * Starts parsing up to `most` waiting requests: first the oldest that is not late, then the newest that is, unless it
   * has waited too long to be answered in time.
   */
  #letIn({ ready, outside, late }: Owner, most: number): void {
    const now = performance.now();
    while (outside.length > 0 && outside[0]!.sinceMs < now - lateAfterMs) late.push(outside.shift()!);
    for (let n = 0; n < most && ready.length < this.#widths.ready; n++) {
      const isInTime = (late.at(-1)?.sinceMs ?? 0) >= now - letInWithinMs;
      const next = outside.shift() ?? (isInTime ? late.pop() : undefined);
      if (!next) return;
      this.#waiting -= 1;
      next.start();
    }
  }

  #wait(queue: Waiting[], start: () => void, refuse: () => void): void {
    this.#waiting += 1;
    queue.push({ sinceMs: performance.now(), start, refuse });
    this.#timer ??= setInterval(() => this.#lookAfter(), checkMs).unref();
  }

  /** Refuses requests that have waited too long. */
  #lookAfter(): void {
    const before = performance.now() - waitsAtMostMs;
    for (const [name, owner] of this.#owners) {
      for (const queue of [owner.ready, owner.outside, owner.late]) {
        const kept = queue.findIndex(({ sinceMs }) => sinceMs > before);
        const old = kept === -1 ? queue.splice(0) : queue.splice(0, kept);
        this.#waiting -= old.length;
        for (const { refuse } of old) refuse();
      }
      // The requests that were parsed before may have been refused, or may not have arrived completely. Nothing else
      // would make room for these.
      if (owner.ready.length === 0) this.#letIn(owner, this.#widths.ready);
      this.#forget(name, owner);
    }
    if (this.#waiting > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #owner(name: string): Owner {
    let owner = this.#owners.get(name);
    if (!owner) {
      owner = { working: 0, ready: [], outside: [], late: [] };
      this.#owners.set(name, owner);
    }
    return owner;
  }

  #forget(name: string, { working, ready, outside, late }: Owner): void {
    if (working + ready.length + outside.length + late.length === 0) this.#owners.delete(name);
  }

  #hasRoom({ working }: Owner): boolean {
    return this.#working < this.#widths.all && working < this.#widths.owner;
  }

  #count(owner: Owner, change: number): void {
    this.#working += change;
    owner.working += change;
  }
}
