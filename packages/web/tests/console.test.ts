/** The console as an operator, a support agent and a developer use it. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import type { Page } from 'playwright-core';
import { eventually } from '../../server/tests/support/eventually.ts';
import { pictureBytes, uploaded } from '../../server/tests/support/pictures.ts';
import { newPlace } from '../../server/tests/support/place.ts';
import { newDevice } from '../../server/tests/support/push-service.ts';
import { startReceiver } from '../../server/tests/support/receiver.ts';
import {
  chatPath,
  clientToken,
  clock,
  newOrder,
  newOrganization,
  openChatOf,
  shopperSays,
} from '../../server/tests/support/scenario.ts';
import { testServer } from '../../server/tests/support/server.ts';
import { assertAccessible, assertAccessibleInAllLooks, firstLook, isFull } from './support/accessible.ts';
import { busyShop, giveUp, newSupportLink, type Shop, signIn } from './support/console.ts';
import { pagesUnderTest, troublesOf, twoPeople } from './support/pages.ts';
import { payloads } from './support/payloads.ts';

const { client, open, pagesFolder } = await pagesUnderTest({ after, afterEach }, { AISLECHAT_DEMO: 'true' });
const shop = await busyShop(client);
/** A day has passed for this shop: its callbacks are dead, and a chat was erased. */
const tired = await busyShop(client);
tired.operator = await giveUp(tired);

const address = `${client.url}/console`;
const goTo = (page: Page, place: string) => page.goto(`${address}#/${place}`);
const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();
const shows = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

/** Opens the console as if the form had signed it in. */
async function consoleOf(
  { clientId, clientSecret }: Pick<Shop, 'clientId' | 'clientSecret'>,
  place = 'orders',
): Promise<Page> {
  const scope = 'aislechat:operate,connect:fulfillment';
  const token = await clientToken(client, { clientId, clientSecret }, scope);
  const page = await open('about:blank');
  await page.addInitScript(
    (kept) => {
      sessionStorage.setItem('aislechat:console', kept);
    },
    JSON.stringify({ token, name: clientId, scopes: scope.split(',') }),
  );
  await goTo(page, place);
  return page;
}

/** Pretends that the page came to the front, so that it refreshes at once. */
const lookNow = (page: Page) => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));

async function giveReason(page: Page, words: string): Promise<void> {
  await page.getByLabel('Reason').selectOption('Something else');
  await page.getByLabel('Case number or words').fill(words);
  const name = page.getByLabel('Your name');
  if (await name.isVisible()) await name.fill('Robin');
  await press(page, 'Read the conversation');
}

test('an operator signs in without the secret being stored, to a banner of an organization too; signing out revokes the token, and an ended session leads back to the form', async () => {
  const page = await open(address);
  const troubles = troublesOf(page);
  await page.getByLabel('Client ID').fill(shop.clientId);
  await page.getByLabel('Client secret').fill('wrong');
  await press(page, 'Sign in');
  await shows(page, 'No enabled application has this client ID and secret.');
  await signIn(page, shop);
  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie]),
  );
  assert.doesNotMatch(kept, new RegExp(shop.clientSecret));
  const [, token] = /\\"token\\":\\"([\w-]{43})\\"/.exec(kept)!;
  await page.reload();
  await page.getByRole('heading', { name: 'Orders' }).waitFor();
  await press(page, 'Sign out');
  await shows(page, 'You have signed out.');
  await eventually(
    () => client.get('/v1/orders', { token: token! }),
    ({ status }) => status === 401,
  );
  await page.reload();
  await page.getByLabel('Client secret').waitFor();
  assert.deepEqual(troubles, []);

  const organization = await newOrganization(client, ['north', 'south']);
  const banner = client.inBanner('south');
  const south = await openChatOf(banner, organization);
  await page.getByLabel('Client ID').fill(organization.clientId);
  await page.getByLabel('Client secret').fill(organization.clientSecret);
  await press(page, 'Sign in');
  await shows(page, 'Enter the banner: its slug selects one retailer of the organization.');
  await page.getByLabel('Banner').fill('south');
  await signIn(page, organization);
  await shows(page, south.orderId);
  await shows(page, `${organization.clientId}, south`);

  const later = await page.evaluate(
    () => JSON.parse(sessionStorage.getItem('aislechat:console')!).token as string,
  );
  await banner.call('DELETE', '/v1/session', { token: later });
  await lookNow(page);
  await shows(page, 'Your session has ended. Sign in again.');
});

test('an operator can sign in although the browser refuses storage', async () => {
  const page = await open('about:blank');
  await page.addInitScript(() => {
    Object.defineProperty(window, 'sessionStorage', {
      get() {
        throw new DOMException('refused', 'SecurityError');
      },
    });
  });
  await page.goto(address);
  await signIn(page, shop);
  await page.getByRole('heading', { name: 'Orders' }).waitFor();
});

test('orders can be found by the retailer’s ID or ours and filtered by state, and the list updates itself', async () => {
  const page = await consoleOf(shop);
  await page.getByRole('link', { name: shop.orderId, exact: true }).waitFor();
  await page.getByLabel('State').selectOption('picking');
  await eventually(
    () => page.locator('tbody tr').count(),
    (count) => count === 1,
  );
  await client.post(`/v1/orders/${shop.orderId}/state`, {
    token: shop.operator,
    body: { workflow_state: 'checkout' },
  });
  await lookNow(page);
  await shows(page, 'No orders.');
  await client.post(`/v1/orders/${shop.orderId}/state`, {
    token: shop.operator,
    body: { workflow_state: 'picking' },
  });
  await lookNow(page);
  await page.locator('td a').click();
  await page.getByRole('heading', { name: `Order ${shop.orderId}` }).waitFor();
  const ours = await page.locator('dd.mono').innerText();
  await page.goBack();
  await page.getByRole('searchbox').fill(ours);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: `Order ${shop.orderId}` }).waitFor();
  await page.goBack();
  await page.getByRole('searchbox').fill('nothing');
  await page.keyboard.press('Enter');
  await shows(page, 'No order matches nothing.');
});

