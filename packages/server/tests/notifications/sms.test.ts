/** Text messages in both directions: with the phone of the sandbox, through Twilio's shape, and through signed JSON. */
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { after, type TestContext, test } from 'node:test';
import type { schemas } from '@aislechat/contract';
import { signatureHeaders, signCallback, verifyCallback } from '@aislechat/contract';
import type { Static } from 'typebox';
import { eventually } from '../support/eventually.ts';
import { startPushService } from '../support/push-service.ts';
import { type Received, startReceiver } from '../support/receiver.ts';
import {
  advance,
  chatPath,
  clientToken,
  clock,
  newBatch,
  newOrder,
  newRetailer,
  newShopper,
  newUser,
  type Retailer,
  shopperSays,
  userToken,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client, app } = await testServer({ after });

interface Shop extends Retailer {
  operator: string;
  userId: string;
  shopperId: number;
  orderId: string;
  batchId: number;
  phone: string;
}

type Row = Static<typeof schemas.Notification>;

let numbers = 0;
/** A number that a library takes for valid. */
const newNumber = (): string => `+1303555${String(1000 + ++numbers)}`;
const ourNumber = '+13035550199';

const setSender = async (operator: string, sender: Record<string, unknown>) => {
  const { status, text, body } = await client.put('/v1/sms-sender', {
    token: operator,
    body: { number: ourNumber, ...sender },
  });
  assert.equal(status, 200, text);
  return body;
};

async function newPickedOrder(shop: Omit<Shop, 'orderId' | 'batchId'>, user: Record<string, unknown>) {
  const orderId = await newOrder(client, shop.token, shop.userId, { user });
  const batchId = await newBatch(client, shop.token, shop.shopperId, orderId);
  return { orderId, batchId };
}

/** A shop that sends text messages, whose clock is frozen, and an order whose customer agreed to them. */
async function newShop(
  settings: Record<string, unknown> = {},
  sender: Record<string, unknown> = { adapter: 'fake' },
): Promise<Shop> {
  const retailer = await newRetailer(client, {
    sms_notifications: 'notice',
    name: 'Corner Grocer',
    ...settings,
  });
  const operator = await clientToken(client, retailer, 'aislechat:operate');
  await setSender(operator, sender);
  const userId = await newUser(client, retailer.token);
  const shopperId = await newShopper(client, retailer.token);
  const phone = newNumber();
  await clock(client, retailer.token, { frozen: true });
  const shop = { ...retailer, operator, userId, shopperId, phone };
  return { ...shop, ...(await newPickedOrder(shop, { phone_number: phone, sms_opt_in: true })) };
}

const ask = (shop: Shop, text = 'The ripe ones are out.') =>
  shopperSays(client, shop.token, shop.shopperId, shop.orderId, text);

const list = async (shop: Shop): Promise<Row[]> =>
  (await client.get('/v1/notifications', { token: shop.operator })).body.notifications;

async function pass(shop: Shop, ms: number): Promise<Row[]> {
  assert.equal((await clock(client, shop.token, { advance_ms: ms })).status, 200);
  return eventually(
    () => list(shop),
    (rows) => rows.every(({ state }) => state !== 'pending'),
  );
}

/** The page of an order. */
const orderUrl = async ({ token, userId, orderId }: Shop, id = orderId): Promise<string> =>
  (await client.get(`/v2/fulfillment/users/${userId}/orders/${id}`, { token })).body.order_url;

const phonePath = (number: string) => `/v1/sandbox/phones/${encodeURIComponent(number)}/messages`;
const onPhone = async (
  shop: Shop,
  number = shop.phone,
): Promise<{ direction: string; text: string; id: string }[]> =>
  (await client.get(phonePath(number), { token: shop.token })).body.messages;
const answer = async (shop: Shop, text: string, more: Record<string, unknown> = {}, number = shop.phone) => {
  const {
    status,
    text: said,
    body,
  } = await client.post(phonePath(number), {
    token: shop.token,
    body: { text, ...more },
  });
  assert.equal(status, 200, said);
  return body.reply as string | undefined;
};

