/** Asserts that axe finds no violation on a page, and that it is no wider than its screen, in several looks. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Locator, Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const isFull = process.env.TEST_SCALE === 'full';

export interface Look {
  lang: string;
  colorScheme: 'light' | 'dark';
  width: number;
}

/** The look for tests that read English words. */
export const usual: Look = { lang: 'en', colorScheme: 'light', width: 320 };

/**
 * Each color scheme and width, in the two languages with longer words. With `TEST_SCALE=full` English, too, and every pair
 * of a color scheme and a width.
 */
export const looks: Look[] = [
  { lang: 'fr-CA', colorScheme: 'dark', width: 320 },
  { lang: 'es', colorScheme: 'light', width: 1440 },
  ...(isFull ? [usual, { lang: 'en', colorScheme: 'dark', width: 1440 } as const] : []),
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

/**
 * Returns the texts and buttons of a part of a page that end beyond the screen, even in a box that scrolls or cuts them.
 * A text that its box ends with an ellipsis counts as that box.
 */
export const beyondTheScreen = (part: Locator): Promise<string[]> =>
  part.evaluate((top) => {
    const found: string[] = [];
    const measure = (node: Element | Range): void => {
      const { left, right } = node.getBoundingClientRect();
      if (left < 0 || right > innerWidth) found.push(`${node}: ${left} to ${right}`);
    };
    const look = (element: Element): void => {
      if (element.matches('.hidden')) return;
      const isEnded = getComputedStyle(element).textOverflow === 'ellipsis';
      if (isEnded || element.matches('button, label')) measure(element);
      if (isEnded) return;
      for (const child of element.childNodes) {
        if (child instanceof Element) look(child);
        if (!(child instanceof Text) || child.data.trim() === '') continue;
        const text = document.createRange();
        text.selectNodeContents(child);
        measure(text);
      }
    };
    look(top);
    return found;
  });
