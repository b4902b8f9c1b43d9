import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ApiError, Connection, pollChat } from '@aislechat/client';
import { openChat, shopperSays } from '../../server/tests/support/scenario.ts';
import { testServer } from '../../server/tests/support/server.ts';
import { badProxy } from './support/bad-proxy.ts';
import { json, refused, scriptedServer } from './support/scripted-server.ts';

const { client } = await testServer({ after });

test('pollChat yields the chat at once and after every change, despite a bad network', async (t) => {
  const chat = await openChat(client);
  const proxy = await badProxy(t, client.url, { seed: 5, percent: 30 });
  const connection = new Connection({ url: proxy.url, token: chat.userToken, timeoutMs: 1000 });
  const seen: number[] = [];
  for await (const { chat_messages: messages } of pollChat(connection, chat.orderId, { intervalMs: 3 })) {
    seen.push(messages.length);
    if (messages.length === 3) break;
    setTimeout(
      () => shopperSays(client, chat.token, chat.shopperId, chat.orderId, `number ${seen.length}`),
      60,
    );
  }
  assert.deepEqual(seen, [0, 1, 2, 3]);
});

test('polling sends the ETag of the last answer, and compares answers where there is none', async (t) => {
  const chat = (...texts: string[]) => ({ chat_messages: texts.map((body) => ({ body })) });
  const server = await scriptedServer(
    t,
    json(200, chat('a'), { etag: '"1"' }),
    (response) => response.writeHead(304).end(),
    json(200, chat('b')),
    json(200, chat('b')),
    json(200, chat('c')),
  );
  const connection = new Connection({ url: server.url, token: 'x' });
  const seen: string[] = [];
  const polled = pollChat(connection, 7, { intervalMs: 1, internalIds: true });
  for await (const { chat_messages: messages } of polled) {
    seen.push(messages[0]!.body);
    if (seen.length === 3) break;
  }
  assert.deepEqual(seen, ['a', 'b', 'c']);
  assert.deepEqual(
    server.requests.map(({ headers }) => headers['if-none-match']),
    [undefined, '"1"', '"1"', undefined, undefined],
  );
  assert.equal(server.requests[0]!.headers['x-treat-ids-as-internal'], 'true');
});

test('polling ends when its signal aborts or the server refuses permanently', async (t) => {
  const server = await scriptedServer(
    t,
    json(200, { chat_messages: [] }),
    refused(404, 'Resource not found', 4000),
  );
  const connection = new Connection({ url: server.url, token: 'x' });
  const abort = new AbortController();
  const ended = pollChat(connection, 'A-1', { signal: abort.signal });
  await ended.next();
  abort.abort();
  assert.equal((await ended.next()).done, true);
  await assert.rejects(pollChat(connection, 'A-1').next(), ApiError);
});
