/** Waiting that ends early: when a signal says so, or when there is reason to try at once. */

/** Resolves after `ms`, or when `signal` aborts. Never throws. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    // Longer ones a timer would take for none.
    const timer = setTimeout(finish, Math.min(ms, 2 ** 31 - 1));
    signal.addEventListener('abort', finish);
    if (signal.aborted) finish();
  });
}

/** How long to wait before one tries again. */
export interface Backoff {
  /** Before the first repetition. */
  leastMs: number;
  /** It doubles up to this. */
  mostMs: number;
}

/** Half of it by chance, so that those who lost a server together do not come back together. */
export function backoffMs({ leastMs, mostMs }: Backoff, failures: number): number {
  const full = Math.min(mostMs, leastMs * 2 ** Math.max(0, failures - 1));
  return full * (0.5 + Math.random() / 2);
}

/** The promise's result, unless `signal` aborts before: then its reason is thrown. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const give = () => reject(signal.reason);
    if (signal.aborted) give();
    signal.addEventListener('abort', give);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', give));
  });
}
