import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import pg from 'pg';
import { Addresses, addressesOf } from '../../src/storage/postgres/addresses.ts';
import { Client, type ClientConfig, openClient } from '../../src/storage/postgres/client.ts';
import { clientConfig } from '../../src/storage/postgres/connection.ts';
import { migratePostgres } from '../../src/storage/postgres/migrate.ts';
import { roundTrip } from '../../src/storage/postgres/round-trip.ts';
import { Session, sqlOf } from '../../src/storage/postgres/session.ts';
import { openSqlite } from '../../src/storage/sqlite/engine.ts';
import { createStore, type Engine, StorageUnavailable, type Store } from '../../src/storage/store.ts';
import { runCommand, startCommand } from '../support/command.ts';
import { eventually } from '../support/eventually.ts';
import {
  asSuperuser,
  type Database,
  databaseOf,
  newCluster,
  newDatabase,
  openDatabase,
  postgresDefaults,
  prepare,
  template,
} from '../support/postgres.ts';
import { type Cleanup, temporaryFolder } from '../support/server.ts';
import { settings, storageContract } from './contract.ts';

const open = openDatabase;

storageContract('PostgreSQL', async (t) => {
  const { url } = await newDatabase(t);
  return { open: () => open(url), visit: () => open(url) };
});

interface Opened extends Database {
  engine: Engine;
  store: Store;
}

async function opened(t: Cleanup): Promise<Opened> {
  const database = await newDatabase(t);
  const engine = await open(database.url);
  t.after(() => engine.close());
  return { ...database, engine, store: createStore(engine) };
}

/** Two retailers with a user each. */
async function twoRetailers(store: Store): Promise<number[]> {
  const ids: number[] = [];
  for (const firstName of ['Noor', 'Ana']) {
    await store.write(async (tx) => {
      const { id: retailerId } = await tx.retailers.insert(settings);
      const id = await tx.retailers.nextId(retailerId);
      const names = { externalId: 'same', firstName, lastName: null, phoneNumber: null, locale: null };
      await tx.users.insert({ ...names, retailerId, id, avatarUrl: '', activeAt: 0 });
      ids.push(retailerId);
    });
  }
  return ids;
}

test('a statement without the tenant clause still sees only one retailer', async (t) => {
  const { engine, store } = await opened(t);
  const [first, second] = await twoRetailers(store);
  const names = async (retailerId: number) => {
    const text = 'SELECT first_name FROM users WHERE $1::BIGINT IS NOT NULL';
    const rows = await engine.sql.all<{ first_name: string }>(text, retailerId);
    return rows.map((row) => row.first_name);
  };
  assert.deepEqual(await names(first!), ['Noor']);
  assert.deepEqual(await names(second!), ['Ana']);
  assert.deepEqual(await engine.sql.acrossRetailers.all('SELECT * FROM users'), []);
  const changed = await engine.write((sql) =>
    sql.run(`UPDATE users SET first_name = 'Eve' WHERE $1::BIGINT IS NOT NULL`, first!),
  );
  assert.equal(changed, 1);
  assert.deepEqual(await names(second!), ['Ana']);
});

test('reads of several retailers that travel together do not mix', async (t) => {
  const { engine, store } = await opened(t);
  const [first, second] = await twoRetailers(store);
  const text = 'SELECT first_name FROM users WHERE $1::BIGINT IS NOT NULL';
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, n) =>
      engine.sql.all<{ first_name: string }>(text, n % 2 === 0 ? first! : second!),
    ),
  );
  answers.forEach((rows, n) => {
    assert.deepEqual(
      rows.map((row) => row.first_name),
      [n % 2 === 0 ? 'Noor' : 'Ana'],
    );
  });
});

test('a row cannot be moved to another retailer, even by the owner of the tables', async (t) => {
  const { engine, store, ownerUrl, url } = await opened(t);
  const [first, second] = await twoRetailers(store);
  await assert.rejects(
    engine.write((sql) =>
      sql.run('UPDATE users SET retailer_id = $2 WHERE retailer_id = $1', first!, second!),
    ),
    /row-level security/,
  );
  for (const address of [url, ownerUrl]) {
    const client = new pg.Client(address);
    await client.connect();
    t.after(() => client.end());
    const { rows } = await client.query('SELECT * FROM users');
    assert.deepEqual(rows, [], 'without a retailer no row is visible');
  }
});

