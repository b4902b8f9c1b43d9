/** Photos: seen before they are sent, uncut in the chat, and large in the viewer. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import type { Page, ViewportSize } from 'playwright-core';
import sharp from 'sharp';
import { pictureBytes, uploaded } from '../../server/tests/support/pictures.ts';
import { chatPath } from '../../server/tests/support/scenario.ts';
import { assertAccessible, lookAs } from './support/accessible.ts';
import { choosePhoto, sendPhoto, shopPage, storedTexts, troublesOf, twoPeople } from './support/pages.ts';
import { shopperPage } from './support/shopper.ts';
import { tabsUnderTest } from './support/tabs.ts';

const pages = await tabsUnderTest({ after, afterEach });
const { client, openTab } = pages;

/** Counts the clicks of the person. */
const countClicks = (page: Page) =>
  page.addInitScript(() => {
    const counted = window as unknown as { clicks: number };
    counted.clicks = 0;
    const count = ({ isTrusted }: Event) => {
      if (isTrusted) counted.clicks += 1;
    };
    addEventListener('click', count, true);
  });
const clicksOf = (page: Page) => page.evaluate(() => (window as unknown as { clicks: number }).clicks);

async function customerOn(chat: Awaited<ReturnType<typeof twoPeople>>, viewport?: ViewportSize) {
  const address = await shopPage({ after }, client.url, { orderId: chat.orderId, token: chat.userToken });
  const page = await openTab('about:blank', viewport);
  const troubles = troublesOf(page);
  await page.goto(address);
  await page.locator('textarea').waitFor();
  return { page, troubles };
}

test('a shopper sends a photo with a caption in three clicks, from the camera and from the gallery', async () => {
  const chat = await twoPeople(client);
  const { page, troubles } = await shopperPage(pages, chat.shopperToken, {
    orderId: chat.orderId,
    prepare: countClicks,
  });
  for (const [button, capture] of [
    ['Take a photo', 'environment'],
    ['Choose a photo', null],
  ] as const) {
    await page.getByRole('button', { name: button }).waitFor();
    const before = await clicksOf(page);
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: button }).click(),
    ]);
    assert.equal(await chooser.element().getAttribute('capture'), capture);
    await chooser.setFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: await pictureBytes('jpeg') });
    const caption = page.getByRole('textbox', { name: 'Add a caption' });
    await caption.click();
    await caption.fill(`From ${button}`);
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
    await page.locator('.bubble').getByText(`From ${button}`).waitFor();
    assert.equal((await clicksOf(page)) - before, 3);
    await page.getByText(/ · Sent$/).waitFor();
  }
  const { body } = await client.get(chatPath(chat.orderId), { token: chat.userToken });
  assert.ok(body.chat_messages.every(({ image }: { image: string }) => image));
  assert.deepEqual(await storedTexts(chat), ['From Take a photo', 'From Choose a photo']);
  assert.deepEqual(troubles, []);
});

test('in the preview a photo is turned, removed or sent with Enter, and nothing is sent before', async () => {
  const chat = await twoPeople(client);
  const { page, troubles } = await customerOn(chat);
  await choosePhoto(page, 'a.jpg', await pictureBytes('jpeg', 800, 400));
  const dialog = page.getByRole('dialog', { name: 'Photo' });
  const size = () =>
    dialog.locator('canvas').evaluate(({ width, height }: HTMLCanvasElement) => [width, height]);
  assert.deepEqual(await size(), [800, 400]);
  await dialog.getByRole('textbox').fill('On its side');
  await dialog.getByRole('button', { name: 'Rotate' }).click();
  assert.deepEqual(await size(), [400, 800]);
  await assertAccessible(page, 'preview');
  assert.deepEqual(await storedTexts(chat), []);
  await dialog.getByRole('textbox').press('Enter');
  await page.getByText(/ · Sent$/).waitFor();
  const { body } = await client.get(chatPath(chat.orderId), { token: chat.userToken });
  const [{ body: caption, image }] = body.chat_messages;
  assert.equal(caption, 'On its side');
  const sent = sharp(await (await fetch(image)).arrayBuffer());
  const { width, height } = await sent.metadata();
  assert.deepEqual([width, height], [400, 800]);
  // The picture is red above and blue below. Turned to the right, it is blue on the left.
  const { data, info } = await sent.raw().toBuffer({ resolveWithObject: true });
  const at = (200 * info.width + 20) * info.channels;
  assert.ok(data[at]! < 60 && data[at + 2]! > 200);

  const buffer = await pictureBytes('jpeg', 60, 60);
  const files = ['b.jpg', 'c.jpg', 'd.jpg'].map((name) => ({ name, mimeType: 'image/jpeg', buffer }));
  await page.locator('input[type=file]').setInputFiles(files);
  await page.getByRole('dialog', { name: 'Photo 1 of 3' }).getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog', { name: 'Photo 2 of 3' }).getByRole('button', { name: 'Send' }).click();
  await page.getByRole('dialog', { name: 'Photo 3 of 3' }).getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.locator('.message img').nth(1).waitFor();
  await page.getByText(/ · Sent$/).waitFor();
  assert.equal((await storedTexts(chat)).length, 2);
  assert.deepEqual(troubles, []);
});

