/** What a developer sees first. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import type { Page } from 'playwright-core';
import { serveFiles } from '../../client/tests/support/browser.ts';
import { eventually } from '../../server/tests/support/eventually.ts';
import { newPlace } from '../../server/tests/support/place.ts';
import { clientToken } from '../../server/tests/support/scenario.ts';
import { testServer } from '../../server/tests/support/server.ts';
import { assertAccessibleInAllLooks, firstLook } from './support/accessible.ts';
import { pagesUnderTest, troublesOf } from './support/pages.ts';

const { client, open, pagesFolder } = await pagesUnderTest({ after, afterEach }, { AISLECHAT_DEMO: 'true' });

const customer = (page: Page) => page.locator('aislechat-order');
const shopper = (page: Page) => page.locator('aislechat-shopper-chat');
const state = (page: Page, name: string) => page.locator('.state').getByText(name, { exact: true }).waitFor();
const orderId = async (page: Page) =>
  (await page.getByRole('heading', { name: /^Order DEMO-/ }).innerText()).replace('Order ', '');
const operatorToken = () => clientToken(client, { clientId: 'demo-client', clientSecret: 'demo-secret' });
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** Creates an order, and waits until the page shows it: what it says of the old one is often true of the new one. */
async function newOrder(page: Page): Promise<void> {
  const before = await orderId(page);
  await press(page, 'New order');
  await eventually(
    () => orderId(page),
    (id) => id !== before,
  );
}

test('both sides of the demo’s order can talk, their requests are shown as curl commands, and the lines to embed show the order’s chat on a page of one’s own', async (t) => {
  const since = performance.now();
  const page = await open('about:blank', { viewport: { width: 1280, height: 900 } });
  const troubles = troublesOf(page);
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== client.url) troubles.push(request.url());
  });
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(client.url);
  await customer(page).locator('textarea').fill('Firm ones are fine');
  await customer(page).locator('.send').click();
  await shopper(page).getByText('Firm ones are fine').waitFor();
  await shopper(page).locator('textarea').fill('Done');
  await shopper(page).locator('.send').click();
  await customer(page).getByText('Done', { exact: true }).waitFor();
  t.diagnostic(`two people talk after ${Math.round(performance.now() - since)} ms`);

  await page.locator('aislechat-phone').getByText('Shopping for your order has started').waitFor();
  await page
    .getByRole('button', { name: 'Copy POST /v2/post_checkout/chat/DEMO-1/messages as curl' })
    .last()
    .click();
  const copied = (wanted: RegExp) =>
    eventually(
      () => page.evaluate(() => navigator.clipboard.readText()),
      (text) => wanted.test(text),
    );
  assert.match(
    await copied(/^curl/),
    /^curl -X POST 'http:.*-H 'authorization: Bearer .*-d '\{"body":"Firm ones are fine"\}'$/,
  );
  assert.deepEqual(troubles, []);

  await page.getByRole('button', { name: 'Copy the lines to embed' }).click();
  const lines = await copied(/<aislechat-order/);
  const own = await open(
    await serveFiles(t, {
      '/index.html': `<!doctype html><html lang="en"><title>Shop</title><main>${lines}</main></html>`,
    }),
  );
  await own.locator('aislechat-order textarea').fill('From my own page');
  await own.locator('.send').click();
  await shopper(page).getByText('From my own page').waitFor();
});

test('the steps move the order, its state is shown, and a step that cannot happen is disabled with the reason', async () => {
  const page = await open(client.url, { viewport: { width: 1280, height: 900 } });
  await shopper(page).locator('textarea').waitFor();
  await state(page, 'Being picked');
  await press(page, 'Hand over to another shopper');
  await customer(page).getByText('has taken over your order').waitFor();
  await shopper(page).locator('textarea').fill('Hello, I am new');
  await shopper(page).locator('.send').click();
  await customer(page).getByText('Hello, I am new').waitFor();
  await press(page, 'On its way');
  await state(page, 'On its way');
  const onItsWay = page.getByRole('button', { name: 'On its way', exact: true });
  await page.getByText('The order is on its way already.').waitFor();
  assert.equal(await onItsWay.isDisabled(), true);
  assert.equal(await onItsWay.getAttribute('aria-describedby'), 'why');
  await press(page, 'Delivered');
  await customer(page).getByText('This order is complete.').waitFor();
  await state(page, 'Delivered');
  await page.getByText('The order was delivered, so no step is left. Start a new order.').waitFor();
  for (const name of ['Hand over to another shopper', 'On its way', 'Delivered', 'Canceled']) {
    assert.equal(await page.getByRole('button', { name, exact: true }).isDisabled(), true, name);
  }
  await press(page, '+24 hours');
  await customer(page).getByText('This chat has ended').waitFor();
  await state(page, 'Chat expired');
  await newOrder(page);
  await state(page, 'Being picked');
  await customer(page).locator('textarea').fill('Again');
  await customer(page).locator('.send').click();
  await shopper(page).getByText('Again', { exact: true }).waitFor();
});

