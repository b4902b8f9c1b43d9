/** Helpers for the chat's checks. */
import type { Answer } from '../exchange.ts';
import { type Chat, chatPath, orderPath, type World } from '../world.ts';

export const nobody = 'verify-nobody-has-this';

export const markRead = (world: World, { orderId, token }: Chat): Promise<Answer> =>
  world.call('PUT', chatPath(orderId), { token });
export const countOf = (count: number) => ({ messages_read_count: count });

export const all = (world: World, { orderId, token }: Chat): Promise<Answer> =>
  world.call('GET', orderPath(orderId, '/order_messages'), { token });
