import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openSqlite } from '../../src/storage/sqlite/engine.ts';
import { createStore } from '../../src/storage/store.ts';
import { temporaryFolder } from '../support/server.ts';
import { storageContract } from './contract.ts';

storageContract('SQLite', async (t) => {
  const folder = temporaryFolder(t);
  return { open: async () => openSqlite({ folder, owner: true }) };
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

test('a file that is no database is refused, and left as it is', (t) => {
  const folder = temporaryFolder(t);
  copyFileSync(new URL(import.meta.url), join(folder, 'aislechat.db'));
  assert.throws(() => openSqlite({ folder, owner: true }), /not a database/);
  assert.ok(existsSync(join(folder, 'aislechat.db')));
});

test('the settings that the promises rest on are read back at start', async (t) => {
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

test('the space of erased texts is given back once everything around them is erased', async (t) => {
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
