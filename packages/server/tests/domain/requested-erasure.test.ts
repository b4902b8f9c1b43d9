/**
 * The requested erasure of an order or a person: bounded work per transaction, hidden at once, completed
 * once.
 */
import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import type { Caller } from '../../src/domain/access/access.ts';
import { systemClock } from '../../src/domain/clock.ts';
import type { Context } from '../../src/domain/context.ts';
import { eraseExpired, eraseOrderNow } from '../../src/domain/erasure/erasure.ts';
import { commandLine } from '../../src/domain/operate/audit.ts';
import { erasePerson } from '../../src/domain/people/erase.ts';
import { createRetailer } from '../../src/domain/retailers/retailers.ts';
import {
  createStore,
  type OrderRow,
  type RetailerRow,
  StorageUnavailable,
  type Store,
} from '../../src/storage/store.ts';
import { eventually } from '../support/eventually.ts';
import { active, type House, house, newOrder, noFiles, write } from '../support/house.ts';
import { newPlace, testsPostgres } from '../support/place.ts';
import { startServerProcess } from '../support/process.ts';
import { clientToken } from '../support/scenario.ts';

const now = 5000;
const clock = { now: () => now };
const nobody = { externalId: 'noor' };
const mostPerTransaction = 1000;

interface Watched {
  store: Store;
  /** What each transaction did, in the order in which they ended: texts erased, orders hidden. */
  transactions: { texts: number; hidden: number }[];
}

/** @param before called before each transaction begins; if it throws, the erasure is interrupted */
function watch(store: Store, before: (n: number) => Promise<void> | void = () => {}): Watched {
  const transactions: Watched['transactions'] = [];
  let begun = 0;
  return {
    transactions,
    store: {
      ...store,
      async write(unit) {
        begun += 1;
        await before(begun);
        const did = { texts: 0, hidden: 0 };
        const value = await store.write((tx) => {
          did.texts = 0;
          did.hidden = 0;
          return unit({
            ...tx,
            messages: {
              ...tx.messages,
              async eraseTexts(...of) {
                const erased = await tx.messages.eraseTexts(...of);
                did.texts += erased.messages;
                return erased;
              },
            },
            orders: {
              ...tx.orders,
              async startErasing(retailerId, ids, at) {
                did.hidden += ids.length;
                await tx.orders.startErasing(retailerId, ids, at);
              },
            },
          });
        });
        transactions.push(did);
        return value;
      },
    },
  };
}

const callerOf = (retailer: RetailerRow) =>
  ({ ...commandLine(retailer), kind: 'client' }) as unknown as Caller;
const eraseNoor = (store: Store, retailer: RetailerRow) =>
  erasePerson({ store, clock, hashKey: 'key' } as Context, callerOf(retailer), nobody);
const eraseOrder = (store: Store, retailer: RetailerRow, order: OrderRow) =>
  eraseOrderNow({ store, clock, files: noFiles }, retailer, order.externalId, commandLine(retailer));

/** What readers of an order see, in each of the ways. */
async function shownOf({ read }: Store, order: OrderRow): Promise<string[]> {
  const { retailerId, id } = order;
  const conversation = await read.conversation(retailerId, id, { messages: true, lifecycleMessages: true });
  const all = await read.shopperSide(order, 'all');
  const latest = await read.shopperSide(order, 'latest');
  const log = await read.log(retailerId, id, 0, 10_000);
  const bodies = log.messages.map(({ body }) => body).filter((body) => body !== null);
  assert.deepEqual(all.messages, conversation.messages);
  assert.deepEqual(
    bodies,
    conversation.messages.map(({ body }) => body),
  );
  assert.deepEqual(latest.messages, conversation.messages.slice(-1));
  return bodies;
}

const actionsOf = async (store: Store, { id }: RetailerRow) =>
  (await store.read.auditEntries.list(id, {}, undefined, 100)).map(({ action }) => action);

