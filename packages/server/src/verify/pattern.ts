/**
 * Patterns that describe an answer. A value matches itself, a kind matches what it accepts, and an object matches any
 * object with at least its fields: Connect adds fields at any time, and its clients ignore unknown ones.
 */
export interface Kind<T = unknown> {
  /** Describes what is expected, for reports. */
  readonly kind: string;
  readonly accepts: (value: unknown) => boolean;
  /** The patterns that it contains, for reports. */
  readonly of?: Pattern;
  /** Exists only in the type: the type of what is accepted. */
  readonly type?: T;
}

export type Pattern =
  | Kind
  | string
  | number
  | boolean
  | null
  | readonly Pattern[]
  | { readonly [field: string]: Pattern };

/** The type of the values that match a pattern. */
export type Fitting<P> =
  P extends Kind<infer T>
    ? T
    : P extends string | number | boolean | null
      ? P
      : { -readonly [K in keyof P]: Fitting<P[K]> };

export const kind = <T>(name: string, accepts: (value: unknown) => boolean, of?: Pattern): Kind<T> => ({
  kind: name,
  accepts,
  ...(of !== undefined && { of }),
});

export const integer = kind<number>('integer', Number.isSafeInteger);
export const text = kind<string>('string', (value) => typeof value === 'string');
export const filled = kind<string>(
  'string, not empty',
  (value) => typeof value === 'string' && value.trim() !== '',
);
export const boolean = kind<boolean>('boolean', (value) => typeof value === 'boolean');
export const absent = kind<undefined>('left out', (value) => value === undefined);
export const anything = kind<unknown>('anything', (value) => value !== undefined);
/** In the form of every sample: UTC, whole seconds, `Z`. */
export const time = kind<string>(
  'time, YYYY-MM-DDThh:mm:ssZ',
  (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value),
);
export const zone = kind<string>('IANA time zone', (value) => {
  try {
    return typeof value === 'string' && Intl.DateTimeFormat('en', { timeZone: value }) !== undefined;
  } catch {
    return false;
  }
});
export const emptyObject = kind<Record<string, never>>(
  '{} and nothing in it',
  (value) => typeof value === 'object' && value !== null && JSON.stringify(value) === '{}',
);

export const oneOf = <const T extends string | number>(...values: T[]): Kind<T> =>
  kind(`one of ${values.join(', ')}`, (value) => values.includes(value as T));
export const startsWith = (start: string): Kind<string> =>
  kind(`string that begins with ${start}`, (value) => typeof value === 'string' && value.startsWith(start));
export const listOf = <P extends Pattern>(pattern: P, { atLeast = 0 } = {}): Kind<Fitting<P>[]> =>
  kind(
    atLeast > 0 ? `list of at least ${atLeast}` : 'list of',
    (value) =>
      Array.isArray(value) && value.length >= atLeast && value.every((entry) => fits(pattern, entry)),
    pattern,
  );
/** A list of exactly these elements, in any order. */
export const inAnyOrder = (...patterns: Pattern[]): Kind<unknown[]> =>
  kind(
    'list in any order',
    (value) =>
      Array.isArray(value) &&
      value.length === patterns.length &&
      patterns.every((pattern) => value.some((entry) => fits(pattern, entry))),
    patterns,
  );
export const optional = <P extends Pattern>(pattern: P): Kind<Fitting<P> | undefined> =>
  kind('left out, or', (value) => value === undefined || fits(pattern, value), pattern);

const isKind = (pattern: Pattern): pattern is Kind =>
  typeof pattern === 'object' && pattern !== null && 'accepts' in pattern;

export function fits(pattern: Pattern, value: unknown): boolean {
  if (isKind(pattern)) return pattern.accepts(value);
  if (typeof pattern !== 'object' || pattern === null) return pattern === value;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(pattern)) {
    return (
      Array.isArray(value) &&
      value.length === pattern.length &&
      pattern.every((entry, n) => fits(entry, value[n]))
    );
  }
  return Object.entries(pattern).every(([field, entry]) =>
    fits(entry, (value as Record<string, unknown>)[field]),
  );
}

/** Shows a pattern as readable JSON, with kinds as `<integer>` or `{"<list of>": ...}`. */
export function shown(pattern: Pattern): unknown {
  if (isKind(pattern)) {
    const { kind: name, of } = pattern;
    return of === undefined ? `<${name}>` : { [`<${name}>`]: shown(of) };
  }
  if (typeof pattern !== 'object' || pattern === null) return pattern;
  if (Array.isArray(pattern)) return pattern.map(shown);
  return Object.fromEntries(Object.entries(pattern).map(([field, entry]) => [field, shown(entry)]));
}
