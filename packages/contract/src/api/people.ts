/** Users and shoppers, as an operator keeps them. Ours. */
import { type TProperties, Type } from 'typebox';
import { limits } from '../limits.ts';
import { byOperator, define } from '../route.ts';
import {
  choice,
  Identifier,
  Integer,
  object,
  optional,
  PersonName,
  Timestamp,
  text,
} from '../schema-kinds.ts';
import { visibleCharacter } from '../text.ts';
import { cancellationReasons, fulfillmentTypes, orderEventTypes, workflowStates } from '../workflow.ts';
import { Party } from './chat.ts';

const Avatar = Type.String({
  description: 'HTTPS URL of a picture; empty for none',
  maxLength: limits.urlCharacters,
  pattern: '^(https://[^\\s]+)?$',
});

export const PutShopperRequest = object({
  display_name: optional(PersonName('The first name the customer sees; default `Shopper`')),
  avatar_url: optional(Avatar),
  email: optional(text('Empty for none', 254)),
  phone: optional(text('Phone number; empty for none', 32)),
});

/** IDs that stand in a path, held to the rules of those in a body. */
export const PathOfShopper = object({ external_id: Identifier('The retailer’s own ID of the shopper') });

export const PathOfUser = object({ user_id: Identifier('The retailer’s own ID of the user') });

export const NativeShopper = object({
  id: Integer('The internal ID of the shopper'),
  shopper_id: Type.String({ description: 'The retailer’s own ID of the shopper' }),
  display_name: Type.String(),
  avatar_url: Type.String(),
  email: optional(Type.String()),
  phone: optional(Type.String()),
});

export const PutUserRequest = object({
  first_name: PersonName('First name'),
  last_name: optional(PersonName('Last name')),
  phone_number: optional(text('Phone number', 32)),
  locale: optional(text('IETF language tag', 35)),
  avatar_url: optional(Avatar),
});

export const NativeUser = object({
  id: Integer('The internal ID of the user'),
  user_id: Type.String(),
  first_name: Type.String(),
  last_name: optional(Type.String()),
  phone_number: optional(Type.String()),
  locale: optional(Type.String()),
  avatar_url: Type.String(),
});

export const PersonErasure = object({
  id: Integer('The internal ID of the user'),
  erased_at: Timestamp('When the person was erased'),
  orders: Integer('Orders of the person'),
  messages: Integer('Messages whose text was erased'),
  images: Integer('Images that were erased'),
});

export const RevokedTokens = object({
  revoked: Integer('How many tokens were alive and are revoked now'),
});

export const PathOfAgent = object({
  agent: Type.String({ maxLength: limits.nameCharacters, pattern: visibleCharacter }),
});

const Anything = (description: string) => Type.Object({}, { description });

const line = <T extends string, P extends TProperties>(type: T, properties: P) =>
  object({ type: Type.Literal(type), order_id: Type.String(), ...properties });

export const ExportLine = Type.Union(
  [
    object({ type: Type.Literal('user'), ...NativeUser.properties }),
    line('order', {
      id: Type.Integer(),
      workflow_state: choice(workflowStates, 'Where the order stands'),
      cancellation_reason: optional(choice(cancellationReasons, 'Only on canceled orders')),
      fulfillment_type: choice(fulfillmentTypes, 'How the groceries reach the customer'),
      created_at: Timestamp('When it was created'),
      ended_at: optional(Timestamp('Delivery or cancellation')),
      locale: optional(Type.String()),
      store_location: optional(Type.String()),
      window_starts_at: optional(Timestamp('Start of the window')),
      window_ends_at: optional(Timestamp('End of the window')),
      bag_count: optional(Type.Integer()),
      request: Anything('The other fields that the order was made with'),
    }),
    line('item', {
      line_num: Type.String(),
      status: Type.String(),
      details: Anything('As ordered and as delivered'),
    }),
    line('event', {
      seq: Type.Integer(),
      at: Timestamp('When'),
      event: choice(orderEventTypes, 'What happened'),
      data: Anything('IDs and states'),
      body: optional(Type.String({ description: 'Text of an automated notice' })),
    }),
    line('message', {
      seq: Type.Integer(),
      created_at: Timestamp('When it was sent'),
      sender_type: Party,
      sender_id: Type.Integer(),
      recipient_id: Type.Integer(),
      read_at: optional(Timestamp('When it was read')),
      body: Type.Union([Type.String(), Type.Null()], { description: 'Null once its text is gone' }),
      image: optional(Type.String({ description: 'Address of an image' })),
      image_id: optional(Integer('An image that was uploaded')),
    }),
    line('erasure', {
      erased_at: Timestamp('When the texts of the order were erased'),
      reason: choice(['expired', 'requested'], 'Why'),
      messages: Type.Integer(),
      images: Type.Integer(),
    }),
    object({ type: Type.Literal('end') }, 'The last line, so that a cut is seen'),
  ],
  { description: 'One line of an export' },
);

const people = { ...byOperator, tag: 'People' } as const;

export const peopleRoutes = define({
  putShopper: {
    ...people,
    method: 'PUT',
    path: '/v1/shoppers/{external_id}',
    summary: 'Create a shopper, or change what is given of one',
    body: PutShopperRequest,
    answer: NativeShopper,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  putUser: {
    ...people,
    method: 'PUT',
    path: '/v1/users/{user_id}',
    summary: 'Create a user, or change what is given of one',
    body: PutUserRequest,
    answer: NativeUser,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  eraseUser: {
    ...people,
    method: 'DELETE',
    path: '/v1/users/{user_id}',
    summary: 'Erase a person everywhere: names, contacts, texts',
    internalIds: true,
    answer: PersonErasure,
    errors: ['user_not_found'],
  },
  exportUser: {
    ...people,
    method: 'GET',
    path: '/v1/users/{user_id}/export',
    summary: 'Everything that is held about a person, as lines of JSON',
    internalIds: true,
    lines: true,
    answer: ExportLine,
    errors: ['user_not_found'],
  },
  revokeTokensOfShopper: {
    ...people,
    method: 'POST',
    path: '/v1/shoppers/{external_id}/revoke-tokens',
    summary: 'Revoke every access token that speaks for a shopper',
    internalIds: true,
    answer: RevokedTokens,
    errors: ['resource_not_found'],
  },
  revokeTokensOfUser: {
    ...people,
    method: 'POST',
    path: '/v1/users/{user_id}/revoke-tokens',
    summary: 'Revoke every access token that speaks for a user',
    internalIds: true,
    answer: RevokedTokens,
    errors: ['user_not_found'],
  },
  revokeTokensOfAgent: {
    ...people,
    method: 'POST',
    path: '/v1/support-agents/{agent}/revoke-tokens',
    summary: 'Revoke every access token of a support agent, and the agent’s unused support links',
    answer: RevokedTokens,
    errors: ['invalid_parameters'],
  },
});
