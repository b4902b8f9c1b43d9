/** Keys are encrypted anew and destroyed every hour: whenever that is cut short, no living text is lost. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { localEpochKeys } from '../../src/storage/keys/local.ts';
import { house } from '../support/house.ts';
import { keysOf } from '../support/key-folders.ts';
import { asSuperuser, newDatabase, openDatabase, textsIn } from '../support/postgres.ts';
import { mainEnvironment, programFile } from '../support/process.ts';
import { seededRandom } from '../support/random.ts';

const kills = process.env.TEST_SCALE === 'full' ? 200 : 4;
/** How many steps it may take before it is killed; an hour has at least four. */
const steps = { fewest: 6, more: 15 };
/** How long after a step it is killed. */
const longestMs = 15;
const seed = 11;
const orders = 700;
const turner = fileURLToPath(new URL('../support/programs/key-turner.ts', import.meta.url));

async function runUntilKilled(
  url: string,
  after: { steps: number; ms: number },
  ...how: string[]
): Promise<void> {
  const child = spawn(process.execPath, [programFile(turner), url, keysOf(url), ...how], {
    env: mainEnvironment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const ended = exited.then(() => assert.fail('it ended by itself'));
  ended.catch(() => {});
  for (let seen = 0; seen < after.steps; ) {
    const [dots] = await Promise.race([once(child.stdout, 'data'), ended]);
    seen += dots.length;
  }
  await sleep(after.ms);
  child.kill('SIGKILL');
  assert.equal((await exited)[1], 'SIGKILL');
}

/** Chats in two retailers, in more transactions than one. */
async function chats(t: TestContext) {
  const database = await newDatabase(t);
  const { url, superuserUrl } = database;
  await house(t, 2, orders, {
    place: {
      env: {},
      open: () => openDatabase(url),
      rows: () => assert.fail(),
      dump: () => assert.fail(),
      columns: () => assert.fail(),
      copy: () => assert.fail(),
    },
  });
  return { url, texts: () => asSuperuser(superuserUrl, (client) => textsIn(client, url)) };
}

test(`killed ${kills} times while keys turn, every living text can be read`, async (t) => {
  const { url, texts } = await chats(t);
  const before = await texts();
  assert.equal(before.length, 2 * orders);
  const random = seededRandom(seed);
  const [first] = await localEpochKeys(keysOf(url)).list();
  for (let n = 0; n < kills; n++) {
    await runUntilKilled(url, {
      steps: steps.fewest + random.below(steps.more),
      ms: random.below(longestMs),
    });
    assert.deepEqual(await texts(), before);
  }
  const left = await localEpochKeys(keysOf(url)).list();
  t.diagnostic(`${kills} kills, ${left.at(-1)! - first!} hours, ${left.length} keys left`);
  assert.ok(left[0]! > first!, 'keys were destroyed meanwhile');
});

test('control: if keys are destroyed before everything is encrypted anew, texts are lost', async (t) => {
  const { url, texts } = await chats(t);
  // The keys are gone before the first of them is encrypted anew.
  await runUntilKilled(url, { steps: 2, ms: 0 }, 'broken');
  await assert.rejects(texts(), /no key of epoch/);
});
