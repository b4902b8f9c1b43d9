/**
 * The element as a shop's page embeds it: from another origin, under the documented policy and nothing more.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { limits } from '@aislechat/contract';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { launchBrowser, serveFiles } from '../../client/tests/support/browser.ts';
import { eventually } from '../../server/tests/support/eventually.ts';
import { pictureBytes } from '../../server/tests/support/pictures.ts';
import {
  advance,
  chatPath,
  clientToken,
  clock,
  newBatch,
  newOrder,
  newOrganization,
  newShopper,
  newUser,
  openChatOf,
  shopperPath,
  shopperSays,
  userToken,
} from '../../server/tests/support/scenario.ts';
import { casesIn, setTextSize } from './support/accessible.ts';
import {
  choosePhoto,
  openIn,
  sendPhoto,
  shopPage,
  storedTexts,
  troublesOf,
  twoPeople,
} from './support/pages.ts';
import { payloads } from './support/payloads.ts';
import { tabsUnderTest } from './support/tabs.ts';

const { client, open, openTab, pagesFolder } = await tabsUnderTest({ after, afterEach });

const pagesDocument = fileURLToPath(new URL('../../../docs/pages.md', import.meta.url));

const says = (page: Page) => page.locator('.bubble').allInnerTexts();
const shows = (page: Page, text: string) => page.getByText(text, { exact: true }).waitFor();

async function write(page: Page, text: string): Promise<void> {
  await page.locator('textarea').fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
}

/**
 * @param prepare called before the page is loaded
 * @param openIt what opens the page
 */
async function chatOnPage(
  settings: Record<string, unknown> = {},
  prepare: (page: Page) => Promise<unknown> = async () => undefined,
  openIt: (address: string) => Promise<Page> = openTab,
) {
  const chat = await twoPeople(client, settings);
  const address = await shopPage({ after }, client.url, { orderId: chat.orderId, token: chat.userToken });
  const page = await openIt('about:blank');
  const troubles = troublesOf(page);
  await prepare(page);
  await page.goto(address);
  const shopper = (text: string) => shopperSays(client, chat.token, chat.shopperId, chat.orderId, text);
  return { chat, page, troubles, address, shopper };
}

test('a token that reaches the order opens it after one that does not, also if the page sets it while that one is being refused', async () => {
  const [chat, other] = [await twoPeople(client), await twoPeople(client)];
  const setToken = (page: Page, token: string) =>
    page.evaluate((token) => document.querySelector('aislechat-order')!.setAttribute('token', token), token);
  const page = await openTab(
    await shopPage({ after }, client.url, { orderId: chat.orderId, token: other.userToken }),
  );
  await page.getByRole('heading', { name: 'Order not found' }).waitFor();
  await setToken(page, chat.userToken);
  await page.getByRole('textbox').waitFor();

  let requests = 0;
  // The first refusal makes the element ask again, and the second one is final.
  await page.route(`${client.url}/v1/orders/**`, async (route) => {
    requests += 1;
    if (requests === 2) await setToken(page, chat.userToken);
    await route.continue();
  });
  await page.goto(await shopPage({ after }, client.url, { orderId: chat.orderId, token: 'outdated' }));
  await page.getByRole('textbox').waitFor();
});

test('a page of another origin embeds a live chat with the documented tag and policy', async () => {
  const { chat, page, troubles, shopper } = await chatOnPage();
  await shopper('Ripe avocados are out. Swap?');
  await shows(page, 'Ripe avocados are out. Swap?');
  await write(page, 'Firm ones are fine');
  await page.getByText(/ · Sent$/).waitFor();
  assert.deepEqual(await storedTexts(chat), ['Ripe avocados are out. Swap?', 'Firm ones are fine']);
  await client.put(shopperPath(chat.shopperId, chat.orderId), { token: chat.token });
  await page.getByText(/ · Read$/).waitFor();
  assert.deepEqual(troubles, []);
});

test('in an organization with several banners the element names its own, also from another origin', async () => {
  const organization = await newOrganization(client, ['north', 'south']);
  const chat = await openChatOf(client.inBanner('south'), organization);
  const { orderId } = chat;
  const address = await shopPage({ after }, client.url, {
    orderId,
    token: chat.userToken,
    retailer: 'south',
  });
  const page = await openTab(address);
  await write(page, 'Firm ones are fine');
  await page.getByText(/ · Sent$/).waitFor();
  assert.deepEqual(await storedTexts(chat), ['Firm ones are fine']);
});

test('orders of the same ID in two banners share no stream in a browser, and what waits to be sent to one is not sent to the other', async () => {
  const organization = await newOrganization(client, ['north', 'south']);
  const { token } = organization;
  const orderOf = async (retailer: string) => {
    const through = client.inBanner(retailer);
    const userId = await newUser(through, token);
    const shopperId = await newShopper(through, token);
    const orderId = await newOrder(through, token, userId, { order_id: 'same-in-both' });
    await newBatch(through, token, shopperId, orderId);
    const says = (text: string) => shopperSays(through, token, shopperId, orderId, text);
    const tag = { orderId, retailer, token: await userToken(through, organization, userId) };
    return { through, tag, says };
  };
  const [north, south] = [await orderOf('north'), await orderOf('south')];
  const page = await openTab(await shopPage({ after }, client.url, north.tag));
  // Both logs are of one length: the next event of either would fit the other.
  await page.locator('textarea').waitFor();
  await page.evaluate((tag) => {
    document.querySelector('main')!.append(Object.assign(document.createElement('aislechat-order'), tag));
  }, south.tag);
  const second = page.locator('aislechat-order').nth(1);
  await second.locator('textarea').waitFor();
  await north.says('To north');
  await shows(page, 'To north');
  await south.says('To south');
  await second.getByText('To south', { exact: true }).waitFor();
  assert.deepEqual(await second.locator('.bubble').allInnerTexts(), ['To south']);

  await page.evaluate(() => document.querySelectorAll('aislechat-order')[1]!.remove());
  const path = chatPath(north.tag.orderId);
  await page.route(`**${path}`, (route) => route.abort());
  await write(page, 'For north');
  await shows(page, 'For north');
  await page.evaluate((tag) => {
    Object.assign(document.querySelector('aislechat-order')!, tag);
  }, south.tag);
  await page.unroute(`**${path}`);
  await shows(page, 'To south');
  await write(page, 'For south');
  await page.getByText(/ · Sent$/).waitFor();
  const { body } = await south.through.get(path, { token: south.tag.token });
  assert.deepEqual(
    body.chat_messages.map((message: { body: string }) => message.body),
    ['To south', 'For south'],
  );
});

