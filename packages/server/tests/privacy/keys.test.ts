/**
 * On PostgreSQL: what pages, log and backups keep of an erased text cannot be read by anybody once the epochs have
 * ended, while younger backups restore living chats.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { turnKeys } from '../../src/domain/erasure/keys.ts';
import { type ImageKey, imageSizes } from '../../src/storage/images/files.ts';
import { unsealImage } from '../../src/storage/images/sealed.ts';
import { localEpochKeys } from '../../src/storage/keys/local.ts';
import { openPostgres } from '../../src/storage/postgres/engine.ts';
import { unwrapImageKey, type WrappedImageKey } from '../../src/storage/postgres/image-keys.ts';
import { unsealText } from '../../src/storage/postgres/message-texts.ts';
import { type OrderKeyRow, unwrap } from '../../src/storage/postgres/order-keys.ts';
import { createStore, type EpochKeys, type Store } from '../../src/storage/store.ts';
import { canariesIn, type House, talk } from '../support/canary-chats.ts';
import { contentsIn, pathsIn } from '../support/folder-files.ts';
import { patienceMs } from '../support/patience.ts';
import { fetchImage, pictureBytes, uploaded } from '../support/pictures.ts';
import {
  asSuperuser,
  baseBackup,
  type Cluster,
  type Database,
  databaseOf,
  newCluster,
  postgresDefaults,
  prepare,
  restoredCluster,
  template,
} from '../support/postgres.ts';
import { chatPath, clientToken, clock } from '../support/scenario.ts';
import { type Cleanup, temporaryFolder, testServer } from '../support/server.ts';

const isFull = process.env.TEST_SCALE === 'full';
const canaries = isFull ? 10_000 : 150;
const hourMs = 3_600_000;
const restorableHours = 24;

interface StoredText {
  retailerId: number;
  orderId: number;
  seq: number;
  firstSeq: number;
  sealed: Buffer;
}

type ImageKeyRow = ImageKey & WrappedImageKey;

/** Everything that the database ever held: what pages, log and backups may still have. */
interface Remains {
  keys: OrderKeyRow[];
  texts: StoredText[];
  imageKeys: ImageKeyRow[];
}

/** What can be read of what the database ever held, with the keys of a folder: the texts. */
async function readable({ keys, texts }: Pick<Remains, 'keys' | 'texts'>, folder: string): Promise<string[]> {
  const present = localEpochKeys(folder);
  const numbers = await present.list();
  const opened = new Map<string, Awaited<ReturnType<typeof unwrap>>>();
  const nameOf = (row: { orderId: number; firstSeq: number }) => `${row.orderId}/${row.firstSeq}`;
  for (const row of keys) {
    // Whatever it says: each key of the folder is tried.
    for (const number of numbers) {
      const anyway: EpochKeys = { ...present, find: () => present.find(number) };
      const key = await unwrap(anyway, row);
      if (key) opened.set(nameOf(row), key);
    }
  }
  return texts.flatMap(({ sealed, retailerId, orderId, seq, ...row }) => {
    const key = opened.get(nameOf({ ...row, orderId }));
    return key ? [unsealText(key, sealed, retailerId, orderId, seq).body] : [];
  });
}

/** What can be seen of the image files that a disk, a bucket or a copy may still have, with the keys of a folder. */
async function visible({ imageKeys }: Remains, images: string, folder: string): Promise<string[]> {
  const present = localEpochKeys(folder);
  const numbers = await present.list();
  const seen: string[] = [];
  for (const { epoch, wrapped, ...image } of imageKeys) {
    for (const number of numbers) {
      const anyway: EpochKeys = { ...present, find: () => present.find(number) };
      const key = await unwrapImageKey(anyway, image, { epoch, wrapped }).catch(() => undefined);
      if (!key) continue;
      for (const size of imageSizes) {
        const place = join(images, String(image.retailerId), String(image.orderId));
        const sealed = readFileSync(join(place, `${image.id}-${size}.sealed`));
        seen.push(unsealImage(key, image, size, sealed).toString('latin1'));
      }
    }
  }
  return seen;
}

const canariesOf = (texts: string[]) =>
  new Set(texts.flatMap((text) => text.match(/CANARY-[a-z0-9]{12}/g) ?? []));

let cluster: Cluster;
let database: Database;
let time = Date.parse('2026-03-01T00:30:00Z');
const now = () => time;
const hours = (count: number) => {
  time += count * hourMs;
};
const cleanups: (() => unknown)[] = [];
const file: Cleanup = { after: (hook) => cleanups.unshift(hook) };

let folder: string;
let store: Store;
const remains: Remains = { keys: [], texts: [], imageKeys: [] };
/** A copy of all image files, made while the chats went on. */
let pictures: string;
/** The canary in the picture of each order. */
const shown = new Map<string, string>();
/** The key folder as it was in an hour. */
const folders: Record<string, string> = {};
let backup: string;
let house: House;
let chatted: Date;