const isFull = process.env.TEST_SCALE === 'full';
const broken = new Error('breakdown');

test('an order is hidden at once, erased in bounded transactions, and keeps messages written meanwhile', async (t) => {
  const { store, retailers, orders } = await house(t, 1, 1, { messages: 2500, order: active });
  const [retailer] = retailers as [RetailerRow];
  const [order] = orders[0] as [OrderRow];
  assert.equal((await shownOf(store, order)).length, 2500);
  const shown: number[] = [];
  const watched = watch(store, async (n) => {
    if (n === 1) return;
    shown.push((await shownOf(store, order)).length);
    if (n !== 3) return;
    await store.write(async (tx) => {
      const locked = (await tx.orders.lock(retailer.id, { id: order.id }))!;
      await write(tx, order, 2502, 'still here');
      await tx.orders.advance({ ...locked, seq: 2502, unreadByShopper: 1 });
    });
  });
  const erased = await eraseOrder(watched.store, retailer, order);
  const texts = watched.transactions.map((did) => did.texts);
  assert.deepEqual(texts, [0, 1000, 1000, 500, 0]);
  assert.deepEqual(shown, [0, 0, 1, 1]);
  assert.equal(erased!.receipt.messages, 2500);
  assert.equal(erased!.receipt.images, 25);
  assert.equal(erased!.verified, true);
  assert.deepEqual(await shownOf(store, order), ['still here']);
  const after = (await store.read.orders.find(retailer.id, { id: order.id }))!;
  assert.deepEqual([after.erasingTo, after.erasedAt, after.unreadByShopper], [null, null, 1]);
});

test('messages written during the erasure of an order that ends meanwhile are erased when they expire', async (t) => {
  const { store, retailers, orders } = await house(t, 1, 1, { messages: 1500, order: active });
  const [retailer] = retailers as [RetailerRow];
  const [order] = orders[0] as [OrderRow];
  const watched = watch(store, async (n) => {
    if (n !== 2) return;
    await store.write(async (tx) => {
      const locked = (await tx.orders.lock(retailer.id, { id: order.id }))!;
      await write(tx, order, 1502, 'late');
      await tx.orders.update({ ...locked, seq: 1502, endedAt: 1000, expiresAt: 2000 });
    });
  });
  await eraseOrder(watched.store, retailer, order);
  await eraseExpired(store, clock, noFiles);
  assert.deepEqual(await shownOf(store, order), []);
  const receipts = await store.read.erasureReceipts.list(retailer.id, order.id);
  assert.deepEqual(
    receipts.map(({ reason, messages }) => [reason, messages]),
    [
      ['requested', 1500],
      ['expired', 1],
    ],
  );
});

for (const cutAt of testsPostgres ? [3] : [2, 3, 4]) {
  test(`an order interrupted before transaction ${cutAt} stays hidden without a receipt, and the next round erases it`, async (t) => {
    const { store, retailers, orders } = await house(t, 1, 1, { messages: 2500, order: active });
    const [retailer] = retailers as [RetailerRow];
    const [order] = orders[0] as [OrderRow];
    const cut = watch(store, (n) => {
      if (n === cutAt) throw broken;
    });
    await assert.rejects(eraseOrder(cut.store, retailer, order), broken);
    assert.deepEqual(await shownOf(store, order), []);
    assert.deepEqual(await store.read.erasureReceipts.list(retailer.id, order.id), []);
    // Requesting it again and interrupting it again is the same erasure.
    const again = watch(store, (n) => {
      if (n === 2) throw broken;
    });
    await assert.rejects(eraseOrder(again.store, retailer, order), broken);

    const watched = watch(store);
    const report = await eraseExpired(watched.store, clock, noFiles);
    assert.deepEqual([report.orders, report.messages, report.verified], [1, 2500, true]);
    assert.ok(watched.transactions.every(({ texts }) => texts <= mostPerTransaction));
    const [receipt, ...more] = await store.read.erasureReceipts.list(retailer.id, order.id);
    assert.deepEqual([receipt!.messages, receipt!.reason, more], [2500, 'requested', []]);
    assert.notEqual(receipt!.verifiedAt, null);
    assert.deepEqual(await actionsOf(store, retailer), ['chat_erasure']);
  });
}

