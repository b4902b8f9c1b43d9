/** The map on the page of an order, with tiles of a server that the retailer names. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { serveFiles } from '../../client/tests/support/browser.ts';
import { eventually } from '../../server/tests/support/eventually.ts';
import { pictureBytes } from '../../server/tests/support/pictures.ts';
import { assertAccessible } from './support/accessible.ts';
import { type OrderPageUnderTest, orderPage } from './support/order-page.ts';
import { pagesUnderTest, shopPolicy, troublesOf } from './support/pages.ts';

const { client, open } = await pagesUnderTest({ after, afterEach });
const host = 'https://tiles.example';
const settings = {
  map_tiles_url: `${host}/{z}/{x}/{y}.png?key=public`,
  map_attribution: '© The people of the map, who ask to be named on every picture of it',
};
const tile = await pictureBytes('png', 256, 256);

const isSome = (list: string[]): boolean => list.length > 0;

interface Tiles {
  page: Page;
  /** The tiles that were asked for. */
  asked: string[];
  troubles: string[];
}

/** An empty page, whose requests for tiles are answered here. */
async function withTiles(
  options: BrowserContextOptions = {},
  isBroken: () => Promise<boolean> = async () => false,
): Promise<Tiles> {
  const page = await open('about:blank', options);
  const asked: string[] = [];
  await page.context().route(`${host}/**`, async (route) => {
    const request = route.request();
    asked.push(request.url());
    assert.equal((await request.allHeaders()).referer, undefined);
    if (await isBroken()) await route.fulfill({ status: 500 });
    else await route.fulfill({ contentType: 'image/png', body: tile });
  });
  return { page, asked, troubles: troublesOf(page) };
}

async function locate({ orderId, operator }: OrderPageUnderTest): Promise<void> {
  const body = { coordinates: { latitude: 39.7392, longitude: -104.9903 } };
  await client.put(`/v1/orders/${orderId}/location`, { token: operator, body });
}

const map = (page: Page) => page.getByRole('img', { name: 'Map with your order and your address' });

/** Where two points of the map are missing from its picture, or from the screen. */
const outside = (page: Page) =>
  map(page).evaluate((element) => {
    const frame = element.getBoundingClientRect();
    return [...element.querySelectorAll('svg')].filter((point) => {
      const { left, right, top, bottom } = point.getBoundingClientRect();
      return left < frame.left || right > frame.right || top < frame.top || bottom > frame.bottom;
    }).length;
  });

test('an order on its way is on a map, 320 and 1280 px wide', async () => {
  const order = await orderPage(client, settings);
  const { page, asked, troubles } = await withTiles();
  await page.goto(order.address);
  await page.getByText('Oat milk').waitFor();
  await locate(order);
  await order.move('delivering');
  await page.getByRole('heading', { name: 'Out for delivery' }).waitFor();
  await locate(order);
  for (const width of [320, 1280]) {
    await page.goto('about:blank');
    await page.setViewportSize({ width, height: 900 });
    asked.length = 0;
    await page.goto(order.address);
    await map(page).waitFor();
    await page.waitForFunction(() => {
      const root = document.querySelector('aislechat-order-status')!.shadowRoot!;
      return [...root.querySelectorAll<HTMLImageElement>('.tiles img')].every(
        ({ naturalWidth }) => naturalWidth > 0,
      );
    });
    assert.equal(await map(page).locator('svg').count(), 2);
    assert.equal(await outside(page), 0);
    assert.ok(asked.length > 0);
    assert.ok(new Set(asked).size <= 6, asked.join());
    for (const address of asked) assert.match(address, /\/13\/\d+\/\d+\.png\?key=public$/);
    await page.getByText(settings.map_attribution).waitFor();
    await page.getByText('1 mi away').waitFor();
    await page.getByRole('link', { name: 'Open in your map' }).waitFor();
    await page.emulateMedia({ colorScheme: 'light' });
    await assertAccessible(page, `map, ${width} px wide`);
    await page.emulateMedia({ colorScheme: 'dark' });
    await assertAccessible(page, `map in the dark, ${width} px wide`);
  }
  await order.move('delivered');
  await page.getByRole('heading', { name: 'Delivered' }).waitFor();
  await map(page).waitFor({ state: 'detached' });
  assert.deepEqual(troubles, []);
});

