/** The time zone in which the console shows times: the store's, or the reader's own. */

const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
/** Undefined if it is not known; then only the reader's own is offered. */
let store: string | undefined;
let isOwn = false;

/** Views draw themselves anew when it reports a change. */
export const zoneChanges = new EventTarget();

export const zones = () => ({ store, own, isOwn: isOwn || store === undefined });

export function setStoreZone(zone: string | undefined): void {
  if (zone === store) return;
  store = zone;
  zoneChanges.dispatchEvent(new Event('change'));
}

export function useOwnZone(whether: boolean): void {
  isOwn = whether;
  zoneChanges.dispatchEvent(new Event('change'));
}

const formats = new Map<string, Intl.DateTimeFormat>();

export function inZone(at: string, length: 'medium' | 'long' = 'medium'): string {
  const timeZone = zones().isOwn ? own : store!;
  const key = timeZone + length;
  let format = formats.get(key);
  if (!format) {
    // A long time names its zone.
    format = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: length, timeZone });
    formats.set(key, format);
  }
  return format.format(new Date(at));
}
