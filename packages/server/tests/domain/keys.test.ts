import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { eraseOrderNow } from '../../src/domain/erasure/erasure.ts';
import { keysLateHours, turnKeys } from '../../src/domain/erasure/keys.ts';
import { localImageFiles } from '../../src/storage/images/local.ts';
import { localEpochKeys } from '../../src/storage/keys/local.ts';
import { openPostgres } from '../../src/storage/postgres/engine.ts';
import { unsealText } from '../../src/storage/postgres/message-texts.ts';
import { unwrap } from '../../src/storage/postgres/order-keys.ts';
import { createStore, type OrderRow, type Store } from '../../src/storage/store.ts';
import { settings } from '../storage/contract.ts';
import { active, newOrder, write } from '../support/house.ts';
import { keysOf } from '../support/key-folders.ts';
import { asSuperuser, type Database, newDatabase, postgresDefaults } from '../support/postgres.ts';
import { temporaryFolder, testServer } from '../support/server.ts';

const hourMs = 3_600_000;
const restorableHours = 24;
const start = 500_000;

interface Opened extends Database {
  folder: string;
  store: Store;
  retailerId: number;
  orders: OrderRow[];
  /** The hours on the server's clock. */
  at: { hour: number };
  turn(): ReturnType<typeof turnKeys>;
  epochs(): Promise<number[]>;
}

/** A database with a retailer's chats that go on, in an hour of the test's own. */
async function opened(t: TestContext, orders = 3): Promise<Opened> {
  const database = await newDatabase(t);
  const folder = keysOf(database.url);
  const keys = localEpochKeys(folder);
  const store = createStore(await openPostgres({ url: database.url, ...postgresDefaults, keys }));
  t.after(() => store.close());
  const at = { hour: start };
  const turn = () => turnKeys(store, store.keys!, { now: () => at.hour * hourMs }, restorableHours);
  await turn();
  const { id: retailerId } = await store.write((tx) => tx.retailers.insert(settings));
  const made = await store.write(async (tx) => {
    const userId = await tx.retailers.nextId(retailerId);
    const names = { externalId: 'noor', firstName: 'Noor', lastName: null, phoneNumber: null, locale: null };
    await tx.users.insert({ ...names, retailerId, id: userId, avatarUrl: '', activeAt: 0 });
    const rows: OrderRow[] = [];
    for (let n = 0; n < orders; n++) rows.push(await newOrder(tx, retailerId, userId, n, 2, active));
    return rows;
  });
  return { ...database, folder, store, retailerId, orders: made, at, turn, epochs: () => keys.list() };
}

const bodies = async ({ store, retailerId }: Opened, { id }: OrderRow) =>
  (await store.read.messages.list(retailerId, id)).map(({ body }) => body);

const keyRows = ({ superuserUrl }: Database) =>
  asSuperuser(superuserUrl, async (client) => {
    const { rows } = await client.query(
      'SELECT order_id::INTEGER AS order, first_seq::INTEGER AS first, epoch::INTEGER FROM order_keys ORDER BY 1, 2',
    );
    return rows as { order: number; first: number; epoch: number }[];
  });

test('every hour the keys of living texts are encrypted anew, and an epoch’s key lives for a day and two hours', async (t) => {
  const place = await opened(t);
  const lived = new Map<number, number>();
  for (; place.at.hour <= start + 30; place.at.hour++) {
    const { failures } = await place.turn();
    assert.deepEqual(failures, []);
    for (const { epoch } of await keyRows(place)) assert.equal(epoch, place.at.hour);
    for (const epoch of await place.epochs()) lived.set(epoch, place.at.hour - epoch);
  }
  assert.equal(lived.get(start), restorableHours + 1);
  assert.equal(lived.get(start + 1), restorableHours + 1);
  for (const order of place.orders) assert.deepEqual(await bodies(place, order), ['secret 1', 'secret 2']);
});

test('more keys than one transaction takes are all encrypted anew', async (t) => {
  const place = await opened(t, 1100);
  place.at.hour += 1;
  assert.equal((await place.turn()).wrapped, 1100);
  assert.equal((await place.turn()).wrapped, 0);
});

