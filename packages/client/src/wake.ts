/** What tells a page that it may have missed something. */

/** Streams and outboxes. */
export interface Wakeable {
  wake(): void;
}

interface Target {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/**
 * Wakes when the network is back, when the page is seen again or comes from the back-forward cache, and when another
 * tab has changed the storage.
 * @returns stops it
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
