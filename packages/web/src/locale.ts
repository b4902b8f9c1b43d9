/**
 * The language of a page, made into one that `Intl` takes. What pages and browsers say is free text: `en_US` of a shop's
 * template, `fr_CA.UTF-8`, `en-US@posix`, a template's placeholder that was never filled in. `Intl` throws for all of them.
 */

/** @param wanted what was said, the nearest first. @returns the first that is a language; English where none is */
export function localeOf(...wanted: (string | null | undefined)[]): string {
  for (const text of wanted) {
    if (!text) continue;
    // What follows a point or an at sign is an encoding or a variant of POSIX.
    const tag = text
      .trim()
      .replace(/[.@].*$/s, '')
      .replaceAll('_', '-');
    // Of a tag that is none, the language may still be one.
    const found = canonical(tag) ?? canonical(/^[a-z]{2,3}(?=-)/i.exec(tag)?.[0]);
    if (found) return found;
  }
  return 'en';
}

/** The language around an element, else the reader's own. */
export function localeAround(element: Element): string {
  const root = element.ownerDocument.documentElement;
  return localeOf(element.closest<HTMLElement>('[lang]')?.lang, root.lang, ...navigator.languages);
}

function canonical(tag: string | undefined): string | undefined {
  if (tag === undefined) return undefined;
  try {
    const [locale] = Intl.getCanonicalLocales(tag);
    return locale && new Intl.DateTimeFormat(locale) && locale;
  } catch {
    return undefined;
  }
}

/** The time zone if this browser knows it: an old one does not know the newest. Undefined is the reader's own. */
export function timeZoneOf(name: string): string | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name;
  } catch {
    return undefined;
  }
}
