/** Blocks for a browser: the tags of a shop's page, and addresses of pages. */
import type { Page as BrowserPage } from 'playwright-core';
import { serveFiles } from '../../../../client/tests/support/browser.ts';
import { openIn } from '../../../../web/tests/support/pages.ts';
import { patienceMs } from '../../support/patience.ts';
import { openChat, shopperToken } from '../../support/scenario.ts';
import type { Cleanup } from '../../support/server.ts';
import type { Page } from './page.ts';

async function open(t: Cleanup, { tools }: Page, address: string): Promise<BrowserPage> {
  const context = await tools.browser.newContext();
  t.after(() => context.close());
  context.setDefaultTimeout(patienceMs);
  return openIn(context, address);
}

/** The tag of the chat, or that of the whole page of an order. */
const scriptTag = /\/aislechat(-order-status)?\.js"/;

/** Shows the chat of an open order on a page of another origin. */
export async function showsChat(t: Cleanup, page: Page, html: string, policy?: string): Promise<void> {
  const { pages } = page.tools;
  const chat = await openChat(pages);
  const tag = page.blocks.find(({ text }) => scriptTag.test(text))!.text.split('\n')[0]!;
  const local = (text: string) =>
    text
      .replaceAll('https://chat.example', pages.url)
      .replaceAll('your-order-id', chat.orderId)
      .replaceAll('the-customers-token', chat.userToken);
  const head = policy ? `<meta http-equiv="content-security-policy" content="${local(policy)}">` : '';
  const address = await serveFiles(t, {
    '/index.html': `<!doctype html><html lang="en"><title>Order</title>${head}<main><h1>Order</h1>${local(
      scriptTag.test(html) ? html : `${tag}\n${html}`,
    )}</main></html>`,
    '/chat-token': JSON.stringify({ access_token: chat.userToken, expires_in: 86_400 }),
  });
  const shown = await open(t, page, address);
  if (/<aislechat-order launcher /.test(html)) await shown.locator('.launcher').click();
  await shown.locator('aislechat-order textarea').waitFor();
}

/** Shows the shopper's page, signed in. */
export async function showsOrders(t: Cleanup, page: Page, text: string): Promise<void> {
  const { pages } = page.tools;
  const chat = await openChat(pages);
  const address = text
    .replace('https://chat.example', pages.url)
    .replace('the-shoppers-token', await shopperToken(pages, chat, chat.shopperId))
    .replace('your-shopper-id', 'ilse');
  await (await open(t, page, address)).getByRole('link').first().waitFor();
}
