/** Asserts that axe finds no violation on a page, and that it is no wider than its screen, in several looks. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Locator, Page, ViewportSize } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const isFull = process.env.TEST_SCALE === 'full';

export interface Look {
  colorScheme: 'light' | 'dark';
  width: number;
}

/**
 * Each color scheme and width; with `TEST_SCALE=full` every pair, since colors do not depend on the width. A page is opened
 * in the first.
 */
const looks: Look[] = [
  { colorScheme: 'dark', width: 320 },
  { colorScheme: 'light', width: 1440 },
  ...(isFull
    ? ([
        { colorScheme: 'light', width: 320 },
        { colorScheme: 'dark', width: 1440 },
      ] as const)
    : []),
];
const [first] = looks as [Look];

/** With these a page is opened in the first look. */
export const firstLook = { colorScheme: first.colorScheme, viewport: { width: first.width, height: 800 } };

/** One of the two languages with the longer words; with `TEST_SCALE=full` all. */
export const languages = (one: 'fr-CA' | 'es'): string[] => (isFull ? ['en', 'es', 'fr-CA'] : [one]);

/** The case of one language, each of which begins with its language; with `TEST_SCALE=full` all. */
export const casesIn = <Case extends readonly [lang: string, ...unknown[]]>(
  one: Case[0],
  all: readonly Case[],
): readonly Case[] => (isFull ? all : all.filter(([lang]) => lang === one));

/** Sets the reader's size of text in px, which is the CSS size `medium`. */
export async function setTextSize(page: Page, standard: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setFontSizes', { fontSizes: { standard } });
}

/** Gives a page another size, as a turned phone or its keyboard does, and the reader's size of text in px. */
export async function lookAs(page: Page, viewport: ViewportSize, textSize = 16): Promise<void> {
  await setTextSize(page, textSize);
  await page.setViewportSize(viewport);
  // What follows the size of the page has done so after a frame.
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}

/** Past `evaluate` of Playwright, which has the script compiled anew for each page and takes twice the time. */
async function loadAxe(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: axe });
  await session.detach();
}

/** @param part the selector of what axe looks at; the whole page unless given */
export async function assertAccessible(page: Page, where: string, part?: string): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in window))) await loadAxe(page);
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

/** Asserts it in every look, without loading the page again. It is in its first look before and after. */
export async function assertAccessibleInAllLooks(page: Page, where: string, part?: string): Promise<void> {
  for (const { colorScheme, width } of [...looks.slice(1), first]) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ ...page.viewportSize()!, width });
    await assertAccessible(page, `${where}, ${colorScheme}, ${width} px wide`, part);
  }
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
