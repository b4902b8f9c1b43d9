/**
 * The steps to an order with an open chat, as an integrator takes them: over HTTP, with a retailer of its
 * own.
 */
import assert from 'node:assert/strict';
import type { Client } from './client.ts';

export interface Retailer {
  retailerId: number;
  clientId: string;
  clientSecret: string;
  /** Client-credentials token with every scope. */
  token: string;
}

let counter = 0;
/** A name that is unique in this process. */
export const unique = (prefix: string): string => `${prefix}-${++counter}`;

export async function newRetailer(client: Client, settings: Record<string, unknown> = {}): Promise<Retailer> {
  const { status, body } = await client.post('/v1/sandbox/retailers', { body: settings });
  assert.equal(status, 200);
  const { retailer_id: retailerId, client_id: clientId, client_secret: clientSecret } = body;
  return { retailerId, clientId, clientSecret, token: await clientToken(client, { clientId, clientSecret }) };
}

/** An organization with these banners. Its `retailerId` is the first banner's. */
export const newOrganization = (client: Client, banners: string[]): Promise<Retailer> =>
  newRetailer(client, { banners });

type Credentials = Pick<Retailer, 'clientId' | 'clientSecret'>;

export async function clientToken(client: Client, of: Credentials, scope?: string): Promise<string> {
  const { body } = await client.post('/v2/oauth/token', {
    body: {
      grant_type: 'client_credentials',
      client_id: of.clientId,
      client_secret: of.clientSecret,
      ...(scope !== undefined && { scope }),
    },
  });
  return body.access_token;
}

export const assertionOf = (userId: string): string =>
  Buffer.from(JSON.stringify({ user_id: userId })).toString('base64');

export async function userToken(client: Client, of: Credentials, userId: string): Promise<string> {
  const { status, body } = await client.post('/v2/oauth/token', {
    body: {
      grant_type: 'fulfillment_user_assertion',
      client_id: of.clientId,
      client_secret: of.clientSecret,
      assertion: assertionOf(userId),
      scope: 'connect:post_checkout',
    },
  });
  assert.equal(status, 200);
  return body.access_token;
}

/** @param shopper the retailer's own ID, or our integer */
export async function shopperToken(
  client: Client,
  of: Credentials,
  shopper: string | number,
): Promise<string> {
  const { status, body } = await client.post('/v2/oauth/token', {
    body: {
      grant_type: 'urn:aislechat:params:oauth:grant-type:shopper_assertion',
      client_id: of.clientId,
      client_secret: of.clientSecret,
      assertion: Buffer.from(JSON.stringify({ shopper_id: shopper })).toString('base64'),
    },
  });
  assert.equal(status, 200);
  return body.access_token;
}

/** A token for a support agent, by a support link. */
export async function agentToken(client: Client, operator: string, agent = 'Dana'): Promise<string> {
  const link = await client.post('/v1/support-links', { token: operator, body: { agent } });
  assert.equal(link.status, 200, link.text);
  const { support_code } = link.body;
  const session = await client.post('/v1/support-sessions', { body: { support_code } });
  assert.equal(session.status, 200, session.text);
  return session.body.access_token;
}

export async function newUser(client: Client, token: string, firstName = 'Noor'): Promise<string> {
  const userId = unique('user');
  const { status } = await client.post('/v2/fulfillment/users', {
    token,
    body: { user_id: userId, first_name: firstName },
  });
  assert.equal(status, 200);
  return userId;
}

export async function newShopper(client: Client, token: string, displayName = 'Ilse'): Promise<number> {
  const { status, text, body } = await client.post('/v2/fulfillment_sandbox/shoppers', {
    token,
    body: {
      display_name: displayName,
      avatar_url: `https://img.example/${encodeURIComponent(displayName)}.png`,
    },
  });
  assert.equal(status, 200, text);
  return body.id;
}

export const anItem = { line_num: '1', count: 2, item: { upc: '000111222333' } };

/**
 * Creates an order by way of cart, slot and hold.
 * @returns the order's own ID
 */
