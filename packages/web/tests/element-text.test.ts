/** What the element does with texts and colors: links, copying, a shop's own words, contrast, languages, print. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { serveFiles } from '../../client/tests/support/browser.ts';
import { pictureBytes } from '../../server/tests/support/pictures.ts';
import { shopperSays } from '../../server/tests/support/scenario.ts';
import { assertAccessible } from './support/accessible.ts';
import { sendPhoto, shopPage, troublesOf, twoPeople } from './support/pages.ts';
import { tabsUnderTest } from './support/tabs.ts';

const { client, open, openTab } = await tabsUnderTest({ after, afterEach });

async function chatOnPage(lang = 'en', options?: BrowserContextOptions) {
  const chat = await twoPeople(client);
  const address = await shopPage({ after }, client.url, {
    orderId: chat.orderId,
    token: chat.userToken,
    lang,
  });
  const page = await (options ? open('about:blank', options) : openTab('about:blank'));
  const troubles = troublesOf(page);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(address);
  const shopper = (text: string) => shopperSays(client, chat.token, chat.shopperId, chat.orderId, text);
  return { chat, page, troubles, requests, shopper };
}

test('addresses and phone numbers can be tapped, without a referrer and without a preview', async () => {
  const { page, troubles, requests, shopper } = await chatOnPage();
  const there = await serveFiles({ after }, { '/index.html': '<title>There</title>' });
  await shopper(`See ${there} or call (303) 555-0199. javascript:alert(1)`);
  const links = page.locator('.bubble a');
  await links.nth(1).waitFor();
  assert.equal(await links.count(), 2);
  assert.deepEqual(
    await links.evaluateAll((all) => all.map((one) => [one.getAttribute('href'), one.getAttribute('rel')])),
    [
      [`${there}/`, 'noreferrer'],
      ['tel:3035550199', null],
    ],
  );
  assert.ok(!requests.some((url) => url.startsWith(there)), 'nothing is loaded before the tap');
  const [opened] = await Promise.all([page.context().waitForEvent('page'), links.first().click()]);
  await opened.waitForLoadState();
  assert.deepEqual(await opened.evaluate(() => [document.title, document.referrer, opener]), [
    'There',
    '',
    null,
  ]);
  await assertAccessible(page, 'links');
  assert.deepEqual(troubles, []);
});

test('a finger that rests on a message can copy it whole', async () => {
  const { page, shopper } = await chatOnPage('en', {
    hasTouch: true,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await shopper('Gate code 4711,\nsecond door');
  const bubble = page.locator('.bubble');
  await bubble.waitFor();
  const { x, y } = (await bubble.boundingBox())!;
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchEnd', touchPoints: { x: number; y: number }[]) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints });
  await page.touchscreen.tap(x + 20, y + 10);
  assert.equal(await page.getByRole('button', { name: 'Copy' }).count(), 0, 'a tap is not a rest');
  await touch('touchStart', [{ x: x + 20, y: y + 10 }]);
  const copy = page.getByRole('button', { name: 'Copy' });
  await copy.waitFor();
  await touch('touchEnd', []);
  await copy.click();
  await page.getByText('Copied').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'Gate code 4711,\nsecond door');
  await assertAccessible(page, 'copied');
});

test('a shop’s own words replace those of the element, in plural forms of their language too', async () => {
  const { page, shopper } = await chatOnPage('pl');
  const field = page.locator('textarea');
  await field.waitFor();
  assert.equal(await field.getAttribute('placeholder'), 'Write a message');
  await page.evaluate(() => {
    const chat = document.querySelector('aislechat-order') as HTMLElement & { words: object };
    chat.words = {
      language: 'pl',
      write: 'Napisz wiadomość',
      left: {
        one: 'Pozostał {count} znak',
        few: 'Pozostały {count} znaki',
        other: 'Pozostało {count} znaków',
      },
    };
  });
  await page.getByPlaceholder('Napisz wiadomość').waitFor();
  for (const [length, text] of [
    [999, 'Pozostał 1 znak'],
    [998, 'Pozostały 2 znaki'],
    [995, 'Pozostało 5 znaków'],
  ] as const) {
    await field.fill('x'.repeat(length));
    await page.getByText(text, { exact: true }).waitFor();
  }
  await field.fill('');
  await shopper('Cześć');
  // The times are in the language of the page.
  await page.getByText('Dzisiaj', { exact: true }).waitFor();
  const words = await page.evaluate(
    () => (document.querySelector('aislechat-order') as unknown as { words: object }).words,
  );
  assert.ok(Object.keys(words).length > 100, 'the property has all words, to be translated');
});

test('words that a page sets before the script has run are used', async () => {
  const chat = await twoPeople(client);
  const page = await openTab(
    await serveFiles({ after }, { '/index.html': '<!doctype html><html lang="en"><title>Order</title>' }),
  );
  await page.evaluate(
    ([orderId, token]) => {
      const element = Object.assign(document.createElement('aislechat-order'), {
        words: { write: 'Say it' },
      });
      element.setAttribute('order-id', orderId!);
      element.setAttribute('token', token!);
      document.body.append(element);
    },
    [chat.orderId, chat.userToken],
  );
  await page.addScriptTag({ url: `${client.url}/aislechat.js`, type: 'module' });
  await page.getByPlaceholder('Say it').waitFor();
  await page.getByText('Say hello to Ilse').waitFor();
});

test('French and Spanish are loaded once for their readers, English readers load nothing, and without the file there is English', async () => {
  for (const [lang, placeholder, count] of [
    ['en', 'Write a message', 0],
    ['fr', 'Votre message', 1],
    ['es', 'Su mensaje', 1],
  ] as const) {
    const { page, requests } = await chatOnPage(lang);
    await page.getByPlaceholder(placeholder).waitFor();
    const files = requests.filter((url) => /\.js$/.test(url)).map((url) => new URL(url).pathname);
    assert.equal(files.filter((path) => path === '/aislechat-languages.js').length, count, lang);
    assert.deepEqual(
      files.filter((path) => !/^\/aislechat/.test(path)),
      [],
    );
  }
  const chat = await twoPeople(client);
  const page = await openTab('about:blank');
  await page.route('**/aislechat-languages.js', (route) => route.abort());
  await page.goto(
    await shopPage({ after }, client.url, { orderId: chat.orderId, token: chat.userToken, lang: 'fr' }),
  );
  await page.getByPlaceholder('Write a message').waitFor();
});

