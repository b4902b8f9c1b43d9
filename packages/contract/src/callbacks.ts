/**
 * Event callbacks, which notify a retailer's own systems. Connect: "Event callbacks" of Fulfillment and of
 * Post-checkout. Connect's pages do not spell out all names; the others are our reading, in the same style.
 */
import type { FulfillmentType, WorkflowState } from './workflow.ts';

interface CallbackEvent {
  /** Types of orders that send this event. */
  readonly of: readonly FulfillmentType[];
  /** States of an order that trigger this event. */
  readonly at?: readonly WorkflowState[];
  /** Not sent if the retailer has shopper-information removal. */
  readonly revealsShopper?: true;
}

const every: readonly FulfillmentType[] = ['delivery', 'pickup', 'last_mile_delivery'];
const picked: readonly FulfillmentType[] = ['delivery', 'pickup'];
const brought: readonly FulfillmentType[] = ['delivery', 'last_mile_delivery'];
const lastMile: readonly FulfillmentType[] = ['last_mile_delivery'];
const pickup: readonly FulfillmentType[] = ['pickup'];

const define = <const T extends Record<string, CallbackEvent>>(table: T): T => table;

export const callbackEvents = define({
  chat_message_created: { of: every },
  'aislechat.chat_reported': { of: every },
  'aislechat.keep_apart': { of: every, revealsShopper: true },
  'fulfillment.brand_new': { of: every, at: ['brand_new'] },
  'fulfillment.acknowledged': { of: every, at: ['acknowledged'] },
  'fulfillment.picking': { of: picked, at: ['picking'] },
  'fulfillment.order_item_replacement': { of: picked },
  'fulfillment.order_item_refund': { of: picked },
  'fulfillment.checkout': { of: picked, at: ['checkout'] },
  'fulfillment.staged': { of: every, at: ['staged', 'staged_for_delivery'] },
  'fulfillment.acknowledged_for_delivery': { of: lastMile, at: ['acknowledged_for_delivery'] },
  'fulfillment.at_store': { of: lastMile, at: ['at_store'] },
  'fulfillment.bags_verified': { of: lastMile, at: ['bags_verified'] },
  'fulfillment.pickup_geofence_reached': { of: pickup, at: ['user_at_store'] },
  'fulfillment.customer_acknowledged': { of: pickup, at: ['runner_acknowledged'], revealsShopper: true },
  'fulfillment.delivering': { of: brought, at: ['delivering'] },
  'fulfillment.late_delivery': { of: brought },
  'fulfillment.customer_mia': { of: brought },
  'fulfillment.late_pickup': { of: pickup },
  'fulfillment.delivered': { of: every, at: ['delivered'] },
  'fulfillment.rating_updated': { of: every },
  'fulfillment.rescheduled': { of: every, at: ['rescheduled'] },
  'fulfillment.canceled': { of: every, at: ['canceled'] },
});

export type CallbackEventName = keyof typeof callbackEvents;
export const callbackEventNames = Object.keys(callbackEvents) as CallbackEventName[];

/** Old event names that endpoints may still be created with, each with the name of the event that is delivered. */
const renamedEvents: Readonly<Record<string, CallbackEventName>> = {
  'fulfillment.item_replacement': 'fulfillment.order_item_replacement',
  'fulfillment.item_refund': 'fulfillment.order_item_refund',
};
export const formerEventNames = Object.keys(renamedEvents);

/** @returns undefined for a name that no event has or had */
export const eventNamed = (name: string): CallbackEventName | undefined =>
  renamedEvents[name] ?? callbackEventNames.find((known) => known === name);

/** The event that an order of a type sends when it reaches a state; undefined for most states. */
export function callbackAt(state: WorkflowState, type: FulfillmentType): CallbackEventName | undefined {
  return callbackEventNames.find((name) => {
    const event: CallbackEvent = callbackEvents[name];
    return event.at?.includes(state) && event.of.includes(type);
  });
}

export const gives = (name: CallbackEventName, type: FulfillmentType): boolean =>
  (callbackEvents[name] as CallbackEvent).of.includes(type);

export const revealsShopper = (name: CallbackEventName): boolean =>
  (callbackEvents[name] as CallbackEvent).revealsShopper === true;

/** `pending`: not yet received. `dead`: given up after a day; it is kept and can be replayed. */
export const deliveryStates = ['pending', 'delivered', 'dead'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** Reasons why an attempt got no usable answer. */
export const attemptErrors = [
  'timeout',
  'connection_failed',
  'name_not_found',
  'tls_failed',
  'destination_forbidden',
  'token_failed',
  'shopper_information_removed',
  'internal',
] as const;
export type AttemptError = (typeof attemptErrors)[number];
