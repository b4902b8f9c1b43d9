import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { after, test } from 'node:test';
import { startCommand } from '../support/command.ts';
import { eventually } from '../support/eventually.ts';
import { startServerProcess } from '../support/process.ts';
import { chatPath, clientToken, clock, openChat, userToken } from '../support/scenario.ts';
import { temporaryFolder, testServer } from '../support/server.ts';

/** A server with the default settings, until a test stops it. */
const server = await startServerProcess({ folder: temporaryFolder({ after }) });
after(() => server.kill());

test('the ready line is printed last, and the process is healthy and ready', async () => {
  assert.match(server.output(), /^aislechat listening on http:\/\/127\.0\.0\.1:\d+\n$/);
  assert.deepEqual((await server.client.get('/healthz')).body, { status: 'ok' });
  assert.deepEqual((await server.client.get('/readyz')).body, { status: 'ok' });
});

test('an address that this machine does not have is refused by its setting', async (t) => {
  for (const HOST of ['999.1.1.1', '192.0.2.1']) {
    const { code, error } = await startCommand({ DATA_DIR: temporaryFolder(t), HOST, PORT: '0' }, 'serve')
      .ended;
    assert.equal(code, 2);
    assert.match(error, /^aislechat: HOST must be an address of this machine, .*; [\d.]+ is none\.$/m);
  }
});

test('a production server says at its start what is off for want of a setting', async (t) => {
  const start = async (env: Record<string, string>) => {
    const server = await startServerProcess({
      folder: temporaryFolder(t),
      env: { AISLECHAT_ENV: 'production', ...env },
    });
    t.after(() => server.kill());
    return server.log();
  };
  const bare = await start({});
  assert.match(bare, /^aislechat: without AISLECHAT_PUBLIC_URL there are no images, no links of orders/m);
  assert.match(
    bare,
    /^aislechat: without AISLECHAT_SECRETS_KEY there are no callbacks and no notifications\.$/m,
  );
  const whole = await start({
    AISLECHAT_PUBLIC_URL: 'https://chat.example',
    AISLECHAT_SECRETS_KEY: randomBytes(32).toString('base64'),
  });
  assert.equal(whole, '');
});

test('SIGTERM finishes the requests in flight and exits 0', async () => {
  const chat = await openChat(server.client);
  const sends = Array.from({ length: 50 }, (_, n) =>
    server.client
      .post(chatPath(chat.orderId), { token: chat.userToken, body: { body: `message ${n}` } })
      .then(({ status }) => status)
      .catch(() => 'never accepted'),
  );
  await Promise.race(sends);
  const stoppedAt = performance.now();
  server.child.kill('SIGTERM');
  assert.equal(await server.exited, 0);
  assert.ok(performance.now() - stoppedAt < 7_000, 'clients that keep their connections do not delay it');
  const statuses = new Set(await Promise.all(sends));
  statuses.delete('never accepted');
  assert.deepEqual(statuses, new Set([200]));
});

test('a Ctrl-C that npm passes on a second time still finishes the requests in flight', async (t) => {
  const server = await startServerProcess({ folder: temporaryFolder(t) });
  t.after(() => server.kill());
  const chat = await openChat(server.client);
  const sending = request(server.url + chatPath(chat.orderId), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${chat.userToken}`,
      'content-type': 'application/json',
      // The server answers this as soon as the request has arrived, before its body.
      expect: '100-continue',
    },
  });
  sending.flushHeaders();
  await once(sending, 'continue');
  server.child.kill('SIGINT');
  await eventually(
    () => server.client.get('/healthz').catch(() => 'closed'),
    (answer) => answer === 'closed',
  );
  server.child.kill('SIGINT');
  sending.end('{"body":"Firm ones are fine"}');
  const [answer] = await once(sending, 'response');
  assert.equal(answer.statusCode, 200);
  answer.resume();
  assert.equal(await server.exited, 0);
});

test('the printed curl lines work when pasted, and the scripted shopper answers', async (t) => {
  const folder = temporaryFolder(t);
  const server = await startServerProcess({ folder, env: { AISLECHAT_DEMO: 'true' } });
  t.after(() => server.kill());
  const script = server
    .output()
    .split('\n')
    .filter((line) => !line.startsWith('Demo:') && !line.startsWith('aislechat listening'))
    .join('\n');
  const output = execFileSync('sh', ['-c', script.replaceAll('# ', 'echo; # ')], { encoding: 'utf8' });
  const answers = output
    .split(/\n+/)
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  const [first, sent, last] = answers;
  assert.equal(first.chat_messages.length, 3);
  assert.equal(first.chat_messages[2].read, false);
  assert.equal(first.metadata.current_shopper.display_name, 'Ilse');
  assert.equal(sent.type, 'CHAT');
  assert.equal(last.chat_messages.length, 5);
  assert.equal(last.chat_messages[3].read, true, 'the shopper has read what the customer sent');
  assert.equal(last.chat_messages[4].sender_type, 'driver');
});

const demo = { clientId: 'demo-client', clientSecret: 'demo-secret' };

test('the scripted shopper speaks only in the demo order', async (t) => {
  const { client } = await testServer(t, { AISLECHAT_DEMO: 'true' });
  const chat = await openChat(client);
  const token = await userToken(client, demo, 'demo-customer');
  const orders = [
    { orderId: chat.orderId, token: chat.userToken, of: chat.token },
    { orderId: 'DEMO-1', token, of: await clientToken(client, demo) },
  ];
  for (const { orderId, token, of } of orders) {
    await client.post(chatPath(orderId), { token, body: { body: 'anyone?' } });
    // Longer than the scripted shopper ever waits.
    await clock(client, of, { advance_ms: 10_000 });
  }
  const said = (orderId: string, token: string) => async (): Promise<unknown[]> =>
    (await client.get(chatPath(orderId), { token })).body.chat_messages;
  await eventually(said('DEMO-1', token), ({ length }) => length === 5);
  assert.equal((await said(chat.orderId, chat.userToken)()).length, 1);
});

test('the demo is created once: a second start finds the conversation unchanged', async (t) => {
  const folder = temporaryFolder(t);
  const env = { DATA_DIR: folder, AISLECHAT_DEMO: 'true' };
  const first = await testServer(t, env);
  await first.app.stop();
  const second = await testServer(t, env);
  assert.ok(second.app.demo);
  const token = await userToken(second.client, demo, 'demo-customer');
  await second.client.post(chatPath('DEMO-1'), { token, body: { body: 'Firm ones are fine' } });
  const texts = async (): Promise<string[]> => {
    const { body } = await second.client.get(chatPath('DEMO-1'), { token });
    return body.chat_messages.map((message: { body: string }) => message.body);
  };
  const [, , , , answer] = await eventually(texts, ({ length }) => length === 5);
  assert.match(answer!, /^(Done, it is in your cart\.|Got it, will do\.)$/);
});
