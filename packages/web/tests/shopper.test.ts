/** The shopper's page, with the customer's beside it. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { eventually } from '../../server/tests/support/eventually.ts';
import { pictureBytes } from '../../server/tests/support/pictures.ts';
import {
  advance,
  chatPath,
  clientToken,
  newBatch,
  newOrder,
  newShopper,
  shopperToken,
} from '../../server/tests/support/scenario.ts';
import { openIn, sendPhoto, shopPage, storedTexts, troublesOf, twoPeople } from './support/pages.ts';
import { tabsUnderTest } from './support/tabs.ts';

const { client, open, openTab } = await tabsUnderTest({ after, afterEach });
const phone = { viewport: { width: 390, height: 760 } };

async function shopperOn(token: string, orderId?: string): Promise<{ page: Page; troubles: string[] }> {
  const page = await open('about:blank', phone);
  const troubles = troublesOf(page);
  const order = orderId === undefined ? '' : `&order=${orderId}`;
  await page.goto(`${client.url}/shopper#token=${token}&shopper=ilse${order}`);
  return { page, troubles };
}

async function write(page: Page, text: string): Promise<void> {
  await page.locator('textarea').fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
}

test('two people talk: from the shop’s page, and from the shopper’s list', async () => {
  const chat = await twoPeople(client);
  const quiet = await newOrder(client, chat.token, chat.userId);
  await newBatch(client, chat.token, chat.shopperId, quiet);
  const customer = await openTab(
    await shopPage({ after }, client.url, { orderId: chat.orderId, token: chat.userToken }),
  );
  await write(customer, 'Are there ripe ones?');
  await customer.getByText(/ · Sent$/).waitFor();
  const { page, troubles } = await shopperOn(chat.shopperToken);
  await page.clock.install();
  // The other order is newer, but this one is unread.
  const first = page.getByRole('link').first();
  await first.getByText('1 unread').waitFor();
  await first.getByText('Are there ripe ones?').waitFor();
  assert.equal(new URL(page.url()).hash, '', 'the token is removed from the address');
  await first.click();
  await page.locator('.bubble', { hasText: 'Are there ripe ones?' }).waitFor();
  await customer.getByText(/ · Read$/).waitFor();
  await page.getByRole('button', { name: 'On it!' }).click();
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  // Until then it can be taken back.
  await page.clock.fastForward(5_000);
  await customer.getByText('On it!').waitFor();
  await page.locator('textarea').pressSequentially('No');
  await customer.getByText('Ilse is typing').waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'Your orders', level: 2 }).waitFor();
  assert.deepEqual(troubles, []);
});

test('two customers of one name are told apart by number and color, in the list without a click and in the open chat', async () => {
  const timezone = 'Asia/Tokyo';
  const chat = await twoPeople(client, { timezone });
  const other = await newOrder(client, chat.token, chat.userId);
  const batch = await newBatch(client, chat.token, chat.shopperId, other);
  await client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body: 'Ripe ones, please' } });
  const { page, troubles } = await shopperOn(chat.shopperToken);
  const rows = page.locator('li a');
  await rows.nth(1).waitFor();
  const names = await page.locator('li .name').allInnerTexts();
  assert.deepEqual(names, [`${chat.orderId} · Noor`, `${other} · Noor`]);
  const colorOf = (locator: ReturnType<Page['locator']>) =>
    locator.evaluate((element) => getComputedStyle(element).backgroundColor);
  const colors = [await colorOf(page.locator('.mark').nth(0)), await colorOf(page.locator('.mark').nth(1))];
  assert.notEqual(colors[0], colors[1]);
  assert.equal(await rows.nth(0).locator('.step').innerText(), 'Shopping');
  // The time of the store, as in the chat, and not that of the device.
  const last = rows.nth(0).locator('time');
  const time = new Intl.DateTimeFormat('en-US', { hour: 'numeric', minute: '2-digit', timeZone: timezone });
  assert.equal(await last.innerText(), time.format(new Date((await last.getAttribute('datetime'))!)));
  await rows.nth(0).click();
  await page.getByRole('heading', { name: `${chat.orderId} · Noor` }).waitFor();
  assert.equal(await colorOf(page.locator('header .avatar')), colors[0]);
  await write(page, 'Found them');
  await page.getByText(/ · Sent$/).waitFor();
  await page.goBack();
  await rows.nth(0).getByText('You: Found them').waitFor();
  for (const state of ['checkout', 'delivering', 'completed'])
    await advance(client, chat.token, batch, state);
  await page.reload();
  await page.getByRole('heading', { name: 'Finished' }).waitFor();
  assert.equal(await page.locator('h3 + ul .name').innerText(), `${other} · Noor`);
  assert.deepEqual(troubles, []);
});

test('notices to the customer are hidden from the shopper, and a canceled order does not say that shopping finished', async () => {
  const chat = await twoPeople(client);
  const base = `/v2/fulfillment_sandbox/shoppers/${chat.shopperId}/orders/${chat.orderId}/items/1`;
  const simulate = (event_name: string) =>
    client.post(`/v2/fulfillment_sandbox/orders/${chat.orderId}/callbacks`, {
      token: chat.token,
      body: { event_name },
    });
  await client.put(base, { token: chat.token, body: { status: 'replaced', replacement_item: { upc: '9' } } });
  await simulate('late_delivery');
  await simulate('canceled');
  const customer = await openTab(
    await shopPage({ after }, client.url, { orderId: chat.orderId, token: chat.userToken }),
  );
  const notices = (page: Page) => page.locator('.notice').allInnerTexts();
  await customer.getByText('Your order has been canceled.').waitFor();
  assert.equal((await notices(customer)).filter((text) => /^Your (delivery|order)/.test(text)).length, 2);
  await customer.getByText('Ilse was shopping for you').waitFor();
  assert.equal(await customer.getByText('shopped for you').count(), 0);

  const { page } = await shopperOn(chat.shopperToken, chat.orderId);
  await page.getByText(/^Item replaced/).waitFor();
  assert.deepEqual(
    (await notices(page)).filter((text) => /your/i.test(text)),
    [],
  );
});

test('a photo is scaled down on the device, arrives, and can be opened', async () => {
  const chat = await twoPeople(client);
  const { page, troubles } = await shopperOn(chat.shopperToken, chat.orderId);
  await page.locator('textarea').waitFor();
  const uploads: number[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/images')) uploads.push(request.postDataBuffer()?.length ?? 0);
  });
  const buffer = await pictureBytes('jpeg', 3000, 2000);
  await sendPhoto(page, buffer);
  await page.getByText(/ · Sent$/).waitFor();
  assert.equal(uploads.length, 1);
  const customer = await openTab(
    await shopPage({ after }, client.url, { orderId: chat.orderId, token: chat.userToken }),
  );
  await customer.getByRole('button', { name: 'Open the picture from Ilse' }).click();
  const viewed = customer.getByRole('dialog', { name: 'Picture from Ilse' }).locator('img');
  await viewed.waitFor();
  await customer.waitForFunction(() => {
    const chat = document.querySelector('aislechat-order')!.shadowRoot!;
    return chat.querySelector<HTMLImageElement>('dialog img')?.naturalWidth === 1280;
  });
  await customer.keyboard.press('Escape');
  await viewed.waitFor({ state: 'detached' });
  assert.deepEqual(troubles, []);
});

test('the shopper’s quick replies are the retailer’s, with the names filled in', async () => {
  const chat = await twoPeople(client);
  const { page } = await shopperOn(chat.shopperToken, chat.orderId);
  await page.clock.install();
  await page.getByRole('button', { name: 'On it!' }).waitFor();
  const quick_replies = ['Hello {customer}, {shopper} here with {order}', '<b>Bags are packed</b>'];
  await client.patch('/v1/sandbox/retailer', { token: chat.token, body: { quick_replies } });
  await page.reload();
  await page.getByRole('button', { name: '<b>Bags are packed</b>' }).waitFor();
  await page.getByRole('button', { name: `Hello Noor, Ilse here with ${chat.orderId}` }).click();
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  // Until then it can be taken back.
  await page.clock.fastForward(5_000);
  await page.getByText(/ · Sent$/).waitFor();
  assert.deepEqual(await storedTexts(chat), [`Hello Noor, Ilse here with ${chat.orderId}`]);
});

test('offline the page opens and keeps new messages, and sends them when the network is back', async () => {
  const chat = await twoPeople(client);
  const { page } = await shopperOn(chat.shopperToken, chat.orderId);
  await page.locator('textarea').waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.context().setOffline(true);
  await write(page, 'from the cold aisle');
  const buffer = await pictureBytes('jpeg', 400, 300);
  await sendPhoto(page, buffer);
  await page.locator('.message').nth(1).waitFor();
  await page.reload();
  await page.getByText('No connection. Your messages will be sent').waitFor();
  await page.getByRole('log').getByText('from the cold aisle').waitFor();
  await write(page, 'and after the reload');
  await page.getByRole('log').getByText('and after the reload').waitFor();
  await page.context().setOffline(false);
  await page.getByText(/ · Sent$/).waitFor();
  assert.deepEqual(await storedTexts(chat), ['from the cold aisle', '', 'and after the reload']);
  const { body } = await client.get(chatPath(chat.orderId), { token: chat.userToken });
  assert.ok(body.chat_messages[1].image);
});

test('an order that is handed over says so and leaves the list', async () => {
  const chat = await twoPeople(client);
  const { page } = await shopperOn(chat.shopperToken, chat.orderId);
  await page.locator('textarea').waitFor();
  const jonah = await newShopper(client, chat.token, 'Jonah');
  await newBatch(client, chat.token, jonah, chat.orderId);
  await page.getByRole('heading', { name: 'Another shopper has this order now' }).waitFor();
  await page.getByRole('button', { name: 'Back to your orders' }).click();
  await page.getByText('No orders at the moment').waitFor();
  const token = await shopperToken(client, chat, jonah);
  const next = await openIn(page.context(), `${client.url}/shopper#token=${token}&shopper=jonah`);
  await next.getByRole('link').waitFor();
});

test('an order that is handed over is lost although a list that was read before says otherwise afterwards', async () => {
  const chat = await twoPeople(client);
  const page = await open('about:blank', phone);
  const { promise: handedOver, resolve } = Promise.withResolvers<void>();
  const { promise: listed, resolve: isListed } = Promise.withResolvers<void>();
  let looks = 0;
  await page.route('**/v1/shopper/orders', async (route) => {
    looks += 1;
    // The answer to a later look would make the page drop the first.
    if (looks > 1) return;
    const response = await route.fetch();
    isListed();
    await handedOver;
    await route.fulfill({ response });
  });
  await page.goto(`${client.url}/shopper#token=${chat.shopperToken}&shopper=ilse&order=${chat.orderId}`);
  await listed;
  await page.locator('textarea').waitFor();
  await newBatch(client, chat.token, await newShopper(client, chat.token, 'Jonah'), chat.orderId);
  const title = page.getByRole('heading', { name: 'Another shopper has this order now' });
  await title.waitFor();
  const asked = page.waitForResponse(/\/events\?/);
  resolve();
  assert.equal((await asked).status(), 404);
  await page.evaluate(() => new Promise(requestAnimationFrame));
  assert.ok(await title.isVisible());
});

