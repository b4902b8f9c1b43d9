/** An order with named items, and its page as the customer opens it. */
import assert from 'node:assert/strict';
import type { Client } from '../../../server/tests/support/client.ts';
import {
  clientToken,
  newBatch,
  newOrder,
  newRetailer,
  newShopper,
  newUser,
  type OpenChat,
  userToken,
} from '../../../server/tests/support/scenario.ts';

export const items = [
  { line_num: '1', count: 2, item: { upc: '000111222333', name: 'Ripe avocados' } },
  { line_num: '2', count: 1, item: { upc: '000111222340', name: 'Oat milk' } },
  { line_num: '3', count: 1, item: { upc: '000111222357', name: 'Free-range eggs, ten' } },
];

export interface OrderPageUnderTest extends OpenChat {
  /** The address of the page. */
  address: string;
  operator: string;
  /** As the shopper in the sandbox. */
  pick(line: string, body: Record<string, unknown>): Promise<void>;
  /** Offers another product. */
  propose(line: string, name: string): Promise<void>;
  move(workflowState: string): Promise<void>;
}

interface Wishes {
  kind?: 'delivery' | 'pickup';
  state?: string;
  /** The number of the customer, who agrees to text messages. */
  phone?: string;
}

export async function orderPage(
  client: Client,
  settings: Record<string, unknown> = {},
  { kind = 'delivery', state = 'picking', phone }: Wishes = {},
): Promise<OrderPageUnderTest> {
  const retailer = await newRetailer(client, {
    name: 'Acme Grocer',
    timezone: 'America/Denver',
    ...settings,
  });
  const { token } = retailer;
  const operator = await clientToken(client, retailer, 'aislechat:operate');
  if (phone !== undefined) {
    const sender = { adapter: 'fake', number: '+13035550199' };
    assert.equal((await client.put('/v1/sms-sender', { token: operator, body: sender })).status, 200);
  }
  const userId = await newUser(client, token);
  const shopperId = await newShopper(client, token);
  const address = {
    address_line_1: '1701 Wynkoop Street',
    postal_code: '80202',
    coordinates: { latitude: 39.7527, longitude: -104.9992 },
  };
  const orderId = await newOrder(
    client,
    token,
    userId,
    {
      items,
      ...(kind === 'delivery' && { address }),
      ...(phone !== undefined && { user: { phone_number: phone, sms_opt_in: true } }),
    },
    kind,
  );
  const batchId = await newBatch(client, token, shopperId, orderId, state, kind);
  const order = await client.get(`/v2/fulfillment/users/${userId}/orders/${orderId}`, { token });
  const pick = async (line: string, body: Record<string, unknown>) => {
    const path = `/v2/fulfillment_sandbox/shoppers/${shopperId}/orders/${orderId}/items/${line}`;
    const { status, text } = await client.put(path, { token, body });
    assert.equal(status, 200, text);
  };
  return {
    ...retailer,
    client,
    userId,
    userToken: await userToken(client, retailer, userId),
    shopperId,
    orderId,
    batchId,
    operator,
    address: order.body.order_url,
    pick,
    propose: (line, name) =>
      pick(line, { status: 'replaced', replacement_item: { upc: '2', name }, delivered_count: 2 }),
    async move(workflow_state) {
      const { status, text } = await client.post(`/v1/orders/${orderId}/state`, {
        token: operator,
        body: { workflow_state },
      });
      assert.equal(status, 200, text);
    },
  };
}
