import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type FaultEffect, faultEffects, faultHeader } from '@aislechat/contract';
import { ConversationCache } from '../../src/http/chat/conversation-cache.ts';
import { createLog, type Log } from '../../src/wiring/log.ts';
import { startReceiver } from '../support/receiver.ts';
import {
  chatPath,
  clientToken,
  clock,
  newRetailer,
  type OpenChat,
  openChat,
  shopperPath,
  shopperSays,
  shopperToken,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const logged: unknown[] = [];
const log: Log = { ...createLog('silent'), fault: (error) => logged.push(error) };
const { client } = await testServer({ after }, {}, { log });
const faults = '/v1/sandbox/faults';

type Rule = Record<string, unknown> & { effect?: FaultEffect };

async function setFaults(token: string, ...rules: Rule[]): Promise<void> {
  const named = rules.map((rule, n) => ({ name: `rule-${n}`, ...rule }));
  const { status, text } = await client.put(faults, { token, body: { rules: named } });
  assert.equal(status, 200, text);
}

const read = (chat: OpenChat, token = chat.userToken) => client.get(chatPath(chat.orderId), { token });
const send = (chat: OpenChat, body: string, headers = {}) =>
  client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body }, headers });

const tests: Record<FaultEffect, () => Promise<void>> = {
  async status() {
    const chat = await openChat(client);
    for (const [status, message] of [
      [401, 'The access token expired'],
      [429, 'Too many requests'],
      [500, 'Sorry, an unexpected error occurred. Our team has been notified. Please try again later.'],
      [503, 'The service is temporarily unavailable. Please try again later.'],
    ] as const) {
      await setFaults(chat.token, { effect: 'status', status });
      const answer = await read(chat);
      assert.deepEqual([answer.status, answer.body.error.message], [status, message]);
      assert.equal(answer.headers.get(faultHeader), 'rule-0');
      assert.equal(answer.headers.has('retry-after'), status === 429 || status === 503);
    }
  },

  async delay() {
    const chat = await openChat(client);
    await setFaults(chat.token, { effect: 'delay', delay_ms: 300, count: 1 });
    const startedAt = performance.now();
    const answer = await read(chat);
    assert.ok(performance.now() - startedAt >= 299);
    assert.deepEqual([answer.status, answer.headers.get(faultHeader)], [200, 'rule-0']);
    assert.equal((await read(chat)).headers.get(faultHeader), null);
  },

  async reset() {
    const chat = await openChat(client);
    await setFaults(chat.token, { effect: 'reset', count: 1 });
    await assert.rejects(send(chat, 'never arrives'));
    assert.equal((await read(chat)).body.chat_messages.length, 0);
    const { body } = await client.get('/v1/sandbox/requests?status=0', { token: chat.token });
    assert.deepEqual(
      body.requests.map(({ route }: { route: string }) => route),
      ['sendMessage'],
    );
  },

  async answer_lost() {
    const chat = await openChat(client);
    await setFaults(chat.token, { effect: 'answer_lost', route: 'sendMessage', count: 1 });
    const key = { 'idempotency-key': 'once' };
    await assert.rejects(send(chat, 'arrives, but its answer is lost', key));
    assert.equal((await send(chat, 'arrives, but its answer is lost', key)).status, 200);
    assert.equal((await read(chat)).body.chat_messages.length, 1);
  },

  async cut() {
    const chat = await openChat(client);
    await setFaults(chat.token, { effect: 'cut', count: 1 });
    const response = await fetch(client.url + chatPath(chat.orderId), {
      headers: { authorization: `Bearer ${chat.userToken}` },
    });
    assert.deepEqual([response.status, response.headers.get(faultHeader)], [200, 'rule-0']);
    await assert.rejects(response.text());
    assert.equal((await read(chat)).status, 200);
  },

  async chat_disabled() {
    const chat = await openChat(client);
    await setFaults(chat.token, { effect: 'chat_disabled', after: 2 });
    assert.equal((await send(chat, 'one')).status, 200);
    await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'two');
    for (const answer of [
      await send(chat, 'three'),
      await client.post(shopperPath(chat.shopperId, chat.orderId), {
        token: chat.token,
        body: { body: 'four' },
      }),
    ]) {
      assert.equal(answer.status, 403);
      assert.equal(answer.body.error.message, 'Sending a message is not allowed at this time');
    }
    assert.equal((await read(chat)).body.chat_messages.length, 2);
  },

  async shopper_swap() {
    const chat = await openChat(client);
    await setFaults(chat.token, { effect: 'shopper_swap', identity: 'user', after: 1, count: 1 });
    assert.equal((await read(chat)).body.metadata.current_shopper.display_name, 'Ilse');
    const swapped = await read(chat);
    assert.equal(swapped.headers.get(faultHeader), 'rule-0');
    const { current_shopper, shoppers } = swapped.body.metadata;
    assert.equal(current_shopper.display_name, 'Robin');
    assert.deepEqual([shoppers.length, shoppers[0].id], [2, chat.shopperId]);
    assert.equal((await send(chat, 'hello Robin')).status, 200);
    const former = await client.post(shopperPath(chat.shopperId, chat.orderId), {
      token: chat.token,
      body: { body: 'late' },
    });
    assert.equal(former.status, 403);
    assert.equal((await read({ ...chat, orderId: 'nothing' })).status, 404);
  },

  async callback_duplicate() {
    const { chat, receiver } = await withReceiver();
    await setFaults(chat.token, { effect: 'callback_duplicate', event: 'chat_message_created', count: 1 });
    await send(chat, 'one');
    await send(chat, 'two');
    const ids = (await receiver.until(3)).map(({ body }) => body.event_id);
    assert.deepEqual([ids[0] === ids[1], ids[1] < ids[2]], [true, true]);
  },

  async callback_reorder() {
    const { chat, receiver } = await withReceiver();
    await setFaults(chat.token, { effect: 'callback_reorder', count: 1 });
    await send(chat, 'one');
    await send(chat, 'two');
    const ids = (await receiver.until(2)).map(({ body }) => body.event_id);
    assert.ok(ids[0] > ids[1]);
    await setFaults(chat.token, { effect: 'callback_reorder' });
    await send(chat, 'the last');
    await receiver.until(3);
  },
};

