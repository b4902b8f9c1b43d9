/**
 * An uncaught error fails its test file, whichever test it comes from, and even if that test has ended. Node's test
 * runner would follow every asynchronous operation to find the test, which takes a fifth of the CPU time, and would
 * let the file pass if the test has ended. The runner loads this file first in every test process.
 */
import asyncHooks from 'node:async_hooks';
import { isMainThread } from 'node:worker_threads';

if (isMainThread && process.env.NODE_TEST_CONTEXT !== undefined) {
  const { createHook } = asyncHooks;
  // The first hook of the process is the one with which the test runner follows operations.
  asyncHooks.createHook = () => {
    asyncHooks.createHook = createHook;
    return createHook({});
  };
  const report = (error: unknown): void => {
    process.stderr.write(`Uncaught: ${error instanceof Error ? error.stack : String(error)}\n`);
  };
  process.on('uncaughtExceptionMonitor', report);
  process.on('unhandledRejection', report);
}
