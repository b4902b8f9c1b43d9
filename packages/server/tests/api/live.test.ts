import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { limits } from '@aislechat/contract';
import { createStore } from '../../src/storage/store.ts';
import { runCommand } from '../support/command.ts';
import { EventSource } from '../support/event-source.ts';
import { eventually } from '../support/eventually.ts';
import { newPlace } from '../support/place.ts';
import {
  advance,
  chatPath,
  clientToken,
  clock,
  internal,
  newBatch,
  newOrder,
  newShopper,
  newUser,
  type OpenChat,
  openChat,
  shopperSays,
  shopperToken,
  userToken,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after });

const base = (chat: OpenChat) => `/v1/orders/${encodeURIComponent(chat.orderId)}`;
const streamOf = (chat: OpenChat, query = '') => `${client.url}${base(chat)}/stream${query}`;
const says = (chat: OpenChat, body: string) =>
  client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body } });
const tokenOfShopper = (chat: OpenChat) => shopperToken(client, chat, chat.shopperId);

/** A stream that has caught up with the present. */
async function live(t: TestContext, chat: OpenChat, token: string): Promise<EventSource> {
  const stream = await EventSource.open(t, streamOf(chat), { token });
  await stream.until(({ event }) => event === 'cursor');
  return stream;
}

const revoke = (chat: OpenChat, token: string) =>
  client.post('/v2/oauth/token/revoke', {
    body: { client_id: chat.clientId, client_secret: chat.clientSecret, token },
  });

test('a stream reports its position at once, even if nothing has happened', async (t) => {
  const chat = await openChat(client);
  const { body } = await client.get(`${base(chat)}/events`, { token: chat.userToken });
  const stream = await live(t, chat, chat.userToken);
  const { next_after } = body;
  assert.deepEqual(stream.events[0], { id: String(next_after), event: 'cursor', data: { seq: next_after } });
});

test('the stream and the pages contain the same events in the same order, from the first on', async (t) => {
  const chat = await openChat(client);
  await says(chat, 'hello');
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'hi');
  await client.put(chatPath(chat.orderId), { token: chat.userToken });
  await advance(client, chat.token, chat.batchId, 'completed');
  const { body } = await client.get(`${base(chat)}/events?after=0`, { token: chat.userToken });
  const numbers: number[] = body.events.map((event: { seq: number }) => event.seq);
  assert.deepEqual(
    numbers,
    numbers.map((_, n) => n + 1),
  );
  const types: string[] = body.events.map((event: { type: string }) => event.type);
  for (const type of ['state_changed', 'shopper_assigned', 'message', 'messages_read', 'lifecycle_message']) {
    assert.ok(types.includes(type), type);
  }
  assert.equal(types.filter((type) => type === 'chat_closed').length, 1);
  const stream = await EventSource.open(t, streamOf(chat, '?after=0'), { token: chat.userToken });
  await stream.until(({ event, data }) => event !== 'cursor' && data.seq === numbers.at(-1));
  const ofTheLog = stream.events.filter(({ event }) => !['cursor', 'chat'].includes(event));
  assert.deepEqual(
    ofTheLog.map(({ data }) => data),
    body.events,
  );
});

test('a message reaches both sides with its text, its sender and its number', async (t) => {
  const chat = await openChat(client);
  const sides = [await live(t, chat, chat.userToken), await live(t, chat, await tokenOfShopper(chat))];
  const sent = await says(chat, 'are there any ripe ones?');
  for (const side of sides) {
    const { data } = await side.until(({ event }) => event === 'message');
    assert.equal(data.message.id, sent.body.id);
    assert.equal(data.message.body, 'are there any ripe ones?');
    assert.equal(data.message.sender_type, 'user');
  }
});

test('a client that reconnects with its last event number misses and repeats nothing', async () => {
  const chat = await openChat(client);
  const seen: number[] = [];
  let lastEventId: string | undefined = '0';
  for (let round = 0; round < 8; round++) {
    const stream = await EventSource.open(undefined, streamOf(chat), { token: chat.userToken, lastEventId });
    await says(chat, `message ${round}`);
    await stream.until(({ data }) => data.message?.body === `message ${round}`);
    stream.close();
    await stream.over;
    await says(chat, `missed ${round}`);
    seen.push(...stream.numbers);
    lastEventId = stream.lastEventId;
  }
  assert.deepEqual(
    seen,
    seen.map((_, n) => n + 1),
  );
});

