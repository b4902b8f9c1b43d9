/** `aislechat verify` reports no difference for our own server, and the differences of imitations. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { errors, openapiDocument, type Route, routes } from '@aislechat/contract';
import { CommandFailure } from '../../src/cli/command.ts';
import { programOf } from '../../src/cli/program.ts';
import { checks } from '../../src/verify/checks/all.ts';
import {
  emptyObject,
  fits,
  inAnyOrder,
  integer,
  listOf,
  optional,
  shown,
  text,
} from '../../src/verify/pattern.ts';
import type { Result } from '../../src/verify/run.ts';
import { routeOf } from '../support/client.ts';
import { runCommand, startCommand } from '../support/command.ts';
import { startDocumentMock } from '../support/document-mock.ts';
import { type Relayed, startRelay } from '../support/relay.ts';
import { newRetailer } from '../support/scenario.ts';
import { temporaryFolder, testServer } from '../support/server.ts';

// A busy machine answers more than this in a second, so that the burst of a check is refused. A lower limit would make
// the other checks wait longer.
const { client } = await testServer({ after }, { AISLECHAT_RATE_LIMIT: '60' });
const ours = await newRetailer(client);

interface Report {
  same: number;
  different: number;
  cannot_tell: number;
  results: Result[];
  left_behind: string[];
}

const env = { CLIENT_SECRET: ours.clientSecret };
const argumentsOf = (url: string, ...more: string[]) => [
  ...['verify', '--url', url, '--client-id', ours.clientId],
  ...more,
];

const verify = (url: string, ...more: string[]) => runCommand(env, ...argumentsOf(url, ...more));

/**
 * Runs the command in this process, as its thousands of requests cost half when each need not wake another process.
 */
async function reportOf(url: string, ...more: string[]): Promise<Report & { code: number }> {
  let out = '';
  const print = (text: string) => {
    out += text;
  };
  const program = programOf({ env, out: print, error: assert.fail, overwrite: undefined });
  const ended = program.parseAsync(argumentsOf(url, '--json', ...more), { from: 'user' });
  const code = await ended.then(
    () => 0,
    (error: unknown) => {
      if (error instanceof CommandFailure) return error.exitCode;
      throw error;
    },
  );
  return { ...JSON.parse(out), code };
}

const nameOf = ({ name }: Result) => name;
const namesOf = (report: Report, verdict: string) =>
  report.results.filter((result) => result.verdict === verdict).map(nameOf);

/** Records what is asked from this process, without a relay in between. */
function recordRequests(t: TestContext): Relayed[] {
  const recorded: Relayed[] = [];
  const { fetch } = globalThis;
  t.mock.method(globalThis, 'fetch', async (address: string, request: RequestInit) => {
    const answer = await fetch(address, request);
    const { pathname, search } = new URL(address);
    const text = await answer.clone().text();
    recorded.push({ method: request.method!, path: pathname + search, status: answer.status, text });
    return answer;
  });
  return recorded;
}

/** The requests of the checks, by route. */
function askedFor(requests: Relayed[]): Map<Route, Relayed[]> {
  const byRoute = new Map<Route, Relayed[]>();
  for (const one of requests) {
    const route = routeOf(one.method, one.path);
    if (route) byRoute.set(route, [...(byRoute.get(route) ?? []), one]);
  }
  return byRoute;
}

test('for our own server every check reports the same, and the checks cover Connect’s operations and error rows', async (t) => {
  const requests = recordRequests(t);
  const report = await reportOf(client.url, '--strict');
  assert.deepEqual(namesOf(report, 'different'), []);
  assert.deepEqual(namesOf(report, 'cannot tell'), []);
  assert.equal(report.code, 0);
  assert.equal(report.same, checks.length);

  const asked = askedFor(requests);
  const missing: string[] = [];
  for (const [name, route] of Object.entries<Route>(routes)) {
    if (route.surface !== 'connect') continue;
    const answers = asked.get(route) ?? [];
    if (!answers.some(({ status }) => status === 200)) missing.push(name);
    for (const row of route.oauthErrors ?? []) {
      if (!answers.some(({ text }) => text.includes(`"${row}"`))) missing.push(`${name} ${row}`);
    }
    for (const row of route.errors) {
      // The header is ours, and the limits are too high to reach.
      if (row === 'idempotency_key_reused' || row === 'limit_reached') continue;
      const { status, message } = errors[row];
      const [words] = row === 'invalid_parameters' ? [''] : message.split('%s');
      const isMet = answers.some((answer) => answer.status === status && answer.text.includes(words!));
      if (!isMet) missing.push(`${name} ${row}`);
    }
  }
  assert.deepEqual(missing, []);
});

