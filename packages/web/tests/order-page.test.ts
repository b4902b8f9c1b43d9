/** The page of an order: a customer with nothing but its link, and the shopper on theirs. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { serveFiles } from '../../client/tests/support/browser.ts';
import { eventually } from '../../server/tests/support/eventually.ts';
import { pictureBytes } from '../../server/tests/support/pictures.ts';
import {
  chatPath,
  clock,
  internal,
  newOrganization,
  openChatOf,
  shopperSays,
  shopperToken,
  userToken,
} from '../../server/tests/support/scenario.ts';
import {
  assertAccessible,
  assertAccessibleInAllLooks,
  assertFits,
  beyondTheScreen,
  casesIn,
  firstLook,
  languages,
  setTextSize,
} from './support/accessible.ts';
import { signIn } from './support/console.ts';
import { type OrderPageUnderTest, orderPage } from './support/order-page.ts';
import { pagesUnderTest, shopPage, shopPolicy, storedTexts, troublesOf } from './support/pages.ts';
import { payloads } from './support/payloads.ts';

const { client, open } = await pagesUnderTest({ after, afterEach });
const dayMs = 86_400_000;

/** The page as the customer opens it, with what goes wrong on it. */
async function customer(
  { address }: Pick<OrderPageUnderTest, 'address'>,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; troubles: string[] }> {
  const page = await open('about:blank', options);
  const troubles = troublesOf(page);
  await page.goto(address);
  await page.locator('.steps, .over').first().waitFor();
  return { page, troubles };
}

const title = (page: Page, text: string) => page.getByRole('heading', { level: 1, name: text }).waitFor();
const itemOf = async ({ orderId, userToken: token }: OrderPageUnderTest, n: number) =>
  (await client.get(`/v2/post_checkout/orders/${orderId}/items`, { token })).body.line_items[n];

test('a whole order in two browsers: steps, two replacements, chat, delivery, rating and expiry', async () => {
  const order = await orderPage(client, {}, { state: 'acknowledged' });
  const { page, troubles } = await customer(order, { viewport: { width: 390, height: 800 } });
  await title(page, 'We got your order');
  await page.getByText(/^Arriving \w+day, /).waitFor();

  const token = await shopperToken(client, order, order.shopperId);
  const shopper = await open(`${client.url}/shopper#token=${token}&shopper=ilse`);
  await order.move('picking');
  await title(page, 'Shopping in progress');
  await shopper.getByRole('link').first().click();
  await shopper.getByRole('button', { name: 'Items 0/3' }).click();
  const lines = shopper.getByRole('list', { name: 'Items' }).getByRole('listitem');
  await lines.nth(1).getByRole('button', { name: 'Found' }).click();
  await page.getByText('3 ordered, 1 picked so far').waitFor();
  for (const [n, name] of [
    [0, 'Firm avocados'],
    [2, 'Brown eggs'],
  ] as const) {
    await lines.nth(n).getByRole('button', { name: 'Replace' }).click();
    await lines.nth(n).getByLabel('Product to offer').fill(name);
    await lines.nth(n).getByLabel('Barcode (UPC)').fill('000111222334');
    await lines.nth(n).getByRole('button', { name: 'Offer it' }).click();
    await page.getByRole('region', { name }).waitFor();
  }
  await title(page, 'Review replacements');

  // The first is approved, and the approval taken back and given again.
  const firm = page.getByRole('region', { name: 'Firm avocados' });
  await firm.getByRole('button', { name: 'Yes, take it' }).click();
  await lines.nth(0).getByText('Replacement approved').waitFor();
  await page.getByRole('button', { name: /^Undo/ }).click();
  await lines.nth(0).getByText('Replacement proposed').waitFor();
  await firm.getByRole('button', { name: 'Yes, take it' }).click();
  await lines.nth(0).getByText('Replacement approved').waitFor();
  // For the second the customer wants something else, in words.
  const eggs = page.getByRole('region', { name: 'Brown eggs' });
  await eggs.getByRole('button', { name: 'Something else' }).click();
  await eggs.getByRole('textbox').fill('Any free-range ones');
  await eggs.getByRole('button', { name: 'Send to your shopper' }).click();
  await lines.nth(2).getByText('The customer wants something else').waitFor();
  await shopper.locator('.bubble').getByText('Any free-range ones').waitFor();
  // Once the shopper has acted, the answer cannot be taken back any more.
  await lines.nth(2).getByRole('button', { name: 'Refund' }).click();
  await page.getByText('Refunded', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Undo: You took Firm avocados' }).waitFor();
  assert.equal(await page.getByRole('button', { name: /^Undo/ }).count(), 1);

  await page.getByRole('button', { name: 'I’m coming down' }).click();
  await shopper.locator('.bubble').getByText('I’m coming down').waitFor();
  await order.move('checkout');
  await title(page, 'Shopping complete');
  await order.move('delivering');
  await title(page, 'Out for delivery');
  await client.put(`/v1/orders/${order.orderId}/location`, {
    token: order.operator,
    body: { coordinates: { latitude: 39.7392, longitude: -104.9903 } },
  });
  await page.reload();
  await page.getByText('1 mi away').waitFor();
  assert.match((await page.getByRole('link', { name: 'Open in your map' }).getAttribute('href'))!, /^geo:39/);

  await order.move('delivered');
  await title(page, 'Delivered');
  await page.getByRole('radio', { name: '4 of 5 stars' }).check();
  await page.getByRole('checkbox', { name: 'Good replacements' }).check();
  await page.getByLabel('A note for Ilse').fill('Thank you, Ilse!');
  const rating = page.getByRole('region', { name: 'How was your order?' });
  await rating.getByRole('button', { name: 'Send' }).click();
  await rating.getByText('Thank you for your rating. 4 of 5 stars').waitFor();
  await shopper.locator('.bubble').getByText('Thank you, Ilse!').waitFor();

  await clock(client, order.token, { advance_ms: dayMs + 1 });
  await title(page, 'This page has ended');
  assert.equal(await page.locator('.log, .items').count(), 0);
  assert.deepEqual(
    await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes(':page'))),
    [],
  );
  assert.deepEqual(troubles, []);
});

