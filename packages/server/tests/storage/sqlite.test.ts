import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openSqlite } from '../../src/storage/sqlite/engine.ts';
import { GroupCommit } from '../../src/storage/sqlite/group-commit.ts';
import { createStore, StorageUnavailable } from '../../src/storage/store.ts';
import { writeProbe } from '../../src/storage/tables/service-values.ts';
import { temporaryFolder } from '../support/server.ts';
import { storageContract } from './contract.ts';

storageContract('SQLite', async (t) => {
  const folder = temporaryFolder(t);
  return {
    open: async () => openSqlite({ folder, owner: true }),
    visit: async () => openSqlite({ folder, owner: false }),
  };
});

test('a second server on the same folder is refused with a sentence, and a command is not', async (t) => {
  const folder = temporaryFolder(t);
  const first = openSqlite({ folder, owner: true });
  const script = `
    import { openSqlite } from ${JSON.stringify(new URL('../../src/storage/sqlite/engine.ts', import.meta.url).href)};
    try { await openSqlite({ folder: process.argv[1], owner: process.argv[2] === 'owner' }).close(); console.log('opened'); }
    catch (error) { console.log(error.message); }`;
  const elsewhere = (role: string) =>
    spawnSync(process.execPath, ['--input-type=module', '-e', script, folder, role], { encoding: 'utf8' })
      .stdout;
  assert.match(elsewhere('owner'), /Another aislechat server is using the data folder/);
  assert.equal(elsewhere('visitor').trim(), 'opened');
  await first.close();
  assert.equal(elsewhere('owner').trim(), 'opened');
});

test('a folder written by a newer version is refused with a sentence', async (t) => {
  const folder = temporaryFolder(t);
  await openSqlite({ folder, owner: true }).close();
  const database = new DatabaseSync(join(folder, 'aislechat.db'));
  database.exec('PRAGMA user_version = 99');
  database.close();
  assert.throws(() => openSqlite({ folder, owner: true }), /newer aislechat/);
});

test('a file that is not a database is refused and left unchanged', (t) => {
  const folder = temporaryFolder(t);
  copyFileSync(new URL(import.meta.url), join(folder, 'aislechat.db'));
  assert.throws(() => openSqlite({ folder, owner: true }), /not a database/);
  assert.ok(existsSync(join(folder, 'aislechat.db')));
});

test('the settings on which the guarantees depend are verified at the start', async (t) => {
  const folder = temporaryFolder(t);
  await openSqlite({ folder, owner: true }).close();
  const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get()!)[0];
  const { openConnection } = await import('../../src/storage/sqlite/connection.ts');
  const database = openConnection(join(folder, 'aislechat.db'));
  t.after(() => database.close());
  assert.equal(pragma('journal_mode'), 'wal');
  assert.equal(pragma('synchronous'), 2);
  assert.equal(pragma('secure_delete'), 1);
  assert.equal(pragma('foreign_keys'), 1);
});

test('the space of erased texts is reclaimed once everything around them is erased', async (t) => {
  const folder = temporaryFolder(t);
  const engine = openSqlite({ folder, owner: true });
  t.after(() => engine.close());
  const store = createStore(engine);
  await engine.write(async (sql) => {
    for (let n = 0; n < 20_000; n++) {
      await sql.acrossRetailers.run('INSERT INTO message_texts (body) VALUES (zeroblob(20))');
    }
    await sql.acrossRetailers.run(`INSERT INTO message_texts (body) VALUES ('alive')`);
  });
  assert.equal(await store.reclaim(10_000), 10_000);
  assert.equal(await store.reclaim(10_000), 20_001 - 10_000 - 4096 - 1);
  assert.equal(await store.reclaim(10_000), 0);
  const rest = await engine.sql.acrossRetailers.one<{ body: string }>(
    'SELECT body FROM message_texts ORDER BY id DESC LIMIT 1',
  );
  assert.equal(rest!.body, 'alive');
});

