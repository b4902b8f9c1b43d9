/** What the customer decides with the shopper: words instead of a product, answers taken back, and the greeting. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { limits } from '@aislechat/contract';
import {
  advance,
  allPath,
  chatPath,
  newBatch,
  newOrder,
  newShopper,
  newUser,
  type OpenChat,
  openChat,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after });

const pick = (chat: OpenChat, body: unknown) =>
  client.put(`/v2/fulfillment_sandbox/shoppers/${chat.shopperId}/orders/${chat.orderId}/items/1`, {
    token: chat.token,
    body,
  });
const propose = (chat: OpenChat, name = 'Brown eggs') =>
  pick(chat, { status: 'replaced', replacement_item: { upc: '2', name } });
const itemOf = async ({ orderId, userToken: token }: OpenChat) =>
  (await client.get(`/v2/post_checkout/orders/${orderId}/items`, { token })).body.line_items[0];
const answer = async (chat: OpenChat, body: unknown) => {
  const { id } = await itemOf(chat);
  return client.put(`/v2/post_checkout/orders/${chat.orderId}/items/${id}/replacement`, {
    token: chat.userToken,
    body,
  });
};
const undo = async (chat: OpenChat) => {
  const { id } = await itemOf(chat);
  return client.call('DELETE', `/v1/orders/${chat.orderId}/items/${id}/answer`, { token: chat.userToken });
};
const textsOf = async ({ orderId, userToken: token }: OpenChat): Promise<string[]> =>
  (await client.get(chatPath(orderId), { token })).body.chat_messages.map(
    (message: { body: string }) => message.body,
  );

test('words for something else reach the shopper as a message, and nothing is refunded', async () => {
  const chat = await openChat(client);
  await propose(chat);
  const said = await answer(chat, { status: 'REJECTED', alternative_text: 'Free-range ones, please' });
  assert.equal(said.status, 200, said.text);
  const item = await itemOf(chat);
  assert.equal(item.status, 'REPLACED');
  assert.equal(item.replacement_status, 'REJECTED');
  assert.deepEqual(await textsOf(chat), ['Free-range ones, please']);
});

test('words go only with a rejection, without a product, and have the length of a message', async () => {
  const chat = await openChat(client);
  await propose(chat);
  for (const body of [
    { status: 'APPROVED', alternative_text: 'Yes' },
    { status: 'REJECTED', alternative_text: 'No', alternative_item: { upc: '3', count: 1 } },
    { status: 'REJECTED', alternative_text: 'x'.repeat(1001) },
    { status: 'REJECTED', alternative_text: ' ' },
  ]) {
    const refused = await answer(chat, body);
    assert.equal(refused.status, 400);
    assert.deepEqual(refused.body.meta, { key: 'alternative_text' });
  }
  assert.deepEqual(await textsOf(chat), []);
  assert.equal((await itemOf(chat)).replacement_status, 'PENDING');
});

test('an approval is taken back until the shopper records something else', async () => {
  const chat = await openChat(client);
  await propose(chat);
  assert.equal((await undo(chat)).status, 400);
  await answer(chat, { status: 'APPROVED' });
  assert.equal((await undo(chat)).status, 200);
  assert.equal((await itemOf(chat)).replacement_status, 'PENDING');
  await answer(chat, { status: 'APPROVED' });
  await pick(chat, { status: 'found' });
  assert.equal((await undo(chat)).status, 400);
  assert.equal((await itemOf(chat)).status, 'FOUND');
});

test('a refund that is taken back is a proposal again, for the retailer’s systems too', async () => {
  const chat = await openChat(client);
  await propose(chat);
  await answer(chat, { status: 'REJECTED' });
  assert.equal((await itemOf(chat)).status, 'TO_REFUND');
  assert.equal((await undo(chat)).status, 200);
  const item = await itemOf(chat);
  assert.equal(item.status, 'REPLACED');
  assert.equal(item.replacement_status, 'PENDING');
  const { body } = await client.get(allPath(chat.orderId), { token: chat.userToken });
  assert.deepEqual(
    body.lifecycle_messages.map(({ type }: { type: string }) => type),
    ['order_item_replacement', 'order_item_refund', 'order_item_replacement'],
  );
});

test('alternating answers and their withdrawals ends before the log of the order is full', async () => {
  const chat = await openChat(client);
  await propose(chat);
  for (let n = 0; n < limits.withdrawalsPerOrder; n++) {
    assert.equal((await answer(chat, { status: n % 2 ? 'REJECTED' : 'APPROVED' })).status, 200);
    // What the shopper records anew does not reset the count.
    if (n === 10) await propose(chat, 'White eggs');
    else assert.equal((await undo(chat)).status, 200);
  }
  await answer(chat, { status: 'APPROVED' });
  assert.equal((await undo(chat)).status, 200);
  await answer(chat, { status: 'APPROVED' });
  const refused = await undo(chat);
  assert.equal(refused.status, 403);
  assert.equal(refused.body.error.message, 'No more withdrawals of answers in this order can be made');
  assert.equal((await itemOf(chat)).replacement_status, 'APPROVED');
  await propose(chat, 'Duck eggs');
  assert.equal((await answer(chat, { status: 'REJECTED' })).status, 200);
});

test('nothing is taken back once picking is over', async () => {
  const chat = await openChat(client);
  await propose(chat);
  await answer(chat, { status: 'APPROVED' });
  await advance(client, chat.token, chat.batchId, 'checkout');
  const { status, body } = await undo(chat);
  assert.equal(status, 400);
  assert.deepEqual(body.meta, { key: 'workflow_state' });
});

test('the shopper greets when picking starts, once, and only if the retailer wants it', async () => {
  const chat = await openChat(client, { greeting: 'Hi {customer}, {shopper} here with {order}. {x}' });
  assert.deepEqual(await textsOf(chat), [`Hi Noor, Ilse here with ${chat.orderId}. {x}`]);
  const { body } = await client.get(chatPath(chat.orderId), { token: chat.userToken });
  assert.equal(body.chat_messages[0].sender_id, chat.shopperId);
  assert.equal(body.chat_messages[0].read, false);
  const jonah = await newShopper(client, chat.token, 'Jonah');
  await newBatch(client, chat.token, jonah, chat.orderId);
  assert.equal((await textsOf(chat)).length, 1);

  const quiet = await openChat(client);
  assert.deepEqual(await textsOf(quiet), []);
});

test('a greeting waits for a shopper, and for the chat', async () => {
  const chat = await openChat(client, { greeting: 'Hello', chat_enabled: false });
  assert.deepEqual(await textsOf(chat), []);
  const userId = await newUser(client, chat.token);
  const orderId = await newOrder(client, chat.token, userId);
  const read = await client.get(chatPath(orderId), { token: chat.token });
  assert.deepEqual(read.body.chat_messages, []);
});

test('quick replies of the customer are the retailer’s, its page’s own, or none', async () => {
  const chat = await openChat(client);
  const page = async () =>
    (await client.get(`/v1/orders/${chat.orderId}/page`, { token: chat.userToken })).body.quick_replies;
  const change = (body: unknown) => client.call('PATCH', '/v1/sandbox/retailer', { token: chat.token, body });
  assert.deepEqual(await page(), []);
  await change({ customer_quick_replies: ['Yes please'] });
  assert.deepEqual(await page(), ['Yes please']);
  await change({ customer_quick_replies_shown: false });
  assert.equal(await page(), undefined);
});
