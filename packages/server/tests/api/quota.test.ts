/** Quotas: a client that asks too much is refused, and others are not affected. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { limits } from '@aislechat/contract';
import type { Caller } from '../../src/domain/access/access.ts';
import { OAuthRefusal, Refusal } from '../../src/domain/errors.ts';
import { OverQuota, Quota, Quotas } from '../../src/http/pipeline/quota.ts';
import type { Answer } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { chatPath, openChat } from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

test('a quota counts each key, and refills evenly', () => {
  let now = 10_000;
  const quota = new Quota(2, 5, () => now);
  assert.deepEqual([quota.take('a'), quota.take('a'), quota.take('a'), quota.take('b')], [1, 0, -1, 1]);
  assert.ok(quota.isSpent('a') && !quota.isSpent('b') && !quota.isSpent('c'));
  assert.equal(quota.secondsUntilNext('a'), 3);
  now += 2499;
  assert.ok(quota.isSpent('a'));
  now += 1;
  assert.deepEqual([quota.take('a'), quota.take('a')], [0, -1]);
  now += 60_000;
  assert.deepEqual([quota.take('a'), quota.take('a'), quota.take('a')], [1, 0, -1]);
});

test('a client above its limit is served evenly, not in bursts at the start of each second', () => {
  let now = 0;
  const quotas = new Quotas(100, () => now);
  const served: number[] = [];
  for (; now < 10_000; now += 1) {
    if (now % 100 === 0) served.push(0);
    served[served.length - 1]! += admitted(quotas, 1, () => caller(1, 1, 7, 1));
  }
  assert.ok(served[0]! >= 100, 'what it may send at once');
  assert.deepEqual(new Set(served.slice(2)), new Set([10]));
});

const caller = (retailer: number, applicationId: number, userId: number | null, token: number) =>
  ({
    ...(userId === null ? { kind: 'client' } : { kind: 'user', userId }),
    retailer: { id: retailer },
    applicationId,
    tokenHash: `${token}`,
  }) as Caller;

function admittedOnly(quotas: Quotas, who: Caller, requests: number): void {
  for (let n = 0; n < requests; n++) quotas.takeRequest(who);
}

/** The number of admitted requests out of `requests`, each made by the caller that `callerOf` names. */
function admitted(quotas: Quotas, requests: number, callerOf: (n: number) => Caller): number {
  let count = 0;
  for (let n = 0; n < requests; n++) {
    try {
      quotas.takeRequest(callerOf(n));
      count += 1;
    } catch (error) {
      assert.ok(error instanceof Refusal && error.reason === 'too_many_requests');
    }
  }
  return count;
}

test('a token, a person, an application and a retailer each have a share, whatever tokens they use', () => {
  const quotas = new Quotas(10, () => 1);
  assert.equal(
    admitted(quotas, 100, () => caller(1, 1, 7, 1)),
    10,
    'one token',
  );
  assert.equal(
    admitted(quotas, 100, (n) => caller(1, 1, 8, 100 + n)),
    20,
    'one person with a new token for each request',
  );
  assert.equal(
    admitted(quotas, 300, (n) => caller(1, 2, null, 1000 + n)),
    100,
    'one application',
  );
  assert.equal(
    admitted(quotas, 1000, (n) => caller(2, 1, n, 10_000 + n)),
    400,
    'one retailer',
  );
  assert.equal(
    admitted(quotas, 5, () => caller(3, 1, 7, 50_000)),
    5,
    'another retailer',
  );
  assert.equal(
    admitted(new Quotas(0), 1000, () => caller(1, 1, 7, 1)),
    1000,
    'without a limit',
  );
});

test('the first refusals are answered at once, and later ones of a persistent client are delayed in turn', (t) => {
  t.mock.method(performance, 'now', () => 1000);
  const quotas = new Quotas(10, () => 1);
  const holds = Array.from({ length: 60 }, () => {
    try {
      quotas.takeRequest(caller(1, 1, 7, 1));
      return 'answered';
    } catch (error) {
      assert.ok(error instanceof OverQuota);
      return error.holdMs;
    }
  });
  assert.deepEqual(new Set(holds.slice(0, 10)), new Set(['answered']));
  assert.deepEqual(new Set(holds.slice(10, 20)), new Set([0]));
  assert.deepEqual(
    holds.slice(20),
    Array.from({ length: 40 }, (_, n) => 500 + 5 * n),
  );
  const refuse = () => quotas.takeRequest(caller(1, 1, 7, 1));
  for (let n = 0; n < 5000; n++) assert.throws(refuse, OverQuota);
  assert.throws(refuse, { holdMs: 10_000 }, 'no longer than clients and proxies wait');
  assert.throws(
    () => admittedOnly(quotas, caller(2, 1, 8, 2), 11),
    (error) => error instanceof OverQuota && error.holdMs === 0,
    'another key has refusals of its own',
  );
});

test('token requests of an application count towards its share', () => {
  const quotas = new Quotas(1, () => 1);
  for (let n = 0; n < 10; n++) quotas.takeToken(1, 1);
  assert.throws(() => quotas.takeToken(1, 1), Refusal);
  quotas.takeToken(1, 2);
});

