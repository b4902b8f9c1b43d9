/** Blocks for a browser: the tags of a shop's page, and addresses of pages. */
import type { Page as BrowserPage } from 'playwright-core';
import { serveFiles } from '../../../../client/tests/support/browser.ts';
import { openIn } from '../../../../web/tests/support/pages.ts';
import { patienceMs } from '../../support/patience.ts';
import { openChat, shopperToken } from '../../support/scenario.ts';
import type { Cleanup } from '../../support/server.ts';
import type { Page } from './page.ts';

/** Opens an address, and closes it when `look` has seen it: an open page goes on asking and painting. */
async function lookAt(
  { tools }: Page,
  address: string,
  look: (shown: BrowserPage) => Promise<void>,
): Promise<void> {
  const context = await tools.browser.newContext();
  try {
    context.setDefaultTimeout(patienceMs);
    await look(await openIn(context, address));
  } finally {
    await context.close();
  }
}

/** The tag of the chat, or that of the whole page of an order. */
const scriptTag = /\/aislechat(-order-status)?\.js"/;

/** Shows the chat of an open order on a page of another origin, unless another document had the same text. */
export function showsChat(t: Cleanup, page: Page, html: string, policy = ''): Promise<void> {
  const tag = page.blocks.find(({ text }) => scriptTag.test(text))!.text.split('\n')[0]!;
  const body = scriptTag.test(html) ? html : `${tag}\n${html}`;
  const { shown } = page.tools;
  const text = JSON.stringify([body, policy]);
  shown.set(text, shown.get(text) ?? show(t, page, body, policy));
  return shown.get(text)!;
}

async function show(t: Cleanup, page: Page, body: string, policy: string): Promise<void> {
  const { pages } = page.tools;
  const chat = await openChat(pages);
  const local = (text: string) =>
    text
      .replaceAll('https://chat.example', pages.url)
      .replaceAll('your-order-id', chat.orderId)
      .replaceAll('the-customers-token', chat.userToken);
  const head = policy ? `<meta http-equiv="content-security-policy" content="${local(policy)}">` : '';
  const address = await serveFiles(t, {
    '/index.html': `<!doctype html><html lang="en"><title>Order</title>${head}<main><h1>Order</h1>${local(body)}</main></html>`,
    '/chat-token': JSON.stringify({ access_token: chat.userToken, expires_in: 86_400 }),
  });
  await lookAt(page, address, async (shown) => {
    if (/<aislechat-order launcher /.test(body)) await shown.locator('.launcher').click();
    await shown.locator('aislechat-order textarea').waitFor();
  });
}

/** Shows the shopper's page, signed in. */
export async function showsOrders(page: Page, text: string): Promise<void> {
  const { pages } = page.tools;
  const chat = await openChat(pages);
  const address = text
    .replace('https://chat.example', pages.url)
    .replace('the-shoppers-token', await shopperToken(pages, chat, chat.shopperId))
    .replace('your-shopper-id', 'ilse');
  await lookAt(page, address, (shown) => shown.getByRole('link').first().waitFor());
}