test('an order that is picked up, with a delegate', async () => {
  const order = await orderPage(
    client,
    { pickup_instructions: 'Spaces 1 to 6, behind the store.' },
    { kind: 'pickup', state: 'picking' },
  );
  const { page, troubles } = await customer(order);
  const part = page.getByRole('region', { name: 'Pick up your order' });
  await part.getByText('Spaces 1 to 6, behind the store.').waitFor();
  assert.equal(await part.getByRole('button', { name: 'I am here' }).count(), 0);
  await order.move('staged');
  await title(page, 'Ready for pickup');
  await part.getByRole('button', { name: 'I am on my way' }).click();
  await part.getByLabel('I will be there in').selectOption('20 minutes');
  await part.getByRole('button', { name: 'Tell the store' }).click();
  await part.getByText(/^Expected at the store: /).waitFor();
  const day = new Date(Date.now() + 2 * dayMs);
  await client.post(`/v2/post_checkout/orders/${order.orderId}/pickup/schedule_pickup`, {
    token: order.userToken,
    body: { schedule_pickup_eta: day.toISOString() },
  });
  const written = { month: 'short', day: 'numeric', timeZone: 'America/Denver' } as const;
  await part.getByText(`Expected at the store: ${day.toLocaleDateString('en-US', written)}, `).waitFor();
  await part.getByRole('button', { name: 'Somebody else picks it up' }).click();
  await part.getByLabel('Name').fill('Sam');
  await part.getByLabel('Phone number').fill('12');
  await part.getByRole('button', { name: 'Save' }).click();
  await part.getByRole('alert').waitFor();
  await part.getByLabel('Phone number').fill('+1 303 555 0123');
  await part.getByRole('button', { name: 'Save' }).click();
  await part.getByText('Sam picks up your order.').waitFor();
  await part.getByRole('button', { name: 'Sam is here' }).click();
  await part.getByText('The store knows that you are here.').waitFor();
  const { body } = await client.get(`/v1/orders/${order.orderId}`, { token: order.operator });
  assert.equal(body.workflow_state, 'user_at_store');
  await order.move('delivered');
  await title(page, 'Picked up');
  assert.deepEqual(troubles, []);
});

test('what the page says of each replacement agrees with what it counts, before and after the order moves on', async () => {
  const order = await orderPage(client);
  const { page } = await customer(order);
  const part = page.getByRole('region', { name: 'Items' });
  const said = (count: string, ...states: string[]) =>
    eventually(
      () => part.locator('.muted').allInnerTexts(),
      (texts) => JSON.stringify(texts) === JSON.stringify([count, ...states]),
    );
  const gone = () => part.locator('.gone').allInnerTexts();
  for (const [line, name] of [
    ['1', 'Firm avocados'],
    ['2', 'Soy milk'],
    ['3', 'Brown eggs'],
  ] as const)
    await order.propose(line, name);
  await page.getByRole('region', { name: 'Soy milk' }).getByRole('button', { name: 'Yes, take it' }).click();
  await page
    .getByRole('region', { name: 'Brown eggs' })
    .getByRole('button', { name: 'No, refund it' })
    .click();
  await said(
    '3 ordered, 1 picked so far',
    'Waiting for your answer: Firm avocados × 2',
    'Replaced with Soy milk × 2',
    'Refunded',
  );
  assert.deepEqual(await gone(), ['Oat milk', 'Free-range eggs, ten']);
  for (const [state, heading] of [
    ['checkout', 'Shopping complete'],
    ['delivering', 'Out for delivery'],
    ['delivered', 'Delivered'],
  ] as const) {
    await order.move(state);
    await title(page, heading);
    await said(
      '3 ordered, 2 in your bags',
      'Replaced with Firm avocados × 2',
      'Replaced with Soy milk × 2',
      'Refunded',
    );
  }
  assert.deepEqual(await gone(), ['Ripe avocados × 2', 'Oat milk', 'Free-range eggs, ten']);
});