test('wrong secrets are limited per client and address, and the right one still works from elsewhere', async () => {
  const quotas = new Quotas(1000, () => 1);
  const wrong = () => Promise.reject(new OAuthRefusal('invalid_client'));
  for (let n = 0; n < 30; n++) await assert.rejects(quotas.logIn('a', 'shop', wrong), OAuthRefusal);
  await assert.rejects(
    quotas.logIn('a', 'shop', async () => 'token'),
    Refusal,
  );
  assert.equal(await quotas.logIn('b', 'shop', async () => 'token'), 'token');
  assert.equal(await quotas.logIn('a', 'other', async () => 'token'), 'token');
});

const { client } = await testServer(
  { after },
  { AISLECHAT_RATE_LIMIT: '60', AISLECHAT_TRUSTED_PROXIES: '127.0.0.1' },
);
const chat = await openChat(client);
const burst = 300;
const all = (run: (n: number) => Promise<Answer>): Promise<Answer[]> =>
  Promise.all(Array.from({ length: burst }, (_, n) => run(n)));
const statuses = (answers: Answer[]): number[] => [...new Set(answers.map(({ status }) => status))].sort();

test('a token that asks too often gets 429 with Retry-After, and every answer states its own share', async () => {
  const neighbor = await openChat(client);
  const answers = await all(() => client.get(chatPath(chat.orderId), { token: chat.userToken }));
  assert.deepEqual(statuses(answers), [200, 429]);
  const refused = answers.find(({ status }) => status === 429)!;
  assert.equal(refused.headers.get('retry-after'), '1');
  for (const { status, headers } of answers) {
    assert.equal(headers.get('ratelimit-policy'), '"token";q=60;w=1');
    assert.match(headers.get('ratelimit')!, status === 200 ? /^"token";r=\d+;t=1$/ : /^"token";r=0;t=1$/);
  }
  assert.equal((await client.get(chatPath(neighbor.orderId), { token: neighbor.userToken })).status, 200);
});

test('a server that stops sends the refusals it holds, and closes the connections that have had their answers', async (t) => {
  const { app, client } = await testServer(t, { AISLECHAT_RATE_LIMIT: '20' });
  const { orderId, userToken: token } = await openChat(client);
  const held = 40;
  const each = <T>(ask: () => Promise<T>): Promise<T>[] => Array.from({ length: 30 + held }, ask);
  await Promise.all(each(() => client.get('/healthz')));
  const answers = each(() => client.get(chatPath(orderId), { token }));
  // The first refusals are not held. The server has read all requests of those connections when it answers another.
  await Promise.any(answers.map((answer) => answer.then(({ status }) => assert.equal(status, 429))));
  await client.get('/healthz');
  const stoppedMs = performance.now();
  await app.stop();
  assert.ok(performance.now() - stoppedMs < 7000, 'long before the connections are cut');
  const closed = (await Promise.all(answers)).filter(
    ({ status, headers }) => status === 429 && headers.get('connection') === 'close',
  );
  assert.ok(closed.length >= held / 2, `${closed.length} were still held`);
});

test('an address that guesses tokens is refused before any look-up, and a known token still works there', async () => {
  const guess = (from: string) => (n: number) =>
    client.get(chatPath(chat.orderId), {
      token: `${n}`.padStart(43, 'x'),
      headers: { 'x-forwarded-for': from },
    });
  // A failure counts once it is known, so only later guesses are refused.
  const seen = await eventually(
    async () => statuses(await all(guess('198.51.100.7'))),
    (found) => found.includes(429),
  );
  assert.ok(seen.every((status) => status === 401 || status === 429));
  const known = { token: chat.userToken, headers: { 'x-forwarded-for': '198.51.100.7' } };
  const isAdmitted = async () => (await client.get(chatPath(chat.orderId), known)).status;
  assert.ok(await eventually(isAdmitted, (status) => status === 200));
  assert.equal((await guess('198.51.100.8')(1)).status, 401, 'another address');
});

test('an address can create a limited number of sandbox retailers per hour, and learns when to retry', async () => {
  const create = (from: string) =>
    client.post('/v1/sandbox/retailers', { body: {}, headers: { 'x-forwarded-for': from } });
  const startedMs = performance.now();
  const answers: Answer[] = [];
  const withStatus = (wanted: number) => answers.filter(({ status }) => status === wanted);
  // A busy machine may answer some of them with 503, of which only some count.
  while (withStatus(429).length === 0) {
    answers.push(...(await Promise.all(Array.from({ length: 50 }, () => create('198.51.100.20')))));
  }
  const refused = withStatus(429);
  const made = withStatus(200).length;
  const secondsEach = 3600 / limits.sandboxRetailersPerHour;
  const refilled = Math.ceil((performance.now() - startedMs) / 1000 / secondsEach);
  assert.ok(made <= limits.sandboxRetailersPerHour + refilled, `${made} made`);
  assert.ok(made >= limits.sandboxRetailersPerHour - withStatus(503).length, `${made} made`);
  const seconds = Number(refused[0]!.headers.get('retry-after'));
  assert.ok(seconds > 0 && seconds <= Math.ceil(secondsEach), `${seconds} s`);
  assert.equal((await create('198.51.100.21')).status, 200, 'another address');
});
