const iso8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/i;

/** An ISO 8601 instant with its offset as ms UTC, or undefined. */
export function instantOf(text: string): number | undefined {
  const instant = iso8601.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
}