test('a long poll answers when something happens, and with an empty page when its time is up', async () => {
  const chat = await openChat(client);
  const first = await client.get(`${base(chat)}/events`, { token: chat.userToken });
  const known = first.body.next_after;
  const poll = client.get(`${base(chat)}/events?after=${known}&wait=20`, { token: chat.userToken });
  await says(chat, 'now');
  const { body } = await poll;
  assert.equal(body.events[0].message.body, 'now');
  assert.equal(body.next_after, known + 1);
  const since = performance.now();
  const none = await client.get(`${base(chat)}/events?after=${known + 1}&wait=1`, { token: chat.userToken });
  assert.deepEqual(none.body, {
    events: [],
    next_after: known + 1,
    chat: { open: true, expired: false, timezone: 'UTC' },
  });
  assert.ok(performance.now() - since >= 990);
});

test('the stream reports what the chat allows: at the start, and when the order or a setting changes it', async (t) => {
  const chat = await openChat(client);
  const stream = await live(t, chat, chat.userToken);
  const states = async (count: number) => {
    await stream.until(() => stream.events.filter(({ event }) => event === 'chat').length >= count);
    return stream.events.filter(({ event }) => event === 'chat').map(({ data }) => data.open);
  };
  assert.deepEqual(await states(1), [true]);
  const set = (body: object) => client.patch('/v1/sandbox/retailer', { token: chat.token, body });
  await set({ chat_enabled: false });
  assert.deepEqual(await states(2), [true, false]);
  await set({ chat_enabled: true });
  assert.deepEqual(await states(3), [true, false, true]);
  await set({ timezone: 'America/Denver' });
  await states(4);
  assert.equal(stream.events.at(-1)!.data.timezone, 'America/Denver');
  await says(chat, 'changes nothing about it');
  await advance(client, chat.token, chat.batchId, 'completed');
  assert.deepEqual(await states(5), [true, false, true, true, false]);
  // An ID would change the position from which a browser reconnects.
  assert.ok(stream.events.every(({ event, id }) => event !== 'chat' || id === undefined));
});

test('a long poll answers at once when a setting closes or opens the chat', async () => {
  const chat = await openChat(client);
  const { body: first } = await client.get(`${base(chat)}/events`, { token: chat.userToken });
  const path = `${base(chat)}/events?after=${first.next_after}&wait=30`;
  for (const isOpen of [false, true]) {
    // The request states what the client knows: the setting may change before the server starts to wait.
    const poll = client.get(`${path}&open=${!isOpen}`, { token: chat.userToken });
    const body = { chat_enabled: isOpen };
    await client.patch('/v1/sandbox/retailer', { token: chat.token, body });
    assert.equal((await poll).body.chat.open, isOpen);
    assert.deepEqual((await poll).body.events, []);
  }
});

test('a number beyond the end of the log is answered with reload', async (t) => {
  const chat = await openChat(client);
  const { body } = await client.get(`${base(chat)}/events?after=9999`, { token: chat.userToken });
  assert.equal(body.reload, true);
  assert.deepEqual(body.events, []);
  const stream = await EventSource.open(t, streamOf(chat, '?after=9999'), { token: chat.userToken });
  await stream.until(({ event }) => event === 'reload');
  const cursor = await stream.until(({ event }) => event === 'cursor');
  assert.equal(cursor.data.seq, body.next_after);
});

test('pages are no longer than their limit, and each leads to the next', async () => {
  const chat = await openChat(client);
  for (let n = 0; n < limits.eventsPerPage + 20; n += 20) {
    await Promise.all(Array.from({ length: 20 }, (_, m) => says(chat, `${n + m}`)));
  }
  const first = await client.get(`${base(chat)}/events`, { token: chat.userToken });
  assert.equal(first.body.events.length, limits.eventsPerPage);
  const next = `${base(chat)}/events?after=${first.body.next_after}`;
  const second = await client.get(next, { token: chat.userToken });
  assert.equal(second.body.events[0].seq, limits.eventsPerPage + 1);
});

