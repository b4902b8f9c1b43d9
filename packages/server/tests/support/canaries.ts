/** A retailer with something recognizable in every field that can say something about a person, made over HTTP. */
import assert from 'node:assert/strict';
import { type PersonalColumn, personalData } from '../../src/domain/erasure/personal-data.ts';
import type { Client } from './client.ts';
import { matchesInFiles } from './file-search.ts';
import { pictureBytes, uploaded } from './pictures.ts';
import type { Rows } from './place.ts';
import { newDevice } from './push-service.ts';
import {
  agentToken,
  chatPath,
  clientToken,
  newRetailer,
  type Retailer,
  shopperToken,
  userToken,
} from './scenario.ts';

/** A phone number has only digits. */
export const canary = /CANARY-[\w.-]+|\+9990\d{9}/g;

export interface Filled {
  /** The number in its canaries. */
  n: number;
  retailer: Retailer;
  userId: string;
  shopperId: string;
  orderId: string;
  /** Our number of each. */
  ids: { user: number; shopper: number; order: number };
  /** Of a customer without an ID. */
  dispatchedOrderId: string;
}

const everyScope = 'connect:fulfillment,connect:post_checkout,aislechat:operate';
/** A token with every scope: the one before has expired once the clock was moved. */
export const freshToken = (client: Client, { retailer }: Filled): Promise<string> =>
  clientToken(client, retailer, everyScope);

let retailers = 0;

/** @param receiver where callbacks go; by default nobody is there */
export async function fillWithCanaries(client: Client, receiver = 'http://127.0.0.1:9/'): Promise<Filled> {
  const n = ++retailers;
  const c = (name: string) => `CANARY-${n}-${name}`;
  const phone = (m: number) => `+9990${String(n * 10 + m).padStart(9, '0')}`;
  const created = await newRetailer(client);
  const token = await clientToken(client, created, everyScope);
  const retailer = { ...created, token };
  const ok = async (answer: ReturnType<Client['call']>) => {
    const got = await answer;
    assert.ok(got.status < 300, `${got.status} ${got.text}`);
    return got.body;
  };
  const [userId, shopperId, orderId] = [c('user'), c('shopper'), c('order')];
  const user = await ok(
    client.put(`/v1/users/${userId}`, {
      token,
      body: {
        first_name: c('first'),
        last_name: c('last'),
        phone_number: phone(1),
        locale: `CANARY-${n}`,
        avatar_url: `https://img.example/${c('avatar')}`,
      },
    }),
  );
  const shopper = await ok(
    client.put(`/v1/shoppers/${shopperId}`, {
      token,
      body: {
        display_name: c('display'),
        avatar_url: `https://img.example/${c('picture')}`,
        email: `${c('mail')}@shop.example`,
        phone: phone(2),
      },
    }),
  );
  await ok(
    client.post('/v1/callback-endpoints', {
      token,
      body: {
        name: 'Hooks',
        url: receiver,
        events: ['fulfillment.brand_new', 'fulfillment.customer_acknowledged', 'fulfillment.delivered'],
      },
    }),
  );
  const item = {
    line_num: '1',
    count: 2,
    item: { upc: '000111222333' },
    special_instructions: c('note'),
  };
  const address = { address_line_1: c('street'), postal_code: '80202', notes: c('address-note') };
  const base = `/v2/fulfillment/users/${userId}`;
  const reserve = async () => {
    const options = await ok(
      client.post(`${base}/service_options/cart/delivery`, {
        token,
        body: { location_code: '12', items: [item] },
      }),
    );
    const held = await ok(
      client.post(`${base}/service_options/${options.service_options[0].id}/reserve`, { token }),
    );
    return held.service_option_hold.id;
  };
  const order = await ok(
    client.post(`${base}/orders/delivery`, {
      token,
      body: {
        order_id: orderId,
        service_option_hold_id: await reserve(),
        location_code: '12',
        initial_tip_cents: 300,
        items: [item],
        address,
        special_instructions: c('door'),
      },
    }),
  );
  assert.equal(order.id, orderId);
  await reserve();
  const dispatchedOrderId = c('dispatched');
  await ok(
    client.post('/v2/fulfillment/lastmile/orders', {
      token,
      body: {
        order_id: dispatchedOrderId,
        location_code: '12',
        initial_tip_cents: 300,
        start_at: '2030-01-01T10:00:00Z',
        end_at: '2030-01-01T12:00:00Z',
        first_name: c('dispatched-first'),
        last_name: c('dispatched-last'),
        user_phone: phone(3),
        items_count: 1,
        items_weight: 1,
        items: [item],
        address: { ...address, address_line_1: c('other-street'), notes: c('other-note') },
      },
    }),
  );

  await ok(client.post(`/v1/orders/${orderId}/assignment`, { token, body: { shopper_id: shopperId } }));
  for (const state of ['acknowledged', 'picking']) {
    await ok(client.post(`/v1/orders/${orderId}/state`, { token, body: { workflow_state: state } }));
  }
  const [customer, picker] = [
    await userToken(client, retailer, userId),
    await shopperToken(client, retailer, shopperId),
  ];
  for (const [token, more] of [
    [customer, { order_id: orderId }],
    [picker, {}],
  ] as const) {
    const { subscription } = newDevice(`http://127.0.0.1:9/${c('device')}`);
    await ok(client.post('/v1/push-subscriptions', { token, body: { ...subscription, ...more } }));
  }
  const imageId = await uploaded(client, customer, orderId, await pictureBytes('jpeg', 64, 48));
  const headers = { 'idempotency-key': c('key') };
  await ok(client.call('PATCH', '/v1/retailer', { token, body: { report_evidence_days: 1 } }));
  const said = await ok(
    client.post(chatPath(orderId), { token: customer, headers, body: { body: c('said') } }),
  );
  await ok(client.post(chatPath(orderId), { token: customer, body: { body: c('seen'), image_id: imageId } }));
  const words = { body: c('answered'), image: `https://img.example/${c('shelf')}` };
  const answered = await ok(
    client.post(`/v1/shopper/orders/${orderId}/messages`, { token: picker, body: words }),
  );
  for (const [token, { id }] of [
    [customer, answered],
    [picker, said],
  ]) {
    const body = { reason: 'spam', message_ids: [id] };
    await ok(client.post(`/v1/orders/${orderId}/reports`, { token, body }));
  }
  await ok(client.put(chatPath(orderId), { token: customer }));
  await ok(client.get(`/v1/shopper/orders/${orderId}/messages`, { token: picker }));
  const agent = await agentToken(client, token, c('agent'));
  await ok(client.get(`/v1/orders/${orderId}/conversation?reason=${c('reason')}`, { token: agent }));
  await ok(client.post('/v1/support-links', { token, body: { agent: c('other-agent') } }));
  await ok(client.post(`/v1/support-agents/${c('third-agent')}/revoke-tokens`, { token }));
  await ok(client.post(`/v1/orders/${orderId}/state`, { token, body: { workflow_state: 'delivering' } }));
  await ok(
    client.put(`/v1/orders/${orderId}/location`, {
      token,
      body: { coordinates: { latitude: 52.1, longitude: 4.3 } },
    }),
  );
  const { id } = await ok(client.get(`/v1/orders/${orderId}`, { token }));
  return {
    n,
    retailer,
    userId,
    shopperId,
    orderId,
    dispatchedOrderId,
    ids: { user: user.id, shopper: shopper.id, order: id },
  };
}

