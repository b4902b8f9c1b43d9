/** The documentation and the API reference as a reader sees them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, test } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { type Route, routes } from '../../contract/src/index.ts';
import { eventually } from '../../server/tests/support/eventually.ts';
import { openChat } from '../../server/tests/support/scenario.ts';
import { testServer } from '../../server/tests/support/server.ts';
import { openIn, pagesUnderTest, troublesOf } from './support/pages.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const { client, browser, pagesFolder } = await pagesUnderTest({ after }, {}, { docs: true });

const guides = ['/docs/guides/first-chat', '/docs/guides/polling-to-streams', '/docs/guides/testing-expiry'];
const looks = [
  { colorScheme: 'light', width: 320 },
  { colorScheme: 'dark', width: 1280 },
] as const;

interface Reading {
  page: Page;
  /** Policy violations, uncaught errors, and requests to other origins. */
  troubles: string[];
}

async function read(
  t: { after(hook: () => unknown): void },
  path: string,
  { colorScheme, width }: (typeof looks)[number] = looks[1],
): Promise<Reading> {
  const context: BrowserContext = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
  t.after(() => context.close());
  context.setDefaultTimeout(20_000);
  const page = await openIn(context, 'about:blank');
  const troubles = troublesOf(page);
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:'].includes(url.protocol) && url.origin !== client.url) troubles.push(url.href);
  });
  await page.goto(client.url + path);
  return { page, troubles };
}

async function assertAccessible(page: Page, where: string): Promise<void> {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } };
    return (await axe.run()).violations.map(({ id }) => id);
  });
  assert.deepEqual(found, [], where);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${where}: ${overflow} px too wide`);
}

test('the reference shows every operation of the server', async (t) => {
  const { page, troubles } = await read(t, '/docs');
  const menu = page.getByRole('navigation').filter({ has: page.getByText('Generate an access token') });
  await menu.first().waitFor();
  const text = await page.evaluate(() => document.querySelector('openapi-explorer')!.shadowRoot!.textContent);
  for (const [name, { summary }] of Object.entries<Route>(routes)) {
    assert.ok(text.includes(summary), `${name}: ${summary}`);
  }
  await page.getByText('Send a message to the shopper').first().click();
  await page.getByText('/v2/post_checkout/chat/').first().waitFor();
  assert.deepEqual(troubles, []);
});

for (const look of looks) {
  test(`reference and guides are accessible, ${look.colorScheme}, ${look.width} px wide`, async (t) => {
    // All guides share one style sheet.
    const texts = look.width === 320 ? [...guides, '/docs/configuration'] : guides.slice(0, 1);
    for (const path of ['/docs', ...texts]) {
      const { page, troubles } = await read(t, path, look);
      if (path === '/docs') await page.getByText('Generate an access token').first().waitFor();
      await assertAccessible(page, path);
      if (path === '/docs') {
        await page.getByText('Send a message to the shopper').first().click();
        await page.getByText('Request body').first().waitFor();
        await assertAccessible(page, 'an operation');
      }
      await page.close();
      assert.deepEqual(troubles, [], path);
    }
  });
}

test('an operation is executed with the token entered, and its curl command has the token and the path', async (t) => {
  const chat = await openChat(client);
  const { page, troubles } = await read(t, '/docs');
  await page.getByText('Authentication', { exact: true }).first().click();
  await page.getByPlaceholder('api-token').waitFor();
  await assertAccessible(page, 'authentication');
  await page.getByPlaceholder('api-token').fill(chat.token);
  await page.getByRole('button', { name: /^set$/i }).click();
  await page.getByText('Key Applied', { exact: true }).waitFor();
  await page.getByText('Get chat messages').first().click();
  const curl = () =>
    page
      .locator('syntax-highlighter[language=shell]')
      .first()
      .evaluate((one) => (one as unknown as { content: string }).content);
  // At first the path has the example from the OpenAPI document.
  const opened = await eventually(curl, (text) => text.includes('/v2/post_checkout/chat/DEMO-1/messages'));
  assert.match(opened, new RegExp(`authorization: Bearer ${chat.token}`, 'i'));
  await page.locator('#request-param-order_id').fill(chat.orderId);
  await eventually(curl, (text) => text.includes(`/chat/${chat.orderId}/messages"`));
  await page.getByRole('button', { name: 'Execute' }).click();
  await page.getByText('"chat_messages"').first().waitFor();
  const answered = await curl();
  assert.match(answered, new RegExp(`authorization: Bearer ${chat.token}`, 'i'));
  assert.ok(answered.includes(`/chat/${chat.orderId}/messages`));
  assert.deepEqual(troubles, []);
});

test('control: a request to another origin and an inline style are detected', async (t) => {
  const { page, troubles } = await read(t, guides[0]!);
  await page.evaluate(() => {
    const image = document.createElement('img');
    image.src = 'https://elsewhere.example/pixel.png';
    document.body.append(image);
    document.body.setAttribute('style', 'color: red');
  });
  await page.waitForTimeout(200);
  assert.ok(
    troubles.some((trouble) => /img-src/.test(trouble)),
    String(troubles),
  );
  assert.ok(
    troubles.some((trouble) => /style-src/.test(trouble)),
    String(troubles),
  );
});

test('the Copy button copies a code block', async (t) => {
  const { page } = await read(t, guides[0]!);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy' }).first().click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'npm ci\nnpm start');
});

test('every link has a target, and every anchor exists', async () => {
  const pages = new Map<string, Promise<string | undefined>>();
  const textOf = (path: string) => {
    if (!pages.has(path)) {
      const asked = fetch(client.url + path).then((answer) => (answer.ok ? answer.text() : undefined));
      pages.set(path, asked);
    }
    return pages.get(path)!;
  };
  const seen = new Set<string>();
  const waiting = ['/docs'];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const text = (await textOf(path))!;
    for (const [, href] of text.matchAll(/(?:href|src)="([^"]+)"/g)) {
      if (href!.startsWith('https://')) continue;
      const target = new URL(href!, client.url + path);
      const there = await textOf(target.pathname);
      assert.notEqual(there, undefined, `${path} -> ${href}`);
      const anchor = target.hash.slice(1);
      if (anchor) assert.ok(there!.includes(`id="${anchor}"`), `${path} -> ${href}`);
      if (target.pathname.startsWith('/docs') && !seen.has(target.pathname)) {
        seen.add(target.pathname);
        if (!target.pathname.endsWith('.mjs')) waiting.push(target.pathname);
      }
    }
  }
  for (const path of guides) assert.ok(seen.has(path), path);
  assert.ok(seen.size > 30, `${seen.size} pages`);
});

test('every page says that the project is not affiliated with Instacart', async () => {
  for (const path of ['/docs', ...guides]) {
    assert.match(await (await fetch(client.url + path)).text(), /not affiliated with Instacart/, path);
  }
});

test('in production the documentation is served only if a setting enables it', async (t) => {
  const production = { AISLECHAT_ENV: 'production' };
  for (const [env, status] of [
    [production, 404],
    [{ ...production, AISLECHAT_DOCS: 'true' }, 200],
    [{ AISLECHAT_DOCS: 'false' }, 404],
  ] as const) {
    const server = await testServer(t, env, { pagesFolder });
    for (const path of ['/docs', ...guides]) {
      assert.equal((await fetch(server.client.url + path)).status, status, `${JSON.stringify(env)} ${path}`);
    }
  }
});
