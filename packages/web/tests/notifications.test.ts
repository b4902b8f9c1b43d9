/**
 * Notifications on the shopper's page, in a real Chromium with its real service worker.
 *
 * The Chromium of the tests is headless: it has no push service and refuses every notification. So the page subscribes
 * with a device of our own push service, to which the server sends; what arrives there is decrypted with another
 * implementation and handed to the service worker by the browser (`ServiceWorker.deliverPushMessage`). What the worker
 * shows is recorded where the browser would show it, by a few lines in front of the worker's script.
 * `by-hand/real-push.ts` does without all of this, in an installed Firefox.
 */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { unpackedChromium } from '../../client/tests/support/chromium.ts';
import { eventually } from '../../server/tests/support/eventually.ts';
import { patienceMs } from '../../server/tests/support/patience.ts';
import { type Device, startPushService } from '../../server/tests/support/push-service.ts';
import {
  chatPath,
  clientToken,
  newBatch,
  newOrder,
  type OpenChat,
  shopperSays,
} from '../../server/tests/support/scenario.ts';
import { temporaryFolder, testServer } from '../../server/tests/support/server.ts';
import { assertAccessible } from './support/accessible.ts';
import { builtPages, troublesOf, twoPeople } from './support/pages.ts';

/** In front of the worker's script: records what is shown, and taps on the last notification, as a browser would. */
const recorder = `
let recording = Promise.resolve();
const record = async (title, options) => {
  const cache = await caches.open('test');
  const shown = (await (await cache.match('/shown'))?.json()) ?? [];
  await cache.put('/shown', new Response(JSON.stringify([...shown, { title, options }])));
};
registration.showNotification = (...shown) => (recording = recording.then(() => record(...shown)));
// This browser ends the process of a worker that sets a badge.
navigator.setAppBadge = async () => {};
const dispatch = (type, more) => dispatchEvent(Object.assign(new Event(type), { waitUntil() {} }, more));
addEventListener('message', async ({ data }) => {
  if (data.test === 'push') dispatch('push', { data: { json: () => JSON.parse(data.text) } });
  if (data.test !== 'tap') return;
  const shown = await (await caches.match('/shown')).json();
  dispatch('notificationclick', { notification: { data: shown.at(-1).options.data, close() {} } });
});
`;

/** The built pages, with the recorder. */
async function recordingPages(): Promise<string> {
  const folder = join(temporaryFolder({ after }), 'pages');
  cpSync(await builtPages({ after }), folder, { recursive: true });
  for (const name of ['shopper-worker.js', 'order-worker.js']) {
    const script = join(folder, name);
    writeFileSync(script, recorder + readFileSync(script, 'utf8'));
    for (const ending of ['.br', '.gz']) rmSync(script + ending);
  }
  return folder;
}

const { client } = await testServer({ after }, {}, { pagesFolder: await recordingPages() });
const service = await startPushService({ after });
const browser = await chromium.launch({
  executablePath: await unpackedChromium(),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--renderer-process-limit=1',
    '--autoplay-policy=no-user-gesture-required',
  ],
});
after(() => browser.close());

interface Phone {
  context: BrowserContext;
  page: Page;
  device: Device;
  /** Hands what reached the device to the service worker, and returns what that showed. */
  receive(): Promise<Shown[]>;
  tap(): Promise<void>;
  troubles: string[];
}

interface Shown {
  title: string;
  options: { body?: string; tag: string; renotify: boolean; data: { link: string; orderId: string } };
}