test('the element is at most 35 KB compressed, and what it loads later at most 5 KB each', (t) => {
  const [dialogs] = globSync('assets/dialogs-*.js.gz', { cwd: pagesFolder });
  for (const [file, most] of [
    ['aislechat.js.gz', 35],
    ['aislechat-languages.js.gz', 5],
    [dialogs!, 5],
  ] as const) {
    const bytes = readFileSync(join(pagesFolder, file)).length;
    t.diagnostic(`${file} ${(bytes / 1024).toFixed(1)} KB gzip`);
    assert.ok(bytes <= most * 1024, `${file} ${bytes}`);
  }
});

for (const [lang, kept, report, hint] of casesIn('es', [
  [
    'en',
    'The store keeps reported messages for 7 days.',
    'Report this chat to the store',
    'The store can read the chat until it is deleted.',
  ],
  [
    'fr',
    'Le magasin conserve les messages signalés pendant 7 jours.',
    'Signaler cette conversation au magasin',
    'Le magasin peut lire la conversation jusqu’à sa suppression.',
  ],
  [
    'es',
    'La tienda conserva los mensajes denunciados durante 7 días.',
    'Denunciar este chat a la tienda',
    'La tienda puede leer el chat hasta que se elimine.',
  ],
] as const)) {
  test(`the chat says in ${lang} for how long reported messages are kept, from the first to the last, if they are`, async () => {
    const chat = await twoPeople(client, { report_evidence_days: 7 });
    const tag = { orderId: chat.orderId, token: chat.userToken, lang };
    const page = await openTab(await shopPage({ after }, client.url, tag), { width: 320, height: 640 });
    const notice = page.locator('.log .notice').last().getByText(kept);
    await notice.waitFor();
    await page.getByRole('button', { name: report }).click();
    await page.getByRole('dialog').getByText(`${hint} ${kept}`).waitFor();
    await page.keyboard.press('Escape');
    await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'Hello');
    await page.locator('.log > :first-child').getByText(kept).waitFor();
    await advance(client, chat.token, chat.batchId, 'completed');
    await page.locator('.note').getByText(kept).waitFor();
    const operator = await clientToken(client, chat, 'aislechat:operate');
    const off = { token: operator, body: { report_evidence_days: 0 } };
    assert.equal((await client.call('PATCH', '/v1/retailer', off)).status, 200);
    await page.locator('.log').getByText(kept).waitFor({ state: 'detached' });
    assert.doesNotMatch(await page.locator('.note').innerText(), new RegExp(kept.split('7')[0]!));
  });
}

/**
 * The page's own reasons that keep it out of the back/forward cache. This browser never uses the cache, but
 * reports all reasons.
 */
async function hindrances(page: Page, address: string, elsewhere: string): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.enable');
  const reasons = new Promise<string[]>((resolve) => {
    session.on('Page.backForwardCacheNotUsed', ({ notRestoredExplanations: all }) =>
      resolve(all.filter(({ type }) => type === 'PageSupportNeeded').map(({ reason }) => reason)),
    );
  });
  await page.goto(address);
  await page.goto(elsewhere);
  await page.goBack({ waitUntil: 'commit' });
  return reasons;
}

test('a message and a photo written offline are sent once when the network is back, and messages sent meanwhile appear', async () => {
  const { chat, page, troubles, shopper } = await chatOnPage();
  await page.locator('textarea').waitFor();
  const waiting = page.getByText('Not sent yet. Trying again.');
  await page.context().setOffline(true);
  await write(page, 'from the cellar');
  await waiting.waitFor();
  await shopper('Are you there?');
  await page.context().setOffline(false);
  await shows(page, 'Are you there?');
  await page.getByText(/ · Sent$/).waitFor();
  assert.deepEqual((await storedTexts(chat)).sort(), ['Are you there?', 'from the cellar']);
  assert.equal((await says(page)).filter((text) => text === 'from the cellar').length, 1);

  await page.context().setOffline(true);
  const buffer = await pictureBytes('jpeg', 1600, 1200);
  // Without a network the preview cannot be loaded.
  await choosePhoto(page, 'a.jpg', buffer);
  await waiting.waitFor();
  await page.locator('.message img').waitFor();
  await page.context().setOffline(false);
  const stored = () => client.get(chatPath(chat.orderId), { token: chat.userToken });
  await eventually(
    stored,
    ({ body }: { body: { chat_messages: unknown[] } }) => body.chat_messages.length > 2,
  );
  // The stream may say that a message was sent before the answer to its request does.
  await eventually(
    () => page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('photo'))),
    (left) => left.length === 0,
  );
  await page.getByText(/ · Sent$/).waitFor();
  const { body } = await stored();
  assert.equal(body.chat_messages.length, 3);
  assert.match(body.chat_messages.at(-1).image, /\/v1\/images\//);
  await choosePhoto(page, 'b.jpg', Buffer.from('no picture'));
  await page.getByRole('alert').getByText('This file is not a readable picture.').waitFor();
  assert.deepEqual(troubles, []);
});

/** A picture as the clipboard holds it. */
const pngFile = async (page: Page, bytes: Buffer) =>
  page.evaluateHandle((base64) => {
    const transfer = new DataTransfer();
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    transfer.items.add(new File([bytes], 'a.png', { type: 'image/png' }));
    return transfer;
  }, bytes.toString('base64'));

test('a pasted or dropped photo is sent, with white in place of transparency', async () => {
  const { chat, page } = await chatOnPage();
  const field = page.locator('textarea');
  await field.waitFor();
  const clear = sharp({
    create: { width: 40, height: 40, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
  });
  const files = await pngFile(page, await clear.png().toBuffer());
  await field.evaluate((field, clipboardData) => {
    field.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, composed: true, cancelable: true }),
    );
  }, files);
  const sendIt = page.getByRole('dialog').getByRole('button', { name: 'Send' });
  await sendIt.click();
  await page.locator('.message img').waitFor();
  await page.locator('section.chat').dispatchEvent('drop', { dataTransfer: files });
  await sendIt.click();
  await page.locator('.message img').nth(1).waitFor();
  await page.getByText(/ · Sent$/).waitFor();
  await eventually(
    () => client.get(chatPath(chat.orderId), { token: chat.userToken }),
    ({ body }: { body: { chat_messages: unknown[] } }) => body.chat_messages.length === 2,
  );
  const { body } = await client.get(chatPath(chat.orderId), { token: chat.userToken });
  for (const { image } of body.chat_messages) {
    const { channels } = await sharp(await (await fetch(image)).arrayBuffer()).stats();
    assert.ok(channels.every(({ min }) => min > 250));
  }
});