test('an order is found by half its ID, by name and by phone number, and the address holds no name and no number', async () => {
  const busy = await twoPeople(client);
  const userId = `caller-${busy.clientId.slice(0, 8)}`;
  const operator = await clientToken(client, busy, 'aislechat:operate');
  await client.put(`/v1/users/${userId}`, {
    token: operator,
    body: { first_name: 'Amélie', last_name: 'Roux', phone_number: '+32475000111' },
  });
  const ids = ['Q-9901-a', 'Q-9902-a'];
  for (const order_id of ids) await newOrder(client, busy.token, userId, { order_id });
  const page = await consoleOf(busy);
  const search = async (text: string) => {
    await page.getByRole('searchbox').fill(text);
    await page.keyboard.press('Enter');
  };
  await search('9902');
  await page.getByRole('heading', { name: 'Order Q-9902-a' }).waitFor();
  await page.goBack();
  await search('q-99');
  await page.getByRole('heading', { name: 'Orders that match “q-99”' }).waitFor();
  assert.match(page.url(), /#\/orders\?search=q-99$/);
  const shared = page.url();
  for (const text of ['amélie roux', '+32 475 00 01 11']) {
    await search(text);
    await page.getByRole('heading', { name: `Orders that match “${text}”` }).waitFor();
    assert.deepEqual(await page.locator('td a').allInnerTexts(), ids.toReversed());
    await page.getByRole('cell', { name: 'Amélie Roux' }).first().waitFor();
    assert.doesNotMatch(decodeURIComponent(page.url()), /roux|475|amélie/i);
  }
  await page.locator('td a').first().click();
  await page.getByRole('heading', { name: 'Order Q-9902-a' }).waitFor();
  await page.goBack();
  await page.getByRole('cell', { name: 'Amélie Roux' }).first().waitFor();
  await page.reload();
  await shows(page, 'Names and phone numbers are not kept in the address, so search again.');
  await page.goto(shared);
  await page.getByRole('link', { name: 'Q-9901-a' }).waitFor();
  const { body } = await client.get('/v1/audit', { token: operator });
  const searches = body.entries.filter(({ action }: { action: string }) => action === 'order_search');
  // The result was fetched again on the way back.
  assert.equal(searches.length, 3);
});

test('times are shown in the store’s zone, which the page names, or in one’s own', async () => {
  const agent = await open(await newSupportLink(client, shop.operator, 'Zora'));
  const operator = await consoleOf(shop, 'sandbox');
  for (const [page, place] of [
    [operator, 'sandbox'],
    [operator, 'orders'],
    [agent, 'orders'],
  ] as const) {
    await goTo(page, place);
    await page.getByRole('heading', { level: 1, name: place }).waitFor();
    const zone = page.getByLabel('Show times in');
    const first = page.locator('time').first();
    await first.waitFor();
    await zone.getByText('Store: America/Denver').waitFor({ state: 'attached' });
    const shown = async (timeZone: string | undefined) => {
      const at = (await first.getAttribute('datetime'))!;
      const format = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium', timeZone });
      return (await first.innerText()) === format.format(new Date(at));
    };
    await eventually(() => shown('America/Denver'), Boolean);
    await zone.selectOption('own');
    await eventually(() => shown(undefined), Boolean);
    await zone.selectOption('store');
    await eventually(() => shown('America/Denver'), Boolean);
  }
});

test('going back to a list shows the page that was left, and reopening a list shows its first page', async () => {
  const busy = await twoPeople(client);
  for (let n = 0; n < 27; n++) await newOrder(client, busy.token, busy.userId);
  const page = await consoleOf(busy);
  await page.locator('tbody tr').nth(24).waitFor();
  const first = await page.locator('td a').first().innerText();
  await press(page, 'Older');
  await eventually(
    () => page.locator('tbody tr').count(),
    (count) => count === 3,
  );
  const second = await page.locator('td a').first().innerText();
  await page.locator('td a').first().click();
  await page.getByRole('heading', { name: `Order ${second}` }).waitFor();
  await page.goBack();
  await page.getByRole('link', { name: second, exact: true }).waitFor();
  assert.equal(await page.locator('tbody tr').count(), 3);
  await page.reload();
  await page.getByRole('link', { name: second, exact: true }).waitFor();
  const shared = await consoleOf(busy, new URL(page.url()).hash.replace('#/', ''));
  await shared.getByRole('link', { name: second, exact: true }).waitFor();
  await press(shared, 'Newest');
  await shared.getByRole('link', { name: first, exact: true }).waitFor();
  await page.getByLabel('Status').selectOption('true');
  await page.getByRole('link', { name: first, exact: true }).waitFor();
  await page.goBack();
  await page.getByRole('link', { name: second, exact: true }).waitFor();
});

test('a second tab is signed in automatically, for operators and agents, and signing out ends both sessions', async () => {
  const operator = await consoleOf(shop);
  await operator.getByRole('heading', { name: 'Orders' }).waitFor();
  const agent = await open(await newSupportLink(client, shop.operator, 'Robin'));
  await agent.getByText('Support: Robin').waitFor();
  for (const [tab, name] of [
    [operator, shop.clientId],
    [agent, 'Support: Robin'],
  ] as const) {
    const beside = await tab.context().newPage();
    // The script that signed the first tab in must not sign this one in.
    await beside.addInitScript(() => sessionStorage.setItem('beside', '1'));
    await beside.goto(`${address}#/orders`);
    await beside.getByText(name).waitFor();
    await beside.getByRole('heading', { name: 'Orders' }).waitFor();
    await press(beside, 'Sign out');
    await shows(beside, 'You have signed out.');
    await shows(tab, 'You have signed out.');
    const kept = await beside.evaluate(() => JSON.stringify([{ ...localStorage }, document.cookie]));
    assert.equal(kept, '[{},""]');
    assert.equal(await beside.evaluate(() => sessionStorage.getItem('aislechat:console')), null);
    // No signed-in tab is left to share its session.
    await beside.reload();
    await beside.getByLabel('Client secret').waitFor();
  }
});

test('moving the clock past the token’s expiry keeps the operator signed in', async () => {
  const chat = await twoPeople(client);
  const page = await open(address);
  await signIn(page, chat);
  await goTo(page, 'sandbox');
  const clock = page.locator('aislechat-console-clock');
  await clock.getByText(/\d:\d\d:\d\d/).waitFor();
  await clock.getByRole('button', { name: '+24 hours' }).click();
  await page.getByLabel('Client secret').fill('wrong');
  await press(page, 'Move ahead and stay signed in');
  await clock.getByText('No enabled application has this client ID and secret.').waitFor();
  for (let n = 0; n < 2; n++) {
    await clock.getByRole('button', { name: '+24 hours' }).click();
    await page.getByLabel('Client secret').fill(chat.clientSecret);
    await press(page, 'Move ahead and stay signed in');
    await clock.getByText('The clock moved ahead by 24 hours.').waitFor();
  }
  await page.reload();
  await page.getByRole('heading', { name: 'Sandbox' }).waitFor();
  await clock.getByText(/\d:\d\d:\d\d/).waitFor();
});

test('reading a conversation requires a reason, follows the order, and is recorded in the audit log', async () => {
  const page = await consoleOf(shop);
  const asked: string[] = [];
  page.on('request', (request) => {
    if (/conversation|\/chat\/|events|stream/.test(request.url())) asked.push(request.url());
  });
  await goTo(page, `orders/${shop.orderId}`);
  await shows(page, 'assigned to shopper');
  await shows(page, 'assignment');
  assert.deepEqual(asked, [], 'no content was fetched before a reason was given');
  assert.doesNotMatch(await page.locator('aislechat-console-order').innerText(), /Noor|Ilse/);
  await giveReason(page, 'a complaint about avocados');
  await shows(page, 'Firm ones are fine, thanks!');
  await page.getByRole('row', { name: /Robin.*a complaint about avocados/ }).waitFor();
  await shows(page, 'customer: Noor');
  const entries = async () => {
    const { body } = await client.get(`/v1/audit?order_id=${shop.orderId}`, { token: shop.operator });
    return body.entries.filter(({ action }: { action: string }) => action === 'conversation_read')
      .length as number;
  };
  const before = await entries();
  await client.post(chatPath(shop.orderId), { token: shop.userToken, body: { body: 'and two limes' } });
  await lookNow(page);
  await shows(page, 'and two limes');
  assert.equal(await entries(), before, 'the entry covers the quarter of an hour after it');
  assert.ok(before > 0);
});

test('who gave a reason sees the photos of a conversation and its new messages as they come', async () => {
  const chat = await busyShop(client);
  const { userToken, orderId } = chat;
  const image_id = await uploaded(client, userToken, orderId, await pictureBytes('jpeg', 640, 480));
  const photo = { token: userToken, body: { body: 'This size', image_id } };
  assert.equal((await client.post(chatPath(orderId), photo)).status, 200);
  const page = await open(await newSupportLink(client, chat.operator));
  const troubles = troublesOf(page);
  await page.getByRole('heading', { name: 'Orders' }).waitFor();
  await goTo(page, `orders/${orderId}`);
  await giveReason(page, 'the size of the melon');
  for (const viewport of [
    { width: 320, height: 720 },
    { width: 1280, height: 900 },
  ]) {
    await page.setViewportSize(viewport);
    const image = page.getByRole('img', { name: 'Photo in the message' });
    await image.scrollIntoViewIfNeeded();
    await eventually(
      () => image.evaluate((element) => (element as HTMLImageElement).naturalWidth),
      (width) => width > 0,
    );
    await assertAccessible(page, `a conversation with a photo, ${viewport.width} px`);
    // Nobody reloads the page or brings it to the front.
    const text = `One more for ${viewport.width}`;
    await client.post(chatPath(orderId), { token: userToken, body: { body: text } });
    await page.getByRole('log', { name: 'Messages' }).getByText(text).waitFor();
    assert.deepEqual(troubles, []);
  }
});

test('the photos of a conversation that stays open get new links before theirs end', async () => {
  const chat = await busyShop(client);
  const { token, userToken, orderId } = chat;
  await clock(client, token, { frozen: true });
  const image_id = await uploaded(client, userToken, orderId, await pictureBytes('jpeg', 64, 48));
  await client.post(chatPath(orderId), { token: userToken, body: { body: 'This size', image_id } });
  const page = await consoleOf(chat);
  await page.clock.install();
  await goTo(page, `orders/${orderId}`);
  await giveReason(page, 'the size of the melon');
  const link = page.getByRole('img', { name: 'Photo in the message' }).locator('xpath=..');
  const address = await link.getAttribute('href');
  await clock(client, token, { advance_ms: 10 * 60_000 });
  await page.clock.fastForward('05:00');
  await eventually(
    () => link.getAttribute('href'),
    (other) => other !== address,
  );
});

test('an erased customer and what was written are gone from the conversation and the list that are open', async () => {
  const chat = await busyShop(client);
  const { orderId, operator, userId } = chat;
  const ofAgent = await open(await newSupportLink(client, operator));
  await ofAgent.getByText(orderId).first().click();
  await giveReason(ofAgent, 'a door code');
  const log = ofAgent.getByRole('log', { name: 'Messages' });
  await log.getByText('Firm ones are fine, thanks!').waitFor();
  const participants = ofAgent.getByRole('region', { name: 'Participants' });
  await participants.getByText('Noor').waitFor();
  const list = await consoleOf(chat);
  await list.getByText(userId).first().waitFor();
  const erased = await client.call('DELETE', `/v1/users/${userId}`, { token: operator });
  assert.equal(erased.status, 200, erased.text);
  await log.getByText('Firm ones are fine, thanks!').waitFor({ state: 'detached' });
  await ofAgent.getByText(/Noor/).first().waitFor({ state: 'detached' });
  await participants.getByText(userId).waitFor({ state: 'detached' });
  await list.getByText(userId).first().waitFor({ state: 'detached' });
});

test('an operator moves an order, reassigns it, closes its chat, and exports and erases its people', async () => {
  const { token, shopperId } = shop;
  const userId = `erasable-${shop.clientId.slice(0, 8)}`;
  await client.put(`/v1/users/${userId}`, { token: shop.operator, body: { first_name: 'Edda' } });
  const orderId = await newOrder(client, token, userId, { order_id: 'ACT-1' });
  const overview = async () => (await client.get(`/v1/orders/${orderId}`, { token: shop.operator })).body;
  const page = await consoleOf(shop, `orders/${orderId}`);
  const actions = page.locator('aislechat-console-order-actions');
  await actions.getByLabel('State').selectOption('picking');
  await press(page, 'Change state');
  await shows(page, 'The order is picking.');
  await actions.getByLabel('Shopper, by your ID').fill(`#${shopperId}`);
  await press(page, 'Assign');
  await shows(page, `The order was assigned to shopper #${shopperId}.`);
  await press(page, 'Close the chat');
  await shows(page, 'The chat is closed. Both sides see a notice.');
  const closed = await overview();
  assert.deepEqual(
    [closed.workflow_state, closed.shopper.id, closed.chat_closed],
    ['picking', shopperId, true],
  );
  await press(page, 'Open the chat again');
  await page.getByRole('button', { name: 'Close the chat' }).waitFor();
  assert.equal((await overview()).chat_closed, false);

  await page.getByText('Export or erase people').click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    press(page, `Export customer ${userId}`),
  ]);
  assert.match(readFileSync(await download.path(), 'utf8'), /"type":"user".*Edda/);
  await press(page, `Erase customer ${userId}…`);
  await assertAccessible(page, 'erase a person');
  await page.getByRole('dialog').getByRole('button', { name: 'Erase' }).click();
  await shows(page, `The customer ${userId} was erased.`);
  assert.equal((await overview()).user.user_id, undefined);
  const actionsOfAudit = (await client.get('/v1/audit?limit=20', { token: shop.operator })).body.entries.map(
    ({ action }: { action: string }) => action,
  );
  for (const action of [
    'state_change',
    'assignment',
    'chat_closing',
    'chat_reopening',
    'user_export',
    'user_erasure',
  ])
    assert.ok(actionsOfAudit.includes(action), action);
});