/** A person with 510 orders of one message, and one of 2,100; and another retailer with an order. */
async function personWithMuch(t: TestContext): Promise<House & { retailer: RetailerRow; all: OrderRow[] }> {
  original ??= makePersonWithMuch();
  const built = await original;
  const store = createStore(await (await place.copy(t)).open());
  t.after(() => store.close());
  return { ...built, store };
}

/** Created once, since creating the orders takes most of such a test's time. */
let original: ReturnType<typeof makePersonWithMuch> | undefined;
// Registered for the whole file: within a test, `after` would be the end of that test.
const place = await newPlace({ after });

async function makePersonWithMuch() {
  const built = await house({ after: () => {} }, 2, 1, { order: active, place });
  const [retailer] = built.retailers as [RetailerRow];
  const all = [...built.orders[0]!];
  const [{ userId }] = all as [OrderRow];
  await built.store.write(async (tx) => {
    for (let n = 1; n <= 510; n++) {
      all.push(await newOrder(tx, retailer.id, userId, n, n === 510 ? 2100 : 1, active));
    }
  });
  await built.store.close();
  return { ...built, retailer, all };
}

test('a person is erased one order per transaction, and a long order in slices', {
  skip: testsPostgres,
}, async (t) => {
  const { store, retailer, all, orders, retailers } = await personWithMuch(t);
  const watched = watch(store);
  const receipt = await eraseNoor(watched.store, retailer);
  assert.deepEqual([receipt.orders, receipt.messages, receipt.images], [511, 2610, 21]);
  const { transactions } = watched;
  const ones = transactions.filter(({ texts }) => texts === 1).length;
  assert.equal(ones, 510);
  assert.deepEqual(
    transactions.map(({ texts }) => texts).filter((texts) => texts > 1),
    [1000, 1000, 100],
  );
  assert.deepEqual(
    transactions.map(({ hidden }) => hidden).filter((hidden) => hidden > 0),
    [500, 11],
  );
  for (const order of [all[0]!, all.at(-1)!]) {
    assert.deepEqual(await shownOf(store, order), []);
    assert.equal((await store.read.orders.details(retailer.id, order.id)).wishes, undefined);
    assert.equal((await store.read.erasureReceipts.list(retailer.id, order.id)).length, 1);
  }
  assert.deepEqual(await eraseNoor(store, retailer), receipt);
  assert.deepEqual(await actionsOf(store, retailer), ['user_erasure']);
  assert.equal((await shownOf(store, orders[1]![0]!)).length, 1, 'another retailer’s');
  assert.deepEqual(await actionsOf(store, retailers[1]!), []);
});

test('control: erasing a person in one transaction exceeds the limit of a transaction', {
  skip: testsPostgres,
}, async (t) => {
  const { store, retailer } = await personWithMuch(t);
  const watched = watch(store);
  await watched.store.write((tx) =>
    eraseNoor({ ...store, read: tx as unknown as Store['read'], write: (unit) => unit(tx) }, retailer),
  );
  const [{ texts, hidden }] = watched.transactions as [Watched['transactions'][number]];
  assert.ok(texts > mostPerTransaction && hidden > 500, `${texts} ${hidden}`);
});

