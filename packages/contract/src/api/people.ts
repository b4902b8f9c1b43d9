/** Users and shoppers, as an operator manages them. These operations are ours. */
import { type TProperties, Type } from '../json-schema.ts';
import { limits } from '../limits.ts';
import { byOperator, define } from '../route.ts';
import {
  described,
  Flag,
  Id,
  Identifier,
  Integer,
  object,
  optional,
  PersonName,
  Text,
  Timestamp,
  text,
  Url,
} from '../schema-kinds.ts';
import { visibleCharacter } from '../text.ts';
import {
  CancellationReason,
  ErasedKinds,
  ErasureReason,
  FulfillmentType,
  OrderEventType,
  Party,
  WorkflowState,
} from './enumerations.ts';
import { Address } from './fulfillment.ts';
import { RatingOfPage } from './order-page.ts';

const Avatar = Type.String({
  description: 'HTTPS URL of a picture; an empty text removes it',
  maxLength: limits.urlCharacters,
  pattern: '^(https://[^\\s]+)?$',
});

export const PutShopperRequest = object(
  {
    display_name: optional(PersonName('The first name that customers see; `Shopper` by default')),
    avatar_url: optional(Avatar),
    email: optional(text('Email address; an empty text removes it', 254)),
    phone: optional(text('Phone number; an empty text removes it', 32)),
  },
  'Data of a shopper; omitted members stay unchanged',
);

/** Path parameters with IDs, which follow the same rules as IDs in a body. */
export const PathOfShopper = object({ external_id: Identifier('The retailer’s own ID of the shopper') });

export const PathOfUser = object({ user_id: Identifier('The retailer’s own ID of the user') });

const nativeShopper = {
  id: Id('The internal ID of the shopper'),
  shopper_id: Text('The retailer’s own ID of the shopper'),
  display_name: Text('The first name that customers see'),
  avatar_url: Text('URL of a picture; empty when there is none'),
  email: optional(Type.String({ format: 'email', description: 'Email address' })),
  phone: optional(Text('Phone number')),
};

export const NativeShopper = object(nativeShopper, 'A shopper');

export const PutUserRequest = object(
  {
    first_name: PersonName('First name'),
    last_name: optional(PersonName('Last name')),
    phone_number: optional(text('Phone number', 32)),
    locale: optional(text('IETF language tag', 35)),
    avatar_url: optional(Avatar),
  },
  'Data of a user; omitted members stay unchanged',
);

const nativeUser = {
  id: Id('The internal ID of the user'),
  user_id: Text('The retailer’s own ID of the user'),
  first_name: Text('First name'),
  last_name: optional(Text('Last name')),
  phone_number: optional(Text('Phone number')),
  locale: optional(Text('IETF language tag')),
  avatar_url: Text('URL of a picture; empty when there is none'),
};

export const NativeUser = object(nativeUser, 'A user, who is a customer of the retailer');

export const PersonErasure = object(
  {
    id: Id('The internal ID of the person'),
    erased_at: Timestamp('When the person was erased'),
    kinds: ErasedKinds,
    orders: Integer('Orders of the person'),
    messages: Integer('Messages whose text was erased'),
    evidence: Integer('Reported messages that were held as evidence and were erased'),
    images: Integer('Images that were erased'),
    subscriptions: Integer('Devices of the person that were forgotten'),
    phone_numbers: Integer('Phone numbers for text messages that were deleted'),
    provider_copies: Integer('Copies of texts at a provider of text messages that were deleted'),
    verified_at: optional(Timestamp('When no file held the person any more; missing until then')),
  },
  'Receipt of the erasure of a person',
);

export const RevokedTokens = object(
  { revoked: Integer('Tokens that were valid and are revoked now') },
  'How many tokens were revoked',
);

export const PathOfAgent = object({
  agent: Type.String({ maxLength: limits.nameCharacters, pattern: visibleCharacter }),
});

const Anything = (description: string) => Type.Object({}, { description, additionalProperties: true });

