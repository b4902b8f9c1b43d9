/** Waits that can end early. */

/** Resolves after `ms`, or when `signal` aborts. Never throws. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    // A timer with a longer delay would fire at once.
    const timer = setTimeout(finish, Math.min(ms, 2 ** 31 - 1));
    signal.addEventListener('abort', finish);
    if (signal.aborted) finish();
  });
}

/** The waits between attempts. */
export interface Backoff {
  /** The wait before the first retry, in ms. */
  leastMs: number;
  /** The wait doubles up to this limit, in ms. */
  mostMs: number;
}

/**
 * Returns a wait in ms. Half of it is random, so that clients that lost a server at the same time do not return at the
 * same time.
 */
export function backoffMs({ leastMs, mostMs }: Backoff, failures: number): number {
  const full = Math.min(mostMs, leastMs * 2 ** Math.max(0, failures - 1));
  return full * (0.5 + Math.random() / 2);
}

/** Resolves with the promise's result. If `signal` aborts first, throws its reason. */
export async function unlessAborted<T>(promise: T | Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const give = () => reject(signal.reason);
    if (signal.aborted) give();
    signal.addEventListener('abort', give);
    Promise.resolve(promise)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', give));
  });
}
