/**
 * Ends a test file that stays open after its tests, because a connection or a timer was left behind: it fails with a
 * sentence instead of running for ever. The runner loads this file first in every test process. Node's own
 * `--test-force-exit` does not fit, because it also drops the tests that a file defines after an `await`.
 */
import { afterEach, beforeEach } from 'node:test';
import { isMainThread } from 'node:worker_threads';

/** Longer than a file takes between two tests, to start servers or to stop them. */
const idleMs = Number(process.env.TEST_IDLE_MS ?? 60_000);

if (isMainThread && process.env.NODE_TEST_CONTEXT !== undefined) {
  let timer: NodeJS.Timeout | undefined;
  // Taken now, because tests replace them with fakes.
  const { setTimeout, clearTimeout } = globalThis;
  beforeEach(() => clearTimeout(timer));
  afterEach(() => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      process.stderr.write(`${process.argv[1]} has ended its tests, but something keeps it open.\n`);
      process.exit(1);
    }, idleMs).unref();
  });
}
