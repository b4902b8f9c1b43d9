/** The page of one order, which its link opens. These operations are ours. */
import { type Static, Type } from '../json-schema.ts';
import { byOperator, define } from '../route.ts';
import { choice, described, Flag, Id, object, optional, Text, Timestamp, Url } from '../schema-kinds.ts';
import { orderSteps } from '../workflow.ts';
import { Success } from './answers.ts';
import { FulfillmentType, WorkflowState } from './enumerations.ts';
import { Coordinates, LineItem, OrderLocation } from './order-status.ts';
import { RatingHighlight, RatingValue } from './rating.ts';

export const OrderStep = object(
  {
    step: choice(orderSteps, 'The step, in the sequence in which an order passes through them'),
    reached_at: optional(Timestamp('When the order first reached the step')),
    skipped: optional(Flag('Whether the order went past this step')),
  },
  'A step of an order, as its customer sees it',
);
export type OrderStep = Static<typeof OrderStep>;

export const MapOfPage = object(
  {
    tiles_url: Url('Address of the tiles, in which `{z}`, `{x}` and `{y}` stand for zoom, column and row'),
    attribution: Text('What the map has to say about its source'),
  },
  'The map on which the page shows where the order is',
);

export const RetailerLooks = object(
  {
    name: Text('Name of the retailer'),
    logo_url: optional(Url('The retailer’s logo')),
    brand_color: Text('The color of buttons, such as `#0b6e4f`; white text on it is legible'),
    map: optional(described(MapOfPage, 'Missing if the page has no map')),
  },
  'How the retailer wants the page to look',
);

export const PickupOfPage = object(
  {
    instructions: optional(Text('What the customer has to do at the store')),
    is_ready: Flag('Whether the customer can come and say that they have arrived'),
    eta: optional(Timestamp('When the customer expects to arrive')),
    arrived_at: optional(Timestamp('When the customer or their delegate arrived')),
    delegate_name: optional(Text('Who picks up the order instead of the customer')),
  },
  'How the order is picked up',
);

export const RatingOfPage = object(
  {
    rating_value: RatingValue,
    highlights: Type.Array(RatingHighlight, { description: 'What the customer liked' }),
  },
  'How the customer rated the order',
);

export const OrderPage = object(
  {
    order_id: Text('The retailer’s own ID of the order'),
    id: Id('The internal ID of the order'),
    workflow_state: WorkflowState,
    fulfillment_type: FulfillmentType,
    created_at: Timestamp('When the order was created'),
    window_starts_at: optional(Timestamp('Start of the delivery or pickup window')),
    window_ends_at: optional(Timestamp('End of the delivery or pickup window')),
    late_since: optional(Timestamp('Since when the order is known to be late; missing once it has ended')),
    ended_at: optional(Timestamp('When the order was delivered or canceled')),
    expires_at: optional(Timestamp('Until when the page and the chat can be read')),
    timezone: Text('IANA name of the order’s time zone'),
    locale: optional(Text('The language of the customer, as an IETF tag')),
    steps: Type.Array(OrderStep, { description: 'All steps of an order of this type' }),
    items: Type.Array(LineItem, { description: 'The items of the order, each with its status' }),
    location: optional(
      described(
        OrderLocation,
        'Where the order is, while it is being delivered; omitted if the retailer removes shopper information',
      ),
    ),
    destination: optional(
      described(Coordinates, 'Where the order goes to, while it is being delivered; missing if unknown'),
    ),
    retailer: RetailerLooks,
    pickup: optional(described(PickupOfPage, 'Of pickup orders only')),
    rating: optional(described(RatingOfPage, 'Once the customer has rated the order')),
    quick_replies: optional(
      Type.Array(Text('A text for the customer to tap'), {
        description: 'Missing if the retailer wants none; empty for the page’s own',
      }),
    ),
    has_chat: Flag('Whether customer and shopper can talk about this order at all'),
  },
  'What the page of an order shows besides its chat',
);
export type OrderPage = Static<typeof OrderPage>;

export const OrderLink = object(
  {
    order_url: Type.Union([Type.String({ format: 'uri' }), Type.Null()], {
      description: 'The address of the order’s page; null if the retailer has no hosted pages',
    }),
  },
  'The link to the page of an order',
);

