/**
 * Counts, in the memory of this process, how many messages each retailer's people sent in the last minute and how long
 * the latest sends took. Recording a send costs one look-up and two writes into ring buffers.
 */
import { limits } from '@aislechat/contract';

const seconds = limits.figuresSeconds;
/** How many send durations are kept per retailer. */
const maxTimes = 256;

class Rings {
  /** The second that each slot of the ring counts. */
  readonly secondOf = new Float64Array(seconds).fill(Number.NEGATIVE_INFINITY);
  readonly counts = new Int32Array(seconds);
  readonly at = new Float64Array(maxTimes).fill(Number.NEGATIVE_INFINITY);
  readonly ms = new Float32Array(maxTimes);
  next = 0;
  lastAt = Number.NEGATIVE_INFINITY;
}

export interface SendReading {
  /** Sends per second, oldest first; the last one is the current second. */
  perSecond: number[];
  /** Durations of the latest sends, in ascending order. */
  times: number[];
}

export class SendFigures {
  /** In the order of their last send, latest last. Only retailers that sent within the measured minute are kept. */
  readonly #ofRetailers = new Map<number, Rings>();

  /** @param at monotonic time in ms */
  add(retailerId: number, at: number, ms: number): void {
    const rings = this.#ofRetailers.get(retailerId) ?? new Rings();
    rings.lastAt = at;
    this.#ofRetailers.delete(retailerId);
    this.#ofRetailers.set(retailerId, rings);
    this.#forgetBefore(at - seconds * 1000);
    const second = Math.floor(at / 1000);
    const slot = second % seconds;
    if (rings.secondOf[slot] !== second) {
      rings.secondOf[slot] = second;
      rings.counts[slot] = 0;
    }
    rings.counts[slot]! += 1;
    rings.at[rings.next] = at;
    rings.ms[rings.next] = ms;
    rings.next = (rings.next + 1) % maxTimes;
  }

  #forgetBefore(time: number): void {
    for (const [retailerId, { lastAt }] of this.#ofRetailers) {
      if (lastAt >= time) return;
      this.#ofRetailers.delete(retailerId);
    }
  }

  read(retailerId: number, at: number): SendReading {
    const rings = this.#ofRetailers.get(retailerId) ?? new Rings();
    const now = Math.floor(at / 1000);
    const perSecond = Array.from({ length: seconds }, (_, n) => {
      const second = now - seconds + 1 + n;
      const slot = ((second % seconds) + seconds) % seconds;
      return rings.secondOf[slot] === second ? rings.counts[slot]! : 0;
    });
    const times = [...rings.ms].filter((_, n) => at - rings.at[n]! < seconds * 1000);
    return { perSecond, times: times.sort((a, b) => a - b) };
  }
}

/** @param times in ascending order, at least one */
export const percentile = (times: number[], share: number): number =>
  times[Math.min(times.length - 1, Math.floor(times.length * share))]!;
