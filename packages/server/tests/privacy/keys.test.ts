/**
 * On PostgreSQL: what pages, log and backups keep of an erased text cannot be read by anybody once the epochs have
 * ended, while younger backups restore living chats.
 */
import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { turnKeys } from '../../src/domain/erasure/keys.ts';
import { localEpochKeys } from '../../src/storage/keys/local.ts';
import { openPostgres } from '../../src/storage/postgres/engine.ts';
import { unsealText } from '../../src/storage/postgres/message-texts.ts';
import { type OrderKeyRow, unwrap } from '../../src/storage/postgres/order-keys.ts';
import { createStore, type EpochKeys, type Store } from '../../src/storage/store.ts';
import { canariesIn, type House, talk } from '../support/canary-chats.ts';
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
const canaries = isFull ? 10_000 : 800;
const hourMs = 3_600_000;
const restorableHours = 24;
const erasedWithinMs = 60_000;

interface StoredText {
  retailerId: number;
  orderId: number;
  seq: number;
  firstSeq: number;
  sealed: Buffer;
}

/** Everything that the database ever held: what pages, log and backups may still have. */
interface Remains {
  keys: OrderKeyRow[];
  texts: StoredText[];
}

/** What can be read of what the database ever held, with the keys of a folder: the texts. */
async function readable({ keys, texts }: Remains, folder: string): Promise<string[]> {
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

const canariesOf = (texts: string[]) =>
  new Set(texts.flatMap((text) => text.match(/CANARY-[a-z0-9]{12}/g) ?? []));

/** The bytes of all files. */
const filesOf = (folder: string): Buffer[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));

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
const remains: Remains = { keys: [], texts: [] };
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
    remains.texts.push(...(numbered(texts.rows) as unknown as StoredText[]));
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
  const { client } = await testServer(file, env, { clock: { now } });
  store = createStore(
    await openPostgres({ url: database.url, ...postgresDefaults, keys: localEpochKeys(folder) }),
  );
  file.after(() => store.close());

  await turn();
  house = await talk(client, canaries);
  await keepRemains();
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
    for (const giveUpAt = performance.now() + erasedWithinMs; ; await sleep(50)) {
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
  const files = filesOf(cluster.data);
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
  const { client } = await testServer(t, env, { clock: { now: () => chatted.getTime() + 23 * hourMs } });
  const token = await clientToken(client, house.retailer);
  for (const [orderId, texts] of house.said) {
    const { body } = await client.get(chatPath(orderId), { token });
    assert.equal(body.chat_messages.length, texts.length);
    for (const text of texts) assert.ok(JSON.stringify(body).includes(text));
  }

  const late = { ...env, AISLECHAT_KEYS_DIR: folder };
  await assert.rejects(testServer(t, late), /lacks 1 of the keys .*AISLECHAT_KEYS_DIR/);
});

test('no two sealings have the same nonce', () => {
  const nonces = [
    ...remains.texts.map(({ sealed }) => sealed),
    ...remains.keys.map(({ wrapped }) => wrapped),
  ].map((sealed) => Buffer.from(sealed).toString('hex'));
  const different = new Set(nonces);
  assert.equal(new Set([...different].map((sealed) => sealed.slice(0, 26))).size, different.size);
});