test('a product that the customer asked not to get is not counted, and a canceled order is in no bags', async () => {
  const order = await orderPage(client);
  await order.pick('2', { status: 'found' });
  await order.propose('1', 'Firm avocados');
  const { page } = await customer(order);
  await page.getByRole('button', { name: 'Something else' }).click();
  await page.locator('.card').getByRole('textbox').fill('Any soft ones');
  await page.getByRole('button', { name: 'Send to your shopper' }).click();
  const part = page.getByRole('region', { name: 'Items' });
  await part.getByText('You asked for something else').waitFor();
  await order.move('checkout');
  await part.getByText('3 ordered, 1 in your bags').waitFor();
  await part.getByText('You asked for something else').waitFor();
  await order.move('canceled');
  await title(page, 'Your order was canceled');
  assert.equal(await part.locator('.muted, .gone').count(), 0);
  assert.equal(await part.getByRole('listitem').count(), 3);
});

for (const [locale, amount, milk] of casesIn('fr-CA', [
  ['fr-CA', '1,5 lb', 'Remplace\u00a0: Oat milk'],
  ['es-MX', '1.5 lb', 'En lugar de Oat milk'],
  ['es-ES', '1,5 lb', 'En lugar de Oat milk'],
  ['en-US', '1.5 lb', 'Instead of Oat milk'],
] as const)) {
  test(`a weight is written as in ${locale} for both sides, a step of another day has its day, and a window of a past day is left out`, async () => {
    const order = await orderPage(client);
    const replacement_item = { upc: '2', name: 'Avena' };
    await order.pick('2', { status: 'replaced', replacement_item, delivered_weight: 1.5 });
    const name = `Avena · ${amount}`;
    const { page } = await customer(order, { locale, viewport: { width: 320, height: 800 } });
    await page.locator('.card').getByRole('heading', { name, exact: true }).waitFor();
    await page.locator('.card').getByText(milk, { exact: true }).waitFor();
    await page.locator('.items li').nth(1).getByText(name).waitFor();
    const { orderId, userToken: token } = order;
    const element = await open(await shopPage({ after }, client.url, { orderId, token, lang: locale }));
    await element.locator('.card').getByRole('heading', { name, exact: true }).waitFor();
    const signIn = await shopperToken(client, order, order.shopperId);
    const shopper = await open(`${client.url}/shopper#token=${signIn}&shopper=ilse&order=${orderId}`, {
      locale,
    });
    await shopper.locator('.toggle').click();
    await shopper.locator('.items li').nth(1).getByText(name).waitFor();

    const times = page.locator('.steps time');
    const written = (date: boolean) =>
      times.first().evaluate(
        (time, [locale, date]) => {
          const options = { hour: 'numeric', minute: '2-digit', timeZone: 'America/Denver' } as const;
          const day = date ? ({ month: 'short', day: 'numeric' } as const) : {};
          const at = new Date((time as HTMLTimeElement).dateTime);
          return new Intl.DateTimeFormat(locale, { ...day, ...options }).format(at);
        },
        [locale, date] as const,
      );
    assert.equal(await times.first().innerText(), await written(false));
    assert.equal(await page.locator('.head p').count(), 1);
    await page.clock.setFixedTime(Date.now() + 2 * dayMs);
    await page.reload();
    await times.first().waitFor();
    assert.equal(await times.first().innerText(), await written(true));
    assert.equal(await page.locator('.head p').count(), 0);
    await assertFits(page, locale);
    assert.deepEqual(await beyondTheScreen(page.locator('.steps')), []);
    await order.move('delivered');
    await page.locator('.head time').waitFor();
    assert.equal(await page.locator('.head time').innerText(), await times.last().innerText());
  });
}

test('a link opens the order with the end of a sentence behind it until it is revoked, which closes the page', async () => {
  const order = await orderPage(client);
  const { page, troubles } = await customer({ address: `${order.address}.` });
  for (const end of [')', '%20', '%E2%80%A6']) {
    await title(page, 'Shopping in progress');
    await page.goto('about:blank');
    await page.goto(order.address + end);
  }
  await title(page, 'Shopping in progress');
  await client.call('DELETE', `/v1/orders/${order.orderId}/link`, { token: order.operator });
  await title(page, 'This link no longer works');
  assert.equal(await page.locator('.log, .items').count(), 0);
  assert.deepEqual(troubles, []);
});

test('neither a link that was never made nor half a character opens an order', async () => {
  const guessed = `${client.url}/o/${'A'.repeat(40)}`;
  // A server may answer half a character with the page.
  const answer = await fetch(guessed);
  const body = await answer.text();
  const page = await open('about:blank');
  await page.route('**/o/%F0%9F', (route) => route.fulfill({ contentType: 'text/html', body }));
  await page.goto(`${client.url}/o/%F0%9F`);
  await title(page, 'This link no longer works');
  await page.goto('about:blank');
  await page.goto(guessed);
  await title(page, 'This link no longer works');
});