test('verify cleans up: it leaves no user and no active order, and its tokens are revoked', async (t) => {
  const requests = recordRequests(t);
  const report = await reportOf(client.url, '--only', 'chat.order');
  assert.equal(report.code, 0);
  assert.deepEqual(report.left_behind, []);
  const issued = requests
    .filter(({ path, status }) => path === '/v2/oauth/token' && status === 200)
    .map(({ text }) => JSON.parse(text).access_token as string);
  assert.ok(issued.length > 1);
  for (const token of issued) assert.equal((await client.get('/v1/orders', { token })).status, 401);
  const { body } = await client.post('/v2/oauth/token', {
    body: {
      grant_type: 'client_credentials',
      client_id: ours.clientId,
      client_secret: ours.clientSecret,
      scope: 'aislechat:operate',
    },
  });
  const active = await client.get('/v1/orders?active=true', { token: body.access_token });
  assert.deepEqual(active.body.orders, []);
});

test('a server that differs in one error row is reported by exactly the checks of that row', async (t) => {
  const relay = await startRelay(t, client.url, (answer) => ({
    ...answer,
    text: answer.text.replace('"Sending a message is not allowed at this time"', '"Chat is closed"'),
  }));
  const report = await reportOf(relay.url, '--only', 'send.');
  assert.deepEqual(namesOf(report, 'different'), [
    'send.before_picking',
    'send.until_received',
    'send.canceled',
    'send.disabled',
    'send.staged_pickup',
    'send.last_mile',
  ]);
  assert.equal(report.code, 1);
  const [first] = report.results.filter(({ verdict }) => verdict === 'different');
  const refusal = (message: string) => ({ error: { message, code: null }, meta: {} });
  assert.deepEqual(first!.answered, { status: 403, body: refusal('Chat is closed') });
  assert.equal(first!.expected!.status, 403);
  assert.match(JSON.stringify(first!.expected), /Sending a message is not allowed at this time/);
});

test('for a mock of our own OpenAPI document nearly every check reports a difference', async (t) => {
  const mock = await startDocumentMock(openapiDocument({ development: true, version: '1' }));
  t.after(() => mock.stop());
  const report = await reportOf(mock.url);
  assert.equal(report.code, 1);
  const different = namesOf(report, 'different');
  const { same, cannot_tell: undecided } = report;
  t.diagnostic(`a mock: ${same} same, ${different.length} different, ${undecided} cannot tell`);
  for (const { name, says } of report.results.filter(({ verdict }) => verdict === 'different')) {
    t.diagnostic(`a mock gets wrong: ${name}: ${says}`);
  }
  assert.ok(different.length > 0.8 * checks.length, `${different.length} of ${checks.length}`);
  for (const { expected, answered } of report.results.filter(({ verdict }) => verdict === 'different')) {
    assert.ok(expected && answered);
  }
});

test('without a sandbox a check that cannot decide says why instead of guessing', async (t) => {
  const relay = await startRelay(t, client.url, (answer) =>
    answer.path.includes('sandbox') ? { ...answer, status: 404, text: '{}' } : answer,
  );
  const only = ['--only', 'expiry.'];
  const report = await reportOf(relay.url, ...only);
  assert.equal(report.code, 0);
  assert.equal(report.cannot_tell, 3);
  for (const { why } of report.results)
    assert.match(why!, /cannot create a retailer whose settings and clock/);
  const strict = await verify(relay.url, ...only, '--strict');
  assert.equal(strict.code, 1);
  assert.match(strict.error, /^aislechat: With --strict every check has to tell: 0 same, 0 different, /);
});

