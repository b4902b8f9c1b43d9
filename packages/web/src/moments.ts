/** Writes times. That of another day than today would be taken for today's, so it has its day. */
import { timeZoneOf } from './locale.ts';

/** @param timezone IANA name; undefined for the reader's zone */
export function isToday(at: string, timezone: string | undefined): boolean {
  const timeZone = timezone && timeZoneOf(timezone);
  const day = new Intl.DateTimeFormat('en', { dateStyle: 'short', timeZone });
  return day.format(new Date(at)) === day.format(new Date());
}

/** The time, with its day unless that is today, such as `Nov 29, 9:00 AM`. */
export function momentOf(at: string, timezone: string | undefined, locale: string | undefined): string {
  const timeZone = timezone && timeZoneOf(timezone);
  const day = isToday(at, timezone) ? {} : ({ month: 'short', day: 'numeric' } as const);
  const options = { ...day, hour: 'numeric', minute: '2-digit', timeZone } as const;
  return new Intl.DateTimeFormat(locale, options).format(new Date(at));
}
