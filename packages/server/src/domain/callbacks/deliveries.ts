/**
 * The outbox: callbacks to be sent, and their outcomes. For each order and endpoint one event at a time is due, so
 * events arrive in order; later ones wait until it is delivered or given up. A delivery ends as `delivered` or
 * `dead`, and a dead one stays until it is replayed.
 */
import { limits } from '@aislechat/contract';
import type {
  CallbackDeliveryRow,
  CallbackEndpointRow,
  DeliveryFilter,
  DeliveryKey,
  DeliveryPosition,
  DeliveryRows,
  OrderReference,
  RetailerRow,
  Store,
  Writer,
} from '../../storage/store.ts';
import { type Clock, retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { assertAnswers, forEachRetailer, retailersOf, turn } from '../each-retailer.ts';
import { Refusal } from '../errors.ts';
import { type AuditedCaller, audit } from '../operate/audit.ts';
import { type Page, type PageOf, readPage } from '../page.ts';
import { type AttemptResult, isTaken } from './callbacks.ts';
import { nextTry } from './schedule.ts';

/** Connect does not document this status; by RFC 9110, 15.5.11, the receiver is gone for good. */
const gone = 410;

const ordersPerTransaction = 100;
const rowsPerTransaction = 1000;

export type Outcome = 'delivered' | 'dead' | 'pending';

/**
 * Records the outcome of an attempt and schedules what follows.
 * @param delivery as claimed; if another process has claimed it since, nothing changes
 * @param random from 0 to 1
 */
export function settle(
  { store, clock }: Pick<Context, 'store' | 'clock'>,
  retailer: RetailerRow,
  delivery: CallbackDeliveryRow,
  result: AttemptResult,
  random: number,
): Promise<Outcome> {
  const { retailerId, endpointId, orderId, seq } = delivery;
  const claimant = delivery.claimedBy!;
  return store.write(async (tx) => {
    const now = retailerNow(clock, retailer);
    const again = isTaken(result)
      ? undefined
      : nextTry(
          {
            failures: delivery.failures + 1,
            failedAt: now,
            giveUpAt: delivery.giveUpAt,
            retryAfterMs: result.retryAfterMs,
          },
          random,
        );
    const outcome: Outcome = isTaken(result) ? 'delivered' : again === undefined ? 'dead' : 'pending';
    const isOurs =
      outcome === 'pending'
        ? await tx.callbackDeliveries.postpone(delivery, claimant, again!)
        : await finish(tx, delivery, claimant, outcome, now);
    if (!isOurs) return outcome;
    await tx.callbackDeliveries.insertAttempt({
      retailerId,
      endpointId,
      orderId,
      seq,
      attempt: delivery.attempts,
      at: now,
      durationMs: result.durationMs,
      status: result.status ?? null,
      error: result.error ?? null,
      answer: result.answer ?? null,
    });
    if (result.status === gone) await disable(tx, retailer, endpointId, now);
    return outcome;
  });
}

/** The order is locked, so no event can be enqueued behind the finished one while the next becomes due. */
async function finish(
  tx: Writer,
  delivery: CallbackDeliveryRow,
  claimant: string,
  state: 'delivered' | 'dead',
  now: number,
): Promise<boolean> {
  const { retailerId, endpointId, orderId } = delivery;
  await tx.orders.lock(retailerId, { id: orderId });
  if (!(await tx.callbackDeliveries.finish(delivery, claimant, state, now))) return false;
  await tx.callbackDeliveries.promote(retailerId, endpointId, orderId, now);
  return true;
}

async function disable(tx: Writer, retailer: RetailerRow, endpointId: number, now: number): Promise<void> {
  const endpoint = await tx.callbackEndpoints.lock(retailer.id, endpointId);
  if (endpoint?.state !== 'enabled') return;
  await tx.callbackEndpoints.update({ ...endpoint, state: 'disabled' });
  tx.changed({ retailerId: retailer.id });
  await audit(tx, receiverAsCaller(retailer), now, {
    action: 'callback_endpoint_change',
    subject: { type: 'callback_endpoint', id: endpointId },
    detail: { state: 'disabled' },
  });
}

/** The audit log's actor when an endpoint is disabled because it answered 410. */
const receiverAsCaller = (retailer: RetailerRow): AuditedCaller => ({
  retailer,
  applicationId: 0,
  agent: 'receiver (410 Gone)',
});

/** @throws Refusal */
export async function findDelivery(
  { store }: Pick<Context, 'store'>,
  key: DeliveryKey,
): Promise<DeliveryRows> {
  const found = await store.read.deliveryWithAttempts(key);
  if (!found) throw new Refusal('resource_not_found');
  return found;
}

/** Newest first. @throws Refusal when `reference` names no order */
export async function listDeliveries(
  { store }: Pick<Context, 'store'>,
  retailerId: number,
  reference: OrderReference | undefined,
  filter: Omit<DeliveryFilter, 'orderId'>,
  page: Page<DeliveryPosition>,
): Promise<PageOf<CallbackDeliveryRow, DeliveryPosition>> {
  const order = reference && (await store.read.orders.find(retailerId, reference));
  if (reference && !order) throw new Refusal('resource_not_found');
  const all = order ? { ...filter, orderId: order.id } : filter;
  return readPage(page, (after, limit) => store.read.callbackDeliveries.list(retailerId, all, after, limit));
}

/** Resends a delivered or dead delivery with the same ID and body. @throws Refusal */
export function replay(
  { store, clock }: Pick<Context, 'store' | 'clock'>,
  retailer: RetailerRow,
  key: DeliveryKey,
): Promise<CallbackDeliveryRow> {
  const now = retailerNow(clock, retailer);
  return store.write(async (tx) => {
    await tx.orders.lock(key.retailerId, { id: key.orderId });
    await tx.callbackDeliveries.revive(key, now + limits.callbackRetryMs);
    await tx.callbackDeliveries.promote(key.retailerId, key.endpointId, key.orderId, now);
    const delivery = await tx.callbackDeliveries.find(key);
    if (!delivery) throw new Refusal('resource_not_found');
    tx.changed({ retailerId: key.retailerId });
    return delivery;
  });
}

/** Resends the endpoint's dead deliveries of events since `since`; returns how many. */
export async function replayDead(
  { store, clock }: Pick<Context, 'store' | 'clock'>,
  retailer: RetailerRow,
  { id: endpointId }: CallbackEndpointRow,
  since: number,
): Promise<number> {
  let count = 0;
  while (count < limits.callbacksPerReplay) {
    const now = retailerNow(clock, retailer);
    const revived = await store.write(async (tx) => {
      const dead = await tx.callbackDeliveries.dead(retailer.id, endpointId, since, ordersPerTransaction);
      for (const key of dead) {
        await tx.orders.lock(retailer.id, { id: key.orderId });
        await tx.callbackDeliveries.revive(key, now + limits.callbackRetryMs);
        await tx.callbackDeliveries.promote(retailer.id, endpointId, key.orderId, now);
      }
      if (dead.length > 0) tx.changed({ retailerId: retailer.id });
      return dead.length;
    });
    if (revived === 0) break;
    count += revived;
  }
  return count;
}

/**
 * Gives up deliveries of disabled endpoints that are past their deadline, and deletes old ones.
 * @param only these retailers; omit for all
 * @param failed called with each error
 */
export async function tidyDeliveries(
  store: Store,
  clock: Clock,
  failed: (error: unknown) => void,
  only?: ReadonlySet<number>,
): Promise<void> {
  const owners = new Set((await store.read.callbackEndpoints.all()).map(({ retailerId }) => retailerId));
  const retailers = await retailersOf(store, only ? owners.intersection(only) : owners);
  const tidyOf = async (retailer: RetailerRow) => {
    const now = retailerNow(clock, retailer);
    await giveUpOverdue(store, retailer.id, now, failed);
    const before = now - limits.callbackHistoryMs;
    const deleteSlice = () =>
      store.write((tx) => tx.callbackDeliveries.deleteOld(retailer.id, before, rowsPerTransaction));
    while ((await deleteSlice()) >= rowsPerTransaction) await turn();
    const deadBefore = now - limits.deadCallbackHistoryMs;
    const deleteDeadSlice = () =>
      store.write((tx) => tx.callbackDeliveries.deleteDead(retailer.id, deadBefore, rowsPerTransaction));
    while ((await deleteDeadSlice()) >= rowsPerTransaction) await turn();
  };
  await forEachRetailer(store, retailers, tidyOf, failed);
}

/**
 * Gives up overdue deliveries order by order, so that one that fails does not hold up the others.
 * @throws StorageUnavailable when storage is down altogether
 */
async function giveUpOverdue(
  store: Store,
  retailerId: number,
  now: number,
  failed: (error: unknown) => void,
): Promise<void> {
  for (;;) {
    const orders = await store.read.callbackDeliveries.overdueOrders(retailerId, now, ordersPerTransaction);
    let givenUp = 0;
    for (const { endpointId, orderId } of orders) {
      const writing = store.write(async (tx) => {
        await tx.orders.lock(retailerId, { id: orderId });
        await tx.callbackDeliveries.giveUp(retailerId, endpointId, orderId, now);
        await tx.callbackDeliveries.promote(retailerId, endpointId, orderId, now);
      });
      const isDone = await writing.then(
        () => true,
        async (error) => {
          await assertAnswers(store, error);
          failed(error);
          return false;
        },
      );
      if (isDone) givenUp += 1;
    }
    // Whatever failed is retried in the next round.
    if (orders.length < ordersPerTransaction || givenUp < orders.length) return;
    await turn();
  }
}