test('a delivery shows what was sent and answered, and leads to its order; an endpoint is created with a secret that is shown once, and can be disabled and deleted', async (t) => {
  const receiver = await startReceiver(t, (_received, response) => {
    response.writeHead(422).end('{"error":"no such topic"}\n');
  });
  const own = await twoPeople(client);
  const operator = await clientToken(client, own, 'aislechat:operate');
  await client.post('/v1/callback-endpoints', {
    token: operator,
    body: { name: 'orders', url: receiver.url, events: ['chat_message_created'] },
  });
  await client.post(chatPath(own.orderId), { token: own.userToken, body: { body: 'Is it raining?' } });
  const [received] = await receiver.until(1);
  const page = await consoleOf(own, 'callbacks');
  await press(page, /^Attempts of/);
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('region', { name: 'Sent body' }).waitFor();
  const sent = await dialog.getByRole('region', { name: 'Sent body' }).textContent();
  assert.deepEqual(JSON.parse(sent!), received!.body);
  await dialog.getByText('{"error":"no such topic"}\\u000a', { exact: true }).first().waitFor();
  await dialog.getByRole('cell', { name: '422' }).first().waitFor();
  await dialog.getByRole('link', { name: /^#\d+/ }).click();
  await page.getByRole('heading', { name: `Order ${own.orderId}` }).waitFor();

  await goTo(page, 'callbacks');
  await press(page, /^New endpoint/);
  await page.getByLabel('Name', { exact: true }).fill('second');
  await page.getByLabel('Address').fill('http://127.0.0.1:9/second');
  await press(page, 'Create');
  assert.match(await page.getByLabel('Signing secret', { exact: true }).inputValue(), /^whsec_/);
  await press(page, 'I saved it');
  await press(page, 'Disable: second');
  await shows(page, 'second is disabled.');
  await press(page, /^Delete.*second/);
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await shows(page, 'second and its deliveries were deleted');
});

test('a dead delivery is replayed in three actions, leads to its order, and can be inspected; an endpoint can be tested', async () => {
  const page = await consoleOf(tired);
  await page.getByRole('link', { name: 'Callbacks' }).click();
  await page.getByLabel('State').selectOption('dead');
  await press(page, /^Replay (chat_message_created|fulfillment.delivered)/);
  await shows(page, /will be sent again with the same event ID/);
  const { id } = (await client.get(`/v1/orders/${tired.orderId}`, { token: tired.operator })).body;
  await page.getByLabel('State').selectOption('');
  await page
    .getByRole('link', { name: `#${id}` })
    .first()
    .click();
  await page.getByRole('heading', { name: `Order ${tired.orderId}` }).waitFor();

  await goTo(page, 'callbacks?state=dead');
  await press(page, /^Attempts of/);
  const dialog = page.getByRole('dialog');
  await dialog.getByText('connection_failed').first().waitFor();
  await dialog.getByRole('button', { name: 'Replay' }).click();
  await dialog.getByText('pending').waitFor();
  await page.keyboard.press('Escape');
  await shows(page, /will be sent again with the same event ID/);
  await press(page, /^Test: order system/);
  await shows(page, /Sample sent to order system: connection_failed/);
  await press(page, /^Replay dead: order system/);
  await shows(page, /dead deliver(y|ies) will be sent again/);
});

test('an application is created with the scopes of what it is for; its secret is shown once, despite Escape, and can be rotated; none disables itself', async () => {
  const page = await consoleOf(shop, 'applications');
  await press(page, /^New application/);
  // The dialog may open before the applications have arrived.
  await page.locator('[name=scopes]').first().waitFor();
  const checked = async () => {
    const boxes = await page.locator('[name=scopes]:checked').all();
    return Promise.all(boxes.map((box) => box.getAttribute('value')));
  };
  assert.deepEqual(await checked(), ['connect:post_checkout']);
  await page.getByLabel('What it is for').selectOption('Your ordering system');
  assert.deepEqual((await checked()).sort(), ['connect:fulfillment', 'connect:post_checkout']);
  await page.getByLabel('What it is for').selectOption('Operations: this console, assignment, erasure');
  assert.deepEqual(await checked(), ['aislechat:operate']);
  await page.keyboard.press('Escape');
  const name = page.getByLabel('Name', { exact: true });
  await name.waitFor({ state: 'detached' });

  await press(page, /^New application/);
  await name.fill('till');
  await page.getByLabel('connect:fulfillment').uncheck();
  await press(page, 'Create');
  await page.getByRole('heading', { name: 'till was created' }).waitFor();
  const clientId = await page.getByLabel('Client ID').inputValue();
  const secret = await page.getByLabel('Client secret').inputValue();
  const works = async (clientSecret: string) =>
    (await clientToken(client, { clientId, clientSecret })) !== undefined;
  assert.ok(await works(secret));
  await press(page, 'I saved it');
  assert.doesNotMatch(await page.content(), new RegExp(secret));

  await press(page, 'New secret for till');
  await press(page, 'Create a new secret');
  await page.getByRole('heading', { name: 'till has a new secret' }).waitFor();
  // Escape closes every dialog but this one, whose secret is not shown again.
  for (let n = 0; n < 3; n++) await page.keyboard.press('Escape');
  const next = page.getByLabel('Client secret');
  assert.match(await next.inputValue(), /^[\w-]{43}$/);
  assert.ok(await works(await next.inputValue()));
  assert.ok(!(await works(secret)));
  await press(page, 'I saved it');
  await next.waitFor({ state: 'detached' });
  await press(page, 'Revoke tokens of till');
  await shows(page, 'till: 2 tokens were revoked.');
  await press(page, 'Disable till');
  await shows(page, 'till is disabled.');
  assert.equal(await page.getByRole('button', { name: 'Disable default' }).count(), 0);
});

test('the audit log is filtered by action and order, leads to the order, also by the ID that it prints, and is saved as a file', async () => {
  const page = await consoleOf(shop, 'audit');
  const printed = await page
    .getByRole('cell', { name: /^order #\d+$/ })
    .first()
    .innerText();
  for (const text of [printed, printed.replace('order ', '')]) {
    await goTo(page, 'orders');
    await page.getByRole('heading', { name: 'Orders' }).waitFor();
    await page.getByRole('searchbox').fill(text);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^Order / }).waitFor();
  }

  await goTo(page, 'audit');
  await page.getByLabel('Action').selectOption('state change');
  await page.locator('.badge').first().waitFor();
  await eventually(
    () => page.locator('tbody .badge').allInnerTexts(),
    (shown) => shown.length > 0 && shown.every((action) => action === 'state change'),
  );
  await page.getByLabel('Order ID').fill(shop.orderId);
  await page.keyboard.press('Enter');
  await page.getByLabel('Order ID').blur();
  const ours = (await client.get(`/v1/orders/${shop.orderId}`, { token: shop.operator })).body.id;
  await eventually(
    () => page.locator('tbody a').allInnerTexts(),
    (shown) => shown.length > 0 && shown.every((subject) => subject === `order #${ours}`),
  );
  assert.match(page.url(), new RegExp(`#/audit\\?action=state_change&order_id=${shop.orderId}$`));
  const [download] = await Promise.all([page.waitForEvent('download'), press(page, 'Save as CSV')]);
  const lines = readFileSync(await download.path(), 'utf8')
    .trimEnd()
    .split('\r\n');
  assert.equal(lines[0], '"id","at","action","subject","subject_id","agent","client_id","reason","detail"');
  assert.ok(lines.length > 1);
  for (const line of lines.slice(1)) assert.match(line, new RegExp(`"state_change","order","${ours}"`));
  await page.locator('tbody a').first().click();
  await page.getByRole('heading', { name: `Order ${shop.orderId}` }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'Audit log' }).waitFor();

  // A reason that looks like a formula is text in a spreadsheet.
  await client.get(`/v1/orders/${shop.orderId}/conversation?reason=${encodeURIComponent('=1+"1')}`, {
    token: shop.operator,
  });
  await goTo(page, 'audit?action=conversation_read');
  const [file] = await Promise.all([page.waitForEvent('download'), press(page, 'Save as CSV')]);
  assert.match(readFileSync(await file.path(), 'utf8'), /"'=1\+""1"/);
});

test('leaving edited settings needs a confirmation, saving sends only what was changed, and its result is beside the button', async () => {
  const page = await consoleOf(shop, 'settings');
  const questions: string[] = [];
  let answer = false;
  page.on('dialog', (dialog) => {
    questions.push(dialog.message());
    void (answer ? dialog.accept() : dialog.dismiss());
  });
  const name = page.getByLabel('Quick replies for shoppers');
  await name.fill('edited');
  await page.getByRole('link', { name: 'Health' }).click();
  await eventually(
    () => Promise.resolve(questions.length),
    (count) => count === 1,
  );
  assert.equal(await name.inputValue(), 'edited');
  assert.match(page.url(), /#\/settings$/);
  await press(page, 'Save');
  const done = page.locator('aislechat-console-settings .done');
  await done.filter({ hasText: 'Saved.' }).waitFor();
  const [button, note] = await Promise.all([
    page.getByRole('button', { name: 'Save' }).boundingBox(),
    done.boundingBox(),
  ]);
  assert.ok(Math.abs(note!.y - (button!.y + button!.height)) < 60, 'the note is beside the button');
  await page.getByRole('link', { name: 'Health' }).click();
  await page.getByRole('heading', { name: 'Health' }).waitFor();
  await page.goBack();
  await name.fill('edited again');
  answer = true;
  await page.getByRole('link', { name: 'Health' }).click();
  await page.getByRole('heading', { name: 'Health' }).waitFor();
  assert.deepEqual(questions, Array(2).fill('Leave without saving your changes?'));

  await page.goBack();
  await page.getByLabel('Phone numbers').check();
  const [request] = await Promise.all([
    page.waitForRequest((one) => one.method() === 'PATCH'),
    press(page, 'Save'),
  ]);
  assert.equal(request.postData(), '{"privacy_masks":true}');
  await shows(page, 'Saved.');
  const { body } = await client.get('/v1/retailer', { token: shop.operator });
  assert.equal(body.privacy_masks, true);
  // A quick reply with a comma, and then the two replies that a line break separates.
  const saved = async (lines: string) => {
    await page.getByLabel('Quick replies for shoppers').fill(lines);
    await press(page, 'Save');
    await shows(page, 'Saved.');
    return eventually(
      async () => (await client.get('/v1/retailer', { token: shop.operator })).body.quick_replies,
      (replies) => replies.join('\n') === lines,
    );
  };
  await saved('a,b');
  await saved('a\nb');
  await page.getByLabel('Time zone').fill('Mars/Olympus');
  await press(page, 'Save');
  await shows(page, 'timezone is not included in the list.');
  // The problem is visible however far down the button is.
  await page.setViewportSize({ width: 900, height: 320 });
  await page.getByRole('button', { name: 'Save' }).scrollIntoViewIfNeeded();
  await press(page, 'Save');
  const problem = page.locator('aislechat-console-settings .problem').filter({ hasText: /./ });
  await eventually(
    async () => (await problem.boundingBox())?.y ?? Number.NEGATIVE_INFINITY,
    (top) => top > -1,
  );
});

test('the console lists erasure receipts, describes every health chart in words, and shows the last hour at once, its values by pointer and by keyboard', async () => {
  const page = await consoleOf(tired, 'receipts');
  await page.getByRole('cell', { name: 'expired' }).first().waitFor();
  await client.post(chatPath(tired.orderId), { token: tired.operator, body: { body: 'x' } });
  // The server of a test is not an hour old, so minutes are added to its answer.
  await page.route('**/v1/figures', async (route) => {
    const response = await route.fetch();
    const figures = await response.json();
    const minutes = figures.sends.per_minute;
    minutes[0] = { sends: 7, latency_ms: { p50: 4, p95: 30, p99: 400 } };
    minutes[1] = { sends: 8, latency_ms: { p50: 5, p95: 31, p99: 41 } };
    await route.fulfill({ response, json: figures });
  });
  await goTo(page, 'health');
  await page.getByRole('img', { name: /^Sends: now \d+ \/s; maximum/ }).waitFor();
  await page.getByRole('img', { name: /^Sends per minute: now \d \/min; maximum 8 / }).waitFor();
  assert.equal(await page.getByRole('img').count(), 6);
  await shows(page, 'Dead callbacks');
  const plot = page.locator('aislechat-console-plot').filter({ hasText: 'Send latency' });
  const key = plot.getByRole('list', { name: 'Key' });
  await key.getByText('goal 250 ms').waitFor();
  assert.equal(await plot.locator('.area .goal').count(), 1, 'the goal is drawn');

  const { x, y, width } = (await plot.locator('.area').boundingBox())!;
  await page.mouse.move(x + width / 59, y + 20);
  await plot.getByText('58 min ago').waitFor();
  assert.deepEqual(await key.locator('b').allTextContents(), ['5 ms', '31 ms', '41 ms']);
  await page.mouse.move(x, y - 60);
  await plot.getByText('now', { exact: true }).first().waitFor();

  const slider = plot.getByRole('slider', { name: 'Send latency, values over time' });
  await slider.focus();
  await page.keyboard.press('Home');
  await plot.getByText('59 min ago').waitFor();
  assert.equal(
    await slider.getAttribute('aria-valuetext'),
    '59 min ago: p50 4 ms, p95 30 ms, p99 400 ms, above the goal',
  );
  await key.getByText('400 ms, above the goal').waitFor();
  await page.keyboard.press('ArrowRight');
  await plot.getByText('58 min ago').waitFor();
  // The page goes on asking, and must not after the server has stopped.
  await page.unrouteAll({ behavior: 'wait' });
});

test('a developer can move the clock, play the shopper, run a scenario, set a fault and see the requests; who plays the shopper sees the chat as the shopper does', async () => {
  const chat = await twoPeople(client);
  const page = await consoleOf(chat, 'sandbox');
  const clock = page.locator('aislechat-console-clock');
  await clock.getByText(/\d:\d\d:\d\d/).waitFor();
  const now = async () => Date.parse((await client.get('/v1/sandbox/clock', { token: chat.token })).body.now);
  const since = await now();
  await clock.getByRole('slider').fill('120');
  await clock.getByRole('button', { name: 'Move ahead' }).click();
  await clock.getByText('The clock moved ahead by 2 h.').waitFor();
  assert.ok((await now()) - since >= 7_200_000);

  const play = page.locator('aislechat-console-play');
  await client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body: 'Are the figs ripe?' } });
  const log = play.getByRole('log', { name: 'Messages' });
  await log.getByText('Are the figs ripe?').waitFor();
  await play.getByLabel('As the shopper').fill('They are.');
  await play.getByRole('button', { name: 'Send' }).click();
  await log.getByText('They are.').waitFor();
  const edges = (text: string) =>
    log
      .locator('.message')
      .filter({ hasText: text })
      .evaluate((message) => {
        const { left, right } = message.getBoundingClientRect();
        const around = message.parentElement!.getBoundingClientRect();
        return { fromLeft: left - around.left, fromRight: around.right - right };
      });
  const theirs = await edges('Are the figs ripe?');
  const own = await edges('They are.');
  assert.ok(theirs.fromLeft < 20 && theirs.fromRight > 20, 'the customer is on the left');
  assert.ok(own.fromRight < 20 && own.fromLeft > 20, 'the shopper is on the right');
  assert.ok(await log.getByText('Noor').isVisible(), 'the customer has a name');
  assert.equal(await log.locator('.driver .by').count(), 0, 'the shopper who is played needs none');
  await client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body: 'Two, please.' } });
  await lookNow(page);
  await log.getByText('Two, please.').waitFor();
  const operator = await clientToken(client, chat, 'aislechat:operate');
  const { entries } = (await client.get(`/v1/audit?order_id=${chat.orderId}`, { token: operator })).body;
  assert.ok(
    entries.some(({ reason }: { reason?: string }) => reason === 'Playing the shopper in the sandbox'),
    'reading it is recorded like any other reading',
  );

  await play.getByLabel('As the shopper').fill('Hello from the console');
  await play.getByRole('button', { name: 'Send' }).click();
  await play.getByText('Sent.').waitFor();
  await play.getByRole('button', { name: 'Hand over' }).click();
  await play.getByText(`${chat.orderId} was handed over to Jonah.`).waitFor();
  const said = await client.get(chatPath(chat.orderId), { token: chat.userToken });
  assert.equal(said.body.chat_messages.at(-1).body, 'Hello from the console');
  assert.equal(said.body.metadata.current_shopper.display_name, 'Jonah');

  const scenarios = page.locator('aislechat-console-scenarios');
  await scenarios.getByRole('button', { name: 'Run' }).click();
  await scenarios.getByText('finished').waitFor();

  const faults = page.locator('aislechat-console-faults');
  await faults.getByLabel('Maximum count').fill('1');
  await faults.getByRole('button', { name: 'Add' }).click();
  await faults.getByText('The fault is active.').waitFor();
  const send = () => client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body: 'x' } });
  assert.equal((await send()).status, 503);
  assert.equal((await send()).status, 200);
  await lookNow(page);
  await faults.getByText('1 of 2').waitFor();
  const requests = page.locator('aislechat-console-requests');
  await requests.getByLabel('Status').selectOption('5xx');
  await requests.locator('summary').filter({ hasText: '503' }).click();
  await requests.getByText('temporarily unavailable').waitFor();
  await faults.getByRole('button', { name: 'Clear all' }).click();
  await faults.getByText('No faults are active.', { exact: true }).waitFor();
});

