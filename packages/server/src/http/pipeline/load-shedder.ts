/**
 * How many requests are worked on at once. Under more load than that they wait, and the waiting is arranged so that
 * the server stays useful:
 *
 * - Retailers have their turns, so that the queue of one is not in the way of another.
 * - A few requests of each wait ready to be worked on. The others wait before they are parsed, which is most of what a
 *   refusal costs, and the newest of them goes first: its client is the likeliest to be still there.
 * - Who waits too long is refused, after a second: a client that was refused at once would ask again at once.
 */
import type { IncomingMessage } from 'node:http';
import { Refusal } from '../../domain/errors.ts';

interface Widths {
  /** Requests worked on at once. */
  all: number;
  /** The same of one owner: a retailer, or an address of which no retailer is known. */
  owner: number;
  /** Requests of an owner that wait ready. */
  ready: number;
}

interface Waiting {
  readonly sinceMs: number;
  start(): void;
  refuse(): void;
}

interface Owner {
  working: number;
  /** Parsed, the oldest first. */
  readonly ready: Waiting[];
  /** Not parsed, the oldest first. */
  readonly outside: Waiting[];
}

/** Many more than keep a database busy, and few enough that each of them is answered soon. */
const defaultWidths: Widths = { all: 256, owner: 64, ready: 64 };
/** Who waits outside is let in within this time, and refused after that one. */
const letInWithinMs = 400;
const waitsAtMostMs = 1000;
const checkMs = 50;

/** Ends a request's part in the count before its answer: what it now waits for is no work. */
export type GiveWay = () => void;

export class LoadShedder {
  readonly #widths: Widths;
  /** Who has anything here. Whose turn is next comes first. */
  readonly #owners = new Map<string, Owner>();
  readonly #refused = new WeakSet<IncomingMessage>();
  #working = 0;
  #waiting = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(widths = defaultWidths) {
    this.#widths = widths;
  }

  /** Whether it matters whose a request is, before it is parsed. */
  get isCrowded(): boolean {
    return this.#waiting > 0;
  }

  /** Has a request looked at, now or later. Of one that waited too long, `assertInTime` says so. */
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
   * Does the work of a request, now or later.
   * @param work is given a way to say that what it now waits for is no work of this server
   * @throws Refusal unavailable when it has waited too long
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
      // Behind all others.
      this.#owners.delete(name);
      this.#owners.set(name, owner);
      this.#waiting -= 1;
      this.#count(owner, 1);
      owner.ready.shift()!.start();
      return;
    }
  }

  /** So many of the newest that wait outside, except those that have waited for too long to be answered in time. */
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

  /** Refuses whoever has waited too long. */
  #lookAfter(): void {
    const before = performance.now() - waitsAtMostMs;
    for (const [name, owner] of this.#owners) {
      for (const queue of [owner.ready, owner.outside]) {
        const kept = queue.findIndex(({ sinceMs }) => sinceMs > before);
        const old = kept === -1 ? queue.splice(0) : queue.splice(0, kept);
        this.#waiting -= old.length;
        for (const { refuse } of old) refuse();
      }
      // Those let in before may have been refused, or not have arrived whole: nothing else would make room for these.
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
