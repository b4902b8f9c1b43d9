/**
 * Chats end in every hour, are erased and a day later deleted, and on PostgreSQL keys turn: whenever that is killed,
 * nothing that lives is lost, and nothing that is dead is left in the end.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readSettings } from '../../src/config/settings.ts';
import { imageSizes } from '../../src/storage/images/files.ts';
import { createStore, type ImageRow, type OrderRow, type Store } from '../../src/storage/store.ts';
import { openImageFiles } from '../../src/wiring/open-image-files.ts';
import { settings } from '../storage/contract.ts';
import { contentsIn, pathsIn } from '../support/folder-files.ts';
import { newOrder, write } from '../support/house.ts';
import { hourMs, hourName } from '../support/passing-hours.ts';
import { newPlace, type Place, testsPostgres } from '../support/place.ts';
import { mainEnvironment, programFile } from '../support/process.ts';
import { seededRandom } from '../support/random.ts';

const isFull = process.env.TEST_SCALE === 'full';
const kills = isFull ? 200 : 4;
/** How many steps it may take before it is killed. */
const steps = { fewest: 2, more: 30 };
const seed = 17;
/** One order of each of two retailers ends in each hour; those of the last hours still live. */
const hours = isFull ? 700 : 66;
const livingHours = 30;
/** After every so many kills everything is looked at; after the others, what is near its end. */
const thoroughEvery = isFull ? 20 : 2;
const nearHours = 30;
const first = 500_000;
const messages = 3;
const passer = fileURLToPath(new URL('../support/programs/hours-passer.ts', import.meta.url));

interface Chat {
  order: OrderRow;
  /** The hour at whose beginning its texts expire. */
  expires: number;
  canary: string;
  image: ImageRow;
}

const canaryOf = (n: number) => `CANARY-${String(n).padStart(6, '0')}-ENDING`;

async function opened(place: Place): Promise<{ store: Store; files: ReturnType<typeof openImageFiles> }> {
  const store = createStore(await place.open());
  return { store, files: openImageFiles(readSettings(place.env), store) };
}

async function chats(place: Place): Promise<Chat[]> {
  const { store, files } = await opened(place);
  const made: Chat[] = [];
  const retailers = [];
  for (let r = 0; r < 2; r++) {
    retailers.push(
      await store.write((tx) =>
        tx.retailers.insert({
          ...settings,
          orderRetentionDays: 1,
          personRetentionDays: 1,
          receiptRetentionDays: 1,
        }),
      ),
    );
  }
  for (let hour = 0; hour < hours; hour++) {
    for (const { id: retailerId } of retailers) {
      const n = made.length;
      const canary = canaryOf(n);
      const expires = first + hour;
      const at = (expires - 24) * hourMs;
      const chat = await store.write(async (tx) => {
        const userId = await tx.retailers.nextId(retailerId);
        await tx.users.insert({
          retailerId,
          id: userId,
          externalId: `user-${n}`,
          firstName: `${canary} first`,
          lastName: null,
          phoneNumber: `${canary} phone`,
          locale: null,
          avatarUrl: '',
          activeAt: at,
        });
        const order = await newOrder(tx, retailerId, userId, n, 0, {
          externalId: `order-${n}`,
          seq: messages,
          createdAt: at,
          lastEventAt: at,
          endedAt: at,
          expiresAt: expires * hourMs,
        });
        for (let seq = 1; seq <= messages; seq++) await write(tx, order, seq, `${canary} text ${seq}`);
        const image: ImageRow = {
          retailerId,
          orderId: order.id,
          id: await tx.retailers.nextId(retailerId),
          senderType: 'user',
          senderId: userId,
          seq: null,
          width: 1,
          height: 1,
          createdAt: at,
          erasedAt: null,
        };
        await tx.images.insert(image);
        return { order, expires, canary, image };
      });
      for (const size of imageSizes) await files.put(chat.image, size, Buffer.from(`${canary} ${size}`));
      made.push(chat);
    }
  }
  await store.write((tx) => tx.serviceValues.set(hourName, String(first)));
  await store.close();
  return made;
}