test('after days without a server, old keys stay until the backups of that time are too old', async (t) => {
  const place = await opened(t);
  place.at.hour += 100;
  const first = await place.turn();
  assert.deepEqual({ ...first, failures: [] }, { wrapped: 3, destroyed: 0, failures: [] });
  assert.ok((await place.epochs()).includes(start), 'a backup from before the round needs it');
  place.at.hour += restorableHours;
  assert.equal((await place.turn()).destroyed, 0);
  place.at.hour += 1;
  assert.equal((await place.turn()).destroyed, 1);
  assert.ok(!(await place.epochs()).includes(start));
});

test('after a restore, with a clock that is still behind, newer backups keep their keys', async (t) => {
  const place = await opened(t);
  // Epochs that began after the backup that was restored.
  for (let hour = start + 1; hour <= start + 20; hour++) await localEpochKeys(place.folder).create(hour);
  await place.turn();
  for (const { epoch } of await keyRows(place)) assert.equal(epoch, start + 20);
  place.at.hour = start + 44;
  await place.turn();
  assert.ok((await place.epochs()).includes(start + 1));
  place.at.hour = start + 45;
  await place.turn();
  assert.equal((await place.epochs())[0], start + 20);
});

test('a clock that jumps destroys nothing before the time has certainly come', async (t) => {
  const { store, ...place } = await opened(t);
  const jumped = { now: () => (start + 1000) * hourMs, certain: () => start * hourMs };
  const report = await turnKeys(store, store.keys!, jumped, restorableHours);
  assert.deepEqual(report, { wrapped: 0, destroyed: 0, failures: [] });
  assert.deepEqual(await place.epochs(), [start]);
});

test('while a key cannot be encrypted anew, the others are, nothing is destroyed, and it counts as late', async (t) => {
  const place = await opened(t);
  const damaged = place.orders[1]!.id;
  await asSuperuser(place.superuserUrl, (client) =>
    client.query(
      'UPDATE order_keys SET wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1) WHERE order_id = $1',
      [damaged],
    ),
  );
  const clock = { now: () => place.at.hour * hourMs };
  assert.equal(await keysLateHours(place.store, clock), 0);
  place.at.hour += 40;
  const { wrapped, destroyed } = await place.turn();
  assert.deepEqual({ wrapped, destroyed }, { wrapped: 2, destroyed: 0 });
  assert.equal(await keysLateHours(place.store, clock), 40);
  await assert.rejects(bodies(place, place.orders[1]!), { name: 'DamagedText' });
  assert.deepEqual(await bodies(place, place.orders[0]!), ['secret 1', 'secret 2']);

  const order = (await place.store.read.orders.find(place.retailerId, { id: damaged }))!;
  await place.store.write((tx) => write(tx, order, 3, 'written since'));
  assert.deepEqual(
    (await keyRows(place)).filter((row) => row.order === damaged).map(({ first }) => first),
    [1, 3],
    'new messages have a key of their own',
  );
  await place.store.write((tx) => tx.messages.eraseTexts(place.retailerId, damaged));
  await place.turn();
  assert.equal(await keysLateHours(place.store, clock), 0);
});

test('a message that is sent while earlier ones are being erased shares no key with them', async (t) => {
  const place = await opened(t);
  const { store, retailerId } = place;
  const [order, other] = place.orders as [OrderRow, OrderRow];
  const ofOrder = async () =>
    (await keyRows(place)).filter((row) => row.order === order.id).map(({ first }) => first);
  await store.write((tx) => tx.orders.startErasing(retailerId, [order.id], 0));
  await store.write((tx) => write(tx, order, 4, 'kept 4'));
  await store.write((tx) => write(tx, order, 5, 'kept 5'));
  assert.deepEqual(await ofOrder(), [1, 4]);
  await store.write((tx) => tx.messages.eraseTexts(retailerId, order.id, { after: 0, upTo: 2 }));
  assert.deepEqual(await ofOrder(), [4]);
  assert.deepEqual(await bodies(place, order), ['kept 4', 'kept 5']);
  assert.deepEqual(await bodies(place, other), ['secret 1', 'secret 2']);
});

