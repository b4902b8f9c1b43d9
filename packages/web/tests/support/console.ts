/** A retailer with content for every view of the console, and the way to sign in. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Client } from '../../../server/tests/support/client.ts';
import { eventually } from '../../../server/tests/support/eventually.ts';
import {
  advance,
  chatPath,
  clientToken,
  newBatch,
  newOrder,
  newShopper,
  type OpenChat,
  openChat,
  shopperSays,
} from '../../../server/tests/support/scenario.ts';

export interface Shop extends OpenChat {
  /** A token of scope `aislechat:operate`. */
  operator: string;
  endpointId: number;
}

/** No server listens there, so deliveries fail at once. */
const nowhere = 'http://127.0.0.1:9/events';

export async function busyShop(client: Client): Promise<Shop> {
  const chat = await openChat(client, { name: 'Corner Grocer', timezone: 'America/Denver' });
  const operator = await clientToken(client, chat, 'aislechat:operate');
  const endpoint = await client.post('/v1/callback-endpoints', {
    token: operator,
    body: { name: 'order system', url: nowhere, events: ['chat_message_created', 'fulfillment.delivered'] },
  });
  const { token, shopperId, orderId } = chat;
  await shopperSays(
    client,
    token,
    shopperId,
    orderId,
    'Hi Noor, this is Ilse. I am starting your order now.',
  );
  await shopperSays(client, token, shopperId, orderId, 'The ripe avocados are out. Shall I take firm ones?');
  await client.post(chatPath(orderId), {
    token: chat.userToken,
    body: { body: 'Firm ones are fine, thanks!' },
  });
  for (const state of ['brand_new', 'acknowledged', 'delivering', 'completed']) {
    const other = await newOrder(client, token, chat.userId);
    if (state === 'brand_new') continue;
    const batch = await newBatch(client, token, shopperId, other, 'acknowledged');
    if (state !== 'acknowledged') await advance(client, token, batch, state);
  }
  const jonah = await newShopper(client, token, 'Jonah');
  await client.post(`/v1/orders/${orderId}/assignment`, { token: operator, body: { shopper_id: jonah } });
  return { ...chat, operator, endpointId: endpoint.body.id };
}

/**
 * Lets a day pass so that pending deliveries are dead.
 * @returns a token of the new day
 */
export async function giveUp(shop: Shop): Promise<string> {
  const { client } = shop;
  await client.post('/v1/sandbox/clock', { token: shop.token, body: { advance_ms: 86_400_001 } });
  const operator = await clientToken(client, shop, 'aislechat:operate');
  const dead = () => client.get('/v1/callback-deliveries?state=dead', { token: operator });
  await eventually(dead, ({ body }: { body: { deliveries: unknown[] } }) => body.deliveries.length > 0);
  return operator;
}

export async function signIn(
  page: Page,
  { clientId, clientSecret }: Pick<Shop, 'clientId' | 'clientSecret'>,
): Promise<void> {
  await page.getByLabel('Client ID').fill(clientId);
  await page.getByLabel('Client secret').fill(clientSecret);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Orders' }).waitFor();
}

export async function newSupportLink(client: Client, operator: string, agent = 'Dana'): Promise<string> {
  const { status, body } = await client.post('/v1/support-links', { token: operator, body: { agent } });
  assert.equal(status, 200);
  return `${client.url}/console#support_code=${body.support_code}`;
}
