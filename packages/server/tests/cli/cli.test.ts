import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '@aislechat/contract';
import { runCommand, startCommand } from '../support/command.ts';
import { EventSource } from '../support/event-source.ts';
import { eventually, readsWithinASecond } from '../support/eventually.ts';
import { agentToken, chatPath, clientToken, openChat, shopperSays } from '../support/scenario.ts';
import { temporaryFolder, testServer } from '../support/server.ts';
import { initialOnWire } from '../support/settings.ts';

const run = (folder: string, ...args: string[]) => runCommand({ DATA_DIR: folder }, ...args);

async function runJson(folder: string, ...args: string[]) {
  const { code, out, error } = await run(folder, ...args, '--json');
  assert.equal(code, 0, error);
  return JSON.parse(out);
}

test('an operator creates a retailer before the first start, and it can get a token in production', async (t) => {
  const folder = temporaryFolder(t);
  const created = await runJson(
    folder,
    'retailer',
    'create',
    '--name',
    'Corner',
    '--timezone',
    'Europe/Paris',
  );
  assert.match(created.client_id, /^[0-9a-f]{32}$/);
  assert.match(created.client_secret, /^[\w-]{43}$/);
  const server = await testServer(t, { DATA_DIR: folder, AISLECHAT_ENV: 'production' });
  const token = await clientToken(server.client, {
    clientId: created.client_id,
    clientSecret: created.client_secret,
  });
  assert.equal(token.length, 43);
  assert.deepEqual(await runJson(folder, 'retailer', 'list'), [
    {
      retailer_id: created.retailer_id,
      ...initialOnWire,
      name: 'Corner',
      timezone: 'Europe/Paris',
    },
  ]);
});

test('the list of retailers fits on a screen, and a refused setting says what it takes', async (t) => {
  const folder = temporaryFolder(t);
  await runJson(folder, 'retailer', 'create', '--name', 'Corner', '--timezone', 'Europe/Paris');
  const { out } = await run(folder, 'retailer', 'list');
  assert.deepEqual(
    out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/)),
    [
      ['retailer_id', 'name', 'timezone'],
      ['1', 'Corner', 'Europe/Paris'],
    ],
  );
  const refused = await run(folder, 'retailer', 'set', '1', '--timezone', 'Mars/X');
  assert.equal(refused.code, 2);
  assert.equal(
    refused.error,
    'aislechat: --timezone is not included in the list. It is: IANA name of the time zone of its orders, such as America/Denver\n',
  );
});

test('a reader that has seen enough ends no command with a stack trace', async () => {
  const { child, ended } = startCommand({}, 'scenario', 'list');
  child.stdout!.destroy();
  const { code, error } = await ended;
  assert.deepEqual([code, error], [0, '']);
});

async function serverWithChat(t: TestContext) {
  const folder = temporaryFolder(t);
  const server = await testServer(t, { DATA_DIR: folder });
  const chat = await openChat(server.client);
  await shopperSays(server.client, chat.token, chat.shopperId, chat.orderId, 'CANARY');
  return { folder, server, chat };
}

test('settings changed on the command line reach a running server within a second', async (t) => {
  const { folder, server, chat } = await serverWithChat(t);
  const read = () => server.client.get(chatPath(chat.orderId), { token: chat.userToken });
  assert.equal((await read()).status, 200);
  await run(folder, 'retailer', 'set', String(chat.retailerId), '--shopper-information-removal', 'on');
  const { status } = await eventually(read, ({ status }) => status !== 200, readsWithinASecond);
  assert.equal(status, 403);
});

test('applications can be created, listed, rotated, disabled and enabled while a server runs', async (t) => {
  const { folder, server, chat } = await serverWithChat(t);
  const retailer = String(chat.retailerId);
  const made = await runJson(
    folder,
    'application',
    'create',
    '--retailer',
    retailer,
    '--scopes',
    'connect:fulfillment',
  );
  const ask = (secret: string) =>
    server.client.post('/v2/oauth/token', {
      body: { grant_type: 'client_credentials', client_id: made.client_id, client_secret: secret },
    });
  const issued = await ask(made.client_secret);
  assert.equal(issued.body.scope, 'connect:fulfillment');
  assert.equal((await runJson(folder, 'application', 'list', '--retailer', retailer)).length, 2);
  const rotated = await runJson(folder, 'application', 'rotate', made.client_id);
  assert.equal((await ask(made.client_secret)).status, 401);
  assert.equal((await ask(rotated.client_secret)).status, 200);
  await runJson(folder, 'application', 'disable', made.client_id);
  assert.equal((await ask(rotated.client_secret)).status, 401);
  const clock = () => server.client.get('/v1/sandbox/clock', { token: issued.body.access_token });
  await eventually(clock, ({ status }) => status !== 200, readsWithinASecond);
  await runJson(folder, 'application', 'enable', made.client_id);
  assert.equal((await clock()).status, 401, 'a revoked token stays revoked');
  assert.equal((await ask(rotated.client_secret)).status, 200);
  assert.match((await run(folder, 'retailer', 'show', retailer)).out, /connect:fulfillment/);
});