test('an order that is handed over while it is being read says so, and still does when the shopper comes back', async () => {
  const chat = await twoPeople(client);
  const page = await open('about:blank', phone);
  await page.clock.install();
  const { promise: handedOver, resolve } = Promise.withResolvers<void>();
  let reads = 0;
  await page.route(/\/events\?/, async (route) => {
    reads += 1;
    if (reads > 1) await handedOver;
    await route.continue();
  });
  await page.goto(`${client.url}/shopper#token=${chat.shopperToken}&shopper=ilse&order=${chat.orderId}`);
  await eventually(
    async () => reads,
    (count) => count > 1,
  );
  await newBatch(client, chat.token, await newShopper(client, chat.token, 'Jonah'), chat.orderId);
  resolve();
  const title = page.getByRole('heading', { name: 'Another shopper has this order now' });
  await title.waitFor();
  await page.clock.fastForward(6000);
  const asked = page.waitForResponse(/\/events\?/);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  assert.equal((await asked).status(), 404);
  assert.ok(await title.isVisible());
});

test('an order that is handed back opens again without a reload, and what was not sent can be sent', async () => {
  const chat = await twoPeople(client);
  const page = await open('about:blank', phone);
  await page.clock.install();
  await page.goto(`${client.url}/shopper#token=${chat.shopperToken}&shopper=ilse&order=${chat.orderId}`);
  await page.locator('textarea').waitFor();
  await page.context().setOffline(true);
  await write(page, 'It is mine again');
  await page.getByText('Not sent yet. Trying again.').waitFor();
  await newBatch(client, chat.token, await newShopper(client, chat.token, 'Jonah'), chat.orderId);
  await page.context().setOffline(false);
  const reason = page.getByText('Not sent. Another shopper has this order now.');
  await reason.waitFor();
  await newBatch(client, chat.token, chat.shopperId, chat.orderId);
  await page.clock.fastForward(2_500);
  await page.locator('textarea').waitFor();
  await reason.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText(/ · Sent$/).waitFor();
  assert.deepEqual(await storedTexts(chat), ['It is mine again']);
});

