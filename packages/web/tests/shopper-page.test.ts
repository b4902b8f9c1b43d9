/** The shopper's page around the chat: without a network, with a keyboard or in landscape, and with a voice. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import type { Page, Route } from 'playwright-core';
import { advance, chatPath, newBatch, newOrder, shopperSays } from '../../server/tests/support/scenario.ts';
import { assertAccessible, beyondTheScreen, languages, lookAs, setTextSize } from './support/accessible.ts';
import { pagesUnderTest, twoPeople } from './support/pages.ts';
import { shopperPage } from './support/shopper.ts';

const pages = await pagesUnderTest({ after, afterEach });
const { client } = pages;
type Chat = Awaited<ReturnType<typeof twoPeople>>;

const customerSays = (chat: Chat, orderId: string, body: string) =>
  client.post(chatPath(orderId), { token: chat.userToken, body: { body } });

test('without a network the list says so, and from when it is, with the day where that is another one than today', async () => {
  const chat = await twoPeople(client);
  await customerSays(chat, chat.orderId, 'Any limes?');
  const { page } = await shopperPage(pages, chat.shopperToken);
  await page.getByRole('link').first().waitFor();
  const time = page.locator('.when time');
  assert.match(await time.innerText(), /^\d+:\d\d [AP]M$/);
  const banner = page.getByText(/^No connection\. This list is from \d+:\d\d [AP]M\.$/);
  assert.equal(await banner.count(), 0);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.context().setOffline(true);
  await banner.waitFor();
  await page.reload();
  await banner.waitFor();
  await page.getByRole('link').first().waitFor();
  await assertAccessible(page, 'offline list');
  await page.context().setOffline(false);
  await banner.waitFor({ state: 'detached' });

  await page.clock.setFixedTime(Date.now() + 2 * 86_400_000);
  await page.context().setOffline(true);
  await page.reload();
  assert.match(await time.innerText(), /^[A-Z][a-z]+ \d+, \d+:\d\d [AP]M$/);
  await page.getByText(/^No connection\. This list is from [A-Z][a-z]+ \d+, \d+:\d\d [AP]M\.$/).waitFor();
});

test('a list that cannot be read although the device has a network says so too', async () => {
  const chat = await twoPeople(client);
  let answer = (route: Route) => route.continue();
  const { page } = await shopperPage(pages, chat.shopperToken, {
    prepare: async (page) => {
      await page.clock.install();
      // A route that is set while the page's worker takes over may never be used, so this one is there before.
      await page.route('**/orders*', (route) => answer(route));
    },
  });
  await page.getByRole('link').first().waitFor();
  const banner = page.getByText(/^No connection\./);
  answer = (route) => route.abort();
  await page.clock.fastForward(11_000);
  await banner.waitFor();
  answer = (route) => route.continue();
  await page.clock.fastForward(11_000);
  await banner.waitFor({ state: 'detached' });
  const json = { error: { message: 'The server failed', code: null }, meta: {} };
  answer = (route) => route.fulfill({ status: 500, json });
  await page.clock.fastForward(11_000);
  await banner.waitFor();
});

test('a message of another order is counted on the way back and in the title while a chat is open', async () => {
  const chat = await twoPeople(client);
  const other = await newOrder(client, chat.token, chat.userId);
  await newBatch(client, chat.token, chat.shopperId, other);
  const { page, troubles } = await shopperPage(pages, chat.shopperToken, {
    orderId: chat.orderId,
    prepare: (page) => page.clock.install(),
  });
  await page.locator('textarea').waitFor();
  assert.equal(await page.title(), 'Your orders');
  await customerSays(chat, other, 'Any limes?');
  await customerSays(chat, other, 'Three, please');
  await page.clock.fastForward(11_000);
  const back = page.getByRole('button', { name: 'Back to your orders, 2 unread' });
  await back.waitFor();
  assert.equal(await back.innerText(), '2');
  assert.equal(await page.title(), '(2) Your orders');
  await assertAccessible(page, 'unread elsewhere');
  await page.getByRole('link', { name: `New message from ${other} · Noor` }).click();
  await page.locator('.bubble', { hasText: 'Three, please' }).waitFor();
  await page.clock.fastForward(11_000);
  await page.getByRole('button', { name: 'Back to your orders', exact: true }).waitFor();
  assert.deepEqual(troubles, []);
});

/** The heights of the parts of the open chat. */
const heights = (page: Page) =>
  page.locator('section.chat').evaluate((chat) => {
    const root = chat.getRootNode() as ShadowRoot;
    const box = (selector: string) => root.querySelector(selector)!.getBoundingClientRect();
    return { log: box('.log').height, end: box('.composer').bottom, field: box('textarea').height };
  });

test('in landscape, above a keyboard and at double text size, the log keeps its room and the field is in sight, also where a keyboard covers the page instead of shrinking it', async () => {
  const chat = await twoPeople(client);
  await customerSays(chat, chat.orderId, 'Any ripe ones?');
  const { page } = await shopperPage(pages, chat.shopperToken, { orderId: chat.orderId });
  await page.locator('.bubble').waitFor();
  for (const [what, viewport, text, least] of [
    ['in landscape', { width: 740, height: 360 }, 16, 150],
    ['above a keyboard', { width: 390, height: 420 }, 16, 180],
    ['above a keyboard on a small phone', { width: 320, height: 330 }, 16, 120],
    ['at double text size', { width: 390, height: 760 }, 32, 250],
  ] as const) {
    await lookAs(page, viewport, text);
    const { log, end, field } = await heights(page);
    assert.ok(log >= least, `${what} ${log} px`);
    assert.ok(end <= viewport.height && field >= 43, JSON.stringify({ what, end, field }));
    await assertAccessible(page, what);
  }

  await lookAs(page, { width: 390, height: 760 });
  const cover = (height: number) =>
    page.evaluate((height) => {
      Object.defineProperty(visualViewport, 'height', { configurable: true, value: height });
      visualViewport!.dispatchEvent(new Event('resize'));
    }, height);
  await cover(420);
  assert.ok((await heights(page)).end <= 420);
  await cover(760);
  assert.ok((await heights(page)).end > 700);
});

