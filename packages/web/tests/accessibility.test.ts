/** axe on the pages of both sides, in their main states: light and dark, narrow and wide. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import type { Page } from 'playwright-core';
import { pictureBytes } from '../../server/tests/support/pictures.ts';
import { advance, chatPath, newBatch, newShopper, shopperSays } from '../../server/tests/support/scenario.ts';
import { assertAccessible, assertAccessibleInAllLooks, firstLook, languages } from './support/accessible.ts';
import { choosePhoto, shopPage, twoPeople } from './support/pages.ts';
import { tabsUnderTest } from './support/tabs.ts';

const { client, open, openTab } = await tabsUnderTest({ after, afterEach });

async function lookAt(lang: string, orderId: string, token: string): Promise<Page> {
  const address = await shopPage({ after }, client.url, { orderId, token, lang });
  const page = await openTab('about:blank', firstLook.viewport);
  await page.emulateMedia({ colorScheme: firstLook.colorScheme });
  await page.goto(address);
  await page.locator('.log, .instead').first().waitFor();
  return page;
}

for (const lang of languages('es')) {
  test(`the element is accessible in every state and look, in ${lang}`, async () => {
    const chat = await twoPeople(client);
    const say = (text: string) => shopperSays(client, chat.token, chat.shopperId, chat.orderId, text);
    const empty = await lookAt(lang, chat.orderId, chat.userToken);
    await empty.locator('.opening').waitFor();
    await assertAccessibleInAllLooks(empty, 'opening');
    await empty.locator('.quick button').first().click();
    await empty.locator('.pending button').waitFor();
    await assertAccessibleInAllLooks(empty, 'a reply that can be taken back');
    await empty.locator('.pending button').click();
    await choosePhoto(empty, 'a.jpg', await pictureBytes('jpeg'));
    await empty.locator('dialog canvas').waitFor();
    await assertAccessibleInAllLooks(empty, 'preview');
    await empty.locator('dialog [type=submit]').click();
    await empty.locator('.picture').click();
    await empty.locator('dialog .pane').waitFor();
    await assertAccessibleInAllLooks(empty, 'viewer');
    await say('The ripe avocados are out. Shall I take firm ones?');
    await say('averylongwordwithoutanyspace'.repeat(6));
    const jonah = await newShopper(client, chat.token, 'Jonah');
    const page = await lookAt(lang, chat.orderId, chat.userToken);
    await page.locator('textarea').fill('Firm ones are fine');
    await page.locator('.send').click();
    await page.locator('.own').nth(1).waitFor();
    await page.context().setOffline(true);
    await page.locator('textarea').fill('x'.repeat(950));
    await assertAccessibleInAllLooks(page, 'talking');
    await page.context().setOffline(false);
    await client.put(`/v2/fulfillment_sandbox/shoppers/${chat.shopperId}/orders/${chat.orderId}/items/1`, {
      token: chat.token,
      body: { status: 'replaced', replacement_item: { upc: '2', name: 'Brown eggs' } },
    });
    await page.locator('.card').waitFor();
    await assertAccessibleInAllLooks(page, 'a replacement to answer');
    await newBatch(client, chat.token, jonah, chat.orderId);
    await page.locator('.notice').nth(1).waitFor();
    await advance(client, chat.token, chat.batchId, 'completed');
    await page.locator('.note').waitFor();
    await assertAccessibleInAllLooks(page, 'closed');
    const unknown = await lookAt(lang, 'no-such-order', chat.userToken);
    await assertAccessibleInAllLooks(unknown, 'not found');
  });
}

for (const lang of languages('fr-CA')) {
  test(`the shopper’s page is accessible in every state and look, in ${lang}`, async () => {
    const chat = await twoPeople(client);
    await client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body: 'Any ripe ones?' } });
    const page = await open(`${client.url}/shopper`, { locale: lang, ...firstLook });
    await assertAccessibleInAllLooks(page, 'signed out');
    await page.goto(`${client.url}/shopper#token=${chat.shopperToken}`);
    await page.locator('a .unread').waitFor();
    await assertAccessibleInAllLooks(page, 'list');
    await page.getByRole('link').click();
    await page.locator('.bubble').waitFor();
    await assertAccessibleInAllLooks(page, 'chat');
    await page.locator('.quick button').first().click();
    await page.locator('.pending').waitFor();
    await assertAccessibleInAllLooks(page, 'a reply that can be taken back');
    await choosePhoto(page, 'a.jpg', await pictureBytes('jpeg'));
    await page.locator('dialog canvas').waitFor();
    await assertAccessibleInAllLooks(page, 'preview');
    await page.keyboard.press('Escape');
    await page.locator('.toggle').click();
    await page.locator('.items .answers button').nth(1).click();
    await page.locator('.items form').waitFor();
    await assertAccessibleInAllLooks(page, 'items');
  });
}

test('the Tab key reaches every control in visual order', async () => {
  const chat = await twoPeople(client);
  for (let n = 0; n < 30; n++)
    await shopperSays(client, chat.token, chat.shopperId, chat.orderId, `line ${n}`);
  const page = await lookAt('en', chat.orderId, chat.userToken);
  await page.locator('.log').evaluate((log) => {
    log.scrollTop = 0;
  });
  await page.locator('.jump').waitFor();
  await assertAccessible(page, 'away from the end');
  await page.locator('textarea').fill('x');
  await page.locator('h1').click();
  const reached: string[] = [];
  for (let n = 0; n < 6; n++) {
    await page.keyboard.press('Tab');
    reached.push(
      await page.evaluate(() => {
        const focused = document.activeElement?.shadowRoot?.activeElement;
        return focused?.getAttribute('aria-label')?.trim() ?? '';
      }),
    );
  }
  assert.deepEqual(reached, [
    'Report this chat to the store',
    'Messages',
    'Newest messages 30 new',
    'Add a photo',
    'Write a message',
    'Send',
  ]);
});

test('a control that shows how many messages are new says so in its name, too', async () => {
  const chat = await twoPeople(client);
  const say = (n: number) => shopperSays(client, chat.token, chat.shopperId, chat.orderId, `line ${n}`);
  for (let n = 0; n < 30; n++) await say(n);
  for (const lang of languages('fr-CA')) {
    const page = await lookAt(lang, chat.orderId, chat.userToken);
    await page.locator('.log').evaluate((log) => {
      log.scrollTop = 0;
    });
    await page.locator('.jump').waitFor();
    await say(30);
    await page.locator('.jump', { hasText: /\d/ }).waitFor();
    await assertAccessibleInAllLooks(page, 'messages below');
  }
});

test('control: axe finds a name that lacks what the control shows, and a field without a name', async () => {
  const chat = await twoPeople(client);
  const page = await lookAt('en', chat.orderId, chat.userToken);
  const button = page.locator('.quick button').first();
  await button.evaluate((button) => button.setAttribute('aria-label', 'Say it'));
  await assert.rejects(assertAccessible(page, 'control'), /label-content-name-mismatch/);
  await button.evaluate((button) => button.removeAttribute('aria-label'));
  await assertAccessible(page, 'control');
  await page.locator('textarea').evaluate((field) => {
    field.removeAttribute('aria-label');
    field.removeAttribute('placeholder');
  });
  await assert.rejects(assertAccessible(page, 'control'), /label/);
});