async function turn(): Promise<void> {
  const { failures } = await turnKeys(store, store.keys!, { now }, restorableHours);
  assert.deepEqual(failures, []);
  await keepRemains();
}

async function keepRemains(): Promise<void> {
  await asSuperuser(database.superuserUrl, async (client) => {
    const numbered = (rows: Record<string, unknown>[]) =>
      rows.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            typeof value === 'string' ? Number(value) : value,
          ]),
        ),
      );
    const keys = await client.query(
      `SELECT retailer_id AS "retailerId", order_id AS "orderId", first_seq AS "firstSeq", epoch, wrapped FROM order_keys`,
    );
    const texts = await client.query(
      `SELECT retailer_id AS "retailerId", order_id AS "orderId", seq, key_seq AS "firstSeq", sealed
       FROM messages WHERE sealed IS NOT NULL`,
    );
    remains.keys.push(...(numbered(keys.rows) as unknown as OrderKeyRow[]));
    const imageKeys = await client.query(
      `SELECT retailer_id AS "retailerId", order_id AS "orderId", id, key_epoch AS epoch, wrapped_key AS wrapped
       FROM images WHERE wrapped_key IS NOT NULL`,
    );
    remains.imageKeys.push(...(numbered(imageKeys.rows) as unknown as ImageKeyRow[]));
    const kept = new Set(remains.texts.map(({ sealed }) => sealed.toString('hex')));
    const found = numbered(texts.rows) as unknown as StoredText[];
    remains.texts.push(...found.filter(({ sealed }) => !kept.has(sealed.toString('hex'))));
  });
}

function keepFolder(name: string): string {
  const copy = join(temporaryFolder(file), 'keys');
  cpSync(folder, copy, { recursive: true });
  folders[name] = copy;
  return copy;
}

before(async () => {
  cluster = await newCluster();
  file.after(() => cluster.stop());
  await prepare(cluster);
  database = databaseOf(cluster, template);
  folder = join(temporaryFolder(file), 'keys');
  const env = { DATABASE_URL: database.url, AISLECHAT_KEYS_DIR: folder, DATA_DIR: temporaryFolder(file) };
  // The canary in a picture would not survive the encoder.
  const encode = async (full: Uint8Array) => ({ width: 64, height: 48, full, thumbnail: full });
  const { client } = await testServer(file, env, { clock: { now }, encode });
  store = createStore(
    await openPostgres({ url: database.url, ...postgresDefaults, keys: localEpochKeys(folder) }),
  );
  file.after(() => store.close());

  await turn();
  const picture = await pictureBytes('jpeg', 64, 48);
  house = await talk(client, canaries, async (orderId, token) => {
    const canary = `CANARY-${randomBytes(6).toString('hex')}`;
    const imageId = await uploaded(client, token, orderId, Buffer.concat([picture, Buffer.from(canary)]));
    shown.set(orderId, canary);
    // Every third is never sent.
    if (shown.size % 3 > 0) await client.post(chatPath(orderId), { token, body: { image_id: imageId } });
  });
  await keepRemains();
  pictures = join(temporaryFolder(file), 'images');
  cpSync(join(env.DATA_DIR, 'images'), pictures, { recursive: true });
  backup = join(temporaryFolder(file), 'data');
  await baseBackup(cluster, backup);
  chatted = new Date(time);
  keepFolder('in the hour of the chats');
  for (let hour = 1; hour <= 3; hour++) {
    hours(1);
    await turn();
  }

  await clock(client, house.retailer.token, { advance_ms: 86_400_001 });
  const ended = house.ended.map((id) => `'${id}'`).join();
  await asSuperuser(database.superuserUrl, async (admin) => {
    for (const giveUpAt = performance.now() + patienceMs; ; await sleep(50)) {
      const { rows } = await admin.query(
        `SELECT FROM messages m JOIN orders o ON o.retailer_id = m.retailer_id AND o.id = m.order_id
         WHERE o.external_id IN (${ended}) AND m.sealed IS NOT NULL LIMIT 1`,
      );
      if (rows.length === 0) break;
      assert.ok(performance.now() < giveUpAt, 'erased in time');
    }
    await admin.query('CHECKPOINT');
  });
  while (time < chatted.getTime() + 23 * hourMs) {
    hours(1);
    await turn();
  }
  keepFolder('23 hours after the chats');
  // The erasure was in the third hour, and its epoch ends with it.
  while (time < chatted.getTime() + (3 + restorableHours + 2) * hourMs) {
    hours(1);
    await turn();
  }
  await asSuperuser(database.superuserUrl, (admin) => admin.query('CHECKPOINT'));
});