test('reports come as text and as JUnit for CI, and neither contains a secret', async (t) => {
  const file = join(temporaryFolder(t), 'verify.xml');
  const relay = await startRelay(t, client.url, (answer) => ({
    ...answer,
    text: answer.text.replace('"Bearer"', '"<Bearer> & co"'),
  }));
  const { code, out, error } = await verify(relay.url, '--only', 'client', '--junit', file);
  assert.equal(code, 1);
  assert.match(
    error,
    /^aislechat: The server differs from Connect: \d+ same, \d+ different, 0 cannot tell\.\n$/,
  );
  assert.match(out, /^different {4}token\.client_credentials: .* \(Generate an access token\)$/m);
  assert.match(out, /^ +expected {2}200 \{.*"token_type":"Bearer"/m);
  assert.match(out, /^ +answered {2}200 \{.*"token_type":"<Bearer> & co"/m);
  assert.match(out, /\d+ same, \d+ different, 0 cannot tell\n$/);
  const xml = readFileSync(file, 'utf8');
  assert.match(xml, /^<\?xml[^>]*\?>\n<testsuite name="[^"]+" tests="\d+" failures="[1-9]\d*" skipped="0"/);
  assert.match(xml, /&lt;Bearer&gt; &amp; co/);
  for (const report of [out, xml]) {
    assert.ok(!report.includes(ours.clientSecret));
    assert.doesNotMatch(report, /"(access_token|client_secret)":"(?!\[masked\]|<string>)/);
  }
});

test('wrong usage, an unreachable server and wrong credentials each give one sentence', async () => {
  const usage = await verify('ftp://nowhere');
  assert.deepEqual(
    [usage.code, usage.error],
    [2, 'aislechat: --url must be an address such as https://connect.example.\n'],
  );
  assert.equal((await verify(client.url, '--only', 'no such check')).code, 2);
  const unwritable = await verify(client.url, '--junit', '/dev/null/report.xml');
  assert.equal(unwritable.code, 2);
  assert.match(unwritable.error, /^aislechat: --junit cannot be written: ENOTDIR/);
  const nobody = await verify('http://127.0.0.1:9');
  assert.deepEqual(
    [nobody.code, nobody.error],
    [1, 'aislechat: No server answers at http://127.0.0.1:9/.\n'],
  );
  const wrong = await runCommand(
    {},
    'verify',
    '--url',
    client.url,
    '--client-id',
    'x',
    '--client-secret',
    'y',
  );
  assert.equal(wrong.code, 1);
  assert.match(wrong.error, /^aislechat: No check could run: a token is needed, .*invalid_client/);
});

test('an interrupted verify cleans up', async (t) => {
  let running: ReturnType<typeof startCommand>;
  const relay = await startRelay(t, client.url, (answer) => {
    if (answer.path.endsWith('/orders/delivery')) running.child.kill('SIGINT');
    return answer;
  });
  running = startCommand(env, ...argumentsOf(relay.url, '--only', 'chat.'));
  const { code, error } = await running.ended;
  assert.deepEqual([code, error], [1, 'aislechat: Interrupted. Nothing was left behind.\n']);
  assert.ok(relay.relayed.some(({ path, status }) => path.endsWith('/cancel') && status === 200));
  assert.ok(relay.relayed.some(({ method, status }) => method === 'DELETE' && status === 200));
});

test('a pattern accepts what it describes and nothing else', () => {
  assert.ok(fits({ id: integer, name: optional(text) }, { id: 1, more: true }));
  assert.ok(!fits({ id: integer, name: optional(text) }, { id: 1, name: 2 }));
  assert.ok(!fits({ meta: emptyObject }, { meta: { key: 'x' } }));
  assert.ok(!fits([integer], [1, 2]));
  assert.ok(!fits(listOf(integer, { atLeast: 1 }), []));
  assert.ok(fits(inAnyOrder({ a: 1 }, { b: 2 }), [{ b: 2 }, { a: 1 }]));
  assert.ok(!fits(inAnyOrder({ a: 1 }, { b: 2 }), [{ a: 1 }, { a: 1 }]));
  assert.ok(!fits(null, undefined));
  assert.ok(!fits({ a: 1 }, null));
  assert.deepEqual(shown({ ids: listOf(integer), none: null }), {
    ids: { '<list of>': '<integer>' },
    none: null,
  });
});
