/**
 * Batches: the sandbox's way of assigning orders to a shopper and moving them on. A batch only moves an order
 * forward; a second batch with another shopper hands the order over in its current state.
 */
import {
  type BatchState,
  type BatchType,
  batchChains,
  type FulfillmentType,
  type SimulatedCallback,
} from '@aislechat/contract';
import type { BatchRow, OrderReference, Writer } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { enqueueCallback } from '../callbacks/record.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { InvalidParameters, Refusal } from '../errors.ts';
import { nextId } from '../ids.ts';
import { assign } from './assign.ts';
import { OrderChange } from './change.ts';
import { isAhead, isOver, stateOfBatch } from './states.ts';
import { moveOrder } from './workflow.ts';

export interface BatchInput {
  shopperId: number;
  batchType: BatchType | undefined;
  workflowState: string | undefined;
  orders: { reference: OrderReference; userExternalId: string | undefined }[];
}

const defaultType: Record<FulfillmentType, BatchType> = {
  delivery: 'delivery',
  pickup: 'pickup',
  last_mile_delivery: 'delivery_only',
};

/** @throws Refusal @throws InvalidParameters */
export function generateBatch(context: Context, caller: Caller, input: BatchInput): Promise<BatchRow> {
  const retailerId = caller.retailer.id;
  const now = retailerNow(context.clock, caller.retailer);
  return context.store.write(async (tx) => {
    const shopper = await tx.shoppers.findByReference(retailerId, { id: input.shopperId });
    if (!shopper) throw new Refusal('resource_not_found');
    const orders = new Map<number, OrderChange>();
    for (const { reference, userExternalId } of input.orders) {
      const order = await tx.orders.lock(retailerId, reference);
      if (!order) throw new Refusal('resource_not_found');
      if (userExternalId !== undefined) {
        const user = await tx.users.findByExternalId(retailerId, userExternalId);
        if (user?.id !== order.userId) throw new Refusal('resource_not_found');
      }
      orders.set(order.id, new OrderChange(tx, order, now));
    }

    const [first] = orders.values();
    const batchType = input.batchType ?? defaultType[first!.order.fulfillmentType];
    const chain: readonly BatchState[] = batchChains[batchType];
    const wanted = input.workflowState ?? (chain.includes('acknowledged') ? 'acknowledged' : chain[0]);
    const index = chain.indexOf(wanted as BatchState);
    if (index < 0) throw new InvalidParameters({ key: 'workflow_state', problem: 'inclusion' });

    const batch: BatchRow = {
      retailerId,
      id: await nextId(tx, retailerId),
      shopperId: shopper.id,
      batchType,
      workflowState: chain[index]!,
    };
    await tx.batches.insert(batch, orders.keys());
    for (const change of orders.values()) {
      // A new batch reactivates an order that had ended.
      if (isOver(change.order.workflowState)) await moveOrder(change, 'brand_new');
      await assign(change, shopper.id);
      await advanceThrough(change, chain.slice(0, index + 1));
      await change.save();
    }
    return batch;
  });
}

/** @throws Refusal @throws InvalidParameters past the end, backwards, or to an unknown state */
export function advanceBatch(
  context: Context,
  caller: Caller,
  batchId: number | undefined,
  wanted: string | undefined,
): Promise<BatchRow> {
  const retailerId = caller.retailer.id;
  const now = retailerNow(context.clock, caller.retailer);
  return context.store.write(async (tx) => {
    const batch = batchId === undefined ? undefined : await tx.batches.lock(retailerId, batchId);
    if (!batch) throw new Refusal('resource_not_found');
    const chain: readonly BatchState[] = batchChains[batch.batchType];
    const from = chain.indexOf(batch.workflowState);
    const to = wanted === undefined ? from + 1 : chain.indexOf(wanted as BatchState);
    const reached = chain[to];
    if (reached === undefined) {
      throw new InvalidParameters({
        key: 'workflow_state',
        problem: wanted === undefined ? 'invalid' : 'inclusion',
      });
    }
    if (to < from) throw new InvalidParameters({ key: 'workflow_state', problem: 'invalid' });

    await tx.batches.setState(retailerId, batch.id, reached);
    for (const id of await tx.batches.orderIds(retailerId, batch.id)) {
      const change = await changeOf(tx, retailerId, { id }, now);
      if (isOver(change.order.workflowState)) continue;
      await advanceThrough(change, chain.slice(from + 1, to + 1));
      await change.save();
    }
    return { ...batch, workflowState: reached };
  });
}

/** The order passes through every state on the way, so that each records its event. */
async function advanceThrough(change: OrderChange, states: readonly BatchState[]): Promise<void> {
  for (const state of states) {
    const next = stateOfBatch(state);
    if (isAhead(change.order, next)) await moveOrder(change, next);
  }
}

/** Applies an external callback to the order. Connect: Sandbox "Simulate callback". */
export function simulateCallback(
  context: Context,
  caller: Caller,
  reference: OrderReference,
  event: SimulatedCallback,
): Promise<void> {
  const now = retailerNow(context.clock, caller.retailer);
  return context.store.write(async (tx) => {
    const change = await changeOf(tx, caller.retailer.id, reference, now);
    if (event === 'late_delivery') {
      const seq = await change.record('late_delivery', {});
      // The order is either delivery or pickup.
      await enqueueCallback(change, seq, 'fulfillment.late_delivery');
      await enqueueCallback(change, seq, 'fulfillment.late_pickup');
    } else if (event === 'customer_mia') {
      const seq = await change.record('customer_mia', {});
      await enqueueCallback(change, seq, 'fulfillment.customer_mia');
    } else if (change.order.workflowState !== event) await moveOrder(change, event);
    await change.save();
  });
}

async function changeOf(
  tx: Writer,
  retailerId: number,
  reference: OrderReference,
  now: number,
): Promise<OrderChange> {
  const order = await tx.orders.lock(retailerId, reference);
  if (!order) throw new Refusal('resource_not_found');
  return new OrderChange(tx, order, now);
}