/** A phone whose owner allows notifications, and on which the shopper has signed in. */
async function newPhone(
  t: TestContext,
  chat: OpenChat & { shopperToken: string },
  address = `${client.url}/shopper#token=${chat.shopperToken}&shopper=ilse`,
): Promise<Phone> {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 390, height: 760 } });
  t.after(() => context.close());
  context.setDefaultTimeout(patienceMs);
  const device = service.newDevice();
  await context.addInitScript((subscription) => {
    const own = globalThis as unknown as { alerts: string[]; badges: number[] };
    own.alerts = [];
    own.badges = [];
    let permission = localStorage.getItem('test:permission') ?? 'default';
    Object.defineProperty(Notification, 'permission', { get: () => permission });
    Notification.requestPermission = async () => {
      permission = 'granted';
      localStorage.setItem('test:permission', permission);
      return 'granted';
    };
    PushManager.prototype.subscribe = async () =>
      ({ toJSON: () => subscription, unsubscribe: async () => true }) as unknown as PushSubscription;
    navigator.vibrate = () => {
      own.alerts.push('vibration');
      return true;
    };
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (this: OscillatorNode, ...when: number[]) {
      own.alerts.push('sound');
      return start.apply(this, when as [number]);
    };
    const device = navigator as unknown as Record<string, (count: number) => Promise<void>>;
    device.setAppBadge = async (count) => void own.badges.push(count);
    device.clearAppBadge = async () => void own.badges.push(0);
  }, device.subscription);
  const page = await context.newPage();
  const troubles = troublesOf(page);
  await page.goto(address);
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  const devtools = await context.newCDPSession(page);
  const registrationId = await new Promise<string>((resolve) => {
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      if (registrations[0]) resolve(registrations[0].registrationId);
    });
    void devtools.send('ServiceWorker.enable');
  });
  let delivered = 0;
  return {
    context,
    page,
    device,
    troubles,
    async receive() {
      const arrived = await eventually(
        async () => service.shownOn(device),
        (all) => all.length > delivered,
      );
      for (const message of arrived.slice(delivered)) {
        const data = JSON.stringify(message);
        await devtools.send('ServiceWorker.deliverPushMessage', { origin: client.url, registrationId, data });
      }
      delivered = arrived.length;
      return eventually(
        () => shownOn(page),
        (all) => all.length >= delivered,
      );
    },
    tap: () => tellWorker(page, { test: 'tap' }),
  };
}

const shownOn = (page: Page): Promise<Shown[]> =>
  page.evaluate(async () => (await caches.match('/shown'))?.json() ?? []);

const tellWorker = (page: Page, order: { test: 'tap' } | { test: 'push'; text: string }): Promise<void> =>
  page.evaluate(async (given) => (await navigator.serviceWorker.ready).active!.postMessage(given), order);

const say = (chat: OpenChat, body: string, orderId = chat.orderId) =>
  client.post(chatPath(orderId), { token: chat.userToken, body: { body } });

async function turnOn({ page }: Phone): Promise<void> {
  await page.getByText('Get a notification when a customer writes').waitFor();
  await page.getByRole('button', { name: 'Turn on' }).click();
  await page.getByText('Notifications are on').waitFor();
}

test('the page asks with a reason; a message then wakes the device without text or name, and the tap opens the order', async (t) => {
  const chat = await twoPeople(client);
  const phone = await newPhone(t, chat);
  await turnOn(phone);
  await assertAccessible(phone.page, 'the list with notifications');
  await say(chat, 'Please ring twice, Noor');
  const [{ title, options }] = (await phone.receive()) as [Shown];
  assert.equal(title, 'New message from a customer');
  assert.equal(options.data.orderId, chat.orderId);
  assert.equal(options.renotify, true);
  assert.doesNotMatch(JSON.stringify(options), /Noor|ring/);
  // The page is open: the tap opens the order in it, without a reload.
  await phone.page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
  await phone.tap();
  await phone.page.locator('.bubble', { hasText: 'Please ring twice' }).waitFor();
  assert.equal(await phone.page.evaluate(() => (globalThis as { isSamePage?: boolean }).isSamePage), true);
  assert.deepEqual(phone.troubles, []);
});

test('the device is subscribed anew at each visit, and forgotten when the shopper turns notifications off', async (t) => {
  const chat = await twoPeople(client);
  const phone = await newPhone(t, chat);
  await turnOn(phone);
  const devices = async () =>
    (await client.get('/v1/push-subscriptions', { token: chat.shopperToken })).body.subscriptions;
  const [first, ...others] = await devices();
  assert.deepEqual(others, []);
  await phone.page.reload();
  await phone.page.getByText('Notifications are on').waitFor();
  const [second, ...more] = await devices();
  assert.deepEqual(more, []);
  assert.notEqual(second.id, first.id);
  await phone.page.getByRole('button', { name: 'Turn off' }).click();
  await phone.page.getByText('Notifications are on').waitFor({ state: 'detached' });
  assert.deepEqual(await devices(), []);
});