test('an invalid number is refused with the name of its parameter', async () => {
  const chat = await openChat(client);
  const wrong = [
    'after=-1',
    'after=x',
    'after=1.5',
    'after=99999999999999999',
    'wait=31',
    'wait=-1',
    'after=',
  ];
  for (const query of wrong) {
    const { status, body } = await client.get(`${base(chat)}/events?${query}`, { token: chat.userToken });
    assert.equal(status, 400, query);
    assert.equal(body.meta.key, query.split('=')[0]);
  }
  const headers = { 'last-event-id': 'x' };
  const { status, body } = await client.get(`${base(chat)}/stream?after=0`, {
    token: chat.userToken,
    headers,
  });
  assert.deepEqual([status, body.meta.key], [400, 'Last-Event-ID']);
});

test('a revoked token ends its own streams within a second, and no others', async (t) => {
  const chat = await openChat(client);
  const other = await userToken(client, chat, chat.userId);
  const ending = await live(t, chat, chat.userToken);
  const going = await live(t, chat, other);
  await revoke(chat, chat.userToken);
  const end = await ending.until(({ event }) => event === 'end');
  assert.deepEqual(end.data, { reason: 'token_revoked' });
  await ending.over;
  await client.post(chatPath(chat.orderId), { token: other, body: { body: 'still here' } });
  await going.until(({ event }) => event === 'message');
});

test('a shopper who loses the order loses its stream and its conversation', async (t) => {
  const chat = await openChat(client);
  const token = await tokenOfShopper(chat);
  const stream = await live(t, chat, token);
  const next = await newShopper(client, chat.token, 'Ana');
  await newBatch(client, chat.token, next, chat.orderId);
  await says(chat, 'for Ana alone');
  const end = await stream.until(({ event }) => event === 'end');
  assert.deepEqual(end.data, { reason: 'order_out_of_reach' });
  assert.ok(!JSON.stringify(stream.events).includes('for Ana alone'));
  const path = `/v1/shopper/orders/${chat.orderId}/messages`;
  for (const answer of [
    await client.get(path, { token }),
    await client.post(path, { token, body: { body: 'still me' } }),
    await client.put(path, { token }),
    await client.get(`${base(chat)}/events`, { token }),
    await client.post(`${base(chat)}/stream-tickets`, { token }),
    await client.post(`${base(chat)}/typing`, { token }),
  ]) {
    assert.equal(answer.status, 404, answer.text);
  }
  assert.deepEqual((await client.get('/v1/shopper/orders', { token })).body, {
    orders: [],
    quick_replies: [],
    timezone: 'UTC',
  });
});

test('streams end when the token or the chat expires, and deliver no text afterwards', async (t) => {
  const chat = await openChat(client);
  await says(chat, 'a secret');
  await advance(client, chat.token, chat.batchId, 'completed');
  await clock(client, chat.token, { advance_ms: 40_000_000 });
  const young = await userToken(client, chat, chat.userId);
  const old = await live(t, chat, chat.userToken);
  const stream = await live(t, chat, young);
  await clock(client, await clientToken(client, chat), { advance_ms: 46_400_001 });
  assert.equal((await old.until(({ event }) => event === 'end')).data.reason, 'token_expired');
  assert.equal((await stream.until(({ event }) => event === 'end')).data.reason, 'chat_expired');
  const late = await client.get(`${base(chat)}/events?after=0`, { token: young });
  assert.ok(!late.text.includes('a secret'));
  assert.equal(late.body.events.find((event: { type: string }) => event.type === 'message').message, null);
});

test('with shopper-information removal on, only the shopper’s side is live', async (t) => {
  const chat = await openChat(client);
  const customer = await live(t, chat, chat.userToken);
  const shopper = await live(t, chat, await tokenOfShopper(chat));
  const body = { shopper_information_removal: true };
  await client.patch('/v1/sandbox/retailer', { token: chat.token, body });
  assert.equal((await customer.until(({ event }) => event === 'end')).data.reason, 'shopper_pii');
  for (const path of [`${base(chat)}/events`, `${base(chat)}/stream`]) {
    assert.equal((await client.get(path, { token: chat.userToken })).status, 403);
  }
  await says(chat, 'sending still works');
  await shopper.until(({ event }) => event === 'message');
});

