/** The content of an order's page, besides its chat. Connect: "Order status page". */
import {
  type FulfillmentType,
  type OrderStepName,
  orderSteps,
  type WorkflowState,
} from '@aislechat/contract';
import type {
  Coordinates,
  OrderDetails,
  OrderEventRow,
  OrderItemRow,
  OrderReference,
  OrderRow,
  RetailerRow,
} from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import type { Context } from '../context.ts';
import { reached, seesShopper } from './reach.ts';
import { isOver } from './states.ts';

export interface Step {
  step: OrderStepName;
  /** Undefined if the order has not reached it, or went past it. */
  reachedAt: number | undefined;
  isSkipped: boolean;
}

export interface PageView {
  order: OrderRow;
  details: OrderDetails;
  retailer: RetailerRow;
  steps: Step[];
  items: OrderItemRow[];
  /** Where the order is and where it goes to, while it is being delivered; undefined if unknown or hidden. */
  location: OrderDetails['location'];
  destination: Coordinates | undefined;
  lateSince: number | undefined;
  hasChat: boolean;
  /** That of the order, or else of its customer. */
  locale: string | undefined;
}

/** @param reference undefined for a link, which names its order. @throws Refusal */
export async function pageOf(
  { store }: Context,
  caller: Caller,
  reference: OrderReference | undefined,
): Promise<PageView> {
  const { retailer } = caller;
  const linked = caller.kind === 'link' ? { id: caller.orderId } : { id: -1 };
  const order = reached(await store.read.orders.find(retailer.id, reference ?? linked), caller);
  const [details, items, events, user] = await Promise.all([
    store.read.orders.details(order.retailerId, order.id),
    store.read.orderItems.list(order.retailerId, order.id),
    store.read.orderEvents.ofSteps(order.retailerId, order.id),
    store.read.users.findUnerased(order.retailerId, { id: order.userId }),
  ]);
  const isOnItsWay = order.workflowState === 'delivering';
  const late = events.findLast(({ type }) => type === 'late_delivery');
  return {
    order,
    details,
    retailer,
    steps: stepsOf(order, events),
    items,
    location: isOnItsWay && seesShopper(caller) ? details.location : undefined,
    destination: isOnItsWay ? details.wishes?.address?.coordinates : undefined,
    lateSince: isOver(order.workflowState) ? undefined : late?.at,
    locale: details.locale ?? user?.locale ?? undefined,
    hasChat: hasChat(order, retailer) && seesShopper(caller),
  };
}

const hasChat = ({ fulfillmentType }: OrderRow, { chatEnabled, lastMileChat }: RetailerRow): boolean =>
  chatEnabled && (fulfillmentType !== 'last_mile_delivery' || lastMileChat);

/** Only orders that a shopper picks have steps for it. */
const stepsOfType = (type: FulfillmentType): readonly OrderStepName[] =>
  type === 'last_mile_delivery'
    ? orderSteps.filter((step) => step !== 'shopping' && step !== 'replacements')
    : orderSteps;

function stepAt(state: WorkflowState, type: FulfillmentType): OrderStepName | undefined {
  switch (state) {
    case 'brand_new':
    case 'acknowledged':
    case 'rescheduled':
      return 'received';
    case 'picking':
      return 'shopping';
    case 'verifying_replacements':
      return 'replacements';
    case 'checkout':
    case 'bags_check':
      return 'shopped';
    case 'delivering':
      return 'out_for_delivery';
    case 'delivered':
      return 'delivered';
    case 'canceled':
      return undefined;
    default:
      // Bags that are ready can be picked up; those of a delivery still have to leave the store.
      return type === 'pickup' ? 'out_for_delivery' : 'shopped';
  }
}

/** An order that falls back to an earlier state has not reached the later steps. */
function stepsOf({ fulfillmentType: type, createdAt }: OrderRow, events: readonly OrderEventRow[]): Step[] {
  const reachedAt = new Map<OrderStepName, number>([['received', createdAt]]);
  const place = (step: OrderStepName) => orderSteps.indexOf(step);
  let current: OrderStepName = 'received';
  for (const { type: kind, at, data } of events) {
    const isProposal = kind === 'lifecycle_message' && data.kind === 'order_item_replacement';
    if (isProposal && place(current) <= place('replacements')) {
      if (!reachedAt.has('replacements')) reachedAt.set('replacements', at);
    }
    const step = kind === 'state_changed' ? stepAt(data.to as WorkflowState, type) : undefined;
    if (step === undefined) continue;
    for (const later of orderSteps.slice(place(step) + 1)) {
      if (place(step) < place(current)) reachedAt.delete(later);
    }
    for (const passed of orderSteps.slice(place(current), place(step) + 1)) {
      // Only the review of replacements can be left out.
      const isLeftOut = passed === 'replacements' && passed !== step;
      if (!isLeftOut && !reachedAt.has(passed)) reachedAt.set(passed, at);
    }
    current = step;
  }
  return stepsOfType(type).map((step) => ({
    step,
    reachedAt: reachedAt.get(step),
    isSkipped: !reachedAt.has(step) && place(step) < place(current),
  }));
}
