/** What every storage engine must do, as one function that each engine's test file calls. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { initialSettings } from '@aislechat/contract';
import {
  createStore,
  type Engine,
  type MessageRow,
  type OrderRow,
  type RetailerRow,
  type Store,
  type UserRow,
  type Writer,
} from '../../src/storage/store.ts';

export interface Place {
  /** Opens the same database again, after it was closed. */
  open(): Promise<Engine>;
  /** Opens it while another process has it open, as a command does. */
  visit(): Promise<Engine>;
}

export const settings = {
  ...initialSettings,
  name: 'Grocer',
  quickReplies: ['On it, {customer}!'],
  clockOffsetMs: 0,
  clockFrozenAt: null,
  organizationId: null,
  banner: null,
} as const;

async function newUser(tx: Writer, retailerId: number, externalId: string): Promise<UserRow> {
  const user: UserRow = {
    retailerId,
    id: await tx.retailers.nextId(retailerId),
    externalId,
    firstName: 'Noor',
    lastName: null,
    phoneNumber: null,
    locale: null,
    avatarUrl: '',
    activeAt: 1000,
  };
  await tx.users.insert(user);
  return user;
}

async function newOrder(tx: Writer, user: UserRow, externalId: string): Promise<OrderRow> {
  const order: OrderRow = {
    retailerId: user.retailerId,
    id: await tx.retailers.nextId(user.retailerId),
    externalId,
    userId: user.id,
    fulfillmentType: 'delivery',
    fulfillmentVersion: 3,
    workflowState: 'picking',
    cancellationReason: null,
    currentShopperId: null,
    seq: 0,
    version: 1,
    lastEventAt: 1000,
    createdAt: 1000,
    endedAt: null,
    expiresAt: null,
    erasedAt: null,
    erasingTo: null,
    unreadByUser: 0,
    unreadByShopper: 0,
    userReachable: 0,
    shopperReachable: 0,
    linkNumber: 1,
    linkRevokedAt: null,
    linkDevices: '',
    chatClosedAt: null,
  };
  await tx.orders.insert(order, {});
  return order;
}

async function append(tx: Writer, retailerId: number, orderId: number, body: string): Promise<number> {
  const { order, key } = await tx.messages.lockOrder(retailerId, { id: orderId });
  const seq = order!.seq + 1;
  const message: MessageRow = {
    retailerId,
    orderId,
    seq,
    senderType: seq % 2 === 0 ? 'user' : 'driver',
    senderId: 1,
    recipientId: 2,
    createdAt: 1000 + seq,
    deliveredAt: null,
    readAt: null,
    body,
    image: seq % 3 === 0 ? 'https://img.example/a.jpg' : null,
    imageId: null,
  };
  await tx.messages.insert(message, key);
  await tx.orders.advance({ ...order!, seq, lastEventAt: 1000 + seq });
  return seq;
}

interface House {
  engine: Engine;
  store: Store;
  retailer: RetailerRow;
  user: UserRow;
  order: OrderRow;
}

