/** The customer's rating of an order. Connect: Order feedback. */
import { type Static, Type } from '../json-schema.ts';
import { limits } from '../limits.ts';
import { define } from '../route.ts';
import { choice, object, optional, text } from '../schema-kinds.ts';
import { ratingHighlights, ratingValues } from '../workflow.ts';
import { Success } from './answers.ts';

export const RatingValue = choice(ratingValues, 'From one star to five');
export const RatingHighlight = choice(ratingHighlights, 'What the customer liked');

export const RatingRequest = object(
  {
    rating_value: RatingValue,
    highlights: optional(
      Type.Array(RatingHighlight, {
        maxItems: ratingHighlights.length,
        description: 'What the customer liked',
      }),
    ),
    thank_you_note: optional(text('A note for the shopper, who gets it as a message', limits.textCharacters)),
  },
  'The customer’s rating of an order',
);
export type RatingRequest = Static<typeof RatingRequest>;

const rating = { surface: 'connect', tag: 'Rating', scope: 'Connect::Orders::RatingService' } as const;

export const ratingRoutes = define({
  rateOrder: {
    ...rating,
    method: 'POST',
    path: '/v2/feedback/orders/{order_id}/rating',
    identity: 'client_or_user',
    internalIds: true,
    summary: 'Rate an order',
    description:
      'Creates or replaces the rating of a delivered order. A note becomes a message to the shopper, which ends with the chat; the same note is sent once.',
    connectPage: 'Order feedback',
    body: RatingRequest,
    answer: Success,
    errors: ['user_id_not_found', 'invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  rateOrderOfUser: {
    ...rating,
    method: 'POST',
    path: '/v2/feedback/users/{user_id}/orders/{order_id}/rating',
    identity: 'client',
    summary: 'Rate an order for a user',
    description:
      'Creates or replaces the rating of a delivered order, for the user in the path. A note becomes a message to the shopper, which ends with the chat.',
    connectPage: 'Order feedback',
    body: RatingRequest,
    answer: Success,
    errors: ['user_not_found', 'invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
});
