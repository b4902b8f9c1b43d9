import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCommand, startCommand } from '../support/command.ts';
import { eventually } from '../support/eventually.ts';
import { chatPath, openChat } from '../support/scenario.ts';
import { temporaryFolder, testServer } from '../support/server.ts';

test('a developer adds an endpoint, listens, and sees deliveries signed, failed and replayed', async (t) => {
  const folder = temporaryFolder(t);
  const server = await testServer(t, { DATA_DIR: folder });
  const chat = await openChat(server.client);
  const retailer = String(chat.retailerId);
  const json = async (...args: string[]) => {
    const { code, out, error } = await runCommand(
      { DATA_DIR: folder },
      'callbacks',
      ...args,
      '--retailer',
      retailer,
      '--json',
    );
    assert.equal(code, 0, error);
    return JSON.parse(out);
  };

  const first = startCommand({}, 'listen', '--port', '0', '--json', '--fail', '500');
  t.after(() => first.child.kill('SIGKILL'));
  const port = await portOf(first);
  const url = `http://127.0.0.1:${port}/`;
  const endpoint = await json('add', '--url', url, '--events', 'chat_message_created');
  assert.equal((await json('test', String(endpoint.id))).status, 500);
  const say = () =>
    server.client.post(chatPath(chat.orderId), { token: chat.token, body: { body: 'Are they ripe?' } });
  const sent = await say();
  assert.equal(sent.status, 200);
  const [sample, failed] = await linesOf(first, 2);
  assert.deepEqual([sample.answered, failed.answered], ['500', '500']);
  assert.equal(failed.signature, 'unchecked');
  first.child.kill('SIGTERM');
  assert.equal((await first.ended).code, 0);

  const second = startCommand(
    {},
    'listen',
    '--port',
    String(port),
    '--json',
    '--secret',
    endpoint.signing_secret,
  );
  t.after(() => second.child.kill('SIGKILL'));
  await portOf(second);
  const malformed = await startCommand({}, 'listen', '--port', '0', '--secret', 'foo').ended;
  assert.deepEqual(
    [malformed.code, malformed.error],
    [2, 'aislechat: --secret or SIGNING_SECRET: A secret consists of whsec_ and Base64 text.\n'],
  );
  const third = await startCommand({}, 'listen', '--port', String(port)).ended;
  assert.deepEqual(
    [third.code, third.error],
    [1, `aislechat: Port ${port} is in use. Choose another one with --port.\n`],
  );
  const [delivery] = await json('deliveries', '--event', 'chat_message_created');
  assert.equal((await json('deliveries', '--order', chat.orderId)).length, 1);
  const byNumber = await runCommand(
    { DATA_DIR: folder },
    ...['callbacks', 'deliveries', '--retailer', retailer, '--order', String(delivery.order_id)],
  );
  assert.equal(byNumber.code, 3);
  assert.match(byNumber.error, /--order takes the retailer’s own ID of it/);
  assert.equal(delivery.event_id, sent.body.id);
  // A delivery postponed by seconds arrives without a replay.
  const [received] = await linesOf(second, 1);
  assert.equal(received.event_id, sent.body.id);
  assert.equal(received.signature, 'good');
  const shown = await eventually(
    () => json('show', delivery.id),
    ({ state }) => state === 'delivered',
  );
  assert.deepEqual(shown.history.map(({ status }: { status: number }) => status).slice(-1), [200]);
  await json('replay', delivery.id);
  const [, repeated] = await linesOf(second, 2);
  assert.equal(repeated.try, 2);

  const rotated = await json('rotate', String(endpoint.id));
  assert.notEqual(rotated.signing_secret, endpoint.signing_secret);
  assert.equal((await json('set', String(endpoint.id), '--state', 'disabled')).state, 'disabled');
  assert.equal((await json('list')).length, 1);
  await json('remove', String(endpoint.id));
  assert.deepEqual(await json('list'), []);
  const { code, error } = await runCommand(
    { DATA_DIR: folder },
    'callbacks',
    'show',
    '1-1',
    '--retailer',
    retailer,
  );
  assert.equal(code, 3);
  assert.match(error, /no such endpoint or delivery/);
  second.child.kill('SIGINT');
  assert.equal((await second.ended).code, 0);
});

test('in production an endpoint needs a key, and the server does not start with a different one', async (t) => {
  const folder = temporaryFolder(t);
  const env = { DATA_DIR: folder, AISLECHAT_ENV: 'production' };
  const made = await runCommand(env, 'retailer', 'create', '--json');
  const { retailer_id } = JSON.parse(made.out);
  const add = (more: Record<string, string>) =>
    runCommand(
      { ...env, ...more },
      'callbacks',
      'add',
      '--retailer',
      String(retailer_id),
      '--url',
      'https://shop.example/hooks',
    );
  const without = await add({});
  assert.equal(without.code, 2);
  assert.match(without.error, /Set AISLECHAT_SECRETS_KEY first/);
  const [key, other] = ['k', 'o'].map((letter) => Buffer.alloc(32, letter).toString('base64')) as [
    string,
    string,
  ];
  assert.equal((await add({ AISLECHAT_SECRETS_KEY: key })).code, 0);
  for (const url of ['http://shop.example/hooks', 'https://10.0.0.1/']) {
    const refused = await runCommand(
      { ...env, AISLECHAT_SECRETS_KEY: key },
      ...['callbacks', 'add', '--retailer', String(retailer_id), '--url', url],
    );
    assert.equal(refused.code, 2);
    assert.match(refused.error, /must begin with https:.*AISLECHAT_CALLBACK_ALLOW/);
  }

  const start = (more: Record<string, string>) => testServer(t, { ...env, ...more, AISLECHAT_DEMO: 'false' });
  await assert.rejects(start({}), /sealed with AISLECHAT_SECRETS_KEY/);
  await assert.rejects(start({ AISLECHAT_SECRETS_KEY: other }), /does not open the secrets/);
  const server = await start({ AISLECHAT_SECRETS_KEY: `${other},${key}` });
  assert.equal((await fetch(`${server.client.url}/metrics`)).status, 404);
});

type Running = ReturnType<typeof startCommand>;

async function portOf({ output }: Running): Promise<number> {
  const { error } = await eventually(
    async () => output(),
    ({ error }) => error.endsWith('to stop.\n'),
  );
  return Number(/http:\/\/127\.0\.0\.1:(\d+)\//.exec(error)![1]);
}

async function linesOf({ output }: Running, count: number) {
  const lines = await eventually(
    async () => output().out.split('\n').slice(0, -1),
    (all) => all.length >= count,
  );
  return lines.map((line) => JSON.parse(line));
}
