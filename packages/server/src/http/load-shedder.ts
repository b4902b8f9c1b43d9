/**
 * How many requests are worked on at once. Under more load than that they wait, and the waiting is arranged so that
 * the server stays useful: retailers have their turns, so that the queue of one is not in the way of another; the
 * newest request of a retailer goes first, because its client is the likeliest to be still there; and a request that
 * has waited for a second is refused, which costs less than answering it too late.
 */
import { Refusal } from '../domain/errors.ts';

interface Widths {
  /** Requests worked on at once. */
  all: number;
  /** The same of one owner: a retailer, or an address of which no retailer is known. */
  owner: number;
}

interface Waiting {
  readonly sinceMs: number;
  start(): void;
  refuse(error: Refusal): void;
}

/** Many more than keep a database busy, and few enough that each of them is answered soon. */
const defaultWidths: Widths = { all: 256, owner: 64 };
const waitsAtMostMs = 1000;
const checkMs = 50;

/** Ends a request's part in the count before its answer: what it now waits for is no work. */
export type GiveWay = () => void;

export class LoadShedder {
  readonly #widths: Widths;
  readonly #working = new Map<string, number>();
  /** Of each owner, the oldest first. Whose turn is next comes first. */
  readonly #waiting = new Map<string, Waiting[]>();
  #workingCount = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(widths = defaultWidths) {
    this.#widths = widths;
  }

  /**
   * @param work is given a way to say that what it now waits for is no work of this server
   * @throws Refusal unavailable when it has waited too long
   */
  run<T>(owner: string, work: (giveWay: GiveWay) => T | Promise<T>): T | Promise<T> {
    if (this.#hasRoom(owner)) {
      this.#count(owner, 1);
      return this.#start(owner, work);
    }
    return this.#turnOf(owner).then(() => this.#start(owner, work));
  }

  #start<T>(owner: string, work: (giveWay: GiveWay) => T | Promise<T>): T | Promise<T> {
    let isOver = false;
    const giveWay = () => {
      if (isOver) return;
      isOver = true;
      this.#count(owner, -1);
      this.#startNext();
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

  /** Resolves once the request counts as being worked on. @throws Refusal */
  #turnOf(owner: string): Promise<void> {
    return new Promise((start, refuse) => {
      const waiting = { sinceMs: performance.now(), start, refuse };
      const queue = this.#waiting.get(owner);
      if (queue) queue.push(waiting);
      else this.#waiting.set(owner, [waiting]);
      this.#timer ??= setInterval(() => this.#refuseOld(), checkMs);
    });
  }

  #startNext(): void {
    for (const [owner, queue] of this.#waiting) {
      if (!this.#hasRoom(owner)) continue;
      const newest = queue.pop()!;
      // Behind all others.
      this.#waiting.delete(owner);
      if (queue.length > 0) this.#waiting.set(owner, queue);
      this.#count(owner, 1);
      newest.start();
      return;
    }
  }

  #refuseOld(): void {
    const before = performance.now() - waitsAtMostMs;
    for (const [owner, queue] of this.#waiting) {
      const kept = queue.findIndex(({ sinceMs }) => sinceMs > before);
      const old = kept === -1 ? queue.splice(0) : queue.splice(0, kept);
      if (queue.length === 0) this.#waiting.delete(owner);
      for (const { refuse } of old) refuse(new Refusal('unavailable'));
    }
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #hasRoom(owner: string): boolean {
    return this.#workingCount < this.#widths.all && (this.#working.get(owner) ?? 0) < this.#widths.owner;
  }

  #count(owner: string, change: number): void {
    this.#workingCount += change;
    const working = (this.#working.get(owner) ?? 0) + change;
    if (working === 0) this.#working.delete(owner);
    else this.#working.set(owner, working);
  }
}
