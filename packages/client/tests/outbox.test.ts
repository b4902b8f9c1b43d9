/** The lifecycle of a message in an outbox, observed through its public interface. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Connection,
  memoryStorage,
  Outbox,
  type OutboxOptions,
  type OutboxStorage,
  webStorage,
} from '@aislechat/client';
import type { Cleanup } from '../../server/tests/support/server.ts';
import { json, refused, scriptedServer, type Turn } from './support/scripted-server.ts';

const answer = { id: 1, type: 'CHAT', created_at: '2031-05-04T17:20:09Z', timezone: 'UTC' };
const acknowledged = json(200, answer);
const unavailable = refused(503, 'The service is temporarily unavailable. Please try again later.', 2003);
const closed = refused(403, 'Sending a message is not allowed at this time');
const silent: Turn = () => {};

async function house(t: Cleanup, turns: Turn[], options: Partial<OutboxOptions> = {}) {
  const storage = memoryStorage();
  const server = await scriptedServer(t, ...turns);
  const open = (more: Partial<OutboxOptions> = {}) => {
    const connection = new Connection({ url: server.url, token: 'x', timeoutMs: 2000 });
    const backoff = { leastMs: 2, mostMs: 10 };
    const outbox = new Outbox(connection, { storage, backoff, ...options, ...more });
    t.after(() => outbox.close());
    return outbox;
  };
  const keys = () => server.requests.map(({ headers }) => headers['idempotency-key']);
  return { storage, server, open, keys };
}

/** Resolves once the condition holds. */
const until = (outbox: Outbox, isSo: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const look = () => {
      if (!isSo()) return;
      end();
      resolve();
    };
    const end = outbox.subscribe(look);
    look();
  });
const states = (outbox: Outbox) => outbox.messages().map(({ state }) => state);
const isEmpty = (outbox: Outbox) => () => outbox.messages().length === 0;

test('a message is stored when add returns, then sent, and removed once acknowledged', async (t) => {
  const sent: unknown[] = [];
  const { storage, open } = await house(t, [acknowledged]);
  const outbox = open({ onSent: (message, answer) => sent.push([message.key, answer.id]) });
  const message = outbox.add('A-1', 'hello');
  assert.equal(storage.keys().length, 1);
  assert.equal(message.body.body, 'hello');
  await until(outbox, isEmpty(outbox));
  assert.deepEqual(storage.keys(), []);
  assert.deepEqual(sent, [[message.key, 1]]);
});

test('after no answer, a 5xx, 429, 408 or a captive portal’s page, the message is retried with the same key', async (t) => {
  const { open, keys } = await house(t, [
    (response) => response.destroy(),
    unavailable,
    json(429, {}, { 'retry-after': '0' }),
    refused(408, 'The request took too long to arrive'),
    (response) => response.writeHead(200).end('<p>Welcome to our store’s Wi-Fi!'),
    json(200, { welcome: true }),
    acknowledged,
  ]);
  const outbox = open();
  const { key } = outbox.add('A-1', 'hello');
  await until(outbox, isEmpty(outbox));
  assert.deepEqual(keys(), Array(7).fill(key));
});

test('one message of an order is sent at a time, oldest first; orders do not wait for each other', async (t) => {
  const { open, server } = await house(t, [silent, acknowledged]);
  const outbox = open();
  outbox.add('A-1', 'first');
  outbox.add('A-1', 'second');
  outbox.add('B-2', 'elsewhere');
  await until(outbox, () => outbox.messages('B-2').length === 0);
  assert.deepEqual(states(outbox), ['sending', 'pending']);
  assert.equal(server.requests.length, 2);
});

test('a permanent refusal fails the message, which is kept with its cause and does not block the others', async (t) => {
  const { open, storage } = await house(t, [closed, acknowledged]);
  const outbox = open();
  const { key } = outbox.add('A-1', 'too late');
  outbox.add('A-1', 'another');
  await until(outbox, () => outbox.messages().length === 1);
  const [failed] = open().messages();
  assert.equal(failed?.state, 'failed');
  assert.equal(failed.key, key);
  assert.equal(failed.error?.name, 'sending_not_allowed');
  assert.equal(failed.error?.status, 403);
  assert.equal(storage.keys().length, 1);
});

test('a failed message can be discarded, or retried with its key behind those already waiting', async (t) => {
  const { open, keys } = await house(t, [closed, closed, acknowledged]);
  const outbox = open();
  const first = outbox.add('A-1', 'one');
  const second = outbox.add('A-1', 'two');
  await until(outbox, () => states(outbox).join() === 'failed,failed');
  assert.equal(outbox.discard(second.key), true);
  assert.equal(outbox.discard(second.key), false);
  const third = outbox.add('A-1', 'three');
  assert.equal(outbox.retry(third.key), false, 'it has not failed');
  assert.equal(outbox.retry(first.key), true);
  await until(outbox, isEmpty(outbox));
  assert.deepEqual(keys(), [first.key, second.key, third.key, first.key]);
});

