/** Under more load than there is capacity for: who waits, who goes first, and who is refused. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Refusal } from '../../src/domain/errors.ts';
import { LoadShedder } from '../../src/http/pipeline/load-shedder.ts';

interface Job {
  start: number | undefined;
  done: Promise<unknown>;
  finish(): void;
}

/** Jobs that end on request, and the order in which they were started. */
function jobs(t: TestContext, shedder: LoadShedder) {
  const started: string[] = [];
  const all: Job[] = [];
  t.after(async () => {
    for (const { finish } of all) finish();
    await Promise.allSettled(all.map(({ done }) => done));
  });
  const add = (owner: string, name = owner): Job => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const job: Job = { start: undefined, done: Promise.resolve(), finish: resolve };
    const work = () => {
      job.start = started.push(name);
      return promise;
    };
    job.done = Promise.resolve(shedder.run(owner, work));
    all.push(job);
    return job;
  };
  return { add, started };
}

// This test comes first: a mocked clock cannot end a timer that another test's shedder has started.
test('a request that waits too long is refused, and a later one is not', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  const shedder = new LoadShedder({ all: 1, owner: 1, ready: 100 });
  const { add } = jobs(t, shedder);
  const first = add('a');
  const old = add('a');
  now = 900;
  const young = add('a');
  now = 1100;
  t.mock.timers.tick(50);
  await assert.rejects(old.done, (error) => error instanceof Refusal && error.reason === 'unavailable');
  first.finish();
  await turn();
  assert.ok(young.start);
  young.finish();
  await young.done;
});

test('beyond those that wait ready, the oldest goes first until it is late, and then the newest', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  const shedder = new LoadShedder({ all: 1, owner: 1, ready: 1 });
  const { add } = jobs(t, shedder);
  const looked: string[] = [];
  const arrive = (owner: string, name: string) =>
    shedder.arrive(
      owner,
      () => looked.push(name),
      () => looked.push(`${name}: too late`),
    );
  arrive('a', 'with nobody there');
  const working = add('a');
  add('a');
  for (const name of ['first', 'second', 'third']) arrive('a', name);
  now = 150;
  arrive('a', 'young');
  arrive('b', 'of another owner');
  assert.deepEqual(looked.splice(0), ['with nobody there', 'of another owner']);
  working.finish();
  await turn();
  assert.deepEqual(looked.splice(0), [], 'one waits ready');
  t.mock.timers.tick(50);
  assert.deepEqual(looked.splice(0), ['first']);
  now = 300;
  t.mock.timers.tick(50);
  assert.deepEqual(looked.splice(0), ['young'], 'the others are late');
  t.mock.timers.tick(50);
  assert.deepEqual(looked.splice(0), ['third'], 'the newest of the late ones');
  now = 500;
  t.mock.timers.tick(50);
  assert.deepEqual(looked.splice(0), [], 'half a second is too long to be answered in time');
  now = 1100;
  t.mock.timers.tick(50);
  assert.deepEqual(looked, ['second: too late']);
});

test('a limited number of one owner’s jobs run at once, and then its oldest goes first', async (t) => {
  const { add, started } = jobs(t, new LoadShedder({ all: 10, owner: 2, ready: 100 }));
  const all = [1, 2, 3, 4, 5].map((n) => add('a', `${n}`));
  assert.deepEqual(started, ['1', '2']);
  for (const next of [0, 1, 2]) {
    all[next]!.finish();
    await turn();
  }
  assert.deepEqual(started, ['1', '2', '3', '4', '5']);
});

test('owners take turns, however long the queue of one is', async (t) => {
  const { add, started } = jobs(t, new LoadShedder({ all: 2, owner: 2, ready: 100 }));
  const first = [add('a'), add('a')];
  for (let n = 0; n < 50; n++) add('a');
  const theirs = add('b');
  first[0]!.finish();
  await turn();
  first[1]!.finish();
  await turn();
  assert.deepEqual(started, ['a', 'a', 'a', 'b']);
  assert.ok(theirs.start);
});

test('an owner at its limit neither reserves capacity nor takes it from others', async (t) => {
  const { add, started } = jobs(t, new LoadShedder({ all: 3, owner: 2, ready: 100 }));
  for (let n = 0; n < 10; n++) add('a');
  add('b');
  assert.deepEqual(started, ['a', 'a', 'b']);
});

test('a job that returns at once, throws or gives way frees its place', async () => {
  const shedder = new LoadShedder({ all: 1, owner: 1, ready: 100 });
  assert.equal(
    shedder.run('a', () => 7),
    7,
  );
  assert.throws(() =>
    shedder.run('a', () => {
      throw new Error('wrong');
    }),
  );
  await assert.rejects(async () => shedder.run('a', () => Promise.reject(new Error('wrong'))));
  const held = Promise.withResolvers<string>();
  const waits = shedder.run('a', (giveWay) => {
    giveWay();
    giveWay();
    return held.promise;
  });
  assert.equal(
    shedder.run('a', () => 8),
    8,
  );
  held.resolve('late');
  assert.equal(await waits, 'late');
  assert.equal(
    shedder.run('a', () => 9),
    9,
  );
});
