/**
 * An order's log as its readers see it: what happened, in order, with the messages, notices and shoppers that the
 * events refer to.
 */
import type { OrderEventType } from '@aislechat/contract';
import type {
  LifecycleMessageOfOrder,
  MessageOfLog,
  OrderEventRow,
  OrderRow,
  Party,
  ShopperOfOrder,
} from '../../storage/store.ts';
import { type Caller, isCustomer } from '../access/access.ts';
import { evidenceDays } from '../chat/evidence.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { withLinks } from '../images/links.ts';
import { chatIsOpen, isExpired } from './states.ts';

export interface LogEntry {
  seq: number;
  type: OrderEventType;
  at: number;
  data: OrderEventRow['data'];
  /** For a `message`; if missing, its text has been erased. */
  message?: MessageOfLog;
  /** For a `lifecycle_message`. */
  notice?: LifecycleMessageOfOrder;
  /** For `shopper_assigned`, and for `texts_erased` if only theirs are. */
  shopper?: ShopperOfOrder;
}

/**
 * The state that determines what a reader may do. It is not part of the log, because a retailer's setting changes
 * it too.
 */
export interface ChatState {
  isOpen: boolean;
  isExpired: boolean;
  timezone: string;
  /** For how many days the retailer keeps reported messages; 0 if it keeps none. */
  evidenceDays: number;
}

export interface LogPage {
  order: OrderRow;
  chat: ChatState;
  entries: LogEntry[];
}

/** At most `limit` entries after number `after`, from one snapshot. An expired chat shows no text. */
export async function readLog(
  { store, clock, images }: Context,
  caller: Pick<Caller, 'retailer'>,
  orderId: number,
  after: number,
  limit: number,
): Promise<LogPage> {
  const rows = await store.read.log(caller.retailer.id, orderId, after, limit);
  const now = retailerNow(clock, caller.retailer);
  const expired = isExpired(rows.order, now);
  const messages = new Map(rows.messages.map((message) => [message.seq, message]));
  const entries = rows.events.map(({ seq, type, at, data }): LogEntry => {
    const entry: LogEntry = { seq, type, at, data };
    if (type === 'message') {
      const message = messages.get(seq);
      if (message && message.body !== null && !expired) {
        entry.message = withLinks(images.links, rows.order, message, now);
      }
    } else if (type === 'lifecycle_message') {
      const notice = rows.lifecycleMessages.find((row) => row.seq === seq);
      if (notice) entry.notice = notice;
    } else if (type === 'shopper_assigned' || type === 'texts_erased') {
      const shopper = rows.shoppers.find(({ id }) => id === data.shopper_id);
      if (shopper) entry.shopper = shopper;
    }
    return entry;
  });
  const { retailer } = caller;
  const chat = {
    isOpen: chatIsOpen(rows.order, retailer),
    isExpired: expired,
    timezone: retailer.timezone,
    evidenceDays: evidenceDays(retailer),
  };
  return { order: rows.order, chat, entries };
}

/** The side the caller reads as; undefined for a client, whose reading marks nothing. */
export const partyOf = (caller: Caller): Party | undefined =>
  isCustomer(caller) ? 'user' : caller.kind === 'shopper' ? 'driver' : undefined;

/** The messages from `sender` in an order, up to number `upTo`, have reached a device of the other side. */
export interface DeliveryMark {
  retailerId: number;
  orderId: number;
  sender: Party;
  upTo: number;
  /** In ms UTC. */
  at: number;
}

/** @returns undefined for a client, whose reading marks nothing */
export function deliveryMark(
  { clock }: Pick<Context, 'clock'>,
  caller: Caller,
  orderId: number,
  upTo: number,
): DeliveryMark | undefined {
  const party = partyOf(caller);
  if (party === undefined) return undefined;
  const sender = party === 'user' ? 'driver' : 'user';
  return {
    retailerId: caller.retailer.id,
    orderId,
    sender,
    upTo,
    at: retailerNow(clock, caller.retailer),
  };
}

/** @throws StorageUnavailable */
export async function markAllDelivered(
  { store }: Pick<Context, 'store'>,
  marks: DeliveryMark[],
): Promise<void> {
  // In one sequence in every process, so that two of them do not wait for each other.
  const sorted = marks.toSorted((a, b) => a.retailerId - b.retailerId || a.orderId - b.orderId);
  for (let from = 0; from < sorted.length; from += marksPerWrite) {
    await store.write(async (tx) => {
      for (const { retailerId, orderId, sender, upTo, at } of sorted.slice(from, from + marksPerWrite)) {
        await tx.messages.markDelivered(retailerId, orderId, sender, upTo, at);
      }
    });
  }
}

/** Few, so that messages hardly wait for them. */
const marksPerWrite = 100;

/** Records that the caller's device has received the other side's messages up to number `upTo`. */
export async function markDelivered(
  context: Context,
  caller: Caller,
  orderId: number,
  upTo: number,
): Promise<void> {
  const mark = deliveryMark(context, caller, orderId, upTo);
  if (mark) await markAllDelivered(context, [mark]);
}