async function withReceiver() {
  const chat = await openChat(client);
  const receiver = await startReceiver({ after });
  const { status, text } = await client.post('/v1/callback-endpoints', {
    token: await clientToken(client, chat, 'aislechat:operate'),
    body: { name: 'faults', url: receiver.url, events: ['chat_message_created'] },
  });
  assert.equal(status, 200, text);
  return { chat, receiver };
}

for (const effect of faultEffects) test(`fault: ${effect}`, tests[effect]);

test('a rule affects only the requests that it selects by route, path, method and kind of token', async () => {
  const chat = await openChat(client);
  const bystander = await openChat(client);
  const shopper = await shopperToken(client, chat, chat.shopperId);
  const isStruck = async (rule: Rule) => {
    await setFaults(chat.token, { effect: 'status', status: 503, ...rule });
    const answers = [
      await read(chat),
      await read(chat, chat.token),
      await send(chat, 'x'),
      await client.get('/v1/shopper/orders', { token: shopper }),
      await read(bystander),
    ];
    return answers.map(({ status }) => status === 503);
  };
  assert.deepEqual(await isStruck({}), [true, true, true, true, false]);
  assert.deepEqual(await isStruck({ route: 'getChat' }), [true, true, false, false, false]);
  assert.deepEqual(await isStruck({ method: 'POST' }), [false, false, true, false, false]);
  assert.deepEqual(await isStruck({ identity: 'client' }), [false, true, false, false, false]);
  assert.deepEqual(await isStruck({ identity: 'shopper' }), [false, false, false, true, false]);
  const chats = '/v2/post_checkout/chat';
  for (const path of [`${chats}/*/messages`, `${chats}/**`, chatPath(chat.orderId), '/**']) {
    const [user, , , , other] = await isStruck({ path });
    assert.deepEqual([user, other], [true, false], path);
  }
  for (const path of ['/v2/*', `${chats}/*`, chatPath('another'), `${chatPath(chat.orderId)}/**`]) {
    assert.deepEqual(await isStruck({ path }), [false, false, false, false, false], path);
  }
});

test('token requests fail only under a rule that names the token route, and only for its own client ID', async () => {
  const chat = await openChat(client);
  const other = await newRetailer(client);
  const ask = ({ clientId, clientSecret }: { clientId: string; clientSecret: string }) =>
    client.post('/v2/oauth/token', {
      body: { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret },
    });
  await setFaults(chat.token, { effect: 'status', status: 500, path: '/v2/**' });
  assert.equal(
    (await ask(chat)).status,
    200,
    'a rule that does not name the route does not affect token requests',
  );

  for (const [status, words] of [
    [401, '"invalid_client"'],
    [500, '"code":5000'],
    [503, '"code":2003'],
  ] as const) {
    await setFaults(chat.token, { effect: 'status', status, route: 'createToken', count: 1 });
    const refused = await ask(chat);
    assert.deepEqual([refused.status, refused.headers.get(faultHeader)], [status, 'rule-0']);
    assert.ok(refused.text.includes(words), refused.text);
    assert.equal((await ask(chat)).status, 200);
    assert.equal((await ask(other)).status, 200);
  }
  await setFaults(chat.token, { effect: 'reset', route: 'createToken', count: 1 });
  assert.equal((await ask(other)).status, 200);
  await assert.rejects(ask(chat));
  await setFaults(chat.token, { effect: 'answer_lost', route: 'revokeToken', count: 1 });
  const { body } = await ask(chat);
  const revoke = () =>
    client.post('/v2/oauth/token/revoke', {
      body: { client_id: chat.clientId, client_secret: chat.clientSecret, token: body.access_token },
    });
  await assert.rejects(revoke());
  assert.equal((await client.get(chatPath(chat.orderId), { token: body.access_token })).status, 401);
  assert.equal((await revoke()).status, 200);
});

