/** Times and public IDs as they stand on the wire, both ways. */
import { limits } from './limits.ts';

const dayMs = 86_400_000;
const twoDigits = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));
let latestDay = { day: Number.NaN, prefix: '' };

/** Connect writes whole seconds and a Z. The date is kept: times in one answer are of the same day. */
export function wireTime(ms: number): string {
  const day = Math.floor(ms / dayMs);
  if (day !== latestDay.day) latestDay = { day, prefix: new Date(day * dayMs).toISOString().slice(0, 11) };
  const second = Math.floor((ms - day * dayMs) / 1000);
  const minute = Math.floor(second / 60);
  const hour = twoDigits[Math.floor(minute / 60)];
  return `${latestDay.prefix}${hour}:${twoDigits[minute % 60]}:${twoDigits[second % 60]}Z`;
}

/** Sun Mar 05 12:33:11 UTC 1985, which is how Java prints a `Date`. */
const javaDate = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d\d:\d\d:\d\d) ([A-Z]{3}) (\d{4})$/;
/** With `T` or a space, with or without seconds, with an offset, and perhaps Java's name of a zone behind it. */
const iso8601 =
  /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?) ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)(\[[\w/+-]+\])?$/i;
const epoch = /^\d{12,14}$/;

/**
 * An instant as ms UTC: ISO 8601 with its offset, in the variants that Java, Python and Ruby print, Java's `Date`, or
 * epoch milliseconds. Undefined for anything else: a time without an offset could mean several.
 */
export function instantOf(text: string): number | undefined {
  if (epoch.test(text)) return Number(text);
  const iso = iso8601.exec(text);
  if (iso) return parsed(`${iso[1]}T${iso[2]!.replace(',', '.')}${offsetOf(iso[3]!)}`);
  const java = javaDate.exec(text);
  return java ? parsed(`${java[2]} ${java[1]} ${java[5]} ${java[3]} ${java[4]}`) : undefined;
}

function offsetOf(text: string): string {
  if (/^(z|utc|gmt)$/i.test(text)) return 'Z';
  return text.length === 3 ? `${text}:00` : text;
}

function parsed(text: string): number | undefined {
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}

/**
 * The ID of a message or another event: unique within the retailer, increasing within the order, and made without a
 * counter to wait for.
 */
export const eventId = (orderId: number, seq: number): number => orderId * limits.eventNumbers + seq;

/** An item has no number of its own: its ID is made of the order's and its place in it. */
export const orderItemId = (orderId: number, position: number): string => `${orderId}-${position + 1}`;

/** Which event is delivered to which endpoint. */
export interface DeliveryNumbers {
  endpointId: number;
  orderId: number;
  seq: number;
}

export const deliveryId = ({ endpointId, orderId, seq }: DeliveryNumbers): string =>
  `${endpointId}-${eventId(orderId, seq)}`;

/** Undefined when it cannot be one. */
export function deliveryNumbers(text: string): DeliveryNumbers | undefined {
  const parts = /^(\d{1,15})-(\d{1,16})$/.exec(text);
  if (!parts) return undefined;
  const [endpointId, event] = [Number(parts[1]), Number(parts[2])];
  if (!Number.isSafeInteger(event)) return undefined;
  const orderId = Math.floor(event / limits.eventNumbers);
  return { endpointId, orderId, seq: event - orderId * limits.eventNumbers };
}
