/** A server with the pages as built now, a browser, and a shop's page of another origin with the element. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { launchBrowser, serveFiles } from '../../../client/tests/support/browser.ts';
import type { Client } from '../../../server/tests/support/client.ts';
import { timed } from '../../../server/tests/support/cost.ts';
import { patienceMs } from '../../../server/tests/support/patience.ts';
import { chatPath, type OpenChat, openChat, shopperToken } from '../../../server/tests/support/scenario.ts';
import { type Cleanup, temporaryFolder, testServer } from '../../../server/tests/support/server.ts';
import { build } from '../../scripts/build.ts';

/** The pages of the whole run, whose folder `TEST_PAGES` names, or a build for this file alone. */
export async function builtPages(t: Cleanup, { docs = false } = {}): Promise<string> {
  if (process.env.TEST_PAGES !== undefined) return process.env.TEST_PAGES;
  const folder = join(temporaryFolder(t), 'pages');
  assert.ok(await timed('build of the pages', () => build(folder, { docs })));
  return folder;
}

/**
 * @param t with `afterEach`, the pages are closed after each test: those that stay open go on asking and painting
 */
export async function pagesUnderTest(
  t: Cleanup & { afterEach?: (hook: () => Promise<void>) => void },
  env: Record<string, string> = {},
  options = { docs: false },
) {
  const pagesFolder = await builtPages(t, options);
  const server = await testServer(t, env, { pagesFolder });
  const { client } = server;
  const browser = await launchBrowser(t);
  t.afterEach?.(async () => {
    for (const context of browser.contexts()) await context.close();
  });
  const open = async (address: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext({ locale: 'en-US', ...options });
    context.setDefaultTimeout(patienceMs);
    return openIn(context, address);
  };
  return { ...server, client, browser, pagesFolder, open };
}

export async function openIn(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(address);
  return page;
}

/** What the documentation asks a shop's page to allow, and nothing else. */
export const shopPolicy = (server: string): string =>
  [
    "default-src 'none'",
    `script-src ${server}`,
    `connect-src ${server}`,
    `img-src ${server} https: blob:`,
    "require-trusted-types-for 'script'",
    'trusted-types lit-html',
  ].join('; ');

export interface Tag {
  orderId: string;
  token: string;
  retailer?: string;
  lang?: string;
  dir?: string;
  theme?: string;
}

/**
 * A shop's order page of another origin, with the documented tag.
 * @returns its address
 */
export function shopPage(t: Cleanup, server: string, tag: Tag): Promise<string> {
  const { orderId, token, retailer, lang = 'en', dir = 'ltr', theme } = tag;
  const quoted = (text: string) => `"${text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`;
  return serveFiles(t, {
    '/index.html': `<!doctype html>
<html lang=${quoted(lang)} dir=${quoted(dir)}>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="content-security-policy" content=${quoted(shopPolicy(server))}>
<title>Your order</title>
<main><h1>Order</h1>
<script type="module" src="${server}/aislechat.js"></script>
<aislechat-order order-id=${quoted(orderId)} token=${quoted(token)}${theme ? ` theme="${theme}"` : ''}${retailer ? ` retailer="${retailer}"` : ''}></aislechat-order>
</main>
</html>`,
  });
}

/** An open chat, with the shopper's own token. */
export async function twoPeople(
  client: Client,
  settings: Record<string, unknown> = {},
): Promise<OpenChat & { shopperToken: string }> {
  const chat = await openChat(client, settings);
  return { ...chat, shopperToken: await shopperToken(client, chat, chat.shopperId) };
}

/** The texts of the order's messages as the server has stored them. */
export async function storedTexts(chat: OpenChat): Promise<string[]> {
  const { body } = await chat.client.get(chatPath(chat.orderId), { token: chat.userToken });
  return body.chat_messages.map((message: { body: string }) => message.body);
}

/** Chooses a photo with the first button for it. */
export const choosePhoto = (page: Page, name: string, buffer: Buffer): Promise<void> =>
  page.locator('input[type=file]').first().setInputFiles({ name, mimeType: 'image/jpeg', buffer });

/** Chooses a photo and sends it from its preview. */
export async function sendPhoto(page: Page, buffer: Buffer): Promise<void> {
  await choosePhoto(page, 'a.jpg', buffer);
  await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
}

/** Collects the page's policy violations and uncaught errors. */
export function troublesOf(page: Page): string[] {
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('console', (message) => {
    if (/Content Security Policy|TrustedHTML|TrustedScript/i.test(message.text()))
      troubles.push(message.text());
  });
  return troubles;
}
