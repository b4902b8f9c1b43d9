/** What a notification can say, whatever its channel. */
import type { NotificationRow, OrderRow } from '../../storage/store.ts';
import type { Context } from '../context.ts';
import type { LinkedOrder } from './links.ts';

export type Needs = Pick<Context, 'store' | 'clock' | 'hashKey' | 'notifications' | 'orderLinks'>;

/** What is sent: a notification of the outbox, or a test. */
export type Sending = Pick<NotificationRow, 'kind' | 'recipient' | 'seq' | 'lastSeq'>;

export type NotifiedOrder = LinkedOrder & Pick<OrderRow, 'currentShopperId'>;

export async function shopperName({ store }: Needs, order: NotifiedOrder): Promise<string | null> {
  const { retailerId, currentShopperId } = order;
  const shopper =
    currentShopperId === null ? undefined : await store.read.shoppers.find(retailerId, currentShopperId);
  return shopper?.displayName ?? null;
}

/** What the other side wrote in a bundle, as far as its text is still there. */
export async function textsOf(
  { store }: Needs,
  { retailerId, id }: NotifiedOrder,
  { recipient, seq, lastSeq }: Sending,
): Promise<string[]> {
  if (lastSeq < seq) return [];
  const sender = recipient === 'user' ? 'driver' : 'user';
  const { messages } = await store.read.log(retailerId, id, seq - 1, lastSeq - seq + 1);
  return messages
    .filter((message) => message.senderType === sender && message.seq >= seq && message.seq <= lastSeq)
    .map(({ body }) => body)
    .filter((body): body is string => body !== null && body !== '');
}

/** Cut between characters as people see them. */
export function shortened(text: string, most: number): string {
  const characters = [...new Intl.Segmenter().segment(text)];
  if (characters.length <= most) return text;
  return `${characters
    .slice(0, most - 1)
    .map(({ segment }) => segment)
    .join('')}…`;
}
