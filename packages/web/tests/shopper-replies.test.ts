/** The replies that a shopper taps with one hand, in a shop, while walking. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import type { Page } from 'playwright-core';
import { eventually } from '../../server/tests/support/eventually.ts';
import { shopperToken } from '../../server/tests/support/scenario.ts';
import { assertAccessible, languages, lookAs } from './support/accessible.ts';
import { orderPage } from './support/order-page.ts';
import { pagesUnderTest, storedTexts, twoPeople } from './support/pages.ts';
import { shopperPage } from './support/shopper.ts';

const pages = await pagesUnderTest({ after, afterEach });
const { client } = pages;
const reply = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const undo = (page: Page) => page.getByRole('button', { name: 'Undo' });

test('a tapped reply can be taken back for four seconds, and nothing is sent until then; with the keyboard, the focus goes to Undo and comes back', async () => {
  const chat = await twoPeople(client);
  const { page, troubles } = await shopperPage(pages, chat.shopperToken, {
    orderId: chat.orderId,
    prepare: (page) => page.clock.install(),
  });
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/messages')) sent.push(request.url());
  });
  await reply(page, 'Here’s what they have.').press('Enter');
  const focused = () =>
    page.evaluate(() => {
      let { activeElement: element } = document as DocumentOrShadowRoot;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element?.textContent?.trim();
    });
  await page.waitForFunction(() => true);
  assert.equal(await focused(), 'Undo');
  await page.keyboard.press('Enter');
  await reply(page, 'On it!').waitFor();
  assert.equal(await focused(), 'On it!');
  assert.deepEqual(await storedTexts(chat), []);

  await reply(page, 'On it!').click();
  await page.getByText('About to be sent: On it!').waitFor();
  await assertAccessible(page, 'a reply that can be taken back');
  await undo(page).click();
  await page.clock.fastForward(10_000);
  await reply(page, 'On it!').waitFor();
  assert.deepEqual(sent, []);
  await reply(page, 'On it!').click();
  await page.clock.fastForward(3_000);
  assert.deepEqual(sent, []);
  await page.clock.fastForward(1_500);
  await page.getByText(/ · Sent$/).waitFor();
  assert.deepEqual(await storedTexts(chat), ['On it!']);
  assert.deepEqual(troubles, []);
});

test('a touch that moved is no tap, with mouse and finger, and a tap is one', async () => {
  const chat = await twoPeople(client);
  const { page } = await shopperPage(pages, chat.shopperToken, { orderId: chat.orderId, hasTouch: true });
  const button = reply(page, 'They’re out. Would you like another?');
  const { x, y } = (await button.boundingBox())!;
  await page.mouse.move(x + 20, y + 10);
  await page.mouse.down();
  await page.mouse.move(x + 60, y + 14, { steps: 4 });
  await page.mouse.up();
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: { x: number; y: number }[]) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints: points });
  await touch('touchStart', [{ x: x + 100, y: y + 10 }]);
  for (let n = 1; n <= 5; n++) await touch('touchMove', [{ x: x + 100 - n * 12, y: y + 10 }]);
  await touch('touchEnd', []);
  assert.equal(await undo(page).count(), 0);
  await page.touchscreen.tap(x + 20, y + 10);
  await undo(page).waitFor();
});

test('leaving the chat, and writing something else, send a reply that waits, in its turn', async () => {
  const chat = await twoPeople(client);
  const { page } = await shopperPage(pages, chat.shopperToken, {
    orderId: chat.orderId,
    prepare: (page) => page.clock.install(),
  });
  await reply(page, 'On it!').click();
  await page.locator('textarea').fill('Two minutes');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('log').getByText('Two minutes').waitFor();
  await reply(page, 'I’m at the checkout.').click();
  await page.getByRole('button', { name: 'Back to your orders' }).click();
  await page.getByText('You: I’m at the checkout.').waitFor();
  assert.deepEqual(await storedTexts(chat), ['On it!', 'Two minutes', 'I’m at the checkout.']);
});

test('a reply that waits is sent once if the page is reloaded or goes into the background', async () => {
  const chat = await twoPeople(client);
  const { page } = await shopperPage(pages, chat.shopperToken, {
    orderId: chat.orderId,
    prepare: (page) => page.clock.install(),
  });
  await reply(page, 'On it!').click();
  await undo(page).waitFor();
  await page.reload();
  await page.getByText(/ · Sent$/).waitFor();
  await reply(page, 'I’m at the checkout.').click();
  await undo(page).waitFor();
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await page.locator('.bubble', { hasText: 'I’m at the checkout.' }).waitFor();
  await eventually(
    () => storedTexts(chat),
    (texts) => texts.length === 2,
  );
  assert.deepEqual(await storedTexts(chat), ['On it!', 'I’m at the checkout.']);
});

test('replies wrap, so that each can be read whole, at double text size too', async () => {
  const chat = await twoPeople(client);
  for (const locale of languages('fr-CA')) {
    const { page } = await shopperPage(pages, chat.shopperToken, { orderId: chat.orderId, locale });
    await page.locator('.quick button').nth(3).waitFor();
    for (const size of [16, 32]) {
      await lookAs(page, { width: 320, height: 760 }, size);
      const found = await page.locator('.quick').evaluate((group) => ({
        isScrolled: group.scrollWidth > group.clientWidth,
        wide: [...group.children].filter((one) => one.clientWidth > group.clientWidth).length,
        cut: [...group.children].filter((one) => one.scrollWidth > one.clientWidth + 1).length,
        small: [...group.children].filter((one) => one.getBoundingClientRect().height < 43).length,
      }));
      // With little room for the log, the replies are in one row.
      assert.deepEqual(found, { isScrolled: size > 16, wide: 0, cut: 0, small: 0 }, `${locale} ${size}`);
    }
  }
});

test('replies follow the item that is out, the replacement that waits, and the step of the order', async () => {
  const order = await orderPage(client);
  const token = await shopperToken(client, order, order.shopperId);
  const { page, troubles } = await shopperPage(pages, token, { orderId: order.orderId });
  const texts = () => page.locator('.quick button').allInnerTexts();
  await reply(page, 'On it!').waitFor();
  await page.getByRole('button', { name: 'Items 0/3' }).click();
  const item = page.getByRole('listitem').filter({ hasText: 'Oat milk' });
  await item.getByRole('button', { name: 'Refund' }).click();
  await reply(page, 'They’re out of Oat milk, so I’ve refunded it.').waitFor();
  assert.equal((await texts())[1], 'Would you like something else instead of Oat milk?');
  await order.propose('3', 'Brown eggs, ten');
  // What the shopper did last here is what they talk about, until they do something else.
  await item.getByRole('button', { name: 'Found' }).click();
  await reply(page, 'Is Brown eggs, ten OK instead of Free-range eggs, ten?').waitFor();
  assert.equal((await texts())[1], 'I’ll keep shopping while you decide.');
  await order.pick('3', { status: 'found' });
  await reply(page, 'On it!').waitFor();
  await order.move('delivering');
  await reply(page, 'I’m here.').waitFor();
  assert.equal((await texts())[0], 'I’m on my way.');
  assert.deepEqual(troubles, []);
});
