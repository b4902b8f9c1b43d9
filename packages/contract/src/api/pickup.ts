/** Picking up an order at the store. Connect: Post-checkout > Pickup. */
import { type Static, Type } from '../json-schema.ts';
import { limits } from '../limits.ts';
import { define } from '../route.ts';
import { choice, Flag, object, optional, PersonName, Text, text, Url } from '../schema-kinds.ts';
import { Success } from './answers.ts';

export const UserArrivedRequest = object(
  { is_pickup_delegate: optional(Flag('Whether the delegate has arrived instead of the customer')) },
  'Who has arrived at the store',
);

export const SchedulePickupRequest = object(
  { schedule_pickup_eta: text('When the customer expects to arrive, as ISO 8601 with an offset') },
  'When the customer expects to arrive',
);

export const PickupDelegateRequest = object(
  {
    name: PersonName('Name of the person who picks up the order'),
    phone_number: text('Phone number of that person: 7 to 15 digits', limits.nameCharacters),
  },
  'The person who picks up the order instead of the customer',
);

export const PickupInstructions = object(
  {
    type: choice(['curbside'], 'Where the customer gets the groceries'),
    text: Text('What the customer has to do'),
    images: Type.Array(Url('A picture that shows the way'), { description: 'Always empty' }),
  },
  'How to pick up an order in one way',
);

export const PickupDetails = object(
  { pickup_instructions: Type.Array(PickupInstructions, { description: 'Empty if the retailer has none' }) },
  'How to pick up an order',
);
export type PickupDetails = Static<typeof PickupDetails>;

const pickup = {
  surface: 'connect',
  identity: 'client_or_user',
  scope: 'connect:post_checkout',
  internalIds: true,
  tag: 'Pickup',
} as const;
const orderPath = '/v2/post_checkout/orders/{order_id}';

export const pickupRoutes = define({
  recordUserArrival: {
    ...pickup,
    method: 'POST',
    path: `${orderPath}/pickup/user_arrived`,
    summary: 'Record that the customer has arrived',
    description:
      'Tells the store that the customer, or their delegate, has arrived. The order must be staged; it moves to `user_at_store`. Repeating it changes nothing.',
    connectPage: 'Record user arrival',
    body: UserArrivedRequest,
    answer: Success,
    errors: [
      'not_staged',
      'user_id_not_found',
      'invalid_parameters',
      'resource_not_found',
      'no_pickup_status',
      'limit_reached',
    ],
  },
  schedulePickup: {
    ...pickup,
    method: 'POST',
    path: `${orderPath}/pickup/schedule_pickup`,
    summary: 'Say when the customer expects to arrive',
    description:
      'Records when the customer expects to arrive; a repetition replaces the time. It works for a staged order without a delegate.',
    connectPage: 'Schedule pickup',
    body: SchedulePickupRequest,
    answer: Success,
    errors: [
      'not_staged',
      'user_id_not_found',
      'invalid_parameters',
      'resource_not_found',
      'no_pickup_status',
      'limit_reached',
    ],
  },
  getPickupDetails: {
    ...pickup,
    method: 'GET',
    path: `${orderPath}/pickup/details`,
    summary: 'Get the instructions for picking up an order',
    description: 'Returns the retailer’s instructions for the customer who picks up the order.',
    connectPage: 'Get order pickup details',
    answer: PickupDetails,
    errors: ['user_id_not_found', 'resource_not_found', 'no_pickup_status'],
  },
  setPickupDelegate: {
    ...pickup,
    method: 'PUT',
    path: `${orderPath}/pickup_delegate`,
    summary: 'Name the person who picks up an order',
    description:
      'Names somebody who picks up this order instead of the customer. A repetition replaces the person. It works until the order has ended.',
    connectPage: 'Create or update a pickup delegate',
    body: PickupDelegateRequest,
    answer: Success,
    errors: [
      'user_id_not_found',
      'invalid_parameters',
      'resource_not_found',
      'no_pickup_status',
      'limit_reached',
    ],
  },
});
