import assert from 'node:assert/strict';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/domain/clock.ts';
import { createRetailer } from '../../src/domain/retailers/retailers.ts';
import { openSqlite } from '../../src/storage/sqlite/engine.ts';
import { createStore, type MessageRow } from '../../src/storage/store.ts';
import { type CommandResult, runCommand, startCommand } from '../support/command.ts';
import { pathsIn } from '../support/folder-files.ts';
import { chatPath, newBatch, newOrder, openChat } from '../support/scenario.ts';
import { seed } from '../support/seed.ts';
import { type Cleanup, temporaryFolder, testServer } from '../support/server.ts';

const isFull = process.env.TEST_SCALE === 'full';
const writers = 8;

/** As on a disk of its own. */
const keys = temporaryFolder({ after });
const environment = (folder: string) => ({ DATA_DIR: folder, AISLECHAT_KEYS_DIR: keys });
const backup = (folder: string, file: string) => runCommand(environment(folder), 'backup', file, '--json');
const restore = (folder: string, file: string, ...options: string[]) =>
  runCommand(environment(folder), 'restore', file, '--json', ...options);

/** A folder large enough that a command on it takes a while; made once. */
function largeFolder(t: Cleanup): string {
  const folder = temporaryFolder(t);
  cpSync(large, folder, { recursive: true });
  return folder;
}
const large = temporaryFolder({ after });
await seed(large, isFull ? { orders: 20_000, messagesPerOrder: 4 } : { orders: 3000, messagesPerOrder: 3 });

/**
 * Interrupts a command midway, and starts it again if it finished first.
 * @param made the file or folder that the command makes, removed if it finished
 */
async function cutShort(
  args: Parameters<typeof startCommand>,
  signal: 'SIGKILL' | 'SIGTERM',
  isUnderWay: () => boolean,
  made: string,
): Promise<CommandResult> {
  for (;;) {
    const { child, ended } = startCommand(...args);
    while (child.exitCode === null && !isUnderWay()) await sleep(1);
    child.kill(signal);
    const result = await ended;
    if (!existsSync(made)) return result;
    rmSync(made);
  }
}

/** Files of a folder that contain a text. */
const holding = (folder: string, text: string): string[] =>
  pathsIn(folder).filter((file) => readFileSync(file).includes(text));

/** The files of a folder except its lock. */
const dataIn = (folder: string): string[] =>
  readdirSync(folder).filter((name) => !name.startsWith('server.lock'));

