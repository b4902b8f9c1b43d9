import { instantOf, type ParameterProblem, type RouteNameOf, schemas } from '@aislechat/contract';
import type { Static } from 'typebox';
import type { Caller } from '../../domain/access/access.ts';
import type { Context } from '../../domain/context.ts';
import { refuseProblems } from '../../domain/errors.ts';
import {
  cancelOrder,
  createOrder,
  dispatchOrder,
  findOrder,
  listOrdersOfUser,
  type OrderInput,
  type OrderView,
  updateOrder,
} from '../../domain/orders/fulfillment.ts';
import { customerLinkOf } from '../../domain/orders/order-link.ts';
import {
  holdSlot,
  offerSlots,
  type Slot,
  type SlotKind,
  storesOfRetailer,
} from '../../domain/orders/slots.ts';
import { createUser, findUser, nameUser } from '../../domain/people/users.ts';
import type { DeliveryWishes } from '../../storage/store.ts';
import type { Exchange, Handlers } from '../pipeline/exchange.ts';
import { parse } from '../pipeline/parse.ts';
import { wireHold, wireOrder, wireSlots, wireUser } from './wire.ts';

export const fulfillmentHandlers: Handlers<RouteNameOf<'fulfillment'>> = {
  async createAddress({ context, caller, request, params }) {
    const { user_id } = parse(schemas.PathOfUser, params);
    const body = parse(schemas.CreateAddressRequest, request.body);
    const user = await nameUser(context, caller, user_id, {
      ...(body.first_name !== undefined && { firstName: body.first_name }),
      lastName: body.last_name ?? null,
      phoneNumber: body.phone_number ?? null,
      locale: body.locale ?? null,
    });
    return wireUser(user);
  },

  async createUser({ context, caller, request }) {
    const body = parse(schemas.CreateUserRequest, request.body);
    const user = await createUser(context, caller, {
      externalId: body.user_id,
      firstName: body.first_name,
      lastName: body.last_name ?? null,
      phoneNumber: body.phone_number ?? null,
      locale: body.locale ?? null,
    });
    return wireUser(user);
  },

  async getUser({ context, caller, params }) {
    return wireUser(await findUser(context, caller, params.user_id!));
  },

  findDeliveryStores: findStores,
  findPickupStores: findStores,
  findLastMileStores: findStores,
  findDispatchStores: findStores,
  listDeliveryOptions: (exchange) => listOptions(exchange, 'delivery'),
  listPickupOptions: (exchange) => listOptions(exchange, 'pickup'),
  previewCartOptions: (exchange) => previewOptions(exchange, 'delivery'),
  previewLastMileOptions: (exchange) => previewOptions(exchange, 'delivery'),
  previewDeliveryOptions: (exchange) => previewOptions(exchange, 'delivery'),
  previewPickupOptions: (exchange) => previewOptions(exchange, 'pickup'),
  reserveServiceOption: reserve,
  reservePreviewedServiceOption(exchange) {
    parse(schemas.ServiceOptionsRequest, exchange.request.body);
    return reserve(exchange);
  },

  async createDeliveryOrder({ context, caller, request, params }) {
    const body = parse(schemas.CreateDeliveryOrderRequest, request.body);
    const input = orderInput('delivery', body, { holdId: body.service_option_hold_id });
    return wired(context, caller, await createOrder(context, caller, params.user_id!, input));
  },

  async createPickupOrder({ context, caller, request, params }) {
    const body = parse(schemas.CreatePickupOrderRequest, request.body);
    const input = orderInput('pickup', body, { holdId: body.service_option_hold_id });
    return wired(context, caller, await createOrder(context, caller, params.user_id!, input));
  },

  createLastMileOrder,
  createLastMileOrderDeprecated: createLastMileOrder,

  async dispatchLastMileOrder({ context, caller, request }) {
    const body = parse(schemas.DispatchLastMileRequest, request.body);
    const window = windowOf(body.start_at, body.end_at);
    const view = await dispatchOrder(
      context,
      caller,
      { firstName: body.first_name, lastName: body.last_name, phoneNumber: body.user_phone },
      orderInput('last_mile_delivery', body, window === undefined ? {} : { window }),
    );
    return wired(context, caller, view);
  },

  async listUserOrders({ context, caller, params }) {
    const views = await listOrdersOfUser(context, caller, params.user_id!);
    return { orders: views.map((view) => wired(context, caller, view)) };
  },

  async getOrder({ context, caller, params }) {
    return wired(context, caller, await findOrder(context, caller, params.user_id!, params.order_id!));
  },

  async updateOrder({ context, caller, request, params }) {
    const body = parse(schemas.UpdateOrderRequest, request.body);
    const changes: Parameters<typeof updateOrder>[4] = { wishes: wishesOf(body) };
    if (body.items) changes.items = body.items.map(orderItem);
    if (body.locale !== undefined) changes.locale = body.locale;
    return wired(
      context,
      caller,
      await updateOrder(context, caller, params.user_id!, params.order_id!, changes),
    );
  },

  async cancelOrder({ context, caller, params }) {
    return wired(context, caller, await cancelOrder(context, caller, params.user_id!, params.order_id!));
  },
};

