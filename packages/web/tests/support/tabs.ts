/**
 * Pages as tabs of one browser context, which spares each test a process of Chromium: a third of what opening a page costs.
 * Only for shops' pages: each comes from an origin of its own, so nothing that one stores reaches the next. A test that
 * moves the page's clock opens a context of its own, since the clock counts for all tabs of a context.
 */
import type { Page, ViewportSize } from 'playwright-core';
import { patienceMs } from '../../../server/tests/support/patience.ts';
import type { Cleanup } from '../../../server/tests/support/server.ts';
import { openIn, pagesUnderTest } from './pages.ts';

/** As {@link pagesUnderTest}; the tabs, too, are closed after each test. */
export async function tabsUnderTest({
  after,
  afterEach,
}: Cleanup & { afterEach: (hook: () => Promise<void>) => void }) {
  const pages = await pagesUnderTest({ after });
  const shared = await pages.browser.newContext({ locale: 'en-US' });
  shared.setDefaultTimeout(patienceMs);
  // Keeps the process alive between tests.
  const first = await openIn(shared, 'about:blank');
  afterEach(async () => {
    for (const context of pages.browser.contexts()) if (context !== shared) await context.close();
    for (const page of shared.pages()) if (page !== first) await page.close();
    await shared.setOffline(false);
    await shared.clearPermissions();
  });
  const openTab = async (address: string, viewport?: ViewportSize): Promise<Page> => {
    const page = await shared.newPage();
    if (viewport) await page.setViewportSize(viewport);
    await page.goto(address);
    return page;
  };
  return { ...pages, openTab };
}
