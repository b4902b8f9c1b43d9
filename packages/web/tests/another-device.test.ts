/** The page of an order whose link is bound to a device, as it opens on that one and on others. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { chatPath, clock, shopperSays } from '../../server/tests/support/scenario.ts';
import { assertAccessible, casesIn } from './support/accessible.ts';
import { type OrderPageUnderTest, orderPage } from './support/order-page.ts';
import { pagesUnderTest } from './support/pages.ts';

const { client, open } = await pagesUnderTest({ after, afterEach });
const hourMs = 3_600_000;
let numbers = 0;

interface BoundOrder extends OrderPageUnderTest {
  phone: string;
}

/** The token of a device whose secret is this letter 43 times. */
const tokenOf = ({ address }: OrderPageUnderTest, letter: string): string =>
  `${address.split('/').at(-1)}.${letter.repeat(43)}`;

/** An order whose link is for one device, and open on none yet. */
async function unboundOrder(): Promise<BoundOrder> {
  const phone = `+13035556${String(100 + ++numbers)}`;
  const settings = { link_bound_to_device: true, sms_notifications: 'notice' };
  return { ...(await orderPage(client, settings, { phone })), phone };
}

/** An order whose link is bound to a first device, which has no page. */
async function boundOrder(): Promise<BoundOrder> {
  const order = await unboundOrder();
  const { status } = await client.post('/v1/order-page/device', { token: tokenOf(order, 'f') });
  assert.equal(status, 200);
  return order;
}

/** A phone in another browser. */
const elsewhere = async ({ address }: BoundOrder, options: BrowserContextOptions = {}): Promise<Page> => {
  const page = await open(address, { viewport: { width: 320, height: 640 }, ...options });
  await page.locator('.over').waitFor();
  return page;
};

async function newestCode({ phone, token }: BoundOrder): Promise<string> {
  const path = `/v1/sandbox/phones/${encodeURIComponent(phone)}/messages`;
  const { body } = await client.get(path, { token });
  const texts: string[] = body.messages.map(({ text }: { text: string }) => text);
  // A notice about the order may come after it.
  return /\b\d{6}\b/.exec(texts.findLast((text) => /\b\d{6}\b/.test(text))!)![0];
}

const otherThan = (code: string): string => String((Number(code) + 1) % 1e6).padStart(6, '0');
const focused = (page: Page) =>
  page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.getAttribute('name') ?? '');

test('a customer opens the link on a second phone with the code of a text message, by keyboard alone', async () => {
  const order = await unboundOrder();
  const first = await open(order.address);
  await first.getByRole('heading', { level: 1, name: 'Shopping in progress' }).waitFor();
  const page = await elsewhere(order);
  await page.getByRole('heading', { level: 1, name: 'This link was opened on another device' }).waitFor();
  await assertAccessible(page, 'before a code was sent');
  const end = order.phone.slice(-2);
  const send = page.getByRole('button', { name: `Send a code by SMS to the number ending in ${end}` });
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const field = page.getByLabel(`Code that was sent to the number ending in ${end}`);
  await field.waitFor();
  assert.equal(await send.count(), 0);
  assert.equal(await field.getAttribute('autocomplete'), 'one-time-code');
  assert.equal(await field.getAttribute('inputmode'), 'numeric');
  assert.equal(await focused(page), 'code');
  const code = await newestCode(order);
  await page.keyboard.type(otherThan(code));
  await page.keyboard.press('Enter');
  const problem = page.getByRole('alert');
  await problem.filter({ hasText: 'This code is wrong. Look at the SMS again.' }).waitFor();
  assert.equal(await focused(page), 'code');
  await assertAccessible(page, 'after a wrong code');
  await field.fill(`${code.slice(0, 3)} ${code.slice(3)}`);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Shopping in progress' }).waitFor();

  // Both devices write and read, also after the page is opened again.
  await page.locator('textarea').fill('From my tablet');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await first.getByText('From my tablet').waitFor();
  await page.reload();
  await page.getByText('From my tablet').waitFor();
  await shopperSays(client, order.token, order.shopperId, order.orderId, 'Hello, both of you');
  await page.getByText('Hello, both of you').waitFor();
  await first.reload();
  await first.getByText('Hello, both of you').waitFor();
});

