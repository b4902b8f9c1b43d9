/**
 * The tokens with which the reference sends requests, one per kind of caller. In development they are filled with those
 * of the demo, whose credentials are public. Only the page's memory holds them.
 */
import {
  Connection,
  clientCredentials,
  type GetToken,
  getOrderOverview,
  listOrders,
  shopperAssertion,
  userAssertion,
} from '@aislechat/client';
import { getOrder } from '@aislechat/client/fulfillment';
import type { Caller } from './description.ts';

export const callerNames: Record<Caller, string> = {
  client: 'Application (client credentials)',
  user: 'Customer',
  shopper: 'Shopper',
  link: 'Link of an order’s page',
  agent: 'Support agent',
};
export const callers = Object.keys(callerNames) as Caller[];

export type Tokens = Partial<Record<Caller, string>>;

const credentials = { clientId: 'demo-client', clientSecret: 'demo-secret' };
const scopes = {
  customer: 'connect:post_checkout,Connect::Orders::RatingService',
  client: 'connect:post_checkout,Connect::Orders::RatingService,connect:fulfillment,aislechat:operate',
};
const customer = 'demo-customer';
/** The order of all examples. */
export const exampleOrder = 'DEMO-1';

/** The kind that the page sends unless the reader chooses: a person's where both people and systems may call. */
export const usualCaller = (among: readonly Caller[]): Caller | undefined =>
  among.includes('user') ? 'user' : among[0];

const textOf = async (get: GetToken): Promise<string> => {
  const token = await get();
  return typeof token === 'string' ? token : token.access_token;
};

interface Demo {
  tokens: Tokens;
  /** The newest order that goes on. */
  order: string;
}

export const noTokens: Demo = { tokens: {}, order: exampleOrder };

/** @returns what the demo has; no tokens if the server has no demo */
export async function demoTokens(url: string): Promise<Demo> {
  const tokens: Tokens = {};
  let order = exampleOrder;
  try {
    const client = await textOf(clientCredentials({ ...credentials, url, scope: scopes.client }));
    tokens.client = client;
    tokens.user = await textOf(
      userAssertion({ ...credentials, url, user: customer, scope: scopes.customer }),
    );
    const connection = new Connection({ url, token: () => client });
    const { orders } = await listOrders(connection, { user_id: customer, active: true, limit: 1 });
    order = orders[0]?.order_id ?? order;
    const { shopper } = await getOrderOverview(connection, order);
    if (shopper)
      tokens.shopper = await textOf(shopperAssertion({ ...credentials, url, shopper: shopper.id }));
    const { order_url } = await getOrder(connection, customer, order);
    if (order_url) tokens.link = new URL(order_url).pathname.split('/').at(-1)!;
  } catch {
    // What could be got is enough: the reader can enter the others.
  }
  return { tokens, order };
}