test('typing is announced to the other side at most once in three seconds, and never stored', async (t) => {
  const chat = await openChat(client);
  const token = await tokenOfShopper(chat);
  const customer = await live(t, chat, chat.userToken);
  const shopper = await live(t, chat, token);
  for (let n = 0; n < 5; n++) await client.post(`${base(chat)}/typing`, { token: chat.userToken });
  await shopper.until(({ event }) => event === 'typing');
  await says(chat, 'done');
  await shopper.until(({ event }) => event === 'message');
  await customer.until(({ event }) => event === 'message');
  const typed = shopper.events.filter(({ event }) => event === 'typing');
  assert.deepEqual(typed, [{ id: undefined, event: 'typing', data: { sender_type: 'user' } }]);
  assert.ok(!customer.events.some(({ event }) => event === 'typing'));
  const { text } = await client.get(`${base(chat)}/events`, { token });
  assert.ok(!text.includes('typing'));
});

test('a ticket opens one stream of its order, once', async (t) => {
  const chat = await openChat(client);
  const other = await openChat(client);
  const newTicket = async () =>
    (await client.post(`${base(chat)}/stream-tickets`, { token: chat.userToken })).body.ticket;
  const wasted = await newTicket();
  const elsewhere = await EventSource.open(t, `${client.url}${base(other)}/stream?ticket=${wasted}`);
  assert.equal(elsewhere.status, 404);
  assert.equal((await EventSource.open(t, streamOf(chat, `?ticket=${wasted}`))).status, 401);

  const ticket = await newTicket();
  const looked = await fetch(streamOf(chat, `?ticket=${ticket}`), { method: 'HEAD' });
  assert.equal(looked.status, 401, 'HEAD uses up no ticket');
  const stream = await EventSource.open(t, streamOf(chat, `?ticket=${ticket}`));
  await stream.until(({ event }) => event === 'cursor');
  await says(chat, 'hello');
  await stream.until(({ event }) => event === 'message');
  assert.equal((await EventSource.open(t, streamOf(chat, `?ticket=${ticket}`))).status, 401);

  const unused = await newTicket();
  assert.equal(
    (await client.get(`${base(chat)}/events?ticket=${unused}`)).status,
    401,
    'a ticket opens nothing but a stream',
  );
});

test('a ticket expires after half a minute, and when its token is revoked', async (t) => {
  const chat = await openChat(client);
  const newTicket = async () =>
    (await client.post(`${base(chat)}/stream-tickets`, { token: chat.userToken })).body.ticket;
  const late = await newTicket();
  await clock(client, chat.token, { advance_ms: 30_001 });
  assert.equal((await EventSource.open(t, streamOf(chat, `?ticket=${late}`))).status, 401);
  const revoked = await newTicket();
  await revoke(chat, chat.userToken);
  assert.equal((await EventSource.open(t, streamOf(chat, `?ticket=${revoked}`))).status, 401);
});

test('HEAD of a stream is answered at once and ends', async () => {
  const chat = await openChat(client);
  const headers = { authorization: `Bearer ${chat.userToken}` };
  const response = await fetch(streamOf(chat), { method: 'HEAD', headers });
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type')!, /^text\/event-stream/);
  assert.equal(await response.text(), '');
});

test('a token and an order may each have a limited number of streams and long polls, and a closed one frees its place', async (t) => {
  const chat = await openChat(client);
  const tokens: string[] = [];
  for (let n = 0; n < 3; n++) tokens.push(await userToken(client, chat, chat.userId));
  const open = async (token: string) => EventSource.open(t, streamOf(chat), { token });
  const first: EventSource[] = [];
  for (let n = 0; n < limits.streamsPerToken; n++) first.push(await live(t, chat, tokens[0]!));
  const refused = await fetch(streamOf(chat), { headers: { authorization: `Bearer ${tokens[0]}` } });
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '1']);
  for (let n = limits.streamsPerToken; n < limits.streamsPerOrder; n++) await live(t, chat, tokens[1]!);
  assert.equal((await open(tokens[2]!)).status, 429, 'the order has reached its limit');
  const other = await openChat(client);
  assert.equal((await live(t, other, other.userToken)).status, 200, 'another order has its own limit');
  const { body } = await client.get(`${base(chat)}/events`, { token: tokens[2]! });
  const poll = client.get(`${base(chat)}/events?after=${body.next_after}&wait=20`, { token: tokens[2]! });
  first[0]!.close();
  const again = await eventually(
    () => open(tokens[2]!),
    ({ status }) => status === 200,
  );
  assert.equal(again.status, 200);
  await says(chat, 'a client that cannot open a stream can poll');
  assert.equal((await poll).body.events.length, 1);
});