test('a folder and files that others could read are restricted to their owner', async (t) => {
  const folder = temporaryFolder(t);
  await openSqlite({ folder, owner: true }).close();
  chmodSync(folder, 0o755);
  chmodSync(join(folder, 'aislechat.db'), 0o644);
  const engine = openSqlite({ folder, owner: true });
  t.after(() => engine.close());
  const modeOf = (path: string) => statSync(path).mode & 0o777;
  assert.equal(modeOf(folder), 0o700);
  for (const name of readdirSync(folder)) assert.equal(modeOf(join(folder, name)), 0o600, name);
});

test('the files of a new data folder are readable only by their owner from the start', async (t) => {
  const folder = join(temporaryFolder(t), 'new');
  const engine = openSqlite({ folder, owner: true });
  t.after(() => engine.close());
  for (const name of readdirSync(folder)) {
    assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
  }
});

test('a folder that cannot be created is named in a sentence, and at once', (t) => {
  const file = join(temporaryFolder(t), 'a file');
  writeFileSync(file, '');
  // In /proc the system refuses a folder as if the one above were missing.
  for (const folder of [join(file, 'data'), file, '/proc/nope/data']) {
    assert.throws(() => openSqlite({ folder, owner: true }), {
      message: new RegExp(`^The folder ${folder} cannot be created: .*\\. Choose one in a folder that`),
    });
  }
});

test('a database that cannot be opened is named in a sentence', (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'aislechat.db'));
  assert.throws(
    () => openSqlite({ folder, owner: true }),
    new RegExp(`The database ${join(folder, 'aislechat.db')} cannot be used: .*this user may write`),
  );
});

test('a damaged database that was not closed is refused at the start with a sentence', async (t) => {
  const folder = temporaryFolder(t);
  const engine = openSqlite({ folder, owner: true });
  await engine.write(async (sql) => {
    for (let n = 0; n < 2000; n++) {
      await sql.acrossRetailers.run('INSERT INTO message_texts (body) VALUES ($1)', `text ${n}`);
    }
  });
  await engine.scrub();
  await engine.probe();
  // The state that kill -9 leaves: the write-ahead log exists, and nothing was closed.
  const cut = (): string => {
    const left = temporaryFolder(t);
    for (const name of ['aislechat.db', 'aislechat.db-wal'])
      copyFileSync(join(folder, name), join(left, name));
    return left;
  };
  const [sound, damaged] = [cut(), cut()];
  await engine.close();
  const pages = Math.floor(statSync(join(damaged, 'aislechat.db')).size / 4096);
  const handle = openSync(join(damaged, 'aislechat.db'), 'r+');
  writeSync(handle, Buffer.alloc(64, 0xff), 0, 64, (pages - 2) * 4096);
  closeSync(handle);
  await openSqlite({ folder: sound, owner: true }).close();
  assert.throws(
    () => openSqlite({ folder: damaged, owner: true }),
    /aislechat\.db is damaged \(.+\)\. Restore a backup/s,
  );
});

test('a read-only database fails for good, and one that is locked for a moment does not', async (t) => {
  const folder = temporaryFolder(t);
  await openSqlite({ folder, owner: true }).close();
  const readOnly = new DatabaseSync(join(folder, 'aislechat.db'), { readOnly: true });
  t.after(() => readOnly.close());
  const group = new GroupCommit(readOnly, () => {});
  await assert.rejects(group.write(writeProbe), StorageUnavailable);
  assert.match((await group.failed).message, /readonly/);
  await assert.rejects(group.write(writeProbe), /closed/);
});

test('a write waits for another process’s lock while reads and the process continue', async (t) => {
  const folder = temporaryFolder(t);
  const engine = openSqlite({ folder, owner: true });
  t.after(() => engine.close());
  const other = new DatabaseSync(join(folder, 'aislechat.db'));
  t.after(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  const written = engine.probe();
  let turns = 0;
  while (turns < 5) {
    await engine.ping();
    await new Promise((resolve) => setTimeout(resolve, 10));
    turns += 1;
  }
  other.exec('COMMIT');
  await written;
  assert.equal(turns, 5);
});