test('a refused message says so and can be sent again, and a photo that cannot be uploaded delays no texts; both can be discarded', async () => {
  const { chat, page } = await chatOnPage();
  await page.locator('textarea').waitFor();
  await page.route('**/messages', (route) =>
    route.request().method() === 'POST'
      ? route.fulfill({
          status: 403,
          headers: { 'access-control-allow-origin': '*' },
          json: { error: { message: 'Sending a message is not allowed at this time', code: null }, meta: {} },
        })
      : route.continue(),
  );
  await write(page, 'now?');
  await page.getByText(/^Not sent(?! yet)/).waitFor();
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText(/ · Sent$/).waitFor();
  assert.deepEqual(await storedTexts(chat), ['now?']);

  await page.route('**/images', (route) => route.fulfill({ status: 503 }));
  const buffer = await pictureBytes('jpeg', 40, 30);
  await sendPhoto(page, buffer);
  await page.locator('.message img').waitFor();
  await write(page, 'it does not go through');
  await eventually(
    () => storedTexts(chat),
    (texts) => texts[1] === 'it does not go through',
  );
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.locator('.message img').waitFor({ state: 'detached' });
  await page.context().setOffline(true);
  await write(page, 'not this one');
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.context().setOffline(false);
  await write(page, 'but this one');
  await eventually(
    () => storedTexts(chat),
    (texts) => texts.length === 3,
  );
  assert.deepEqual(await storedTexts(chat), ['now?', 'it does not go through', 'but this one']);
  // The stream may say that a message was sent before the answer to its request does.
  await eventually(
    () => page.evaluate(() => Object.keys(localStorage)),
    (keys) => keys.length === 0,
  );
});

for (const [what, spoil] of [
  [
    'full',
    () => {
      Storage.prototype.setItem = () => {
        throw new DOMException('full', 'QuotaExceededError');
      };
    },
  ],
  [
    'refused',
    () => {
      for (const name of ['localStorage', 'sessionStorage']) {
        Object.defineProperty(window, name, {
          get: () => {
            throw new DOMException('no', 'SecurityError');
          },
        });
      }
    },
  ],
] as const) {
  test(`with the device’s storage ${what}, messages and photos are sent all the same, and the person is warned`, async () => {
    const { chat, page, troubles } = await chatOnPage({}, (page) => page.addInitScript(spoil));
    await page.locator('textarea').waitFor();
    const warning = page.getByText('This device cannot save your messages.');
    assert.equal(await warning.count(), 0);
    await page.context().setOffline(true);
    await write(page, 'from memory');
    await warning.waitFor();
    const buffer = await pictureBytes('jpeg', 40, 30);
    await choosePhoto(page, 'a.jpg', buffer);
    await page.locator('.message img').waitFor();
    await page.context().setOffline(false);
    await page.getByText(/ · Sent$/).waitFor();
    await warning.waitFor({ state: 'detached' });
    assert.deepEqual(await storedTexts(chat), ['from memory', '']);
    assert.deepEqual(troubles, []);
  });
}

test('the device deletes drafts and unsent messages of an expired chat', async () => {
  const { chat, page, address } = await chatOnPage();
  await page.locator('textarea').waitFor();
  await page.route('**/{images,messages}', (route) =>
    route.request().method() === 'POST' ? route.abort() : route.continue(),
  );
  const buffer = await pictureBytes('jpeg', 40, 30);
  await sendPhoto(page, buffer);
  await write(page, 'it waits');
  await page.locator('textarea').fill('a draft');
  const kept = () => page.evaluate(() => Object.keys(localStorage).map((key) => key.split(':').at(-2)));
  await eventually(kept, (keys) => keys.length >= 3);
  await advance(client, chat.token, chat.batchId, 'completed');
  await page.getByText('This order is complete.').waitFor();
  await clock(client, chat.token, { advance_ms: 86_400_001 });
  await page.getByRole('heading', { name: 'Please sign in again' }).waitFor();
  const token = await userToken(client, chat, chat.userId);
  await page.evaluate(
    (token) => document.querySelector('aislechat-order')!.setAttribute('token', token),
    token,
  );
  await page.getByRole('heading', { name: 'This chat has ended' }).waitFor();
  assert.deepEqual(await kept(), []);
  // A chat that was never reopened counts as over after a week.
  const old = JSON.stringify({
    key: 'k',
    orderId: 'A-1',
    body: { body: 'old' },
    addedAt: Date.now() - 8 * 86_400_000,
  });
  await page.evaluate((old) => localStorage.setItem('aislechat:x:A-1:outbox:A-1:1:k', old), old);
  await page.goto(address);
  await page.locator('.instead').waitFor();
  assert.deepEqual(await kept(), []);
});

test('the page may enter the back/forward cache, and shows what was said meanwhile when it returns', async (t) => {
  const keeping = await launchBrowser(t, { keepsPages: true });
  const { chat, page, troubles, address, shopper } = await chatOnPage();
  const elsewhere = await serveFiles(t, { '/index.html': '<title>Elsewhere</title>' });
  assert.deepEqual(await hindrances(await keeping.newPage(), address, elsewhere), []);
  const clinging = '<script>addEventListener("unload", () => {})</script>';
  const control = await serveFiles(t, { '/index.html': clinging });
  assert.deepEqual(await hindrances(await keeping.newPage(), control, elsewhere), [
    'UnloadHandlerExistsInMainFrame',
  ]);

  // Imitates the cache: scripts stop, connections close, and then the page is shown again.
  await shopper('I am at the shelf');
  await shows(page, 'I am at the shelf');
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  await page.context().setOffline(true);
  await shopper('Ripe ones are out');
  await page.context().setOffline(false);
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
  await shows(page, 'Ripe ones are out');
  await write(page, 'Firm ones are fine');
  await page.getByText(/ · Sent$/).waitFor();
  assert.deepEqual(await storedTexts(chat), ['I am at the shelf', 'Ripe ones are out', 'Firm ones are fine']);
  assert.deepEqual(troubles, []);
});

test('a draft survives a reload until it is sent, and a page that is reloaded while sending sends the message once and shows it once', async () => {
  const { chat, page } = await chatOnPage();
  await page.locator('textarea').fill('only o');
  await page.reload();
  await page.waitForFunction(() => {
    const chat = document.querySelector('aislechat-order');
    return chat?.shadowRoot?.querySelector('textarea')?.value === 'only o';
  });
  // The message reaches the server, but the answer never reaches the page.
  let stored: (() => void) | undefined;
  const isStored = new Promise<void>((resolve) => {
    stored = resolve;
  });
  await page.route('**/messages', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    await route.fetch();
    stored?.();
  });
  await write(page, 'only once');
  await isStored;
  assert.equal((await says(page)).length, 1);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.reload();
  await page.getByText(/ · Sent$/).waitFor();
  assert.equal(await page.locator('textarea').inputValue(), '');
  assert.deepEqual(await says(page), ['only once']);
  assert.deepEqual(await storedTexts(chat), ['only once']);
});

