/**
 * Sends through a network that loses, delays, duplicates and truncates, from a page that is reloaded all the
 * time: each message arrives once, and those of an order arrive in order. Runs in Node and in a real browser.
 */
import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openChat } from '../../server/tests/support/scenario.ts';
import { testServer } from '../../server/tests/support/server.ts';
import { type BadProxy, badProxy, faults } from './support/bad-proxy.ts';
import { launchBrowser, servePage } from './support/browser.ts';
import { browserDevice, type Device, nodeDevice, twoTabs } from './support/devices.ts';
import type { Work } from './support/sending-page.ts';
import { batchesOf, judge, openOrders, send } from './support/sends.ts';

const isFull = process.env.TEST_SCALE === 'full';
const scale = isFull ? { messages: 10_000, perBatch: 200 } : { messages: 100, perBatch: 25 };
const orders = 10;
const seed = 70_113;

const { client } = await testServer({ after });
const browser = await launchBrowser({ after });
const address = await servePage(
  { after },
  { entry: fileURLToPath(new URL('support/browser-page.ts', import.meta.url)) },
);

async function house(t: TestContext, percent = 35) {
  const chat = await openChat(client);
  const proxy = await badProxy(t, client.url, { seed, percent });
  const work: Work = { url: proxy.url, token: chat.userToken };
  return { chat, proxy, work, orderIds: await openOrders(chat, orders) };
}

function report(t: TestContext, outcome: Awaited<ReturnType<typeof judge>>, proxy: BadProxy): void {
  const { sent, missing, doubled, swapped } = outcome;
  const happened = Object.entries(proxy.done).map(([name, count]) => `${count} ${name}`);
  t.diagnostic(
    `${sent} messages, ${batchesOf(scale)} reloads: ${missing} missing, ${doubled} doubled, ${swapped} swapped; ${happened.join(', ')}`,
  );
}

async function everyMessageOnce(t: TestContext, open: (work: Work) => Device | Promise<Device>) {
  const { chat, proxy, work, orderIds } = await house(t);
  const device = await open(work);
  t.after(() => device.close());
  const written = await send(device, orderIds, { ...scale, seed });
  assert.equal(await device.failed(), 0);
  const outcome = await judge(chat, written);
  report(t, outcome, proxy);
  assert.deepEqual(outcome, { sent: scale.messages, missing: 0, doubled: 0, swapped: 0 });
  for (const fault of faults) assert.ok(proxy.done[fault] > 0, `no request was ${fault}`);
}

test('in Node every message arrives once and in order', (t) =>
  everyMessageOnce(t, (work) => nodeDevice(work)));

test('in Chromium every message arrives once and in order across page reloads', (t) =>
  everyMessageOnce(t, (work) => browserDevice(browser, address, work)));

test('two tabs that share storage send every message once and in order', async (t) => {
  const { chat, proxy, work, orderIds } = await house(t);
  const tabs = await twoTabs(browser, address, work);
  const half = { messages: scale.messages / 2, perBatch: scale.perBatch };
  const written = await Promise.all(
    tabs.map((tab, n) => send(tab, orderIds, { ...half, seed: seed + n }, 'ab'[n])),
  );
  for (const one of written) {
    const outcome = await judge(chat, one);
    report(t, outcome, proxy);
    assert.deepEqual(outcome, { sent: half.messages, missing: 0, doubled: 0, swapped: 0 });
  }
  await Promise.all(tabs.map((tab) => tab.close()));
});

test('control: with a new key for each attempt messages are duplicated', async (t) => {
  const { chat, work, orderIds } = await house(t);
  const device = nodeDevice({ ...work, newKeyPerTry: true });
  t.after(() => device.close());
  const outcome = await judge(chat, await send(device, orderIds, { messages: 100, perBatch: 25, seed }));
  assert.ok(outcome.doubled > 0);
});

test('control: if a reload clears the storage, messages are missing', async (t) => {
  const { chat, work, orderIds } = await house(t);
  const device = nodeDevice(work, { forgets: true });
  t.after(() => device.close());
  const outcome = await judge(chat, await send(device, orderIds, { messages: 100, perBatch: 25, seed }));
  assert.ok(outcome.missing > 0);
});
