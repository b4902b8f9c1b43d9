/** Takes screenshots of the console: every view, light and dark, wide and narrow, and its dialogs. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { Client } from '../../server/tests/support/client.ts';
import { chatPath } from '../../server/tests/support/scenario.ts';
import { busyShop, giveUp, newSupportLink, signIn } from '../tests/support/console.ts';

interface Camera {
  client: Client;
  open(address: string, options?: BrowserContextOptions): Promise<Page>;
  shoot(page: Page, name: string): Promise<unknown>;
}

const views = ['orders', 'callbacks', 'applications', 'settings', 'audit', 'receipts', 'health', 'sandbox'];
const looks = [
  ['wide', { viewport: { width: 1440, height: 1000 }, colorScheme: 'light' }],
  ['dark', { viewport: { width: 1024, height: 900 }, colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 320, height: 720 }, colorScheme: 'light', deviceScaleFactor: 2 }],
] as const;

export async function consoleScreenshots({ client, open, shoot }: Camera): Promise<void> {
  const shop = await busyShop(client);
  const operator = await giveUp(shop);
  const chat = await busyShop(client);
  for (const [look, options] of looks) {
    const page = await open(`${client.url}/console`, options);
    await page.getByRole('button', { name: 'Create a new retailer' }).waitFor();
    await shoot(page, `console-sign-in-${look}`);
    await signIn(page, chat);
    const menu = page.getByRole('button', { name: 'Menu' });
    if (await menu.isVisible()) {
      await menu.click();
      await shoot(page, `console-menu-${look}`);
      await page.keyboard.press('Escape');
    }
    for (const view of views) {
      await page.goto(`${client.url}/console#/${view}`);
      if (view === 'health') {
        for (let n = 0; n < 12; n++) {
          await client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body: `line ${n}` } });
          await page.waitForTimeout(180);
        }
        await page.waitForTimeout(4_500);
      } else await page.waitForTimeout(500);
      await shoot(page, `console-${view}-${look}`);
    }
    await page.goto(`${client.url}/console#/orders/${chat.orderId}`);
    await page.getByLabel('Reason').selectOption('The customer complains about an item');
    await page.getByLabel('Case number or words').fill('C-4711');
    await page.getByLabel('Your name').fill('Robin');
    await shoot(page, `console-reason-${look}`);
    await page.getByRole('button', { name: 'Read the conversation' }).click();
    await page.getByText('Firm ones are fine').waitFor();
    await page.waitForTimeout(300);
    await shoot(page, `console-order-${look}`);
    await page.goto(`${client.url}/console#/orders/no-such-order`);
    await page.getByText('Resource not found').waitFor();
    await shoot(page, `console-order-unknown-${look}`);
  }

  const [, options] = looks[0];
  const page = await open(`${client.url}/console`, options);
  await signIn(page, shop);
  await page.goto(`${client.url}/console#/callbacks?state=dead`);
  await page
    .getByRole('button', { name: /^Attempts of/ })
    .first()
    .click();
  await page.getByRole('dialog').waitFor();
  await shoot(page, 'console-attempts');
  await page.goto(`${client.url}/console#/receipts`);
  await page.waitForTimeout(500);
  await shoot(page, 'console-receipts-some');
  await page.goto(`${client.url}/console#/applications`);
  await page.getByRole('button', { name: 'New application' }).click();
  await page.getByLabel('Name', { exact: true }).fill('till');
  await shoot(page, 'console-new-application');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { name: 'till was created' }).waitFor();
  await shoot(page, 'console-secret');
  await page.goto(`${client.url}/console#/sandbox`);
  await page.getByRole('button', { name: 'Run' }).click();
  await page.locator('aislechat-console-scenarios').getByText('finished').waitFor();
  await page.getByLabel('Maximum count').fill('3');
  await page.getByRole('button', { name: 'Add' }).click();
  await page.getByText('The fault is active').waitFor();
  await page.waitForTimeout(2_600);
  await page.locator('summary').first().click();
  await page.screenshot({ fullPage: true });
  await shoot(page, 'console-sandbox-used');

  const agent = await open(await newSupportLink(client, operator), options);
  await agent.getByRole('link', { name: 'Orders' }).waitFor();
  await agent.waitForTimeout(500);
  await shoot(agent, 'console-agent');
}
