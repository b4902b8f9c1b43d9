/**
 * The keys of epochs as a process uses them: each is read once, and forgotten once another process has destroyed it.
 * Transactions wait for keys, so requests for one key share a reading, and after a failure they fail at once for a while.
 */
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { StorageUnavailable } from '../store.ts';
import type { Epoch, EpochKeys } from './epochs.ts';
import type { KeyPlace } from './place.ts';
import { keyBytes } from './sealing.ts';

const restMs = 1000;

export function epochKeysIn(place: KeyPlace): EpochKeys {
  const known = new Map<number, KeyObject>();
  const beingRead = new Map<number, Promise<KeyObject | undefined>>();
  /** Until `list` finds another, or fails: a process that cannot see the place must not use an epoch that ends. */
  let latest: Epoch | undefined;
  let beingFound: Promise<Epoch | undefined> | undefined;
  let failure: { cause: unknown } | undefined;

  async function unlessResting<T>(ask: () => Promise<T>): Promise<T> {
    if (failure) throw failure.cause;
    try {
      return await ask();
    } catch (cause) {
      failure = { cause };
      setTimeout(() => {
        failure = undefined;
      }, restMs).unref();
      throw cause;
    }
  }

  async function read(number: number): Promise<KeyObject | undefined> {
    const bytes = await place.read(number);
    if (bytes?.length !== keyBytes) return undefined;
    const key = createSecretKey(bytes);
    bytes.fill(0);
    known.set(number, key);
    return key;
  }

  function find(number: number): Promise<KeyObject | undefined> {
    const cached = known.get(number);
    if (cached) return Promise.resolve(cached);
    const reading =
      beingRead.get(number) ?? unlessResting(() => read(number)).finally(() => beingRead.delete(number));
    beingRead.set(number, reading);
    return reading;
  }

  async function list(): Promise<number[]> {
    const before = latest;
    latest = undefined;
    const numbers = await place.list();
    for (const number of known.keys()) if (!numbers.includes(number)) known.delete(number);
    numbers.sort((a, b) => a - b);
    if (before?.number === numbers.at(-1)) latest = before;
    return numbers;
  }

  async function findNewest(): Promise<Epoch | undefined> {
    const number = (await list()).at(-1);
    const key = number === undefined ? undefined : await find(number);
    latest = number === undefined || !key ? undefined : { number, key };
    return latest;
  }

  async function newest(): Promise<Epoch> {
    if (latest) return latest;
    beingFound ??= unlessResting(findNewest).finally(() => {
      beingFound = undefined;
    });
    const found = await beingFound;
    if (!found) throw new Error('There is no key');
    return found;
  }

  async function create(number: number): Promise<void> {
    const bytes = randomBytes(keyBytes);
    await place.create(number, bytes);
    bytes.fill(0);
    latest = undefined;
  }

  async function destroy(number: number): Promise<void> {
    known.delete(number);
    if (latest?.number === number) latest = undefined;
    await place.destroy(number);
  }

  return {
    newest: () => translating(newest),
    find: (number) => translating(() => find(number)),
    create: (number) => translating(() => create(number)),
    destroy: (number) => translating(() => destroy(number)),
    list: () => translating(list),
    id: (options) => translating(() => place.id(options)),
  };
}

async function translating<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new StorageUnavailable('The keys cannot be used', { cause });
  }
}
