/** Random draws that are the same for the same seed on every machine. */
import { type Random, seededRandom } from '../../packages/server/tests/support/random.ts';
import type { Duration } from './parameters.ts';

const two32 = 2 ** 32;
const minutesPerDay = 1440;

export class Draws {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** From 0 up to, but not including, 1. */
  uniform(): number {
    return this.#random.below(two32) / two32;
  }

  integer(below: number): number {
    return this.#random.below(below);
  }

  seconds({ medianMinutes, sigma, minMinutes, maxMinutes }: Duration): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
    const minutes = medianMinutes * Math.exp(sigma * normal);
    return Math.round(Math.min(maxMinutes, Math.max(minMinutes, minutes)) * 60);
  }
}

/** Draws seconds of the day by hourly weights, interpolated so that there are no steps between hours. */
export function secondsOfDay(draws: Draws, byHour: readonly number[]): () => number {
  const upTo = new Float64Array(minutesPerDay + 1);
  for (let minute = 0; minute < minutesPerDay; minute += 1) {
    // A weight applies to the middle of its hour.
    const at = minute / 60 - 0.5 + byHour.length;
    const before = byHour[Math.floor(at) % byHour.length]!;
    const after = byHour[Math.ceil(at) % byHour.length]!;
    upTo[minute + 1] = upTo[minute]! + before + (after - before) * (at % 1);
  }
  return () => {
    const wanted = draws.uniform() * upTo[minutesPerDay]!;
    let [low, high] = [0, minutesPerDay];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (upTo[middle]! <= wanted) low = middle;
      else high = middle;
    }
    return low * 60 + draws.integer(60);
  };
}