const chat = async (shop: Shop, orderId = shop.orderId): Promise<string[]> =>
  (await client.get(chatPath(orderId), { token: shop.token })).body.chat_messages.map(
    ({ body }: { body: string }) => body,
  );

test('a notice, an answer, a hand-over, STOP and START: the whole conversation of a phone', async () => {
  const shop = await newShop({ lifecycle_notices: false });
  await ask(shop, 'The ripe ones are out. Firm ones?');
  await pass(shop, 4000);
  const [notice, ...others] = await onPhone(shop);
  assert.deepEqual(others, []);
  assert.equal(notice!.text, `Ilse wrote about your order: ${await orderUrl(shop)}`);
  const [row] = await list(shop);
  assert.deepEqual([row!.state, row!.channel], ['sent', 'sms']);

  assert.equal(await answer(shop, 'Firm ones are fine'), undefined);
  assert.deepEqual(await chat(shop), ['The ripe ones are out. Firm ones?', 'Firm ones are fine']);

  const tom = await newShopper(client, shop.token, 'Tom');
  await newBatch(client, shop.token, tom, shop.orderId);
  await shopperSays(client, shop.token, tom, shop.orderId, 'I took over');
  await pass(shop, 61_000);
  assert.match((await onPhone(shop)).at(-1)!.text, /^Tom wrote about your order: http/);

  assert.match((await answer(shop, ' stop. '))!, /no more text messages from Corner Grocer/);
  await shopperSays(client, shop.token, tom, shop.orderId, 'Anything else?');
  const [stopped] = await pass(shop, 61_000);
  assert.deepEqual([stopped!.state, stopped!.reason], ['dropped', 'opted_out']);
  // What they write still arrives.
  assert.equal(await answer(shop, 'Two bags please'), undefined);
  assert.equal((await chat(shop)).at(-1), 'Two bags please');

  assert.match((await answer(shop, 'START'))!, /again/);
  await shopperSays(client, shop.token, tom, shop.orderId, 'At the checkout');
  const [sent] = await pass(shop, 61_000);
  assert.deepEqual([sent!.state, sent!.channel], ['sent', 'sms']);
});

test('without a shopper, a text says “your shopper” in the language of the order', async () => {
  const shop = await newShop({ notification_texts: ['message_sms.es: Escribe {shopper}.'] });
  for (const [locale, start] of [
    ['en-US', 'Your shopper wrote about your order: http'],
    ['fr-CA', 'Votre préparateur vous a écrit au sujet de votre commande : http'],
    ['es-US', 'Escribe Su asistente de compras. http'],
  ] as const) {
    const phone = newNumber();
    const user = { phone_number: phone, sms_opt_in: true };
    const orderId = await newOrder(client, shop.token, shop.userId, { user, locale });
    const { status, text } = await client.post('/v1/notifications/test', {
      token: shop.operator,
      body: { order_id: orderId },
    });
    assert.equal(status, 200, text);
    const [said] = await onPhone(shop, phone);
    assert.ok(said!.text.startsWith(start), said!.text);
  }
});

test('STOP, START and HELP are understood in three languages, and kept per number and retailer', async () => {
  const shop = await newShop();
  const other = await newShop();
  for (const [word, expected] of [
    ['STOP', /START/],
    ['Arrêt', /DEBUT/],
    ['alto', /INICIAR/],
    ['Début', /ARRET/],
    ['Help', /STOP/],
    ['aide', /ARRET/],
    ['AYUDA', /ALTO/],
    ['baja', /INICIAR/],
  ] as const) {
    assert.match((await answer(shop, word)) ?? '', expected, word);
  }
  assert.deepEqual(await chat(shop), []);
  await ask(shop);
  await ask(other);
  assert.equal((await pass(shop, 4000)).at(-1)!.reason, 'opted_out');
  assert.equal((await pass(other, 4000)).at(-1)!.state, 'sent');
  // Words of the language are not commands.
  assert.equal(await answer(shop, 'Stop, that is enough bread'), undefined);
  assert.deepEqual((await chat(shop)).at(-1), 'Stop, that is enough bread');
});

