/** Reads repeatedly until the result fulfills the condition. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

export async function eventually<T>(
  read: () => Promise<T>,
  isWanted: (value: T) => boolean,
  withinMs = 20_000,
): Promise<T> {
  for (const giveUp = performance.now() + withinMs; ; ) {
    const value = await read();
    if (isWanted(value)) return value;
    assert.ok(performance.now() < giveUp, JSON.stringify(value));
    await sleep(20);
  }
}
