/**
 * Converts a conversation to the rows of the log: days, groups of one sender, notices, and the start of the unread
 * messages.
 */
import type { Conversation, MessageEntry, Outgoing } from './conversation.ts';
import { timeZoneOf } from './locale.ts';
import { fill, type Words } from './words.ts';

export type Row =
  | { kind: 'day'; key: string; text: string }
  | { kind: 'unread'; key: string }
  | { kind: 'notice'; key: string; text: string; time: string }
  | {
      kind: 'message';
      key: string;
      isOwn: boolean;
      /** The sender, shown above the first message of a group. */
      name: string;
      isFirst: boolean;
      /** Shown below the last message of a group. */
      time: string | undefined;
      body: string;
      image: string | undefined;
      photo: string | undefined;
      state: 'read' | 'sent' | 'sending' | 'pending' | 'failed';
      /** The state is shown only below the newest message, and below messages that need an action. */
      showsState: boolean;
      seq: number | undefined;
      /** Why a failed message was refused. */
      reason: Outgoing['reason'];
    };
export type MessageRow = Extract<Row, { kind: 'message' }>;

export interface TranscriptOptions {
  words: Words;
  locale: string;
  /** The customer's first name, for the shopper's page. */
  customer?: string | undefined;
  now?: number;
}

const groupMs = 5 * 60_000;

type Source = Pick<
  Conversation,
  'entries' | 'outgoing' | 'side' | 'shoppers' | 'shopper' | 'timeZone' | 'unreadFrom'
>;

export function transcript(conversation: Source, options: TranscriptOptions): Row[] {
  const { words } = options;
  const { side, entries, timeZone } = conversation;
  const format = formats(options.locale, timeZone, options.now ?? Date.now());
  const rows: Row[] = [];
  let day: string | undefined;
  let last: { row: MessageRow; entry: MessageEntry } | undefined;

  for (const entry of entries) {
    if (entry.kind !== 'message' && noticeText(entry, conversation, words) === '') continue;
    const date = new Date(entry.at);
    const today = format.day(date);
    if (today !== day) {
      day = today;
      rows.push({ kind: 'day', key: `day-${entry.seq}`, text: today });
      last = undefined;
    }
    if (entry.seq === conversation.unreadFrom) {
      rows.push({ kind: 'unread', key: 'unread' });
      last = undefined;
    }
    if (entry.kind !== 'message') {
      last = undefined;
      const text = noticeText(entry, conversation, words);
      rows.push({ kind: 'notice', key: `notice-${entry.seq}`, text, time: format.time(date) });
      continue;
    }
    const isFirst =
      last === undefined ||
      last.entry.from !== entry.from ||
      last.entry.senderId !== entry.senderId ||
      date.getTime() - Date.parse(last.entry.at) > groupMs;
    if (!isFirst && last) last.row.time = undefined;
    const row: MessageRow = {
      kind: 'message',
      key: entry.key,
      isOwn: entry.from === side,
      name: nameOf(entry, conversation, options),
      isFirst,
      time: format.time(date),
      body: entry.body,
      image: entry.image,
      photo: undefined,
      state: entry.isRead ? 'read' : 'sent',
      showsState: false,
      seq: entry.seq,
      reason: undefined,
    };
    rows.push(row);
    last = { row, entry };
  }
  for (const message of conversation.outgoing) rows.push(outgoingRow(message, words));
  const newest = rows.findLast((row) => row.kind === 'message' && row.isOwn);
  if (newest?.kind === 'message') newest.showsState = true;
  return rows;
}

const outgoingRow = ({ key, body, photo, state, reason }: Outgoing, words: Words): MessageRow => ({
  kind: 'message',
  key,
  isOwn: true,
  name: words.you,
  isFirst: true,
  time: undefined,
  body,
  image: undefined,
  photo,
  state,
  showsState: state === 'failed',
  seq: undefined,
  reason,
});

function noticeText(
  entry: Exclude<Conversation['entries'][number], MessageEntry>,
  { side, shoppers }: Source,
  words: Words,
): string {
  if (entry.kind === 'hand-over') {
    const { id, isFirst } = entry;
    const { display_name: name } = shoppers.get(id)!;
    if (side === 'driver') return fill(words.tookOwn, { name });
    return fill(isFirst ? words.took : words.handedOver, { name });
  }
  // Notices that name no product are shown in the reader's language.
  const known = [
    'delivery_in_progress',
    'delivery_completed',
    'order_canceled',
    'order_rescheduled',
  ] as const;
  // These notices say "your order" to the customer, so the shopper does not get them.
  const isToCustomer = [...known, 'late'].some((name) => name === entry.type);
  if (side === 'driver' && isToCustomer) return '';
  // These say "the customer" to the shopper.
  const isToShopper = ['pickup_scheduled', 'pickup_delegated', 'customer_arrived'].includes(entry.type);
  if (side === 'user' && isToShopper) return '';
  const ours = ['late', 'approved', 'rejected', 'reopened', 'chat_closed', 'chat_reopened'] as const;
  const type = [...known, ...ours].find((name) => name === entry.type);
  return type === undefined ? entry.body : words[type];
}

function nameOf(entry: MessageEntry, conversation: Source, { words, customer }: TranscriptOptions): string {
  const { side, shoppers, shopper } = conversation;
  if (entry.from === 'user') return side === 'user' ? words.you : (customer ?? words.customer);
  if (side === 'driver' && entry.senderId === shopper?.id) return words.you;
  return shoppers.get(entry.senderId)?.display_name ?? words.shopper;
}

/** Formats times in the order's time zone, not the reader's. */
function formats(locale: string, zone: string, now: number) {
  const timeZone = timeZoneOf(zone);
  const time = new Intl.DateTimeFormat(locale, { timeZone, hour: 'numeric', minute: '2-digit' });
  const date = new Intl.DateTimeFormat(locale, { timeZone, weekday: 'long', day: 'numeric', month: 'long' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  // Uses the calendar, because a day on which clocks change has 23 or 25 hours.
  const calendar = new Intl.DateTimeFormat('en-CA-u-ca-gregory-nu-latn', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const dayOf = (at: Date | number): number => {
    const { year, month, day } = Object.fromEntries(
      calendar.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
    );
    return Date.UTC(year!, month! - 1, day!) / 86_400_000;
  };
  const today = dayOf(now);
  const capital = (text: string) => text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
  return {
    time: oncePerMinute((at) => time.format(at)),
    day: oncePerMinute((at) => {
      const ago = dayOf(at) - today;
      return capital(ago === 0 || ago === -1 ? relative.format(ago, 'day') : date.format(at));
    }),
  };
}

/** Caches the formatted minute, because formatting is slow and messages are close together. */
function oncePerMinute(format: (at: Date) => string): (at: Date) => string {
  const known = new Map<number, string>();
  return (at) => {
    const minute = Math.floor(at.getTime() / 60_000);
    const text = known.get(minute) ?? format(at);
    known.set(minute, text);
    return text;
  };
}
