/** Texts that are held as evidence outlive their chat by some days, and then nothing on disk gives them back. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { beginBackupEpoch } from '../../src/domain/erasure/backup-keys.ts';
import { eraseExpired, longestDueMs } from '../../src/domain/erasure/erasure.ts';
import { turnKeys } from '../../src/domain/erasure/keys.ts';
import { localEpochKeys } from '../../src/storage/keys/local.ts';
import {
  type EvidencePlace,
  type SealedEvidence,
  unsealEvidence,
} from '../../src/storage/postgres/evidence-texts.ts';
import { backUp } from '../../src/storage/sqlite/backup.ts';
import { restore } from '../../src/storage/sqlite/restore.ts';
import {
  createStore,
  type EpochKeys,
  type OrderRow,
  type RetailerRow,
  type Store,
} from '../../src/storage/store.ts';
import { canariesIn, talk } from '../support/canary-chats.ts';
import type { Client } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { house, noFiles } from '../support/house.ts';
import { keysOf } from '../support/key-folders.ts';
import { newPlace, type Place, testsPostgres } from '../support/place.ts';
import { chatPath, clientToken, clock } from '../support/scenario.ts';
import { temporaryFolder, testServer } from '../support/server.ts';

const canaries = process.env.TEST_SCALE === 'full' ? 10_000 : 400;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What rows give back, and on SQLite also files. */
async function readable(place: Place): Promise<Set<string>> {
  const inRows = (await place.dump()).match(/CANARY-[a-z0-9]{12}/g) ?? [];
  return new Set([...inRows, ...(testsPostgres ? [] : canariesIn(place.env.DATA_DIR!))]);
}

interface Reported {
  /** The canaries of the chats that ended, and those of them that were reported. */
  ended: string[];
  held: string[];
  pass(days: number): Promise<void>;
}

/** Chats of which half end. In each, some messages are reported. */
async function reportedChats(client: Client): Promise<Reported> {
  const held = new Map<string, string[]>();
  const report = async (orderId: string, token: string) => {
    const { chat_messages } = (await client.get(chatPath(orderId), { token })).body;
    const chosen = chat_messages.filter((_: unknown, n: number) => n % 3 === 0).slice(0, 5);
    const message_ids = chosen.map(({ id }: { id: number }) => id);
    const body = { reason: 'harassment', message_ids };
    assert.equal((await client.post(`/v1/orders/${orderId}/reports`, { token, body })).status, 200);
    held.set(
      orderId,
      chosen.map(({ body }: { body: string }) => body.split(' ')[0]!),
    );
  };
  const { retailer, said, ended } = await talk(client, canaries, report, { report_evidence_days: 7 });
  const pass = async (days: number) => {
    const token = await clientToken(client, retailer);
    assert.equal((await clock(client, token, { advance_ms: days * dayMs + 1 })).status, 200);
  };
  return {
    ended: ended.flatMap((orderId) => said.get(orderId)!),
    held: ended.flatMap((orderId) => held.get(orderId)!),
    pass,
  };
}

const leftOf = (texts: string[], found: Set<string>) => texts.filter((text) => found.has(text));

test(`${canaries} canaries: after a day only those that were reported can be read, and after a week none`, async (t) => {
  const place = await newPlace(t);
  const { client } = await testServer(t, place.env);
  const { ended, held, pass } = await reportedChats(client);
  assert.ok(held.length >= 50 && ended.length > 2 * held.length);
  await pass(1);
  const found = async () => leftOf(ended, await readable(place)).sort();
  assert.deepEqual(await eventually(found, ({ length }) => length <= held.length), [...new Set(held)].sort());
  await pass(6);
  const left = await eventually(found, ({ length }) => length === 0);
  t.diagnostic(`${ended.length} erased, ${held.length} held for a week, ${left.length} found`);
  assert.deepEqual(left, []);
});

test('control: if the erasure leaves out the texts of evidence, they are found', async (t) => {
  const place = await newPlace(t);
  const engine = await place.open();
  const careless = createStore({ ...engine, evidence: { ...engine.evidence, erase: async () => {} } });
  const { client } = await testServer(t, place.env, { store: careless });
  const { held, pass } = await reportedChats(client);
  await pass(7);
  const receipts = async () => (await place.rows()).erasure_receipts!;
  await eventually(receipts, (rows) => rows.some(({ reason }) => reason === 'evidence'));
  assert.deepEqual(leftOf(held, await readable(place)), held);
});

interface Held {
  store: Store;
  place: Place;
  retailer: RetailerRow;
  order: OrderRow;
}

/** An expired chat of a retailer that holds one of its messages for a week. */
async function held(t: TestContext): Promise<Held> {
  const place = await newPlace(t);
  const { store, retailers, orders } = await house(t, 1, 1, { messages: 2, place });
  const [[order]] = orders as [[OrderRow]];
  const retailer = { ...retailers[0]!, reportEvidenceDays: 7 };
  await store.write(async (tx) => {
    await tx.retailers.update(retailer);
    const { retailerId, id: orderId } = order;
    const reportId = await tx.retailers.nextId(retailerId);
    await tx.orderReports.insert({
      retailerId,
      orderId,
      id: reportId,
      reportedBy: 'driver',
      reason: 'spam',
      messages: [1],
      createdAt: 1000,
      resolvedAt: null,
    });
    const message = (await tx.messages.find(retailerId, orderId, 1))!;
    await tx.reportEvidence.insert({
      retailerId,
      orderId,
      reportId,
      seq: 1,
      senderType: 'user',
      senderId: order.userId,
      sentAt: 1000,
      hasImage: 0,
      heldSince: 1000,
      heldUntil: 1000 + 7 * dayMs,
      body: message.body!,
    });
  });
  return { store, place, retailer, order };
}