export async function newOrder(
  client: Client,
  token: string,
  userId: string,
  extra: Record<string, unknown> = {},
  kind: 'delivery' | 'pickup' = 'delivery',
): Promise<string> {
  const base = `/v2/fulfillment/users/${encodeURIComponent(userId)}`;
  const options = await client.post(`${base}/service_options/cart/${kind}`, {
    token,
    body: { location_code: '12', items: [anItem] },
  });
  const optionId = options.body.service_options[0].id;
  const hold = await client.post(`${base}/service_options/${optionId}/reserve`, { token });
  const { status, text, body } = await client.post(`${base}/orders/${kind}`, {
    token,
    body: {
      order_id: unique('order'),
      service_option_hold_id: hold.body.service_option_hold.id,
      items: [anItem],
      location_code: '12',
      ...(kind === 'delivery' && {
        initial_tip_cents: 300,
        address: { address_line_1: '9 Quay Rd', postal_code: '80202' },
      }),
      ...extra,
    },
  });
  assert.equal(status, 200, text);
  return body.id;
}

export async function newBatch(
  client: Client,
  token: string,
  shopperId: number,
  orderId: string,
  workflowState = 'picking',
  batchType?: string,
): Promise<number> {
  const { status, text, body } = await client.post('/v2/fulfillment_sandbox/batches', {
    token,
    body: {
      shopper_id: shopperId,
      orders: [{ id: orderId }],
      workflow_state: workflowState,
      ...(batchType !== undefined && { batch_type: batchType }),
    },
  });
  assert.equal(status, 200, text);
  return body.id;
}

export const advance = (client: Client, token: string, batchId: number, workflowState?: string) =>
  client.post(`/v2/fulfillment_sandbox/batches/${batchId}/advance`, {
    token,
    body: workflowState === undefined ? {} : { workflow_state: workflowState },
  });

export const chatPath = (orderId: string | number): string =>
  `/v2/post_checkout/chat/${encodeURIComponent(orderId)}/messages`;
export const allPath = (orderId: string | number): string =>
  `/v2/post_checkout/orders/${encodeURIComponent(orderId)}/order_messages`;
export const shopperPath = (shopperId: number, orderId: string | number): string =>
  `/v2/fulfillment_sandbox/shoppers/${shopperId}/orders/${encodeURIComponent(orderId)}/messages`;
export const internal = { 'x-treat-ids-as-internal': 'true' };

export async function shopperSays(
  client: Client,
  token: string,
  shopperId: number,
  orderId: string,
  body: string,
  image?: string,
): Promise<number> {
  const answer = await client.post(shopperPath(shopperId, orderId), {
    token,
    body: { body, ...(image !== undefined && { image }) },
  });
  assert.equal(answer.status, 200, answer.text);
  return answer.body.id;
}

export interface OpenChat extends Retailer {
  client: Client;
  userId: string;
  userToken: string;
  shopperId: number;
  orderId: string;
  batchId: number;
}

/** Creates a retailer, a customer, a shopper and an order that is being picked. */
export async function openChat(client: Client, settings: Record<string, unknown> = {}): Promise<OpenChat> {
  const retailer = await newRetailer(client, settings);
  return openChatOf(client, retailer);
}

export async function openChatOf(client: Client, retailer: Retailer): Promise<OpenChat> {
  const { token } = retailer;
  const userId = await newUser(client, token);
  const shopperId = await newShopper(client, token);
  const orderId = await newOrder(client, token, userId);
  const batchId = await newBatch(client, token, shopperId, orderId);
  return {
    ...retailer,
    client,
    userId,
    userToken: await userToken(client, retailer, userId),
    shopperId,
    orderId,
    batchId,
  };
}

/** The order's integer, which a client learns from a message. */
export async function internalId(chat: OpenChat): Promise<number> {
  const { body } = await chat.client.get(chatPath(chat.orderId), { token: chat.userToken });
  return body.chat_messages[0].order_id;
}

export const clock = (client: Client, token: string, body: Record<string, unknown>) =>
  client.post('/v1/sandbox/clock', { token, body });