test('with two open orders, or none, nothing is guessed', async () => {
  const shop = await newShop();
  const second = await newPickedOrder(shop, { phone_number: shop.phone, sms_opt_in: true });
  const several = (await answer(shop, 'The red ones'))!;
  assert.match(several, /several open orders/);
  assert.ok(several.includes(`${await orderUrl(shop)} ${await orderUrl(shop, second.orderId)}`), several);
  assert.deepEqual([...(await chat(shop)), ...(await chat(shop, second.orderId))], []);
  await advance(client, shop.token, second.batchId, 'completed');
  assert.equal(await answer(shop, 'The red ones'), undefined);
  assert.deepEqual(await chat(shop), ['The red ones']);
  assert.match((await answer(shop, 'Hello?', {}, newNumber()))!, /no open order/);
  await advance(client, shop.token, shop.batchId, 'completed');
  assert.match((await answer(shop, 'Are you still there?'))!, /no open order/);
});

test('a repeated message does nothing, and one that is too long is refused to the phone', async () => {
  const shop = await newShop();
  const id = randomUUID();
  await answer(shop, 'Once', { id });
  assert.equal(await answer(shop, 'Once', { id }), undefined);
  assert.deepEqual(await chat(shop), ['Once']);
  assert.match((await answer(shop, 'x'.repeat(1001)))!, /too long/);
});

test('sms_opt_in is honoured: last mile agrees by default, others do not, and a wrong number is not kept', async () => {
  const shop = await newShop();
  const orders = [
    { user: { phone_number: newNumber() } },
    { user: { phone_number: newNumber(), sms_opt_in: false } },
    { user: { phone_number: '12', sms_opt_in: true } },
    { user: { phone_number: '(303) 555-7070', sms_opt_in: true } },
  ];
  const ids: string[] = [];
  for (const order of orders) ids.push(await newOrder(client, shop.token, shop.userId, order));
  const lastMile = async (user: Record<string, unknown>) => {
    const id = randomUUID();
    const { status, text } = await client.post(`/v2/fulfillment/users/${shop.userId}/orders/last_mile`, {
      token: shop.token,
      body: { order_id: id, location_code: '12', ...user },
    });
    assert.equal(status, 200, text);
    return id;
  };
  ids.push(await lastMile({ user_phone: newNumber() }));
  ids.push(await lastMile({ user: { phone_number: newNumber(), sms_opt_in: false } }));
  const test = async (order_id: string) =>
    (await client.post('/v1/notifications/test', { token: shop.operator, body: { order_id } })).body.results;
  const reached = [];
  for (const id of ids) reached.push(await test(id));
  const sent = [{ channel: 'sms', sent: true }];
  const none = [{ channel: 'sms', sent: false, reason: 'no_number' }];
  assert.deepEqual(reached, [none, none, none, sent, sent, none]);
  assert.equal((await onPhone(shop, '+13035557070')).length, 1);
});

test('the steps of an order are sent in its language, and text messages are bounded per order and hour', async () => {
  const shop = await newShop();
  const phone = newNumber();
  const orderId = await newOrder(client, shop.token, shop.userId, {
    locale: 'es-MX',
    user: { phone_number: phone, sms_opt_in: true },
  });
  await newBatch(client, shop.token, shop.shopperId, orderId);
  await pass(shop, 4000);
  assert.deepEqual(
    (await onPhone(shop, phone)).map(({ text }) => text),
    [`Hemos empezado a preparar su pedido. ${await orderUrl(shop, orderId)}`],
  );
  for (let n = 0; n < 12; n += 1) {
    await shopperSays(client, shop.token, shop.shopperId, orderId, `Question ${n}`);
    await pass(shop, 61_000);
  }
  assert.equal((await onPhone(shop, phone)).length, 10);
  assert.deepEqual((await list(shop))[0]!.reason, 'hourly_limit');
});