test('a proxy’s own error neither ends the chat nor marks a message as not sent', async () => {
  const answers = [
    { status: 403, contentType: 'text/html', body: '<h1>Forbidden</h1>' },
    { status: 404, contentType: 'text/html', body: '<h1>Not found</h1>' },
    { status: 404, contentType: 'application/json', body: '{"error":"no such route"}' },
    { status: 200, contentType: 'text/html', body: '<h1>Welcome to our Wi-Fi</h1>' },
  ];
  const left = { events: [...answers], messages: [...answers] };
  const headers = { 'access-control-allow-origin': '*' };
  const { chat, page, shopper } = await chatOnPage({}, async (page) => {
    for (const path of ['events', 'messages'] as const) {
      await page.route(`**/${path}*`, (route) => {
        const answer = route.request().method() === 'OPTIONS' ? undefined : left[path].shift();
        return answer ? route.fulfill({ ...answer, headers }) : route.continue();
      });
    }
  });
  for (let n = 0; n < answers.length; n++) {
    await page.locator('textarea, .instead').first().waitFor();
    await page.evaluate(() => dispatchEvent(new Event('online')));
  }
  await page.locator('textarea').waitFor();
  await write(page, 'through the proxy');
  await page.waitForFunction(() => {
    dispatchEvent(new Event('online'));
    return /· Sent/.test(document.querySelector('aislechat-order')!.shadowRoot!.textContent!);
  });
  assert.deepEqual(left, { events: [], messages: [] });
  await shopper('I am here');
  await shows(page, 'I am here');
  assert.deepEqual(await storedTexts(chat), ['through the proxy', 'I am here']);
});

test('Enter that accepts an IME suggestion does not send the message', async () => {
  const { chat, page } = await chatOnPage();
  const field = page.locator('textarea');
  await field.fill('にほん');
  // In Safari the composition is already over; only the key code reveals it.
  for (const key of [{ keyCode: 229 }, { isComposing: true }]) {
    await field.evaluate((field, key) => {
      const init = { key: 'Enter', bubbles: true, composed: true, cancelable: true, ...key };
      field.dispatchEvent(new KeyboardEvent('keydown', init));
    }, key);
  }
  assert.equal(await field.inputValue(), 'にほん');
  await field.press('Enter');
  await page.getByText(/ · Sent$/).waitFor();
  assert.deepEqual(await storedTexts(chat), ['にほん']);
});

test('a message counts as read once seen: not on a hidden page, and not below the visible part', async () => {
  const { chat, page, shopper } = await chatOnPage();
  const unread = async () => {
    const { body } = await client.get(chatPath(chat.orderId), { token: chat.token });
    return body.chat_messages.filter((message: { read: boolean }) => !message.read).length as number;
  };
  for (let n = 0; n < 40; n++) await shopper(`line ${n}`);
  await shows(page, 'line 39');
  await page.waitForFunction(() => {
    const log = document.querySelector('aislechat-order')?.shadowRoot?.querySelector('.log');
    return log && log.scrollHeight > log.clientHeight;
  });
  const scroll = (to: 'start' | 'end') =>
    page.evaluate((to) => {
      const log = document.querySelector('aislechat-order')!.shadowRoot!.querySelector('.log')!;
      log.scrollTop = to === 'start' ? 0 : log.scrollHeight;
    }, to);
  await scroll('start');
  await page.getByRole('button', { name: 'Newest messages' }).waitFor();
  const since = await unread();
  await shopper('further down');
  await page.getByText('1 new').waitFor();
  assert.equal(await unread(), since + 1);
  await page.getByRole('button', { name: 'Newest messages' }).click();
  await assert.doesNotReject(async () => {
    for (let n = 0; n < 100 && (await unread()) > 0; n++) await page.waitForTimeout(20);
    assert.equal(await unread(), 0);
  });
  await hide(page, true);
  await shopper('while away');
  await shows(page, 'while away');
  await page.getByText('New messages').waitFor();
  assert.equal(await unread(), 1);
  await hide(page, false);
  for (let n = 0; n < 100 && (await unread()) > 0; n++) await page.waitForTimeout(20);
  assert.equal(await unread(), 0);
});

/** Pretends that another tab or another app is in front. */
const hide = (page: Page, isHidden: boolean) =>
  page.evaluate(
    (state) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
      document.dispatchEvent(new Event('visibilitychange'));
    },
    isHidden ? 'hidden' : 'visible',
  );

test('a handover appears in the conversation and the header names the new shopper, whose right-to-left name does not reorder the sentence around it and whose initial is a whole character', async () => {
  const { chat, page, shopper } = await chatOnPage();
  await shopper('I am Ilse');
  const jonah = await newShopper(client, chat.token, 'Jonah');
  await newBatch(client, chat.token, jonah, chat.orderId);
  await page.getByText('Jonah has taken over your order').waitFor();
  await page.getByRole('heading', { name: 'Jonah' }).waitFor();
  await shopperSays(client, chat.token, jonah, chat.orderId, 'I am Jonah');
  await shows(page, 'I am Jonah');
  assert.deepEqual(await page.locator('.name').allInnerTexts(), ['Ilse', 'Jonah']);

  for (const [name, initial] of [
    ['\u202e𝒜esrever', '𝒜'],
    ['נועה', 'נ'],
  ] as const) {
    const shopperId = await newShopper(client, chat.token, name);
    await newBatch(client, chat.token, shopperId, chat.orderId);
    await shopperSays(client, chat.token, shopperId, chat.orderId, `I am ${initial}`);
    await page.locator('.message', { hasText: `I am ${initial}` }).waitFor();
    assert.equal((await page.locator('.avatar').innerText()).trim(), initial);
    // What follows the name in the sentence is drawn to its right.
    for (const where of ['.who p', '.notice']) {
      const [nameAt, restAt] = await page
        .locator(where)
        .last()
        .evaluate((element) => {
          const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
          let text = texts.nextNode() as Text;
          while (!/for you|order/.test(text.data)) text = texts.nextNode() as Text;
          const leftOf = (at: number) => {
            const range = document.createRange();
            range.setStart(text, at);
            range.setEnd(text, at + 1);
            return range.getBoundingClientRect().left;
          };
          const rest = text.data.search(/(is shopping for you|has taken)/);
          return [leftOf(rest - 4), leftOf(rest + 8)];
        });
      assert.ok(nameAt! < restAt!, `${where} ${JSON.stringify(name)}`);
    }
  }
});

