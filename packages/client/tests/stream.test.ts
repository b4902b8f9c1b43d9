/** A reader of an order receives every event once and in order, and learns when no more will come. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  ApiError,
  Connection,
  type OrderStream,
  type StreamItem,
  type StreamOptions,
  streamOrderEvents,
  typing,
} from '@aislechat/client';
import {
  chatPath,
  clientToken,
  clock,
  type OpenChat,
  openChat,
  shopperSays,
  shopperToken,
  userToken,
} from '../../server/tests/support/scenario.ts';
import { testServer } from '../../server/tests/support/server.ts';
import { serverSentEvents } from '../src/server-sent-events.ts';
import { badProxy } from './support/bad-proxy.ts';
import { json, refused, type ScriptedServer, scriptedServer, stream } from './support/scripted-server.ts';

const isFull = process.env.TEST_SCALE === 'full';
const messages = isFull ? 5000 : 100;
const seed = 90_417;
const backoff = { leastMs: 5, mostMs: 40 };

const { client } = await testServer({ after });

const connect = (url: string, token = 'any') => new Connection({ url, token });
const event = (seq: number): [string, Record<string, unknown>] => [
  'late_delivery',
  { seq, type: 'late_delivery', at: '2031-05-04T17:20:09Z' },
];
const cursor = (seq: number): [string, Record<string, unknown>] => ['cursor', { seq }];

/** Reads up to `count` items, or to the end. */
async function take(from: OrderStream, count: number): Promise<StreamItem[]> {
  const items: StreamItem[] = [];
  for await (const item of from) {
    items.push(item);
    if (items.length === count) break;
  }
  return items;
}
const numbersOf = (items: StreamItem[]) => items.map((item) => ('seq' in item ? item.seq : item.type));

const follow = ({ url }: ScriptedServer, options: StreamOptions = {}) =>
  streamOrderEvents(connect(url), 'A-1', { backoff, ...options });

/** Reads a chat's log while it is being written, to its end. */
async function readWhileWriting(chat: OpenChat, url: string, options: StreamOptions, count: number) {
  const reader = streamOrderEvents(connect(url, chat.userToken), chat.orderId, {
    after: 0,
    backoff,
    ...options,
  });
  const reading = (async () => {
    const numbers: number[] = [];
    let texts = 0;
    for await (const item of reader) {
      if (!('seq' in item)) continue;
      numbers.push(item.seq);
      if (item.type === 'message') texts += 1;
      if (texts === count) break;
    }
    return numbers;
  })();
  for (let n = 0; n < count; n++) {
    const path = chatPath(chat.orderId);
    await client.post(path, { token: chat.userToken, body: { body: `m${n}` } });
  }
  return reading;
}

const inOrder = (numbers: number[]) =>
  assert.deepEqual(
    numbers,
    numbers.map((_, n) => n + 1),
  );

test('through a network that keeps cutting connections every event arrives once and in order', async (t) => {
  const chat = await openChat(client);
  // A busy machine puts many events in one piece, so a stream is cut after few.
  const proxy = await badProxy(t, client.url, { seed, percent: 25, streamPieces: 3 });
  const numbers = await readWhileWriting(chat, proxy.url, {}, messages);
  t.diagnostic(
    `${numbers.length} events, ${proxy.done['stream cut']} cuts, ${proxy.asked('/events')} long polls`,
  );
  inOrder(numbers);
  assert.ok(proxy.done['stream cut'] > 0);
});

test('control: a reader that reconnects without its last number misses events', async (t) => {
  const chat = await openChat(client);
  const proxy = await badProxy(t, client.url, { seed, percent: 0, streamPieces: 6 });
  const abort = new AbortController();
  const numbers: number[] = [];
  const reading = (async () => {
    const url = `${proxy.url}/v1/orders/${chat.orderId}/stream`;
    const headers = { authorization: `Bearer ${chat.userToken}` };
    while (!abort.signal.aborted) {
      try {
        const { body } = await fetch(url, { headers, signal: abort.signal });
        for await (const { data } of serverSentEvents(body!, { onBytes() {}, onRetry() {} })) {
          if ('type' in JSON.parse(data)) numbers.push(JSON.parse(data).seq);
        }
      } catch {
        // The loop reconnects.
      }
    }
  })();
  for (let n = 0; n < 40; n++) {
    await client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body: `m${n}` } });
  }
  abort.abort();
  await reading;
  assert.throws(() => inOrder(numbers));
});

for (const streams of ['gathered', 'refused'] as const) {
  test(`with streams ${streams} by the proxy the same events arrive by long poll`, async (t) => {
    const chat = await openChat(client);
    const proxy = await badProxy(t, client.url, { seed, percent: 0, streams });
    const states: string[] = [];
    const options = { firstEventMs: 100, onState: (state: string) => void states.push(state) };
    inOrder(await readWhileWriting(chat, proxy.url, options, 20));
    assert.deepEqual(states, ['polling', 'over']);
    assert.equal(proxy.asked('/stream'), 1);
  });
}

