/** Asserts that axe finds no violation on a page, and that it is no wider than its screen, in several looks. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const isFull = process.env.TEST_SCALE === 'full';

export interface Look {
  lang: string;
  colorScheme: 'light' | 'dark';
  width: number;
}

/** Every value occurs at least once; with `TEST_SCALE=full` every pair of values does. */
export const looks: Look[] = [
  { lang: 'en', colorScheme: 'light', width: 320 },
  { lang: 'fr-CA', colorScheme: 'dark', width: 320 },
  { lang: 'es', colorScheme: 'light', width: 1440 },
  ...(isFull ? ([{ lang: 'en', colorScheme: 'dark', width: 1440 }] as const) : []),
];

/** @param part the selector of what axe looks at; the whole page unless given */
export async function assertAccessible(page: Page, where: string, part?: string): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  const found = await page.evaluate(async (part) => {
    const { axe } = window as unknown as {
      axe: { run(context: Document | string, options: object): Promise<{ violations: Violation[] }> };
    };
    interface Violation {
      id: string;
      nodes: { target: unknown; failureSummary: string }[];
    }
    const { violations } = await axe.run(part ?? document, {
      resultTypes: ['violations'],
      // Whoever speaks to the page says what they see. The rule is off by default.
      rules: { 'label-content-name-mismatch': { enabled: true } },
    });
    return violations.map(({ id, nodes }) => [id, nodes[0]!.target, nodes[0]!.failureSummary]);
  }, part);
  assert.deepEqual(found, [], where);
  await assertFits(page, where);
}

export async function assertFits(page: Page, where: string): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${where}: ${overflow} px too wide`);
}
