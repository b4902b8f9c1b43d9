/** Where an outbox keeps its messages. Each has an entry of its own, so that two tabs never write over each other. */
export interface OutboxStorage {
  /** Names of the entries there are. */
  keys(): string[];
  get(key: string): string | null;
  /** @throws when it cannot be kept */
  set(key: string, value: string): void;
  remove(key: string): void;
}

/** The part of the web's `Storage` that is used. */
export interface WebStorage {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** `localStorage`: survives a reload, and is shared by the tabs of an origin. */
export function webStorage(storage: WebStorage): OutboxStorage {
  return {
    keys: () =>
      Array.from({ length: storage.length }, (_, n) => storage.key(n)).filter((key) => key !== null),
    get: (key) => storage.getItem(key),
    set: (key, value) => storage.setItem(key, value),
    remove: (key) => storage.removeItem(key),
  };
}

/** Survives nothing. */
export function memoryStorage(): OutboxStorage {
  const entries = new Map<string, string>();
  return {
    keys: () => [...entries.keys()],
    get: (key) => entries.get(key) ?? null,
    set: (key, value) => void entries.set(key, value),
    remove: (key) => void entries.delete(key),
  };
}