for (const [what, enlarge] of [
  ['the reader’s own text size', (page: Page) => setTextSize(page, 32)],
  [
    'a root of 200 %',
    (page: Page) =>
      page.addInitScript(() => {
        addEventListener('DOMContentLoaded', () => {
          document.documentElement.style.fontSize = '200%';
        });
      }),
  ],
] as const) {
  for (const locale of languages('fr-CA')) {
    test(`with ${what} the whole list is within 320 px in ${locale}`, async () => {
      const chat = await twoPeople(client);
      const over = await newOrder(client, chat.token, chat.userId);
      const batch = await newBatch(client, chat.token, chat.shopperId, over);
      for (const state of ['checkout', 'delivering', 'completed'])
        await advance(client, chat.token, batch, state);
      await customerSays(chat, chat.orderId, 'Are there any ripe ones left on the shelf?');
      const { page } = await shopperPage(pages, chat.shopperToken, {
        locale,
        viewport: { width: 320, height: 800 },
        prepare: enlarge,
      });
      await page.locator('a .unread').waitFor();
      assert.equal(await page.locator('li').count(), 2);
      assert.deepEqual(await beyondTheScreen(page.locator('.orders')), []);
      const lists = page.locator('.orders');
      assert.ok(await lists.evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth));
      await assertAccessible(page, locale);
    });
  }
}

test('at 320 px the header of the open chat has the whole of a long order number, below its end', async () => {
  const chat = await twoPeople(client);
  const order_id = `ORDER-2026-11-30-DENVER-${chat.orderId}`;
  const orderId = await newOrder(client, chat.token, chat.userId, { order_id });
  await newBatch(client, chat.token, chat.shopperId, orderId);
  const { page } = await shopperPage(pages, chat.shopperToken, {
    orderId,
    viewport: { width: 320, height: 640 },
  });
  const line = page.locator('.who p', { hasText: `Shopping · Order ${order_id}` });
  await line.waitFor();
  assert.ok(await line.evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth));
  assert.deepEqual(await beyondTheScreen(page.locator('.who')), []);
});

interface Spoken {
  spoken: string[];
  hear(text: string): void;
}

/** Stands for the loudspeaker and the microphone, which a test has not. */
const withVoice = (page: Page) =>
  page.addInitScript(() => {
    const spoken: string[] = [];
    speechSynthesis.speak = ({ text, lang }) => void spoken.push(`${lang} ${text}`);
    let listening: EventTarget | undefined;
    class Recognition extends EventTarget {
      start() {
        listening = this;
      }
      stop() {
        listening = undefined;
        this.dispatchEvent(new Event('end'));
      }
    }
    const hear = (transcript: string) => {
      const result = Object.assign([{ transcript }], { isFinal: true });
      listening?.dispatchEvent(Object.assign(new Event('result'), { resultIndex: 0, results: [result] }));
    };
    Object.assign(window, {
      spoken,
      hear,
      webkitSpeechRecognition: Recognition,
      SpeechRecognition: undefined,
    });
  });

test('reading aloud and dictation are off until the shopper turns them on, and stay on', async () => {
  const chat = await twoPeople(client);
  const { page, troubles } = await shopperPage(pages, chat.shopperToken, { prepare: withVoice });
  const spoken = () => page.evaluate(() => (window as unknown as Spoken).spoken);
  const row = page.getByRole('link').first();
  await row.click();
  await page.locator('textarea').waitFor();
  await customerSays(chat, chat.orderId, 'Nobody hears this');
  await page.getByRole('log').getByText('Nobody hears this').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Dictate a message' }).count(), 0);
  await page.goBack();
  await page.getByRole('checkbox', { name: 'Read new messages aloud' }).check();
  await page.getByRole('checkbox', { name: 'Write by voice' }).check();
  await page.getByText('Your browser may send your voice to its maker').waitFor();
  await assertAccessible(page, 'choices');
  await page.reload();
  await row.click();
  await page.locator('textarea').waitFor();
  assert.deepEqual(await spoken(), [], 'what was there is not read');
  await customerSays(chat, chat.orderId, 'Ripe ones, please');
  await page.waitForFunction(() => (window as unknown as Spoken).spoken.length > 0);
  assert.deepEqual(await spoken(), ['en Noor: Ripe ones, please']);
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'From another device');
  await page.getByRole('log').getByText('From another device').waitFor();
  assert.equal((await spoken()).length, 1, 'one’s own messages are not read');

  await page.locator('textarea').fill('All right,');
  await page.getByRole('button', { name: 'Dictate a message' }).click();
  const stop = page.getByRole('button', { name: 'Stop dictating' });
  await stop.waitFor();
  await page.evaluate(() => (window as unknown as Spoken).hear(' I found two '));
  await assertAccessible(page, 'dictating');
  await stop.click();
  await page.getByRole('button', { name: 'Dictate a message' }).waitFor();
  assert.equal(await page.locator('textarea').inputValue(), 'All right, I found two');
  assert.deepEqual(troubles, []);
});

test('only the shopper’s page may use the microphone', async () => {
  const allows = async (path: string) => (await fetch(client.url + path)).headers.get('permissions-policy');
  assert.match((await allows('/shopper'))!, /microphone=\(self\)/);
  assert.match((await allows('/o/x'))!, /microphone=\(\)/);
});
