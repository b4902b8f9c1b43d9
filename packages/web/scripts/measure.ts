/**
 * Measures how fast the pages respond in a real Chromium. Prints lines of JSON: `{"what", "ms"}`. Run by `npm run bench
 * -- pages`.
 *
 * "Slow" means a processor four times slower, 400 kbit/s each way, and 400 ms of latency.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../../client/tests/support/browser.ts';
import { chatPath, shopperSays } from '../../server/tests/support/scenario.ts';
import { temporaryFolder } from '../../server/tests/support/server.ts';
import { orderPage } from '../tests/support/order-page.ts';
import { pagesUnderTest, shopPage, twoPeople } from '../tests/support/pages.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const phone = { viewport: { width: 390, height: 760 }, deviceScaleFactor: 2, hasTouch: true };
const slowNetwork = {
  offline: false,
  latency: 400,
  downloadThroughput: 400_000 / 8,
  uploadThroughput: 400_000 / 8,
};
const slower = 4;
const many = 1000;
const times = 5;

const hooks: (() => unknown)[] = [];
const t = { after: (hook: () => unknown) => void hooks.push(hook) };
const tell = (what: string, ms: number) => process.stdout.write(`${JSON.stringify({ what, ms })}\n`);
const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function slowDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: slower });
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', slowNetwork);
}

/** Measures the time from opening the address to the first message on the screen. */
async function arrival(page: Page, address: string): Promise<number> {
  const startedAt = performance.now();
  await page.goto(address, { waitUntil: 'commit' });
  await page.locator('.message').first().waitFor();
  return performance.now() - startedAt;
}

async function firstMessage({ client, open }: Pages): Promise<void> {
  const chat = await twoPeople(client);
  for (let n = 0; n < 10; n += 1) {
    await shopperSays(client, chat.token, chat.shopperId, chat.orderId, `Message ${n}`);
  }
  const address = await shopPage(t, client.url, { orderId: chat.orderId, token: chat.userToken });
  const first: number[] = [];
  const again: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const page = await open('about:blank', phone);
    await slowDown(page);
    first.push(await arrival(page, address));
    await page.goto('about:blank');
    again.push(await arrival(page, address));
    await page.context().close();
  }
  tell('first message on a slow phone, first visit', median(first));
  tell('first message on a slow phone, second visit', median(again));
}

/** Measures when the page of an order shows anything, and when it shows the steps of the order. */
async function pageOfOrder({ client, open }: Pages): Promise<void> {
  const { address } = await orderPage(client);
  const visits = { first: [] as number[][], second: [] as number[][] };
  for (let n = 0; n < times; n += 1) {
    const page = await open('about:blank', phone);
    await slowDown(page);
    for (const visit of ['first', 'second'] as const) {
      const startedAt = performance.now();
      await page.goto(address, { waitUntil: 'commit' });
      await page.locator('.steps').waitFor();
      const stepsMs = performance.now() - startedAt;
      const paintMs = await page.evaluate(
        () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
      );
      visits[visit].push([paintMs, stepsMs]);
      await page.goto('about:blank');
    }
    await page.context().close();
  }
  for (const [visit, all] of Object.entries(visits)) {
    tell(`page of an order on a slow phone, first paint, ${visit} visit`, median(all.map(([ms]) => ms!)));
    tell(`page of an order on a slow phone, its steps, ${visit} visit`, median(all.map(([, ms]) => ms!)));
  }
}

/** Returns the longest time from an interaction to the next frame: "interaction to next paint". */
async function longestInteraction(page: Page): Promise<number> {
  await page.evaluate(() => {
    const seen = window as unknown as { longest: number };
    seen.longest = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { interactionId, duration } = entry as PerformanceEntry & { interactionId: number };
        if (interactionId > 0) seen.longest = Math.max(seen.longest, duration);
      }
    }).observe({ type: 'event', durationThreshold: 16, buffered: false } as PerformanceObserverInit);
  });
  const field = page.locator('textarea');
  await field.click();
  await field.pressSequentially('Firm ones are fine, thank you', { delay: 40 });
  await page.locator('.send').click();
  await page.getByText(/ · Sent$/).waitFor();
  await page.locator('.log').click({ position: { x: 10, y: 10 } });
  await page.waitForTimeout(300);
  return page.evaluate(() => (window as unknown as { longest: number }).longest);
}

async function interactions({ client, open }: Pages): Promise<void> {
  const chat = await twoPeople(client);
  for (let n = 0; n < many / 2; n += 1) {
    await shopperSays(client, chat.token, chat.shopperId, chat.orderId, `Here is what I found in aisle ${n}`);
    const body = { body: `That is fine, please take ${n} of them` };
    await client.post(chatPath(chat.orderId), { token: chat.userToken, body });
  }
  const address = await shopPage(t, client.url, { orderId: chat.orderId, token: chat.userToken });
  for (const rate of [1, slower]) {
    const longest: number[] = [];
    for (let n = 0; n < times; n += 1) {
      const page = await open('about:blank', phone);
      const session = await page.context().newCDPSession(page);
      await page.goto(address);
      await page.getByText(`please take ${many / 2 - 1} of them`).waitFor();
      await session.send('Emulation.setCPUThrottlingRate', { rate });
      longest.push(await longestInteraction(page));
      await page.context().close();
    }
    const where = rate === 1 ? '' : ', processor four times slower';
    tell(`interaction to next paint with ${many} messages${where}`, median(longest));
  }
}

/**
 * Measures the time from the command to a conversation on the screen, as a new user sees it. The browser is already
 * open.
 */
async function newcomer(): Promise<void> {
  const browser = await launchBrowser(t);
  const page = await browser.newPage();
  const startedAt = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: root,
    env: { ...process.env, PORT: '0', DATA_DIR: temporaryFolder(t) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGTERM'));
  const url = await new Promise<string>((resolve) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const ready = /^aislechat listening on (http:\S+)$/m.exec(text);
      if (ready) resolve(ready[1]!);
    });
  });
  await page.goto(url);
  const customer = page.locator('aislechat-order');
  const shopper = page.locator('aislechat-shopper-chat');
  await customer.getByText('Shall I take firm ones?').waitFor();
  await customer.locator('textarea').fill('Firm ones are fine');
  await customer.locator('.send').click();
  await shopper.getByText('Firm ones are fine').waitFor();
  tell('from npm start to two people talking on the screen', performance.now() - startedAt);
}

type Pages = Awaited<ReturnType<typeof pagesUnderTest>>;

try {
  const pages = await pagesUnderTest(t);
  await newcomer();
  await firstMessage(pages);
  await pageOfOrder(pages);
  await interactions(pages);
} finally {
  for (const hook of hooks.toReversed()) await hook();
}
