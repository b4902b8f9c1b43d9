/** The client in a real browser, on a page of another origin. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { eventually } from '../../server/tests/support/eventually.ts';
import { chatPath, openChat } from '../../server/tests/support/scenario.ts';
import { testServer } from '../../server/tests/support/server.ts';
import { badProxy } from './support/bad-proxy.ts';
import { launchBrowser, servePage } from './support/browser.ts';
import type { TestPage } from './support/browser-page.ts';

declare const window: TestPage;

const { client } = await testServer({ after });
const browser = await launchBrowser({ after });
const address = await servePage(
  { after },
  { entry: fileURLToPath(new URL('support/browser-page.ts', import.meta.url)) },
);

test('a page on a bad network receives every event of an order once and in order', async (t) => {
  const chat = await openChat(client);
  const proxy = await badProxy(t, client.url, { seed: 31, percent: 20, streamPieces: 4 });
  const page = await browser.newPage();
  await page.goto(address);
  const messages = 40;
  const reading = page.evaluate(
    ({ work, orderId, messages }) =>
      window.follow(work, orderId, messages, { after: 0, backoff: { leastMs: 5, mostMs: 40 } }),
    { work: { url: proxy.url, token: chat.userToken }, orderId: chat.orderId, messages },
  );
  // What is written before the stream is open arrives in one piece, and so does what is written at once.
  await eventually(
    async () => proxy.asked('/stream'),
    (count) => count > 0,
  );
  for (let n = 0; n < messages; n++) {
    await client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body: `m${n}` } });
    await sleep(10);
  }
  const numbers = await reading;
  assert.deepEqual(
    numbers,
    numbers.map((_, n) => n + 1),
  );
  assert.ok(proxy.done['stream cut'] > 0);
});

test('a message written offline is sent once the network is back', async () => {
  const chat = await openChat(client);
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(address);
  await context.setOffline(true);
  await page.evaluate(({ work, orderId }) => window.sendPatiently(work, orderId, 'from the cellar'), {
    work: { url: client.url, token: chat.userToken },
    orderId: chat.orderId,
  });
  assert.equal(await page.evaluate(() => window.left()), 1);
  await context.setOffline(false);
  await page.waitForFunction(() => window.left() === 0);
  const { body } = await client.get(chatPath(chat.orderId), { token: chat.userToken });
  assert.deepEqual(
    body.chat_messages.map((message: { body: string }) => message.body),
    ['from the cellar'],
  );
  await context.close();
});

test('a page whose origin is not allowed cannot read any answer', async (t) => {
  const closed = await testServer(t, { AISLECHAT_CORS_ORIGINS: 'https://shop.example' });
  const page = await browser.newPage();
  await page.goto(address);
  const read = page.evaluate((work) => window.follow(work, 'A-1', 1, { after: 0 }), {
    url: closed.client.url,
    token: 'x',
  });
  const outcome = await Promise.race([
    read.then(
      () => 'read',
      () => 'refused',
    ),
    new Promise((resolve) => setTimeout(resolve, 500, 'no answer')),
  ]);
  assert.equal(outcome, 'no answer');
  await page.close();
});
