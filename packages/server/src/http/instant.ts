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