test('a person is hidden before anything is erased, and an interrupted erasure is completed once by the next round', async (t) => {
  // The second half of the hiding, the first order and another, a slice of the long one, and the last step.
  const cuts = isFull ? [2, 3, 200, 514, 516] : [2, 3, 514, 516];
  for (const cutAt of testsPostgres ? [514] : cuts) {
    const { store, retailer, all } = await personWithMuch(t);
    const cut = watch(store, (n) => {
      if (n === cutAt) throw broken;
    });
    await assert.rejects(eraseNoor(cut.store, retailer), broken, `${cutAt}`);
    assert.ok(cut.transactions[0]!.hidden === 500);
    // The request hides the first 500, the next transaction the others; nothing is erased earlier.
    const hidden = cutAt === 2 ? all.slice(0, 500) : all;
    for (const order of [hidden[0]!, hidden.at(-1)!]) assert.deepEqual(await shownOf(store, order), []);
    const [{ userId }] = all as [OrderRow];
    assert.notEqual((await store.read.personErasures.find(retailer.id, userId))!.markedTo, null);
    if (cutAt === 3) assert.ok(cut.transactions.every(({ texts }) => texts === 0));

    const watched = watch(store);
    const { failures } = await eraseExpired(watched.store, clock, noFiles);
    assert.deepEqual(failures, []);
    assert.ok(
      watched.transactions.every(({ texts, hidden }) => texts <= mostPerTransaction && hidden <= 500),
    );
    const receipt = (await store.read.personErasures.find(retailer.id, userId))!;
    assert.deepEqual([receipt.markedTo, receipt.orders, receipt.messages], [null, 511, 2610], `${cutAt}`);
    assert.deepEqual(await eraseNoor(store, retailer), receipt);
    assert.deepEqual(await actionsOf(store, retailer), ['user_erasure']);
    const receipts = await Promise.all(all.map(({ id }) => store.read.erasureReceipts.list(retailer.id, id)));
    for (const ofOrder of receipts) {
      assert.deepEqual(
        ofOrder.map(({ verifiedAt }) => verifiedAt !== null),
        [true],
      );
    }
  }
});

test('parallel requests and a round give a person one receipt, which counts every order once', async (t) => {
  const { store, retailers } = await house(t, 1, 30, { messages: 2, order: active });
  const [retailer] = retailers as [RetailerRow];
  const [first, ...others] = await Promise.all([
    eraseNoor(store, retailer),
    eraseNoor(store, retailer),
    eraseExpired(store, clock, noFiles).then(() => eraseNoor(store, retailer)),
  ]);
  // The round may have verified it in the meantime.
  for (const other of others) assert.deepEqual({ ...other, verifiedAt: first!.verifiedAt }, first);
  assert.deepEqual([first!.orders, first!.messages], [30, 60]);
  assert.deepEqual(await actionsOf(store, retailer), ['user_erasure']);
});

test('a person’s erasure does not complete while one of their orders is being erased again', async (t) => {
  const { store, retailers, orders } = await house(t, 1, 1, { messages: 1500, order: active });
  const [retailer] = retailers as [RetailerRow];
  const [order] = orders[0] as [OrderRow];
  const watched = watch(store, async (n) => {
    // Before the last step.
    if (n !== 5) return;
    const cut = watch(store, (step) => {
      if (step === 2) throw broken;
    });
    await assert.rejects(eraseOrder(cut.store, retailer, order), broken);
  });
  await eraseNoor(watched.store, retailer);
  assert.equal(watched.transactions.length > 5, true);
  assert.equal((await store.read.orders.find(retailer.id, { id: order.id }))!.erasingTo, null);
});

test('another retailer’s write waits for at most one step of an erasure', {
  skip: testsPostgres,
}, async (t) => {
  const { store, retailer, orders } = await personWithMuch(t);
  const [other] = orders[1] as [OrderRow];
  const stepsWaited = async (erase: (watched: Store) => Promise<unknown>): Promise<number> => {
    const watched = watch(store);
    const erasing = erase(watched.store);
    await new Promise((resolve) => setImmediate(resolve));
    const before = watched.transactions.length;
    await store.write((tx) => tx.orders.advance(other));
    const steps = watched.transactions.length - before;
    await erasing;
    assert.ok(watched.transactions.length > 510);
    return steps;
  };
  const steps = await stepsWaited((watched) => eraseNoor(watched, retailer));
  assert.ok(steps <= 3, `${steps}`);
});

