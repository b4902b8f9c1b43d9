/** What a person is typing when they can no longer send it stays before their eyes until they drop it. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import type { Page } from 'playwright-core';
import { eventually } from '../../server/tests/support/eventually.ts';
import {
  advance,
  chatPath,
  clientToken,
  clock,
  internal,
  newBatch,
  newShopper,
  newUser,
  type OpenChat,
  shopperToken,
  userToken,
} from '../../server/tests/support/scenario.ts';
import { assertAccessible, casesIn } from './support/accessible.ts';
import { orderPage } from './support/order-page.ts';
import { shopPage, storedTexts, troublesOf, twoPeople } from './support/pages.ts';
import { shopperPage } from './support/shopper.ts';
import { tabsUnderTest } from './support/tabs.ts';

const pages = await tabsUnderTest({ after, afterEach });
const { client, open, openTab } = pages;
const typed = 'Firm ones are fine,\nbut not too';

async function typing(lang = 'en') {
  const chat = await twoPeople(client);
  const { orderId, userToken: token } = chat;
  const page = await openTab('about:blank', { width: 320, height: 640 });
  const troubles = troublesOf(page);
  await page.goto(await shopPage({ after }, client.url, { orderId, token, lang }));
  await page.locator('textarea').fill(typed);
  return { chat, page, troubles };
}

/** Waits for the sentence, and sees that the whole text is there, to be marked and copied, and cannot be sent. */
async function assertKept(page: Page, sentence = 'This was not sent. You can still copy it.'): Promise<void> {
  await page.getByRole('alert').getByText(sentence, { exact: true }).waitFor();
  const field = page.locator('textarea');
  assert.equal(await field.inputValue(), typed);
  assert.ok(await field.isVisible());
  assert.equal(await field.isEditable(), false);
  assert.equal(await page.locator('.send, .tool[aria-label]').count(), 0);
}

async function proposes({ orderId, shopperId, token }: OpenChat): Promise<void> {
  const path = `/v2/fulfillment_sandbox/shoppers/${shopperId}/orders/${orderId}/items/1`;
  const body = { status: 'replaced', replacement_item: { upc: '2', name: 'Brown eggs' }, delivered_count: 1 };
  assert.equal((await client.put(path, { token, body })).status, 200);
}

const isDraft = (page: Page, text: string, isWanted = true) =>
  page.waitForFunction(
    ([wanted, isWanted]) => {
      const inside = (root: ParentNode): (HTMLTextAreaElement | null)[] =>
        [...root.querySelectorAll('*')].flatMap(({ shadowRoot }) =>
          shadowRoot ? [shadowRoot.querySelector('textarea'), ...inside(shadowRoot)] : [],
        );
      return inside(document).some((field) => field?.value === wanted) === isWanted;
    },
    [text, isWanted],
  );

async function operator(
  chat: OpenChat,
  method: 'POST' | 'DELETE',
  path: string,
  headers: Record<string, string> = {},
): Promise<void> {
  const token = await clientToken(client, chat, 'aislechat:operate');
  const { status, text } = await client.call(method, path, { token, headers });
  assert.equal(status, 200, text);
}

for (const [lang, sentence, drop] of casesIn('fr', [
  ['en', 'This was not sent. You can still copy it.', 'Delete'],
  ['fr', 'Ceci n’a pas été envoyé. Vous pouvez encore le copier.', 'Supprimer'],
  ['es', 'Esto no se envió. Todavía puede copiarlo.', 'Eliminar'],
] as const)) {
  test(`what the customer is typing when the order is delivered stays until they drop it, in ${lang}`, async () => {
    const { chat, page, troubles } = await typing(lang);
    await advance(client, chat.token, chat.batchId, 'completed');
    await assertKept(page, sentence);
    await assertAccessible(page, 'a draft that was not sent');
    await page.locator('textarea').press('Enter');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('textarea').press('Control+A');
    await page.locator('textarea').press('Control+C');
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), typed);
    await page.reload();
    await assertKept(page, sentence);
    await page.getByRole('button', { name: drop, exact: true }).click();
    await page.locator('textarea').waitFor({ state: 'detached' });
    await page.reload();
    await page.locator('.note').waitFor();
    assert.equal(await page.locator('textarea').count(), 0);
    assert.deepEqual(await storedTexts(chat), []);
    assert.deepEqual(troubles, []);
  });
}