export const LinkDevice = object(
  {
    is_bound: Flag('Whether the link works on this device'),
    code_to: optional(
      Type.Union([Type.String({ pattern: '^\\d{2}$' }), Type.Null()], {
        description:
          'The last two digits of the number to which a code can be sent; null if none can. Missing if the link works on this device',
      }),
    ),
  },
  'Whether a link works on the device that uses it',
);
export type LinkDevice = Static<typeof LinkDevice>;

export const SentLinkCode = object(
  {
    code_to: Type.String({ pattern: '^\\d{2}$', description: 'The last two digits of the number' }),
    expires_at: Timestamp('Until when the code is valid'),
  },
  'A code that was sent',
);
export type SentLinkCode = Static<typeof SentLinkCode>;

export const LinkCode = object(
  { link_code: Type.String({ pattern: '^\\d{6}$', description: 'The code that was sent' }) },
  'The code of a text message',
);
export type LinkCode = Static<typeof LinkCode>;

const orderPage = { surface: 'native', tag: 'Order page' } as const;
const linkDevice = { ...orderPage, identity: 'unbound_link', scope: 'aislechat:order_page' } as const;
const links = { ...byOperator, tag: 'Order page', internalIds: true } as const;

export const orderPageRoutes = define({
  getLinkedOrder: {
    ...orderPage,
    method: 'GET',
    path: '/v1/order-page',
    identity: 'link',
    scope: 'aislechat:order_page',
    summary: 'Get the page of the order that a link opens',
    description:
      'Returns the order that the link belongs to: its ID, steps, items, window and the looks of its retailer. The link is the last part of `order_url`, sent as a bearer token. It works until the chat expires. If it is bound to devices, the token is `<link>.<secret>`.',
    answer: OrderPage,
    errors: ['resource_not_found'],
  },
  bindLinkToDevice: {
    ...linkDevice,
    method: 'POST',
    path: '/v1/order-page/device',
    summary: 'Bind the link of an order to this device',
    description:
      'Binds the link to the device if it is the first one, or says to which number a code can be sent. The device makes its secret, 43 characters of base64url from 32 random bytes, and keeps it. If `link_bound_to_device` is off, nothing is stored.',
    answer: LinkDevice,
    errors: ['invalid_parameters', 'resource_not_found'],
  },
  sendLinkCode: {
    ...linkDevice,
    method: 'POST',
    path: '/v1/order-page/device/code',
    summary: 'Send a code for another device to the customer',
    description:
      'Sends six digits as a text message to the number of the order. A code is valid for ten minutes and five tries; a new one ends the one before.',
    answer: SentLinkCode,
    errors: ['invalid_parameters', 'resource_not_found', 'code_not_sent', 'limit_reached'],
  },
  bindLinkWithCode: {
    ...linkDevice,
    method: 'PUT',
    path: '/v1/order-page/device',
    summary: 'Bind the link of an order to this device with a code',
    description: 'Binds the link to this device too. The oldest of the devices goes if they are too many.',
    body: LinkCode,
    answer: LinkDevice,
    errors: ['invalid_parameters', 'resource_not_found', 'code_over'],
  },
  getOrderPage: {
    ...orderPage,
    method: 'GET',
    path: '/v1/orders/{order_id}/page',
    identity: 'client_or_user',
    scope: 'connect:post_checkout',
    internalIds: true,
    summary: 'Get what the page of an order shows',
    description:
      'Returns the steps, the items and the window of the order, and the looks of its retailer. While the order is being delivered, it also returns where it is and where it goes to.',
    answer: OrderPage,
    errors: ['resource_not_found'],
  },
  renewOrderLink: {
    ...links,
    method: 'POST',
    path: '/v1/orders/{order_id}/link',
    summary: 'Make a new link to the page of an order',
    description:
      'Returns a new link. The earlier ones stop working at once, and pages that they opened are closed. Use it if a link reached the wrong person.',
    answer: OrderLink,
    errors: ['resource_not_found'],
  },
  revokeOrderLink: {
    ...links,
    method: 'DELETE',
    path: '/v1/orders/{order_id}/link',
    summary: 'Revoke the link to the page of an order',
    description: 'Ends the link at once. `order_url` of the order is null until a new link is made.',
    answer: Success,
    errors: ['resource_not_found'],
  },
});