export async function endOrders(
  client: Client,
  { retailer, orderId, dispatchedOrderId }: Filled,
): Promise<void> {
  for (const id of [orderId, dispatchedOrderId]) {
    const { status, text } = await client.post(`/v1/orders/${id}/state`, {
      token: retailer.token,
      body: { workflow_state: 'canceled' },
    });
    assert.equal(status, 200, text);
  }
}

/** Columns that hold numbers, times, hashes and keys: no text can be recognized in them. */
const withoutText =
  /(_id|_at)$|^(subject|data|checksum|payload_hash|wrapped\w*|sealed_\w+|endpoint_hash|number_hash|code_hash|device_hash|link_devices)$/;
export const holdsText = (column: string): boolean =>
  column === 'external_id' || column === 'order_external_id' || !withoutText.test(column);

/** Every personal column that can hold a text, with its canaries. */
export function canariesByColumn(rows: Rows): { name: string; column: PersonalColumn; found: string[] }[] {
  return Object.entries(personalData).flatMap(([table, { personal }]) =>
    Object.entries(personal)
      // What a report holds is from a list.
      .filter(
        ([name]) =>
          table !== 'order_reports' &&
          holdsText(name) &&
          rows[table]?.[0] !== undefined &&
          name in rows[table][0],
      )
      .map(([name, column]) => ({
        name: `${table}.${name}`,
        column,
        found: (rows[table] ?? []).flatMap((row) => String(row[name]).match(canary) ?? []),
      })),
  );
}

export const canariesInFiles = (folder: string): string[] => [...matchesInFiles(folder, canary)];
