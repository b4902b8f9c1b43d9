/** A system clock that is wrong neither shows nor destroys anything that it should not. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Clock, systemClock } from '../../src/domain/clock.ts';
import { eraseExpired } from '../../src/domain/erasure/erasure.ts';
import type { TimeSource } from '../../src/domain/steady-clock.ts';
import type { Store } from '../../src/storage/store.ts';
import { confirmClock, openClock } from '../../src/wiring/open-clock.ts';
import { house, noFiles } from '../support/house.ts';
import { newPlace } from '../support/place.ts';
import { startServerProcess } from '../support/process.ts';
import { advance, chatPath, type OpenChat, openChat } from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const minute = 60_000;
const hour = 60 * minute;

/** A machine at the time when the conversations of `house` have an hour left. */
class Machine implements TimeSource {
  real = 2000 - hour;
  wrongMs = 0;
  wallMs = () => this.real + this.wrongMs;
  monotonicMs = () => this.real;
}

const read = ({ client, orderId, userToken }: OpenChat) =>
  client.get(chatPath(orderId), { token: userToken });
const send = ({ client, orderId, userToken }: OpenChat, body: string) =>
  client.post(chatPath(orderId), { token: userToken, body: { body } });

const erasedBy = async (store: Store, clock: Clock) => (await eraseExpired(store, clock, noFiles)).orders;

test('60 seconds of a clock that is 25 hours ahead destroy nothing, even over restarts', async (t) => {
  const { store } = await house(t, 1, 3);
  const machine = new Machine();
  /** A process of its own each time, on the same data. */
  const restarted = async () => {
    const opened = await openClock(store, machine);
    await opened.keep();
    return opened.clock;
  };
  await restarted();
  machine.wrongMs = 25 * hour;
  assert.equal(await erasedBy(store, await restarted()), 0);
  machine.real += minute;
  machine.wrongMs = 0;
  const clock = await restarted();
  assert.equal(await erasedBy(store, clock), 0);
  machine.real += 58 * minute;
  assert.equal(await erasedBy(store, clock), 0);
  // A restart loses what had passed since the mark was kept, so an erasure comes late rather than early.
  machine.real += 4 * minute;
  assert.equal(await erasedBy(store, clock), 3, 'they are erased when they have really expired');
});

test('control: a clock that is taken at its word destroys them at once', async (t) => {
  const { store } = await house(t, 1, 3);
  const machine = new Machine();
  machine.wrongMs = 25 * hour;
  assert.equal(await erasedBy(store, { now: machine.wallMs }), 3);
});

test('what a jump forward has hidden stays hidden, and an expired token stays expired', async (t) => {
  const machine = new Machine();
  machine.real = systemClock.now();
  const { client } = await testServer(t, {}, { time: machine });
  const chat = await openChat(client);
  await send(chat, 'still here');
  await advance(client, chat.token, chat.batchId, 'delivered');
  machine.wrongMs = 23.5 * hour;
  assert.equal((await read(chat)).body.chat_messages.length, 1, 'half an hour is left');
  assert.ok((await client.get('/readyz')).body.clock_doubt_seconds > 23 * 3600);

  machine.wrongMs = 25 * hour;
  assert.equal((await read(chat)).status, 401, 'the token has expired');
  machine.wrongMs = 0;
  machine.real += minute;
  assert.equal((await read(chat)).status, 401);
  assert.ok((await client.get('/readyz')).body.clock_lead_seconds > 24 * 3600);
});

test('the operator’s confirmation reaches a running server and the next one', async (t) => {
  const place = await newPlace(t);
  const machine = new Machine();
  machine.real = systemClock.now();
  const store = (await house(t, 1, 1, { place })).store;
  const running = await openClock(store, machine);
  machine.wrongMs = 25 * hour;
  running.clock.now();
  machine.wrongMs = 0;
  await running.keep();
  assert.ok(running.clock.state.leadMs > 24 * hour);

  await confirmClock(store);
  const next = await openClock(store, machine);
  assert.deepEqual(next.clock.state, { leadMs: 0, doubtMs: 0 });
  await running.keep();
  assert.deepEqual(running.clock.state, { leadMs: 0, doubtMs: 0 });
});

/** A server whose system clock is wrong. */
const serverAhead = async (t: TestContext, env: Record<string, string>, ms: number) => {
  const shift = `const now = Date.now; Date.now = () => now() + ${ms};`;
  const server = await startServerProcess({
    env: { ...env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(shift)}` },
  });
  t.after(() => server.kill());
  return server.client;
};

test('of several processes on one database, one with a wrong clock is right nevertheless', async (t) => {
  const place = await newPlace(t);
  if (place.env.DATABASE_URL === undefined) return t.skip('only PostgreSQL is shared');
  const wrong = await serverAhead(t, place.env, 25 * hour);
  const { client } = await testServer(t, place.env);
  const chat = await openChat(client);
  await send(chat, 'still here');
  await advance(client, chat.token, chat.batchId, 'delivered');
  const seen = await read({ ...chat, client: wrong });
  assert.equal(seen.body.chat_messages?.length, 1, seen.text);
  const sent = await send(await openChat(wrong), 'stamped by the database’s time');
  assert.ok(Math.abs(Date.parse(sent.body.created_at) - systemClock.now()) < hour, sent.text);
});