test('coming back shows an order that goes on: the newest, or a new one if every order is over; all times are in the time zone of the store', async () => {
  const page = await open(client.url, { timezoneId: 'Asia/Tokyo' });
  await state(page, 'Being picked');
  const clock = page.locator('.clock');
  assert.match(await clock.innerText(), /M[SD]T$/);
  const shown = await clock.innerText();
  const hour = new Intl.DateTimeFormat('en', { hour: 'numeric', timeZone: 'America/Denver' });
  const { body } = await client.get('/v1/sandbox/clock', { token: await operatorToken() });
  const [digits] = hour.format(new Date(body.now)).split(/\s/);
  assert.match(shown, new RegExp(`, ${digits}:`));

  const first = await orderId(page);
  await newOrder(page);
  const second = await orderId(page);
  await page.reload();
  await page.getByRole('heading', { name: `Order ${second}`, exact: true }).waitFor();
  await press(page, 'Canceled');
  await state(page, 'Canceled');
  await page.reload();
  await page.getByRole('heading', { name: `Order ${first}`, exact: true }).waitFor();
  await press(page, 'Canceled');
  await state(page, 'Canceled');
  const another = await open(client.url);
  await another.getByText('No order was in progress, so the page created a new one.').waitFor();
  await state(another, 'Being picked');
  assert.notEqual(await orderId(another), first);
  await customer(another).locator('textarea').waitFor();
  // An address that names an order shows it for as long as its chat can be read.
  await page.goto(`${client.url}/?order=${first}`);
  await page.getByRole('heading', { name: `Order ${first}`, exact: true }).waitFor();
  await page.goto(`${client.url}/?order=nothing`);
  await page.getByText('Order nothing is over or does not exist').waitFor();
});

test('what is typed on the phone stays when an answer fails; while the chat is closed a text message reaches the phone, and its answer is in the chat', async () => {
  const page = await open(client.url, { viewport: { width: 1280, height: 900 } });
  await shopper(page).locator('textarea').waitFor();
  await newOrder(page);
  await page.getByText('No text messages yet.').waitFor();
  const phone = page.locator('aislechat-phone');
  const field = phone.getByRole('textbox');
  const sent = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const messages = '**/v1/sandbox/phones/*/messages';
  await page.route(messages, async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    sent.resolve();
    await go.promise;
    await route.abort();
  });
  await field.fill('First');
  await phone.getByRole('button', { name: 'Send' }).click();
  await sent.promise;
  assert.equal(await field.inputValue(), '');
  await field.fill('Second');
  go.resolve();
  await phone.locator('.problem').filter({ hasText: /./ }).waitFor();
  assert.equal(await field.inputValue(), 'Second');
  await Promise.all([
    page.waitForEvent('requestfailed'),
    phone.getByRole('button', { name: 'Send' }).click(),
  ]);
  await eventually(
    () => field.inputValue(),
    (value) => value === 'Second',
  );
  await page.unrouteAll({ behavior: 'wait' });

  await page.getByLabel('Noor has the chat open').uncheck();
  await customer(page).waitFor({ state: 'detached' });
  // The shopper's chat is the new order's.
  const heading = await page.getByRole('heading', { name: /^Order DEMO-/ }).innerText();
  await shopper(page)
    .locator('bdi')
    .getByText(heading.replace('Order ', ''), { exact: true })
    .first()
    .waitFor();
  await shopper(page).locator('textarea').fill('The limes are out');
  await shopper(page).locator('.send').click();
  await phone.locator('li.to_phone').filter({ hasText: 'Ilse' }).waitFor();
  const number = await phone.locator('.number').innerText();
  assert.match(number, /^\+130355501\d\d$/);
  await phone.getByRole('textbox').fill('Lemons are fine');
  await phone.getByRole('button', { name: 'Send' }).click();
  await shopper(page).getByText('Lemons are fine').waitFor();
  await phone.locator('li.from_phone').filter({ hasText: 'Lemons are fine' }).waitFor();
  await phone.getByRole('textbox').fill('STOP');
  await phone.getByRole('button', { name: 'Send' }).click();
  await phone.getByText('You will get no more text messages').waitFor();
  await phone.getByRole('textbox').fill('START');
  await phone.getByRole('button', { name: 'Send' }).click();
  await phone.locator('li').nth(4).waitFor();
  // A long conversation scrolls in the phone, and the page ends with its last line.
  const token = await operatorToken();
  for (let n = 0; n < 6; n++) {
    const answer = { token, body: { text: `${n}: ${'A long answer. '.repeat(60)}` } };
    const { status } = await client.post(`/v1/sandbox/phones/${encodeURIComponent(number)}/messages`, answer);
    assert.equal(status, 200);
  }
  await phone.locator('li.from_phone').filter({ hasText: '5: A long' }).waitFor();
  const below = await page.evaluate(
    () => document.documentElement.scrollHeight - document.body.getBoundingClientRect().bottom - scrollY,
  );
  assert.ok(below < 50, `${below} px of nothing`);
});