test('a message is shown once although the device’s clock is an hour ahead', async () => {
  const { chat, page } = await chatOnPage({}, (page) =>
    page.addInitScript(() => {
      const now = Date.now;
      Date.now = () => now() + 3_600_000;
    }),
  );
  await page.locator('textarea').waitFor();
  let answer: (() => void) | undefined;
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route('**/messages', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    const response = await route.fetch();
    await held;
    await route.fulfill({ response });
  });
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'OK?');
  await write(page, 'OK');
  // The stream delivers the message before the answer to the request arrives.
  await page.getByText(/ · Sent$/).waitFor();
  assert.deepEqual(await says(page), ['OK?', 'OK']);
  answer!();
  await write(page, 'OK');
  await eventually(
    () => says(page),
    (texts) => texts.length === 3,
  );
  await eventually(
    () => page.getByText(/ · Sent$/).count(),
    (count) => count === 1,
  );
  assert.deepEqual(await storedTexts(chat), ['OK?', 'OK', 'OK']);
});

test('seven tabs of one order share one stream, even when a tab is closed or suspended', async (t) => {
  const streams: Page[] = [];
  const { chat, page, address, shopper } = await chatOnPage(
    {},
    async (page) =>
      page.context().on('request', (request) => {
        if (request.url().includes('/stream')) streams.push(request.frame().page());
      }),
    open,
  );
  const context = page.context();
  const tabs = [page];
  for (let n = 1; n < 7; n++) tabs.push(await openIn(context, address));
  await shopper('for all of you');
  for (const tab of tabs) await shows(tab, 'for all of you');
  assert.deepEqual(new Set(streams), new Set([page]));
  // Each tab can send, which takes a connection.
  await write(tabs[6]!, 'from the seventh');
  for (const tab of tabs) await shows(tab, 'from the seventh');
  assert.equal((await says(tabs[6]!)).length, 2);

  await page.close();
  await shopper('one has gone');
  for (const tab of tabs.slice(1)) await shows(tab, 'one has gone');
  assert.equal(new Set(streams).size, 2);

  const leader = streams.at(-1)!;
  const others = tabs.slice(1).filter((tab) => tab !== leader);
  // Imitates a suspended tab: it holds the lock, but neither answers nor forwards anything.
  await leader.evaluate(() => {
    BroadcastChannel.prototype.postMessage = () => {};
  });
  await shopper('one is asleep');
  const [first] = others;
  await first!.clock.install();
  await first!.evaluate(() => dispatchEvent(new Event('online')));
  await first!.clock.fastForward(6_000);
  for (const tab of others) await shows(tab, 'one is asleep');
  assert.equal(streams.at(-1), first);
  await shopper('all are awake');
  for (const tab of [leader, ...others]) await shows(tab, 'all are awake');
  t.diagnostic(`${streams.length} streams`);
  const set = (chat_enabled: boolean) =>
    client.patch('/v1/sandbox/retailer', { token: chat.token, body: { chat_enabled } });
  await set(false);
  for (const tab of [leader, ...others]) await tab.locator('.note').waitFor();
});

test('without the Web Locks API each tab opens a stream of its own', async () => {
  const { page, shopper } = await chatOnPage({}, (page) =>
    page.addInitScript(() => Object.defineProperty(navigator, 'locks', { value: undefined })),
  );
  await page.locator('textarea').waitFor();
  await shopper('alone');
  await shows(page, 'alone');
});

test('the page says when the order is on its way, when it is complete, and when its chat expires while open', async () => {
  const { chat, page, shopper } = await chatOnPage();
  await shopper('a text that goes');
  await shows(page, 'a text that goes');
  await advance(client, chat.token, chat.batchId, 'delivering');
  await page.getByText('Your order is on its way.').waitFor();
  await advance(client, chat.token, chat.batchId, 'completed');
  await page
    .getByText(/^This order is complete\. You can read the chat until \w+day, \d+:\d\d [AP]M\./)
    .waitFor();
  assert.equal(await page.locator('textarea').count(), 0);
  await shows(page, 'a text that goes');

  // A token lives as long as a chat after its end, and this token is younger.
  await clock(client, chat.token, { advance_ms: 43_200_000 });
  const token = await userToken(client, chat, chat.userId);
  await page.evaluate(
    (token) => document.querySelector('aislechat-order')!.setAttribute('token', token),
    token,
  );
  await shows(page, 'a text that goes');
  await clock(client, chat.token, { advance_ms: 43_200_000 });
  await page.getByRole('heading', { name: 'This chat has ended' }).waitFor();
  assert.equal(await page.getByText('a text that goes').count(), 0);
});

test('before shopping starts the page says when the chat will open, and then opens it; the text field follows the order and the setting even if no page of the event log can be fetched', async () => {
  const chat = await twoPeople(client);
  const orderId = await newOrder(client, chat.token, chat.userId);
  const page = await openTab(await shopPage({ after }, client.url, { orderId, token: chat.userToken }));
  await page.getByText('The chat opens when shopping starts.').waitFor();
  await client.post(`/v1/orders/${orderId}/assignment`, {
    token: await clientToken(client, chat, 'aislechat:operate'),
    body: { shopper_id: chat.shopperId },
  });
  await page.getByText('Ilse will shop for you').waitFor();
  await newBatch(client, chat.token, chat.shopperId, orderId);
  await page.locator('textarea').waitFor();
  await page.getByText('Ilse is shopping for you').waitFor();

  const next = await newOrder(client, chat.token, chat.userId);
  await page.evaluate((id) => document.querySelector('aislechat-order')!.setAttribute('order-id', id), next);
  const field = page.locator('textarea');
  await page.getByText('The chat opens when shopping starts.').waitFor();
  let asked = 0;
  await page.route('**/events*', (route) => {
    asked += 1;
    return asked % 2 === 0 ? route.abort() : route.fulfill({ status: 503 });
  });
  const batch = await newBatch(client, chat.token, chat.shopperId, next);
  await field.waitFor();
  const set = (chat_enabled: boolean) =>
    client.patch('/v1/sandbox/retailer', { token: chat.token, body: { chat_enabled } });
  await set(false);
  await page.getByText('Messages cannot be sent at the moment.').waitFor();
  assert.equal(await field.count(), 0);
  await set(true);
  await field.waitFor();
  await advance(client, chat.token, batch, 'completed');
  await page.getByText('This order is complete.').waitFor();
  assert.equal(await field.count(), 0);
});

test('without streaming the text field follows the setting too', async () => {
  const headers = { 'access-control-allow-origin': '*' };
  const { chat, page } = await chatOnPage({}, (page) =>
    page.route('**/stream*', (route) => route.fulfill({ contentType: 'text/html', body: 'no', headers })),
  );
  await page.locator('textarea').waitFor();
  for (const chat_enabled of [false, true]) {
    await client.patch('/v1/sandbox/retailer', { token: chat.token, body: { chat_enabled } });
    await page.locator(chat_enabled ? 'textarea' : '.note').waitFor();
  }
});

