/** Random numbers that repeat for the same seed, so that a run can be replayed. Mulberry32. */
export interface Random {
  /** From 0 up to, but not including, `limit`. */
  below(limit: number): number;
  /** From 0 up to, but not including, 1. */
  share(): number;
  pick<T>(list: readonly T[]): T;
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const share = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(share() * limit);
  return { below, share, pick: (list) => list[below(list.length)]! };
}
