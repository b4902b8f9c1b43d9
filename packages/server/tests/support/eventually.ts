import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { patienceMs } from './patience.ts';

const betweenMs = 20;

/**
 * How often `eventually` reads within about a second on a quiet machine. A busy one also reads later, so what is
 * promised within a second is counted in reads.
 */
export const readsWithinASecond = 1000 / betweenMs;

/**
 * Reads repeatedly until the result fulfills the condition.
 * @param reads how often at most
 */
export async function eventually<T>(
  read: () => Promise<T>,
  isWanted: (value: T) => boolean,
  reads = Infinity,
): Promise<T> {
  const giveUp = performance.now() + patienceMs;
  for (let n = 1; ; n++) {
    const value = await read();
    if (isWanted(value)) return value;
    assert.ok(n < reads && performance.now() < giveUp, `${n} reads: ${JSON.stringify(value)}`);
    await sleep(betweenMs);
  }
}
