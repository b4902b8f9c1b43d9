/** Our sentences on a shop's page that is written from right to left: mirrored in place, and readable in themselves. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import type { Page } from 'playwright-core';
import { serveFiles } from '../../client/tests/support/browser.ts';
import { advance, newBatch, newShopper, openChat, shopperSays } from '../../server/tests/support/scenario.ts';
import { orderPage } from './support/order-page.ts';
import { pagesUnderTest, shopPage, shopPolicy } from './support/pages.ts';

const { client, open } = await pagesUnderTest({ after, afterEach });

/** Asserts that the characters of each text without Hebrew letters are drawn one after the other, from left to right. */
async function assertReadable(page: Page, where: string): Promise<void> {
  const reordered = await page.evaluate(() => {
    const found: string[] = [];
    const blocks = new Map<Element, Text[]>();
    const blockOf = (element: Element): Element => {
      const { display } = getComputedStyle(element);
      return display === 'inline' || display === 'contents' ? blockOf(element.parentElement!) : element;
    };
    const visit = (node: Node) => {
      if (node instanceof Text && node.data.trim() !== '') {
        const block = blockOf(node.parentElement!);
        blocks.set(block, [...(blocks.get(block) ?? []), node]);
      }
      if (node instanceof Element && ['STYLE', 'SCRIPT', 'OPTION'].includes(node.tagName)) return;
      if (node instanceof Element && node.shadowRoot) node.shadowRoot.childNodes.forEach(visit);
      node.childNodes.forEach(visit);
    };
    visit(document.body);
    for (const texts of blocks.values()) {
      const whole = texts.map(({ data }) => data.trim()).join(' ');
      if (/\p{Script=Hebrew}/u.test(whole)) continue;
      let last: DOMRect | undefined;
      for (const text of texts) {
        for (let at = 0; at < text.length; at++) {
          if (/\s/.test(text.data[at]!)) continue;
          const range = document.createRange();
          range.setStart(text, at);
          range.setEnd(text, at + 1);
          const box = range.getBoundingClientRect();
          const isSameLine = last !== undefined && box.top < last.bottom - 2 && box.bottom > last.top + 2;
          if (isSameLine && box.left < last!.left - 1) {
            found.push(whole);
            at = text.length;
          }
          last = box;
        }
      }
    }
    return [...new Set(found)];
  });
  assert.deepEqual(reordered, [], where);
}

const rightToLeft = (server: string, element: string) => `<!doctype html>
<html lang="he" dir="rtl"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="content-security-policy" content="${shopPolicy(server)}">
<title>ההזמנה שלך</title><main><h1>ההזמנה שלך</h1>
<script type="module" src="${server}/aislechat-order-status.js"></script>${element}</main></html>`;

test('the page of an order keeps the order of words in every sentence', async () => {
  const order = await orderPage(client, { name: 'מכולת' }, { state: 'acknowledged' });
  const tag = `<aislechat-order-status order-id="${order.orderId}" token="${order.userToken}"></aislechat-order-status>`;
  const page = await open(await serveFiles({ after }, { '/index.html': rightToLeft(client.url, tag) }));
  await page.locator('.steps').waitFor();
  await page.getByText(/^Arriving /).waitFor();
  await assertReadable(page, 'acknowledged');
  await order.move('picking');
  await order.propose('1', 'Firm avocados, 2');
  await page.locator('.card').waitFor();
  const counts = page.getByText('3 ordered, 0 picked so far');
  await counts.waitFor();
  const [words, line] = await counts.evaluate((paragraph) => {
    const range = document.createRange();
    range.selectNodeContents(paragraph);
    return [range, paragraph].map((part) => part.getBoundingClientRect().right);
  });
  assert.ok(Math.abs(words! - line!) < 1, 'the sentence begins at the side where lines begin');
  await page.locator('aislechat-order .opening').waitFor();
  await assertReadable(page, 'a replacement to answer');
  await page.getByRole('button', { name: 'Yes, take it' }).click();
  await page.locator('.decided').waitFor();
  await order.move('delivering');
  await page.locator('aislechat-order .notice').first().waitFor();
  await order.move('delivered');
  await page.getByRole('radio', { name: '4 of 5 stars' }).check();
  await assertReadable(page, 'delivered');
});