test('a gateway that answers streams with errors makes the client fall back to long polling', async (t) => {
  const page = { events: [event(1)[1], event(2)[1]], next_after: 2 };
  const server = await scriptedServer(t, refused(502, 'Bad gateway'), refused(502, ''), json(200, page));
  assert.deepEqual(numbersOf(await take(follow(server, { after: 0 }), 2)), [1, 2]);
  assert.match(server.requests[2]!.url!, /\/events\?after=0&wait=\d+$/);
});

test('a text with Unicode line separators is one event, and so is the text after it', async () => {
  const chat = await openChat(client);
  const reader = streamOrderEvents(connect(client.url, chat.userToken), chat.orderId, { after: 0, backoff });
  const odd = 'one\u2028two\u2029three\u0085four';
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, odd);
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'after it');
  const texts: string[] = [];
  for await (const item of reader) {
    if (item.type === 'message') texts.push(item.message!.body);
    if (item.type === 'message' && item.message!.body === 'after it') break;
  }
  assert.deepEqual(texts, [odd, 'after it']);
});

const beginning = 'event: cursor\ndata: {"seq":0}\n\n';
for (const [what, text] of [
  ['cannot be read', `${beginning}id: 1\nevent: message\ndata: no JSON\n\n`],
  ['is truncated', `${beginning}id: 1\nevent: mess`],
] as const) {
  test(`an event that ${what} on every attempt arrives by long poll: a cursor alone is not progress`, async (t) => {
    const page = json(200, { events: [event(1)[1], event(2)[1]], next_after: 2 });
    const server = await scriptedServer(t, (response, request) => {
      if (!request.url!.includes('/stream')) return page(response, request);
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text);
    });
    assert.deepEqual(numbersOf(await take(follow(server, { after: 0 }), 2)), [1, 2]);
    assert.equal(server.requests.length, 3);
  });
}

test('streaming is retried after it failed, and kept once it works', async (t) => {
  const chat = await openChat(client);
  const proxy = await badProxy(t, client.url, { seed, percent: 0, streams: 'refused' });
  const reader = streamOrderEvents(connect(proxy.url, chat.userToken), chat.orderId, {
    streamAgainMs: 100,
    backoff,
    onState(state) {
      if (state === 'polling') proxy.set({ streams: 'pass' });
      if (state !== 'live') return;
      shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'live again');
    },
  });
  // Without a number the reader starts at the present, also by long poll.
  const says = setInterval(() => shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'hello'), 50);
  t.after(() => clearInterval(says));
  for await (const item of reader) {
    if (item.type === 'message' && item.message?.body === 'live again') break;
  }
  assert.equal(proxy.asked('/stream'), 2);
});

test('a token that expires or is revoked mid-stream is renewed, and no event is missed', async () => {
  const chat = await openChat(client);
  let tokens = 0;
  let last = '';
  const connection = new Connection({
    url: client.url,
    token: async () => {
      tokens += 1;
      last = await userToken(client, chat, chat.userId);
      return last;
    },
  });
  const says = (text: string) => shopperSays(client, retailer, chat.shopperId, chat.orderId, text);
  let retailer = chat.token;
  const reader = streamOrderEvents(connection, chat.orderId, { after: 0, backoff });
  const numbers: number[] = [];
  const texts: string[] = [];
  await says('one');
  for await (const item of reader) {
    if ('seq' in item) numbers.push(item.seq);
    if (item.type !== 'message') continue;
    texts.push(item.message!.body);
    if (texts.length === 1) {
      await clock(client, chat.token, { advance_ms: 86_400_001 });
      retailer = await clientToken(client, chat);
      await says('two');
    } else if (texts.length === 2) {
      await client.post('/v2/oauth/token/revoke', {
        body: { client_id: chat.clientId, client_secret: chat.clientSecret, token: last },
      });
      await says('three');
    } else break;
  }
  assert.deepEqual(texts, ['one', 'two', 'three']);
  inOrder(numbers);
  assert.equal(tokens, 3);
});

test('the other side’s typing arrives between events and has no number', async () => {
  const chat = await openChat(client);
  const shopper = connect(client.url, await shopperToken(client, chat, chat.shopperId));
  const reader = streamOrderEvents(connect(client.url, chat.userToken), chat.orderId, {
    onState: (state) => {
      if (state === 'live') typing(shopper, chat.orderId);
    },
  });
  const [state, ...others] = await take(reader, 2);
  assert.deepEqual(state, { type: 'chat', open: true, expired: false, timezone: 'UTC' });
  assert.deepEqual(others, [{ type: 'typing', sender_type: 'driver' }]);
});