after(async () => {
  for (const cleanup of cleanups) await cleanup();
});

const said = (orders: string[]) => orders.flatMap((orderId) => house.said.get(orderId)!);
const living = () => [...house.said.keys()].filter((orderId) => !house.ended.includes(orderId));

test(`${canaries} canaries: no file of the database or its backup ever has one in the clear`, () => {
  assert.deepEqual([...canariesIn(cluster.data)], []);
  assert.deepEqual([...canariesIn(backup)], []);
});

test('no image file ever has a canary in the clear', () => {
  assert.equal(pathsIn(pictures).length, 2 * shown.size + 1, 'two sizes of each, and the ID of the folder');
  assert.deepEqual([...canariesIn(pictures)], []);
});

test('once its epoch has ended, a kept copy of an erased image cannot be seen, while living ones can', async (t) => {
  const found = canariesOf(await visible(remains, pictures, folder));
  const erased = house.ended.map((orderId) => shown.get(orderId)!);
  t.diagnostic(`${erased.length} erased, ${erased.filter((canary) => found.has(canary)).length} visible`);
  assert.deepEqual(
    [...found].sort(),
    living()
      .map((orderId) => shown.get(orderId)!)
      .sort(),
  );
});

test('control: with a kept copy of the key folder, every erased image can be seen', async () => {
  const found = canariesOf(await visible(remains, pictures, folders['in the hour of the chats']!));
  assert.deepEqual([...found].sort(), [...shown.values()].sort());
});

test('once its epoch has ended, nothing that the database ever held gives an erased text back', async (t) => {
  const found = canariesOf(await readable(remains, folder));
  const erased = said(house.ended);
  t.diagnostic(`${erased.length} erased, ${erased.filter((canary) => found.has(canary)).length} readable`);
  assert.deepEqual(
    erased.filter((canary) => found.has(canary)),
    [],
  );
  assert.deepEqual(
    said(living()).filter((canary) => !found.has(canary)),
    [],
    'the same procedure reads all living chats',
  );
});

test('control: the files still hold erased texts, and a kept copy of the key folder reads them', async (t) => {
  const found = canariesOf(await readable(remains, folders['in the hour of the chats']!));
  assert.deepEqual(
    said(house.ended).filter((canary) => !found.has(canary)),
    [],
  );
  const files = [...contentsIn(cluster.data)];
  const left = remains.texts.filter(({ sealed }) => files.some((bytes) => bytes.includes(sealed)));
  t.diagnostic(`${left.length} of ${remains.texts.length} versions of encrypted texts are in the files`);
  const erasedBodies = canariesOf(
    await readable({ ...remains, texts: left }, folders['in the hour of the chats']!),
  );
  assert.ok(said(house.ended).some((canary) => erasedBodies.has(canary)));
});

test('a backup of the chats restores them with the key folder of 23 hours later', async (t) => {
  const restored = await restoredCluster(backup);
  t.after(() => restored.stop());
  const env = {
    DATABASE_URL: databaseOf(restored, template).url,
    AISLECHAT_KEYS_DIR: folders['23 hours after the chats']!,
    DATA_DIR: temporaryFolder(t),
  };
  cpSync(pictures, join(env.DATA_DIR, 'images'), { recursive: true });
  const { client } = await testServer(t, env, { clock: { now: () => chatted.getTime() + 23 * hourMs } });
  const token = await clientToken(client, house.retailer);
  let images = 0;
  for (const [orderId, texts] of house.said) {
    const { body } = await client.get(chatPath(orderId), { token });
    for (const text of texts) assert.ok(JSON.stringify(body).includes(text));
    const links: string[] = body.chat_messages.map(({ image }: { image?: string }) => image ?? '');
    const link = links.find((one) => one.includes('/v1/images/'));
    assert.equal(body.chat_messages.length, texts.length + (link ? 1 : 0));
    if (!link) continue;
    images += 1;
    assert.ok((await fetchImage(link)).bytes.includes(shown.get(orderId)!));
  }
  assert.ok(images > shown.size / 2);

  const late = { ...env, AISLECHAT_KEYS_DIR: folder };
  await assert.rejects(testServer(t, late), /lacks 1 of the keys .*AISLECHAT_KEYS_DIR/);
});

test('no two sealings have the same nonce', () => {
  const nonces = [
    ...remains.texts.map(({ sealed }) => sealed),
    ...remains.keys.map(({ wrapped }) => wrapped),
    ...remains.imageKeys.map(({ wrapped }) => wrapped),
    ...[...contentsIn(pictures)].filter((bytes) => bytes[0] === 1),
  ].map((sealed) => Buffer.from(sealed).toString('hex'));
  const different = new Set(nonces);
  assert.equal(new Set([...different].map((sealed) => sealed.slice(0, 26))).size, different.size);
});