test('the page has one stream and a strict policy, sends no referrer, and keeps neither the link nor a text on the device', async () => {
  const order = await orderPage(client);
  await shopperSays(client, order.token, order.shopperId, order.orderId, 'The ripe ones are out');
  const page = await open('about:blank');
  const asked: string[] = [];
  page.on('request', (request) => {
    asked.push(request.url());
    assert.equal(request.headers().referer ?? '', '', request.url());
  });
  await page.goto(order.address);
  await page.getByText('The ripe ones are out').waitFor();
  await order.propose('1', 'Firm avocados');
  await page.getByRole('region', { name: 'Firm avocados' }).waitFor();
  assert.equal(asked.filter((address) => address.includes('/stream')).length, 1);
  const link = order.address.split('/').at(-1)!;
  const kept = await page.evaluate(async () => {
    const cached = await Promise.all(
      (await caches.keys()).map(async (name) => {
        const cache = await caches.open(name);
        return (await cache.keys()).map(({ url }) => url);
      }),
    );
    return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, cached, document.cookie]);
  });
  assert.ok(kept.includes('Ripe avocados'), 'control: the items are kept');
  assert.ok(!kept.includes(link));
  assert.ok(!kept.includes('The ripe ones are out'));
  const { headers } = await fetch(order.address);
  assert.equal(headers.get('referrer-policy'), 'no-referrer');
  const policy = headers.get('content-security-policy')!;
  assert.match(policy, /^default-src 'none'; .*trusted-types/);
  // The scripts and the style of the page are allowed by their hashes alone.
  assert.match(policy, /; script-src 'self'( 'sha256-[\w+/]{43}='){2}; style-src 'sha256-[\w+/]{43}='; /);
  assert.doesNotMatch(policy, /unsafe/);
});

/** Holds back the code of the chat until the returned function is called. */
async function withoutChat(page: Page): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/assets/order-chat-*.js', (route) => released.then(() => route.continue()));
  return release;
}

test('the steps wait neither for the chat nor for a second answer, and nothing moves when the chat comes', async () => {
  const order = await orderPage(client);
  const page = await open('about:blank');
  const troubles = troublesOf(page);
  const release = await withoutChat(page);
  const answers: number[] = [];
  page.on('response', (response) => {
    if (new URL(response.url()).pathname === '/v1/order-page') answers.push(response.status());
  });
  await page.goto(order.address);
  await page.getByText('Oat milk').waitFor();
  const frame = page.locator('aislechat-order');
  assert.equal(await frame.evaluate((element) => element.matches(':defined')), false, 'control');
  await assertAccessible(page, 'before the chat');
  const before = await frame.boundingBox();
  assert.deepEqual(answers, [200]);
  release();
  await page.locator('textarea').waitFor();
  assert.deepEqual(await frame.boundingBox(), before);
  assert.deepEqual(troubles, []);
});

/** How far the parts of a page moved after they were painted, on the page as its customer first opens it. */
async function shiftOf({ address }: OrderPageUnderTest, isThere: (page: Page) => Promise<void>) {
  const page = await open('about:blank', { viewport: { width: 360, height: 740 } });
  await page.route(/\/v[12]\//, async (route) => {
    await delay(300);
    await route.continue();
  });
  const tile = { contentType: 'image/png', body: await pictureBytes('png', 256, 256) };
  await page.route('https://tiles.example/**', (route) => route.fulfill(tile));
  await page.addInitScript(() => {
    const shifts = { sum: 0 };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.sum += (entry as unknown as { value: number }).value;
    }).observe({ type: 'layout-shift', buffered: true });
    Object.assign(window, { shifts });
  });
  await page.goto(address);
  await isThere(page);
  await page.getByText('Oat milk').waitFor();
  await page.locator('textarea').waitFor();
  return page.evaluate(() => (window as unknown as { shifts: { sum: number } }).shifts.sum);
}

test('replacements and the position are there with the steps, so that nothing moves', async () => {
  const order = await orderPage(client, {
    map_tiles_url: 'https://tiles.example/{z}/{x}/{y}.png',
    map_attribution: 'Tiles',
  });
  await order.propose('1', 'Firm avocados');
  const card = (page: Page) => page.getByRole('region', { name: 'Firm avocados' }).waitFor();
  assert.ok((await shiftOf(order, card)) < 0.05);
  await order.move('delivering');
  const body = { coordinates: { latitude: 39.7392, longitude: -104.9903 } };
  await client.put(`/v1/orders/${order.orderId}/location`, { token: order.operator, body });
  assert.ok((await shiftOf(order, (page) => page.getByText('1 mi away').waitFor())) < 0.05);
});

test('what happens while the code of the chat is on its way is on the page', async () => {
  const order = await orderPage(client);
  const page = await open('about:blank');
  // Without timers only the chat can make the page read again.
  await page.clock.install();
  const release = await withoutChat(page);
  await page.goto(order.address);
  await page.getByText('Oat milk').waitFor();
  await page.clock.pauseAt(Date.now() + 5_000);
  await order.move('checkout');
  release();
  await title(page, 'Shopping complete');
});

test('the code of the chat is asked for again when it did not come', async () => {
  const order = await orderPage(client);
  const page = await open('about:blank');
  await page.clock.install();
  let asked = 0;
  await page.route('**/assets/order-chat-*.js', (route) =>
    ++asked === 1 ? route.abort() : route.continue(),
  );
  await page.goto(order.address);
  await page.getByText('This could not be loaded. Trying again.').waitFor();
  await page.getByText('Oat milk').waitFor();
  await eventually(
    async () => {
      await page.clock.runFor(1_000);
      return page.locator('textarea').count();
    },
    (count) => count === 1,
  );
  assert.equal(asked, 2);
});