test('a customer whom push reaches gets no text message', async (t) => {
  const service = await startPushService(t);
  const shop = await newShop();
  const device = service.newDevice();
  await client.post('/v1/push-subscriptions', {
    token: await userToken(client, shop, shop.userId),
    body: { ...device.subscription, order_id: shop.orderId },
  });
  await ask(shop);
  await pass(shop, 4000);
  assert.equal((await list(shop))[0]!.channel, 'push');
  service.answer(410);
  await ask(shop, 'And now?');
  await pass(shop, 61_000);
  assert.equal((await list(shop))[0]!.channel, 'sms');
});

test('while text messages are off, no number is kept and none is sent', async () => {
  const shop = await newShop({ sms_notifications: 'off' });
  await ask(shop);
  await pass(shop, 4000);
  assert.deepEqual(await list(shop), []);
  assert.deepEqual(await onPhone(shop), []);
});

// --- Twilio's shape ---------------------------------------------------------------------------------

const authToken = 'a-token-of-the-account';

async function twilioShop(t: TestContext, settings: Record<string, unknown> = {}) {
  let sent = 0;
  const receiver = await startReceiver(t, (_, response, { method }) => {
    if (method === 'DELETE') response.writeHead(204).end();
    else
      response
        .writeHead(201, { 'content-type': 'application/json' })
        .end(JSON.stringify({ sid: `SM${++sent}` }));
  });
  const sender = { adapter: 'twilio', account: 'AC1', auth_token: authToken, url: receiver.url };
  const shop = await newShop({ lifecycle_notices: false, ...settings }, sender);
  return { shop, receiver };
}

function webhook(path: string, form: Record<string, string>, token = authToken) {
  const content = Object.keys(form)
    .sort()
    .reduce((text, name) => text + name + form[name], app.url + path);
  return fetch(app.url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': createHmac('sha1', token).update(content).digest('base64'),
    },
    body: new URLSearchParams(form),
  });
}

test('Twilio gets a form with our account, and its signed webhooks become messages, once', async (t) => {
  const { shop, receiver } = await twilioShop(t);
  await ask(shop);
  const [received] = await Promise.all([receiver.until(1), pass(shop, 4000)]).then(
    ([all]) => all as [Received],
  );
  assert.equal(received.path, '/2010-04-01/Accounts/AC1/Messages.json');
  assert.equal(received.headers.authorization, `Basic ${btoa(`AC1:${authToken}`)}`);
  const path = `/v1/sms/${shop.retailerId}/twilio`;
  assert.deepEqual(received.body, {
    To: shop.phone,
    From: ourNumber,
    Body: `Ilse wrote about your order: ${await orderUrl(shop)}`,
    StatusCallback: `${app.url}${path}/status`,
  });
  const form = { MessageSid: 'SM9', From: shop.phone, To: ourNumber, Body: 'Löwenzahn & <b>' };
  const forged = await webhook(path, form, 'another-token');
  assert.equal(forged.status, 403);
  assert.equal(
    ((await forged.json()) as { error: { message: string } }).error.message,
    'The signature is missing or wrong',
  );
  assert.deepEqual(await chat(shop), ['The ripe ones are out.']);
  const taken = await webhook(path, form);
  assert.equal(taken.status, 200);
  assert.match(taken.headers.get('content-type')!, /^text\/xml/);
  assert.equal(await taken.text(), '<?xml version="1.0" encoding="UTF-8"?><Response></Response>');
  assert.equal((await webhook(path, form)).status, 200);
  assert.deepEqual(await chat(shop), ['The ripe ones are out.', 'Löwenzahn & <b>']);
  const help = await webhook(path, { ...form, MessageSid: 'SM10', Body: 'HELP' });
  assert.match(await help.text(), /<Message>Corner Grocer sends text messages/);
  const status = await webhook(`${path}/status`, {
    MessageSid: 'SM1',
    MessageStatus: 'undelivered',
    ErrorCode: '30003',
  });
  assert.equal(status.status, 200);
  const [row] = await list(shop);
  assert.deepEqual([row!.state, row!.reason], ['dead', 'sms 30003']);
  const elsewhere = await fetch(`${app.url}/v1/sms/999999/twilio`, { method: 'POST' });
  assert.equal(elsewhere.status, 404);
});