test('the keyboard reaches every control in the order of the page; requests are filtered by method, path and status, and stay in place while new ones come', async () => {
  const page = await open(client.url, { viewport: { width: 1280, height: 900 } });
  await shopper(page).locator('textarea').waitFor();
  const reached: string[] = [];
  for (let n = 0; n < 80 && !reached.at(-1)?.startsWith('summary'); n++) {
    await page.keyboard.press('Tab');
    reached.push(
      await page.evaluate(() => {
        let focused = document.activeElement;
        while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
        const name = focused?.getAttribute('aria-label') ?? (focused as HTMLElement | null)?.innerText ?? '';
        return `${focused?.localName} ${name.trim()}`;
      }),
    );
  }
  const wanted = [
    'textarea Write a message',
    'button +1 hour',
    'button On its way',
    'button New order',
    'input Answer by text message',
    'button Copy the lines to embed',
    'a First chat',
    'input ',
  ];
  let from = 0;
  for (const name of wanted) {
    const at = reached.indexOf(name, from);
    assert.ok(at >= 0, `${name} in ${reached.slice(from).join(', ')}`);
    from = at + 1;
  }

  const log = page.locator('aislechat-request-log');
  const rows = log.locator('li');
  const filter = log.getByRole('searchbox');
  await filter.fill('post /v2/oauth 2xx');
  await eventually(
    () => rows.locator('summary').allInnerTexts(),
    (all) => all.length > 0 && all.every((text) => /POST\s+\/v2\/oauth\/token\s+200/.test(text)),
  );
  await filter.fill('delete');
  await log.getByText('No request matches the filter.').waitFor();
  await filter.fill('');
  const list = log.locator('ol');
  // Low, so that few rows are enough to scroll.
  await page.setViewportSize({ width: 1280, height: 300 });
  await eventually(
    () => list.evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight),
    (px) => px > 60,
  );
  await list.evaluate((element) => element.scrollTo(0, 50));
  const top = () =>
    list.evaluate((element) => {
      const rows = [...element.querySelectorAll('li')];
      const { top } = element.getBoundingClientRect();
      const row = rows.find((one) => one.getBoundingClientRect().bottom > top)!;
      return { text: row.innerText, px: row.getBoundingClientRect().top - top, scrollTop: element.scrollTop };
    });
  await page.waitForFunction(
    () =>
      document
        .querySelector('aislechat-first-screen')!
        .shadowRoot!.querySelector<HTMLElement & { upTo?: number }>('aislechat-request-log')!.upTo !==
      undefined,
  );
  const before = await top();
  await press(page, '+1 hour');
  const newer = log.getByRole('button', { name: /^Show \d+ newer$/ });
  await newer.waitFor();
  assert.deepEqual(await top(), before);
  await newer.click();
  await rows.filter({ hasText: '/v1/sandbox/clock' }).first().waitFor();
  assert.equal(await list.evaluate(({ scrollTop }) => scrollTop), 0);
  await newer.waitFor({ state: 'detached' });
  // An open request stays in place too.
  await rows.first().locator('summary').click();
  const opened = await rows.first().innerText();
  await press(page, '+1 hour');
  await newer.waitFor();
  assert.equal(await rows.first().innerText(), opened);
});

test('the first screen is accessible in every look', async () => {
  const page = await open(client.url, firstLook);
  await shopper(page).locator('textarea').waitFor();
  await page.locator('aislechat-request-log summary').first().click();
  await assertAccessibleInAllLooks(page, 'open');
  await page.getByLabel('Noor has the chat open').uncheck();
  await press(page, 'On its way');
  await state(page, 'On its way');
  await page.locator('aislechat-phone li').first().waitFor();
  await assertAccessibleInAllLooks(page, 'on its way');
  await page.evaluate(() => {
    document.documentElement.style.fontSize = '200%';
  });
  await assertAccessibleInAllLooks(page, '200 % text');
  await newOrder(page);
  await state(page, 'Being picked');
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