test('no tile is asked for before the order is delivered, while nobody looks, and without a tile server', async () => {
  const order = await orderPage(client, settings);
  const { page, asked } = await withTiles();
  await page.goto(order.address);
  await page.getByText('Oat milk').waitFor();
  await page.getByText('Ilse').first().waitFor();
  assert.deepEqual(asked, []);

  await order.move('delivering');
  await locate(order);
  const hidden = await withTiles();
  await hidden.page.addInitScript(() => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
  });
  await hidden.page.goto(order.address);
  await hidden.page.getByText('Oat milk').waitFor();
  await hidden.page.locator('textarea').waitFor();
  assert.deepEqual(hidden.asked, []);
  await hidden.page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { get: () => 'visible' });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await map(hidden.page).waitFor();
  assert.notDeepEqual(hidden.asked, [], 'control');

  const without = await orderPage(client);
  await without.move('delivering');
  await locate(without);
  const other = await withTiles();
  const elsewhere: string[] = [];
  other.page.on('request', (request) => {
    if (request.resourceType() === 'image' && !request.url().includes('img.example')) {
      elsewhere.push(request.url());
    }
  });
  await other.page.goto(without.address);
  await other.page.getByText('1 mi away').waitFor();
  assert.equal(await other.page.locator('.map').count(), 0);
  assert.deepEqual(elsewhere, []);
});

test('a map whose tiles have not come or failed is not shown; they are asked for again with the position, and what is said about their source is one line', async () => {
  const order = await orderPage(client, settings);
  await order.move('delivering');
  await locate(order);
  const released = Promise.withResolvers<void>();
  let isBroken = true;
  const { page, asked } = await withTiles({ viewport: { width: 320, height: 740 } }, async () => {
    await released.promise;
    return isBroken;
  });
  await page.goto(order.address);
  await page.getByText('1 mi away').waitFor();
  await eventually(async () => asked, isSome);
  assert.equal(await map(page).isVisible(), false);
  const failed = page.waitForEvent('response', (answer) => answer.status() === 500);
  released.resolve();
  await failed;
  await page.locator('.map').waitFor({ state: 'hidden' });
  await page.getByRole('link', { name: 'Open in your map' }).waitFor();
  await page.locator('textarea').waitFor();
  await assertAccessible(page, 'without tiles');

  isBroken = false;
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await map(page).waitFor();
  assert.ok(asked.length > new Set(asked).size);
  const source = page.locator('figcaption');
  assert.equal(await source.getAttribute('title'), settings.map_attribution);
  assert.ok((await source.boundingBox())!.height < 30);
  assert.equal(await outside(page), 0);
});

test('the element has the map on a shop’s page whose policy allows the tiles, and no map without that', async () => {
  const order = await orderPage(client, settings);
  await order.move('delivering');
  await locate(order);
  for (const isAllowed of [true, false]) {
    const policy = shopPolicy(client.url).replace(' https: ', isAllowed ? ` ${host} ` : ' ');
    const address = await serveFiles(
      { after },
      {
        '/index.html': `<!doctype html><html lang="en"><meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policy}"><title>Shop</title>
<main><h1>Our shop</h1><script type="module" src="${client.url}/aislechat-order-status.js"></script>
<aislechat-order-status order-id="${order.orderId}" token="${order.userToken}"></aislechat-order-status></main></html>`,
      },
    );
    const { page, asked } = await withTiles();
    await page.goto(address);
    await page.getByText('1 mi away').waitFor();
    await page.locator('.map').waitFor({ state: isAllowed ? 'visible' : 'hidden' });
    assert.equal(asked.length > 0, isAllowed);
  }
});