test('after one side’s messages are erased, the other’s have a key that does not open those', async (t) => {
  const place = await opened(t);
  const { store, retailerId, superuserUrl, folder } = place;
  const [order] = place.orders as [OrderRow];
  await store.write((tx) => write(tx, { ...order, userId: 77 }, 3, 'from the shopper'));
  const look = () =>
    asSuperuser(superuserUrl, async (client) => {
      const keys = await client.query('SELECT wrapped, epoch FROM order_keys WHERE order_id = $1', [
        order.id,
      ]);
      const text = await client.query('SELECT sealed FROM messages WHERE order_id = $1 AND seq = 3', [
        order.id,
      ]);
      assert.equal(keys.rows.length, 1);
      const row = { retailerId, orderId: order.id, firstSeq: 1, epoch: Number(keys.rows[0].epoch) };
      const key = await unwrap(localEpochKeys(folder), { ...row, wrapped: keys.rows[0].wrapped });
      return { key, sealed: text.rows[0].sealed as Buffer | null };
    });
  const before = await look();
  assert.equal(unsealText(before.key, before.sealed!, retailerId, order.id, 3).body, 'from the shopper');
  const theirs = { after: 0, upTo: 3, senderId: 77 };
  assert.equal((await store.write((tx) => tx.messages.eraseTexts(retailerId, order.id, theirs))).messages, 1);
  const { key, sealed } = await look();
  assert.equal(sealed, null);
  assert.throws(() => unsealText(key, before.sealed!, retailerId, order.id, 3), { name: 'DamagedText' });
  assert.deepEqual(await bodies(place, order), ['secret 1', 'secret 2']);
  await store.write((tx) => write(tx, order, 4, 'written since'));
  assert.deepEqual(await bodies(place, order), ['secret 1', 'secret 2', 'written since']);
});

test('with the last text of an order its key is gone', async (t) => {
  const place = await opened(t);
  const [retailer] = await place.store.read.retailers.list();
  const files = localImageFiles(temporaryFolder(t));
  await eraseOrderNow(
    { store: place.store, clock: { now: () => place.at.hour * hourMs }, files },
    retailer!,
    'WEB-0',
  );
  assert.deepEqual(
    (await keyRows(place)).map(({ order }) => order),
    place.orders.slice(1).map(({ id }) => id),
  );
});

test('a server does not start without the keys of its database, nor with those of another', async (t) => {
  const place = await opened(t);
  const env = { DATABASE_URL: place.url, DATA_DIR: temporaryFolder(t) };
  const clock = { now: () => place.at.hour * hourMs };
  const start = (folder: string) => testServer(t, { ...env, AISLECHAT_KEYS_DIR: folder }, { clock });
  await start(place.folder);

  const other = await opened(t);
  await testServer(t, { ...env, DATABASE_URL: other.url }, { clock });
  // It has a key of the same hour, but another one.
  await assert.rejects(
    start(other.folder),
    /is not the key folder of this database\. Set AISLECHAT_KEYS_DIR/,
  );
  await assert.rejects(
    start(join(temporaryFolder(t), 'missing')),
    /missing lacks 1 of the keys .*epoch-500000\.key.* Set AISLECHAT_KEYS_DIR .* restore it/,
  );
  const copy = join(temporaryFolder(t), 'copy');
  cpSync(place.folder, copy, { recursive: true });
  await start(copy);
  rmSync(join(copy, 'epoch-500000.key'));
  await assert.rejects(start(copy), /lacks 1 of the keys/);
});

test('if the key folder is lost, the texts can be discarded as the documents say, and the chats go on', async (t) => {
  const place = await opened(t);
  const clock = { now: () => place.at.hour * hourMs };
  const env = { DATABASE_URL: place.url, DATA_DIR: temporaryFolder(t) };
  const start = (folder: string) => testServer(t, { ...env, AISLECHAT_KEYS_DIR: folder }, { clock });
  await start(place.folder);
  const empty = join(temporaryFolder(t), 'empty');
  await assert.rejects(start(empty), /lacks 1 of the keys/);
  const operations = readFileSync(new URL('../../../../docs/operations.md', import.meta.url), 'utf8');
  const discard = /```sql\n(UPDATE messages SET sealed = NULL[^`]*)```/.exec(operations)![1]!;
  await asSuperuser(place.superuserUrl, (client) => client.query(discard));
  const { app } = await start(empty);
  const store = createStore(
    await openPostgres({ url: place.url, ...postgresDefaults, keys: localEpochKeys(empty) }),
  );
  t.after(() => store.close());
  const order = (await store.read.orders.find(place.retailerId, { id: place.orders[0]!.id }))!;
  await store.write((tx) => write(tx, order, 3, 'written since'));
  assert.deepEqual(await bodies({ ...place, store }, order), ['written since']);
  assert.match(await (await fetch(`${app.url}/metrics`)).text(), /^aislechat_keys_late_hours 0$/m);
});
