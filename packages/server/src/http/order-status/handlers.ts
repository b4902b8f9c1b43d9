import { isVisible, type RouteNameOf, replacementAnswers, schemas } from '@aislechat/contract';
import { InvalidParameters } from '../../domain/errors.ts';
import { locationOf } from '../../domain/orders/location.ts';
import { type Answer, answerReplacement, undoAnswer } from '../../domain/orders/replacements.ts';
import { handlingOf, itemsOf, statusOf } from '../../domain/orders/status.ts';
import { bodyMember, type Handlers, orderReference } from '../pipeline/exchange.ts';
import { parse } from '../pipeline/parse.ts';
import { wireHandling, wireLocation, wireOrderItems, wireStatus } from './wire.ts';

export const orderStatusHandlers: Handlers<RouteNameOf<'order-status'>> = {
  async getOrderStatus({ context, caller, request, params }) {
    return wireStatus(await statusOf(context, caller, orderReference(request, params.order_id!)));
  },

  async getOrderHandling({ context, caller, request, reply, params }) {
    const handling = await handlingOf(context, caller, orderReference(request, params.order_id!));
    reply.header('cache-control', 'no-store');
    return wireHandling(handling);
  },

  async getOrderLocation({ context, caller, request, reply, params }) {
    const location = await locationOf(context, caller, orderReference(request, params.order_id!));
    reply.header('cache-control', 'no-store');
    return wireLocation(location);
  },

  async getOrderItems({ context, caller, request, params }) {
    return wireOrderItems(await itemsOf(context, caller, orderReference(request, params.order_id!)));
  },

  async answerReplacement({ context, caller, request, params }) {
    const reference = orderReference(request, params.order_id!);
    const read = () => readAnswer(request.body);
    await answerReplacement(context, caller, reference, params.order_item_id!, read);
    return {};
  },

  async undoReplacementAnswer({ context, caller, request, params }) {
    const reference = orderReference(request, params.order_id!);
    await undoAnswer(context, caller, reference, params.order_item_id!);
    return {};
  },
};

/** @throws InvalidParameters */
function readAnswer(body: unknown): Answer {
  const key = 'status';
  const given = bodyMember(body, key) ?? '';
  // Connect reports a missing status as several problems, and a wrong one as a single problem.
  if (typeof given === 'string' && !isVisible(given)) {
    throw new InvalidParameters({ key, problem: 'blank' }, { key, problem: 'inclusion' });
  }
  if (!replacementAnswers.some((answer) => answer === given)) {
    throw new InvalidParameters({ key, problem: 'inclusion' });
  }
  const { status, alternative_item, alternative_text } = parse(schemas.ReplacementRequest, body);
  return { status, alternative: alternative_item, words: alternative_text };
}
