/** Takes screenshots of every page in its states, into `packages/web/screenshots`, for a person to look at. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { pictureBytes } from '../../server/tests/support/pictures.ts';
import {
  advance,
  chatPath,
  clock,
  newBatch,
  newOrder,
  newShopper,
  shopperSays,
  userToken,
} from '../../server/tests/support/scenario.ts';
import {
  choosePhoto,
  pagesUnderTest,
  sendPhoto,
  shopPage,
  type Tag,
  twoPeople,
} from '../tests/support/pages.ts';
import { consoleScreenshots } from './console-screenshots.ts';
import { orderPageScreenshots } from './order-page-screenshots.ts';

const out = fileURLToPath(new URL('../screenshots/', import.meta.url));
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const hooks: (() => unknown)[] = [];
const t = { after: (hook: () => unknown) => void hooks.push(hook) };
const { client, open } = await pagesUnderTest(t, { AISLECHAT_DEMO: 'true' }, { docs: true });
const phone: BrowserContextOptions = { viewport: { width: 390, height: 760 }, deviceScaleFactor: 2 };
const shoot = (page: Page, name: string) => page.screenshot({ path: join(out, `${name}.png`) });

async function element(name: string, tag: Tag, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await open(await shopPage(t, client.url, tag), { ...phone, ...options });
  await page.locator('.log, .instead').first().waitFor();
  await page.waitForTimeout(300);
  await shoot(page, name);
  return page;
}

const chat = await twoPeople(client, { timezone: 'America/Denver' });
const tag: Tag = { orderId: chat.orderId, token: chat.userToken };
const empty = await element('element-opening', tag);
await empty.locator('.quick button').first().click();
await empty.locator('.pending').waitFor();
await shoot(empty, 'element-undo');
await empty.locator('.pending button').click();
await choosePhoto(empty, 'shelf.jpg', await pictureBytes('jpeg', 600, 1000));
await empty.locator('dialog canvas').waitFor();
await shoot(empty, 'element-preview');
await empty.context().close();
await element(
  'element-opening-french-narrow',
  { ...tag, lang: 'fr' },
  { viewport: { width: 320, height: 640 } },
);
const say = (text: string) => shopperSays(client, chat.token, chat.shopperId, chat.orderId, text);
await say('Hi Noor, this is Ilse. I am starting your order now.');
await say('The ripe avocados are out. Shall I take firm ones?');
const page = await element('element-unread', tag);
await page.locator('textarea').fill('Firm ones are fine, thanks!');
await page.locator('.send').click();
await page.getByText(/ · Sent$/).waitFor();
await page.context().setOffline(true);
await page.locator('textarea').fill('And two limes, please');
await page.locator('.send').click();
await page.getByText('Not sent yet. Trying again.').waitFor();
await page.locator('.banner').waitFor();
await shoot(page, 'element-offline');
await page.context().setOffline(false);
await page.getByText(/ · Sent$/).waitFor();
await client.put(`/v2/fulfillment_sandbox/shoppers/${chat.shopperId}/orders/${chat.orderId}/items/1`, {
  token: chat.token,
  body: {
    status: 'replaced',
    replacement_item: { upc: '2', name: 'Firm avocados, bag of four' },
    delivered_count: 2,
  },
});
await page.locator('.card').waitFor();
await shoot(page, 'element-replacement');
await element(
  'element-replacement-french-narrow',
  { ...tag, lang: 'fr' },
  { viewport: { width: 320, height: 640 } },
);
await element('element-replacement-dark', tag, { colorScheme: 'dark' });
await page.getByRole('button', { name: 'Yes, take it' }).click();
const jonah = await newShopper(client, chat.token, 'Jonah');
await newBatch(client, chat.token, jonah, chat.orderId);
await shopperSays(client, chat.token, jonah, chat.orderId, 'Hello, Jonah here. Limes are in the bag.');
await page.getByText('Limes are in the bag').waitFor();
await element('element-dark', tag, { colorScheme: 'dark' });
await element('element-french-narrow', { ...tag, lang: 'fr-CA' }, { viewport: { width: 320, height: 640 } });
await element('element-right-to-left', { ...tag, lang: 'es', dir: 'rtl' });
await element('element-wide', tag, { viewport: { width: 1440, height: 800 }, deviceScaleFactor: 1 });
const printed = await element('element-end', tag);
await printed.emulateMedia({ media: 'print' });
await shoot(printed, 'element-print');
await printed.context().close();
await advance(client, chat.token, chat.batchId, 'completed');
await element('element-closed', tag);
await element('element-unknown', { ...tag, orderId: 'no-such-order' });
const early = await newOrder(client, chat.token, chat.userId);
await element('element-before', { ...tag, orderId: early });
await clock(client, chat.token, { advance_ms: 86_400_001 });
await element('element-expired', { ...tag, token: await userToken(client, chat, chat.userId) });

const shopping = await twoPeople(client, { timezone: 'America/Denver' });
const other = await newOrder(client, shopping.token, shopping.userId);
await newBatch(client, shopping.token, shopping.shopperId, other);
await shopperSays(
  client,
  shopping.token,
  shopping.shopperId,
  shopping.orderId,
  'Hi Noor, I am starting now.',
);
await client.post(chatPath(shopping.orderId), {
  token: shopping.userToken,
  body: { body: 'Great! Are there any ripe avocados?' },
});
const shopperAddress = `${client.url}/shopper#token=${shopping.shopperToken}&shopper=ilse`;
const signedOut = await open(`${client.url}/shopper`, phone);
await shoot(signedOut, 'shopper-signed-out');
const wide = await open(shopperAddress, { viewport: { width: 1280, height: 800 } });
await wide.locator('a .unread').waitFor();
await shoot(wide, 'shopper-wide');
for (const colorScheme of ['light', 'dark'] as const) {
  const shopper = await open(shopperAddress, { ...phone, colorScheme });
  await shopper.getByRole('link').first().waitFor();
  await shoot(shopper, `shopper-list-${colorScheme}`);
  await shopper.locator(`a[href$="=${shopping.orderId}"]`).click();
  await shopper.locator('.bubble').last().waitFor();
  await sendPhoto(shopper, await pictureBytes('jpeg', 600, 800));
  await shopper.getByText(/ · Sent$/).waitFor();
  await shopper.waitForTimeout(300);
  await shoot(shopper, `shopper-chat-${colorScheme}`);
  await shopper.locator('.toggle').click();
  await shopper.locator('.items').waitFor();
  await shoot(shopper, `shopper-items-${colorScheme}`);
  await shopper.locator('.toggle').click();
  await shopper.locator('.picture').last().click();
  await shopper.locator('.pane').waitFor();
  await shoot(shopper, `shopper-viewer-${colorScheme}`);
}
for (const [name, width, height] of [
  ['landscape', 740, 360],
  ['keyboard', 390, 420],
] as const) {
  const small = await open(`${shopperAddress}&order=${shopping.orderId}`, { viewport: { width, height } });
  await small.locator('.bubble').last().waitFor();
  await shoot(small, `shopper-${name}`);
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [name, width] of [
    ['narrow', 320],
    ['wide', 1280],
  ] as const) {
    const first = await open(client.url, { viewport: { width, height: 1060 }, colorScheme });
    await first.locator('aislechat-shopper-chat textarea').waitFor();
    await first.locator('aislechat-order textarea').fill('Firm ones are fine');
    await first.locator('aislechat-order .send').click();
    await first.locator('aislechat-shopper-chat').getByText('Firm ones are fine').first().waitFor();
    await first.locator('aislechat-phone li').first().waitFor();
    const path = join(out, `first-screen-${name}-${colorScheme}.png`);
    await first.screenshot({ path, fullPage: true });
  }
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [name, width] of [
    ['narrow', 320],
    ['wide', 1280],
  ] as const) {
    const options = { viewport: { width, height: 900 }, colorScheme };
    const reference = await open(`${client.url}/docs`, options);
    await reference.getByText('Generate an access token').first().waitFor();
    await shoot(reference, `docs-reference-${name}-${colorScheme}`);
    await reference.getByText('Send a message to the shopper').first().click();
    await reference.getByText('Request body').first().waitFor();
    await shoot(reference, `docs-operation-${name}-${colorScheme}`);
    await reference.getByRole('searchbox').fill('idempotency key');
    await reference.locator('#search a').first().waitFor();
    await shoot(reference, `docs-search-${name}-${colorScheme}`);
    const guide = await open(`${client.url}/docs/guides/polling-to-streams`, options);
    await shoot(guide, `docs-guide-${name}-${colorScheme}`);
  }
}
await consoleScreenshots({ client, open, shoot });
await orderPageScreenshots({ client, open, shoot });

for (const hook of hooks.reverse()) await hook();
process.stdout.write(`${out}\n`);