for (const locale of languages('fr-CA')) {
  test(`with doubled text at 320 px the answers to a replacement and the stars are whole in ${locale}`, async () => {
    const order = await orderPage(client);
    await order.propose('1', 'Firm avocados');
    const page = await open('about:blank', { locale, viewport: { width: 320, height: 800 } });
    await setTextSize(page, 32);
    await page.goto(order.address);
    await page.locator('.card').waitFor();
    const facts = page.locator('.facts');
    assert.deepEqual(await beyondTheScreen(facts), []);
    await order.move('delivered');
    await page.locator('.stars').waitFor();
    assert.deepEqual(await beyondTheScreen(facts), []);
    await assertFits(page, locale);
  });
}

test('the title is where the first paint has the heading, and stays there; without scripts the page says what it needs', async () => {
  const order = await orderPage(client, { logo_url: 'https://shop.example/logo.svg' });
  const sizes = [320, 1440].map((width) => ({ width, height: 800 }));
  const textBoxes = async (page: Page) => {
    const found = [];
    for (const size of sizes) {
      await page.setViewportSize(size);
      const box = await page
        .locator('h1')
        .first()
        .evaluate((heading) => {
          const range = document.createRange();
          range.selectNodeContents(heading);
          const { x, y, height } = range.getBoundingClientRect();
          return { x, y, height };
        });
      found.push(box);
    }
    return found;
  };
  const first = await open(order.address, { javaScriptEnabled: false });
  assert.ok(await first.locator('noscript p').isVisible());
  const painted = await textBoxes(first);

  const page = await open('about:blank');
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route('**/v1/order-page', (route) => answered.then(() => route.continue()));
  await page.goto(order.address);
  await page.locator('.bones').waitFor();
  assert.deepEqual(await textBoxes(page), painted);
  for (const size of sizes) {
    await page.setViewportSize(size);
    await assertAccessible(page, `loading, ${size.width} px wide`);
  }
  answer();
  await title(page, 'Shopping in progress');
  assert.deepEqual(await textBoxes(page), painted);
});

for (const [locale, notLoaded, notNew] of casesIn('en-US', [
  ['en-US', 'This could not be loaded. Trying again.', 'No connection. This is what was last known.'],
  [
    'fr-CA',
    'Le chargement a échoué. Nouvel essai en cours.',
    'Pas de connexion. Voici les dernières informations connues.',
  ],
  [
    'es-MX',
    'No se pudo cargar. Se está intentando de nuevo.',
    'No hay conexión. Esto es lo último que se supo.',
  ],
] as const)) {
  test(`a page whose server fails says so, not that the device is offline, and catches up, in ${locale}`, async () => {
    const order = await orderPage(client);
    const page = await open('about:blank', { locale });
    await page.clock.install();
    // A route that is set while the page's worker takes over may never be used, so this one is there before.
    let failure: { status: number; body: string } | undefined = { status: 503, body: '{}' };
    await page.route('**/v1/order-page', (route) => (failure ? route.fulfill(failure) : route.continue()));
    await page.goto(order.address);
    await page.getByText(notLoaded, { exact: true }).waitFor();
    await assertAccessible(page, 'not loaded');
    failure = undefined;
    await page.clock.runFor(10_000);
    await page.getByText('Oat milk').waitFor();
    assert.equal(await page.getByText(notLoaded).count(), 0);

    failure = { status: 500, body: '' };
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await page.locator('.warning').getByText(notNew, { exact: true }).waitFor();
    failure = undefined;
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await page.locator('.warning').waitFor({ state: 'detached' });
  });
}

test('without a network the page opens again with what was last known, and catches up', async () => {
  const order = await orderPage(client);
  const { page } = await customer(order);
  await page.getByText('Oat milk').waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(async () => {
    const names = await caches.keys();
    const cache = names[0] && (await caches.open(names[0]));
    return cache && (await cache.keys()).length === 3;
  });
  await page.context().setOffline(true);
  await page.reload();
  await page.getByText('No connection. This is what was last known.').waitFor();
  await page.getByText('Oat milk').waitFor();
  await order.pick('2', { status: 'found' });
  await page.context().setOffline(false);
  await page.getByText('3 ordered, 1 picked so far').waitFor();
  await page.locator('.warning').waitFor({ state: 'detached' });
});

test('the retailer’s name, logo and color are on the page, in the language of the order', async () => {
  const order = await orderPage(client, {
    name: 'Berry Market',
    logo_url: 'https://shop.example/logo.svg',
    brand_color: '#7a1f5c',
  });
  const { page } = await customer(order, { locale: 'fr-FR' });
  await title(page, 'Courses en cours');
  assert.equal(await page.title(), 'Courses en cours · Berry Market');
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'fr-FR');
  assert.equal(await page.getByRole('img', { name: 'Berry Market' }).count(), 1);
  await order.propose('1', 'Firm avocados');
  const approve = page.getByRole('button', { name: 'Oui, d’accord' });
  await approve.waitFor();
  assert.equal(
    await approve.evaluate((button) => getComputedStyle(button).backgroundColor),
    'rgb(122, 31, 92)',
  );
});