test('the first screen opens a new sandbox retailer or the demo with one click, and the clock of the demo moves without a secret', async () => {
  const page = await open(address);
  await press(page, 'Create a new retailer');
  await press(page, 'Sign in to this retailer');
  await shows(page, 'No orders.');
  await press(page, 'Sign out');
  await press(page, 'Sign in to the demo');
  await page.getByRole('link', { name: 'DEMO-1' }).waitFor();

  // The secret of the demo is public, so its clock asks for none.
  await goTo(page, 'sandbox');
  const clock = page.locator('aislechat-console-clock');
  await clock.getByText(/\d:\d\d:\d\d/).waitFor();
  await clock.getByRole('button', { name: '+24 hours' }).click();
  await clock.getByText('The clock moved ahead by 24 hours.').waitFor();
});

test('an order is found by half its number and its last message read in five actions, or in four by an agent, who signs in with a one-time link and can do nothing else', async () => {
  const { token, userId, shopperId, userToken } = shop;
  const order_id = await newOrder(client, token, userId, { order_id: 'W-48151623' });
  await client.post(`/v1/orders/${order_id}/assignment`, {
    token: shop.operator,
    body: { shopper_id: shopperId },
  });
  await client.post(`/v1/orders/${order_id}/state`, {
    token: shop.operator,
    body: { workflow_state: 'picking' },
  });
  await client.post(chatPath(order_id), { token: userToken, body: { body: 'the last words' } });
  const operator = await consoleOf(shop, 'applications');
  await operator.getByLabel('Agent’s name').fill('Dana');
  await press(operator, 'Create a link');
  const link = await operator.getByLabel('Link', { exact: true }).inputValue();
  await press(operator, 'I saved it');
  await goTo(operator, 'orders');
  const agent = await open(link);
  await shows(agent, 'Support: Dana');
  assert.equal(new URL(agent.url()).hash, '');
  for (const page of [operator, agent]) {
    await page.getByRole('heading', { name: 'Orders' }).waitFor();
    const search = page.getByRole('searchbox');
    await search.waitFor();
    let actions = 0;
    const act = async (work: Promise<unknown>) => {
      await work;
      actions += 1;
    };
    await act(search.fill('5162'));
    await act(page.keyboard.press('Enter'));
    await act(page.getByLabel('Reason').selectOption('The customer asks about a refund'));
    if (page !== agent) await act(page.getByLabel('Your name').fill('Robin'));
    await act(press(page, 'Read the conversation'));
    await shows(page, 'the last words');
    assert.equal(actions, page === agent ? 4 : 5);
  }

  assert.deepEqual(
    await agent.getByRole('navigation', { name: 'Console' }).getByRole('link').allInnerTexts(),
    ['Orders', 'Reports'],
  );
  await goTo(agent, `orders/${shop.orderId}`);
  await shows(agent, 'assigned to shopper');
  await giveReason(agent, 'asked by the customer');
  await shows(agent, 'Firm ones are fine, thanks!');
  await agent.getByRole('row', { name: /Dana.*asked by the customer/ }).waitFor();
  for (const place of ['applications', 'settings', 'sandbox', 'audit']) {
    await goTo(agent, 'orders');
    await agent.getByRole('heading', { name: 'Orders' }).waitFor();
    await goTo(agent, place);
    await agent.getByRole('heading', { name: 'Page not found' }).waitFor();
  }
  const again = await open(link);
  await shows(again, 'This link was already used or has expired.');
});

