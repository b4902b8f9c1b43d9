/** What the customer's element says before, after and without a conversation. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import type { Page } from 'playwright-core';
import { serveFiles } from '../../client/tests/support/browser.ts';
import { eventually } from '../../server/tests/support/eventually.ts';
import {
  advance,
  chatPath,
  clock,
  newBatch,
  newOrder,
  newShopper,
  shopperSays,
  shopperToken,
  userToken,
} from '../../server/tests/support/scenario.ts';
import { assertAccessible, beyondTheScreen, casesIn } from './support/accessible.ts';
import { shopPage, storedTexts, troublesOf, twoPeople } from './support/pages.ts';
import { tabsUnderTest } from './support/tabs.ts';

const { client, open, openTab } = await tabsUnderTest({ after, afterEach });
type Chat = Awaited<ReturnType<typeof twoPeople>>;

/** A shop's page with a next step of its own. */
const pageWithStep = ({ orderId, userToken: token }: Pick<Chat, 'orderId' | 'userToken'>, lang = 'en') =>
  serveFiles(
    { after },
    {
      '/index.html': `<!doctype html><html lang="${lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Order</title><script type="module" src="${client.url}/aislechat.js"></script>
<main><h1>Order</h1><aislechat-order order-id="${orderId}" token="${token}"><a slot="next" href="/orders">Your orders</a></aislechat-order></main></html>`,
    },
  );
const heightOf = (page: Page) =>
  page.locator('aislechat-order').evaluate((one) => one.getBoundingClientRect().height);
const stateOf = (page: Page) => page.locator('aislechat-order').getAttribute('state');

test('an empty chat says who shops and what to expect, and suggests a first message that can be taken back', async () => {
  const chat = await twoPeople(client);
  const page = await open('about:blank');
  await page.clock.install();
  const troubles = troublesOf(page);
  await page.goto(await shopPage({ after }, client.url, { orderId: chat.orderId, token: chat.userToken }));
  await page.getByRole('heading', { name: 'Say hello to Ilse' }).waitFor();
  await page.getByText('Ilse sees what you write while shopping').waitFor();
  const suggestions = page.getByRole('group', { name: 'Suggested messages' }).getByRole('button');
  assert.equal(await suggestions.count(), 3);
  await assertAccessible(page, 'opening');
  await suggestions.first().click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await suggestions.nth(1).click();
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  // Until then it can be taken back.
  await page.clock.fastForward(5_000);
  await page.getByText(/ · Sent$/).waitFor();
  assert.deepEqual(await storedTexts(chat), ['If something is out, please refund it.']);
  assert.equal(await page.getByText('Say hello').count(), 0);
  assert.equal(await page.locator('.quick').count(), 0, 'no suggestions after the first message');
  assert.deepEqual(troubles, []);
});

test('after shopping the opening expects no questions about items, and suggests what fits the delivery', async () => {
  const chat = await twoPeople(client);
  const page = await openTab(
    await shopPage({ after }, client.url, { orderId: chat.orderId, token: chat.userToken }),
  );
  await page.getByText('asks you here if something is out of stock').waitFor();
  await advance(client, chat.token, chat.batchId, 'checkout');
  await page.getByText('Ilse sees what you write.').waitFor();
  assert.equal(await page.locator('.quick').count(), 0);
  await advance(client, chat.token, chat.batchId, 'delivering');
  await page.getByText('Ilse sees what you write on the way to you.').waitFor();
  assert.deepEqual(await page.locator('.quick button').allInnerTexts(), [
    'I’m coming down',
    'Please leave it at the door.',
  ]);
});

test('before shopping starts the opening says that the order is there, and that the shopper will ask', async () => {
  const chat = await twoPeople(client);
  const orderId = await newOrder(client, chat.token, chat.userId);
  for (const [lang, title] of casesIn('fr', [
    ['en', 'We have your order'],
    ['fr', 'Nous avons reçu votre commande'],
    ['es', 'Recibimos su pedido'],
  ] as const)) {
    const page = await openTab(
      await shopPage({ after }, client.url, { orderId, token: chat.userToken, lang }),
    );
    await page.getByRole('heading', { name: title }).waitFor();
    assert.equal(await page.locator('.quick').count(), 0);
  }
});

