/**
 * Converts the language of a page to one that `Intl` accepts. Pages and browsers may declare any text: `en_US` from a
 * shop's template, `fr_CA.UTF-8`, `en-US@posix`, or a placeholder that a template never filled in. `Intl` throws for
 * all of them.
 */

/** @param wanted the declared languages, the most specific first. @returns the first valid one, or English */
export function localeOf(...wanted: (string | null | undefined)[]): string {
  for (const text of wanted) {
    if (!text) continue;
    // After a point or an at sign comes an encoding or a variant, as in POSIX.
    const tag = text
      .trim()
      .replace(/[.@].*$/s, '')
      .replaceAll('_', '-');
    // If the whole tag is invalid, its language may still be valid.
    const found = canonical(tag) ?? canonical(/^[a-z]{2,3}(?=-)/i.exec(tag)?.[0]);
    if (found) return found;
  }
  return 'en';
}

/** Returns the language of an element's surroundings, or else the reader's language. */
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

/**
 * Returns the time zone if this browser knows it; an old browser does not know new zones. Undefined stands for the
 * reader's zone.
 */
export function timeZoneOf(name: string): string | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name;
  } catch {
    return undefined;
  }
}