/** @param after how many steps it is killed; undefined: it runs to its end */
async function pass(place: Place, until: number, after?: number): Promise<void> {
  const child = spawn(process.execPath, [programFile(passer), String(until)], {
    env: { ...mainEnvironment, ...place.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  if (after === undefined) {
    child.stdout.resume();
    assert.deepEqual(await exited, [0, null]);
    return;
  }
  const ended = exited.then(() => assert.fail('it ended by itself'));
  ended.catch(() => {});
  for (let seen = 0; seen < after; ) {
    const [dots] = await Promise.race([once(child.stdout, 'data'), ended]);
    seen += dots.length;
  }
  child.kill('SIGKILL');
  assert.equal((await exited)[1], 'SIGKILL');
}

/** Checks that what lives is whole, and that what is dead is whole or gone. @returns the hour that has come */
async function assertLiving(place: Place, all: Chat[], isThorough: boolean): Promise<number> {
  const { store, files } = await opened(place);
  try {
    const hour = Number(await store.read.serviceValues.find(hourName));
    for (const { order, expires, canary, image } of all) {
      if (!isThorough && Math.abs(expires - hour) > nearHours) continue;
      const { retailerId, id } = order;
      const found = await store.read.orders.find(retailerId, { id });
      const texts = await store.read.messages.list(retailerId, id);
      if (expires >= hour) {
        assert.ok(found);
        assert.deepEqual(
          texts.map(({ body }) => body),
          Array.from({ length: messages }, (_, n) => `${canary} text ${n + 1}`),
        );
        for (const size of imageSizes)
          assert.equal(Buffer.from((await files.get(image, size))!).toString(), `${canary} ${size}`);
      } else {
        assert.ok(texts.length === 0 || texts.length === messages, 'a chat is erased whole');
        if (found) assert.equal((await store.read.log(retailerId, id, 0, 10)).messages.length, messages);
      }
    }
    return hour;
  } finally {
    await store.close();
  }
}

/** The canaries in all rows, and in all files that are no PostgreSQL's. */
async function left(place: Place): Promise<Set<string>> {
  const found = new Set((await place.dump()).match(/CANARY-\d{6}-ENDING/g));
  for (const bytes of contentsIn(place.env.DATA_DIR!)) {
    for (const [canary] of bytes.toString('latin1').matchAll(/CANARY-\d{6}-ENDING/g)) found.add(canary);
  }
  return found;
}

const imageFilesIn = (place: Place) =>
  pathsIn(join(place.env.DATA_DIR!, 'images')).filter((path) => basename(path) !== 'folder-id').length;

test(`killed ${kills} times while chats end, orders go and keys turn, nothing living is lost and nothing dead is left`, async (t: TestContext) => {
  const place = await newPlace(t);
  mkdirSync(place.env.DATA_DIR!, { recursive: true });
  const all = await chats(place);
  const before = await left(place);
  assert.ok(
    all.every(({ canary }) => before.has(canary)),
    'control: everything can be found at first',
  );
  const random = seededRandom(seed);
  const last = first + hours - livingHours;
  let hour = first;
  for (let n = 0; n < kills; n++) {
    await pass(place, last, steps.fewest + random.below(steps.more));
    const isThorough = n % thoroughEvery === thoroughEvery - 1;
    hour = await assertLiving(place, all, isThorough);
    assert.ok(hour < last - 1, 'there is something left to do');
  }
  await pass(place, last);
  assert.equal(await assertLiving(place, all, true), last);
  const found = await left(place);
  const gone = all.filter(({ expires }) => expires <= last - 26);
  assert.ok(gone.length > 10);
  assert.deepEqual(
    gone.filter(({ canary }) => found.has(canary)),
    [],
  );
  const living = all.filter(({ expires }) => expires >= last);
  const erased = all.length - living.length;
  assert.equal(imageFilesIn(place), 2 * living.length);
  t.diagnostic(
    `${kills} kills in ${hour - first} of ${last - first} hours; ${erased} chats erased, ${gone.length} deleted, ${living.length} live`,
  );
  if (testsPostgres) {
    const { store } = await opened(place);
    assert.ok((await store.keys!.epochs.list())[0]! >= last - 4, 'old keys are destroyed');
    await store.close();
  }
});