test('at 320 px a long order number leaves the words of the retailer’s name whole, and doubled text those of the steps, with the time below', async () => {
  const order = await orderPage(client, { name: 'Neighborhood Supermarket' });
  const { page } = await customer(order, { viewport: { width: 320, height: 640 } });
  await title(page, 'Shopping in progress');
  const lines = await page.locator('.brand').evaluate((row) => {
    row.querySelector('small')!.textContent = 'Order 2026-11-28-0000-4711-8812-store-0042';
    const name = document.createTreeWalker(row.querySelector('bdi')!, NodeFilter.SHOW_TEXT).nextNode()!;
    return name.textContent!.split(' ').map((word) => {
      const range = new Range();
      range.setStart(name, name.textContent!.indexOf(word));
      range.setEnd(name, name.textContent!.indexOf(word) + word.length);
      return range.getClientRects().length;
    });
  });
  assert.deepEqual(lines, [1, 1]);
  await assertFits(page, 'with a long order number');

  await setTextSize(page, 32);
  const broken = await page.locator('.steps li span:not(.dot)').evaluateAll((all) =>
    all.flatMap((one) => {
      const text = one.firstElementChild
        ? undefined
        : [...one.childNodes].find(({ nodeType }) => nodeType === 3);
      const words = [...(text?.nodeValue ?? '').matchAll(/\S+/g)];
      return words
        .filter(({ 0: word, index }) => {
          const range = document.createRange();
          range.setStart(text!, index);
          range.setEnd(text!, index + word.length);
          return range.getClientRects().length > 1;
        })
        .map(([word]) => word);
    }),
  );
  assert.deepEqual(broken, []);
  const isBelow = await page
    .locator('.steps time')
    .first()
    .evaluate(
      (time) =>
        time.getBoundingClientRect().top >= time.previousElementSibling!.getBoundingClientRect().bottom,
    );
  assert.ok(isBelow);
});

test('the whole is an element for a shop’s own page, with a token of the shop, which may set a new one', async () => {
  const order = await orderPage(client);
  const address = await serveFiles(
    { after },
    {
      '/index.html': `<!doctype html><html lang="en"><meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${shopPolicy(client.url)}"><title>Shop</title>
<main><h1>Our shop</h1><script type="module" src="${client.url}/aislechat-order-status.js"></script>
<aislechat-order-status order-id="${order.orderId}" token="${order.userToken}"></aislechat-order-status></main></html>`,
    },
  );
  const page = await open('about:blank');
  const troubles = troublesOf(page);
  await page.goto(address);
  await page.getByRole('heading', { level: 2, name: 'Shopping in progress' }).waitFor();
  await order.propose('1', 'Firm avocados');
  await page
    .getByRole('region', { name: 'Firm avocados' })
    .getByRole('button', { name: 'Yes, take it' })
    .click();
  await page.getByText('You took Firm avocados').waitFor();
  assert.equal((await itemOf(order, 0)).replacement_status, 'APPROVED');

  // A token that the shop sets before the one in use is refused is used from then on.
  const next = await userToken(client, order, order.userId);
  await page.evaluate(
    (token) => document.querySelector('aislechat-order-status')!.setAttribute('token', token),
    next,
  );
  const { clientId, clientSecret } = order;
  const body = { token: order.userToken, client_id: clientId, client_secret: clientSecret };
  assert.equal((await client.post('/v2/oauth/token/revoke', { body })).status, 200);
  await order.move('checkout');
  await page.getByRole('heading', { level: 2, name: 'Shopping complete' }).waitFor();
  assert.deepEqual(troubles, []);
});

test('in an organization with several banners the whole names its own, and so does the chat in it', async () => {
  const organization = await newOrganization(client, ['north', 'south']);
  const chat = await openChatOf(client.inBanner('south'), organization);
  const { orderId, userToken } = chat;
  const address = await serveFiles(
    { after },
    {
      '/index.html': `<!doctype html><html lang="en"><meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${shopPolicy(client.url)}"><title>Shop</title>
<script type="module" src="${client.url}/aislechat-order-status.js"></script>
<aislechat-order-status order-id="${orderId}" token="${userToken}" retailer="south"></aislechat-order-status></html>`,
    },
  );
  const page = await open(address);
  await page.getByRole('heading', { level: 2, name: 'Shopping in progress' }).waitFor();
  await page.locator('textarea').fill('Firm ones are fine');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText(/ · Sent$/).waitFor();
  assert.deepEqual(await storedTexts(chat), ['Firm ones are fine']);
});

test('an order without a chat has a page, and so has one whose shopper is hidden', async () => {
  const order = await orderPage(client, { shopper_information_removal: true });
  const { page } = await customer(order);
  await title(page, 'Shopping in progress');
  await order.propose('1', 'Firm avocados');
  await page.reload();
  await page.getByRole('region', { name: 'Firm avocados' }).waitFor();
  assert.equal(await page.locator('aislechat-order').count(), 0);
});