test('every table with a retailer’s rows has a forced policy', async (t) => {
  const { superuserUrl } = await newDatabase(t);
  const unprotected = await asSuperuser(superuserUrl, async (client) => {
    const { rows } = await client.query(
      `SELECT relname FROM pg_class
       WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
         AND NOT (relrowsecurity AND relforcerowsecurity
           AND EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid))
       ORDER BY relname`,
    );
    return rows.map(({ relname }) => relname);
  });
  assert.deepEqual(unprotected, ['leases', 'schema_migrations', 'service_values']);
});

test('a read that the server refuses does not affect its neighbors', async (t) => {
  const { engine, store } = await opened(t);
  const [first] = await twoRetailers(store);
  const results = await Promise.allSettled([
    engine.sql.all('SELECT first_name FROM users WHERE retailer_id = $1', first!),
    engine.sql.all('SELECT first_name FROM users WHERE retailer_id = $1 AND id = $2', first!, 'no number'),
    engine.sql.all('SELECT id FROM users WHERE retailer_id = $1', first!),
  ]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
});

/** A connection that is no server's. */
async function connected(t: Cleanup, limits: Partial<ClientConfig> = {}): Promise<Client> {
  const { url } = await newDatabase(t);
  const client = await openClient({ ...clientConfig({ url, ...postgresDefaults }), ...limits });
  t.after(() => client.end().catch(() => {}));
  return client;
}

test('the statements of one turn take one round trip, with the beginning and the end of their transaction', async (t) => {
  const client = await connected(t);
  let trips = 0;
  client.connection.on('readyForQuery', () => {
    trips += 1;
  });
  const session = new Session(client);
  session.start('BEGIN');
  const sql = sqlOf(session);
  const [one, two] = await Promise.all([
    sql.one('SELECT $1::BIGINT AS id', 1),
    sql.all('SELECT $1 AS id', 1),
  ]);
  assert.deepEqual([one, two], [{ id: 1 }, [{ id: '1' }]]);
  assert.equal(trips, 1);
  for (const key of ['a', 'b']) {
    await sql.send('INSERT INTO service_values (name, value) VALUES ($2, $1)', 1, key);
  }
  await session.commit();
  assert.equal(trips, 2);
});

test('of a unit that throws, nothing is stored, not even what it sent in the same turn', async (t) => {
  const { engine } = await opened(t);
  const insert = 'INSERT INTO service_values (name, value) VALUES ($2, $1)';
  for (const isBegun of [false, true]) {
    const write = engine.write(async (sql) => {
      if (isBegun) await sql.one('SELECT $1 AS one', 1);
      await sql.send(insert, 1, 'thrown away');
      throw new Error('changed its mind');
    });
    await assert.rejects(write, /changed its mind/);
  }
  await engine.write((sql) => sql.run(insert, 1, 'kept'));
  const rows = await engine.sql.acrossRetailers.all(`SELECT name FROM service_values WHERE value = '1'`);
  assert.deepEqual(rows, [{ name: 'kept' }]);
});

test('statements that fail when a connection prepares them can run on it later', async (t) => {
  const client = await connected(t);
  const statements = (divisor: number) => [
    { text: 'SELECT 1 AS one', values: [] },
    { text: 'SELECT 6 / $1::INTEGER AS quotient', values: [divisor] },
    { text: 'SELECT 2 AS two', values: [] },
  ];
  await assert.rejects(roundTrip(client, statements(0)), { code: '22012' });
  for (const divisor of [2, 3]) {
    const results = await roundTrip(client, statements(divisor));
    assert.deepEqual(
      results.map(({ rows }) => rows),
      [[{ one: 1 }], [{ quotient: 6 / divisor }], [{ two: 2 }]],
    );
  }
});

test('a connection whose server does not answer in time is given up at once', async (t) => {
  const client = await connected(t, { statement_timeout: 0, query_timeout: 50 });
  const statements = [{ text: 'SELECT pg_sleep(600)', values: [] }];
  await assert.rejects(roundTrip(client, statements), /timeout/);
  await assert.rejects(client.query({ text: 'ROLLBACK', query_timeout: 600_000 } as pg.QueryConfig));
});

test('a claim takes as many callbacks as it may, whatever plan the database uses', async (t) => {
  const { url, superuserUrl, store } = await opened(t);
  const [retailerId] = await twoRetailers(store);
  await asSuperuser(superuserUrl, async (client) => {
    // Inserts these rows alone: what they refer to does not matter here.
    await client.query('SET session_replication_role = replica');
    await client.query(
      `INSERT INTO callback_deliveries
         (retailer_id, endpoint_id, order_id, seq, event_name, metadata, at, state, due_at, attempts, failures, give_up_at)
       SELECT $1, 1, n, 1, 'chat_message_created', '{}', 0, 'pending', n, 0, 0, 1000 FROM generate_series(1, 50) n`,
      [retailerId],
    );
  });
  const plans = new URL(url);
  plans.searchParams.set(
    'options',
    '-c enable_hashjoin=off -c enable_mergejoin=off -c enable_material=off -c enable_hashagg=off -c enable_sort=off',
  );
  const engine = await open(plans.href);
  t.after(() => engine.close());
  const claimed = await createStore(engine).write((tx) =>
    tx.callbackDeliveries.claim(retailerId!, 1, 100, 'me', 3),
  );
  assert.deepEqual(claimed.map(({ orderId }) => orderId).sort(), [1, 2, 3]);
});

test('of two concurrent inserts of one key, the second runs again and sees the first', async (t) => {
  const { store } = await opened(t);
  const [retailerId] = await twoRetailers(store);
  let looks = 0;
  const bothLooked = Promise.withResolvers<void>();
  const make = (firstName: string) =>
    store.write(async (tx) => {
      const found = await tx.users.lockByExternalId(retailerId!, 'new');
      looks += 1;
      if (looks === 2) bothLooked.resolve();
      await bothLooked.promise;
      if (found) return `found ${found.firstName}`;
      const names = { externalId: 'new', firstName, lastName: null, phoneNumber: null, locale: null };
      await tx.users.insert({
        ...names,
        retailerId: retailerId!,
        id: names.firstName.length,
        avatarUrl: '',
        activeAt: 0,
      });
      return `made ${firstName}`;
    });
  const outcomes = await Promise.all([make('Uma'), make('Vicky')]);
  assert.equal(looks, 3);
  assert.deepEqual(outcomes.map((outcome) => outcome.split(' ')[0]).sort(), ['found', 'made']);
});

const refuses = (url: string, sentence: RegExp) =>
  assert.rejects(open(url), { name: 'DatabaseUnfit', message: sentence });

test('a database whose commits are not durable is refused', async (t) => {
  const { url, superuserUrl } = await newDatabase(t);
  const name = new URL(superuserUrl).pathname.slice(1);
  for (const value of ['off', 'local', 'remote_write']) {
    await asSuperuser(superuserUrl, (client) =>
      client.query(`ALTER DATABASE ${name} SET synchronous_commit = ${value}`),
    );
    await refuses(url, new RegExp(`synchronous_commit = ${value}: .* could be lost`));
  }
});

test('a server with fsync or full_page_writes off is refused', async (t) => {
  const cluster = await newCluster();
  t.after(() => cluster.stop());
  await prepare(cluster);
  const { url } = databaseOf(cluster, template);
  await asSuperuser(cluster.url(), async (client) => {
    for (const setting of ['fsync', 'full_page_writes']) {
      const set = async (change: string) => {
        await client.query(`ALTER SYSTEM ${change}`);
        await client.query('SELECT pg_reload_conf()');
      };
      await set(`SET ${setting} = off`);
      // A reload takes effect in time.
      await eventually(
        async () => (await client.query(`SHOW ${setting}`)).rows[0],
        (shown) => shown?.[setting] === 'off',
      );
      await refuses(url, new RegExp(`${setting} = off`));
      await set(`RESET ${setting}`);
    }
  });
});

test('a role that bypasses row-level security is refused', async (t) => {
  const { ownerUrl, superuserUrl } = await newDatabase(t);
  await refuses(superuserUrl, /is a superuser/);
  await refuses(ownerUrl, /owns the tables/);
});

test('an older or a newer schema is refused with a sentence', async (t) => {
  const { url: empty } = await newDatabase(t, { migrated: false });
  await refuses(empty, /schema 0, .* Run: aislechat migrate/);
  const { url, superuserUrl } = await newDatabase(t);
  await asSuperuser(superuserUrl, (client) =>
    client.query(`INSERT INTO schema_migrations (version, name) VALUES (99, '0099-future.sql')`),
  );
  await refuses(url, /newer aislechat/);
});

test('a running server continues when the schema is migrated ahead of it', async (t) => {
  const { url, superuserUrl } = await newDatabase(t);
  const engine = await open(url);
  t.after(() => engine.close());
  await asSuperuser(superuserUrl, async (client) => {
    await client.query(`INSERT INTO schema_migrations (version, name) VALUES (99, '0099-future.sql')`);
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'aislechat_app' AND datname = $1`,
      [new URL(url).pathname.slice(1)],
    );
  });
  const store = createStore(engine);
  // The first insert finds out that its connection is closed.
  const insert = () => store.write((tx) => tx.retailers.insert(settings));
  const retailer = await insert().catch(insert);
  assert.equal((await store.read.retailers.find(retailer.id))!.name, 'Grocer');
  await refuses(url, /newer aislechat/);
});

test('of three concurrent migrations one takes effect, and the server starts on its schema', async (t) => {
  const { url, ownerUrl } = await newDatabase(t, { migrated: false });
  const env = { DATABASE_URL: url, DATABASE_OWNER_URL: ownerUrl };
  const runs = await Promise.all([1, 2, 3].map(() => startCommand(env, 'migrate', '--json').ended));
  assert.deepEqual(
    runs.map(({ code }) => code),
    [0, 0, 0],
    runs.map(({ error }) => error).join(),
  );
  const applied = runs.flatMap(({ out }) => JSON.parse(out).applied);
  assert.deepEqual(applied, [...new Set(applied)], 'each migration ran once');
  await (await open(url)).close();
  assert.match((await runCommand(env, 'migrate')).out, /up to date/);
});

test('migrate names what is missing: a setting, a role, a second role', async (t) => {
  const { url, ownerUrl } = await newDatabase(t, { migrated: false });
  const neither = await runCommand({ DATABASE_URL: url }, 'migrate');
  assert.equal(neither.code, 2);
  assert.match(neither.error, /Set DATABASE_OWNER_URL/);
  const unknown = url.replace('aislechat_app', 'nobody_knows');
  const noRole = await runCommand({ DATABASE_URL: unknown, DATABASE_OWNER_URL: ownerUrl }, 'migrate');
  assert.equal(noRole.code, 1);
  assert.match(noRole.error, /There is no role nobody_knows.* CREATE ROLE/);
  const same = await runCommand({ DATABASE_URL: ownerUrl, DATABASE_OWNER_URL: ownerUrl }, 'migrate');
  assert.match(same.error, /must be neither the owner/);
});

test('a command that lacks a password says so, exits, and leaves no connection open', async (t) => {
  // A server that asks for SCRAM, as one with passwords does.
  const message = (code: number, text: string) => {
    const head = Buffer.alloc(9);
    head.write('R');
    head.writeInt32BE(8 + text.length, 1);
    head.writeInt32BE(code, 5);
    return Buffer.concat([head, Buffer.from(text)]);
  };
  const asking = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(message(10, 'SCRAM-SHA-256\0\0'));
      socket.once('data', (first) => {
        const nonce = /r=([^,]*)/.exec(first.toString('latin1'))![1];
        socket.write(message(11, `r=${nonce}x,s=c2FsdA==,i=4096`));
      });
    });
  });
  asking.listen(0, '127.0.0.1');
  await once(asking, 'listening');
  t.after(() => asking.close());
  const url = `postgres://aislechat_app@127.0.0.1:${(asking.address() as AddressInfo).port}/aislechat`;
  for (const [env, ...words] of [
    [{ DATABASE_URL: url }, 'retailer', 'list'],
    [{ DATABASE_URL: url, DATABASE_OWNER_URL: url }, 'migrate'],
  ] as [Record<string, string>, ...string[]][]) {
    const { code, error } = await startCommand(env, ...words).ended;
    assert.equal(code, 1, error);
    assert.match(error, /password/, words.join(' '));
  }
});

test('an address with several hosts is read as one address for each, with the rest unchanged', () => {
  const rest = '/chat?sslmode=verify-full';
  assert.deepEqual(addressesOf(`postgres://a:b%2Cc@one:5432,two,[::1]:7${rest}`), [
    `postgres://a:b%2Cc@one:5432${rest}`,
    `postgres://a:b%2Cc@two${rest}`,
    `postgres://a:b%2Cc@[::1]:7${rest}`,
  ]);
  for (const single of ['postgres://a@one/x', 'postgres://a@/x?host=/run', 'nothing']) {
    assert.deepEqual(addressesOf(single), [single]);
  }
});

test('a connection that the database ends together with the handshake ends no process', async (t) => {
  const message = (kind: string, text: string) => {
    const head = Buffer.alloc(5);
    head.write(kind);
    head.writeInt32BE(4 + text.length, 1);
    return Buffer.concat([head, Buffer.from(text, 'latin1')]);
  };
  const isOk = message('R', '\0\0\0\0');
  const isReady = message('Z', 'I');
  const ends = message('E', 'SFATAL\0C57P01\0Mterminating connection\0\0');
  const ending = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(Buffer.concat([isOk, isReady, ends])));
  });
  ending.listen(0, '127.0.0.1');
  await once(ending, 'listening');
  t.after(() => ending.close());
  const connectionString = `postgres://a@127.0.0.1:${(ending.address() as AddressInfo).port}/x`;
  const client = new Client({ addresses: new Addresses(connectionString) });
  await client.connect();
  await assert.rejects(client.query('SELECT 1'));
  await assert.rejects(open(connectionString), StorageUnavailable);
});

