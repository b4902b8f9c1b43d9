/** The customer's rating of an order. */
import type { Check } from '../check.ts';
import { expect, expectRefusal } from '../expect.ts';
import * as rows from '../rows.ts';
import { assertionOf, type Chat, segment, type World } from '../world.ts';

const page = 'Order feedback';
const scope = 'Connect::Orders::RatingService';
const success = { success: true };
const nowhere = 'verify-nobody-has-this';

const ratingPath = (orderId: string) => `/v2/feedback/orders/${segment(orderId)}/rating`;
const ratingPathOf = (userId: string, orderId: string) =>
  `/v2/feedback/users/${segment(userId)}/orders/${segment(orderId)}/rating`;

const clientToken = (world: World) => world.newToken({ grant_type: 'client_credentials', scope });

/** A delivered order, and a token of its customer that may rate it. */
async function delivered(world: World, extra: Record<string, unknown> = {}) {
  const chat: Chat = await world.openChat(extra);
  await world.advance(chat.batchId, 'completed');
  const { userId, orderId } = chat;
  const assertion = assertionOf(userId);
  return {
    userId,
    orderId,
    token: await world.newToken({ grant_type: 'fulfillment_user_assertion', assertion, scope }),
  };
}

export const ratingChecks: Check[] = [
  {
    name: 'rating.customer',
    says: 'a user token creates and updates the rating of an order, with highlights and a note',
    source: page,
    async run({ given }) {
      const { orderId, token } = await delivered(given);
      const full = {
        rating_value: 'STARS4',
        highlights: ['QUALITY_ITEMS', 'SMOOTH_DELIVERY'],
        thank_you_note: 'Thank you!',
      };
      for (const body of [full, { rating_value: 'STARS5' }]) {
        expect(await given.call('POST', ratingPath(orderId), { token, body }), 200, success);
      }
    },
  },
  {
    name: 'rating.client',
    says: 'a client token rates an order for its user',
    source: page,
    async run({ given }) {
      const { userId, orderId } = await delivered(given);
      const token = await clientToken(given);
      const body = { rating_value: 'STARS3' };
      expect(await given.call('POST', ratingPathOf(userId, orderId), { token, body }), 200, success);
    },
  },
  {
    name: 'rating.refused',
    says: 'rating_value is required and from STARS1 to STARS5; highlights are of the published list',
    source: `${page}; our reading: Choices between readings`,
    async run({ given }) {
      const { userId, orderId, token } = await delivered(given);
      const client = await clientToken(given);
      const paths = [
        [ratingPath(orderId), token],
        [ratingPathOf(userId, orderId), client],
      ] as const;
      for (const [path, token] of paths) {
        const rate = (body: unknown) => given.call('POST', path, { token, body });
        expectRefusal(await rate({}), rows.blank('rating_value'));
        expectRefusal(await rate({ rating_value: 'STARS6' }), rows.notIncluded('rating_value'));
        expect(await rate({ rating_value: 'STARS5', highlights: ['LOUD'] }), 400, { error: { code: 1001 } });
      }
    },
  },
  {
    name: 'rating.not_found',
    says: 'an unknown order gets 404, code 4000, and an unknown user 400',
    source: `${page}; our reading: Choices between readings`,
    async run({ given }) {
      const { userId, orderId, token } = await delivered(given);
      const client = await clientToken(given);
      const body = { rating_value: 'STARS5' };
      const rate = (path: string, token: string) => given.call('POST', path, { token, body });
      expectRefusal(await rate(ratingPath(nowhere), token), rows.orderNotFound);
      expectRefusal(await rate(ratingPathOf(userId, nowhere), client), rows.orderNotFound);
      expectRefusal(await rate(ratingPathOf(nowhere, orderId), client), rows.userNotFound);
    },
  },
  {
    name: 'rating.scope',
    says: 'a token without the scope of the rating service gets 403',
    source: `${page}; our reading: Choices between readings`,
    async run({ given }) {
      const { userId, orderId } = await delivered(given);
      const token = await given.userToken(userId);
      const body = { rating_value: 'STARS5' };
      expectRefusal(await given.call('POST', ratingPath(orderId), { token, body }), rows.scopeMissing);
    },
  },
  {
    name: 'rating.user_id_not_found',
    says: 'a client token gets 400, code 4001, for an order created before Fulfillment v3',
    source: `${page}; our reading: Choices between readings`,
    async run({ given }) {
      const { orderId } = await delivered(given, { fulfillment_version: 2 });
      const body = { rating_value: 'STARS5' };
      const answer = await given.call('POST', ratingPath(orderId), { token: await clientToken(given), body });
      expectRefusal(answer, rows.userIdNotFound);
    },
  },
];