/** How many messages of the shop's newest report are held as evidence. */
async function heldOf({ operator }: Shop): Promise<number> {
  const { reports } = (await client.get('/v1/reports', { token: operator })).body;
  return reports[0].held_messages;
}

test('what is reported can be read as evidence with a reason, until the operator erases it', async () => {
  const kept = await busyShop(client);
  const days = { report_evidence_days: 7 };
  const { status } = await client.call('PATCH', '/v1/retailer', { token: kept.operator, body: days });
  assert.equal(status, 200);
  const { chat_messages } = (await client.get(chatPath(kept.orderId), { token: kept.userToken })).body;
  const body = { reason: 'other', message_ids: [chat_messages[1].id] };
  await client.post(`/v1/orders/${kept.orderId}/reports`, { token: kept.userToken, body });
  const link = await newSupportLink(client, kept.operator, 'Dana');
  const agent = await open(link, { viewport: { width: 320, height: 800 } });
  await agent.getByRole('heading', { name: 'Orders' }).waitFor();
  await goTo(agent, 'reports');
  await press(agent, `Read the evidence: ${kept.orderId}`);
  await assertAccessible(agent, 'the reason for reading evidence');
  const dialog = agent.getByRole('dialog');
  await dialog.getByLabel('Reason').selectOption('The chat was reported');
  await dialog.getByRole('button', { name: 'Read the evidence' }).click();
  await dialog.getByText('The ripe avocados are out. Shall I take firm ones?').waitFor();
  assert.equal(await dialog.getByRole('row').count(), 2, 'only what was reported');
  await assertAccessible(agent, 'evidence');
  await dialog.getByRole('button', { name: 'Close' }).click();
  assert.equal(await agent.getByRole('button', { name: /^Done/ }).count(), 0);

  const page = await consoleOf(kept, 'reports');
  await page.getByText(/held until/).waitFor();
  await press(page, `Done: ${kept.orderId}`);
  await shows(page, 'No reports.');
  await page.getByRole('link', { name: 'Show all' }).click();
  await press(page, `Done, erase the evidence: ${kept.orderId}`);
  const confirmation = page.getByRole('dialog', { name: `Erase the evidence of order ${kept.orderId}?` });
  await confirmation.getByText('This cannot be undone.').waitFor();
  await assertAccessible(page, 'the confirmation of an erasure');
  await confirmation.getByRole('button', { name: 'Cancel' }).click();
  await confirmation.waitFor({ state: 'detached' });
  assert.equal(await heldOf(kept), 1, 'nothing is erased without the confirmation');
  await press(page, `Done, erase the evidence: ${kept.orderId}`);
  await confirmation.getByRole('button', { name: 'Erase' }).click();
  await shows(page, 'The reports about this order are done, and the evidence is erased.');
  await page.getByText(/held until/).waitFor({ state: 'detached' });
  await goTo(page, 'audit');
  await page.getByRole('row').filter({ hasText: 'evidence read' }).filter({ hasText: 'Dana' }).waitFor();
  await goTo(page, 'receipts');
  await page.getByRole('row').filter({ hasText: 'evidence' }).first().waitFor();
});