test('an order that is handed over before its stream begins says so too', async () => {
  const chat = await twoPeople(client);
  const handedOver = Promise.withResolvers<void>();
  const page = await open('about:blank', phone);
  await page.route(/\/stream$/, async (route) => {
    await handedOver.promise;
    await route.continue();
  });
  await page.goto(`${client.url}/shopper#token=${chat.shopperToken}&shopper=ilse&order=${chat.orderId}`);
  await page.locator('textarea').waitFor();
  await newBatch(client, chat.token, await newShopper(client, chat.token, 'Jonah'), chat.orderId);
  handedOver.resolve();
  await page.getByRole('heading', { name: 'Another shopper has this order now' }).waitFor();
});

test('a message written offline for an order handed over meanwhile is shown as not sent, with the reason', async () => {
  const chat = await twoPeople(client);
  const { page } = await shopperOn(chat.shopperToken, chat.orderId);
  await page.locator('textarea').waitFor();
  await page.context().setOffline(true);
  await write(page, 'I am at the till');
  await page.getByText('Not sent yet. Trying again.').waitFor();
  const jonah = await newShopper(client, chat.token, 'Jonah');
  await newBatch(client, chat.token, jonah, chat.orderId);
  await page.context().setOffline(false);
  const reason = page.getByText('Not sent. Another shopper has this order now.');
  await reason.waitFor();
  await page.locator('.bubble', { hasText: 'I am at the till' }).waitFor();
  assert.deepEqual(await storedTexts(chat), []);
  // The order has left the list; its unsent message has not.
  await page.getByRole('button', { name: 'Back to your orders' }).click();
  await page.reload();
  await page.getByRole('heading', { name: 'Not sent' }).waitFor();
  await page.getByRole('link', { name: 'I am at the till' }).click();
  await reason.waitFor();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('I am at the till').first().waitFor({ state: 'detached' });
});