test('the customer subscribes on the page of the order, and the tap opens that page', async (t) => {
  const chat = await twoPeople(client);
  const path = `/v2/fulfillment/users/${chat.userId}/orders/${chat.orderId}`;
  const { order_url } = (await client.get(path, { token: chat.token })).body;
  const phone = await newPhone(t, chat, order_url);
  await phone.page.getByText('Get a notification when your shopper writes').waitFor();
  await assertAccessible(phone.page, 'the page of an order with notifications');
  await phone.page.getByRole('button', { name: 'Turn on' }).click();
  await phone.page.getByText('Notifications are on').waitFor();
  // The page is closed; otherwise it would see the message.
  await phone.page.goto(`${client.url}/v1/health`);
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'Ripe or firm?');
  await eventually(
    async () => service.shownOn(phone.device),
    (all) => all.length > 0,
  );
  await phone.page.goto(order_url);
  const [{ title, options }] = (await phone.receive()) as [Shown];
  assert.equal(title, 'New message about your order');
  assert.equal(options.data.link, order_url);
  // A new link is for the right person only: the devices of the former one are forgotten.
  await client.post(`/v1/orders/${chat.orderId}/link`, {
    token: await clientToken(client, chat, 'aislechat:operate'),
  });
  const devices = await client.get('/v1/push-subscriptions', { token: chat.userToken });
  assert.deepEqual(devices.body.subscriptions, []);
});

test('"not now" is respected', async (t) => {
  const chat = await twoPeople(client);
  const phone = await newPhone(t, chat);
  await phone.page.getByRole('button', { name: 'Not now' }).click();
  await phone.page.getByText('Get a notification').waitFor({ state: 'detached' });
  await phone.page.reload();
  await phone.page.getByRole('link').first().waitFor();
  assert.equal(await phone.page.getByText('Get a notification').count(), 0);
});

test('while one chat is open, a message to another order is heard, felt, shown above the chat and on the icon', async (t) => {
  const chat = await twoPeople(client);
  const other = await newOrder(client, chat.token, chat.userId);
  await newBatch(client, chat.token, chat.shopperId, other);
  const phone = await newPhone(t, chat);
  const { page } = phone;
  await turnOn(phone);
  await page.getByRole('link').filter({ hasText: chat.orderId }).click();
  await page.locator('textarea').waitFor();
  await say(chat, 'Two bags please', other);
  // The push message makes the page look at once.
  await phone.receive();
  const row = page.getByRole('link', { name: /^New message from .+ · Noor$/ });
  await row.waitFor();
  const own = () =>
    page.evaluate(() => {
      const { alerts, badges } = globalThis as unknown as { alerts: string[]; badges: number[] };
      return { alerts, badges };
    });
  const { alerts, badges } = await own();
  assert.deepEqual([...alerts].sort(), ['sound', 'vibration']);
  assert.equal(badges.at(-1), 1);
  await assertAccessible(page, 'a message above another chat');
  await row.click();
  await page.locator('.bubble', { hasText: 'Two bags please' }).waitFor();
  await eventually(own, ({ badges: [...all] }) => all.at(-1) === 0);
  assert.deepEqual(phone.troubles, []);
});

test('an installed page starts signed in if the shopper wanted that, and not otherwise, nor with a revoked token', async (t) => {
  const chat = await twoPeople(client);
  const phone = await newPhone(t, chat);
  // The icon on the home screen opens a new tab.
  const start = async () => {
    const page = await phone.context.newPage();
    await page.goto(`${client.url}/shopper`);
    return page;
  };
  await (await start()).getByText('Open this page from your shopper app').waitFor();
  await phone.page.getByLabel('Stay signed in on this device').check();
  const installed = await start();
  await installed.getByRole('link').first().waitFor();
  await client.post('/v2/oauth/token/revoke', {
    body: { client_id: chat.clientId, client_secret: chat.clientSecret, token: chat.shopperToken },
  });
  await installed.reload();
  await installed.getByText('Open this page from your shopper app').waitFor();
  await (await start()).getByText('Open this page from your shopper app').waitFor();
});

/** What the shopper's app opens for a shopper who may stay signed in. */
async function signInLink(chat: OpenChat): Promise<string> {
  const { body } = await client.post('/v2/oauth/token', {
    body: {
      grant_type: 'urn:aislechat:params:oauth:grant-type:shopper_assertion',
      client_id: chat.clientId,
      client_secret: chat.clientSecret,
      assertion: Buffer.from(JSON.stringify({ shopper_id: chat.shopperId })).toString('base64'),
      scope: 'aislechat:shopper,offline_access',
    },
  });
  const { access_token: token, refresh_token: refresh } = body;
  return `${client.url}/shopper#${new URLSearchParams({ token, refresh, shopper: 'ilse' })}`;
}

