/** Something recognizable in every personal column, and the clock of the retailer: what is left when, in rows and files. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { personalData, type Span } from '../../src/domain/erasure/personal-data.ts';
import {
  canariesByColumn,
  canariesInFiles,
  canary,
  endOrders,
  type Filled,
  fillWithCanaries,
  freshToken,
} from '../support/canaries.ts';
import type { Client } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { newPlace, type Place, testsPostgres } from '../support/place.ts';
import { startReceiver } from '../support/receiver.ts';
import { chatPath, clientToken, clock, newOrder } from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const dayMs = 24 * 60 * 60_000;

interface World {
  client: Client;
  place: Place;
  filled: Filled;
  /** Lets real time pass, in which an upload settles. */
  settle(): void;
}

async function world(t: TestContext): Promise<World> {
  const place = await newPlace(t);
  let passedMs = 0;
  const { client } = await testServer(t, place.env, { clock: { now: () => Date.now() + passedMs } });
  const receiver = await startReceiver(t, (_received, response) =>
    response.writeHead(500).end('CANARY-answer'),
  );
  return {
    client,
    place,
    filled: await fillWithCanaries(client, receiver.url),
    settle() {
      passedMs += 61_000;
    },
  };
}

const advanceDays = async (client: Client, { retailer }: Filled, days: number) => {
  const token = await clientToken(client, retailer);
  assert.equal((await clock(client, token, { advance_ms: days * dayMs })).status, 200);
};

/** Columns of some spans that still hold a canary. */
const leftIn = async (place: Place, ...spans: Span[]) =>
  canariesByColumn(await place.rows())
    .filter(({ column, found }) => spans.includes(column.until) && found.length > 0)
    .map(({ name }) => name);

const gone = (place: Place, ...spans: Span[]) =>
  eventually(
    () => leftIn(place, ...spans),
    (left) => left.length === 0,
  );

/** Rows of tables that belong to an order or a person. */
async function rowsOf(
  place: Place,
  { retailer, ids }: Filled,
  kind: 'order' | 'customer' | 'shopper',
): Promise<string[]> {
  const id = kind === 'customer' ? ids.user : ids[kind];
  const rows = await place.rows();
  return Object.entries(personalData).flatMap(([table, { [kind]: key }]) => {
    const count = (rows[table] ?? []).filter(
      (row) =>
        key !== undefined && Number(row[key]) === id && Number(row.retailer_id) === retailer.retailerId,
    ).length;
    return count > 0 ? [`${table}: ${count}`] : [];
  });
}

test('every personal column is filled, and empty once its span is over; then no row and no file has anything left', async (t) => {
  const { client, place, filled, settle } = await world(t);
  const { orderId, dispatchedOrderId, userId } = filled;
  const empty = async () =>
    canariesByColumn(await place.rows())
      .filter(({ found }) => found.length === 0)
      .map(({ name }) => name);
  // A canary is in every column that can hold a text. The receiver's answer comes a little later.
  await eventually(empty, (names) => names.length === 0);
  assert.ok((await rowsOf(place, filled, 'order')).length >= 10, 'the order is in many tables');
  const filesOf = () => (testsPostgres ? [] : canariesInFiles(place.env.DATA_DIR!));
  const atFirst = filesOf().length;
  await endOrders(client, filled);

  settle();
  await advanceDays(client, filled, 2);
  await gone(place, 'chat', 'evidence', 'link');
  settle();
  await advanceDays(client, filled, 29);
  await gone(place, 'order', 'callback');
  assert.deepEqual(await rowsOf(place, filled, 'order'), ['erasure_receipts: 2']);
  const token = await freshToken(client, filled);
  for (const id of [orderId, dispatchedOrderId, 'never-there']) {
    const answers = [
      await client.get(chatPath(id), { token }),
      await client.get(`/v1/orders/${id}`, { token }),
      await client.post(chatPath(id), { token, body: { body: 'Hello?' } }),
      await client.get(`/v1/orders/${id}/events`, { token }),
    ];
    for (const { status, body } of answers) {
      assert.equal(status, 404);
      assert.equal(body.error.message, 'Resource not found');
    }
  }
  const { receipts } = (await client.get('/v1/erasure-receipts', { token })).body;
  assert.ok(receipts.some((receipt: { order_id: string }) => receipt.order_id === orderId));
  assert.ok((await leftIn(place, 'person')).includes('users.first_name'), 'the person is still there');

  await advanceDays(client, filled, 60);
  await gone(place, 'person', 'token');
  assert.deepEqual(await rowsOf(place, filled, 'customer'), []);
  assert.deepEqual(await rowsOf(place, filled, 'shopper'), []);
  const later = await freshToken(client, filled);
  assert.equal((await client.get(`/v1/users/${userId}/export`, { token: later })).status, 400);
  assert.ok((await leftIn(place, 'audit')).length > 0, 'the audit log is still there');

  await advanceDays(client, filled, 402);
  await gone(place, 'audit', 'receipt', 'hold');
  assert.doesNotMatch(await place.dump(), canary);
  if (!testsPostgres) {
    assert.ok(atFirst > 20, `${atFirst} canaries were in files`);
    await eventually(
      async () => filesOf(),
      (found) => found.length === 0,
    );
  }
});

test('control: what is kept forever is still there, and so is what another retailer keeps', async (t) => {
  const { client, place, filled, settle } = await world(t);
  const other = await fillWithCanaries(client);
  const { token } = filled.retailer;
  const forever = {
    order_retention_days: 'forever',
    person_retention_days: 'forever',
    audit_retention_days: 'forever',
    receipt_retention_days: 'forever',
  };
  assert.equal((await client.call('PATCH', '/v1/retailer', { token, body: forever })).status, 200);
  for (const one of [filled, other]) await endOrders(client, one);
  settle();
  for (const days of [2, 29, 500]) {
    for (const one of [filled, other]) await advanceDays(client, one, days);
    settle();
  }
  // A receipt is as old as the erasure, which may have come after the last move of the clock.
  const left = async () => (await rowsOf(place, other, 'order')).filter((row) => !row.startsWith('erasure_'));
  await eventually(left, (rows) => rows.length === 0);
  const [kept, foreign] = [`CANARY-${filled.n}-street`, `CANARY-${other.n}-street`];
  const dump = await place.dump();
  assert.ok(dump.includes(kept));
  assert.ok(!dump.includes(foreign));
});

test('an ID of an order may be used again once the order is gone, and the new order has nothing of the old', async (t) => {
  const { client, place, filled, settle } = await world(t);
  await endOrders(client, filled);
  settle();
  await advanceDays(client, filled, 2);
  await gone(place, 'chat');
  settle();
  await advanceDays(client, filled, 29);
  await gone(place, 'order');
  const token = await freshToken(client, filled);
  const again = await newOrder(client, token, filled.userId, { order_id: filled.orderId });
  assert.equal(again, filled.orderId);
  const { body } = await client.get(`/v1/orders/${again}`, { token });
  assert.equal(body.workflow_state, 'brand_new');
  assert.notEqual(body.id, filled.ids.order);
  assert.deepEqual(body.erasures, []);
});