test('the chat keeps the order of words in every sentence', async () => {
  const chat = await openChat(client);
  const say = (text: string) => shopperSays(client, chat.token, chat.shopperId, chat.orderId, text);
  const { orderId } = chat;
  const address = await shopPage({ after }, client.url, { orderId, token: chat.userToken, dir: 'rtl' });
  const page = await open(address);
  await page.locator('.opening').waitFor();
  await assertReadable(page, 'opening');
  await page.locator('.quick button').first().click();
  await page.locator('.pending button').waitFor();
  await assertReadable(page, 'a reply that can be taken back');
  await say('Is this one fine?');
  await page.locator('.bubble').nth(0).waitFor();
  const jonah = await newShopper(client, chat.token, 'Jonah');
  await newBatch(client, chat.token, jonah, orderId);
  await page.locator('.notice').last().waitFor();
  await page.locator('textarea').fill('x'.repeat(950));
  await assertReadable(page, 'talking');
  await page.context().setOffline(true);
  await page.locator('.banner').waitFor();
  await assertReadable(page, 'offline');
  await page.context().setOffline(false);
  await page.locator('.banner').waitFor({ state: 'detached' });
  await page.locator('.flag').click();
  await page.locator('dialog').waitFor();
  await assertReadable(page, 'report');
  await page.keyboard.press('Escape');
  await page.evaluate(() => {
    const { DateTimeFormat } = Intl;
    const broken = () => {
      throw new RangeError('no such time');
    };
    Object.assign(window, { mend: () => Object.assign(Intl, { DateTimeFormat }) });
    Object.assign(Intl, { DateTimeFormat: broken });
  });
  await shopperSays(client, chat.token, jonah, orderId, 'Or this one?');
  await page.getByText('Something went wrong').waitFor();
  await assertReadable(page, 'broken');
  await page.evaluate(() => (window as unknown as { mend(): void }).mend());
  await advance(client, chat.token, chat.batchId, 'completed');
  await page.locator('.note').waitFor();
  await assertReadable(page, 'closed');
  const unknown = await shopPage({ after }, client.url, {
    orderId: 'none',
    token: chat.userToken,
    dir: 'rtl',
  });
  await page.goto(unknown);
  await page.locator('.instead').waitFor();
  await assertReadable(page, 'not found');
});

test('a shop’s own words keep their direction, also where a sentence begins with a Latin name', async () => {
  const chat = await openChat(client);
  const { orderId, userToken: token } = chat;
  const page = await open(await shopPage({ after }, client.url, { orderId, token, lang: 'he', dir: 'rtl' }));
  await page.evaluate(() => {
    const words = { language: 'he', shopping: '{name} קונה בשבילך', took: '{name} קונה עכשיו' };
    Object.assign(document.querySelector('aislechat-order')!, { words });
  });
  await page.getByText('קונה בשבילך').waitFor();
  for (const [where, first, then] of [
    ['.who p', 'Ilse', 'קונה'],
    ['.notice', 'Ilse', 'קונה'],
    ['.notice', 'קונה', ':'],
  ] as const) {
    const [firstAt, thenAt] = await page.locator(where).evaluate(
      (element, wanted) =>
        wanted.map((word) => {
          const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
          let text = texts.nextNode() as Text;
          while (!text.data.includes(word)) text = texts.nextNode() as Text;
          const range = document.createRange();
          range.setStart(text, text.data.indexOf(word));
          range.setEnd(text, text.data.indexOf(word) + word.length);
          return range.getBoundingClientRect().left;
        }),
      [first, then],
    );
    assert.ok(thenAt! < firstAt!, `${where}: ${then} is to the left of ${first}`);
  }
});