/** As when a day has passed. */
const endTokenOf = ({ clientId, clientSecret }: OpenChat, token: string) =>
  client.post('/v2/oauth/token/revoke', {
    body: { client_id: clientId, client_secret: clientSecret, token },
  });

test('a device that stays signed in renews its token, in two tabs too, until the shopper no longer wants that', async (t) => {
  const chat = await twoPeople(client);
  const phone = await newPhone(t, chat, await signInLink(chat));
  const start = async () => {
    const page = await phone.context.newPage();
    await page.goto(`${client.url}/shopper`);
    return page;
  };
  await phone.page.getByRole('link').first().waitFor();
  assert.equal(await phone.page.evaluate(() => location.hash), '');
  const kept = async () =>
    JSON.parse((await phone.page.evaluate(() => localStorage.getItem('aislechat:sign-in'))) ?? 'null');
  assert.equal(await kept(), null);
  await phone.page.getByLabel('Stay signed in on this device').check();
  const endToken = async () => endTokenOf(chat, (await kept()).token);
  for (let day = 0; day < 3; day++) {
    const { token, refresh } = await kept();
    await endToken();
    const second = await phone.context.newPage();
    await Promise.all([phone.page.reload(), second.goto(`${client.url}/shopper`)]);
    await phone.page.getByRole('link').first().waitFor();
    await second.getByRole('link').first().waitFor();
    await second.close();
    const renewed = await kept();
    assert.notEqual(renewed.token, token);
    assert.notEqual(renewed.refresh, refresh);
  }
  const box = phone.page.getByLabel('Stay signed in on this device');
  await box.uncheck();
  assert.equal(await kept(), null);
  await (await start()).getByText('Open this page from your shopper app').waitFor();
  await box.check();
  await endToken();
  await (await start()).getByRole('link').first().waitFor();
  assert.deepEqual(phone.troubles, []);
});

test('a link changes who is signed in on the device only once the server has accepted it', async (t) => {
  const chat = await twoPeople(client);
  const link = await signInLink(chat);
  const phone = await newPhone(t, chat, link);
  const { page } = phone;
  const kept = async () =>
    JSON.parse((await page.evaluate(() => localStorage.getItem('aislechat:sign-in'))) ?? 'null');
  const opens = async (address: string) => {
    const tab = await phone.context.newPage();
    await tab.goto(address);
    await tab.getByRole('link').first().waitFor();
    await tab.close();
  };
  await page.getByLabel('Stay signed in on this device').check();
  const first = await kept();
  for (const who of ['', '&shopper=ilse', '&shopper=else', '&refresh=y&shopper=ilse']) {
    await opens(`${client.url}/shopper#token=${'x'.repeat(43)}${who}`);
    assert.equal((await kept()).shopper, 'ilse');
  }
  // A link without a refresh token leaves the device its own.
  await opens(`${client.url}/shopper#token=${chat.shopperToken}&shopper=ilse`);
  assert.ok((await kept()).refresh);
  // After two more days the link that began it has a refresh token that is too old.
  for (let day = 0; day < 2; day++) {
    await endTokenOf(chat, (await kept()).token);
    await opens(`${client.url}/shopper`);
  }
  await opens(link);
  await opens(`${client.url}/shopper`);
  assert.equal((await kept()).refresh.split('.')[0], first.refresh.split('.')[0]);
  // A new sign-in takes its place, and ends the one before.
  const { refresh } = await kept();
  await opens(await signInLink(chat));
  await eventually(kept, ({ refresh }) => refresh.split('.')[0] !== first.refresh.split('.')[0]);
  const body = { grant_type: 'refresh_token', refresh_token: refresh };
  await eventually(
    () => client.post('/v2/oauth/token', { body }),
    ({ status }) => status === 400,
  );
});

test('a device without a push service says so; whatever arrives from one, something is shown', async (t) => {
  const chat = await twoPeople(client);
  const phone = await newPhone(t, chat);
  await phone.page.evaluate(() => {
    PushManager.prototype.subscribe = async () => {
      throw new DOMException('Registration failed', 'AbortError');
    };
  });
  await phone.page.getByRole('button', { name: 'Turn on' }).click();
  await phone.page.getByText('Notifications could not be turned on.').waitFor();

  for (const text of ['{', '{}', '{"notification":{}}']) await tellWorker(phone.page, { test: 'push', text });
  await eventually(
    () => shownOn(phone.page),
    (all) => all.length === 3,
  );
});
