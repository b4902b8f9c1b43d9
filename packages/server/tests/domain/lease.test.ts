import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Lease, leaseStepMs } from '../../src/domain/lease.ts';
import { openSqlite } from '../../src/storage/sqlite/engine.ts';
import { createStore } from '../../src/storage/store.ts';
import { temporaryFolder } from '../support/server.ts';

/** Two processes, each with a monotonic clock of its own that this test controls. */
function house(t: TestContext) {
  const store = createStore(openSqlite({ folder: temporaryFolder(t), owner: true }));
  t.after(() => store.close());
  const process = (startsAt: number) => {
    const clock = { ms: startsAt };
    const taken: number[] = [];
    const lease = new Lease(
      store,
      'work',
      () => taken.push(clock.ms),
      () => clock.ms,
    );
    return { clock, lease, taken };
  };
  return { first: process(1_000_000), second: process(7) };
}

test('the first process to ask holds the lease and keeps it while it renews', async (t) => {
  const { first, second } = house(t);
  await first.lease.step();
  for (let n = 0; n < 20; n++) {
    await second.lease.step();
    assert.deepEqual([first.lease.isHeld, second.lease.isHeld], [true, false]);
    first.clock.ms += leaseStepMs;
    second.clock.ms += leaseStepMs;
    await first.lease.step();
  }
  assert.equal(first.taken.length, 1);
});

test('a dead holder is replaced within 30 s, and two processes never hold the lease at once', async (t) => {
  const { first, second } = house(t);
  await first.lease.step();
  await second.lease.step();
  let waited = 0;
  while (!second.lease.isHeld) {
    assert.ok(waited < 30_000, `${waited} ms`);
    waited += 1000;
    first.clock.ms += 1000;
    second.clock.ms += 1000;
    if (waited % leaseStepMs === 0) await second.lease.step();
  }
  assert.equal(first.lease.isHeld, false);
  assert.deepEqual(second.taken, [second.clock.ms]);
  t.diagnostic(`taken over after ${waited} ms`);
});

test('a holder that wakes after a long pause finds that it has lost the lease', async (t) => {
  const { first, second } = house(t);
  await first.lease.step();
  for (let n = 0; n < 5; n++) {
    second.clock.ms += leaseStepMs;
    await second.lease.step();
  }
  first.clock.ms += 60_000;
  assert.equal(first.lease.isHeld, false);
  await first.lease.step();
  assert.deepEqual([first.lease.isHeld, second.lease.isHeld], [false, true]);
});

test('a released lease is free at once', async (t) => {
  const { first, second } = house(t);
  await first.lease.step();
  await second.lease.step();
  await first.lease.release();
  await second.lease.step();
  assert.deepEqual([first.lease.isHeld, second.lease.isHeld], [false, true]);
});