test('the field for a code is there again when the page was unloaded, and the page says when a code was tried too often, and when too many were sent', async () => {
  const order = await boundOrder();
  const page = await elsewhere(order);
  // The phone's clock may be wrong.
  await page.clock.setFixedTime(Date.now() + hourMs);
  await page.getByRole('button', { name: /^Send a code/ }).click();
  const field = page.getByLabel(/^Code that was sent/);
  await field.waitFor();
  await page.reload();
  await field.waitFor();

  const enter = async (code: string, answer: string) => {
    await field.fill(code);
    await page.getByRole('button', { name: 'Open my order' }).click();
    await page.getByRole('alert').filter({ hasText: answer }).waitFor();
  };
  const code = await newestCode(order);
  for (let n = 0; n < 5; n++) await enter(otherThan(code), 'This code is wrong.');
  await enter(code, 'This code is no longer valid. Have another one sent.');
  const again = page.getByRole('button', { name: 'Send another code' });
  const requests: string[] = [];
  page.on(
    'response',
    (response) => void requests.push(`${response.status()} ${new URL(response.url()).pathname}`),
  );
  const sendAgain = async () => {
    const answer = page.waitForResponse((response) => response.url().endsWith('/device/code'));
    await again.click();
    return (await answer).status();
  };
  for (let n = 0; n < 2; n++) assert.equal(await sendAgain(), 200);
  assert.equal(await sendAgain(), 403);
  await page
    .getByRole('alert')
    .filter({ hasText: 'Too many codes were sent. Try again in an hour.' })
    .waitFor();
  await assertAccessible(page, 'too many codes');
  await clock(client, order.token, { advance_ms: hourMs });
  assert.equal(await sendAgain(), 200);
  await field.fill(await newestCode(order));
  await page.getByRole('button', { name: 'Open my order' }).click();
  await page.locator('.steps').waitFor();
});

test('without a number the page says who makes a new link, and the new link opens here', async () => {
  const order = await orderPage(client, { link_bound_to_device: true });
  const first = await open(order.address);
  await first.locator('.steps').waitFor();
  const page = await open(order.address);
  await page.getByRole('heading', { name: 'This link was opened on another device' }).waitFor();
  await page.getByText('Ask the store for a new link to your order.').waitFor();
  assert.equal(await page.getByRole('button').count(), 0);
  await assertAccessible(page, 'without a number');
  const renewed = await client.post(`/v1/orders/${order.orderId}/link`, { token: order.operator });
  await first.getByRole('heading', { name: 'This link no longer works' }).waitFor();
  await page.goto(renewed.body.order_url);
  await page.locator('.steps').waitFor();
});

test('a link that the retailer binds while its page is open stays with that device, and its other tabs', async () => {
  const order = await orderPage(client);
  const page = await open(order.address);
  await page.locator('.steps').waitFor();
  const on = { token: order.operator, body: { link_bound_to_device: true } };
  assert.equal((await client.call('PATCH', '/v1/retailer', on)).status, 200);
  await page.reload();
  // The steps that were kept are there before the link is bound.
  await page.waitForFunction(() => JSON.stringify({ ...localStorage }).includes(':device'));
  await page.locator('textarea').waitFor();
  // The next visit asks with the secret of this device from the start.
  const refused: string[] = [];
  page.on('response', (answer) => {
    if (answer.status() === 403) refused.push(answer.url());
  });
  await page.reload();
  await page.locator('textarea').waitFor();
  assert.deepEqual(refused, []);
  const link = order.address.split('/').at(-1)!;
  assert.equal((await client.get(chatPath(order.orderId), { token: link })).status, 403);
  const tab = await page.context().newPage();
  await tab.goto(order.address);
  await tab.locator('.steps').waitFor();
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  assert.match(kept, /:device/, 'control');
  assert.ok(!kept.includes(link));
});

