/** Converts the log of an order to the contract's shapes. */

import type { schemas } from '@aislechat/contract';
import { wireTime } from '@aislechat/contract';
import type { ChatState, LogEntry } from '../../domain/orders/log.ts';
import { wireMessage, wireShopper } from '../chat/wire.ts';

export function wireEvent(
  orderId: number,
  { seq, type, at, data, ...spokenOf }: LogEntry,
): schemas.OrderEvent {
  const event: schemas.OrderEvent = { seq, type, at: wireTime(at) };
  switch (type) {
    case 'message': {
      const { message } = spokenOf;
      event.message = message ? wireMessage(orderId, { ...message, body: message.body ?? '' }) : null;
      break;
    }
    case 'messages_read':
      event.sender_type = data.sender_type as 'user' | 'driver';
      event.count = Number(data.count);
      event.up_to = Number(data.up_to ?? seq - 1);
      break;
    case 'state_changed':
      event.from = data.from as string | null;
      event.to = String(data.to);
      break;
    case 'shopper_assigned':
      if (spokenOf.shopper) event.shopper = wireShopper(spokenOf.shopper);
      break;
    case 'lifecycle_message':
      event.kind = String(data.kind);
      event.body = spokenOf.notice?.body ?? '';
      break;
    case 'texts_erased':
      event.up_to = Number(data.up_to);
      if (spokenOf.shopper) event.shopper = wireShopper(spokenOf.shopper);
      break;
    case 'replacement_answered': {
      const { order_item_id, line_num, status, ...alternative } = data;
      event.replacement = {
        order_item_id: String(order_item_id),
        line_num: String(line_num),
        status: status as 'APPROVED' | 'REJECTED',
        ...(Object.keys(alternative).length > 0 && { alternative_item: alternative as object }),
      };
      break;
    }
    default:
      break;
  }
  return event;
}

/** The state of the chat: part of every page, and a separate event in a stream. */
export const wireChatState = ({
  isOpen,
  isExpired,
  timezone,
  evidenceDays,
}: ChatState): schemas.ChatState => ({
  open: isOpen,
  expired: isExpired,
  timezone,
  ...(evidenceDays > 0 && { evidence_days: evidenceDays }),
});