test('a closed chat names the day and the hour, in the order’s zone and the reader’s language, and takes no more room than it needs', async () => {
  const chat = await twoPeople(client, { timezone: 'America/Denver' });
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'Everything is at your door');
  const openPage = await openTab(await pageWithStep(chat));
  await openPage.locator('textarea').waitFor();
  const full = await heightOf(openPage);
  assert.equal(await openPage.getByRole('link', { name: 'Your orders' }).count(), 0);
  const day = await clock(client, chat.token, { frozen: true });
  const at = Date.parse(day.body.now) + 86_400_000;
  await advance(client, chat.token, chat.batchId, 'completed');
  const until = (locale: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone: 'America/Denver', ...options }).format(at);
  const hour = { hour: 'numeric', minute: '2-digit' } as const;
  for (const [lang, start] of casesIn('fr', [
    ['en', 'You can read the chat until '],
    ['fr', 'La conversation reste lisible jusqu’à '],
    ['es', 'Puede leer el chat hasta el '],
  ] as const)) {
    const page = await openTab(await pageWithStep(chat, lang));
    await page.getByText(`${start}${until(lang, { weekday: 'long' })}, ${until(lang, hour)}.`).waitFor();
  }
  assert.equal(await stateOf(openPage), 'closed');
  assert.ok((await heightOf(openPage)) < full - 100);
  await openPage.getByRole('link', { name: 'Your orders' }).waitFor();
  await openPage.getByText('Everything is at your door').waitFor();
  await assertAccessible(openPage, 'closed');
});

test('a long closed chat still scrolls within the height that the page gave it', async () => {
  const chat = await twoPeople(client);
  for (let n = 0; n < 40; n++)
    await shopperSays(client, chat.token, chat.shopperId, chat.orderId, `line ${n}`);
  const page = await openTab(await pageWithStep(chat));
  await page.locator('textarea').waitFor();
  const full = await heightOf(page);
  await advance(client, chat.token, chat.batchId, 'completed');
  await page.locator('.note').waitFor();
  assert.equal(await heightOf(page), full);
  const log = await page
    .locator('.log')
    .evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight);
  assert.ok(log > 500);
});

test('an expired, an unknown and a refused chat, and none at all, collapse to what they say and the shop’s next step', async () => {
  const chat = await twoPeople(client);
  const page = await openTab(await pageWithStep({ ...chat, orderId: 'no-such-order' }), {
    width: 320,
    height: 640,
  });
  const show = ({ orderId, userToken }: Pick<Chat, 'orderId' | 'userToken'>) =>
    page.evaluate(
      ([id, token]) => {
        const element = document.querySelector('aislechat-order')!;
        element.setAttribute('order-id', id!);
        element.setAttribute('token', token!);
      },
      [orderId, userToken],
    );
  const assertCollapsed = async (state: string, title: string) => {
    await page.getByRole('heading', { name: title }).waitFor();
    assert.equal(await stateOf(page), state);
    assert.ok((await heightOf(page)) < 300, `${state} is ${await heightOf(page)} px high`);
    await page.getByRole('link', { name: 'Your orders' }).waitFor();
    assert.equal(await page.locator('.avatar').count(), 0);
    await assertAccessible(page, state);
  };
  await assertCollapsed('unknown', 'Order not found');
  await show({ ...chat, userToken: 'not-a-token' });
  await assertCollapsed('refused', 'Please sign in again');
  await show(await twoPeople(client, { shopper_information_removal: true }));
  await assertCollapsed('removed', 'There is no chat for this order');
  await advance(client, chat.token, chat.batchId, 'completed');
  await clock(client, chat.token, { advance_ms: 86_400_001 });
  await show({ ...chat, userToken: await userToken(client, chat, chat.userId) });
  await assertCollapsed('expired', 'This chat has ended');
});