test('evidence on the screen is dropped once it is held no longer, and reading it is recorded once', async () => {
  const chat = await twoPeople(client, { report_evidence_days: 7 });
  const says = (text: string) => shopperSays(client, chat.token, chat.shopperId, chat.orderId, text);
  const ids = [await says('A rude word'), await says('x'.repeat(1000))];
  const body = { reason: 'harassment', message_ids: ids };
  await client.post(`/v1/orders/${chat.orderId}/reports`, { token: chat.userToken, body });
  const operator = await clientToken(client, chat, 'aislechat:operate');
  const page = await consoleOf(chat, 'reports');
  await press(page, `Read the evidence: ${chat.orderId}`);
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').selectOption('The chat was reported');
  await dialog.getByLabel('Your name').fill('Robin');
  await dialog.getByRole('button', { name: 'Read the evidence' }).click();
  await dialog.getByText('A rude word').waitFor();
  const [cell, overflow] = await dialog
    .getByRole('cell')
    .first()
    .evaluate((cell) => {
      const around = cell.closest('table')!;
      return [cell.getBoundingClientRect(), around.scrollWidth - around.clientWidth] as const;
    });
  assert.ok(cell.width >= 7 * 16 && cell.height < 1000, 'the time has room beside a long word');
  assert.equal(overflow, 0);
  const listed = () => page.waitForResponse(/\/v1\/reports/).then((response) => response.finished());
  await Promise.all([listed(), lookNow(page)]);
  await Promise.all([listed(), lookNow(page)]);
  assert.ok(await dialog.getByText('A rude word').isVisible(), 'it stays while it is held');
  await page.context().setOffline(true);
  await lookNow(page);
  const outage = dialog.getByRole('alert').filter({ hasText: /\w/ });
  await outage.waitFor();
  assert.ok(await dialog.getByText('A rude word').isVisible());
  const erasing = { token: operator, body: { erase_evidence: true } };
  const path = `/v1/orders/${chat.orderId}/reports/resolution`;
  assert.equal((await client.post(path, erasing)).status, 200);
  await page.context().setOffline(false);
  await lookNow(page);
  await outage.waitFor({ state: 'detached' });
  await dialog.getByRole('status').getByText('What is held has changed.').waitFor();
  assert.equal(await dialog.getByText('A rude word').count(), 0);
  const { entries } = (await client.get(`/v1/audit?order_id=${chat.orderId}`, { token: operator })).body;
  const readings = entries.filter(({ action }: { action: string }) => action === 'evidence_read');
  assert.equal(readings.length, 1);
  await dialog.getByLabel('Reason').selectOption('The chat was reported');
  await dialog.getByRole('button', { name: 'Read the evidence' }).click();
  await dialog.getByText('Nothing is held any more.').waitFor();
});