test('the preview shows the photo and the button that sends it in landscape, above a keyboard and at double text size', async () => {
  const chat = await twoPeople(client);
  const { page } = await shopperPage(pages, chat.shopperToken, { orderId: chat.orderId, locale: 'fr-FR' });
  await page.locator('textarea').waitFor();
  await choosePhoto(page, 'a.jpg', await pictureBytes('jpeg', 600, 800));
  const dialog = page.getByRole('dialog');
  await dialog.locator('canvas').waitFor();
  for (const [what, viewport, textSize] of [
    ['in landscape', { width: 740, height: 360 }, 16],
    ['above a keyboard', { width: 390, height: 420 }, 16],
    ['at double text size on a narrow phone', { width: 320, height: 640 }, 32],
  ] as const) {
    await lookAs(page, viewport, textSize);
    const cut = await dialog.evaluate((one) =>
      [one, ...one.querySelectorAll('*')]
        .filter((part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0)
        .map((part) => part.outerHTML.slice(0, 80)),
    );
    assert.deepEqual(cut, [], what);
    for (const part of [dialog.locator('canvas'), dialog.getByRole('button', { name: 'Envoyer' })]) {
      const box = (await part.boundingBox())!;
      assert.ok(box.x >= 0 && box.x + box.width <= viewport.width, `${what} ${JSON.stringify(box)}`);
      assert.ok(
        box.y >= 0 && box.y + Math.min(box.height, 100) <= viewport.height,
        `${what} ${JSON.stringify(box)}`,
      );
    }
    await assertAccessible(page, what);
  }
});

test('a tall and a wide photo keep their shape in the chat, and the end of the chat stays in sight', async () => {
  const chat = await twoPeople(client);
  for (const [width, height] of [
    [300, 1200],
    [1200, 300],
  ] as const) {
    const token = chat.shopperToken;
    const image_id = await uploaded(client, token, chat.orderId, await pictureBytes('jpeg', width, height));
    const path = `/v1/shopper/orders/${chat.orderId}/messages`;
    const { status, text } = await client.post(path, { token, body: { body: '', image_id } });
    assert.equal(status, 200, text);
  }
  const { page: customer } = await customerOn(chat, { width: 320, height: 640 });
  await customer.waitForFunction(() => {
    const images = [
      ...document.querySelector('aislechat-order')!.shadowRoot!.querySelectorAll('.message img'),
    ];
    return images.length === 2 && images.every((image) => (image as HTMLImageElement).naturalWidth > 0);
  });
  const images = await customer.locator('.message img').evaluateAll((all) =>
    all.map((image) => {
      const { width, height } = image.getBoundingClientRect();
      return { width, height, fit: getComputedStyle(image).objectFit };
    }),
  );
  for (const [n, ratio] of [0.25, 4].entries()) {
    const { width, height, fit } = images[n]!;
    assert.ok(Math.abs(width / height / ratio - 1) < 0.05, `${width} × ${height}`);
    assert.ok(height <= 257, String(height));
    assert.equal(fit, 'fill');
  }
  await customer.waitForFunction(() => {
    const log = document.querySelector('aislechat-order')!.shadowRoot!.querySelector('.log')!;
    return log.scrollHeight - log.scrollTop - log.clientHeight < 2;
  });
});

test('in the viewer a picture is zoomed and moved with buttons, wheel, mouse, fingers and keys', async () => {
  const chat = await twoPeople(client);
  const { page, troubles } = await customerOn(chat);
  await sendPhoto(page, await pictureBytes('jpeg', 1200, 900));
  await page.getByText(/ · Sent$/).waitFor();
  const opener = page.getByRole('button', { name: 'Open the picture from You' });
  await opener.click();
  const viewer = page.getByRole('dialog', { name: 'Picture from You' });
  await assertAccessible(page, 'viewer');
  const pane = viewer.locator('.pane');
  const zoom = async () =>
    Number(await pane.evaluate((one) => (one as HTMLElement).style.getPropertyValue('--zoom')));
  const left = () => pane.evaluate(({ scrollLeft }) => scrollLeft);
  await viewer.getByRole('button', { name: 'Zoom in' }).click();
  assert.equal(await zoom(), 1.5);
  const before = await left();
  assert.ok(before > 0, 'zooms into the middle');
  await page.mouse.move(400, 300);
  await page.mouse.down();
  await page.mouse.move(340, 300, { steps: 3 });
  await page.mouse.up();
  assert.equal(await left(), before + 60);
  await page.mouse.wheel(0, -100);
  assert.ok((await zoom()) > 1.6);
  await page.keyboard.press('0');
  assert.equal(await zoom(), 1);
  await page.mouse.dblclick(500, 300);
  assert.equal(await zoom(), 2.25);
  await pane.focus();
  const start = await left();
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(
    (start) =>
      document.querySelector('aislechat-order')!.shadowRoot!.querySelector('.pane')!.scrollLeft > start,
    start,
  );
  await page.keyboard.press('-');
  assert.equal(await zoom(), 1.5);
  const finger = (pointerId: number, type: string, clientX: number) =>
    pane.dispatchEvent(type, { pointerId, pointerType: 'touch', clientX, clientY: 300, bubbles: true });
  await finger(11, 'pointerdown', 300);
  await finger(12, 'pointerdown', 400);
  await finger(12, 'pointermove', 500);
  assert.equal(await zoom(), 3);
  await page.keyboard.press('Escape');
  await viewer.waitFor({ state: 'detached' });
  assert.ok(await opener.evaluate((one) => one === (one.getRootNode() as ShadowRoot).activeElement));
  assert.deepEqual(troubles, []);
});
