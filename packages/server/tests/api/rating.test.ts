/** The rating of an order: what it replaces, what the retailer hears of it, and the note to the shopper. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startReceiver } from '../support/receiver.ts';
import {
  advance,
  assertionOf,
  chatPath,
  clientToken,
  clock,
  type OpenChat,
  openChat,
  userToken,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after });
const scope = 'Connect::Orders::RatingService';

async function raterOf(chat: OpenChat, of = scope): Promise<string> {
  const { body } = await client.post('/v2/oauth/token', {
    body: {
      grant_type: 'fulfillment_user_assertion',
      client_id: chat.clientId,
      client_secret: chat.clientSecret,
      assertion: assertionOf(chat.userId),
      scope: of,
    },
  });
  return body.access_token;
}

async function delivered(): Promise<OpenChat> {
  const chat = await openChat(client);
  await advance(client, chat.token, chat.batchId, 'completed');
  return chat;
}

const rate = (chat: OpenChat, token: string, body: unknown) =>
  client.post(`/v2/feedback/orders/${chat.orderId}/rating`, { token, body });
const ratingOf = async ({ orderId, userToken: token }: OpenChat) =>
  (await client.get(`/v1/orders/${orderId}/page`, { token })).body.rating;
const textsOf = async ({ orderId, userToken: token }: OpenChat) =>
  (await client.get(chatPath(orderId), { token })).body.chat_messages.map(
    (message: { body: string }) => message.body,
  );

test('a rating replaces the one before', async () => {
  const chat = await delivered();
  const token = await raterOf(chat);
  const first = { rating_value: 'STARS2', highlights: ['HELPFUL_CHAT'] };
  const { status, body } = await rate(chat, token, first);
  assert.equal(status, 200);
  assert.deepEqual(body, { success: true });
  assert.deepEqual(await ratingOf(chat), first);
  await rate(chat, token, { rating_value: 'STARS5' });
  assert.deepEqual(await ratingOf(chat), { rating_value: 'STARS5', highlights: [] });
});

test('a token for the chat alone rates nothing, and a link does', async () => {
  const chat = await delivered();
  assert.equal((await rate(chat, chat.userToken, { rating_value: 'STARS5' })).status, 403);
  const order = await client.get(`/v2/fulfillment/users/${chat.userId}/orders/${chat.orderId}`, {
    token: chat.token,
  });
  const link = order.body.order_url.split('/').at(-1);
  assert.equal((await rate(chat, link, { rating_value: 'STARS5' })).status, 200);
});

test('the scope must be requested by name', async () => {
  const chat = await openChat(client);
  const { body } = await client.post('/v2/oauth/token', {
    body: {
      grant_type: 'fulfillment_user_assertion',
      client_id: chat.clientId,
      client_secret: chat.clientSecret,
      assertion: assertionOf(chat.userId),
    },
  });
  assert.equal(body.scope, 'connect:post_checkout');
});

test('an order that was not delivered is not rated', async () => {
  const chat = await openChat(client);
  const { status, body } = await rate(chat, await raterOf(chat), { rating_value: 'STARS5' });
  assert.equal(status, 400);
  assert.deepEqual(body.meta, { key: 'workflow_state' });
});

test('a note reaches the shopper as a message, once, and ends with the chat', async () => {
  const chat = await delivered();
  const token = await raterOf(chat);
  const thanks = { rating_value: 'STARS5', thank_you_note: 'Perfect avocados!' };
  await rate(chat, token, thanks);
  await rate(chat, token, thanks);
  await rate(chat, token, { rating_value: 'STARS4', thank_you_note: '  ' });
  assert.deepEqual(await textsOf(chat), ['Perfect avocados!']);
  await rate(chat, token, { rating_value: 'STARS4', thank_you_note: 'And thank you for the limes.' });
  assert.equal((await textsOf(chat)).length, 2);
  const long = await rate(chat, token, { rating_value: 'STARS4', thank_you_note: 'x'.repeat(1001) });
  assert.deepEqual(long.body.meta, { key: 'thank_you_note' });

  await clock(client, chat.token, { advance_ms: 86_400_001 });
  const later = { ...chat, userToken: await userToken(client, chat, chat.userId) };
  assert.deepEqual(await textsOf(later), []);
  const again = await raterOf(chat);
  assert.equal((await rate(chat, again, thanks)).status, 400);
  assert.equal((await rate(chat, again, { rating_value: 'STARS1' })).status, 200);
  assert.equal((await ratingOf(later)).rating_value, 'STARS1');
});

test('the retailer hears of a new rating, without the note', async (t) => {
  const chat = await delivered();
  const receiver = await startReceiver(t);
  const operator = await clientToken(client, chat, 'aislechat:operate');
  await client.post('/v1/callback-endpoints', {
    token: operator,
    body: { name: 'ratings', url: receiver.url, events: ['fulfillment.rating_updated'] },
  });
  const token = await raterOf(chat);
  const body = { rating_value: 'STARS3', highlights: ['EASY_PARKING'], thank_you_note: 'A secret note' };
  await rate(chat, token, body);
  await rate(chat, token, body);
  await rate(chat, token, { rating_value: 'STARS4' });
  const callbacks = await receiver.until(2);
  const [first, second] = callbacks.map(({ body }) => body);
  assert.deepEqual(first.event_metadata, {
    order_id: chat.orderId,
    rating_value: 'STARS3',
    highlights: ['EASY_PARKING'],
  });
  assert.equal(second.event_metadata.rating_value, 'STARS4');
  assert.ok(!callbacks.some(({ text }) => text.includes('secret')));
});
