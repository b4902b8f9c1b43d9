/**
 * Counts, in the memory of this process, how many messages each retailer's people sent in each second of the last
 * minute and in each minute of the last hour, and how long the sends took. Recording a send costs one look-up and a few
 * writes into ring buffers.
 */
import { limits } from '@aislechat/contract';

const seconds = limits.figuresSeconds;
const minutes = limits.figuresMinutes;
const minuteMs = 60_000;
/** How many send durations are kept per retailer. */
const maxTimes = 256;
/** About 6 KB each. */
const maxRetailers = 2000;
const shares = [0.5, 0.95, 0.99] as const;

/** The durations in ms that 50, 95 and 99 percent of the sends did not exceed. */
export type Latency = [p50: number, p95: number, p99: number];

class Rings {
  /** The second that each slot of the ring counts. */
  readonly secondOf = new Float64Array(seconds).fill(Number.NEGATIVE_INFINITY);
  readonly counts = new Int32Array(seconds);
  /** The minute that each slot counts. */
  readonly minuteOf = new Float64Array(minutes).fill(Number.NEGATIVE_INFINITY);
  readonly minuteCounts = new Int32Array(minutes);
  /** Of the minutes that are over. */
  readonly latencies = new Float32Array(minutes * shares.length);
  readonly at = new Float64Array(maxTimes).fill(Number.NEGATIVE_INFINITY);
  readonly ms = new Float32Array(maxTimes);
  next = 0;
  lastAt = Number.NEGATIVE_INFINITY;

  get lastMinute(): number {
    return Math.floor(this.lastAt / minuteMs);
  }

  /** The latest durations from `since` on, in ascending order. */
  timesSince(since: number): number[] {
    return [...this.ms].filter((_, n) => this.at[n]! >= since).sort((a, b) => a - b);
  }

  /** Keeps the percentiles of the last minute, before later durations replace its own. */
  closeMinute(): void {
    const latency = latencyOf(this.timesSince(this.lastMinute * minuteMs));
    if (latency) this.latencies.set(latency, slotOf(this.lastMinute, minutes) * shares.length);
  }

  latencyIn(minute: number): Latency | undefined {
    if (minute === this.lastMinute) return latencyOf(this.timesSince(minute * minuteMs));
    const from = slotOf(minute, minutes) * shares.length;
    return [...this.latencies.subarray(from, from + shares.length)] as Latency;
  }
}

export interface SendReading {
  /** Sends per second, oldest first; the last one is the current second. */
  perSecond: number[];
  /** Of the latest sends within the last minute. */
  latency: Latency | undefined;
  /** Oldest first; the last one is the current minute. Latencies are those of the latest sends of the minute. */
  perMinute: { sends: number; latency: Latency | undefined }[];
}

export class SendFigures {
  /** In the order of their last send, latest last. Only retailers that sent within the measured hour are kept. */
  readonly #ofRetailers = new Map<number, Rings>();

  /** @param at monotonic time in ms */
  add(retailerId: number, at: number, ms: number): void {
    const rings = this.#ofRetailers.get(retailerId) ?? new Rings();
    if (rings.lastAt > 0 && rings.lastMinute !== Math.floor(at / minuteMs)) rings.closeMinute();
    rings.lastAt = at;
    this.#ofRetailers.delete(retailerId);
    this.#ofRetailers.set(retailerId, rings);
    this.#forgetBefore(at - minutes * minuteMs);
    count(rings.secondOf, rings.counts, Math.floor(at / 1000));
    count(rings.minuteOf, rings.minuteCounts, rings.lastMinute);
    rings.at[rings.next] = at;
    rings.ms[rings.next] = ms;
    rings.next = (rings.next + 1) % maxTimes;
  }

  #forgetBefore(time: number): void {
    for (const [retailerId, { lastAt }] of this.#ofRetailers) {
      if (lastAt >= time && this.#ofRetailers.size <= maxRetailers) return;
      this.#ofRetailers.delete(retailerId);
    }
  }

  read(retailerId: number, at: number): SendReading {
    const rings = this.#ofRetailers.get(retailerId) ?? new Rings();
    const perMinute = latest(minutes, Math.floor(at / minuteMs)).map((minute) => {
      const sends = countIn(rings.minuteOf, rings.minuteCounts, minute);
      return { sends, latency: sends > 0 ? rings.latencyIn(minute) : undefined };
    });
    return {
      perSecond: latest(seconds, Math.floor(at / 1000)).map((second) =>
        countIn(rings.secondOf, rings.counts, second),
      ),
      latency: latencyOf(rings.timesSince(at - seconds * 1000)),
      perMinute,
    };
  }
}

/** The last `count` numbers up to `last`, in ascending order. */
const latest = (count: number, last: number): number[] =>
  Array.from({ length: count }, (_, n) => last - count + 1 + n);

const slotOf = (period: number, slots: number): number => ((period % slots) + slots) % slots;

function count(periodOf: Float64Array, counts: Int32Array, period: number): void {
  const slot = slotOf(period, counts.length);
  if (periodOf[slot] !== period) {
    periodOf[slot] = period;
    counts[slot] = 0;
  }
  counts[slot]! += 1;
}

function countIn(periodOf: Float64Array, counts: Int32Array, period: number): number {
  const slot = slotOf(period, counts.length);
  return periodOf[slot] === period ? counts[slot]! : 0;
}

/** @param times in ascending order */
const latencyOf = (times: number[]): Latency | undefined =>
  times.length === 0
    ? undefined
    : (shares.map(
        (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))]!,
      ) as Latency);
