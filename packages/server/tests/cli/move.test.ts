import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import pg from 'pg';
import type { EpochKeys } from '../../src/storage/keys/epochs.ts';
import { localEpochKeys } from '../../src/storage/keys/local.ts';
import { unsealEvidence } from '../../src/storage/postgres/evidence-texts.ts';
import { unsealText } from '../../src/storage/postgres/message-texts.ts';
import { migratePostgres } from '../../src/storage/postgres/migrate.ts';
import { unwrap } from '../../src/storage/postgres/order-keys.ts';
import { runCommand, startCommand } from '../support/command.ts';
import { eventually } from '../support/eventually.ts';
import { keysOf } from '../support/key-folders.ts';
import { fetchImage, uploaded } from '../support/pictures.ts';
import { asSuperuser, newDatabase } from '../support/postgres.ts';
import { advance, chatPath, clientToken, clock, openChat, shopperSays } from '../support/scenario.ts';
import { type Shape, seed } from '../support/seed.ts';
import { temporaryFolder, testServer } from '../support/server.ts';

const isFull = process.env.TEST_SCALE === 'full';
const shape: Shape = isFull
  ? { orders: 100_000, messagesPerOrder: 12 }
  : { orders: 2000, messagesPerOrder: 3 };

interface Target {
  url: string;
  superuserUrl: string;
}

let targets = 0;

