/** Takes screenshots of the page of an order in its states. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { Client } from '../../server/tests/support/client.ts';
import { pictureBytes } from '../../server/tests/support/pictures.ts';
import { clock, shopperSays } from '../../server/tests/support/scenario.ts';
import { orderPage } from '../tests/support/order-page.ts';

export interface Studio {
  client: Client;
  open(address: string, options?: BrowserContextOptions): Promise<Page>;
  shoot(page: Page, name: string): Promise<unknown>;
}

const phone: BrowserContextOptions = { viewport: { width: 390, height: 1400 }, deviceScaleFactor: 1 };
const narrow: BrowserContextOptions = { viewport: { width: 320, height: 1400 }, deviceScaleFactor: 1 };
const wide: BrowserContextOptions = { viewport: { width: 1280, height: 1000 }, deviceScaleFactor: 1 };

export async function orderPageScreenshots({ client, open, shoot }: Studio): Promise<void> {
  async function look(name: string, address: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await open(address, { ...phone, ...options });
    await page.locator('.steps, .over').first().waitFor();
    await page.waitForTimeout(600);
    await shoot(page, `order-${name}`);
    return page;
  }

  const early = await orderPage(client, {}, { state: 'acknowledged' });
  await look('received', early.address);

  const order = await orderPage(client, { greeting: 'Hi {customer}, this is {shopper}. I am starting now.' });
  await order.pick('2', { status: 'found' });
  await order.propose('1', 'Firm avocados, bag of four');
  await order.propose('3', 'Brown eggs');
  await shopperSays(client, order.token, order.shopperId, order.orderId, 'The ripe ones are out.');
  const page = await look('replacements', order.address);
  await look('replacements-dark', order.address, { colorScheme: 'dark' });
  await look('replacements-french-narrow', order.address, { ...narrow, locale: 'fr' });
  await look('replacements-wide', order.address, wide);
  await look('replacements-wide-dark', order.address, { ...wide, colorScheme: 'dark' });
  const cards = page.locator('.card');
  await cards.first().getByRole('button', { name: 'Something else' }).click();
  await shoot(page, 'order-words');
  await page.getByRole('textbox', { name: /instead of/ }).fill('Two ripe mangoes, please');
  await page.getByRole('button', { name: 'Send to your shopper' }).click();
  await cards.getByRole('button', { name: 'Yes, take it' }).click();
  await page.locator('.decided').nth(1).waitFor();
  await page.waitForTimeout(300);
  await shoot(page, 'order-decided');
  await page.context().setOffline(true);
  await page.reload();
  await page.locator('.warning').waitFor();
  await shoot(page, 'order-offline');
  await page.context().setOffline(false);

  await order.move('checkout');
  await order.move('delivering');
  await client.put(`/v1/orders/${order.orderId}/location`, {
    token: order.operator,
    body: { coordinates: { latitude: 39.7392, longitude: -104.9903 } },
  });
  await client.post(`/v2/fulfillment_sandbox/orders/${order.orderId}/callbacks`, {
    token: order.token,
    body: { event_name: 'late_delivery' },
  });
  await look('on-its-way', order.address);
  await look('on-its-way-spanish-dark', order.address, { locale: 'es', colorScheme: 'dark' });
  const map = { map_tiles_url: 'https://tiles.example/{z}/{x}/{y}.png', map_attribution: '© Map' };
  await client.call('PATCH', '/v1/retailer', { token: order.operator, body: map });
  const tile = await pictureBytes('png', 256, 256);
  for (const [name, options] of [
    ['map-narrow', narrow],
    ['map-wide-dark', { ...wide, colorScheme: 'dark' }],
  ] as const) {
    const page = await open('about:blank', options);
    await page.route('https://tiles.example/**', (route) =>
      route.fulfill({ contentType: 'image/png', body: tile }),
    );
    await page.goto(order.address);
    await page.locator('.tiles img').first().waitFor();
    await page.waitForTimeout(600);
    await shoot(page, `order-${name}`);
  }
  await order.move('delivered');
  const rating = await look('delivered', order.address);
  await rating.locator('.stars label').nth(3).click();
  await rating.locator('.chips label').nth(1).click();
  await rating.waitForTimeout(200);
  await shoot(rating, 'order-rating');
  await rating.locator('textarea[name=note]').fill('Thank you, the milk was perfect!');
  await rating.getByRole('button', { name: 'Send', exact: true }).first().click();
  await rating.getByText('Thank you for your rating.').waitFor();
  await rating.waitForTimeout(500);
  await shoot(rating, 'order-rated');

  const bound = { link_bound_to_device: true, sms_notifications: 'notice' };
  const elsewhere = await orderPage(client, bound, { phone: '+13035550134' });
  await open(elsewhere.address).then((first) => first.locator('.steps').waitFor());
  const another = await look('another-device', elsewhere.address, { ...narrow, locale: 'fr' });
  await another.getByRole('button').click();
  await another.getByRole('textbox').fill('000000');
  await another.getByRole('button').first().click();
  await another.getByRole('alert').filter({ hasText: 'incorrect' }).waitFor();
  await shoot(another, 'order-another-device-code');
  await look('another-device-wide-dark', elsewhere.address, { ...wide, colorScheme: 'dark' });

  const revoked = await orderPage(client);
  await client.call('DELETE', `/v1/orders/${revoked.orderId}/link`, { token: revoked.operator });
  await look('refused', revoked.address);
  await clock(client, order.token, { advance_ms: 86_400_001 });
  await look('expired', order.address);

  const canceled = await orderPage(client, { brand_color: '#7a1f5c', name: 'Berry Market' });
  await canceled.move('canceled');
  await look('canceled-branded', canceled.address);

  const pickup = await orderPage(
    client,
    { pickup_instructions: 'Park at spaces 1 to 6 behind the store and tell us your space.' },
    { kind: 'pickup', state: 'picking' },
  );
  await look('pickup-shopping', pickup.address);
  await pickup.move('staged');
  const store = await look('pickup-ready', pickup.address);
  await store.getByRole('button', { name: 'I am on my way' }).click();
  await shoot(store, 'order-pickup-way');
  await store.getByRole('button', { name: 'Tell the store' }).click();
  await store.getByText('Expected at the store').waitFor();
  await store.getByRole('button', { name: 'Somebody else picks it up' }).click();
  await store.getByLabel('Name').fill('Sam');
  await store.getByLabel('Phone number').fill('+1 303 555 0123');
  await shoot(store, 'order-pickup-delegate');
  await store.getByRole('button', { name: 'Save' }).click();
  await store.getByRole('button', { name: 'Sam is here' }).click();
  await store.getByText('The store knows').waitFor();
  await shoot(store, 'order-pickup-arrived');
  await look('pickup-french-narrow', pickup.address, { ...narrow, locale: 'fr-CA' });
}
