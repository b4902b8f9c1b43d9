import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Outcome, writeThrough } from '../support/load.ts';
import { newPlace, testsPostgres } from '../support/place.ts';
import { startServerProcess } from '../support/process.ts';

/** The server is killed at random moments and restarted on the same data. */
async function killWhileWriting(t: TestContext, cycles: number, entry?: string): Promise<Outcome> {
  const { env } = await newPlace(t);
  const start = () => startServerProcess({ env, ...(entry !== undefined && { entry }) });
  let server = await start();
  t.after(() => server.kill());
  return writeThrough({
    client: () => server.client,
    cycles,
    async disturb() {
      await server.kill();
      server = await start();
    },
  });
}

// On PostgreSQL tests/durability/outage.test.ts kills the database too.
const isFull = process.env.TEST_SCALE === 'full';
const cycles = isFull ? 200 : testsPostgres ? 2 : 4;

test('after repeated kill -9 under 8 writers nothing acknowledged is lost, duplicated or out of order', async (t) => {
  const { acknowledged, missing, doubled, misplaced } = await killWhileWriting(t, cycles);
  t.diagnostic(`${cycles} kills, ${acknowledged} acknowledged, ${missing} missing, ${doubled} doubled`);
  assert.deepEqual({ missing, doubled, misplaced }, { missing: 0, doubled: 0, misplaced: 0 });
  assert.ok(acknowledged > cycles, `${acknowledged} acknowledged`);
});

// It tests the test, which is the same on either engine.
test('control: a server that answers before it commits loses messages', {
  skip: testsPostgres && !isFull,
}, async (t) => {
  const entry = fileURLToPath(new URL('../support/programs/early-ack-server.ts', import.meta.url));
  const { missing } = await killWhileWriting(t, 2, entry);
  assert.ok(missing > 0);
});