test('a server that cannot reach its database says so and exits', async () => {
  const { code, error } = await startCommand({ DATABASE_URL: 'postgres://a@127.0.0.1:1/x' }, 'serve').ended;
  assert.equal(code, 1);
  assert.match(error, /The database does not answer: .*ECONNREFUSED/);
});

/** The engines differ only in where texts are stored, and in their own bookkeeping. */
const onlySqlite = [
  'message_texts.body',
  'message_texts.id',
  'message_texts.image',
  'messages.checksum',
  'messages.text_id',
  'report_evidence.checksum',
  'report_evidence.text_id',
];
const onlyPostgres = [
  'messages.has_image',
  'messages.key_seq',
  'messages.sealed',
  'order_keys.epoch',
  'order_keys.first_seq',
  'order_keys.order_id',
  'order_keys.retailer_id',
  'order_keys.wrapped',
  'report_evidence.key_epoch',
  'report_evidence.sealed',
  'report_evidence.wrapped_key',
  'schema_migrations.name',
  'schema_migrations.version',
];

test('both engines have the same tables and columns', async (t) => {
  const { superuserUrl } = await newDatabase(t);
  const postgres = await asSuperuser(superuserUrl, async (client) => {
    const { rows } = await client.query(
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'public'`,
    );
    return rows.map(({ name }) => name as string);
  });
  const folder = temporaryFolder(t);
  await openSqlite({ folder, owner: true }).close();
  const database = new DatabaseSync(join(folder, 'aislechat.db'));
  t.after(() => database.close());
  const sqlite = database
    .prepare(
      `SELECT m.name || '.' || c.name AS name FROM sqlite_schema m, pragma_table_info(m.name) c
       WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`,
    )
    .all()
    .map(({ name }) => name as string);
  assert.deepEqual(sqlite.filter((name) => !postgres.includes(name)).sort(), onlySqlite);
  assert.deepEqual(postgres.filter((name) => !sqlite.includes(name)).sort(), onlyPostgres);
});

test('the servers’ role cannot change audit entries, and deletes only those that their retailer no longer keeps', async (t) => {
  const { url } = await newDatabase(t);
  const store = createStore(await open(url));
  t.after(() => store.close());
  const dayMs = 24 * 60 * 60_000;
  const now = Date.now();
  const ages = [1, 29, 31, 399, 401];
  const retailer = (auditRetentionDays: number | 'forever', clockOffsetMs = 0) =>
    store.write(async (tx) => {
      const { id: retailerId } = await tx.retailers.insert({
        ...settings,
        auditRetentionDays,
        clockOffsetMs,
      });
      for (const [n, days] of ages.entries()) {
        const entry = {
          action: 'assignment',
          subject: 'order:1',
          agent: null,
          reason: null,
          detail: null,
        } as const;
        await tx.auditEntries.insert({
          ...entry,
          retailerId,
          id: n + 1,
          at: now - days * dayMs,
          applicationId: 0,
        });
      }
      return retailerId;
    });
  const client = new pg.Client(url);
  await client.connect();
  t.after(() => client.end());
  await assert.rejects(client.query(`UPDATE audit_entries SET reason = ''`), /permission denied/);
  const leftOf = async (retailerId: number) => {
    await client.query(`SELECT set_config('aislechat.retailer_id', $1, false)`, [String(retailerId)]);
    await client.query('DELETE FROM audit_entries');
    const { rows } = await client.query('SELECT id FROM audit_entries ORDER BY id');
    return rows.map(({ id }) => ages[Number(id) - 1]);
  };
  const usual = await retailer(400);
  assert.deepEqual(await leftOf(await retailer(30)), [1, 29]);
  assert.deepEqual(await leftOf(await retailer(1)), [1, 29], 'fewer days than may be chosen');
  assert.deepEqual(await leftOf(usual), [1, 29, 31, 399]);
  assert.deepEqual(await leftOf(await retailer('forever')), ages);
  assert.deepEqual(await leftOf(await retailer(400, 5 * dayMs)), [1, 29, 31], 'by its own clock');
});

test('deploy/roles.sql creates two roles without rights over others, and a database that only they can reach', async (t) => {
  const { superuserUrl } = await newDatabase(t);
  const passwords = { owner_password: `o'${'1'.repeat(20)}`, app_password: '2'.repeat(20) };
  // Imitates psql: values come from files and are quoted. The names differ, since roles belong to the whole
  // cluster.
  const lines = readFileSync(new URL('../../../../deploy/roles.sql', import.meta.url), 'utf8').split('\n');
  let sql = lines.filter((line) => !line.startsWith('\\') && !line.startsWith('--')).join('\n');
  for (const [name, password] of Object.entries(passwords)) {
    assert.ok(lines.includes(`\\set ${name} \`cat /run/secrets/${name}\``));
    sql = sql.replace(`:'${name}'`, pg.escapeLiteral(password));
  }
  sql = sql.replaceAll(/\baislechat\b/g, 'made').replaceAll('aislechat_', 'made_');
  await asSuperuser(superuserUrl, async (client) => {
    t.after(() =>
      asSuperuser(superuserUrl, async (last) => {
        await last.query('DROP DATABASE IF EXISTS made WITH (FORCE)');
        await last.query('DROP ROLE IF EXISTS made_owner, made_app');
      }),
    );
    for (const statement of sql.split(';')) if (statement.trim()) await client.query(statement);
    const { rows } = await client.query(
      `SELECT rolname, rolcanlogin, rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls AS mighty,
         rolpassword LIKE 'SCRAM-SHA-256$%' AS secret
       FROM pg_authid WHERE rolname LIKE 'made%' ORDER BY rolname`,
    );
    assert.deepEqual(rows, [
      { rolname: 'made_app', rolcanlogin: true, mighty: false, secret: true },
      { rolname: 'made_owner', rolcanlogin: true, mighty: false, secret: true },
    ]);
  });
  const as = (role: string) => {
    const url = new URL(superuserUrl);
    return Object.assign(url, { username: role, pathname: '/made' }).href;
  };
  await migratePostgres(as('made_owner'), 'made_app');
  const engine = await open(as('made_app'));
  await engine.close();
  const stranger = new pg.Client(as('aislechat_app'));
  await assert.rejects(stranger.connect(), /permission denied for database/);
});