const exported = <T extends string, P extends TProperties>(type: T, properties: P, description: string) =>
  object(
    { type: Type.Literal(type), order_id: Text('The retailer’s own ID of the order'), ...properties },
    description,
  );

export const ExportedShopper = object(
  { type: Type.Literal('shopper'), ...nativeShopper, shopper_id: optional(nativeShopper.shopper_id) },
  'The shopper',
);

export const ExportedAssignment = exported(
  'assignment',
  { assigned_at: Timestamp('When the shopper was assigned the order') },
  'An order that the shopper was assigned',
);

export const ExportedUser = object({ type: Type.Literal('user'), ...nativeUser }, 'The person');

export const DeliveryWishes = object(
  {
    address: optional(described(Address, 'Where to')),
    dropoff_location: optional(Text('Where to leave the groceries')),
    special_instructions: optional(Text('Instructions for the shopper')),
    leave_unattended: optional(Flag('Whether the groceries may be left at the door')),
  },
  'How a customer wants the groceries delivered',
);

export const ExportedPickup = object(
  {
    eta: optional(Timestamp('When the customer expected to arrive')),
    arrived_at: optional(Timestamp('When the customer or their delegate arrived')),
    delegate: optional(
      object(
        { name: Text('Name'), phone_number: Text('Phone number') },
        'Who was to pick up the order instead of the customer',
      ),
    ),
  },
  'How an order was picked up',
);

export const ExportedOrder = exported(
  'order',
  {
    id: Id('The internal ID of the order'),
    workflow_state: WorkflowState,
    cancellation_reason: optional(
      described(CancellationReason, 'Why the order was canceled; of canceled orders only'),
    ),
    fulfillment_type: FulfillmentType,
    created_at: Timestamp('When the order was created'),
    ended_at: optional(Timestamp('When the order was delivered or canceled')),
    locale: optional(Text('IETF language tag')),
    store_location: optional(Text('Location code of the store')),
    window_starts_at: optional(Timestamp('Start of the delivery or pickup window')),
    window_ends_at: optional(Timestamp('End of the delivery or pickup window')),
    bag_count: optional(Integer('Number of bags')),
    wishes: optional(described(DeliveryWishes, 'How the person wanted the groceries delivered')),
    pickup: optional(described(ExportedPickup, 'How the person picked up the order')),
    rating: optional(described(RatingOfPage, 'How the person rated the order')),
  },
  'An order of the person',
);

export const ExportedItem = exported(
  'item',
  {
    line_num: Text('Line number that the order was created with'),
    status: Text('What became of the item'),
    details: Anything('The item as ordered and as delivered'),
  },
  'An item of an order',
);

export const ExportedEvent = exported(
  'event',
  {
    seq: Integer('Number in the order’s log'),
    at: Timestamp('When it happened'),
    event: OrderEventType,
    data: Anything('IDs and states'),
    body: optional(Text('Text of an automated notice')),
  },
  'An event of an order’s log',
);

export const ExportedMessage = exported(
  'message',
  {
    seq: Integer('Number in the order’s log'),
    created_at: Timestamp('When the message was created'),
    sender_type: described(Party, 'Side of the sender'),
    sender_id: Id('The internal ID of the sender'),
    recipient_id: Id('The internal ID of the recipient'),
    read_at: optional(Timestamp('When it was read')),
    body: Type.Union([Type.String(), Type.Null()], { description: 'The text; null once it has been erased' }),
    image: optional(Url('Address of an image')),
    image_id: optional(Id('An image that was uploaded')),
  },
  'A message of an order’s chat',
);

export const ExportedErasure = exported(
  'erasure',
  {
    erased_at: Timestamp('When the texts of the order were erased'),
    reason: ErasureReason,
    kinds: ErasedKinds,
    messages: Integer('Messages whose text was erased'),
    images: Integer('Images that were erased'),
  },
  'Receipt of an erasure of an order’s chat',
);

export const ExportEnd = object(
  { type: Type.Literal('end') },
  'The last line: without it the export was cut off',
);

