/** What is held as evidence, and what is shown of it, while an erasure is due or under way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller } from '../../src/domain/access/access.ts';
import { hold, messagesToHold, readEvidence } from '../../src/domain/chat/evidence.ts';
import type { Context } from '../../src/domain/context.ts';
import type { OrderRow } from '../../src/storage/store.ts';
import { house } from '../support/house.ts';

const expiresAt = 2000;

test('a text that has expired, or that an erasure has hidden, is not held although it is still there', async (t) => {
  const { store, retailers, orders } = await house(t, 1, 1, { messages: 3 });
  const [[order]] = orders as [[OrderRow]];
  const retailer = { ...retailers[0]!, reportEvidenceDays: 7 };
  const held = (now: number, of: OrderRow = order, by = retailer) =>
    store.write(async (tx) => {
      const found = await messagesToHold(tx, by, of, { messages: [2, 1, 2, 9], now });
      return found.map(({ body }) => body);
    });
  assert.deepEqual(await held(expiresAt), ['secret 2', 'secret 1']);
  assert.deepEqual(await held(expiresAt + 1), []);
  assert.deepEqual(await held(expiresAt, { ...order, erasingTo: 1 }), ['secret 2']);
  assert.deepEqual(await held(expiresAt, order, { ...retailer, reportEvidenceDays: 0 }), []);
  assert.deepEqual(await held(expiresAt, order, { ...retailer, shopperInformationRemoval: true }), []);
});

test('evidence is hidden from the first transaction of a requested erasure on', async (t) => {
  const { store, retailers, orders } = await house(t, 1, 1, { messages: 2 });
  const [[order]] = orders as [[OrderRow]];
  const retailer = { ...retailers[0]!, reportEvidenceDays: 7 };
  const { retailerId, id: orderId } = order;
  await store.write(async (tx) => {
    const reportId = await tx.retailers.nextId(retailerId);
    await tx.orderReports.insert({
      retailerId,
      orderId,
      id: reportId,
      reportedBy: 'driver',
      reason: 'spam',
      messages: [1, 2],
      createdAt: 1000,
      resolvedAt: null,
    });
    const messages = await messagesToHold(tx, retailer, order, { messages: [1, 2], now: 1000 });
    await hold(tx, retailer, order, { reportId, messages, now: 1000 });
  });
  const context = { store, clock: { now: () => 3000 } } as unknown as Context;
  const caller = { kind: 'client', retailer, applicationId: 1 } as unknown as Caller;
  const shown = async () => {
    const read = await readEvidence(context, caller, { id: orderId }, { reason: 'case 7', agent: 'Dana' });
    const [queued] = await store.read.orderReports.list(
      retailerId,
      'all',
      { now: 3000, mostMs: 1e9 },
      undefined,
      1,
    );
    return [read.map(({ body }) => body), queued!.held];
  };
  assert.deepEqual(await shown(), [['secret 1', 'secret 2'], 2]);
  await store.write((tx) => tx.orders.update({ ...order, erasingTo: 1 }));
  assert.deepEqual(await shown(), [['secret 2'], 1]);
});
