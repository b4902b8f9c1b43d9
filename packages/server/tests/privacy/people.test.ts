/**
 * Names, phones, notes, devices and numbers of many people who come and go: once they have to be gone, no row has anything
 * of theirs on either engine, and no byte of any file on SQLite.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { eraseExpired } from '../../src/domain/erasure/erasure.ts';
import { applyRetention } from '../../src/domain/erasure/retention.ts';
import { createStore, type Store } from '../../src/storage/store.ts';
import { type Crowd, canaryPattern, crowd, dayMs } from '../support/canary-people.ts';
import { matchesInFiles } from '../support/file-search.ts';
import { noFiles } from '../support/house.ts';
import { newPlace, type Place, testsPostgres } from '../support/place.ts';

const isFull = process.env.TEST_SCALE === 'full';
/** SQLite leaves copies in the gaps of pages only of many. */
const people = isFull ? 10_000 : testsPostgres ? 150 : 1500;

interface World extends Crowd {
  place: Place;
  store: Store;
}

async function world(t: TestContext): Promise<World> {
  const place = await newPlace(t);
  mkdirSync(place.env.DATA_DIR!, { recursive: true });
  const store = createStore(await place.open());
  t.after(() => store.close());
  const made = await crowd(store, people, async (day) => {
    const clock = { now: () => day * dayMs + 5000 };
    const { failures } = await eraseExpired(store, clock, noFiles);
    assert.deepEqual([...failures, ...(await applyRetention(store, clock)).failures], []);
  });
  return { ...made, place, store };
}

const of = (canaries: Set<string>, found: Set<string>) => [...canaries].filter((one) => found.has(one));

test(`${people} customers and as many shoppers: of those who have to be gone, no row and no file has anything`, async (t) => {
  const { place, store, due, living } = await world(t);
  const rows = new Set((await place.dump()).match(canaryPattern));
  assert.deepEqual(of(due, rows), []);
  assert.ok(of(living, rows).length > living.size / 2, 'the others are there');
  const counts = `${due.size} canaries of people who are gone, ${living.size} of others`;
  if (testsPostgres) {
    t.diagnostic(`${counts}; none in a row`);
    return;
  }
  const folder = place.env.DATA_DIR!;
  assert.ok(await store.scrub());
  const before = of(due, matchesInFiles(folder, canaryPattern)).length;
  assert.ok(before > 0, 'control: without cleaning, SQLite leaves copies in the gaps of pages');
  assert.ok(await store.cleanPages());
  assert.ok(await store.scrub());
  const after = matchesInFiles(folder, canaryPattern);
  t.diagnostic(`${counts}; ${before} in the files before they were cleaned, ${of(due, after).length} after`);
  assert.deepEqual(of(due, after), []);
  assert.deepEqual(of(living, after).sort(), of(living, rows).sort(), 'nothing else of the others, either');
});
