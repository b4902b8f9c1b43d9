/**
 * The storage of this device: `localStorage`, with memory as a fallback. The browser may forbid `localStorage`, or it
 * may be full. What a person writes is then kept until the page is closed, and the page warns about that.
 */
import { memoryStorage, type OutboxStorage, type WebStorage, webStorage } from '@aislechat/client';

/** An order's chat is over long before this, so older entries belong to an expired chat. */
const keptMs = 7 * 86_400_000;
/** An order without any event for this long counts as ended. */
const deviceKeptMs = 90 * 86_400_000;

export class DeviceStorage implements OutboxStorage {
  readonly #device: OutboxStorage | undefined;
  readonly #memory = memoryStorage();

  /** @param open returns the storage; it may throw, for example if cookies are blocked */
  constructor(open: () => WebStorage) {
    this.#device = attempt(() => webStorage(open()));
  }

  /** Whether closing the page would lose a message. */
  get isForgetful(): boolean {
    return this.#memory.keys().some((key) => key.includes(':outbox:'));
  }

  keys(): string[] {
    const kept = attempt(() => this.#device?.keys()) ?? [];
    return [...new Set([...kept, ...this.#memory.keys()])];
  }

  get(key: string): string | null {
    return this.#memory.get(key) ?? attempt(() => this.#device?.get(key)) ?? null;
  }

  set(key: string, value: string): void {
    const isKept = attempt(() => {
      this.#device!.set(key, value);
      return true;
    });
    if (isKept) this.#memory.remove(key);
    else this.#memory.set(key, value);
  }

  remove(key: string): void {
    this.#memory.remove(key);
    attempt(() => this.#device?.remove(key));
  }
}

export const deviceStorage = new DeviceStorage(() => localStorage);
/** Values that are kept as long as the tab lives. */
export const tabStorage = new DeviceStorage(() => sessionStorage);

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

/** A text that was begun, kept until it is sent. */
export class Draft {
  readonly #key: string;

  constructor(name: string, orderId: string) {
    this.#key = `${name}:draft:${orderId}`;
  }

  get text(): string {
    return draftOf(deviceStorage.get(this.#key))?.text ?? '';
  }

  /** The last event of the order that had been read when it was written. */
  get seq(): number {
    return draftOf(deviceStorage.get(this.#key))?.seq ?? 0;
  }

  keep(text: string, seq: number | undefined): void {
    if (text === '') deviceStorage.remove(this.#key);
    else deviceStorage.set(this.#key, JSON.stringify({ text, seq, at: Date.now() }));
  }
}

function draftOf(kept: string | null): { text: string; seq?: number; at: number } | undefined {
  const draft = attempt(() => JSON.parse(kept ?? 'null'));
  return typeof draft?.text === 'string' ? draft : undefined;
}

/** The secret of this device for the link of an order, if one is kept. */
export function keptDevice(key: string): string | undefined {
  const kept = attempt(() => JSON.parse(deviceStorage.get(key) ?? 'null'));
  return typeof kept?.secret === 'string' ? kept.secret : undefined;
}

/** Removes old entries of chats that were never opened again. */
export function sweep(now = Date.now()): void {
  const isOld = (at: unknown, ms = keptMs) => typeof at !== 'number' || now - at > ms;
  for (const key of deviceStorage.keys()) {
    if (!key.startsWith('aislechat:')) continue;
    const kept = deviceStorage.get(key);
    const isOutdated =
      (key.includes(':draft:') && isOld(draftOf(kept)?.at)) ||
      (key.includes(':outbox:') && isOld(attempt(() => JSON.parse(kept!))?.addedAt)) ||
      (key.endsWith(':device') && isOld(attempt(() => JSON.parse(kept!))?.at, deviceKeptMs)) ||
      (key.endsWith(':page') && isOld(attempt(() => JSON.parse(kept!))?.at)) ||
      // A photo's name begins with the time at which it was stored.
      (key.includes(':photo:') && isOld(Number(/:photo:(\d+)-/.exec(key)?.[1])));
    if (isOutdated) deviceStorage.remove(key);
  }
}
sweep();