test('with shopper information removed the page says that there is no chat, and an order that becomes reachable again reappears when the page is seen again', async () => {
  const { chat, page } = await chatOnPage({ shopper_information_removal: true }, undefined, open);
  await page.getByRole('heading', { name: 'There is no chat for this order' }).waitFor();
  await client.patch('/v1/sandbox/retailer', {
    token: chat.token,
    body: { shopper_information_removal: false },
  });
  await page.clock.setFixedTime(Date.now() + 10_000);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await page.locator('textarea').waitFor();
});

test('whatever language the page declares, the chat appears in the nearest supported one', async () => {
  const chat = await twoPeople(client);
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'hello');
  const page = await openTab('about:blank');
  const troubles = troublesOf(page);
  await page.goto(await shopPage({ after }, client.url, { orderId: chat.orderId, token: chat.userToken }));
  const placeholders: [lang: string, placeholder: string][] = [
    ['en_US', 'Write a message'],
    ['fr_CA', 'Votre message'],
    ['FR-ca', 'Votre message'],
    ['es_MX.UTF-8', 'Su mensaje'],
    ['fr-CA@euro', 'Votre message'],
    ['es-not-a-language-tag', 'Su mensaje'],
    ['{{ page.language }}', 'Write a message'],
    ['x', 'Write a message'],
  ];
  for (const [lang, placeholder] of placeholders) {
    await page.evaluate((lang) => {
      document.documentElement.lang = lang;
      const element = document.querySelector('aislechat-order')!;
      element.replaceWith(element.cloneNode());
    }, lang);
    await page.getByPlaceholder(placeholder).waitFor();
    await shows(page, 'hello');
  }
  assert.deepEqual(troubles, []);
});

test('a page that fails to render says so, and renders again later', async () => {
  const { page, shopper } = await chatOnPage();
  await page.locator('textarea').waitFor();
  await page.evaluate(() => {
    const { DateTimeFormat } = Intl;
    const broken = () => {
      throw new RangeError('no such time');
    };
    Object.assign(window, { mend: () => Object.assign(Intl, { DateTimeFormat }) });
    Object.assign(Intl, { DateTimeFormat: broken });
  });
  await shopper('here it is');
  await page.getByRole('alert').getByText('Something went wrong').waitFor();
  await page.evaluate(() => (window as unknown as { mend(): void }).mend());
  await shows(page, 'here it is');
  assert.equal(await page.getByText('Something went wrong').count(), 0);
});

test('the token function is called when a token is needed, and again if it never ends, while the chat says that there is no connection; an unknown order is reported as not found', async () => {
  const { chat, page } = await chatOnPage({}, (page) => page.clock.install(), open);
  await page.evaluate((token) => {
    const element = document.createElement('aislechat-order') as HTMLElement & { token: unknown };
    element.setAttribute('order-id', 'no-such-order');
    element.token = async () => ({ access_token: token, expires_in: 86_400 });
    document.querySelector('aislechat-order')!.replaceWith(element);
  }, chat.userToken);
  await page.getByRole('heading', { name: 'Order not found' }).waitFor();

  await page.evaluate(
    ({ token, orderId }) => {
      const element = document.createElement('aislechat-order') as HTMLElement & { token: unknown };
      element.setAttribute('order-id', orderId);
      let calls = 0;
      element.token = () => (++calls === 1 ? new Promise(() => {}) : token);
      document.querySelector('aislechat-order')!.replaceWith(element);
    },
    { token: chat.userToken, orderId: chat.orderId },
  );
  await page.clock.fastForward(31_000);
  await page.getByText('No connection').waitFor();
  await page.clock.fastForward(120_000);
  await page.getByText('No connection').waitFor({ state: 'hidden' });
});

test('500 texts with script payloads appear as plain text: nothing runs, and the policy reports no violation; control: markup that does get into the page is blocked', async () => {
  assert.equal(new Set(payloads).size, 500);
  const chat = await twoPeople(client);
  for (const text of payloads.slice(0, 450)) {
    await shopperSays(client, chat.token, chat.shopperId, chat.orderId, text);
  }
  const page = await openTab('about:blank');
  const troubles = troublesOf(page);
  await page.addInitScript(() => {
    const seen = { executed: 0, violations: 0 };
    Object.assign(window, { seen, executed: () => seen.executed++ });
    document.addEventListener('securitypolicyviolation', () => seen.violations++);
  });
  page.on('dialog', (dialog) => dialog.dismiss());
  await page.goto(await shopPage({ after }, client.url, { orderId: chat.orderId, token: chat.userToken }));
  await page.locator('.bubble').nth(449).waitFor();
  for (const text of payloads.slice(450)) {
    await shopperSays(client, chat.token, chat.shopperId, chat.orderId, text);
  }
  await page.locator('.bubble').nth(499).waitFor();
  const shown = await page.locator('.bubble').allTextContents();
  assert.deepEqual(shown, payloads);
  const seen = await page.evaluate(() => (window as unknown as { seen: unknown }).seen);
  assert.deepEqual(seen, { executed: 0, violations: 0 });
  assert.deepEqual(troubles, []);

  const stopped = await page.evaluate(() => {
    try {
      document.querySelector('aislechat-order')!.shadowRoot!.querySelector('.log')!.innerHTML =
        '<img onerror=x>';
      return false;
    } catch {
      return true;
    }
  });
  assert.ok(stopped);
});

const setStyle = (page: Page, style: string) =>
  page.evaluate((text) => {
    document.querySelector('style')!.textContent = text;
  }, style);

/** A shop's page whose style sheet affects every element on it. */
async function styledPage({ script = true } = {}) {
  const chat = await twoPeople(client);
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'Ripe avocados are out. Firm ones?');
  const tag = `<aislechat-order order-id="${chat.orderId}" token="${chat.userToken}"></aislechat-order>`;
  const load = script ? `<script type="module" src="${client.url}/aislechat.js"></script>` : '';
  const head =
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Order</title>';
  return serveFiles(
    { after },
    {
      '/index.html': `<!doctype html><html lang="en">${head}<style></style>${load}<main>${tag}</main></html>`,
    },
  );
}

test('an element that decides how wide it is is wide enough to read, and gives way where there is less room', async () => {
  const chat = await twoPeople(client);
  const tag = `order-id="${chat.orderId}" token="${chat.userToken}"`;
  for (const name of ['aislechat-order', 'aislechat-order-status']) {
    const script = name === 'aislechat-order' ? 'aislechat' : name;
    const page = await openTab(
      await serveFiles(
        { after },
        {
          '/index.html': `<!doctype html><html lang="en"><meta charset="utf-8"><title>Order</title><style></style>
<script type="module" src="${client.url}/${script}.js"></script><main><${name} ${tag}></${name}></main></html>`,
        },
      ),
    );
    await page.locator('textarea').waitFor();
    for (const style of [
      'main { display: flex }',
      'main { display: grid; place-items: center }',
      `${name} { display: inline-block }`,
      `${name} { float: left }`,
    ]) {
      await page.setViewportSize({ width: 1280, height: 720 });
      await setStyle(page, style);
      const { width } = (await page.locator(name).boundingBox())!;
      assert.ok(width >= 320, `${name}, ${style}: ${width}`);
      await page.setViewportSize({ width: 280, height: 600 });
      const scrolls = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert.equal(scrolls, false, `${name}, ${style}`);
    }
  }
});

