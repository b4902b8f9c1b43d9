/** The customer's element as a button that opens the chat. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import type { Page } from 'playwright-core';
import { serveFiles } from '../../client/tests/support/browser.ts';
import { chatPath, shopperSays } from '../../server/tests/support/scenario.ts';
import { assertAccessible, lookAs } from './support/accessible.ts';
import { shopPolicy, troublesOf, twoPeople } from './support/pages.ts';
import { tabsUnderTest } from './support/tabs.ts';

const { client, openTab } = await tabsUnderTest({ after, afterEach });

async function launcher() {
  const chat = await twoPeople(client);
  const address = await serveFiles(
    { after },
    {
      '/index.html': `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="content-security-policy" content="${shopPolicy(client.url)}"><title>Shop</title>
<main><h1>Order</h1><p>${'The shop’s own words. '.repeat(200)}</p></main>
<script type="module" src="${client.url}/aislechat.js"></script>
<aislechat-order launcher order-id="${chat.orderId}" token="${chat.userToken}"></aislechat-order></html>`,
    },
  );
  const page = await openTab('about:blank');
  const troubles = troublesOf(page);
  await page.goto(address);
  const shopper = (text: string) => shopperSays(client, chat.token, chat.shopperId, chat.orderId, text);
  return { chat, page, troubles, shopper };
}

const opener = (page: Page, label: string) => page.getByRole('button', { name: label, exact: true });

test('the launcher counts what is unread, opens and closes the chat, and reads nothing while it is closed', async () => {
  const { chat, page, troubles, shopper } = await launcher();
  await opener(page, 'Open the chat').waitFor();
  await shopper('The ripe ones are out');
  await shopper('Shall I take firm ones?');
  const closed = opener(page, 'Open the chat, 2 unread');
  await closed.waitFor();
  assert.equal(await closed.innerText(), '2');
  assert.equal(await page.locator('.log').count(), 0);
  await assertAccessible(page, 'closed launcher');
  const unread = async () => {
    const { body } = await client.get(chatPath(chat.orderId), { token: chat.token });
    return body.chat_messages.filter(({ read }: { read: boolean }) => !read).length;
  };
  assert.equal(await unread(), 2);
  await closed.press('Enter');
  await page.getByText('Shall I take firm ones?').waitFor();
  await page.getByText('New messages').waitFor();
  await assertAccessible(page, 'open launcher');
  await page.locator('textarea').fill('Firm ones are fine');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText(/ · Sent$/).waitFor();
  assert.equal(await unread(), 1, 'only the customer’s own message is unread');
  await page.keyboard.press('Escape');
  const again = opener(page, 'Open the chat');
  await again.waitFor();
  assert.ok(await again.evaluate((one) => one === (one.getRootNode() as ShadowRoot).activeElement));
  await page.getByText('New messages').waitFor({ state: 'detached' });
  // Closed again, nothing is seen arriving.
  for (let n = 0; n < 20; n++) await shopper(`line ${n}`);
  await opener(page, 'Open the chat, 20 unread').waitFor();
  await page.locator('aislechat-order').evaluate((one) => one.setAttribute('open', ''));
  await page.locator('.unread').waitFor();
  assert.equal(await page.locator('.unread ~ .message').count(), 20);
  await page.getByText('20 new').click();
  await page.locator('.jump').waitFor({ state: 'detached' });
  await opener(page, 'Close the chat').click();
  await again.waitFor();
  assert.deepEqual(troubles, []);
});

test('in every look the open launcher is on the screen with its button and its field', async () => {
  const { page, shopper } = await launcher();
  await shopper('Hello');
  await opener(page, 'Open the chat, 1 unread').click();
  await page.locator('.bubble').waitFor();
  for (const [what, viewport, media] of [
    ['on a narrow phone', { width: 320, height: 568 }, {}],
    ['in landscape', { width: 740, height: 360 }, {}],
    ['in the dark', { width: 1440, height: 900 }, { colorScheme: 'dark' }],
    ['in forced colors', { width: 390, height: 760 }, { colorScheme: null, forcedColors: 'active' }],
  ] as const) {
    await page.emulateMedia(media);
    await lookAs(page, viewport);
    const { width, height } = viewport;
    for (const selector of ['.chat', '.launcher', 'textarea']) {
      const box = (await page.locator(selector).boundingBox())!;
      const where = `${what} ${selector} ${JSON.stringify(box)}`;
      assert.ok(box.x >= 0 && box.x + box.width <= width, where);
      assert.ok(box.y >= 0 && box.y + box.height <= height, where);
    }
    const log = (await page.locator('.log').boundingBox())!;
    assert.ok(log.height >= 90, `${what} ${log.height}`);
    await assertAccessible(page, what);
  }
});