test('a retailer has a limited number of streams and of long polls across tokens and orders, apart from other retailers', async (t) => {
  assert.equal(limits.streamsPerRetailer, 10_000);
  // The server runs in this process and reads the limit for every stream, so that a few sockets stand for ten
  // thousand.
  const lowered = limits as { -readonly [K in keyof typeof limits]: number };
  lowered.streamsPerRetailer = 3;
  t.after(() => {
    lowered.streamsPerRetailer = 10_000;
  });
  const chat = await openChat(client);
  const chats: OpenChat[] = [chat];
  for (let n = 0; n < 3; n++) {
    const userId = await newUser(client, chat.token);
    const orderId = await newOrder(client, chat.token, userId);
    chats.push({ ...chat, userId, orderId, userToken: await userToken(client, chat, userId) });
  }
  const [last] = chats.splice(3) as [OpenChat];
  const open: EventSource[] = [];
  for (const one of chats) open.push(await live(t, one, one.userToken));
  const refused = await fetch(streamOf(last), { headers: { authorization: `Bearer ${last.userToken}` } });
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '1']);
  assert.deepEqual(await refused.json(), { error: { message: 'Too many requests', code: null }, meta: {} });
  // Long polls are counted separately.
  const { status } = await client.get(`${base(last)}/events?after=1&wait=1`, { token: last.userToken });
  assert.equal(status, 200);
  const other = await openChat(client);
  assert.equal((await live(t, other, other.userToken)).status, 200, 'another retailer has its own limit');
  open[0]!.close();
  await eventually(
    () => EventSource.open(t, streamOf(last), { token: last.userToken }),
    (again) => again.status === 200,
  );
});

test('readers of an order share one read of each event, and their side is marked once for several', async (t) => {
  const reads: number[] = [];
  const marked: number[] = [];
  const engine = await (await newPlace(t)).open();
  const store = createStore(engine);
  const { log } = store.read;
  store.read.log = (retailerId, orderId, after, limit) => {
    reads.push(after);
    return log(retailerId, orderId, after, limit);
  };
  const { write } = store;
  store.write = (unit) =>
    write((tx) => {
      const messages = { ...tx.messages };
      messages.markDelivered = (...given) => {
        marked.push(given[3]);
        return tx.messages.markDelivered(...given);
      };
      return unit({ ...tx, messages });
    });
  const { client } = await testServer(t, {}, { store });
  const chat = await openChat(client);
  const tokens = [await userToken(client, chat, chat.userId), await userToken(client, chat, chat.userId)];
  const url = `${client.url}${base(chat)}/stream`;
  const readers: EventSource[] = [];
  for (let n = 0; n < limits.streamsPerOrder; n++) {
    readers.push(await EventSource.open(t, url, { token: tokens[n % 2]! }));
  }
  await Promise.all(readers.map((reader) => reader.until(({ event }) => event === 'chat')));
  reads.length = 0;
  const sent = 10;
  for (let n = 0; n < sent; n++) {
    await shopperSays(client, chat.token, chat.shopperId, chat.orderId, `message ${n}`);
    const isThis = ({ data }: { data: { message?: { body: string } } }) =>
      data.message?.body === `message ${n}`;
    await Promise.all(readers.map((reader) => reader.until(isThis)));
  }
  for (const reader of readers) assert.equal(reader.numbers.length, sent);
  const lastSeq = readers[0]!.numbers.at(-1);
  await eventually(
    async () => marked.at(-1),
    (upTo) => upTo === lastSeq,
  );
  t.diagnostic(`${readers.length} readers, ${sent} events: ${reads.length} reads, ${marked.length} marks`);
  // One read is for the event; another change that is announced may take another.
  assert.ok(reads.length <= 3 * sent, `${reads.length} reads`);
  assert.ok(marked.length <= sent, `${marked.length} marks`);
});

