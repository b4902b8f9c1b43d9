/** Detects that a page may have missed events. */

/** A stream or an outbox. */
export interface Wakeable {
  wake(): void;
}

interface Target {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/**
 * Calls `wake()` when the network is back, when the page becomes visible or returns from the back-forward cache, and
 * when another tab has changed the storage.
 * @returns a function that stops it
 * @example
 * ```ts
 * const stop = wakeOnReturn(outbox, stream);
 * ```
 */
export function wakeOnReturn(...wakeables: Wakeable[]): () => void {
  const window = globalThis as unknown as Target;
  const { document } = globalThis as unknown as {
    document?: Target & { visibilityState: string };
  };
  const wake = () => {
    for (const wakeable of wakeables) wakeable.wake();
  };
  const wakeIfSeen = () => {
    if (document?.visibilityState === 'visible') wake();
  };
  const types = ['online', 'pageshow', 'storage'];
  for (const type of types) window.addEventListener(type, wake);
  document?.addEventListener('visibilitychange', wakeIfSeen);
  return () => {
    for (const type of types) window.removeEventListener(type, wake);
    document?.removeEventListener('visibilitychange', wakeIfSeen);
  };
}