test('a backup made during writes has every message acknowledged before it, and a server can run on it', async (t) => {
  const folder = largeFolder(t);
  const backups = temporaryFolder(t);
  const server = await testServer(t, { DATA_DIR: folder });
  const chat = await openChat(server.client);
  const orderIds = [chat.orderId];
  while (orderIds.length < writers) {
    const orderId = await newOrder(server.client, chat.token, chat.userId);
    await newBatch(server.client, chat.token, chat.shopperId, orderId);
    orderIds.push(orderId);
  }
  const acknowledged: { orderId: string; id: number; body: string }[] = [];
  let isOver = false;
  const writing = Promise.all(
    orderIds.map(async (orderId, writer) => {
      for (let n = 0; !isOver; n++) {
        const body = `writer ${writer} message ${n}`;
        const answer = await server.client.post(chatPath(orderId), { token: chat.userToken, body: { body } });
        assert.equal(answer.status, 200, answer.text);
        acknowledged.push({ orderId, id: answer.body.id, body });
      }
    }),
  );
  while (acknowledged.length < 100) await sleep(5);
  const due = [...acknowledged];
  const file = join(backups, 'day.db');
  const { code, out, error } = await backup(folder, file);
  const during = acknowledged.length - due.length;
  isOver = true;
  await writing;
  assert.equal(code, 0, error);
  t.diagnostic(`${due.length} acknowledged before, ${during} during the backup`);
  assert.ok(during > 0, 'writers continued during the backup');
  assert.deepEqual(JSON.parse(out), { file, bytes: statSync(file).size });
  assert.deepEqual(readdirSync(backups), ['day.db']);
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);

  const bytes = readFileSync(file);
  const restoredFolder = join(temporaryFolder(t), 'new');
  const restored = await restore(restoredFolder, file);
  assert.equal(restored.code, 0, restored.error);
  assert.ok(readFileSync(file).equals(bytes), 'the backup is unchanged');
  assert.deepEqual(readdirSync(backups), ['day.db']);
  assert.deepEqual(dataIn(restoredFolder), ['aislechat.db']);
  const database = new DatabaseSync(join(restoredFolder, 'aislechat.db'));
  assert.deepEqual({ ...database.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
  assert.deepEqual(database.prepare('PRAGMA foreign_key_check').all(), []);
  database.close();

  const second = await testServer(t, { DATA_DIR: restoredFolder });
  for (const orderId of orderIds) {
    const { body } = await second.client.get(chatPath(orderId), { token: chat.userToken });
    const found = new Map(
      body.chat_messages.map((message: { id: number; body: string }) => [message.id, message.body]),
    );
    for (const message of due) {
      if (message.orderId === orderId) assert.equal(found.get(message.id), message.body);
    }
  }
  const answer = await second.client.post(chatPath(orderIds[0]!), {
    token: chat.userToken,
    body: { body: 'after the restore' },
  });
  assert.equal(answer.status, 200, answer.text);
});

test('a backup that is killed or interrupted never has the final name', async (t) => {
  const folder = largeFolder(t);
  const backups = temporaryFolder(t);
  const interrupted = async (name: string, signal: 'SIGKILL' | 'SIGTERM') => {
    const file = join(backups, name);
    const part = `${file}.part`;
    const { code, error } = await cutShort(
      [environment(folder), 'backup', file],
      signal,
      () => (statSync(part, { throwIfNoEntry: false })?.size ?? 0) > 0,
      file,
    );
    assert.ok(!existsSync(file));
    return { file, code, error };
  };
  const killed = await interrupted('killed.db', 'SIGKILL');
  assert.equal(killed.code, null);
  const again = await backup(folder, killed.file);
  assert.equal(again.code, 1);
  assert.match(again.error, /killed.db.part is there: another backup is under way, or one was broken off/);

  const stopped = await interrupted('stopped.db', 'SIGTERM');
  assert.equal(stopped.code, 1);
  assert.match(stopped.error, /Interrupted. Nothing was left behind/);
  assert.ok(!readdirSync(backups).some((name) => name.startsWith('stopped.db')));
  assert.equal((await backup(folder, stopped.file)).code, 0);
});

test('a restore erases expired texts before it finishes, and leaves the backup unchanged', async (t) => {
  const folder = temporaryFolder(t);
  const store = createStore(openSqlite({ folder, owner: true }));
  const { retailer } = await createRetailer(store, systemClock, {});
  const now = systemClock.now();
  const user = { retailerId: retailer.id, id: 5000, externalId: 'u', firstName: 'Noor', avatarUrl: '' };
  await store.write(async (tx) => {
    await tx.users.insert({ ...user, lastName: null, phoneNumber: null, locale: null, activeAt: now });
    for (let n = 0; n < 250; n++) {
      const isExpired = n < 249;
      const order = {
        retailerId: retailer.id,
        id: 6000 + n,
        externalId: `order-${n}`,
        userId: user.id,
        fulfillmentType: 'delivery',
        fulfillmentVersion: 3,
        workflowState: 'canceled',
        cancellationReason: null,
        currentShopperId: null,
        seq: 1,
        version: 1,
        lastEventAt: now,
        createdAt: now,
        endedAt: now,
        expiresAt: isExpired ? now - 1 : now + 3_600_000,
        erasedAt: null,
        erasingTo: null,
        unreadByUser: 0,
        unreadByShopper: 0,
        userReachable: 0,
        shopperReachable: 0,
        linkNumber: 1,
        linkRevokedAt: null,
        linkDevices: '',
        chatClosedAt: null,
      } as const;
      await tx.orders.insert(order, {});
      await tx.orders.update(order);
      const message: MessageRow = {
        retailerId: retailer.id,
        orderId: order.id,
        seq: 1,
        senderType: 'user',
        senderId: user.id,
        recipientId: 1,
        createdAt: now,
        deliveredAt: null,
        readAt: null,
        body: isExpired ? `CANARY ${n}` : 'still alive',
        image: null,
        imageId: null,
      };
      await tx.messages.insert(message, undefined);
    }
  });
  await store.close();
  const backups = temporaryFolder(t);
  const file = join(backups, 'expired.db');
  assert.equal((await backup(folder, file)).code, 0);
  assert.deepEqual(holding(backups, 'CANARY'), [], 'no text is in a backup');
  const bytes = readFileSync(file);

  const target = join(temporaryFolder(t), 'restored');
  const { code, out, error } = await restore(target, file);
  assert.equal(code, 0, error);
  assert.deepEqual(JSON.parse(out), { folder: target, erased_chats: 249, erased_messages: 249 });
  assert.deepEqual(holding(target, 'CANARY'), []);
  assert.equal(holding(target, 'still alive').length, 1);
  assert.ok(readFileSync(file).equals(bytes), 'the backup is unchanged');
});

test('without its key a backup restores everything but the texts, and only if the operator says so', async (t) => {
  const folder = temporaryFolder(t);
  const server = await testServer(t, { DATA_DIR: folder });
  const chat = await openChat(server.client);
  const said = await server.client.post(chatPath(chat.orderId), {
    token: chat.userToken,
    body: { body: 'two ripe avocados' },
  });
  assert.equal(said.status, 200, said.text);
  const file = join(temporaryFolder(t), 'day.db');
  assert.equal((await backup(folder, file)).code, 0);
  assert.equal(readFileSync(file).includes('ripe avocados'), false);

  const elsewhere = { DATA_DIR: temporaryFolder(t), AISLECHAT_KEYS_DIR: temporaryFolder(t) };
  const refused = await runCommand(elsewhere, 'restore', file);
  if (process.platform !== 'win32') {
    assert.equal(statSync(join(elsewhere.DATA_DIR, 'server.lock')).mode & 0o777, 0o600);
  }
  assert.equal(refused.code, 3);
  assert.match(refused.error, /encrypted with epoch-\d+\.key, which is not in .* --without-texts/);
  assert.deepEqual(dataIn(elsewhere.DATA_DIR), []);
  const { code, error } = await runCommand(elsewhere, 'restore', file, '--without-texts');
  assert.equal(code, 0, error);
  const withKey = temporaryFolder(t);
  assert.equal((await restore(withKey, file, '--without-texts')).code, 0);
  for (const [restored, texts] of [
    [elsewhere.DATA_DIR, []],
    [withKey, ['two ripe avocados']],
  ] as const) {
    const second = await testServer(t, { DATA_DIR: restored });
    const { status, body } = await second.client.get(chatPath(chat.orderId), { token: chat.userToken });
    assert.equal(status, 200);
    assert.deepEqual(
      body.chat_messages.map((message: { body: string }) => message.body),
      texts,
    );
    const more = await second.client.post(chatPath(chat.orderId), {
      token: chat.userToken,
      body: { body: 'hi' },
    });
    assert.equal(more.status, 200, more.text);
  }
});

test('a killed restore leaves no database, and the next restore leaves nothing of it', async (t) => {
  const folder = largeFolder(t);
  const file = join(temporaryFolder(t), 'day.db');
  assert.equal((await backup(folder, file)).code, 0);
  const target = temporaryFolder(t);
  const killed = await cutShort(
    [environment(target), 'restore', file],
    'SIGKILL',
    () => existsSync(join(target, 'restoring', 'aislechat.db')),
    join(target, 'aislechat.db'),
  );
  assert.equal(killed.code, null);
  assert.deepEqual(dataIn(target), ['restoring']);
  const { code, error } = await restore(target, file);
  assert.equal(code, 0, error);
  assert.deepEqual(dataIn(target), ['aislechat.db']);
});

test('a backup of a newer schema is refused', async (t) => {
  const backups = temporaryFolder(t);
  const folder = temporaryFolder(t);
  await seed(folder, { orders: 1, messagesPerOrder: 1 });
  const newer = join(backups, 'newer.db');
  assert.equal((await backup(folder, newer)).code, 0);
  const raised = new DatabaseSync(newer);
  raised.exec('PRAGMA user_version = 99; PRAGMA journal_mode = DELETE');
  raised.close();
  const refused = await restore(join(backups, 'x'), newer);
  assert.equal(refused.code, 1);
  assert.match(refused.error, /newer.db was written by a newer aislechat \(schema 99/);
});

test('an incomplete or foreign file is refused, and the folder stays empty', async (t) => {
  const backups = temporaryFolder(t);
  const folder = temporaryFolder(t);
  await seed(folder, { orders: 500, messagesPerOrder: 3 });
  const good = join(backups, 'good.db');
  assert.equal((await backup(folder, good)).code, 0);
  const named = (name: string) => join(backups, name);

  writeFileSync(named('text'), 'Dear diary, today I sold four avocados.');
  const foreign = new DatabaseSync(named('foreign'));
  foreign.exec('CREATE TABLE orders (id INTEGER); PRAGMA user_version = 1');
  foreign.close();
  copyFileSync(good, named('half'));
  truncateSync(named('half'), Math.floor(statSync(good).size / 2));
  copyFileSync(good, named('damaged'));
  const bytes = readFileSync(good);
  bytes.fill(0xff, 40_000, 60_000);
  writeFileSync(named('damaged'), bytes);
  copyFileSync(good, named('journaled'));
  writeFileSync(named('journaled-wal'), 'not empty');

  const target = temporaryFolder(t);
  for (const [name, exitCode, sentence] of [
    ['text', 1, /is not a database/],
    ['foreign', 1, /is a database, but not one of aislechat/],
    ['half', 1, /is damaged or no database/],
    ['damaged', 1, /is damaged or no database/],
    ['journaled', 1, /holds part of the database/],
    ['nothing', 3, /There is no file/],
  ] as const) {
    const { code, error } = await restore(target, named(name));
    assert.match(error, sentence);
    assert.equal(code, exitCode, error);
    assert.doesNotMatch(error, /\n\s+at /, 'no stack trace');
    assert.deepEqual(dataIn(target), [], name);
  }
});

test('no command overwrites an existing file, an existing database or a running server’s folder', async (t) => {
  const folder = temporaryFolder(t);
  await seed(folder, { orders: 10, messagesPerOrder: 1 });
  const backups = temporaryFolder(t);
  const file = join(backups, 'one.db');
  const first = await runCommand(environment(folder), 'backup', file);
  assert.equal(first.code, 0);
  assert.match(first.out, /^bytes {2}\d+$/m);
  assert.match(first.error, /^copy: \d+ of \d+ pages, 100 %\nencrypt: \d+ of \d+ texts, 100 %$/m);
  const again = await backup(folder, file);
  assert.equal(again.code, 1);
  assert.match(again.error, /one.db is there already/);
  assert.equal((await backup(folder, join(backups, 'no', 'such', 'folder.db'))).code, 1);

  const full = await restore(folder, file);
  assert.equal(full.code, 1);
  assert.match(full.error, /There is a database already/);
  const owned = temporaryFolder(t);
  await testServer(t, { DATA_DIR: owned });
  const taken = await restore(owned, file);
  assert.equal(taken.code, 1);
  assert.match(taken.error, /Another aislechat server is using the data folder/);

  const empty = temporaryFolder(t);
  const orphan = join(empty, 'orphan');
  mkdirSync(orphan);
  writeFileSync(join(orphan, 'aislechat.db-wal'), 'of another database');
  assert.match((await restore(orphan, file)).error, /There is a database already/);
  assert.equal((await backup(empty, join(backups, 'two.db'))).code, 3);
  for (const command of ['backup', 'restore']) {
    const { code, error } = await runCommand({ DATABASE_URL: 'postgres://a@b/c' }, command, file);
    assert.equal(code, 2);
    assert.match(error, /DATABASE_URL is set\. .* docs\/operations.md/);
  }
});