test('a draft survives that the store closes the chat, and that the token expires, and can be sent once the chat goes on', async () => {
  const { chat, page } = await typing();
  const path = `/v1/orders/${chat.orderId}/chat/closing`;
  await operator(chat, 'POST', path);
  await assertKept(page);
  await operator(chat, 'DELETE', path);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText(/ · Sent$/).waitFor();
  assert.deepEqual(await storedTexts(chat), [typed]);

  await page.locator('textarea').fill(typed);
  await clock(client, chat.token, { advance_ms: 86_400_001 });
  await page.reload();
  await page.getByRole('heading', { name: 'Please sign in again' }).waitFor();
  await assertKept(page);
  const token = await userToken(client, chat, chat.userId);
  await page.evaluate(
    (token) => document.querySelector('aislechat-order')!.setAttribute('token', token),
    token,
  );
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await eventually(
    () => storedTexts({ ...chat, userToken: token }),
    (texts) => texts.length === 2,
  );
  assert.deepEqual(await storedTexts({ ...chat, userToken: token }), [typed, typed]);
  await page.getByText(/ · Sent$/).waitFor();
});

test('what a shopper is typing stays when another shopper gets the order, and when it is delivered, as does the product that they are about to offer', async () => {
  const chat = await twoPeople(client);
  const { page } = await shopperPage(pages, chat.shopperToken, { orderId: chat.orderId });
  await page.getByRole('button', { name: 'Items 0/1' }).click();
  await page.getByRole('button', { name: 'Replace' }).click();
  await page.getByLabel('Product to offer').fill('Brown eggs');
  await page.getByLabel('Barcode (UPC)').fill('000111222334');
  await page.locator('textarea').fill(typed);
  await advance(client, chat.token, chat.batchId, 'completed');
  await assertKept(page);
  await assertAccessible(page, 'a draft that was not sent');
  assert.equal(await page.getByLabel('Product to offer').inputValue(), 'Brown eggs');
  assert.ok(await page.getByRole('button', { name: 'Offer it' }).isDisabled());
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByLabel('Product to offer').waitFor({ state: 'detached' });

  const other = await twoPeople(client);
  const second = await shopperPage(pages, other.shopperToken, { orderId: other.orderId });
  await second.page.locator('textarea').fill(typed);
  await newBatch(client, other.token, await newShopper(client, other.token, 'Jonah'), other.orderId);
  await second.page.getByRole('heading', { name: 'Another shopper has this order now' }).waitFor();
  await assertKept(second.page);
  await second.page.getByRole('button', { name: 'Delete', exact: true }).click();
  await second.page.locator('textarea').waitFor({ state: 'detached' });
});

test('what a shopper is typing when their token expires is there again once they are signed in', async () => {
  const chat = await twoPeople(client);
  const { orderId } = chat;
  const { page } = await shopperPage(pages, chat.shopperToken, { orderId });
  await page.locator('textarea').fill(typed);
  await clock(client, chat.token, { advance_ms: 86_400_001 });
  await page.reload();
  await page.getByRole('heading', { name: 'Please sign in' }).waitFor();
  const token = await shopperToken(client, chat, chat.shopperId);
  await page.goto(`${client.url}/shopper#token=${token}&shopper=ilse&order=${orderId}`);
  await isDraft(page, typed);
  assert.ok(await page.locator('textarea').isEditable());
});

/** Begins to say what the customer would like instead of a product that the shopper proposes. */
async function writesOnCard(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Something else' }).click();
  await page.locator('.card input').fill('White eggs, please');
}

test('words on the card of a product become a draft when nothing can be answered any more', async () => {
  for (const state of ['checkout', 'completed']) {
    const chat = await twoPeople(client);
    const { orderId, userToken: token } = chat;
    const page = await openTab(await shopPage({ after }, client.url, { orderId, token }));
    await page.locator('textarea').waitFor();
    await proposes(chat);
    await writesOnCard(page);
    await advance(client, chat.token, chat.batchId, state);
    await page.locator('.card').waitFor({ state: 'detached' });
    await isDraft(page, 'White eggs, please');
  }
});

test('words on the card of a product become a draft when they could not be sent', async () => {
  const chat = await twoPeople(client);
  const { orderId, userToken: token } = chat;
  const page = await openTab(await shopPage({ after }, client.url, { orderId, token }));
  await page.locator('textarea').waitFor();
  await proposes(chat);
  await writesOnCard(page);
  await page.context().setOffline(true);
  await page.getByRole('button', { name: 'Send to your shopper' }).click();
  await page.getByText('Your answer could not be sent. Try again.').waitFor();
  await isDraft(page, 'White eggs, please');
});

test('on the page of an order, words on the card of a product become a draft in its chat', async () => {
  const order = await orderPage(client);
  const page = await open(order.address);
  await page.locator('aislechat-order textarea').waitFor();
  await order.propose('1', 'Firm avocados');
  await writesOnCard(page);
  await order.move('checkout');
  await page.locator('.card').waitFor({ state: 'detached' });
  await isDraft(page, 'White eggs, please');
});