test('changes of what the chat allows arrive by stream and by long poll', async (t) => {
  const open = { open: true, expired: false, timezone: 'UTC' };
  const closed = { ...open, open: false };
  const server = await scriptedServer(
    t,
    stream(cursor(0), ['chat', open], event(1), ['end', { reason: 'server_stopping' }]),
    stream(cursor(1), ['chat', open], ['chat', closed], ['end', { reason: 'server_stopping' }]),
    refused(502, 'Bad gateway'),
    refused(502, 'Bad gateway'),
    json(200, { events: [], next_after: 1, chat: closed }),
    json(200, { events: [], next_after: 1, chat: open }),
  );
  const items = await take(follow(server, { after: 0 }), 4);
  assert.deepEqual(
    items.map((item) => ('open' in item ? item.open : item.type)),
    [true, 'late_delivery', false, true],
  );
  assert.match(server.requests.at(-1)!.url!, /open=false/);
});

test('duplicate events are dropped, and a gap in the numbers makes the client reconnect', async (t) => {
  const server = await scriptedServer(
    t,
    stream(cursor(0), event(1), event(1), event(2), event(4)),
    stream(cursor(2), event(2), event(3), event(4), event(5)),
  );
  assert.deepEqual(numbersOf(await take(follow(server, { after: 0 }), 5)), [1, 2, 3, 4, 5]);
  assert.equal(server.requests[0]!.headers['last-event-id'], '0');
  assert.equal(server.requests[1]!.headers['last-event-id'], '2');
});

test('a connection that falls silent is treated as dead', async (t) => {
  const server = await scriptedServer(t, stream(cursor(0), event(1)), stream(cursor(1), event(2)));
  const startedAt = performance.now();
  assert.deepEqual(numbersOf(await take(follow(server, { after: 0, silenceMs: 60 }), 2)), [1, 2]);
  assert.ok(performance.now() - startedAt >= 60);
});

test('waking a stream makes it catch up at once, whether it is connected or backing off', async (t) => {
  const server = await scriptedServer(
    t,
    stream(cursor(0), event(1)),
    stream(cursor(1), event(2)),
    refused(503, 'The service is temporarily unavailable. Please try again later.', 2003),
    stream(cursor(2), event(3)),
  );
  const reader = follow(server, { after: 0, backoff: { leastMs: 60_000, mostMs: 60_000 } });
  // The first wake ends the silence, the second the wait that the refusal asked for.
  const waking = setInterval(() => reader.wake(), 150);
  t.after(() => clearInterval(waking));
  assert.deepEqual(numbersOf(await take(reader, 3)), [1, 2, 3]);
});

test('when the log has been truncated the client yields a reload and continues from there', async (t) => {
  const server = await scriptedServer(t, stream(['reload', { seq: 3 }], cursor(3), event(4)));
  const items = await take(follow(server, { after: 900 }), 2);
  assert.deepEqual(items[0], { type: 'reload', seq: 3 });
  assert.deepEqual(numbersOf(items), [3, 4]);
});

test('a final end is the last item; after any other end the client reconnects', async (t) => {
  for (const reason of ['order_out_of_reach', 'chat_expired', 'shopper_pii']) {
    const server = await scriptedServer(t, stream(cursor(0), event(1), ['end', { reason }]));
    const items = await take(follow(server, { after: 0 }), 10);
    assert.deepEqual(items.slice(1), [{ type: 'end', reason }]);
    assert.equal(server.requests.length, 1);
  }
  const ends = ['server_stopping', 'too_slow', 'token_expired', 'token_revoked', 'of a later version'];
  const server = await scriptedServer(
    t,
    ...ends.map((reason, n) => stream(cursor(n), event(n + 1), ['end', { reason }])),
    stream(cursor(5), event(6)),
  );
  assert.deepEqual(numbersOf(await take(follow(server, { after: 0 }), 6)), [1, 2, 3, 4, 5, 6]);
});

test('a permanent refusal is thrown; a temporary one is waited out', async (t) => {
  const server = await scriptedServer(
    t,
    json(429, { error: { message: 'Too many requests', code: null }, meta: {} }, { 'retry-after': '0' }),
    stream(cursor(0), event(1), ['end', { reason: 'server_stopping' }]),
    refused(404, 'Resource not found', 4000),
  );
  const reader = follow(server, { after: 0 });
  const seen: unknown[] = [];
  await assert.rejects(
    async () => {
      for await (const item of reader) seen.push(item);
    },
    (error) => error instanceof ApiError && error.name === 'resource_not_found',
  );
  assert.equal(seen.length, 1);
  assert.equal(reader.state, 'over');
});

test('closing a stream, or aborting its signal, ends the iteration without an error', async (t) => {
  const server = await scriptedServer(t, stream(cursor(0)));
  const abort = new AbortController();
  const byClose = follow(server, { onState: (state) => state === 'live' && byClose.close() });
  assert.deepEqual(await take(byClose, 1), []);
  const bySignal = follow(server, {
    signal: abort.signal,
    onState: (state) => state === 'live' && abort.abort(),
  });
  assert.deepEqual(await take(bySignal, 1), []);
  assert.deepEqual(await take(follow(server, { signal: AbortSignal.abort() }), 1), []);
});
