/** Where an outbox runs: in this process, or on a page in a browser that is really reloaded. */
import { memoryStorage, type OutboxStorage } from '@aislechat/client';
import type { Browser, Page } from 'playwright-core';
import type { TestPage } from './browser-page.ts';
import { type Batch, openPage, type SendingPage, type Work } from './sending-page.ts';

export interface Device {
  add(batches: Batch[]): Promise<void>;
  downTo(left: number): Promise<void>;
  failed(): Promise<number>;
  /** Discards everything but the storage, in the middle of whatever it did. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** @param forgets breaks it on purpose: a reload clears the storage too */
export function nodeDevice(work: Work, { forgets = false } = {}): Device {
  let storage: OutboxStorage = memoryStorage();
  // Within one process, locks would be shared with other devices.
  const open = (): SendingPage => openPage(work, storage);
  let page = open();
  return {
    add: async (batches) => page.add(batches),
    downTo: (left) => page.downTo(left),
    failed: async () => page.failed(),
    async reload() {
      page.close();
      if (forgets) storage = memoryStorage();
      page = open();
    },
    close: async () => page.close(),
  };
}

declare const window: TestPage;

export async function browserDevice(browser: Browser, address: string, work: Work): Promise<Device> {
  const context = await browser.newContext();
  return tab(await context.newPage(), address, work);
}

/** Two tabs of one browser that share storage. */
export async function twoTabs(browser: Browser, address: string, work: Work): Promise<[Device, Device]> {
  const context = await browser.newContext();
  const open = async () => tab(await context.newPage(), address, work);
  return [await open(), await open()];
}

async function tab(page: Page, address: string, work: Work): Promise<Device> {
  const begin = (work: Work) => window.open(work);
  await page.goto(address);
  await page.evaluate(begin, work);
  return {
    add: (batches) => page.evaluate((batches) => window.sending!.add(batches), batches),
    downTo: (left) => page.evaluate((left) => window.sending!.downTo(left), left),
    failed: () => page.evaluate(() => window.sending!.failed()),
    async reload() {
      await page.reload();
      await page.evaluate(begin, work);
    },
    close: () => page.close(),
  };
}