/** A database that compares texts by language rules, unlike SQLite, which compares bytes. */
async function emptyTarget(t: TestContext): Promise<Target> {
  const { url, ownerUrl, superuserUrl } = await newDatabase(t, { migrated: false });
  const name = `move_${process.pid}_${++targets}`;
  await asSuperuser(superuserUrl, (client) =>
    client.query(
      `CREATE DATABASE ${name} OWNER ${new URL(ownerUrl).username}
       TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US' ENCODING UTF8`,
    ),
  );
  t.after(() => asSuperuser(superuserUrl, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`)));
  const named = (address: string) => Object.assign(new URL(address), { pathname: name }).href;
  await migratePostgres(named(ownerUrl), new URL(url).username);
  return { url: named(url), superuserUrl: named(superuserUrl) };
}

async function seededFolder(t: TestContext, of = shape): Promise<string> {
  const folder = temporaryFolder(t);
  await seed(folder, of);
  return folder;
}

const moving = (folder: string, url: string) => ({ DATA_DIR: folder, AISLECHAT_KEYS_DIR: keysOf(url) });

const move = (folder: string, { url }: Target) =>
  runCommand(moving(folder, url), 'move', '--to', url, '--json');

const open = (folder: string) => new DatabaseSync(join(folder, 'aislechat.db'));

const tablesOf = (database: DatabaseSync): string[] =>
  database
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`)
    .all()
    .map(({ name }) => String(name));
/** Texts are columns of `messages` in PostgreSQL, and leases are not moved. */
const notMovedAsTables = ['leases', 'message_texts'];

/** Empty on SQLite; the move fills them for the images that are not erased. */
const imageKeys = ['key_epoch', 'wrapped_key'];

/** Count of the rows and sum of their hashes: equal for equal rows in any order. */
class Digest {
  rows = 0;
  #sum = 0n;

  add(row: Record<string, unknown>): void {
    const text = JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
    this.rows += 1;
    this.#sum += createHash('sha256').update(text).digest().readBigUInt64BE();
  }

  toString(): string {
    return `${this.rows} rows, ${this.#sum}`;
  }
}

/** Every column of every table in the folder, in the form that it should have in PostgreSQL. */
function digestsOfFolder(folder: string): Record<string, string> {
  const database = open(folder);
  try {
    const digests: Record<string, string> = {};
    for (const table of tablesOf(database)) {
      if (notMovedAsTables.includes(table)) continue;
      const digest = new Digest();
      const hasTexts = table === 'messages' || table === 'report_evidence';
      const text = hasTexts
        ? `SELECT m.*, t.body, t.image FROM ${table} m LEFT JOIN message_texts t ON t.id = m.text_id`
        : `SELECT * FROM ${table}`;
      for (const row of database.prepare(text).iterate()) {
        if (hasTexts) for (const name of ['text_id', 'checksum']) delete row[name];
        digest.add(row);
      }
      digests[table] = String(digest);
    }
    return digests;
  } finally {
    database.close();
  }
}

interface StoredKey {
  retailer_id: string;
  order_id: string;
  first_seq: string;
  epoch: string;
  wrapped: Buffer;
}

/** A row of `messages` with its text in the place of what the database holds. */
async function inTheClear(
  epochs: EpochKeys,
  keys: Map<string, StoredKey>,
  { sealed, key_seq, has_image, ...row }: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  if (sealed === null) return { ...row, body: null, image: null };
  const [retailerId, orderId, seq] = [row.retailer_id, row.order_id, row.seq].map(Number) as [
    number,
    number,
    number,
  ];
  const { epoch, wrapped } = keys.get(`${retailerId}/${orderId}/${key_seq}`)!;
  const place = { retailerId, orderId, firstSeq: Number(key_seq), epoch: Number(epoch) };
  const key = await unwrap(epochs, { ...place, wrapped });
  const text = unsealText(key, sealed as Buffer, retailerId, orderId, seq);
  assert.equal(has_image, text.image === null ? 0 : 1);
  return { ...row, ...text };
}

async function evidenceInTheClear(
  epochs: EpochKeys,
  { sealed, key_epoch, wrapped_key, ...row }: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const [retailerId, orderId, reportId, seq] = ['retailer_id', 'order_id', 'report_id', 'seq'].map((name) =>
    Number(row[name]),
  ) as [number, number, number, number];
  const place = { retailerId, orderId, reportId, seq };
  const stored = { sealed: sealed as Buffer, epoch: Number(key_epoch), wrapped: wrapped_key as Buffer };
  const body = await unsealEvidence(epochs, place, stored);
  return { ...row, body, image: null };
}

async function digestsOfTarget(target: Target, tables: string[]): Promise<Record<string, string>> {
  return asSuperuser(target.superuserUrl, async (client) => {
    const digests: Record<string, string> = {};
    const epochs = localEpochKeys(keysOf(target.url));
    const stored = (await client.query<StoredKey>('SELECT * FROM order_keys')).rows;
    const keys = new Map(stored.map((key) => [`${key.retailer_id}/${key.order_id}/${key.first_seq}`, key]));
    for (const table of tables) {
      const digest = new Digest();
      await client.query(`BEGIN; DECLARE all_rows CURSOR FOR SELECT * FROM ${table}`);
      for (;;) {
        const { rows, fields } = await client.query('FETCH 5000 FROM all_rows');
        if (rows.length === 0) break;
        const numbers = fields.filter(({ dataTypeID }) => dataTypeID === pg.types.builtins.INT8);
        for (const row of rows) {
          for (const { name } of numbers) if (row[name] !== null) row[name] = Number(row[name]);
          if (table === 'images') {
            for (const name of imageKeys) {
              assert.equal(row[name] === null, row.erased_at !== null, name);
              row[name] = null;
            }
          }
          if (table === 'messages') digest.add(await inTheClear(epochs, keys, row));
          else digest.add(table === 'report_evidence' ? await evidenceInTheClear(epochs, row) : row);
        }
      }
      await client.query('COMMIT');
      digests[table] = String(digest);
    }
    return digests;
  });
}

async function assertSameRows(folder: string, target: Target): Promise<void> {
  const expected = digestsOfFolder(folder);
  assert.deepEqual(await digestsOfTarget(target, Object.keys(expected)), expected);
}

/** Makes the recording of progress in one table wait for a lock that the test holds. */
const holdAt = (table: string) => `
  CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NEW.name = 'move_under_way' AND NEW.value::json #>> '{at,table}' = '${table}' THEN
      PERFORM pg_advisory_xact_lock(1);
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER hold BEFORE INSERT OR UPDATE ON service_values FOR EACH ROW EXECUTE FUNCTION hold();
  SELECT pg_advisory_lock(1)`;

/**
 * Kills the move with SIGKILL in the middle of a transaction, at the row that records the progress.
 * @param then what happens to the transaction that was sent: PostgreSQL commits it, or loses it
 */
async function killInTheMiddle(
  folder: string,
  target: Target,
  table: string,
  then: 'committed' | 'lost',
): Promise<void> {
  await asSuperuser(target.superuserUrl, async (client) => {
    await client.query(holdAt(table));
    const { child, ended } = startCommand(moving(folder, target.url), 'move', '--to', target.url);
    const isOver = ended.then((result) =>
      assert.fail(`The move ended before it was killed: ${result.error}`),
    );
    isOver.catch(() => {});
    const waiting = async () => {
      const { rows } = await client.query(
        `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
      return rows[0]?.pid as number | undefined;
    };
    const pid = await Promise.race([eventually(waiting, (pid) => pid !== undefined), isOver]);
    child.kill('SIGKILL');
    assert.equal((await ended).code, null);
    if (then === 'lost') await client.query('SELECT pg_terminate_backend($1)', [pid]);
    await client.query('SELECT pg_advisory_unlock(1)');
    await client.query('DROP FUNCTION hold CASCADE');
  });
}

async function assertNoServerStarts(t: TestContext, target: Target): Promise<void> {
  await assert.rejects(
    testServer(t, { DATABASE_URL: target.url }),
    /move into this database is not finished. Run "aislechat move" again/,
  );
}

test('every row arrives, even if the move is killed midway and run again', async (t) => {
  const folder = await seededFolder(t);
  const target = await emptyTarget(t);
  const startedAt = performance.now();
  await killInTheMiddle(folder, target, 'orders', 'lost');
  await assertNoServerStarts(t, target);
  await killInTheMiddle(folder, target, 'messages', 'committed');
  await killInTheMiddle(folder, target, 'messages', 'lost');
  await killInTheMiddle(folder, target, 'order_events', 'committed');
  await assertNoServerStarts(t, target);
  const { code, out, error } = await move(folder, target);
  assert.equal(code, 0, error);
  const result = JSON.parse(out);
  t.diagnostic(`${result.rows} rows, 4 kills, ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  assert.equal(result.resumed, true);
  assert.equal(result.tables.messages, shape.orders * shape.messagesPerOrder);
  await assertSameRows(folder, target);
  const again = await move(folder, target);
  assert.equal(again.code, 1);
  assert.match(again.error, /The database is not empty/);
});

test('this test’s data fills every table and column, so that no new one is forgotten', async (t) => {
  const folder = await seededFolder(t, { orders: 200, messagesPerOrder: 3 });
  const database = open(folder);
  t.after(() => database.close());
  for (const table of tablesOf(database)) {
    for (const { name } of database.prepare(`SELECT name FROM pragma_table_info('${table}')`).all()) {
      if (table === 'images' && imageKeys.includes(String(name))) continue;
      const filled = database.prepare(`SELECT COUNT(${name}) AS count FROM ${table}`).get()!.count;
      assert.ok(Number(filled) > 0, `${table}.${name} is empty: fill it in support/seed.ts`);
    }
  }
  const { url } = await emptyTarget(t);
  // Alone, so that warnings of Node are among its errors.
  const { code, out, error } = await startCommand(moving(folder, url), 'move', '--to', url, '--json').ended;
  assert.deepEqual([code, error], [0, '']);
  const { tables } = JSON.parse(out);
  const expected = tablesOf(database).filter((table) => !notMovedAsTables.includes(table));
  assert.deepEqual(Object.keys(tables).sort(), expected.sort());
});

test('a table or column that only one side has stops the move before it begins', async (t) => {
  const folder = await seededFolder(t, { orders: 10, messagesPerOrder: 1 });
  const target = await emptyTarget(t);
  const refused = async (name: string) => {
    const { code, error } = await move(folder, target);
    assert.equal(code, 1);
    assert.match(error, new RegExp(`Only one of the two databases has ${name}`));
  };
  const alterSource = (text: string) => {
    const database = open(folder);
    database.exec(text);
    database.close();
  };
  const alterTarget = (text: string) => asSuperuser(target.superuserUrl, (client) => client.query(text));
  for (const table of ['users', 'message_texts']) {
    alterSource(`ALTER TABLE ${table} ADD COLUMN added TEXT`);
    await refused(table === 'users' ? 'users.added' : 'messages.added');
    alterSource(`ALTER TABLE ${table} DROP COLUMN added`);
  }
  alterSource('CREATE TABLE added (id INTEGER PRIMARY KEY)');
  await refused('added.id');
  alterSource('DROP TABLE added');
  await alterTarget('ALTER TABLE orders ADD COLUMN added TEXT');
  await refused('orders.added');
  // A column on both sides is moved without any code of its own.
  alterSource(`ALTER TABLE orders ADD COLUMN added TEXT; UPDATE orders SET added = 'new' || id`);
  const { code, error } = await move(folder, target);
  assert.equal(code, 0, error);
  await assertSameRows(folder, target);
});

test('an unfinished move resumes only from the same data, and not while a server runs', async (t) => {
  const folder = await seededFolder(t, { orders: 2000, messagesPerOrder: 3 });
  const target = await emptyTarget(t);
  await killInTheMiddle(folder, target, 'orders', 'lost');
  const copy = join(temporaryFolder(t), 'copy');
  mkdirSync(copy);
  copyFileSync(join(folder, 'aislechat.db'), join(copy, 'aislechat.db'));
  const database = open(copy);
  database.exec(`UPDATE orders SET version = version + 1 WHERE id = (SELECT MIN(id) FROM orders)`);
  database.close();
  const other = await move(copy, target);
  assert.equal(other.code, 1);
  assert.match(other.error, /began with other data/);
  const command = await runCommand({ DATABASE_URL: target.url }, 'retailer', 'list');
  assert.equal(command.code, 1);
  assert.match(command.error, /is not finished/);

  await testServer(t, { DATA_DIR: folder });
  const beside = await move(folder, target);
  assert.equal(beside.code, 1);
  assert.match(beside.error, /Another aislechat server is using the data folder/);
});

for (const [what, body, sentence] of [
  [
    'another text',
    'NEW.sealed = set_byte(NEW.sealed, 20, get_byte(NEW.sealed, 20) # 1); RETURN NEW;',
    /messages has another body/,
  ],
  ['a missing row', 'RETURN NULL;', /of messages is not where it belongs|of messages is missing/],
  [
    'an extra row',
    `INSERT INTO messages SELECT NEW.retailer_id, NEW.order_id, 1000, 'user', 1, 2, 3; RETURN NEW;`,
    /of messages is not where it belongs|of messages is there and should not be/,
  ],
] as const) {
  test(`control: ${what} in the copy is found, and no server starts on it`, async (t) => {
    const folder = await seededFolder(t, { orders: 200, messagesPerOrder: 3 });
    const target = await emptyTarget(t);
    await asSuperuser(target.superuserUrl, (client) =>
      client.query(
        `CREATE FUNCTION spoil() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN ${body} END $$;
         CREATE TRIGGER spoil BEFORE INSERT ON messages
         FOR EACH ROW WHEN (NEW.order_id = 10000100 AND NEW.seq = 3) EXECUTE FUNCTION spoil()`,
      ),
    );
    const { code, error } = await move(folder, target);
    assert.equal(code, 1);
    assert.match(error, sentence);
    assert.doesNotMatch(error, /Hello|quoted/, 'no text of a message');
    await assertNoServerStarts(t, target);
  });
}

test('a database that a server has run on is refused', async (t) => {
  const folder = await seededFolder(t, { orders: 10, messagesPerOrder: 1 });
  const target = await emptyTarget(t);
  const { app } = await testServer(t, { DATABASE_URL: target.url });
  await app.stop();
  const { code, error } = await move(folder, target);
  assert.equal(code, 1);
  assert.match(error, /The database is not empty: a server has run on it/);
});

test('pictures of before a move can be seen after it, encrypted, and go with their chat like their former files', async (t) => {
  const folder = temporaryFolder(t);
  const publicUrl = 'http://127.0.0.1:1';
  const before = await testServer(t, { DATA_DIR: folder, AISLECHAT_PUBLIC_URL: publicUrl });
  const chat = await openChat(before.client);
  const imageId = await uploaded(before.client, chat.userToken, chat.orderId);
  await before.client.post(chatPath(chat.orderId), { token: chat.userToken, body: { image_id: imageId } });
  const lookAt = async (server: typeof before) => {
    const { body } = await server.client.get(chatPath(chat.orderId), { token: chat.userToken });
    return (await fetchImage(body.chat_messages[0].image.replace(publicUrl, server.app.url))).bytes;
  };
  const picture = await lookAt(before);
  assert.ok(picture.length > 300);
  await before.app.stop();
  const images = join(folder, 'images');
  const filesIn = (ending: string) =>
    readdirSync(images, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(ending));
  // As a move leaves it that was killed while it encrypted.
  const [plain] = filesIn('-full.jpg');
  writeFileSync(join(images, plain!.replace('.jpg', '.sealed')), 'with a key that nobody has');
  writeFileSync(join(images, plain!.replace('.jpg', '.sealed.part')), 'cut off');

  const target = await emptyTarget(t);
  const { code, error } = await move(folder, target);
  assert.equal(code, 0, error);
  assert.equal(filesIn('.jpg').length, 2, 'SQLite’s are as they were');
  const env = { DATA_DIR: folder, DATABASE_URL: target.url, AISLECHAT_PUBLIC_URL: publicUrl };
  const after = await testServer(t, env);
  assert.deepEqual(await lookAt(after), picture);
  assert.equal(filesIn('.sealed').length, 2);
  for (const name of filesIn('.sealed')) assert.equal(readFileSync(join(images, name))[0], 1);
  await advance(after.client, chat.token, chat.batchId, 'completed');
  await clock(after.client, chat.token, { advance_ms: 86_400_001 });
  await eventually(
    async () => [...filesIn('.jpg'), ...filesIn('.sealed')],
    (left) => left.length === 0,
  );
});

test('conversations continue after a move, and new retailers get new numbers', async (t) => {
  const folder = temporaryFolder(t);
  const before = await testServer(t, { DATA_DIR: folder });
  const chat = await openChat(before.client);
  await shopperSays(before.client, chat.token, chat.shopperId, chat.orderId, 'Firm ones are fine');
  const read = (client: typeof before.client) =>
    client.get(chatPath(chat.orderId), { token: chat.userToken });
  const conversation = (await read(before.client)).text;
  await before.app.stop();

  const target = await emptyTarget(t);
  const { code, out, error } = await runCommand(moving(folder, target.url), 'move', '--to', target.url);
  assert.equal(code, 0, error);
  assert.match(out, /Now start the servers with DATABASE_URL/);
  assert.match(error, /^compare messages: 1 of 1 rows, 100 %$/m);
  const after = await testServer(t, { DATABASE_URL: target.url });
  assert.equal((await read(after.client)).text, conversation);
  await shopperSays(
    after.client,
    await clientToken(after.client, chat),
    chat.shopperId,
    chat.orderId,
    'Done',
  );
  const fresh = await openChat(after.client);
  assert.ok(fresh.retailerId > chat.retailerId);
});

test('a wrong address and a folder without data give a sentence and an exit code', async (t) => {
  const folder = temporaryFolder(t);
  const wrong = await runCommand({ DATA_DIR: folder }, 'move', '--to', 'mysql://x@y/z');
  assert.equal(wrong.code, 2);
  assert.match(wrong.error, /--to must be the address of a PostgreSQL database/);
  const empty = await runCommand({ DATA_DIR: folder }, 'move', '--to', 'postgres://a@127.0.0.1:1/b');
  assert.equal(empty.code, 3);
  assert.match(empty.error, /There is no data in/);
});
