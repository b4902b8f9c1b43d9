/** Recording what became of an item, without the sandbox: the retailer's systems, and the shopper who has the order. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  advance,
  clientToken,
  newBatch,
  newOrder,
  newShopper,
  type OpenChat,
  openChat,
  shopperToken,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after });

const operatorOf = (chat: OpenChat) => clientToken(client, chat, 'aislechat:operate');
const pickAs = (chat: OpenChat, token: string, body: unknown, line = '1') =>
  client.put(`/v1/orders/${chat.orderId}/items/${line}`, { token, body });
const pickAsShopper = (chat: OpenChat, token: string, body: unknown, line = '1') =>
  client.put(`/v1/shopper/orders/${chat.orderId}/items/${line}`, { token, body });
async function itemOf(chat: OpenChat) {
  const path = `/v2/post_checkout/orders/${chat.orderId}/items`;
  return (await client.get(path, { token: chat.userToken })).body.line_items[0];
}
const brownEggs = { status: 'replaced', replacement_item: { upc: '2', name: 'Brown eggs' } };

test('the retailer’s systems propose a replacement, and the customer approves it', async () => {
  const chat = await openChat(client);
  const operator = await operatorOf(chat);
  assert.deepEqual((await pickAs(chat, operator, { ...brownEggs, delivered_count: 2 })).body, {
    success: true,
  });
  const { id, status, replacement_status, replacement } = await itemOf(chat);
  assert.deepEqual([status, replacement_status, replacement.quantity], ['REPLACED', 'PENDING', '2']);
  const path = `/v2/post_checkout/orders/${chat.orderId}/items/${id}/replacement`;
  assert.equal((await client.put(path, { token: chat.userToken, body: { status: 'APPROVED' } })).status, 200);
  const { events } = (await client.get(`/v1/orders/${chat.orderId}/events`, { token: chat.userToken })).body;
  assert.deepEqual(
    events.slice(-2).map(({ type, kind }: { type: string; kind?: string }) => kind ?? type),
    ['order_item_replacement', 'replacement_answered'],
  );
});

test('a shopper lists and picks the items of the order they have, and only they do', async () => {
  const chat = await openChat(client);
  const ilse = await shopperToken(client, chat, chat.shopperId);
  assert.equal((await pickAsShopper(chat, ilse, brownEggs)).status, 200);
  const list = (token: string) => client.get(`/v1/shopper/orders/${chat.orderId}/items`, { token });
  assert.deepEqual((await list(ilse)).body.line_items, [await itemOf(chat)]);
  assert.equal((await pickAsShopper(chat, ilse, { status: 'found', delivered_count: 2 })).status, 200);
  assert.equal((await itemOf(chat)).status, 'FOUND');

  const jonah = await newShopper(client, chat.token, 'Jonah');
  await newBatch(client, chat.token, jonah, chat.orderId);
  for (const answer of [await list(ilse), await pickAsShopper(chat, ilse, { status: 'to_refund' })]) {
    assert.deepEqual([answer.status, answer.body.error.message], [404, 'Resource not found']);
  }
  assert.equal((await itemOf(chat)).status, 'FOUND');
});

test('wrong requests are refused with the parameter that is wrong', async () => {
  const chat = await openChat(client);
  const operator = await operatorOf(chat);
  const refused = async (body: unknown, line?: string) => {
    const answer = await pickAs(chat, operator, body, line);
    return [answer.status, answer.body.meta.key ?? answer.body.error.message];
  };
  assert.deepEqual(await refused({}), [400, 'status']);
  assert.deepEqual(await refused({ status: 'lost' }), [400, 'status']);
  assert.deepEqual(await refused({ status: 'replaced' }), [400, 'replacement_item']);
  assert.deepEqual(await refused({ status: 'replaced', replacement_item: { name: 'x' } }), [
    400,
    'replacement_item',
  ]);
  assert.deepEqual(await refused({ status: 'found', delivered_count: -1 }), [400, 'delivered_count']);
  assert.deepEqual(await refused({ status: 'found' }, '77'), [404, 'Resource not found']);
});

test('items are picked only while the order is', async () => {
  const chat = await openChat(client);
  const operator = await operatorOf(chat);
  const early = { ...chat, orderId: await newOrder(client, chat.token, chat.userId) };
  const refusal = { key: 'workflow_state' };
  assert.deepEqual((await pickAs(early, operator, { status: 'found' })).body.meta, refusal);
  await advance(client, chat.token, chat.batchId, 'delivering');
  const answer = await pickAs(chat, operator, brownEggs);
  assert.deepEqual([answer.status, answer.body.meta], [400, refusal]);
});
