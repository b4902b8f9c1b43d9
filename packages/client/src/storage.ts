/** The storage of an outbox. Each message has its own entry, so that two tabs never overwrite each other. */
export interface OutboxStorage {
  /** Returns the keys of all entries. */
  keys(): string[];
  get(key: string): string | null;
  /** @throws if the value cannot be stored */
  set(key: string, value: string): void;
  remove(key: string): void;
}

/** The part of the Web Storage API that the client uses. */
export interface WebStorage {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/**
 * Uses a web storage. With `localStorage`, messages survive a reload, and the tabs of an origin share them.
 * @example
 * ```ts
 * const outbox = new Outbox(connection, { storage: webStorage(localStorage), name: 'your-user-id' });
 * ```
 */
export function webStorage(storage: WebStorage): OutboxStorage {
  return {
    keys: () =>
      Array.from({ length: storage.length }, (_, n) => storage.key(n)).filter((key) => key !== null),
    get: (key) => storage.getItem(key),
    set: (key, value) => storage.setItem(key, value),
    remove: (key) => storage.removeItem(key),
  };
}

/**
 * Stores messages in memory only, for servers and tests. They are lost when the page or process ends.
 * @example
 * ```ts
 * const outbox = new Outbox(connection, { storage: memoryStorage() });
 * ```
 */
export function memoryStorage(): OutboxStorage {
  const entries = new Map<string, string>();
  return {
    keys: () => [...entries.keys()],
    get: (key) => entries.get(key) ?? null,
    set: (key, value) => void entries.set(key, value),
    remove: (key) => void entries.delete(key),
  };
}