test('a message that the server cannot take says why', async () => {
  const chat = await twoPeople(client);
  const page = await openTab(
    await shopPage({ after }, client.url, { orderId: chat.orderId, token: chat.userToken }),
  );
  await page.locator('textarea').waitFor();
  const refusals = [
    [403, null, 'No more messages can be made', 'This order has as many messages as it can have.'],
    [400, 1001, 'body is too strange', 'The store cannot take this text.'],
  ] as const;
  for (const [status, code, message, reason] of refusals) {
    await page.route('**/messages', (route) =>
      route.request().method() === 'POST'
        ? route.fulfill({
            status,
            headers: { 'access-control-allow-origin': '*' },
            json: { error: { message, code }, meta: {} },
          })
        : route.continue(),
    );
    await page.locator('textarea').fill('Hello');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText(`Not sent. ${reason}`).waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.unrouteAll();
  }
});

for (const [lang, unsent] of casesIn('fr-CA', [
  ['fr-CA', 'Pas encore envoyé. Nouvel essai en cours.'],
  ['en', 'Not sent yet. Trying again.'],
  ['es', 'Aún no se ha enviado. Se está intentando de nuevo.'],
] as const)) {
  test(`a server that fails is not called a missing network, and the message goes out later, in ${lang}`, async () => {
    const chat = await twoPeople(client);
    const page = await openTab(
      await shopPage({ after }, client.url, { orderId: chat.orderId, token: chat.userToken, lang }),
    );
    await page.locator('textarea').waitFor();
    await page.route('**/messages', (route) =>
      route.request().method() === 'POST'
        ? route.fulfill({ status: 500, headers: { 'access-control-allow-origin': '*' }, body: '' })
        : route.continue(),
    );
    await page.locator('textarea').fill('Two limes');
    await page.locator('.send').click();
    await page.locator('.message .below').getByText(unsent, { exact: true }).waitFor();
    assert.equal(await page.locator('.banner').count(), 0);
    await page.unrouteAll();
    await page.waitForFunction(() => {
      dispatchEvent(new Event('online'));
      return document.querySelector('aislechat-order')!.shadowRoot!.querySelector('.own:not(.unsent)');
    });
    assert.deepEqual(await storedTexts(chat), ['Two limes']);
  });
}

for (const [lang, sentence] of casesIn('es', [
  ['es', 'está haciendo su compra'],
  ['en', 'is shopping for you'],
  ['fr-CA', 'fait vos achats'],
] as const)) {
  test(`at 320 px a long name leaves what the shopper is doing whole in ${lang}`, async () => {
    for (const name of ['Guðrún Sigríður Þorvaldsdóttir Hákonarson', 'Þorvaldsdóttir'.repeat(4)]) {
      const chat = await twoPeople(client);
      const shopperId = await newShopper(client, chat.token, name);
      await newBatch(client, chat.token, shopperId, chat.orderId);
      const page = await openTab(
        await shopPage({ after }, client.url, { orderId: chat.orderId, token: chat.userToken, lang }),
        { width: 320, height: 640 },
      );
      const line = page.locator('.who p', { hasText: `${name} ${sentence}` });
      await line.waitFor();
      assert.ok(await line.evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth));
      const all = page.locator('section.chat');
      assert.deepEqual(await beyondTheScreen(all), []);
      await shopperSays(client, chat.token, shopperId, chat.orderId, 'Hello');
      await page.locator('.message .name').waitFor();
      const token = await shopperToken(client, chat, shopperId);
      await client.post(`/v1/orders/${chat.orderId}/typing`, { token });
      await page.locator('.status [role=status]').getByText(name).waitFor();
      assert.deepEqual(await beyondTheScreen(all), []);
    }
  });
}

test('the longest name leaves room for the log, and the field in sight', async () => {
  const chat = await twoPeople(client);
  const shopperId = await newShopper(client, chat.token, 'Guðrún '.repeat(36).trim());
  await newBatch(client, chat.token, shopperId, chat.orderId);
  await shopperSays(client, chat.token, shopperId, chat.orderId, 'Hello');
  const page = await openTab(
    await shopPage({ after }, client.url, { orderId: chat.orderId, token: chat.userToken }),
    { width: 320, height: 640 },
  );
  await page.locator('.bubble').waitFor();
  const [log, below] = await page.locator('.log').evaluate((log) => {
    const { bottom } = log.parentElement!.getBoundingClientRect();
    const composer = log.parentElement!.querySelector('.composer')!;
    return [log.clientHeight, composer.getBoundingClientRect().bottom - bottom];
  });
  assert.ok(log! >= 60 && below! <= 0, `${log} px, ${below} px`);
});