const hostile = `
  html { font-size: 62.5% }
  body { font: italic small-caps 700 27px/3 fantasy; letter-spacing: 0.3em; word-spacing: 1em; text-indent: 3em;
    text-transform: uppercase; text-align: right; white-space: nowrap; text-shadow: 1px 1px red; hyphens: auto;
    cursor: crosshair; user-select: none; color: red; -webkit-text-fill-color: red; -webkit-text-stroke: 1px red;
    word-break: break-all; tab-size: 20; quotes: none; list-style: square; text-wrap: balance; line-break: anywhere }
  main * { letter-spacing: 4px; font-size: 30px; text-transform: lowercase }`;

test('no text style of the surrounding page reaches the element, and its sizes follow the reader’s default', async () => {
  const parts = [
    '.bubble',
    'h2',
    '.who p',
    '.day',
    'textarea',
    '.send',
    '.tool',
    '.send svg',
    'header',
    '.chat',
  ];
  const page = await openTab(await styledPage());
  const stylesOn = async (style: string) => {
    await page.locator('.bubble').waitFor();
    await setStyle(page, style);
    return page.locator('.chat').evaluate((chat, selectors) => {
      const root = chat.getRootNode() as ShadowRoot;
      return selectors.map((selector) => {
        const computed = getComputedStyle(root.querySelector(selector)!);
        // Its position on the page is up to the page.
        const own = [...computed].filter((name) => !/origin$/.test(name));
        return [
          selector,
          Object.fromEntries(own.map((name) => [name, computed.getPropertyValue(name)])),
        ] as const;
      });
    }, parts);
  };
  const plain = await stylesOn('');
  const among = await stylesOn(hostile);
  const changed = plain.flatMap(([selector, styles], n) =>
    Object.entries(styles)
      .filter(([name, value]) => among[n]![1][name] !== value)
      .map(([name, value]) => `${selector} ${name}: ${value}, not ${among[n]![1][name]}`),
  );
  assert.deepEqual(changed, []);
  const sizeOf = (styles: typeof plain, selector: string) =>
    styles.find(([name]) => name === selector)![1]['font-size'];
  assert.deepEqual([sizeOf(among, '.bubble'), sizeOf(among, '.who p')], ['16px', '13px']);
  await setTextSize(page, 24);
  await page.reload();
  const larger = await stylesOn(hostile);
  assert.deepEqual([sizeOf(larger, '.bubble'), sizeOf(larger, '.who p')], ['24px', '19.5px']);
  // An element that the page hides stays hidden, and the page's direction applies.
  await setStyle(page, 'main { visibility: hidden; direction: rtl }');
  const state = page.locator('.chat').evaluate((chat) => {
    const { visibility, direction } = getComputedStyle(chat);
    return [visibility, direction];
  });
  assert.deepEqual(await state, ['hidden', 'rtl']);
});

test('no text style of the surrounding page reaches the page of an order either', async () => {
  const chat = await twoPeople(client);
  const page = await openTab(
    await serveFiles(
      { after },
      {
        '/index.html': `<!doctype html><html lang="en"><meta charset="utf-8"><title>Order</title><style></style>
<script type="module" src="${client.url}/aislechat-order-status.js"></script>
<main><aislechat-order-status order-id="${chat.orderId}" token="${chat.userToken}"></aislechat-order-status></main></html>`,
      },
    ),
  );
  await page.locator('textarea').waitFor();
  const stylesOn = async (style: string) => {
    await setStyle(page, style);
    return page.locator('.order').evaluate((order) => {
      const parts = ['.order', '.brand small', 'h2', '.head p', '.steps li', '.items p'];
      return parts.flatMap((selector) => {
        const computed = getComputedStyle((order.getRootNode() as ShadowRoot).querySelector(selector)!);
        const own = [...computed].filter((name) => !/origin$|^--/.test(name));
        return own.map((name) => `${selector} ${name}: ${computed.getPropertyValue(name)}`);
      });
    });
  };
  const plain = await stylesOn('main { margin: 0 }');
  const among = await stylesOn(hostile);
  assert.deepEqual(
    plain.filter((style, n) => among[n] !== style),
    [],
  );
});

test('doubled text is usable at 390 px: nothing is cut off, covered, or scrolled sideways', async () => {
  const page = await openTab('about:blank', { width: 390, height: 844 });
  await setTextSize(page, 32);
  await page.goto(await styledPage());
  await page.locator('.bubble').waitFor();
  for (const style of ['', hostile]) {
    await setStyle(page, `${style} body { margin: 8px }`);
    await page.locator('textarea').fill('Firm ones are fine');
    const found = await page.locator('.chat').evaluate((chat) => {
      const root = chat.getRootNode() as ShadowRoot;
      const box = (selector: string) => root.querySelector(selector)!.getBoundingClientRect();
      return {
        pageScrolls: document.documentElement.scrollWidth > innerWidth,
        scrolling: [...root.querySelectorAll('.chat, .log, header, .composer, .bubble, textarea')]
          .filter((one) => one.scrollWidth > one.clientWidth + 1)
          .map((one) => one.className || one.localName),
        row: ['.tool', 'textarea', '.send'].map((selector) => [box(selector).left, box(selector).right]),
        chat: [box('.chat').left, box('.chat').right],
        field: box('textarea').width,
        buttons: ['.tool', '.send'].map((selector) => Math.min(box(selector).width, box(selector).height)),
        log: box('.log').height,
      };
    });
    assert.deepEqual([found.pageScrolls, found.scrolling], [false, []]);
    const edges = [found.chat[0]!, ...found.row.flat(), found.chat[1]!];
    assert.deepEqual(
      edges,
      [...edges].sort((a, b) => a - b),
    );
    assert.ok(found.field >= 180 && found.log >= 200, JSON.stringify(found));
    for (const size of found.buttons) assert.ok(size >= 44, String(size));
  }
});

test('with the documented CSS rule the chat’s height is reserved before the script runs', async () => {
  const [, rule] = /^```css\n([\s\S]*?)^```/m.exec(readFileSync(pagesDocument, 'utf8'))!;
  const page = await openTab(await styledPage({ script: false }));
  const styles = ['', 'html { font-size: 62.5% }', ':root { --aislechat-block-size: 400px }'];
  const heights = async () => {
    const all: number[] = [];
    for (const style of styles) {
      await setStyle(page, `${style} ${rule}`);
      all.push((await page.locator('aislechat-order').boundingBox())!.height);
    }
    return all;
  };
  const before = await heights();
  await page.addScriptTag({ url: `${client.url}/aislechat.js`, type: 'module' });
  await page.locator('.bubble').waitFor();
  assert.ok(Math.min(...before) >= 300, String(before));
  assert.deepEqual(await heights(), before);
});