test('two tabs of one browser are one device, however close together they bind the link', async () => {
  const bind = { link_bound_to_device: true };
  for (const isOpenBefore of [false, true]) {
    const order = await orderPage(client, isOpenBefore ? {} : bind);
    const first = await open('about:blank');
    const tabs = [first, await first.context().newPage()];
    await Promise.all(tabs.map((tab) => tab.goto(order.address)));
    if (isOpenBefore) {
      for (const tab of tabs) await tab.locator('.steps').waitFor();
      const bound = first
        .context()
        .waitForEvent('response', (one) => one.url().endsWith('/order-page/device'));
      const changed = await client.call('PATCH', '/v1/retailer', { token: order.operator, body: bind });
      assert.equal(changed.status, 200);
      await bound;
    }
    for (const tab of tabs) await tab.locator('.steps').waitFor();
    await shopperSays(client, order.token, order.shopperId, order.orderId, 'Hello, both tabs');
    for (const tab of tabs) await tab.getByText('Hello, both tabs').waitFor();
    for (const tab of tabs) await tab.reload();
    for (const tab of tabs) await tab.getByText('Hello, both tabs').waitFor();
  }
});

test('asking for a code shows what has changed meanwhile: the order, or that the link has ended', async () => {
  const order = await boundOrder();
  const page = await elsewhere(order);
  // The page reads a second time when it is shown.
  await page.waitForLoadState('networkidle');
  const off = { token: order.operator, body: { link_bound_to_device: false } };
  assert.equal((await client.call('PATCH', '/v1/retailer', off)).status, 200);
  await page.getByRole('button', { name: /^Send a code/ }).click();
  await page.locator('.steps').waitFor();

  const renewed = await boundOrder();
  const waiting = await elsewhere(renewed);
  await waiting.waitForLoadState('networkidle');
  const path = `/v1/orders/${renewed.orderId}/link`;
  assert.equal((await client.post(path, { token: renewed.operator })).status, 200);
  await waiting.getByRole('button', { name: /^Send a code/ }).click();
  await waiting.getByRole('heading', { name: 'This link no longer works' }).waitFor();
});

test('an open page stays open when its link is bound, and closes when it is no longer one of the devices', async () => {
  const phone = `+13035557${String(100 + ++numbers)}`;
  const order = { ...(await orderPage(client, { sms_notifications: 'notice' }, { phone })), phone };
  const page = await open(order.address);
  await page.locator('textarea').waitFor();
  await shopperSays(client, order.token, order.shopperId, order.orderId, 'Before');
  await page.getByText('Before').waitFor();
  const bound = page.waitForResponse((response) => response.url().endsWith('/v1/order-page/device'));
  const on = { token: order.operator, body: { link_bound_to_device: true } };
  assert.equal((await client.call('PATCH', '/v1/retailer', on)).status, 200);
  await bound;
  await shopperSays(client, order.token, order.shopperId, order.orderId, 'After');
  await page.getByText('After').waitFor();
  for (const letter of ['a', 'b', 'c']) {
    const token = tokenOf(order, letter);
    assert.equal((await client.post('/v1/order-page/device/code', { token })).status, 200);
    const body = { link_code: await newestCode(order) };
    assert.equal((await client.put('/v1/order-page/device', { token, body })).status, 200);
  }
  await page.getByRole('heading', { name: 'This link was opened on another device' }).waitFor();
  assert.equal(await page.getByText('Before').count(), 0);
});

test('the page of a bound link is in the language of its reader, and in the dark the whole window around it is dark', async () => {
  const order = await boundOrder();
  for (const [locale, title, button] of casesIn('fr-FR', [
    ['fr-FR', 'Ce lien a été ouvert sur un autre appareil', /^Envoyer un code par SMS au numéro/],
    ['es-MX', 'Este enlace se abrió en otro dispositivo', /^Enviar un código por SMS al número/],
  ] as const)) {
    const page = await elsewhere(order, { locale });
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await page.getByRole('button', { name: button }).waitFor();
    await assertAccessible(page, locale);

    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 1280, height: 800 });
    const colors = await page.evaluate(() => {
      const order = document.querySelector('aislechat-order-status')!.shadowRoot!.querySelector('.order')!;
      return [order, document.body].map((element) => getComputedStyle(element).backgroundColor);
    });
    assert.equal(colors[0], colors[1]);
    await assertAccessible(page, `${locale}, in the dark`);
  }
});
