/** Picking up an order at the store. Connect: "Record user arrival", "Schedule pickup", "Pickup delegate". */
import type { WorkflowState } from '@aislechat/contract';
import type { OrderReference, OrderRow, Pickup, Writer } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { InvalidParameters, Refusal } from '../errors.ts';
import { phoneNumberOf } from '../people/shoppers.ts';
import { OrderChange } from './change.ts';
import { reachedByChat } from './reach.ts';
import { isAhead, isOver } from './states.ts';
import { moveOrder } from './workflow.ts';

/** The states in which the bags wait for the customer. Connect calls all of them staged. */
const staged: readonly WorkflowState[] = [
  'staged',
  'at_store',
  'bags_verified',
  'ready_for_pickup',
  'user_at_store',
  'runner_awaiting',
  'runner_acknowledged',
];

export const isStaged = ({ workflowState }: Pick<OrderRow, 'workflowState'>): boolean =>
  staged.includes(workflowState);

/** A clock that is a little ahead of ours must not refuse somebody who arrives now. */
const pastEtaMs = 60_000;

/** @param readIsDelegate parses the request; called once the caller is known to reach the order. @throws Refusal */
export function recordArrival(
  context: Context,
  caller: Caller,
  reference: OrderReference,
  readIsDelegate: () => boolean,
): Promise<void> {
  return changePickup(context, caller, reference, async (change, pickup) => {
    const isDelegateHere = readIsDelegate();
    assertStaged(change.order);
    const isFirst = pickup.arrivedAt === undefined;
    if (isFirst) await change.notify('customer_arrived', 'The customer has arrived to pick up the order.');
    if (isAhead(change.order, 'user_at_store')) await moveOrder(change, 'user_at_store');
    return { ...pickup, arrivedAt: pickup.arrivedAt ?? change.at, isDelegateHere };
  });
}

/** @throws Refusal @throws InvalidParameters if the time is past, or somebody else picks up the order */
export function schedulePickup(
  context: Context,
  caller: Caller,
  reference: OrderReference,
  readEta: () => number,
): Promise<void> {
  return changePickup(context, caller, reference, async (change, pickup) => {
    const etaAt = readEta();
    assertStaged(change.order);
    const isPast = etaAt < change.at - pastEtaMs;
    if (isPast || pickup.delegate) {
      throw new InvalidParameters({ key: 'schedule_pickup_eta', problem: 'invalid' });
    }
    if (pickup.etaAt !== etaAt) {
      const time = timeIn(caller.retailer.timezone, etaAt);
      await change.notify('pickup_scheduled', `The customer expects to arrive at ${time}.`);
    }
    return { ...pickup, etaAt };
  });
}

/** @throws Refusal @throws InvalidParameters once the order has ended */
export function setDelegate(
  context: Context,
  caller: Caller,
  reference: OrderReference,
  readDelegate: () => NonNullable<Pickup['delegate']>,
): Promise<void> {
  return changePickup(context, caller, reference, async (change, { etaAt: _, ...pickup }) => {
    const { name, phoneNumber: given } = readDelegate();
    const phoneNumber = phoneNumberOf(given);
    if (phoneNumber === undefined) {
      throw new InvalidParameters({ key: 'phone_number', problem: 'invalid_phone' });
    }
    if (isOver(change.order.workflowState)) {
      throw new InvalidParameters({ key: 'workflow_state', problem: 'invalid' });
    }
    // A notice never holds a person's name.
    await change.notify('pickup_delegated', 'Somebody else picks up the order for the customer.');
    return { ...pickup, delegate: { name, phoneNumber } };
  });
}

/** The retailer's instructions; empty if it has none. @throws Refusal */
export async function pickupInstructionsOf(
  { store }: Context,
  caller: Caller,
  reference: OrderReference,
): Promise<string> {
  const found = await store.read.orders.find(caller.retailer.id, reference);
  assertPickup(reachedByChat(found, caller));
  return caller.retailer.pickupInstructions;
}

function changePickup(
  { store, clock }: Context,
  caller: Caller,
  reference: OrderReference,
  change: (change: OrderChange, pickup: Pickup) => Promise<Pickup>,
): Promise<void> {
  const { retailer } = caller;
  return store.write(async (tx: Writer) => {
    const order = reachedByChat(await tx.orders.lock(retailer.id, reference), caller);
    assertPickup(order);
    const details = await tx.orders.details(order.retailerId, order.id);
    const changing = new OrderChange(tx, order, retailerNow(clock, retailer));
    const pickup = await change(changing, details.pickup ?? {});
    // Read again, since a move of the order changes the details too.
    const now = await tx.orders.details(order.retailerId, order.id);
    await tx.orders.setDetails(order.retailerId, order.id, { ...now, pickup });
    await changing.save();
  });
}

function assertPickup({ fulfillmentType }: OrderRow): void {
  if (fulfillmentType !== 'pickup') throw new Refusal('no_pickup_status');
}

function assertStaged(order: OrderRow): void {
  if (!isStaged(order)) throw new Refusal('not_staged');
}

const timeIn = (timeZone: string, at: number): string =>
  new Intl.DateTimeFormat('en-US', { timeZone, hour: 'numeric', minute: '2-digit' }).format(at);