/** What a reader learns of an erasure, by stream and by long poll. */
async function erasing(t: TestContext, chat: OpenChat, token: string, erase: () => Promise<unknown>) {
  const { body: before } = await client.get(`${base(chat)}/events?after=0`, { token });
  const stream = await live(t, chat, token);
  const poll = client.get(`${base(chat)}/events?after=${before.next_after}&wait=30`, { token });
  await erase();
  const isErased = ({ type }: { type: string }) => type === 'texts_erased';
  const { data, id } = await stream.until(({ event }) => event === 'texts_erased');
  const polled = (await poll).body.events.find(isErased);
  const log = (await client.get(`${base(chat)}/events?after=0`, { token })).body.events;
  assert.deepEqual([polled, log.find(isErased)], [data, data]);
  assert.equal(id, String(before.next_after + 1));
  assert.equal(data.up_to, before.next_after);
  return { event: data, log, texts: log.flatMap(({ message }: { message?: Said }) => message?.body ?? []) };
}

interface Said {
  body: string;
}

test('the erasure of a customer reaches the shopper and the retailer, by stream and by long poll', async (t) => {
  for (const whose of ['shopper', 'client']) {
    const chat = await openChat(client);
    const token = whose === 'shopper' ? await tokenOfShopper(chat) : chat.token;
    await says(chat, 'my door code');
    await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'thank you');
    const operator = await clientToken(client, chat, 'aislechat:operate');
    const { event, texts } = await erasing(t, chat, token, () =>
      client.call('DELETE', `/v1/users/${chat.userId}`, { token: operator }),
    );
    assert.equal(event.shopper, undefined);
    assert.deepEqual(texts, [], whose);
    await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'on my way');
    const after = await client.get(`${base(chat)}/events?after=${event.seq}`, { token });
    assert.ok(after.text.includes('on my way'));
    const numbers = after.body.events.map(({ seq }: { seq: number }) => seq);
    assert.equal(numbers[0], event.seq + 1, 'the log has no gap');
  }
});

test('the erasure of a shopper reaches the customer, with the shopper whose messages and name are gone', async (t) => {
  const chat = await openChat(client);
  await says(chat, 'mine stays');
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'theirs goes');
  const operator = await clientToken(client, chat, 'aislechat:operate');
  const { event, texts } = await erasing(t, chat, chat.userToken, () =>
    client.call('DELETE', `/v1/shoppers/${chat.shopperId}`, { token: operator, headers: internal }),
  );
  assert.deepEqual([event.shopper.id, event.shopper.display_name], [chat.shopperId, 'Shopper']);
  assert.deepEqual(texts, ['mine stays']);
});

test('the erasure of an order reaches its readers in every process, also if it was done by a command', async (t) => {
  const place = await newPlace(t);
  const { client } = await testServer(t, place.env);
  const chat = await openChat(client);
  await client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body: 'my door code' } });
  const stream = await EventSource.open(t, `${client.url}${base(chat)}/stream`, { token: chat.userToken });
  await stream.until(({ event }) => event === 'cursor');
  const { code, error } = await runCommand(place.env, 'erase', '--order', chat.orderId, '--retailer', '1');
  assert.equal(code, 0, error);
  const { data } = await stream.until(({ event }) => event === 'texts_erased');
  assert.equal(data.seq, data.up_to + 1);
});

test('an order that has expired gets no further event when its customer is erased', async () => {
  const chat = await openChat(client);
  await says(chat, 'my door code');
  await advance(client, chat.token, chat.batchId, 'completed');
  await clock(client, chat.token, { advance_ms: 86_400_001 });
  const token = await clientToken(client, chat);
  const events = async () => (await client.get(`${base(chat)}/events?after=0`, { token })).body.events;
  const operator = await clientToken(client, chat, 'aislechat:operate');
  const erased = await client.call('DELETE', `/v1/users/${chat.userId}`, { token: operator });
  assert.equal(erased.status, 200);
  assert.ok((await events()).every(({ type }: { type: string }) => type !== 'texts_erased'));
});