test('a refusal of the provider is reported, and overload is retried', async (t) => {
  const { shop, receiver } = await twilioShop(t);
  receiver.behave = (_, response) => response.writeHead(400).end('{"code":21610}');
  await ask(shop);
  const [refused] = await pass(shop, 4000);
  assert.deepEqual([refused!.state, refused!.reason], ['dead', 'sms 21610']);
  receiver.behave = (_, response) => response.writeHead(503).end();
  await ask(shop, 'Hello?');
  await clock(client, shop.token, { advance_ms: 4000 });
  await eventually(
    () => list(shop),
    ([row]) => row!.reason === 'sms 503' && row!.state === 'pending',
  );
  receiver.behave = (_, response) => response.writeHead(201).end('{"sid":"SM5"}');
  const [sent] = await pass(shop, 60_000);
  assert.equal(sent!.state, 'sent');
});

test('full texts are sent only where the retailer says so; then the erasure deletes the provider’s copy, and the receipt counts it', async (t) => {
  const { shop, receiver } = await twilioShop(t, { sms_notifications: 'full' });
  await ask(shop, 'Firm or ripe?');
  await ask(shop, 'Or none?');
  await pass(shop, 4000);
  const full = `Ilse: Firm or ripe?\nOr none? ${await orderUrl(shop)}`;
  assert.equal(receiver.received[0]!.body.Body, full);
  const remove = () => client.call('DELETE', '/v1/sms-sender', { token: shop.operator });
  const refused = await remove();
  assert.equal(refused.status, 403);
  assert.equal(refused.body.error.message, 'The provider still holds copies of texts');
  // The provider fails at first: until its copy is gone, the receipt is not verified.
  receiver.behave = (_, response) => response.writeHead(500).end();
  await advance(client, shop.token, shop.batchId, 'completed');
  await clock(client, shop.token, { advance_ms: 86_400_001 });
  shop.token = await clientToken(client, shop);
  shop.operator = await clientToken(client, shop, 'aislechat:operate');
  const receipt = async () =>
    (await client.get('/v1/erasure-receipts', { token: shop.operator })).body.receipts[0] as
      | Static<typeof schemas.ErasureReceipt>
      | undefined;
  const first = await eventually(receipt, (found) => found !== undefined);
  assert.deepEqual(
    [first!.messages, first!.subscriptions, first!.phone_numbers, first!.provider_copies],
    [2, 0, 1, 1],
  );
  await receiver.until(2);
  assert.equal((await receipt())!.verified_at, undefined);
  receiver.behave = (_, response) => response.writeHead(204).end();
  await eventually(
    async () => {
      // Moving the clock starts another round.
      await clock(client, shop.token, { advance_ms: 1 });
      return receipt();
    },
    (found) => found!.verified_at !== undefined,
  );
  assert.equal(receiver.received.at(-1)!.path, '/2010-04-01/Accounts/AC1/Messages/SM1.json');
  assert.equal((await remove()).status, 200);
  assert.match(await (await webhook(`/v1/sms/${shop.retailerId}/twilio`, {})).text(), /Resource not found/);
});

// --- Signed JSON ------------------------------------------------------------------------------------