test('the receipt of a person waits until the pages are clean, which holds up no receipt of an order', async (t) => {
  const { store, retailers, orders } = await house(t, 1, 2);
  const [retailer] = retailers as [RetailerRow];
  const [order] = orders[0]! as [OrderRow];
  await eraseNoor(store, retailer);
  const states: [Store['cleanPages'], failures: number, isVerified: boolean][] = [
    [async () => false, 0, false],
    [() => Promise.reject(new StorageUnavailable('no')), 1, false],
    [() => store.cleanPages(), 0, true],
  ];
  for (const [cleanPages, failures, isVerified] of states) {
    const report = await eraseExpired({ ...store, cleanPages }, clock, noFiles);
    assert.equal(report.failures.length, failures);
    const receipts = await store.read.erasureReceipts.list(retailer.id, order.id);
    assert.ok(receipts.every(({ verifiedAt }) => verifiedAt !== null));
    const person = (await store.read.personErasures.find(retailer.id, order.userId))!;
    assert.equal(person.verifiedAt !== null, isVerified);
  }
});

test('a server killed midway completes the erasure of a person after its restart', async (t) => {
  const place = await newPlace(t);
  const store = createStore(await place.open());
  const { retailer, application, clientSecret } = await createRetailer(store, systemClock, { name: 'Shop' });
  // So many that the server is killed before it has erased them all; PostgreSQL takes longer for each.
  const count = testsPostgres && !isFull ? 150 : 400;
  await store.write(async (tx) => {
    const userId = await tx.retailers.nextId(retailer.id);
    await tx.users.insert({
      retailerId: retailer.id,
      id: userId,
      externalId: 'noor',
      firstName: 'secret name',
      lastName: null,
      phoneNumber: null,
      locale: null,
      avatarUrl: '',
      activeAt: 1000,
    });
    for (let n = 0; n < count; n++) await newOrder(tx, retailer.id, userId, n, 1, active);
  });
  await store.close();
  const found = async () => (await place.dump()).match(/secret (name|door|1)/g)?.length ?? 0;

  const env = { ...place.env, AISLECHAT_RATE_LIMIT: '0' };
  let server = await startServerProcess({ env });
  t.after(() => server.kill());
  const credentials = { clientId: application.clientId, clientSecret };
  const scopes = 'aislechat:operate,connect:post_checkout';
  const token = await clientToken(server.client, credentials, scopes);
  const answer = server.client.call('DELETE', '/v1/users/noor', { token }).catch(() => undefined);
  const erasuresOf = async (orderId: string) =>
    (await server.client.get(`/v1/orders/${orderId}`, { token })).body.erasures.length;
  while ((await erasuresOf('WEB-5')) === 0);
  await server.kill();
  assert.equal(await answer, undefined, 'the request was not answered');
  const left = await found();
  assert.ok(left > 0 && left < 2 * count, `${left} left`);
  t.diagnostic(`killed with ${left} of ${2 * count + 1} texts left`);

  server = await startServerProcess({ env });
  const last = `/v2/post_checkout/chat/WEB-${count - 1}/messages`;
  assert.deepEqual((await server.client.get(last, { token })).body.chat_messages, []);
  // Servers on one database wait for the dead one's lease to expire; repeating the request does not need it.
  if (!testsPostgres) await eventually(found, (count) => count === 0);
  const receipt = await server.client.call('DELETE', '/v1/users/noor', { token });
  assert.equal(receipt.status, 200, receipt.text);
  assert.deepEqual([receipt.body.orders, receipt.body.messages], [count, count]);
  assert.equal(await found(), 0);
  const { entries } = (await server.client.get('/v1/audit', { token })).body;
  assert.deepEqual(
    entries.map(({ action }: { action: string }) => action),
    ['user_erasure'],
  );
});
