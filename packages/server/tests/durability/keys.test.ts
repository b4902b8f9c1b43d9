/** Keys are encrypted anew and destroyed every hour: whenever that is cut short, no living text is lost. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { localEpochKeys } from '../../src/storage/keys/local.ts';
import { house } from '../support/house.ts';
import { asSuperuser, keysOf, newDatabase, openDatabase, textsIn } from '../support/postgres.ts';
import { plainEnvironment } from '../support/process.ts';
import { seededRandom } from '../support/random.ts';

const kills = process.env.TEST_SCALE === 'full' ? 100 : 6;
const longestMs = 400;
const seed = 11;
const orders = 700;
const turner = fileURLToPath(new URL('../support/key-turner.ts', import.meta.url));

async function runUntilKilled(url: string, afterMs: number, ...how: string[]): Promise<void> {
  const child = spawn(process.execPath, [turner, url, keysOf(url), ...how], {
    env: plainEnvironment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), exited.then(() => assert.fail('it ended by itself'))]);
  await sleep(afterMs);
  child.kill('SIGKILL');
  assert.equal((await exited)[1], 'SIGKILL');
}

/** Chats in two retailers, in more transactions than one. */
async function chats(t: TestContext) {
  const database = await newDatabase(t);
  const { url, superuserUrl } = database;
  await house(t, 2, orders, {
    place: { env: {}, open: () => openDatabase(url), dump: async () => '', copy: () => assert.fail() },
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
    await runUntilKilled(url, random.below(longestMs));
    assert.deepEqual(await texts(), before);
  }
  const left = await localEpochKeys(keysOf(url)).list();
  t.diagnostic(`${kills} kills, ${left.at(-1)! - first!} hours, ${left.length} keys left`);
  assert.ok(left[0]! > first!, 'keys were destroyed meanwhile');
});

test('control: if keys are destroyed before everything is encrypted anew, texts are lost', async (t) => {
  const { url, texts } = await chats(t);
  await runUntilKilled(url, longestMs, 'broken');
  await assert.rejects(texts(), /no key of epoch/);
});
