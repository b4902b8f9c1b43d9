import { isVisible, type RouteNameOf, schemas } from '@aislechat/contract';
import type { FastifyRequest } from 'fastify';
import { type GivenRating, rateOrder, rateOrderOfUser } from '../../domain/orders/rating.ts';
import { type Handlers, orderReference } from '../pipeline/exchange.ts';
import { parse } from '../pipeline/parse.ts';

export const ratingHandlers: Handlers<RouteNameOf<'rating'>> = {
  async rateOrder({ context, caller, request, params }) {
    const reference = orderReference(request, params.order_id!);
    await rateOrder(context, caller, reference, () => ratingOf(request));
    return { success: true };
  },

  async rateOrderOfUser({ context, caller, request, params }) {
    const { user_id, order_id } = params;
    await rateOrderOfUser(context, caller, user_id!, order_id!, () => ratingOf(request));
    return { success: true };
  },
};

/** A note without a visible character is none. @throws InvalidParameters */
function ratingOf(request: FastifyRequest): GivenRating {
  const body = parse(schemas.RatingRequest, request.body);
  const { rating_value: value, highlights = [], thank_you_note: note = '' } = body;
  return { value, highlights, note: isVisible(note) ? note : undefined };
}
