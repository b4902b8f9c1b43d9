/** Conversions of times and public IDs to and from their form on the wire. */
import { limits } from './limits.ts';

const dayMs = 86_400_000;
const twoDigits = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));
let latestDay = { day: Number.NaN, prefix: '' };

/**
 * Formats a time as Connect does, in whole seconds with a `Z`. The last date is cached, because the times in one answer
 * are usually of the same day.
 */
export function wireTime(ms: number): string {
  const day = Math.floor(ms / dayMs);
  if (day !== latestDay.day) latestDay = { day, prefix: new Date(day * dayMs).toISOString().slice(0, 11) };
  const second = Math.floor((ms - day * dayMs) / 1000);
  const minute = Math.floor(second / 60);
  const hour = twoDigits[Math.floor(minute / 60)];
  return `${latestDay.prefix}${hour}:${twoDigits[minute % 60]}:${twoDigits[second % 60]}Z`;
}

/** Matches `Sun Mar 05 12:33:11 UTC 1985`, the form in which Java prints a `Date`. */
const javaDate = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d\d:\d\d:\d\d) ([A-Z]{3}) (\d{4})$/;
/**
 * Matches ISO 8601 with `T` or a space, with or without seconds, with an offset and possibly Java's name of the zone.
 */
const iso8601 =
  /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?) ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)(\[[\w/+-]+\])?$/i;
const epoch = /^\d{12,14}$/;

/**
 * Parses an instant as ms since the epoch, UTC: ISO 8601 with an offset, in the variants that Java, Python and Ruby
 * print, Java's `Date`, or epoch milliseconds. Returns undefined for anything else; a time without an offset would be
 * ambiguous.
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
 * The ID of a message or another event: unique within the retailer and increasing within the order. It is computed, so
 * that no counter has to be locked.
 */
export const eventId = (orderId: number, seq: number): number => orderId * limits.eventNumbers + seq;

/** Parses the ID of an event; undefined if it cannot be one. */
export function eventNumbers(text: string): { orderId: number; seq: number } | undefined {
  const id = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(id)) return undefined;
  const orderId = Math.floor(id / limits.eventNumbers);
  return { orderId, seq: id - orderId * limits.eventNumbers };
}

/** The ID of an item, computed from the order's ID and the item's position. */
export const orderItemId = (orderId: number, position: number): string => `${orderId}-${position + 1}`;

/** The event and the endpoint of a delivery. */
export interface DeliveryNumbers {
  endpointId: number;
  orderId: number;
  seq: number;
}

export const deliveryId = ({ endpointId, orderId, seq }: DeliveryNumbers): string =>
  `${endpointId}-${eventId(orderId, seq)}`;

/** Parses the ID of a delivery; undefined if it cannot be one. */
export function deliveryNumbers(text: string): DeliveryNumbers | undefined {
  const parts = /^(\d{1,15})-(\d{1,16})$/.exec(text);
  const event = parts && eventNumbers(parts[2]!);
  return event ? { endpointId: Number(parts[1]), ...event } : undefined;
}