test('every view is accessible in every look', async () => {
  const page = await open(address, firstLook);
  await page.getByLabel('Client ID').waitFor();
  await assertAccessibleInAllLooks(page, 'sign in');
  await signIn(page, tired);
  for (const [view, title] of [
    ['orders', 'Orders'],
    ['callbacks', 'Callbacks'],
    ['applications', 'Applications'],
    ['settings', 'Settings'],
    ['audit', 'Audit log'],
    ['receipts', 'Erasures'],
    ['health', 'Health'],
    ['sandbox', 'Sandbox'],
  ] as const) {
    await goTo(page, view);
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await page.locator('td, dd, input, summary, figure').first().waitFor();
    await assertAccessibleInAllLooks(page, view);
  }
  await page.locator('summary').first().click();
  await assertAccessibleInAllLooks(page, 'a request');
  await goTo(page, 'nowhere');
  await page.getByRole('heading', { name: 'Page not found' }).waitFor();
  await assertAccessibleInAllLooks(page, 'nowhere');
  await goTo(page, `orders/${tired.orderId}`);
  await page.getByLabel('Reason').waitFor();
  await assertAccessibleInAllLooks(page, 'reason');
  await giveReason(page, 'looking');
  await shows(page, 'Firm ones are fine');
  await assertAccessibleInAllLooks(page, 'order');
  await goTo(page, 'applications');
  await press(page, /^New application/);
  await assertAccessibleInAllLooks(page, 'new application');
  await page.keyboard.press('Escape');
  await press(page, /^New secret for/);
  await assertAccessibleInAllLooks(page, 'another secret');
  await page.keyboard.press('Escape');
  await goTo(page, 'callbacks');
  await press(page, /^Attempts of/);
  await page.getByRole('dialog').waitFor();
  await assertAccessibleInAllLooks(page, 'attempts');
});