const everything = { now: 0, mostMs: Number.MAX_SAFE_INTEGER };
const bodies = async ({ store, order }: Held) =>
  (await store.read.reportEvidence.list(order.retailerId, order.id, everything, 0)).map(({ body }) => body);

test('a clock that jumps ahead erases no evidence before that time has certainly come', async (t) => {
  const place = await held(t);
  const { store } = place;
  let certain = 3 * dayMs;
  const jumped = { now: () => 400 * dayMs, certain: () => certain };
  assert.equal((await eraseExpired(store, jumped, noFiles)).evidence, 0);
  assert.deepEqual(await bodies(place), ['secret 1']);
  assert.equal(await longestDueMs(store, jumped), 0);
  certain = 7 * dayMs + 999;
  assert.equal((await eraseExpired(store, jumped, noFiles)).evidence, 0);
  certain += 1;
  assert.equal((await eraseExpired(store, jumped, noFiles)).evidence, 1);
  assert.deepEqual(await bodies(place), []);
  const [, receipt] = await store.read.erasureReceipts.list(place.order.retailerId, place.order.id);
  assert.deepEqual([receipt!.reason, receipt!.evidence], ['evidence', 1]);
});

test('evidence that is not erased in time counts as late', async (t) => {
  const { store } = await held(t);
  const late = { now: () => 8 * dayMs };
  await eraseExpired(store, { now: () => dayMs }, noFiles);
  assert.equal(await longestDueMs(store, late), dayMs - 1000);
  await eraseExpired(store, late, noFiles);
  assert.equal(await longestDueMs(store, late), 0);
});

test('on PostgreSQL evidence lives as long as it is held, and a kept copy of it dies with its key', {
  skip: !testsPostgres,
}, async (t) => {
  const place = await held(t);
  const { store } = place;
  const folder = keysOf(place.place.env.DATABASE_URL!);
  const engine = await place.place.open();
  t.after(() => engine.close());
  const restorableHours = 24;
  let at = Date.now();
  const kept: (EvidencePlace & SealedEvidence)[] = [];
  const turn = async () => {
    const { failures } = await turnKeys(store, store.keys!, { now: () => at }, restorableHours);
    assert.deepEqual(failures, []);
    at += hourMs;
    kept.push(
      ...(await engine.sql.all<EvidencePlace & SealedEvidence>(
        `SELECT retailer_id AS "retailerId", order_id AS "orderId", report_id AS "reportId", seq, sealed,
           key_epoch AS epoch, wrapped_key AS wrapped
         FROM report_evidence
         WHERE retailer_id = $1`,
        place.order.retailerId,
      )),
    );
  };
  /** What the keys of a folder read of all versions that there ever were. */
  const opened = async (keys: string) => {
    const present = localEpochKeys(keys);
    const found = new Set<string>();
    for (const row of kept) {
      for (const number of await present.list()) {
        const anyway: EpochKeys = { ...present, find: () => present.find(number) };
        await unsealEvidence(anyway, row, row)
          .then((body) => found.add(body))
          .catch(() => {});
      }
    }
    return [...found];
  };
  for (let hour = 0; hour < 40; hour++) await turn();
  assert.deepEqual(await bodies(place), ['secret 1']);
  assert.ok(new Set(kept.map(({ epoch }) => epoch)).size >= 30, 'its key is encrypted anew every hour');
  const copy = join(temporaryFolder(t), 'keys');
  cpSync(folder, copy, { recursive: true });
  assert.deepEqual(await opened(folder), ['secret 1']);

  await eraseExpired(store, { now: () => 8 * dayMs }, noFiles);
  assert.deepEqual(await bodies(place), []);
  for (let hour = 0; hour < restorableHours + 3; hour++) await turn();
  assert.deepEqual(await opened(folder), []);
  assert.deepEqual(
    await opened(copy),
    ['secret 1'],
    'control: with a kept copy of the key folder it can be read',
  );
});

test('a backup of SQLite has evidence only encrypted, and restores it while its key lives, or without', {
  skip: testsPostgres,
}, async (t) => {
  const { place, order } = await held(t);
  const epochs = localEpochKeys(temporaryFolder(t));
  await beginBackupEpoch({ epochs }, { now: () => dayMs });
  const file = join(temporaryFolder(t), 'backup.db');
  const quiet = { signal: new AbortController().signal, onProgress() {} };
  await backUp({ ...quiet, folder: place.env.DATA_DIR!, file, epoch: await epochs.newest() });
  assert.equal(readFileSync(file).includes('secret 1'), false);
  const counts: number[] = [];
  const restored = (epochKey: typeof epochs.find) =>
    restore({ ...quiet, folder: temporaryFolder(t), file, epochKey, withoutTexts: true }, async (engine) => {
      const { reportEvidence } = createStore(engine).read;
      counts.push((await reportEvidence.held(order.retailerId, order.id, everything)).messages);
      return reportEvidence.list(order.retailerId, order.id, everything, 0);
    });
  assert.deepEqual(
    (await restored((number) => epochs.find(number))).map(({ body }) => body),
    ['secret 1'],
  );
  assert.deepEqual(await restored(async () => undefined), []);
  assert.deepEqual(counts, [1, 0]);
});