test('messages that arrive while another is being marked as read are marked by one more request', async () => {
  const chat = await twoPeople(client);
  const say = (text: string) => shopperSays(client, chat.token, chat.shopperId, chat.orderId, text);
  const page = await openTab('about:blank');
  const [isMarked, isHeld] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let marks = 0;
  await page.route(`**${chatPath(chat.orderId)}`, async (route) => {
    if (route.request().method() !== 'PUT') return route.fallback();
    marks += 1;
    if (marks > 1) return route.fallback();
    const response = await route.fetch();
    isMarked.resolve();
    await isHeld.promise;
    return route.fulfill({ response });
  });
  await page.goto(await shopPage({ after }, client.url, { orderId: chat.orderId, token: chat.userToken }));
  await page.getByText('Say hello to Ilse').waitFor();
  await say('one');
  await isMarked.promise;
  await say('two');
  await say('three');
  await page.getByText('three', { exact: true }).waitFor();
  assert.equal(marks, 1);
  isHeld.resolve();
  const readAll = () => client.get(chatPath(chat.orderId), { token: chat.userToken });
  await eventually(readAll, ({ body }) => body.chat_messages.every(({ read }: { read: boolean }) => read));
  assert.equal(marks, 2);
});

test('the line “New messages” is never above a message that the reader saw arrive', async () => {
  const chat = await twoPeople(client);
  const say = (text: string) => shopperSays(client, chat.token, chat.shopperId, chat.orderId, text);
  const page = await openTab(
    await shopPage({ after }, client.url, { orderId: chat.orderId, token: chat.userToken }),
  );
  await page.getByText('Say hello to Ilse').waitFor();
  const line = page.locator('.unread');
  // The first message, and several at once.
  await say('one');
  await page.getByText('one', { exact: true }).waitFor();
  assert.equal(await line.count(), 0);
  await Promise.all([say('two'), say('three'), say('four')]);
  await page.locator('.bubble').nth(3).waitFor();
  assert.equal(await line.count(), 0);
  for (let n = 0; n < 30; n++) await say(`line ${n}`);
  await page.getByText('line 29').waitFor();
  assert.equal(await line.count(), 0);
  const readAll = () => client.get(chatPath(chat.orderId), { token: chat.userToken });
  await eventually(readAll, ({ body }) => body.chat_messages.every(({ read }: { read: boolean }) => read));
  // Further up, the reader does not see it arrive.
  await page.locator('.log').evaluate((log) => {
    log.scrollTop = 0;
  });
  await page.locator('.jump').waitFor();
  await say('below');
  await line.waitFor();
  const jump = page.locator('.jump');
  await jump.getByText('1 new').waitFor();
  // The pill stands beside the log, not on it.
  const boxes = await page.locator('.chat').evaluate((chat) => {
    const box = (selector: string) => chat.querySelector(selector)!.getBoundingClientRect();
    return { end: box('.log').bottom, pill: box('.jump').top };
  });
  assert.ok(boxes.pill >= boxes.end - 0.5, JSON.stringify(boxes));
  await jump.click();
  await page.getByText('below').waitFor();
  await jump.waitFor({ state: 'detached' });
  await say('seen');
  await page.getByText('seen', { exact: true }).waitFor();
  await line.waitFor({ state: 'detached' });
});

test('an element without a token, or without an order, says so in the console', async () => {
  const page = await open('about:blank');
  await page.clock.install();
  let warnings: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'warning') warnings.push(message.text());
  });
  for (const [attributes, missing] of [
    ['order-id="A-1"', 'token'],
    ['token="x"', 'order-id'],
  ] as const) {
    warnings = [];
    await page.goto(
      await serveFiles(
        { after },
        {
          '/index.html': `<script type="module" src="${client.url}/aislechat.js"></script><aislechat-order ${attributes}></aislechat-order>`,
        },
      ),
    );
    await page.locator('.skeleton').waitFor();
    assert.deepEqual(warnings, []);
    const warned = page.waitForEvent('console');
    await page.clock.fastForward(4_000);
    await warned;
    assert.deepEqual(warnings, [`<aislechat-order> shows nothing, because it has no ${missing}.`]);
  }
});