test('without the file of the dialogs a photo is sent without a preview', async () => {
  const chat = await twoPeople(client);
  const page = await openTab('about:blank');
  await page.route('**/assets/dialogs-*', (route) => route.fulfill({ status: 404 }));
  await page.goto(await shopPage({ after }, client.url, { orderId: chat.orderId, token: chat.userToken }));
  const buffer = await pictureBytes('jpeg', 60, 40);
  await page.locator('input[type=file]').setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer });
  await page.getByText(/ · Sent$/).waitFor();
  await page.getByRole('button', { name: 'Open the picture from You' }).click();
  await page.locator('textarea').fill('still works');
});

/** The contrast of the text of one's own message with its bubble. */
const contrastOn = async (page: Page) => {
  const [text, back] = await page.locator('.own .bubble').evaluate((bubble) => {
    const { color, backgroundColor } = getComputedStyle(bubble);
    const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
    return [color, backgroundColor].map((value) => {
      context.fillStyle = value;
      context.fillRect(0, 0, 1, 1);
      return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
    });
  });
  const light = (channels: number[]) => {
    const [r, g, b] = channels.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const [one, other] = [light(text!), light(back!)].sort((a, b) => b - a);
  return (one! + 0.05) / (other! + 0.05);
};

test('on any accent that a shop sets, the text is readable, unless the shop sets its color too', async () => {
  const { page } = await chatOnPage();
  await page.locator('textarea').fill('Firm ones are fine');
  await page.locator('.send').click();
  // The message that waited is replaced by the one that was sent, and an element off the page has no colors.
  await page.getByText(/ · Sent$/).waitFor();
  const set = (name: string, value: string) =>
    page
      .locator('aislechat-order')
      .evaluate((one, [name, value]) => one.style.setProperty(name!, value!), [name, value]);
  for (const accent of [
    '#ffd400',
    '#7fff00',
    '#0b6e4f',
    '#000',
    '#fff',
    '#777',
    '#e4572e',
    'rebeccapurple',
    '#00a0ff',
  ]) {
    await set('--aislechat-accent', accent);
    const contrast = await contrastOn(page);
    assert.ok(contrast >= 4.5, `${accent} ${contrast}`);
  }
  await set('--aislechat-accent', '#ffd400');
  await set('--aislechat-on-accent', '#fff');
  assert.ok((await contrastOn(page)) < 2, 'control: the shop’s own color is used');
});

test('printed, the whole chat is on the paper, black on white, without what can only be tapped', async () => {
  const { page, shopper } = await chatOnPage();
  for (let n = 0; n < 40; n++) await shopper(`line ${n}`);
  await page.getByText('line 39').waitFor();
  await page.locator('textarea').fill('Thank you');
  await page.locator('.send').click();
  await page.getByText(/ · Sent$/).waitFor();
  await sendPhoto(page, await pictureBytes('jpeg', 300, 200));
  await page.getByText(/ · Sent$/).waitFor();
  await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
  const seen = await page.locator('.chat').evaluate((chat) => {
    const find = <T extends Element>(selector: string) => chat.querySelector<T>(selector)!;
    const log = find('.log');
    const { top, bottom } = chat.getBoundingClientRect();
    const hidden = ['.composer', '.status', '.flag'].filter((selector) => find(selector).checkVisibility());
    return {
      isWhole: log.scrollHeight <= log.clientHeight + 1,
      areInside: [...chat.querySelectorAll('.message')].every((one) => {
        const box = one.getBoundingClientRect();
        return box.top >= top && box.bottom <= bottom && box.height > 0;
      }),
      hidden,
      colors: [getComputedStyle(find('.own .bubble')).color, getComputedStyle(chat).backgroundColor],
    };
  });
  assert.deepEqual(seen, {
    isWhole: true,
    areInside: true,
    hidden: [],
    colors: ['rgb(23, 33, 29)', 'rgb(255, 255, 255)'],
  });
});
