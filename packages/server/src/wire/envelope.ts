/**
 * The body of a callback. Connect: "Event callbacks". Where Connect does not document a metadata field's name, it
 * is our interpretation.
 */

import { eventId, wireTime } from '@aislechat/contract';
import type { SentCallback } from '../domain/callbacks/callbacks.ts';
import type { CallbackDetails } from '../domain/callbacks/record.ts';

/**
 * @param shopperName name of the shopper in the details; it is looked up when sending, because the outbox stores no
 * names
 */
export function envelopeOf(callback: SentCallback, shopperName?: string): string {
  return JSON.stringify({
    event_id: eventId(callback.orderId, callback.seq),
    event_name: callback.eventName,
    event_timestamp: wireTime(callback.at),
    event_metadata: metadataOf(callback, JSON.parse(callback.metadata), shopperName),
  });
}

function metadataOf(callback: SentCallback, details: CallbackDetails, shopperName: string | undefined) {
  if (callback.eventName === 'chat_message_created') return { topic_id: String(callback.orderId) };
  const { order, windowStartsAt, windowEndsAt, items, cancellationReason, rating, reason, apart } = details;
  return {
    order_id: order,
    ...(windowStartsAt !== undefined &&
      windowEndsAt !== undefined && {
        delivery_window: { starts_at: wireTime(windowStartsAt), ends_at: wireTime(windowEndsAt) },
      }),
    ...(items && {
      items: items.map(({ requested, delivered }) => ({
        ...codes('requested_item', requested),
        ...codes('delivered_item', delivered),
      })),
    }),
    ...(cancellationReason !== undefined && { cancellation_reason: cancellationReason }),
    ...(reason !== undefined && { reason }),
    ...(apart?.userId !== undefined && { user_id: apart.userId }),
    ...(apart?.shopperId !== undefined && { shopper_id: apart.shopperId }),
    ...(rating && { rating_value: rating.value, highlights: rating.highlights }),
    ...(shopperName !== undefined && { shopper_name: shopperName }),
  };
}

const codes = (prefix: string, { upc, rrc }: { upc?: string; rrc?: string }) => ({
  ...(rrc !== undefined && { [`${prefix}_rrc`]: rrc }),
  ...(upc !== undefined && { [`${prefix}_upc`]: upc }),
});
