/** The shopper's page on a phone. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { type pagesUnderTest, troublesOf } from './pages.ts';

type PagesUnderTest = Awaited<ReturnType<typeof pagesUnderTest>>;

export const phone: BrowserContextOptions = { viewport: { width: 390, height: 760 } };

export interface ShopperPageOptions extends BrowserContextOptions {
  /** The order to open. */
  orderId?: string;
  /** Called before the page is loaded. */
  prepare?: (page: Page) => Promise<unknown>;
}

export async function shopperPage(
  { client, open }: PagesUnderTest,
  token: string,
  { orderId, prepare, ...options }: ShopperPageOptions = {},
): Promise<{ page: Page; troubles: string[] }> {
  const page = await open('about:blank', { ...phone, ...options });
  const troubles = troublesOf(page);
  await prepare?.(page);
  const order = orderId === undefined ? '' : `&order=${orderId}`;
  await page.goto(`${client.url}/shopper#token=${token}&shopper=ilse${order}`);
  return { page, troubles };
}