for (const [fontSize, mostRem] of [
  ['100%', 4],
  ['200%', 6],
] as const) {
  test(`on a narrow screen with text at ${fontSize} the header is low and has a menu, which works by keyboard`, async () => {
    const page = await consoleOf(shop);
    await page.setViewportSize({ width: 320, height: 720 });
    await page.evaluate((size) => {
      document.documentElement.style.fontSize = size;
    }, fontSize);
    await page.getByRole('heading', { name: 'Orders' }).waitFor();
    const rem = await page
      .locator('header')
      .evaluate(
        (header) =>
          header.getBoundingClientRect().height /
          Number.parseFloat(getComputedStyle(document.documentElement).fontSize),
      );
    assert.ok(rem <= mostRem, `${rem.toFixed(1)} rem high`);
    const link = page.getByRole('link', { name: 'Health' });
    const menu = page.getByRole('button', { name: 'Menu' });
    assert.equal(await link.isVisible(), false);
    assert.equal(await menu.getAttribute('aria-expanded'), 'false');
    await menu.focus();
    await page.keyboard.press('Enter');
    await link.waitFor();
    assert.equal(await menu.getAttribute('aria-expanded'), 'true');
    await assertAccessible(page, 'menu');
    await page.keyboard.press('Tab');
    await page.getByRole('link', { name: 'Orders' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Escape');
    await link.waitFor({ state: 'hidden' });
    await menu.and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Space');
    await link.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Health' }).waitFor();
    await link.waitFor({ state: 'hidden' });
    // Every view is tested at this width above, with text of the usual size.
    for (const [view, title] of fontSize === '100%' && !isFull
      ? []
      : ([
          ['health', 'Health'],
          ['callbacks', 'Callbacks'],
          [`orders/${shop.orderId}`, `Order ${shop.orderId}`],
          ['applications', 'Applications'],
          ['settings', 'Settings'],
          ['sandbox', 'Sandbox'],
        ] as const)) {
      await goTo(page, view);
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      await page.locator('td, dd, input, figure').first().waitFor();
      await assertAccessible(page, view);
    }
    // On a wide screen there is nothing to open.
    await page.setViewportSize({ width: fontSize === '100%' ? 1280 : 1440, height: 720 });
    assert.ok(await link.isVisible());
    assert.equal(await menu.isVisible(), false);
  });
}

test('every task works by keyboard: signing in, finding an order with "/" and an IME, reading it, and returning to the button', async () => {
  const page = await open(address);
  const focused = () =>
    page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return `${element?.tagName} ${element?.textContent?.trim().slice(0, 30)}`;
    });
  const focusIs = (wanted: RegExp) => eventually(focused, (text) => wanted.test(text));
  await page.getByLabel('Client ID').focus();
  await page.keyboard.type(shop.clientId);
  await page.keyboard.press('Tab');
  await page.keyboard.type(shop.clientSecret);
  await page.keyboard.press('Enter');
  await focusIs(/^H1 Orders/);
  await goTo(page, 'settings');
  await focusIs(/^H1 Settings/);
  await page.keyboard.press('/');
  await focusIs(/^INPUT/);
  // Also when the page is drawn again before its address has changed.
  await goTo(page, 'health');
  await focusIs(/^H1 Health/);
  await page.evaluate(() => {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true }));
    (document.querySelector('aislechat-console') as HTMLElement & { requestUpdate(): void }).requestUpdate();
  });
  const search = page.getByRole('searchbox');
  await search.and(page.locator(':focus')).waitFor();

  // Enter that accepts the suggestion of an IME does not submit the form.
  await search.fill('にほん');
  const session = await page.context().newCDPSession(page);
  const enter = { type: 'keyDown', key: 'Enter', code: 'Enter', text: '\r' } as const;
  await session.send('Input.dispatchKeyEvent', { ...enter, windowsVirtualKeyCode: 229 });
  assert.equal(new URL(page.url()).hash, '#/orders');
  assert.equal(await page.getByRole('alert').innerText(), '');
  await session.send('Input.dispatchKeyEvent', { ...enter, windowsVirtualKeyCode: 13 });
  await page.getByRole('alert').filter({ hasText: /./ }).waitFor();

  await search.fill(shop.orderId);
  await page.keyboard.press('Enter');
  await focusIs(/^H1 Order order/);
  await page.getByLabel('Reason').waitFor();
  await page.keyboard.press('Tab');
  await focusIs(/^SELECT/);
  await page.keyboard.type('The customer asks');
  await page.keyboard.press('Tab');
  await page.keyboard.type('by keyboard');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Robin');
  await page.keyboard.press('Enter');
  await shows(page, 'Firm ones are fine');
  await page.getByText('Export or erase people').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^Erase customer/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  // The dialog's role disappears as soon as it closes, a moment before the page handles the event.
  await page.locator('dialog').waitFor({ state: 'detached' });
  await focusIs(/^BUTTON Erase customer/);
});

test('500 texts with script payloads appear as plain text in the console', async () => {
  const chat = await twoPeople(client);
  for (let from = 0; from < payloads.length; from += 50) {
    const some = payloads.slice(from, from + 50);
    await Promise.all(
      some.map((text) => shopperSays(client, chat.token, chat.shopperId, chat.orderId, text)),
    );
  }
  const page = await open('about:blank');
  const troubles = troublesOf(page);
  await page.addInitScript(() => {
    const seen = { executed: 0, violations: 0 };
    Object.assign(window, { seen, executed: () => seen.executed++ });
    document.addEventListener('securitypolicyviolation', () => seen.violations++);
  });
  page.on('dialog', (dialog) => dialog.dismiss());
  await page.goto(address);
  await signIn(page, chat);
  await goTo(page, `orders/${chat.orderId}`);
  await giveReason(page, payloads[0]!);
  await page.locator('.text').nth(499).waitFor();
  const shown = await page.locator('.text').evaluateAll((all) => all.map((one) => one.textContent));
  assert.deepEqual(shown.sort(), payloads.toSorted());
  const seen = await page.evaluate(() => (window as unknown as { seen: unknown }).seen);
  assert.deepEqual(seen, { executed: 0, violations: 0 });
  assert.deepEqual(troubles, []);
});

test('the console is at most 60 KB compressed in total, and is served with the security headers of a page', async (t) => {
  const [script, ...others] = globSync(join(pagesFolder, 'assets/console-*.js.gz'));
  assert.equal(others.length, 0);
  const bytes = readFileSync(script!).length;
  t.diagnostic(`${(bytes / 1024).toFixed(1)} KB gzip`);
  assert.ok(bytes <= 60 * 1024, String(bytes));
  const { headers } = await fetch(address);
  assert.match(
    headers.get('content-security-policy')!,
    /default-src 'none'.*require-trusted-types-for 'script'/,
  );
  assert.equal(headers.get('x-frame-options'), 'DENY');
  assert.equal(headers.get('cache-control'), 'no-cache');
});

test('without its setting neither the console nor its scripts are served; in production it offers no sandbox', async (t) => {
  const [script] = globSync('assets/console-*.js', { cwd: pagesFolder });
  const off = await testServer(t, { AISLECHAT_CONSOLE: 'false' }, { pagesFolder });
  const production = { AISLECHAT_ENV: 'production', AISLECHAT_CONSOLE: 'true', ...(await newPlace(t)).env };
  const on = await testServer(t, production, { pagesFolder });
  for (const path of ['/console', `/${script}`]) {
    assert.equal((await fetch(off.client.url + path)).status, 404, path);
    assert.equal((await fetch(on.client.url + path)).status, 200, path);
  }
  const page = await open(`${on.client.url}/console`);
  await page.getByLabel('Client ID').waitFor();
  assert.equal(await page.getByRole('button').count(), 1);
});

test('an operator sees notifications with the reason of each refusal, replays one, and sends a test', async () => {
  const page = await consoleOf(shop, 'notifications');
  await shows(page, 'No notifications.');
  const { subscription } = newDevice('http://127.0.0.1:9/gone');
  const body = { ...subscription, order_id: shop.orderId };
  await client.post('/v1/push-subscriptions', { token: shop.userToken, body });
  const jonah = (await client.get(`/v1/orders/${shop.orderId}`, { token: shop.operator })).body.shopper.id;
  await shopperSays(client, shop.token, jonah, shop.orderId, 'A bag for the eggs?');
  await client.post('/v1/sandbox/clock', { token: shop.token, body: { advance_ms: 3 * 3_600_000 } });
  await lookNow(page);
  await shows(page, 'connection_failed');
  await client.post('/v1/sandbox/clock', { token: shop.token, body: { advance_ms: 3_600_000 } });
  await lookNow(page);
  await page.getByRole('button', { name: /^Replay/ }).waitFor();
  await assertAccessible(page, 'notifications');
  await press(page, /^Replay/);
  await shows(page, /will be sent again, if it is still needed/);
  await page.getByLabel('Notify').selectOption('order');
  await page.getByLabel('ID', { exact: true }).fill(shop.orderId);
  await press(page, 'Send a test');
  await shows(page, 'push: connection_failed');
});
