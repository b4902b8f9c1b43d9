/**
 * Limits how many requests are processed at once. Further requests wait, in a way that keeps the server useful under
 * load:
 *
 * - Retailers take turns, so that the queue of one does not delay another.
 * - A few requests of each retailer wait parsed and ready. The others wait unparsed, because parsing is most of what
 *   a refusal costs, and the newest of them goes first: its client is the most likely to be still there.
 * - A request that waits longer than a second is refused. An immediate refusal would make clients retry at once.
 */
import type { IncomingMessage } from 'node:http';
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
}

/** Far more than keeps a database busy, and few enough that each request is answered soon. */
const defaultWidths: Widths = { all: 256, owner: 64, ready: 64 };
/** After `letInWithinMs` a waiting request is no longer parsed, and after `waitsAtMostMs` it is refused. */
const letInWithinMs = 400;
const waitsAtMostMs = 1000;
const checkMs = 50;

/** Removes a request from the count before its response, because it now waits for something outside this server. */
export type GiveWay = () => void;

export class LoadShedder {
  readonly #widths: Widths;
  /** Owners with requests here. The first one has the next turn. */
  readonly #owners = new Map<string, Owner>();
  readonly #refused = new WeakSet<IncomingMessage>();
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

  /** Calls `look` for a request, now or later. If the request waited too long, `assertInTime` then throws. */
  arrive(owner: string, request: IncomingMessage, look: () => void): void {
    const known = this.#owners.get(owner);
    if (known === undefined || known.ready.length < this.#widths.ready) look();
    else {
      this.#wait(known.outside, look, () => {
        this.#refused.add(request);
        look();
      });
    }
  }

  /** @throws Refusal unavailable */
  assertInTime(request: IncomingMessage): void {
    if (this.#refused.has(request)) throw new Refusal('unavailable');
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
   * Starts parsing up to `most` of the newest waiting requests, except those that have waited too long to be answered
   * in time.
   */
  #letIn({ ready, outside }: Owner, most: number): void {
    const since = performance.now() - letInWithinMs;
    for (let n = 0; n < most && ready.length < this.#widths.ready; n++) {
      const newest = outside.at(-1);
      if (!newest || newest.sinceMs < since) return;
      outside.pop();
      this.#waiting -= 1;
      newest.start();
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
      for (const queue of [owner.ready, owner.outside]) {
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
      owner = { working: 0, ready: [], outside: [] };
      this.#owners.set(name, owner);
    }
    return owner;
  }

  #forget(name: string, { working, ready, outside }: Owner): void {
    if (working + ready.length + outside.length === 0) this.#owners.delete(name);
  }

  #hasRoom({ working }: Owner): boolean {
    return this.#working < this.#widths.all && working < this.#widths.owner;
  }

  #count(owner: Owner, change: number): void {
    this.#working += change;
    owner.working += change;
  }
}
