/** Converts the shopper's orders and conversations to the contract's shapes. */

import type { schemas } from '@aislechat/contract';
import { wireTime } from '@aislechat/contract';
import type { ShopperOrderView } from '../../domain/chat/shopper.ts';
import { wireMessage } from '../chat/wire.ts';

const previewCharacters = 80;

export function wireShopperOrder(view: ShopperOrderView): schemas.ShopperOrders['orders'][number] {
  const { order, messages, chatOpen, customerFirstName } = view;
  const latest = messages.at(-1);
  return {
    order_id: order.externalId,
    id: order.id,
    workflow_state: order.workflowState,
    customer: { first_name: customerFirstName },
    unread: order.unreadByShopper,
    chat_open: chatOpen,
    last_activity_at: wireTime(order.lastEventAt),
    ...(latest && {
      last_message: {
        sender_type: latest.senderType,
        preview: Array.from(latest.body).slice(0, previewCharacters).join(''),
        created_at: wireTime(latest.createdAt),
      },
    }),
  };
}

export function wireShopperConversation(view: ShopperOrderView): schemas.ShopperConversation {
  const { order } = view;
  return {
    order_id: order.externalId,
    workflow_state: order.workflowState,
    customer: { first_name: view.customerFirstName },
    messages: view.messages.map((message) => ({
      ...wireMessage(order.id, message),
      seq: message.seq,
      ...(message.deliveredAt !== null && { delivered_at: wireTime(message.deliveredAt) }),
    })),
    lifecycle_messages: view.lifecycleMessages.map(({ seq, type, body, createdAt }) => ({
      seq,
      type,
      body,
      created_at: wireTime(createdAt),
    })),
    unread: order.unreadByShopper,
    chat_open: view.chatOpen,
    is_expired: view.isExpired,
    seq: order.seq,
  };
}