test('in forced colors whatever a background sets apart has a border', async () => {
  const page = await openTab('about:blank');
  await page.emulateMedia({ forcedColors: 'active' });
  await page.goto(await styledPage());
  await page.locator('.bubble').waitFor();
  await write(page, 'Firm ones are fine');
  await page.getByText(/ · Sent$/).waitFor();
  for (const part of ['.chat', '.bubble', '.own .bubble', '.avatar', '.tool', '.send', 'textarea']) {
    const border = await page
      .locator(part)
      .first()
      .evaluate((one) => {
        const {
          borderTopStyle: style,
          borderTopWidth: width,
          borderTopColor: color,
          backgroundColor,
        } = getComputedStyle(one);
        return { style, width: Number.parseFloat(width), isSeen: color !== backgroundColor };
      });
    assert.ok(
      border.style !== 'none' && border.width >= 1 && border.isSeen,
      `${part} ${JSON.stringify(border)}`,
    );
  }
});

/** The shopper proposes another product for the order's only item, or says what became of it. */
const picks = ({ orderId, shopperId, token }: Awaited<ReturnType<typeof twoPeople>>, body: object) =>
  client.put(`/v2/fulfillment_sandbox/shoppers/${shopperId}/orders/${orderId}/items/1`, { token, body });
const proposes = (chat: Awaited<ReturnType<typeof twoPeople>>, name: string) =>
  picks(chat, { status: 'replaced', replacement_item: { upc: '2', name }, delivered_count: 2 });
async function itemOf(chat: Awaited<ReturnType<typeof twoPeople>>) {
  const { body } = await client.get(`/v2/post_checkout/orders/${chat.orderId}/items`, {
    token: chat.userToken,
  });
  return body.line_items[0];
}

test('a replacement can be declined, on another device too, and what the shopper finds after all needs no answer', async () => {
  const { chat, page, address } = await chatOnPage();
  await page.locator('textarea').waitFor();
  await proposes(chat, 'Brown eggs');
  const second = await open(address);
  const cards = [page, second].map((one) => one.getByRole('region', { name: 'Brown eggs' }));
  for (const card of cards) await card.waitFor();
  await cards[0]!.getByRole('button', { name: 'No, refund it' }).click();
  for (const card of cards) await card.waitFor({ state: 'detached' });
  assert.equal((await itemOf(chat)).status, 'TO_REFUND');

  await proposes(chat, 'White eggs');
  await page.getByRole('region', { name: 'White eggs' }).waitFor();
  await proposes(chat, 'Six eggs');
  await page.getByRole('region', { name: 'Six eggs' }).waitFor();
  assert.equal(await page.locator('.card').count(), 1);
  await advance(client, chat.token, chat.batchId, 'delivering');
  await page.locator('.card').waitFor({ state: 'detached' });
});

test('on the card of a proposed replacement “something else” is said in words and taken back, an answer without a network is kept to be sent again, and once approved the card is gone', async () => {
  const { chat, page, troubles } = await chatOnPage();
  await page.locator('textarea').waitFor();
  await page.evaluate(() => {
    document.addEventListener('aislechat-change', (event) => {
      document.title = `${(event as CustomEvent).detail.unread} waiting`;
    });
  });
  await proposes(chat, 'Brown eggs');
  const card = page.getByRole('region', { name: 'Brown eggs' });
  await card.getByText('× 2').waitFor();
  assert.equal(await page.title(), '1 waiting');
  await card.getByRole('button', { name: 'Something else' }).click();
  await card.getByRole('textbox').fill('White eggs, please');
  await card.getByRole('button', { name: 'Send to your shopper' }).click();
  await page.locator('.bubble').getByText('White eggs, please').waitFor();
  await card.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo: You asked for something else than Brown eggs' }).click();
  await card.waitFor();
  await page.context().setOffline(true);
  await card.getByRole('button', { name: 'Yes, take it' }).click();
  await card.getByText('Your answer could not be sent. Try again.').waitFor();
  await page.context().setOffline(false);
  await card.getByRole('button', { name: 'Yes, take it' }).click();
  await page.locator('.notice', { hasText: 'Replacement approved' }).waitFor();
  await card.waitFor({ state: 'detached' });
  assert.equal((await itemOf(chat)).replacement_status, 'APPROVED');
  assert.deepEqual(troubles, []);
});

test('after an answer the keyboard’s focus goes to Undo and comes back, and an answer that is final says so', async () => {
  const chat = await twoPeople(client);
  await proposes(chat, 'Brown eggs');
  const { id } = await itemOf(chat);
  const given = `/v2/post_checkout/orders/${chat.orderId}/items/${id}/replacement`;
  const taken = `/v1/orders/${chat.orderId}/items/${id}/answer`;
  const { userToken: token } = chat;
  // The last is taken back on the page.
  for (let n = 1; n < limits.withdrawalsPerOrder; n++) {
    assert.equal((await client.put(given, { token, body: { status: 'APPROVED' } })).status, 200);
    assert.equal((await client.call('DELETE', taken, { token })).status, 200);
  }
  const page = await openTab(await shopPage({ after }, client.url, { orderId: chat.orderId, token }));
  const card = page.getByRole('region', { name: 'Brown eggs' });
  const undo = page.getByRole('button', { name: 'Undo: You took Brown eggs' });
  const settles = (label: string) =>
    page.waitForFunction((wanted) => {
      const inner = document.querySelector('aislechat-order')!.shadowRoot!.activeElement;
      return (inner?.getAttribute('aria-label') ?? inner?.textContent?.trim()) === wanted;
    }, label);
  await card.getByRole('button', { name: 'Yes, take it' }).focus();
  await page.keyboard.press('Enter');
  await settles('Undo: You took Brown eggs');
  await page.keyboard.press('Enter');
  await settles('Yes, take it');
  await page.keyboard.press('Enter');
  await settles('Undo: You took Brown eggs');
  await undo.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('This answer can’t be changed any more.').waitFor();
  await settles('Undo: You took Brown eggs');
  assert.equal(await undo.count(), 1);
});

test('no name of a product runs as code on a card', async () => {
  const { chat, page, troubles } = await chatOnPage();
  await page.locator('textarea').waitFor();
  for (const name of payloads.slice(0, 25)) {
    const { status } = await proposes(chat, name);
    if (status === 200) await page.locator('.card h3').getByText(`${name} × 2`, { exact: true }).waitFor();
  }
  assert.deepEqual(troubles, []);
});
