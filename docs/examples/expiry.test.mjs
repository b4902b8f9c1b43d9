// What an integrator's CI job runs: a retailer of its own, an order, a message, a delivery, and a day that passes.
// node --test expiry.test.mjs, with the server at CHAT_URL (default http://127.0.0.1:3000) and @aislechat/client installed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection, clientCredentials, getChat, sendMessage } from '@aislechat/client';
import {
  createDeliveryOrder,
  createUser,
  previewDeliveryOptions,
  reserveServiceOption,
} from '@aislechat/client/fulfillment';
import {
  advanceBatch,
  createSandboxRetailer,
  createShopper,
  generateBatch,
  moveClock,
} from '@aislechat/client/sandbox';

const url = process.env.CHAT_URL ?? 'http://127.0.0.1:3000';

test('a chat is readable for 24 hours after delivery, and not a millisecond longer', async () => {
  const { client_id: clientId, client_secret: clientSecret } = await createSandboxRetailer(
    new Connection({ url }),
    {},
  );
  const connect = () => new Connection({ url, token: clientCredentials({ url, clientId, clientSecret }) });
  let shop = connect();

  await createUser(shop, { user_id: 'noor', first_name: 'Noor' });
  const items = [{ line_num: '1', count: 2, item: { upc: '000111222333' } }];
  const cart = await previewDeliveryOptions(shop, 'noor', { location_code: '12', items });
  const { service_option_hold: hold } = await reserveServiceOption(
    shop,
    'noor',
    String(cart.service_options[0].id),
  );
  await createDeliveryOrder(shop, 'noor', {
    order_id: 'WEB-1',
    service_option_hold_id: hold.id,
    initial_tip_cents: 0,
    address: { address_line_1: '9 Quay Rd', postal_code: '80202' },
    items,
  });
  const shopper = await createShopper(shop, { display_name: 'Ilse' });
  const orders = [{ id: 'WEB-1' }];
  const batch = await generateBatch(shop, { shopper_id: shopper.id, orders, workflow_state: 'picking' });
  await sendMessage(shop, 'WEB-1', { body: 'Are they ripe?' });

  // From here time stands still but for what the test lets pass.
  await moveClock(shop, { frozen: true });
  await advanceBatch(shop, String(batch.id), { workflow_state: 'completed' });
  await moveClock(shop, { advance_ms: 86_400_000 });
  // A token lives for a day too.
  shop = connect();
  const readable = await getChat(shop, 'WEB-1');
  assert.equal(readable.chat_messages.length, 1);
  assert.equal(readable.metadata.is_expired, false);

  await moveClock(shop, { advance_ms: 1 });
  const expired = await getChat(shop, 'WEB-1');
  assert.deepEqual(expired.chat_messages, []);
  assert.equal(expired.metadata.is_expired, true);
});