function findStores({ request }: Exchange) {
  parse(schemas.FindStoresRequest, request.body);
  return {
    stores: storesOfRetailer.map((store) => ({
      location_code: store.locationCode,
      name: store.name,
      address: { address_line_1: store.addressLine1, postal_code: store.postalCode },
      flags: { alcohol: true, pickup: true, pickup_only: false },
    })),
  };
}

function listOptions({ context, caller, request }: Exchange, kind: SlotKind) {
  parse(schemas.PreviewServiceOptionsRequest, request.body);
  return offered(offerSlots(context, caller, kind), caller);
}

async function previewOptions({ context, caller, request, params }: Exchange, kind: SlotKind) {
  parse(schemas.ServiceOptionsRequest, request.body);
  await findUser(context, caller, params.user_id!);
  return offered(offerSlots(context, caller, kind), caller);
}

const offered = (slots: Slot[], { retailer }: Caller) => ({
  service_options: wireSlots(slots, retailer.timezone),
});

async function reserve({ context, caller, params }: Exchange) {
  const hold = await holdSlot(context, caller, params.user_id!, params.service_option_id!);
  return wireHold(hold, caller.retailer.timezone);
}

/** An order with the link that its customer gets. */
const wired = (context: Context, { retailer }: Caller, view: OrderView) =>
  wireOrder(view, customerLinkOf(context, retailer, view.order));

async function createLastMileOrder({ context, caller, request, params }: Exchange) {
  const body = parse(schemas.CreateLastMileOrderRequest, request.body);
  const window = windowOf(body.start_at, body.end_at);
  const { service_option_hold_id: holdId } = body;
  const input = orderInput('last_mile_delivery', body, {
    ...(window && { window }),
    ...(holdId !== undefined && { holdId }),
  });
  return wired(context, caller, await createOrder(context, caller, params.user_id!, input));
}

type OrderBody = Partial<Static<typeof schemas.CreateDeliveryOrderRequest>> & {
  order_id: string;
  bags_count?: number;
  user_phone?: string;
};

function orderInput(
  fulfillmentType: OrderInput['fulfillmentType'],
  body: OrderBody,
  slot: Pick<OrderInput, 'holdId' | 'window'>,
): OrderInput {
  const input: OrderInput = {
    ...slot,
    externalId: body.order_id,
    fulfillmentType,
    fulfillmentVersion: body.fulfillment_version ?? 3,
    items: (body.items ?? []).map(orderItem),
    wishes: wishesOf(body),
  };
  const phoneNumber = body.user?.phone_number ?? body.user_phone;
  input.contact = {
    ...(phoneNumber !== undefined && { phoneNumber }),
    ...(body.user?.sms_opt_in !== undefined && { smsOptIn: body.user.sms_opt_in }),
  };
  if (body.locale !== undefined) input.locale = body.locale;
  if (body.location_code !== undefined) input.storeLocation = body.location_code;
  if (body.bags_count !== undefined) input.bagCount = body.bags_count;
  return input;
}

/** The other fields of a request are validated and not stored, because nothing shows them. */
function wishesOf(body: Static<typeof schemas.UpdateOrderRequest>): DeliveryWishes {
  const wishes: DeliveryWishes = {};
  if (body.address) wishes.address = body.address;
  if (body.dropoff_location !== undefined) wishes.dropoffLocation = body.dropoff_location;
  if (body.special_instructions !== undefined) wishes.instructions = body.special_instructions;
  if (body.leave_unattended !== undefined) wishes.leaveUnattended = body.leave_unattended;
  return wishes;
}

/**
 * Accepts the product codes of an item next to it, where Connect's pages nest them in `item`. Some clients send them
 * so.
 */
function orderItem({ product_codes, ...item }: schemas.OrderItem): schemas.OrderItem {
  if (item.item || !product_codes) return item;
  return { ...item, item: Object.fromEntries(product_codes.map(({ type, value }) => [type, value])) };
}

const hourMs = 3_600_000;

/** Reads a time window. Connect requires whole hours, at least one hour apart. @throws InvalidParameters */
function windowOf(startAt: string | undefined, endAt: string | undefined): OrderInput['window'] {
  if (startAt === undefined && endAt === undefined) return undefined;
  const problems: ParameterProblem[] = [];
  const read = (key: string, text: string | undefined): number => {
    const instant = text === undefined ? undefined : instantOf(text);
    if (instant === undefined || instant % hourMs !== 0) {
      problems.push({ key, problem: text === undefined ? 'blank' : 'invalid' });
    }
    return instant ?? 0;
  };
  const startsAt = read('start_at', startAt);
  const endsAt = read('end_at', endAt);
  if (problems.length === 0 && endsAt < startsAt + hourMs)
    problems.push({ key: 'end_at', problem: 'invalid' });
  refuseProblems(problems);
  return { startsAt, endsAt };
}