test('any other provider gets signed JSON and sends signed JSON back', async (t) => {
  const receiver = await startReceiver(t, (_, response) => response.writeHead(200).end('{"id":"p-1"}'));
  const shop = await newShop({ lifecycle_notices: false });
  const sender = await setSender(shop.operator, { adapter: 'http', url: `${receiver.url}/sms` });
  const secret = sender.signing_secret as string;
  assert.equal(sender.incoming_url, `${app.url}/v1/sms/${shop.retailerId}`);
  const shown = await client.get('/v1/sms-sender', { token: shop.operator });
  assert.equal(shown.body.signing_secret, undefined);
  await ask(shop);
  const [, [sent]] = await Promise.all([pass(shop, 4000), receiver.until(1)]);
  await verifyCallback([secret], sent!.headers, sent!.text);
  assert.deepEqual(
    [sent!.body.to, sent!.body.from, sent!.body.text],
    [shop.phone, ourNumber, `Ilse wrote about your order: ${await orderUrl(shop)}`],
  );

  const post = async (body: string, key = secret, id = 'in-1') => {
    const timestamp = String(Math.floor(Date.now() / 1000));
    return fetch(sender.incoming_url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [signatureHeaders.id]: id,
        [signatureHeaders.timestamp]: timestamp,
        [signatureHeaders.signature]: await signCallback([key], { id, timestamp, body }),
      },
      body,
    });
  };
  const body = JSON.stringify({ id: 'in-1', from: shop.phone, text: 'Firm ones' });
  assert.equal((await post(body, `whsec_${btoa('another secret')}`)).status, 403);
  assert.equal(
    (
      await fetch(sender.incoming_url, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      })
    ).status,
    403,
  );
  const taken = await post(body);
  assert.deepEqual([taken.status, await taken.json()], [200, {}]);
  await post(body);
  assert.deepEqual((await chat(shop)).slice(1), ['Firm ones']);
  const stop = await post(JSON.stringify({ id: 'in-2', from: shop.phone, text: 'STOP' }), secret, 'in-2');
  assert.match(((await stop.json()) as { reply: string }).reply, /no more text messages/);
});

test('a webhook gets 403 for its signature, 400 for an unreadable body, 415 for its type, and 404 without a sender', async (t) => {
  const { shop: twilio } = await twilioShop(t);
  const http = await newShop({}, { adapter: 'http', url: 'https://sms.example/send' });
  const none = await newRetailer(client);
  const form = 'application/x-www-form-urlencoded';
  for (const [path, type, body, status] of [
    [`/v1/sms/${http.retailerId}`, 'application/json', '{}', 403],
    [`/v1/sms/${http.retailerId}`, 'application/json', '{"id":', 400],
    [`/v1/sms/${http.retailerId}`, 'text/plain', 'Hello', 415],
    [`/v1/sms/${http.retailerId}`, form, 'Body=Hello', 415],
    [`/v1/sms/${none.retailerId}`, 'application/json', '{}', 404],
    [`/v1/sms/${twilio.retailerId}`, 'application/json', '{}', 404],
    [`/v1/sms/${twilio.retailerId}/twilio`, form, 'Body=Hello', 403],
    [`/v1/sms/${twilio.retailerId}/twilio`, form, 'Body=%FF', 400],
    [`/v1/sms/${twilio.retailerId}/twilio`, 'text/plain', 'Hello', 415],
    [`/v1/sms/${http.retailerId}/twilio`, form, 'Body=Hello', 404],
  ] as const) {
    const answered = await client.post(path, { body, headers: { 'content-type': type } });
    assert.equal(answered.status, status, `${path} ${type} ${body}: ${answered.text}`);
  }
});

test('a sender needs what its adapter needs, a valid number, and an address that may be called', async () => {
  const shop = await newShop();
  const put = async (body: Record<string, unknown>) =>
    (await client.put('/v1/sms-sender', { token: shop.operator, body: { number: ourNumber, ...body } }))
      .status;
  assert.equal(await put({ adapter: 'twilio', account: 'AC1' }), 400);
  assert.equal(await put({ adapter: 'twilio', auth_token: 'x' }), 400);
  assert.equal(await put({ adapter: 'http' }), 400);
  assert.equal(await put({ adapter: 'http', url: 'http://169.254.169.254/latest' }), 400);
  assert.equal(await put({ adapter: 'fake', number: '+1' }), 400);
  assert.equal(await put({ adapter: 'carrier-pigeon' }), 400);
  const { body } = await client.get('/v1/audit?limit=1', { token: shop.operator });
  assert.match(JSON.stringify(body), /sms_sender: fake/);
});