test('a command ends tokens and open streams of a running server within a second', async (t) => {
  const { folder, server, chat } = await serverWithChat(t);
  const { client } = server;
  const retailer = String(chat.retailerId);
  const stream = await EventSource.open(t, `${client.url}/v1/orders/${chat.orderId}/stream`, {
    token: chat.userToken,
  });
  await stream.until(({ event }) => event === 'cursor');
  const operator = await clientToken(client, chat, 'aislechat:operate');
  const agent = await agentToken(client, operator);
  const ofUser = await runJson(folder, 'revoke-tokens', '--retailer', retailer, '--user', chat.userId);
  assert.deepEqual(ofUser, { revoked: 1 });
  const { data } = await stream.until(({ event }) => event === 'end');
  assert.equal(data.reason, 'token_revoked');
  assert.deepEqual(await runJson(folder, 'revoke-tokens', '--retailer', retailer, '--agent', 'Dana'), {
    revoked: 1,
  });
  assert.deepEqual(await runJson(folder, 'application', 'revoke-tokens', chat.clientId), { revoked: 2 });
  await sleep(600);
  for (const token of [agent, operator, chat.token, chat.userToken]) {
    assert.equal(
      (await client.get('/v1/orders', { token })).body.error.message,
      'The access token was revoked',
    );
  }
  const nobody = await run(folder, 'revoke-tokens', '--retailer', retailer, '--shopper', 'nobody');
  assert.equal(nobody.code, 3);
  assert.equal((await run(folder, 'revoke-tokens', '--retailer', retailer)).code, 2);
});