test('the same seed affects the same requests, and another seed others', async () => {
  const chat = await openChat(client);
  const struck = async (seed: number) => {
    await setFaults(chat.token, { effect: 'status', status: 500, share: 0.4, seed });
    const statuses: number[] = [];
    for (let n = 0; n < 30; n++) statuses.push((await read(chat)).status);
    return statuses;
  };
  const first = await struck(7);
  assert.deepEqual(await struck(7), first);
  assert.notDeepEqual(await struck(8), first);
  const count = first.filter((status) => status === 500).length;
  assert.ok(count > 4 && count < 22);
  const { body } = await client.get(faults, { token: chat.token });
  assert.deepEqual([body.rules[0].matched, body.rules[0].share], [30, 0.4]);
});

test('the fault and clock routes still answer whatever the rules, and DELETE ends all faults', async () => {
  const chat = await openChat(client);
  await setFaults(chat.token, { effect: 'reset' });
  await assert.rejects(read(chat));
  assert.equal((await clock(client, chat.token, { advance_ms: 1 })).status, 200);
  assert.equal((await client.get('/v1/sandbox/requests', { token: chat.token })).status, 200);
  const { body } = await client.call('DELETE', faults, { token: chat.token });
  assert.deepEqual(body, { rules: [] });
  assert.equal((await read(chat)).status, 200);
});

test('an invalid rule is refused with the position of the problem', async () => {
  const { token } = await newRetailer(client);
  const refused = async (...rules: Rule[]) => {
    const { status, body } = await client.put(faults, { token, body: { rules } });
    assert.equal(status, 400);
    return `${body.meta.key} ${body.error.message}`;
  };
  const rule = { name: 'a', effect: 'reset' } as const;
  assert.equal(await refused({ ...rule, route: 'nothing' }), 'rules[0].route is not included in the list');
  assert.equal(await refused({ ...rule, route: 'moveClock' }), 'rules[0].route is not included in the list');
  assert.equal(await refused(rule, rule), 'rules[1].name has already been taken');
  assert.equal(await refused({ name: 'a', effect: 'status' }), "rules[0].status can't be blank");
  assert.equal(
    await refused({ name: 'a', effect: 'status', status: 418 }),
    'rules[0].status is not included in the list',
  );
  assert.equal(await refused({ ...rule, delay_ms: 10 }), 'rules[0].delay_ms is invalid');
  assert.equal(
    await refused({ name: 'a', effect: 'delay', delay_ms: 10 ** 6 }),
    'rules[0].delay_ms is invalid',
  );
  assert.equal(await refused({ ...rule, share: 2 }), 'rules[0].share is invalid');
  assert.equal(await refused({ ...rule, event: 'chat_message_created' }), 'rules[0].event is invalid');
  assert.equal(await refused({ name: 'a b', effect: 'reset' }), 'rules[0].name is invalid');
  const ofTokens = { name: 'a', route: 'createToken' };
  assert.equal(
    await refused({ ...ofTokens, effect: 'reset', identity: 'client' }),
    'rules[0].identity is invalid',
  );
  assert.equal(await refused({ ...ofTokens, effect: 'status', status: 429 }), 'rules[0].status is invalid');
  assert.equal(await refused({ ...ofTokens, effect: 'shopper_swap' }), 'rules[0].effect is invalid');
  assert.deepEqual((await client.get(faults, { token })).body, { rules: [] });
});

test('production has no fault routes', async (t) => {
  const { client: production } = await testServer(t, {
    AISLECHAT_ENV: 'production',
    AISLECHAT_PUBLIC_URL: 'https://chat.example',
  });
  for (const path of [faults, '/v1/sandbox/requests']) {
    assert.equal((await production.get(path)).status, 404);
  }
});

test('no rule affects the console’s requests', async () => {
  const chat = await openChat(client);
  await setFaults(chat.token, { effect: 'status', status: 503 });
  assert.equal((await send(chat, 'struck')).status, 503);
  assert.equal((await send(chat, 'passed by', { 'x-aislechat-console': '1' })).status, 200);
});

test('an unexpected error during a fault is logged, while the fault’s own refusal is not', async (t) => {
  const chat = await openChat(client);
  logged.length = 0;
  await setFaults(chat.token, { effect: 'status', status: 500 });
  assert.equal((await read(chat)).status, 500);
  assert.deepEqual(logged, []);

  await setFaults(chat.token, { effect: 'delay', delay_ms: 1 });
  const broken = t.mock.method(ConversationCache.prototype, 'find', () => {
    throw new TypeError('broken');
  });
  assert.equal((await read(chat)).status, 500);
  broken.mock.restore();
  assert.deepEqual(logged.map(String), ['TypeError: broken']);
});