test('a shopper whose device refuses storage is signed in all the same', async () => {
  const chat = await twoPeople(client);
  const page = await open('about:blank', phone);
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await page.goto(`${client.url}/shopper#token=${chat.shopperToken}&shopper=ilse`);
  await page.getByRole('link').first().waitFor();
});

test('without a token, and with a refused one, the page asks the shopper to sign in', async () => {
  const none = await open(`${client.url}/shopper`, phone);
  await none.getByText('Open this page from your shopper app').waitFor();
  await none.getByRole('heading', { name: 'Please sign in', exact: true }).waitFor();
  const page = await openIn(none.context(), `${client.url}/shopper#token=not-a-token&shopper=ilse`);
  await page.getByText('Open this page from your shopper app').waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
});

test('the page is installable: it has a manifest, icons and a worker', async () => {
  const manifest = await (await fetch(`${client.url}/shopper.webmanifest`)).json();
  assert.equal(manifest.start_url, '/shopper');
  const ofPage = [...(await (await fetch(`${client.url}/shopper`)).text()).matchAll(/icon" href="([^"]+)"/g)];
  const icons = [
    ...ofPage.map(([, href]) => href!),
    ...manifest.icons.map(({ src }: { src: string }) => src),
  ];
  assert.equal(icons.length, 5);
  for (const path of icons) {
    const answer = await fetch(client.url + path);
    assert.equal(answer.headers.get('content-type'), path.endsWith('.png') ? 'image/png' : 'image/svg+xml');
    if (!path.endsWith('.png')) continue;
    const { width, height } = await sharp(await answer.arrayBuffer()).metadata();
    assert.equal(path, `/icon-${width}.png`);
    assert.equal(width, height);
  }
  const { headers } = await fetch(`${client.url}/shopper`);
  assert.match(
    headers.get('content-security-policy')!,
    /^default-src 'none'; .*require-trusted-types-for 'script'/,
  );
  assert.equal(headers.get('referrer-policy'), 'no-referrer');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
});

test('a shopper finds, refunds and replaces items, and sees the customer’s answer and its withdrawal', async () => {
  const chat = await twoPeople(client);
  const customer = await openTab(
    await shopPage({ after }, client.url, { orderId: chat.orderId, token: chat.userToken }),
  );
  const { page, troubles } = await shopperOn(chat.shopperToken, chat.orderId);
  await page.getByRole('button', { name: 'Items 0/1' }).click();
  const item = page.getByRole('list', { name: 'Items' }).getByRole('listitem').first();
  await item.getByRole('button', { name: 'Found' }).click();
  await page.getByRole('button', { name: 'Items 1/1' }).waitFor();
  await item.getByRole('button', { name: 'Replace' }).focus();
  await page.keyboard.press('Enter');
  // The focus goes into the form.
  await item.getByLabel('Product to offer').and(page.locator(':focus')).waitFor();
  await page.keyboard.type('Brown eggs');
  await item.getByLabel('Barcode (UPC)').fill('000111222334');
  await item.getByLabel('How many').fill('2');
  const buffer = await pictureBytes('jpeg');
  await item
    .getByLabel('Photo (optional)')
    .setInputFiles({ name: 'shelf.jpg', mimeType: 'image/jpeg', buffer });
  await item.getByRole('button', { name: 'Offer it' }).click();
  await item.getByText('Replacement proposed: Brown eggs × 2').waitFor();
  await customer.getByRole('button', { name: 'Open the picture from Ilse' }).waitFor();
  await customer.locator('.bubble').getByText('Brown eggs').waitFor();
  await page.getByRole('button', { name: 'Items 0/1' }).waitFor();
  await customer.getByRole('button', { name: 'Yes, take it' }).click();
  await item.getByText('Replacement approved: Brown eggs × 2').waitFor();
  await page.getByRole('button', { name: 'Items 1/1' }).waitFor();
  await customer.getByRole('button', { name: /^Undo/ }).click();
  await page.getByRole('button', { name: 'Items 0/1' }).waitFor();
  for (const side of [page, customer]) {
    await side.locator('.notice').last().getByText('Answer to the replacement taken back').waitFor();
  }
  await item.getByRole('button', { name: 'Refund' }).click();
  await item.getByText('Refunded').waitFor();
  assert.deepEqual(troubles, []);
});

test('a customer who is erased is gone from the open chat, from the list, and from what the device keeps', async () => {
  const chat = await twoPeople(client);
  await client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body: 'Door code 4711' } });
  const customer = await openTab(
    await shopPage({ after }, client.url, { orderId: chat.orderId, token: chat.userToken }),
  );
  await customer.locator('.bubble', { hasText: 'Door code 4711' }).waitFor();
  const page = await open('about:blank', phone);
  await page.clock.install();
  await page.goto(`${client.url}/shopper#token=${chat.shopperToken}&shopper=ilse&order=${chat.orderId}`);
  await page.locator('.bubble', { hasText: 'Door code 4711' }).waitFor();
  await write(page, 'Will do, Noor');
  await page.getByText(/ · (Sent|Read)$/).waitFor();
  await page.locator('textarea').fill('At 4711, Noor?');
  const kept = () => page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]));
  await eventually(kept, (text) => text.includes('Noor') && text.includes('At 4711'));
  // The page reads its list from time to time; without timers only an event can make it do so.
  await page.clock.pauseAt(Date.now() + 5_000);
  const operator = await clientToken(client, chat, 'aislechat:operate');
  const erased = await client.call('DELETE', `/v1/users/${chat.userId}`, { token: operator });
  assert.equal(erased.status, 200, erased.text);
  await page.locator('.bubble').first().waitFor({ state: 'detached' });
  await page.getByText('Noor').first().waitFor({ state: 'detached' });
  assert.equal(await page.locator('textarea').inputValue(), '');
  await eventually(kept, (text) => !/Noor|4711/.test(text));
  await customer.locator('.bubble').first().waitFor({ state: 'detached' });
  // The order goes on.
  await write(page, 'On my way');
  await page.locator('.bubble', { hasText: 'On my way' }).waitFor();
});
