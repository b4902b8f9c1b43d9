/** What a person may ask for: to see everything, and to be forgotten, in every column that the table of data says so of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canariesByColumn, canariesInFiles, type Filled, fillWithCanaries } from '../support/canaries.ts';
import type { Client } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { newPlace, type Place } from '../support/place.ts';
import { chatPath, newUser } from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const ofCustomer = [
  'user',
  'first',
  'last',
  'avatar',
  'street',
  'address-note',
  'door',
  'note',
  'said',
  'seen',
];
const ofShopper = ['shopper', 'display', 'picture', 'mail', 'answered', 'shelf'];
const named = ({ n }: Filled, names: string[]) => names.map((name) => `CANARY-${n}-${name}`);

async function exported(client: Client, { retailer: { token } }: Filled, path: string): Promise<string> {
  const { status, text } = await client.get(`${path}/export`, { token });
  assert.equal(status, 200, text);
  assert.ok(text.endsWith('{"type":"end"}\n'), 'the export is complete');
  return text;
}

/** Which of some canaries are in columns that an erasure on request empties. */
const leftIn = async (place: Place, whose: 'customer' | 'shopper', canaries: string[]) =>
  canariesByColumn(await place.rows())
    .filter(({ column }) => column.onRequest.includes('erased') && column.of.includes(whose))
    .flatMap(({ name, found }) =>
      found.filter((one) => isOneOf(one, canaries)).map((one) => `${name}: ${one}`),
    );

/** An address or a file name may follow. */
const isOneOf = (found: string, canaries: string[]) =>
  canaries.some((canary) => found === canary || found.startsWith(`${canary}.`));

for (const [whose, names, others] of [
  ['customer', ofCustomer, ofShopper],
  ['shopper', ofShopper, ofCustomer],
] as const) {
  test(`the export of a ${whose} has what is stored about them, and their erasure leaves nothing of it`, async (t) => {
    const place = await newPlace(t);
    const { client } = await testServer(t, place.env);
    const filled = await fillWithCanaries(client);
    const neighbor = await fillWithCanaries(client);
    const { token } = filled.retailer;
    const path = whose === 'customer' ? `/v1/users/${filled.userId}` : `/v1/shoppers/${filled.shopperId}`;
    const mine = named(filled, names);
    const text = await exported(client, filled, path);
    for (const canary of mine) assert.ok(text.includes(canary), `${canary} is in the export`);
    if (whose === 'shopper') assert.ok(!text.includes('-said'), 'what the customer wrote is not');
    assert.ok((await leftIn(place, whose, mine)).length >= 5);

    const { status, body } = await client.call('DELETE', path, { token });
    assert.equal(status, 200);
    assert.equal(body.orders, 1);
    assert.deepEqual(await leftIn(place, whose, mine), []);
    const rows = await place.dump();
    for (const { n } of [neighbor]) assert.ok(rows.includes(`CANARY-${n}-first`), 'others stay');
    await eventually(
      async () => canariesInFiles(place.env.DATA_DIR!).filter((found) => isOneOf(found, mine.slice(1))),
      (found) => found.length === 0,
    );
    assert.equal((await client.get(`${path}/export`, { token })).status, whose === 'customer' ? 400 : 404);
    const again = await eventually(
      () => client.call('DELETE', path, { token }),
      (answer) => answer.body.verified_at !== undefined,
    );
    assert.equal(again.body.id, body.id);
    const theirs = await exported(
      client,
      filled,
      whose === 'customer' ? `/v1/shoppers/${filled.shopperId}` : `/v1/users/${filled.userId}`,
    );
    assert.ok(theirs.includes(named(filled, [...others])[1]!), 'the other side stays');
  });
}

test('an erased shopper is shown as a shopper, gets no token and no order, and their ID may be used again', async (t) => {
  const { client } = await testServer(t);
  const filled = await fillWithCanaries(client);
  const { retailer, orderId, shopperId, userId, ids } = filled;
  const { token } = retailer;
  const internal = { 'x-treat-ids-as-internal': 'true' };
  const erased = await client.call('DELETE', `/v1/shoppers/${ids.shopper}`, { token, headers: internal });
  assert.deepEqual([erased.status, erased.body.messages, erased.body.images], [200, 1, 1]);
  assert.deepEqual(erased.body.kinds, [
    'texts',
    'evidence',
    'images',
    'subscriptions',
    'phone_numbers',
    'names',
    'ids',
    'email_addresses',
    'avatars',
  ]);
  const chat = (await client.get(chatPath(orderId), { token })).body;
  assert.equal(chat.metadata.current_shopper.display_name, 'Shopper');
  assert.equal(chat.chat_messages.length, 2, 'what the customer wrote stays');
  const order = (await client.get(`/v1/orders/${orderId}`, { token })).body;
  assert.equal(order.shoppers[0].shopper_id, undefined);
  const assign = { token, body: { shopper_id: shopperId } };
  assert.equal((await client.post(`/v1/orders/${orderId}/assignment`, assign)).status, 400);
  const put = await client.put(`/v1/shoppers/${shopperId}`, { token, body: { display_name: 'New' } });
  assert.notEqual(put.body.id, ids.shopper);
  assert.equal((await client.get(`/v1/users/${userId}/export`, { token })).status, 200);
  const { entries } = (await client.get('/v1/audit', { token })).body;
  assert.equal(entries.filter(({ action }: { action: string }) => action === 'shopper_erasure').length, 1);
});

test('a person without orders is gone from the journal too, and the receipt says so', async (t) => {
  const place = await newPlace(t);
  const { client } = await testServer(t, place.env);
  const { retailer } = await fillWithCanaries(client);
  const userId = await newUser(client, retailer.token, 'CANARY-lonely');
  assert.ok(canariesInFiles(place.env.DATA_DIR!).includes('CANARY-lonely'));
  const erase = () => client.call('DELETE', `/v1/users/${userId}`, { token: retailer.token });
  assert.equal((await erase()).body.orders, 0);
  await eventually(erase, ({ body }) => body.verified_at !== undefined);
  assert.ok(!(await place.dump()).includes('CANARY-lonely'));
  assert.ok(!canariesInFiles(place.env.DATA_DIR!).includes('CANARY-lonely'));
});