export const ExportLine = Type.Union(
  [ExportedUser, ExportedOrder, ExportedItem, ExportedEvent, ExportedMessage, ExportedErasure, ExportEnd],
  { description: 'One line of an export' },
);

export const ShopperExportLine = Type.Union(
  [ExportedShopper, ExportedAssignment, ExportedMessage, ExportEnd],
  { description: 'One line of the export of a shopper' },
);

const people = { ...byOperator, tag: 'People' } as const;

export const peopleRoutes = define({
  putShopper: {
    ...people,
    method: 'PUT',
    path: '/v1/shoppers/{external_id}',
    summary: 'Create or change a shopper',
    description:
      'Creates the shopper with this ID of the retailer, or changes what the body names. A new name or picture appears in every chat with the next answer.',
    body: PutShopperRequest,
    answer: NativeShopper,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  putUser: {
    ...people,
    method: 'PUT',
    path: '/v1/users/{user_id}',
    summary: 'Create or change a user',
    description:
      'Creates the user with this ID of the retailer, or changes what the body names. It does what Connect’s “Create user” does, and also sets a picture.',
    body: PutUserRequest,
    answer: NativeUser,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  eraseUser: {
    ...people,
    method: 'DELETE',
    path: '/v1/users/{user_id}',
    summary: 'Erase a user',
    description:
      'Erases the names, the contact details and every text and image of a person, and revokes their tokens. Orders and counts stay, without the person. It cannot be undone.',
    internalIds: true,
    answer: PersonErasure,
    errors: ['user_not_found'],
  },
  exportUser: {
    ...people,
    method: 'GET',
    path: '/v1/users/{user_id}/export',
    summary: 'Export everything about a user',
    description:
      'Returns all that is stored about a person as lines of JSON: the user, their orders with items, events and messages, and the receipts of erasures. The last line has the type `end`.',
    internalIds: true,
    lines: true,
    answer: ExportLine,
    errors: ['user_not_found'],
  },
  eraseShopper: {
    ...people,
    method: 'DELETE',
    path: '/v1/shoppers/{external_id}',
    summary: 'Erase a shopper',
    description:
      'Erases the name, the contact details and the picture of a shopper, with every text and image that they sent, and revokes their tokens. Orders and what customers wrote stay. It cannot be undone.',
    internalIds: true,
    answer: PersonErasure,
    errors: ['resource_not_found'],
  },
  exportShopper: {
    ...people,
    method: 'GET',
    path: '/v1/shoppers/{external_id}/export',
    summary: 'Export everything about a shopper',
    description:
      'Returns all that is stored about a shopper as lines of JSON: the shopper, the orders that they were assigned, and the messages that they sent. The last line has the type `end`.',
    internalIds: true,
    lines: true,
    answer: ShopperExportLine,
    errors: ['resource_not_found'],
  },
  revokeTokensOfShopper: {
    ...people,
    method: 'POST',
    path: '/v1/shoppers/{external_id}/revoke-tokens',
    summary: 'Revoke the tokens of a shopper',
    description:
      'Revokes every access token of the shopper, whichever application obtained it. They stop working within a second, and their streams end.',
    internalIds: true,
    answer: RevokedTokens,
    errors: ['resource_not_found'],
  },
  revokeTokensOfUser: {
    ...people,
    method: 'POST',
    path: '/v1/users/{user_id}/revoke-tokens',
    summary: 'Revoke the tokens of a user',
    description:
      'Revokes every access token of the user, whichever application obtained it. They stop working within a second, and their streams end.',
    internalIds: true,
    answer: RevokedTokens,
    errors: ['user_not_found'],
  },
  revokeTokensOfAgent: {
    ...people,
    method: 'POST',
    path: '/v1/support-agents/{agent}/revoke-tokens',
    summary: 'Revoke the tokens of a support agent',
    description:
      'Revokes every access token of the agent of this name, and the support links the agent has not used. The tokens stop working within a second.',
    answer: RevokedTokens,
    errors: ['invalid_parameters'],
  },
});
