/**
 * Reads that came in one turn of the event loop are looked up and answered together at its end. They share
 * a snapshot, and sending, which wakes the client at the other end, does not come between the reading of
 * one request and the next. Measured, that makes half as many reads again per second.
 */
let ending: Promise<void> | undefined;

/** Resolves when the requests that came with this turn have all been looked at. */
export function endOfTurn(): Promise<void> {
  ending ??= new Promise((resolve) => {
    setImmediate(() => {
      ending = undefined;
      resolve();
    });
  });
  return ending;
}