export function storageContract(engineName: string, place: (t: TestContext) => Promise<Place>): void {
  const contract = (title: string, body: (t: TestContext, place: Place) => Promise<void>) =>
    test(`${engineName}: ${title}`, async (t) => body(t, await place(t)));

  async function house(t: TestContext, { open }: Place): Promise<House> {
    const engine = await open();
    const store = createStore(engine);
    t.after(() => store.close().catch(() => {}));
    return store.write(async (tx) => {
      const retailer = await tx.retailers.insert(settings);
      const user = await newUser(tx, retailer.id, 'noor');
      return { engine, store, retailer, user, order: await newOrder(tx, user, 'WEB-1') };
    });
  }

  contract('written data is read back after the database was closed and opened', async (t, place) => {
    const { store, retailer, order } = await house(t, place);
    await store.close();
    const again = createStore(await place.open());
    t.after(() => again.close());
    assert.deepEqual(await again.read.retailers.find(retailer.id), retailer);
    const byString = await again.read.orders.find(retailer.id, { externalId: 'WEB-1' });
    assert.deepEqual({ ...byString }, order);
    const byInteger = await again.read.orders.find(retailer.id, { id: order.id });
    assert.deepEqual({ ...byInteger }, order);
  });

  contract('a unit that throws stores nothing, and does not affect concurrent units', async (t, place) => {
    const { store, retailer, order } = await house(t, place);
    const results = await Promise.allSettled([
      store.write((tx) => append(tx, retailer.id, order.id, 'first')),
      store.write(async (tx) => {
        await append(tx, retailer.id, order.id, 'never');
        throw new RangeError('no');
      }),
      store.write((tx) => append(tx, retailer.id, order.id, 'second')),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.ok((results[1] as PromiseRejectedResult).reason instanceof RangeError);
    const messages = await store.read.messages.list(retailer.id, order.id);
    assert.deepEqual(
      messages.map(({ seq }) => seq),
      [1, 2],
    );
    // Either of the two may come first.
    assert.deepEqual(messages.map(({ body }) => body).sort(), ['first', 'second']);
  });

  contract('a read does not see an uncommitted transaction', async (t, place) => {
    const { store, retailer, order } = await house(t, place);
    await store.write(async (tx) => {
      await append(tx, retailer.id, order.id, 'not yet');
      assert.equal((await store.read.messages.list(retailer.id, order.id)).length, 0);
      assert.equal((await store.read.orders.find(retailer.id, { id: order.id }))!.version, order.version);
    });
    assert.equal((await store.read.messages.list(retailer.id, order.id)).length, 1);
  });

  contract(
    'concurrent writers of one order get numbers without gaps, and the version counts them',
    async (t, place) => {
      const { store, retailer, order } = await house(t, place);
      const writes = Array.from({ length: 500 }, (_, n) =>
        store.write((tx) => append(tx, retailer.id, order.id, `message ${n}`)),
      );
      const seqs = await Promise.all(writes);
      const all = Array.from({ length: 500 }, (_, n) => n + 1);
      assert.deepEqual(
        [...seqs].sort((a, b) => a - b),
        all,
      );
      const events = await store.read.orderEvents.after(retailer.id, order.id, 0, 1000);
      assert.deepEqual(
        events.map(({ seq }) => seq),
        all,
      );
      const found = await store.read.orders.find(retailer.id, { id: order.id });
      assert.equal(found!.version, order.version + 500);
      assert.equal((await store.read.orderEvents.after(retailer.id, order.id, 490, 5)).length, 5);
      await store.write((tx) => tx.messages.eraseTexts(retailer.id, order.id));
      const kept = await store.read.orderEvents.after(retailer.id, order.id, 0, 1000);
      assert.deepEqual(kept, events, 'the log outlives the texts');
    },
  );

  contract(
    'orders are found within their retailer only, and IDs are counted per retailer',
    async (t, place) => {
      const { store, retailer, order } = await house(t, place);
      const other = await store.write(async (tx) => {
        const second = await tx.retailers.insert(settings);
        const user = await newUser(tx, second.id, 'noor');
        return newOrder(tx, user, 'WEB-1');
      });
      assert.equal(other.id, order.id, 'an ID reveals nothing about other retailers');
      const found = await store.read.orders.find(other.retailerId, { externalId: 'WEB-1' });
      assert.equal(found!.retailerId, other.retailerId);
      assert.equal(await store.read.orders.find(999, { externalId: 'WEB-1' }), undefined);
      assert.equal((await store.read.users.findByExternalId(retailer.id, 'noor'))!.retailerId, retailer.id);
    },
  );

  contract('the database itself refuses two orders with the same external ID', async (t, place) => {
    const { store, user } = await house(t, place);
    await assert.rejects(store.write((tx) => newOrder(tx, user, 'WEB-1')));
    assert.equal((await store.write((tx) => newOrder(tx, user, 'WEB-2'))).externalId, 'WEB-2');
  });

  contract('a conversation is a snapshot, with every shopper once and in order', async (t, place) => {
    const { store, retailer, order, user } = await house(t, place);
    await store.write(async (tx) => {
      for (const [seq, id] of [
        [1, 91],
        [2, 90],
        [3, 91],
      ] as const) {
        if (!(await tx.shoppers.find(retailer.id, id))) {
          await tx.shoppers.insert({
            retailerId: retailer.id,
            id,
            externalId: null,
            displayName: `Shopper ${id}`,
            avatarUrl: '',
            email: null,
            phone: null,
            activeAt: 1000,
          });
        }
        await tx.assignments.insert({
          retailerId: retailer.id,
          orderId: order.id,
          seq,
          shopperId: id,
          assignedAt: 1000,
        });
      }
      await tx.orders.update({ ...order, seq: 3, currentShopperId: 91 });
      await append(tx, retailer.id, order.id, 'hello');
      await tx.lifecycleMessages.insert({
        retailerId: retailer.id,
        orderId: order.id,
        seq: 9,
        type: 'delivery_completed',
        body: 'done',
        createdAt: 2000,
      });
    });
    const rows = await store.read.conversation(retailer.id, order.id, {
      messages: true,
      lifecycleMessages: true,
    });
    assert.equal(rows.version, order.version + 2);
    assert.equal(rows.customer.id, user.id);
    assert.equal(rows.currentShopperId, 91);
    assert.deepEqual(
      rows.shoppers.map(({ id }) => id),
      [91, 90],
    );
    assert.equal(rows.messages[0]!.body, 'hello');
    assert.equal(rows.lifecycleMessages[0]!.body, 'done');
    const without = await store.read.conversation(retailer.id, order.id, {
      messages: false,
      lifecycleMessages: false,
    });
    assert.deepEqual([without.messages, without.lifecycleMessages], [[], []]);
  });

  contract('marking as read counts each message once and never changes a time', async (t, place) => {
    const { store, retailer, order } = await house(t, place);
    for (let n = 0; n < 6; n++) await store.write((tx) => append(tx, retailer.id, order.id, `${n}`));
    const mark = (at: number) =>
      store.write((tx) => tx.messages.markRead(retailer.id, order.id, 'driver', at));
    assert.equal(await mark(5000), 3);
    assert.equal(await mark(6000), 0);
    const times = (await store.read.messages.list(retailer.id, order.id)).map(({ readAt }) => readAt);
    assert.deepEqual(times, [5000, null, 5000, null, 5000, null]);
  });

  contract('any text is read back unchanged', async (t, place) => {
    const { store, retailer, order } = await house(t, place);
    const texts = [
      '🥑'.repeat(1000),
      "'; DROP TABLE orders; --",
      '$1 ?1 %s {}',
      'é\u0301\u200d\r\n\t',
      '\u{10ffff}',
    ];
    for (const text of texts) await store.write((tx) => append(tx, retailer.id, order.id, text));
    const messages = await store.read.messages.list(retailer.id, order.id);
    assert.deepEqual(
      messages.map(({ body }) => body),
      texts,
    );
  });

  contract(
    'another process’s writes are noticed, and the process’s own writes are not mistaken for them',
    async (t, place) => {
      const { store, retailer } = await house(t, place);
      const write = (by: Store) => by.write((tx) => tx.retailers.nextId(retailer.id));
      await store.othersHaveWritten();
      await write(store);
      assert.equal(await store.othersHaveWritten(), store.isShared);
      const other = createStore(await place.visit());
      await write(other);
      await other.close();
      assert.equal(await store.othersHaveWritten(), true);
      assert.equal(await store.othersHaveWritten(), store.isShared);
    },
  );

  contract('erased texts are gone for every reader, and other texts stay', async (t, place) => {
    const { store, retailer, order, user } = await house(t, place);
    const kept = await store.write((tx) => newOrder(tx, user, 'WEB-2'));
    for (let n = 0; n < 9; n++) {
      await store.write((tx) => append(tx, retailer.id, order.id, `gone ${n}`));
      await store.write((tx) => append(tx, retailer.id, kept.id, `kept ${n}`));
    }
    const erased = await store.write((tx) => tx.messages.eraseTexts(retailer.id, order.id));
    assert.deepEqual(erased, { messages: 9, images: 3 });
    assert.deepEqual(await store.read.messages.list(retailer.id, order.id), []);
    const marked = await store.write((tx) => tx.messages.markRead(retailer.id, order.id, 'driver', 5000));
    assert.equal(marked, 0, 'erased messages are not marked as read');
    assert.equal((await store.read.messages.list(retailer.id, kept.id)).length, 9);
    assert.equal(await store.scrub(), true);
    assert.equal(await store.reclaim(1000), 0, 'nothing is reclaimed between texts that are still stored');
    const messages = await store.read.messages.list(retailer.id, kept.id);
    assert.deepEqual(
      messages.map(({ body }) => body),
      Array.from({ length: 9 }, (_, n) => `kept ${n}`),
    );
  });

  contract('orders to erase are those past their expiry whose texts still exist', async (t, place) => {
    const { store, retailer, order } = await house(t, place);
    await store.write((tx) => tx.orders.update({ ...order, endedAt: 1000, expiresAt: 2000 }));
    const due = async (now: number) =>
      (await store.read.orders.expired(retailer.id, now, 10)).map(({ id }) => id);
    assert.deepEqual(await due(2000), []);
    assert.deepEqual(await due(2001), [order.id]);
    await store.write((tx) => tx.orders.update({ ...order, endedAt: 1000, expiresAt: 2000, erasedAt: 2001 }));
    assert.deepEqual(await due(9999), []);
  });

  contract('a text that was changed on disk is not served, and can still be erased', async (t, place) => {
    const { engine, store, retailer, order } = await house(t, place);
    await store.write((tx) => append(tx, retailer.id, order.id, 'two limes'));
    const parts = { messages: true, lifecycleMessages: false };
    const read = [
      () => store.read.messages.list(retailer.id, order.id),
      () => store.read.conversation(retailer.id, order.id, parts),
      () => store.read.shopperSide(order, 'latest'),
      () => store.read.log(retailer.id, order.id, 0, 10),
    ];
    for (const look of read) await look();
    await engine.write((sql) =>
      engine.isShared
        ? sql.run(
            'UPDATE messages SET sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1) WHERE retailer_id = $1',
            retailer.id,
          )
        : sql.acrossRetailers.run(`UPDATE message_texts SET body = 'ten limes'`),
    );
    for (const look of read) await assert.rejects(look, { name: 'DamagedText' });
    const erased = await store.write((tx) => tx.messages.eraseTexts(retailer.id, order.id));
    assert.equal(erased.messages, 1);
    for (const look of read) await look();
  });

  contract('writes after closing are refused', async (t, place) => {
    const { store, retailer, order } = await house(t, place);
    const last = store.write((tx) => append(tx, retailer.id, order.id, 'accepted before closing'));
    await store.close();
    assert.equal(await last, 1);
    await assert.rejects(
      store.write((tx) => append(tx, retailer.id, order.id, 'too late')),
      { name: 'StorageUnavailable' },
    );
  });

  contract('writes beyond the queue’s limit are refused, and no accepted write is lost', async (t, place) => {
    const { store, retailer, order } = await house(t, place);
    // Most write nothing, which takes a place in the queue all the same.
    const results = await Promise.allSettled(
      Array.from({ length: 6000 }, (_, n) =>
        store.write(async (tx) => n % 10 === 0 && append(tx, retailer.id, order.id, `${n}`)),
      ),
    );
    const accepted = results.filter(({ status }) => status === 'fulfilled').length;
    assert.ok(accepted < 6000 && accepted > 1000, `${accepted} accepted`);
    const appended = results.filter(({ status }, n) => status === 'fulfilled' && n % 10 === 0).length;
    assert.equal((await store.read.messages.list(retailer.id, order.id)).length, appended);
  });
}