test('500 script payloads in names of products, instructions and the retailer’s name run nothing', async () => {
  const operatorName = payloads[0]!.slice(0, 255);
  const order = await orderPage(client, {
    name: operatorName,
    pickup_instructions: payloads[3]!,
    customer_quick_replies: payloads.slice(5, 15).map((text) => text.slice(0, 200)),
  });
  const page = await open('about:blank');
  const troubles = troublesOf(page);
  await page.exposeFunction('executed', () => troubles.push('executed'));
  await page.goto(order.address);
  await page.locator('.steps').waitFor();
  // Without a network it would never be ready.
  await page.evaluate(() => navigator.serviceWorker.ready);
  const texts = payloads.filter((text) => text.length <= 255 && !text.includes('\0'));
  assert.ok(texts.length > 400);
  // A line of the order for each payload, as its name.
  const lines = texts.map((name, n) => ({ line_num: String(n), count: 1, item: { upc: String(n), name } }));
  await page.evaluate(
    ({ items, key }) => {
      const kept = Object.keys(localStorage).find((name) => name.endsWith(key))!;
      const value = JSON.parse(localStorage.getItem(kept)!);
      localStorage.setItem(
        kept,
        JSON.stringify({
          ...value,
          page: {
            ...value.page,
            items: items.map(({ line_num, item }) => ({
              id: line_num,
              line_num,
              status: 'REPLACED',
              replacement_status: 'PENDING',
              item: { name: item.name, quantity: '1', cost_unit: 'each' },
              replacement: { name: item.name, quantity: '1', cost_unit: 'each' },
            })),
          },
        }),
      );
    },
    { items: lines, key: ':page' },
  );
  await page.context().setOffline(true);
  await page.reload();
  await page
    .locator('.items li')
    .nth(texts.length - 1)
    .waitFor();
  assert.equal(await page.locator('.card').count(), texts.length);
  const first = page.locator('.items li bdi').first();
  assert.equal(await first.textContent(), texts[0]);
  assert.deepEqual(troubles, []);
  // Control: the same text taken as markup is stopped and noticed.
  const isStopped = await first.evaluate((element) => {
    try {
      element.innerHTML = '<img src=x onerror="executed()">';
      return false;
    } catch {
      return true;
    }
  });
  assert.ok(isStopped);
  assert.notDeepEqual(troubles, []);
});

for (const lang of languages('fr-CA')) {
  test(`the page is accessible in every state and look, in ${lang}`, async () => {
    const options = { locale: lang, ...firstLook };
    const order = await orderPage(client, { brand_color: '#7a1f5c' });
    const { page } = await customer(order, options);
    await page.locator('textarea').waitFor();
    await assertAccessibleInAllLooks(page, 'shopping');
    await order.propose('1', 'Firm avocados');
    await order.propose('3', 'averylongwordwithoutanyspace'.repeat(4));
    await page.locator('.card').nth(1).waitFor();
    await page.locator('.card button').nth(2).click();
    await page.locator('.card form').waitFor();
    await assertAccessibleInAllLooks(page, 'replacements, with words');
    await page.locator('.card').nth(1).locator('button').first().click();
    await page.locator('.decided').waitFor();
    await assertAccessibleInAllLooks(page, 'an answer to take back');
    await page.context().setOffline(true);
    await page.locator('.banner').waitFor();
    await assertAccessibleInAllLooks(page, 'offline');
    await page.context().setOffline(false);
    await order.move('delivering');
    const body = { coordinates: { latitude: 39.7392, longitude: -104.9903 } };
    await client.put(`/v1/orders/${order.orderId}/location`, { token: order.operator, body });
    await page.reload();
    await page.locator('.panel a').waitFor();
    await assertAccessibleInAllLooks(page, 'on its way');
    await order.move('delivered');
    await page.locator('.stars').waitFor();
    await page.locator('.stars input').nth(3).check();
    await page.locator('.chips input').first().check();
    await assertAccessibleInAllLooks(page, 'rating');
    await page.locator('.panel .main').click();
    await page.locator('.panel [role=status]').waitFor();
    await assertAccessibleInAllLooks(page, 'rated');
    await client.call('DELETE', `/v1/orders/${order.orderId}/link`, { token: order.operator });
    await page.locator('.over').waitFor();
    await assertAccessibleInAllLooks(page, 'refused');

    const pickup = await orderPage(
      client,
      { pickup_instructions: 'Row 3' },
      { kind: 'pickup', state: 'staged' },
    );
    const { page: store } = await customer(pickup, options);
    await assertAccessibleInAllLooks(store, 'ready for pickup');
    await store.locator('.panel button').first().click();
    await assertAccessibleInAllLooks(store, 'on my way');
    await store.locator('.panel form button').last().click();
    await store.locator('.panel button').last().click();
    await assertAccessibleInAllLooks(store, 'delegate');
    await pickup.move('canceled');
    await store.locator('.note').waitFor();
    await assertAccessibleInAllLooks(store, 'canceled');
  });
}