test('a draft goes with the chat when the chat expires', async () => {
  const { chat, page } = await typing();
  await advance(client, chat.token, chat.batchId, 'completed');
  await assertKept(page);
  await clock(client, chat.token, { advance_ms: 86_400_001 });
  const token = await userToken(client, chat, chat.userId);
  await page.locator('aislechat-order').evaluate((one, token) => one.setAttribute('token', token), token);
  await page.getByRole('heading', { name: 'This chat has ended' }).waitFor();
  await page.locator('textarea').waitFor({ state: 'detached' });
});

const draftsOn = (page: Page) =>
  page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes(':draft:')));
const hasNoDraft = (page: Page) =>
  eventually(
    () => draftsOn(page),
    (keys) => keys.length === 0,
  );

for (const messages of ['with messages', 'without any message']) {
  test(`what is begun below an order ${messages} goes when its customer is erased, on all pages`, async () => {
    const { chat, page } = await typing();
    const order = await orderPage(client);
    const linked = await open(order.address);
    await linked.locator('aislechat-order textarea').fill(typed);
    const { page: shopper } = await shopperPage(pages, chat.shopperToken, { orderId: chat.orderId });
    await shopper.locator('textarea').fill(typed);
    if (messages === 'with messages') {
      for (const { orderId, userToken: token } of [chat, order])
        await client.post(chatPath(orderId), { token, body: { body: 'Door code 4711' } });
      for (const one of [page, linked, shopper])
        await one.locator('.bubble', { hasText: 'Door code 4711' }).waitFor();
    }
    for (const one of [page, linked, shopper]) assert.equal((await draftsOn(one)).length, 1);
    for (const one of [chat, order]) await operator(one, 'DELETE', `/v1/users/${one.userId}`);
    for (const one of [page, linked, shopper]) {
      await hasNoDraft(one);
      await isDraft(one, typed, false);
    }
    await page.getByRole('heading', { name: 'Please sign in again' }).waitFor();
    assert.equal(await page.locator('textarea').count(), 0);
    // What is begun afterwards stays.
    await shopper.locator('textarea').fill('On my way');
    await shopper.reload();
    await isDraft(shopper, 'On my way');
  });
}

for (const token of ['the token of before', 'another token']) {
  test(`a page that was closed while its customer was erased drops the draft when it is opened with ${token}`, async () => {
    const { chat, page } = await typing();
    const address = page.url();
    await page.goto('about:blank');
    await operator(chat, 'DELETE', `/v1/users/${chat.userId}`);
    await page.goto(address);
    await page.getByRole('heading', { name: 'Please sign in again' }).waitFor();
    if (token === 'another token') {
      // The draft of another tab of the page.
      await page.evaluate((orderId) => {
        const server = new URL(document.querySelector('script')!.src).origin;
        const draft = JSON.stringify({ text: 'Firm', at: Date.now() });
        localStorage.setItem(`aislechat:${server}:${orderId}:draft:${orderId}`, draft);
      }, chat.orderId);
      const next = await userToken(client, chat, await newUser(client, chat.token));
      await page.locator('aislechat-order').evaluate((one, token) => one.setAttribute('token', token), next);
      await page.locator('aislechat-order[state="unknown"]').waitFor();
    }
    await hasNoDraft(page);
    assert.equal(await page.locator('textarea').count(), 0);
  });
}

test('what a shopper began to write goes when they are erased', async () => {
  const chat = await twoPeople(client);
  const { page } = await shopperPage(pages, chat.shopperToken, { orderId: chat.orderId });
  await page.locator('textarea').fill(typed);
  assert.equal((await draftsOn(page)).length, 1);
  // Without the order's chat only the list is open.
  await page.evaluate(() => {
    location.hash = '';
  });
  await page.locator('textarea').waitFor({ state: 'detached' });
  await operator(chat, 'DELETE', `/v1/shoppers/${chat.shopperId}`, internal);
  await page.reload();
  await page.getByRole('heading', { name: 'Please sign in' }).waitFor();
  await hasNoDraft(page);
});

test('two tabs of a page have one draft: what is typed, sent or removed in one is so in the other', async () => {
  const { chat, page: first } = await typing();
  const second = await first.context().newPage();
  await second.goto(first.url());
  await isDraft(second, typed);
  await first.locator('textarea').fill('Ripe ones');
  await isDraft(second, 'Ripe ones');
  await first.getByRole('button', { name: 'Send', exact: true }).click();
  await isDraft(second, '');
  // What is still on its way when the order ends is refused.
  await first.getByText(/ · Sent$/).waitFor();
  await first.locator('textarea').fill('And figs');
  await isDraft(second, 'And figs');
  await second.locator('textarea').fill('');
  await isDraft(first, '');
  await advance(client, chat.token, chat.batchId, 'completed');
  for (const page of [first, second]) {
    await page.locator('.note').waitFor();
    assert.equal(await page.locator('textarea').count(), 0);
  }
  assert.deepEqual(await storedTexts(chat), ['Ripe ones']);
});