test('a message in flight when the page is closed is sent by the next page with the same key', async (t) => {
  const { open, keys } = await house(t, [silent, acknowledged]);
  const before = open();
  before.add('A-1', 'one');
  before.add('A-1', 'two');
  await until(before, () => states(before).includes('sending'));
  while (keys().length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  before.close();
  const after = open();
  assert.equal(after.messages().length, 2);
  await until(after, isEmpty(after));
  const [first, again, second] = keys();
  assert.equal(first, again);
  assert.notEqual(again, second);
});

test('a message that is waiting or in flight can be discarded, and the next one is sent', async (t) => {
  const { server, open } = await house(t, [silent, acknowledged]);
  const outbox = open();
  const [hanging, waiting] = ['hangs', 'waits', 'leaves'].map((body) => outbox.add('A-1', body));
  await until(outbox, () => states(outbox)[0] === 'sending');
  assert.ok(outbox.discard(waiting!.key));
  assert.ok(outbox.discard(hanging!.key));
  assert.equal(outbox.discard(hanging!.key), false);
  await until(outbox, isEmpty(outbox));
  assert.ok(server.requests.length <= 2);
});

test('a message that steps aside lets the others pass and is retried later', async (t) => {
  const { open, keys } = await house(t, [unavailable, acknowledged, acknowledged]);
  const outbox = open({ stepsAside: ({ body }) => body.body === 'large' });
  const [large, small] = ['large', 'small'].map((body) => outbox.add('A-1', body));
  await until(outbox, isEmpty(outbox));
  assert.deepEqual(keys(), [large!.key, small!.key, large!.key]);
});

test('a message discarded in one tab does not reappear when another tab’s attempt is refused later', async (t) => {
  const late: Turn = (response, request) => setTimeout(() => closed(response, request), 50);
  const { open, server } = await house(t, [late, closed], { locks: undefined });
  const slow = open();
  const { key } = slow.add('A-1', 'too late');
  while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  const quick = open();
  await until(quick, () => states(quick).join() === 'failed');
  assert.equal(quick.discard(key), true);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(slow.messages(), []);
});

test('adding a message to full storage throws, and the message is not queued', async (t) => {
  const full: OutboxStorage = {
    ...memoryStorage(),
    set() {
      throw new Error('QuotaExceededError');
    },
  };
  const { open } = await house(t, [acknowledged]);
  const outbox = open({ storage: full });
  assert.throws(() => outbox.add('A-1', 'hello'), /Quota/);
  assert.deepEqual(outbox.messages(), []);
});

test('waking the outbox ends its backoff', async (t) => {
  const { open, server } = await house(t, [unavailable, acknowledged], {
    backoff: { leastMs: 60_000, mostMs: 60_000 },
  });
  const outbox = open();
  outbox.add('A-1', 'hello');
  await until(outbox, () => server.requests.length === 1 && states(outbox).join() === 'pending');
  outbox.wake();
  await until(outbox, isEmpty(outbox));
});

test('the outbox leaves foreign storage entries alone and skips unreadable ones', async (t) => {
  const { open, storage } = await house(t, [acknowledged]);
  storage.set('theme', 'dark');
  storage.set('aislechat:outbox:A-1:1:x', '{half');
  storage.set('aislechat:outbox:A-1:2:y', 'null');
  const outbox = open();
  assert.deepEqual(outbox.messages(), []);
  outbox.add('A-1', 'hello');
  await until(outbox, isEmpty(outbox));
  assert.equal(storage.keys().length, 3);
});

test('setting the clock back does not put a message before an earlier one', async (t) => {
  const { open } = await house(t, [silent]);
  const outbox = open();
  t.mock.timers.enable({ apis: ['Date'], now: 2_000_000 });
  outbox.add('A-1', 'one');
  t.mock.timers.reset();
  t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
  outbox.add('A-1', 'two');
  assert.deepEqual(
    outbox.messages().map(({ body }) => body.body),
    ['one', 'two'],
  );
});

test('orders whose IDs share a prefix are kept apart, and so are outboxes with different names', async (t) => {
  const { open } = await house(t, [silent]);
  const noor = open({ name: 'noor' });
  noor.add('A', 'one');
  noor.add('A:1', 'two');
  noor.add('A%3A1', 'three');
  for (const orderId of ['A', 'A:1', 'A%3A1']) assert.equal(noor.messages(orderId).length, 1, orderId);
  assert.deepEqual(open({ name: 'ilse' }).messages(), []);
});

test('webStorage works on an object with the interface of Web Storage', () => {
  const entries = new Map<string, string>();
  const storage = webStorage({
    get length() {
      return entries.size;
    },
    key: (n) => [...entries.keys()][n] ?? null,
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, value) => void entries.set(key, value),
    removeItem: (key) => void entries.delete(key),
  });
  storage.set('a', '1');
  storage.set('b', '2');
  storage.remove('a');
  assert.deepEqual([storage.keys(), storage.get('a'), storage.get('b')], [['b'], null, '2']);
});
