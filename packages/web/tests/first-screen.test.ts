/** What a developer sees first. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { newPlace } from '../../server/tests/support/place.ts';
import { testServer } from '../../server/tests/support/server.ts';
import { pagesUnderTest, troublesOf } from './support/pages.ts';

const { client, open, pagesFolder } = await pagesUnderTest({ after }, { AISLECHAT_DEMO: 'true' });

const customer = (page: Page) => page.locator('aislechat-order');
const shopper = (page: Page) => page.locator('aislechat-shopper-chat');
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

test('both sides of the demo’s order can talk, and their requests are shown as curl commands', async (t) => {
  const since = performance.now();
  const page = await open('about:blank', { viewport: { width: 1280, height: 900 } });
  const troubles = troublesOf(page);
  await page.goto(client.url);
  await customer(page).locator('textarea').fill('Firm ones are fine');
  await customer(page).locator('.send').click();
  await shopper(page).getByText('Firm ones are fine').waitFor();
  await shopper(page).locator('textarea').fill('Done');
  await shopper(page).locator('.send').click();
  await customer(page).getByText('Done', { exact: true }).waitFor();
  t.diagnostic(`two people talk after ${Math.round(performance.now() - since)} ms`);
  assert.ok(performance.now() - since < 10_000);

  await page.evaluate(() => {
    Object.defineProperty(navigator, 'clipboard', {
      value: { writeText: async (text: string) => Object.assign(window, { copied: text }) },
    });
  });
  await page
    .getByRole('button', { name: 'Copy POST /v2/post_checkout/chat/DEMO-1/messages as curl' })
    .last()
    .click();
  const copied = await page.evaluate(() => (window as unknown as { copied: string }).copied);
  assert.match(
    copied,
    /^curl -X POST 'http:.*-H 'authorization: Bearer .*-d '\{"body":"Firm ones are fine"\}'$/,
  );
  assert.deepEqual(troubles, []);
});

test('the buttons move the order: another shopper, delivered, expired, and a new order', async () => {
  const page = await open(client.url, { viewport: { width: 1280, height: 900 } });
  await shopper(page).locator('textarea').waitFor();
  await press(page, 'Hand over');
  await customer(page).getByText('has taken over your order').waitFor();
  await shopper(page).locator('textarea').fill('Hello, I am new');
  await shopper(page).locator('.send').click();
  await customer(page).getByText('Hello, I am new').waitFor();
  await press(page, 'Delivered');
  await customer(page).getByText('This order is complete.').waitFor();
  await press(page, '+24 hours');
  await customer(page).getByText('This chat has ended').waitFor();
  await press(page, 'Start over with a new order');
  await customer(page).locator('textarea').fill('Again');
  await customer(page).locator('.send').click();
  await shopper(page).getByText('Again', { exact: true }).waitFor();
});

test('without the demo, and in production, there is no first screen', async (t) => {
  const without = await testServer(t, {}, { pagesFolder });
  assert.equal((await without.client.get('/')).status, 404);
  const production = await testServer(
    t,
    { AISLECHAT_ENV: 'production', ...(await newPlace(t)).env },
    { pagesFolder },
  );
  assert.equal((await production.client.get('/')).status, 404);
});