test('the page works with text of 200 % at 320 px, and with the keyboard alone', async () => {
  const order = await orderPage(client);
  await order.propose('1', 'Firm avocados');
  const { page } = await customer(order, { viewport: { width: 320, height: 800 } });
  await page.locator('.card').waitFor();
  await page.evaluate(() => {
    document
      .querySelector<HTMLElement>('aislechat-order-status')!
      .style.setProperty('--aislechat-font-size', '32px');
  });
  await assertAccessible(page, '200 %');
  for (let n = 0; n < 3; n++) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() =>
      document.activeElement?.shadowRoot?.activeElement?.textContent?.trim(),
    );
    assert.equal(name, ['Yes, take it', 'No, refund it', 'Something else'][n]);
  }
  const focused = (selector: string) =>
    page.waitForFunction(
      (wanted) => document.activeElement?.shadowRoot?.activeElement?.matches(wanted),
      selector,
    );
  await page.keyboard.press('Enter');
  await focused('.card input');
  // Canceling returns to the button, and the form opens again from there.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await focused('.card .answers > button:nth-child(3)');
  await page.keyboard.press('Enter');
  await focused('.card input');
  await page.keyboard.type('Any free-range ones');
  await page.keyboard.press('Enter');
  await page.getByText('You asked for something else than Firm avocados').waitFor();
  // The keyboard is at *Undo* now, and its ring of 2 pixels, 2 pixels away, is drawn whole.
  await focused('.decided button');
  const cut = await page.evaluate(() => {
    const button = document.activeElement!.shadowRoot!.activeElement!;
    const { left, right, top, bottom } = button.getBoundingClientRect();
    for (let box = button.parentElement; box !== null; box = box.parentElement) {
      if (getComputedStyle(box).overflowX === 'visible') continue;
      const edges = box.getBoundingClientRect();
      const across = edges.left > left - 4 || edges.right < right + 4;
      if (across || edges.top > top - 4 || edges.bottom < bottom + 4) return box.className;
    }
    return undefined;
  });
  assert.equal(cut, undefined);
});

test('the customer answers the greeting in the chat without an app, and reports the chat; the operator closes it in the console, and both see that', async () => {
  const order = await orderPage(client, { greeting: 'Hi {customer}, {shopper} here.' });
  const { page } = await customer(order);
  await page.getByText('Hi Noor, Ilse here.').waitFor();
  await page.locator('textarea').fill('Hello Ilse');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText(/ · Sent$/).waitFor();
  const { body } = await client.get(chatPath(order.orderId), { token: order.userToken });
  assert.deepEqual(
    body.chat_messages.map(({ sender_type }: { sender_type: string }) => sender_type),
    ['driver', 'user'],
  );

  await shopperSays(client, order.token, order.shopperId, order.orderId, 'A rude word');
  await page.getByText('A rude word').waitFor();
  await page.getByRole('button', { name: 'Report this chat to the store' }).click();
  await assertAccessible(page, 'report');
  await page.getByLabel('What is wrong?').selectOption('Abusive language');
  await page.getByRole('button', { name: 'Send the report' }).click();
  await page.getByText('Thank you. The store will look at it.').waitFor();
  await page.getByRole('button', { name: 'Close', exact: true }).click();

  const console_ = await open(`${client.url}/console`);
  await console_.getByRole('button', { name: 'Create a new retailer' }).waitFor();
  await signIn(console_, order);
  await console_.getByRole('link', { name: 'Reports' }).click();
  const row = console_.getByRole('row').filter({ hasText: order.orderId });
  await row.getByText('abusive language').waitFor();
  await row.getByText('order is active').waitFor();
  await assertAccessible(console_, 'reports');
  await row.getByRole('button', { name: `Close the chat: ${order.orderId}` }).click();
  await page.locator('.notice').getByText('The store has closed this chat.').waitFor();
  await page.getByText('Messages cannot be sent at the moment.').waitFor();
  await row.getByRole('button', { name: `Done: ${order.orderId}` }).click();
  await console_.getByText('No reports.').waitFor();
});

for (const whose of ['customer', 'shopper'] as const) {
  test(`the erasure of a ${whose} reaches the open page of the order, and what the device keeps`, async () => {
    const order = await orderPage(client, {}, { kind: 'pickup' });
    const { orderId, token, operator, shopperId, userToken, userId } = order;
    const delegate = { name: 'Samira', phone_number: '3035550123' };
    const named = await client.put(`/v2/post_checkout/orders/${orderId}/pickup_delegate`, {
      token: userToken,
      body: delegate,
    });
    assert.equal(named.status, 200, named.text);
    await client.post(chatPath(orderId), { token: userToken, body: { body: 'Door code 4711' } });
    await shopperSays(client, token, shopperId, orderId, 'Got it');
    const page = await open('about:blank');
    await page.clock.install();
    await page.goto(order.address);
    const bubbles = page.locator('.bubble');
    await bubbles.getByText('Got it').waitFor();
    await page.getByText('Ilse').first().waitFor();
    await page.locator('textarea').first().fill('4711, as I said');
    const kept = () => page.evaluate(() => JSON.stringify({ ...localStorage }));
    await eventually(kept, (text) => text.includes('4711') && text.includes('Samira'));
    // Without timers only an event can make the page read again.
    await page.clock.pauseAt(Date.now() + 5_000);
    const path = whose === 'customer' ? `/v1/users/${userId}` : `/v1/shoppers/${shopperId}`;
    const headers = whose === 'customer' ? {} : internal;
    const erased = await client.call('DELETE', path, { token: operator, headers });
    assert.equal(erased.status, 200, erased.text);
    await bubbles.getByText('Got it').waitFor({ state: 'detached' });
    if (whose === 'customer') {
      assert.equal(await bubbles.count(), 0);
      await eventually(kept, (text) => !/4711|Samira/.test(text));
    } else {
      await page.getByText('Ilse').first().waitFor({ state: 'detached' });
      await bubbles.getByText('Door code 4711').waitFor();
      assert.match(await kept(), /4711, as I said/);
    }
  });
}
