/** Overwriting the gaps of pages in the file of a live database: it changes nothing else, whoever writes and whenever it dies. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openSqlite } from '../../src/storage/sqlite/engine.ts';
import { clearGaps, gapsOf } from '../../src/storage/sqlite/page-gaps.ts';
import { createStore, type Store } from '../../src/storage/store.ts';
import { plainEnvironment } from '../support/process.ts';
import { seededRandom } from '../support/random.ts';
import { temporaryFolder } from '../support/server.ts';
import { settings } from './contract.ts';

const isFull = process.env.TEST_SCALE === 'full';
const kills = isFull ? 200 : 5;
const cleaner = fileURLToPath(new URL('../../src/storage/sqlite/clean-pages-process.ts', import.meta.url));
const people = 400;

/** A database whose rows keep growing, shrinking and moving, and what has to be in them. */
async function busyStore(t: TestContext) {
  const folder = temporaryFolder(t);
  const store = createStore(openSqlite({ folder, owner: true }));
  t.after(() => store.close().catch(() => {}));
  const random = seededRandom(5);
  const { id: retailerId } = await store.write((tx) => tx.retailers.insert(settings));
  const expected = new Map<number, string>();
  const nameOf = () => `name-${random.below(2 ** 31)}-`.repeat(1 + random.below(30));
  const user = (id: number, firstName: string) => ({
    retailerId,
    id,
    externalId: `user-${id}`,
    firstName,
    lastName: null,
    phoneNumber: null,
    locale: null,
    avatarUrl: '',
    activeAt: 0,
  });
  for (let id = 1; id <= people; id++) {
    const name = nameOf();
    await store.write((tx) => tx.users.insert(user(id, name)));
    expected.set(id, name);
  }
  let isOver = false;
  let writes = 0;
  async function write(n: number): Promise<void> {
    while (!isOver) {
      // Each writer has people of its own.
      const id = 1 + n + 4 * random.below(people / 4);
      const name = nameOf();
      await store.write((tx) => tx.users.update(user(id, name)));
      expected.set(id, name);
      writes += 1;
      const read = await store.read.users.findUnerased(retailerId, { id });
      assert.equal(read!.firstName, name);
    }
  }
  const writing = Promise.all([0, 1, 2, 3].map(write));
  return {
    folder,
    store,
    async stop() {
      isOver = true;
      await writing;
      return writes;
    },
    async assertWhole() {
      await store.close();
      const database = new DatabaseSync(join(folder, 'aislechat.db'));
      const check = database.prepare('PRAGMA integrity_check').all();
      assert.deepEqual(
        check.map((row) => Object.values(row)[0]),
        ['ok'],
      );
      const rows = database.prepare('SELECT id, first_name FROM users').all();
      assert.deepEqual(new Map(rows.map((row) => [Number(row.id), row.first_name])), expected);
      database.close();
    },
  };
}

const cleanUntilDone = async (store: Store) => {
  while (!(await store.cleanPages()));
};

test('while people write and read, pages are cleaned again and again, and nothing is lost', async (t) => {
  const busy = await busyStore(t);
  const rounds = isFull ? 50 : 2;
  for (let n = 0; n < rounds; n++) await cleanUntilDone(busy.store);
  const writes = await busy.stop();
  t.diagnostic(`${rounds} times cleaned during ${writes} writes`);
  assert.ok(writes > rounds);
  // Undisturbed, the gaps of all pages are empty in the end.
  assert.ok(await busy.store.cleanPages());
  await busy.assertWhole();
  const file = readFileSync(join(busy.folder, 'aislechat.db'));
  const pageBytes = file.readUInt16BE(16);
  let pages = 0;
  for (let number = 1; number <= file.length / pageBytes; number++) {
    const page = file.subarray((number - 1) * pageBytes, number * pageBytes);
    const gaps = gapsOf(page, number, pageBytes);
    if (!gaps) continue;
    pages += 1;
    assert.deepEqual(clearGaps(page, gaps), []);
  }
  assert.ok(pages > 20);
});

test(`a cleaning that is killed at any moment, ${kills} times, leaves the database as good as before`, async (t) => {
  const busy = await busyStore(t);
  const random = seededRandom(9);
  for (let n = 0; n < kills; n++) {
    const child = spawn(process.execPath, [cleaner, join(busy.folder, 'aislechat.db')], {
      env: plainEnvironment,
      stdio: 'ignore',
    });
    const exited = once(child, 'exit');
    await sleep(random.below(400));
    child.kill('SIGKILL');
    await exited;
  }
  await busy.stop();
  await busy.assertWhole();
});

test('a page of another kind, and one that does not add up, is left alone', () => {
  const page = Buffer.alloc(4096, 7);
  const header = (kind: number, cells: number, content: number, freeblock = 0) => {
    page[0] = kind;
    page.writeUInt16BE(freeblock, 1);
    page.writeUInt16BE(cells, 3);
    page.writeUInt16BE(content, 5);
    return gapsOf(page, 2, page.length);
  };
  for (const kind of [0, 1, 3, 4, 6, 255]) assert.equal(header(kind, 2, 4000), undefined);
  assert.deepEqual(header(13, 2, 4000), [{ from: 12, to: 4000 }]);
  assert.deepEqual(header(5, 2, 4000), [{ from: 16, to: 4000 }]);
  assert.equal(header(13, 3000, 4000), undefined, 'pointers over the content');
  assert.equal(header(13, 2, 4097), undefined, 'content after the end');
  assert.equal(header(13, 2, 4000, 3000), undefined, 'a free block before the content');
  page.writeUInt16BE(0, 4020);
  page.writeUInt16BE(20, 4022);
  assert.deepEqual(header(13, 2, 4000, 4020), [
    { from: 12, to: 4000 },
    { from: 4024, to: 4040 },
  ]);
  page.writeUInt16BE(77, 4022);
  assert.equal(header(13, 2, 4000, 4020), undefined, 'a free block over the end');
  page.writeUInt16BE(4010, 4020);
  page.writeUInt16BE(20, 4022);
  assert.equal(header(13, 2, 4000, 4020), undefined, 'free blocks out of order');
});