test('changes from the command line are in the audit log under its own name, and respect the limits', async (t) => {
  const { folder, server, chat } = await serverWithChat(t);
  const retailer = String(chat.retailerId);
  const key = join(folder, 'key.pem');
  const { publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(key, publicKey.export({ type: 'spki', format: 'pem' }));
  await runJson(folder, 'retailer', 'set', retailer, '--chat', 'off', '--name', 'Corner');
  const { client_id: made } = await runJson(folder, 'application', 'create', '--retailer', retailer);
  await runJson(folder, 'application', 'rotate', made);
  await runJson(folder, 'application', 'disable', made);
  await runJson(folder, 'application', 'key', 'add', '--client-id', made, '--file', key, '--kid', 'one');
  await runJson(folder, 'application', 'key', 'remove', '--client-id', made, '--kid', 'one');
  await runJson(folder, 'support-link', '--client-id', made, '--agent', 'Ada');
  await runJson(folder, 'erase', '--retailer', retailer, '--order', chat.orderId);

  const token = await clientToken(server.client, chat, 'aislechat:operate');
  const log = async () => (await server.client.get('/v1/audit', { token })).body.entries;
  type Entry = {
    action: string;
    agent: string;
    client_id?: string;
    detail?: string;
    subject: { type: string };
  };
  const entries: Entry[] = (await log()).reverse();
  assert.deepEqual(
    entries.map(({ action, agent, client_id, subject, detail }) => [
      action,
      agent,
      client_id,
      subject.type,
      detail,
    ]),
    [
      ['settings_change', 'command line', undefined, 'retailer', 'name: Corner, chat_enabled: false'],
      ['application_creation', 'command line', undefined, 'application', entries[1]!.detail],
      ['secret_rotation', 'command line', undefined, 'application', undefined],
      ['application_change', 'command line', undefined, 'application', 'name: application, state: disabled'],
      ['application_change', 'command line', undefined, 'application', 'added key: one'],
      ['application_change', 'command line', undefined, 'application', 'removed key: one'],
      ['support_link', 'Ada', made, 'application', 'by: command line'],
      ['chat_erasure', 'command line', undefined, 'order', undefined],
    ],
  );

  const make = { name: 'one of many', scopes: ['connect:post_checkout'] };
  for (let n = 2; n < limits.applications; n++) {
    assert.equal((await server.client.post('/v1/applications', { token, body: make })).status, 200);
  }
  const refused = await run(folder, 'application', 'create', '--retailer', retailer);
  assert.equal(refused.code, 1);
  assert.match(refused.error, /has 100 applications/);
});

test('erase removes the text of one order at once while a server runs', async (t) => {
  const { folder, server, chat } = await serverWithChat(t);
  const read = async () => (await server.client.get(chatPath(chat.orderId), { token: chat.userToken })).body;
  assert.equal((await read()).chat_messages.length, 1);
  const receipt = await runJson(folder, 'erase', '--order', chat.orderId);
  assert.equal(receipt.messages, 1);
  assert.equal(receipt.verified, true);
  for (const name of readdirSync(folder)) {
    assert.ok(!readFileSync(join(folder, name)).includes('CANARY'), `${name} still contains the text`);
  }
  assert.deepEqual((await read()).chat_messages, []);
});

test('every failure prints a sentence and has an exit code of its own', async (t) => {
  const folder = temporaryFolder(t);
  // In a process of its own, as in an operator's shell, which takes the exit code from there.
  const empty = await startCommand({ DATA_DIR: folder }, 'retailer', 'list').ended;
  assert.equal(empty.code, 3);
  assert.match(empty.error, /There is no data in/);
  await run(folder, 'retailer', 'create');
  for (const [args, code, sentence] of [
    [['retailer', 'show', '99'], 3, /no retailer 99/],
    [['retailer', 'show', 'x'], 2, /The retailer must be a number/],
    [['retailer', 'create', '--timezone', 'Mars/Olympus'], 2, /timezone is not included in the list/],
    [['retailer', 'create', '--chat', 'maybe'], 2, /Allowed choices are on, off/],
    [['application', 'create', '--retailer', '1', '--scopes', 'all'], 2, /"all" is not a scope/],
    [['application', 'rotate', 'nobody'], 3, /No application/],
    [['erase', '--order', 'nothing'], 3, /no such order/],
    [['erase'], 2, /required option '--order/],
    [['listen', '--port', ''], 2, /--port must be from 0 to 65535/],
    [['listen', '--share', ''], 2, /--share must be from 0 to 1/],
  ] as const) {
    const result = await run(folder, ...args);
    assert.equal(result.code, code, `${args.join(' ')}: ${result.error}`);
    assert.match(result.error, sentence);
    assert.doesNotMatch(result.error, /\n\s+at /, 'no stack trace');
  }
  const nonsense = await run(folder, 'nonsense');
  assert.equal(nonsense.code, 2);
  assert.match(nonsense.error, /unknown command/);
  assert.doesNotMatch(nonsense.error, /\n\s+at /, 'no stack trace');
  const help = await run(folder, '--help');
  assert.equal(help.code, 0);
  assert.match(help.out, /Exit codes: 0 done/);
  const ofErase = await run(folder, 'erase', '--help');
  assert.match(ofErase.out, /--order <id> .*\(required\)/);
});

test('commands print control characters in visible form', async (t) => {
  const folder = temporaryFolder(t);
  const hostile = 'Corner\u001b]0;owned\u0007\u009b31m\u202e\nretailer_id  99';
  const made = await run(folder, 'retailer', 'create', '--name', hostile);
  assert.equal(made.code, 0, made.error);
  const shown = 'Corner\\u001b]0;owned\\u0007\\u009b31m\\u202e\\u000aretailer_id  99';
  for (const args of [['list'], ['show', '1']]) {
    const { out } = await run(folder, 'retailer', ...args);
    assert.ok(out.includes(shown), out);
    assert.doesNotMatch(out.replaceAll('\n', ''), /[\p{Cc}\p{Bidi_Control}]/u);
  }
  const json = await run(folder, 'retailer', 'list', '--json');
  assert.doesNotMatch(json.out.trimEnd(), /[\p{Cc}\p{Bidi_Control}]/u);
  assert.equal(JSON.parse(json.out)[0].name, hostile);
  const refused = await run(folder, 'application', 'create', '--retailer', '1', '--scopes', hostile);
  assert.doesNotMatch(refused.error.replaceAll('\n', ''), /[\p{Cc}\p{Bidi_Control}]/u);
});

test('a wrong setting stops the server with a sentence and exit code 2', async (t) => {
  const folder = temporaryFolder(t);
  const wrong = [
    [{ PORT: 'x' }, /^aislechat: PORT must be a number/],
    [{ AISLECHAT_COLOUR: 'red' }, /AISLECHAT_COLOUR is not a setting/],
  ] as const;
  for (const [env, sentence] of wrong) {
    const { code, error } = await startCommand({ DATA_DIR: folder, ...env }, 'serve').ended;
    assert.equal(code, 2);
    assert.match(error, sentence);
  }
});
