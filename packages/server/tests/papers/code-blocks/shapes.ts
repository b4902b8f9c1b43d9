/**
 * Whether the result that an example shows has the shape of the actual result: the same form with other
 * numbers and names.
 */
import assert from 'node:assert/strict';

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

/**
 * Objects must have the same keys and values the same types; each entry of a list must match an actual one.
 * `null` matches anything.
 */
export function assertSameShape(shown: unknown, came: unknown, where: string): void {
  if (shown === null || came === null) return;
  assert.equal(kindOf(came), kindOf(shown), `${where}: the type`);
  if (Array.isArray(shown)) {
    for (const [n, entry] of shown.entries()) {
      const likeOne = (came as unknown[]).some((other) => isSameShape(entry, other));
      assert.ok(likeOne, `${where}[${n}] is like none of ${JSON.stringify(came).slice(0, 600)}`);
    }
  } else if (typeof shown === 'object') {
    assert.deepEqual(Object.keys(came as object).sort(), Object.keys(shown).sort(), `${where}: the fields`);
    for (const [key, value] of Object.entries(shown)) {
      assertSameShape(value, (came as Record<string, unknown>)[key], `${where}.${key}`);
    }
  }
}

function isSameShape(shown: unknown, came: unknown): boolean {
  try {
    assertSameShape(shown, came, '');
    return true;
  } catch {
    return false;
  }
}

/** A number, a time or an ID, which differs each time. */
const isOther = (word: string): boolean => /\d/.test(word) || word.length >= 20;

/** Asserts that the same lines have the same words; a line of three dots stands for any lines. */
export function assertSameWords(shown: string, came: string, where: string): void {
  const linesOf = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((line) =>
        line
          .trim()
          .split(/\s+/)
          .map((word) => (isOther(word) ? '#' : word))
          .join(' '),
      );
  const wanted = linesOf(shown);
  const given = linesOf(came);
  let next = 0;
  let mayJump = false;
  for (const line of wanted) {
    if (line === '...') {
      mayJump = true;
      continue;
    }
    const found: number = mayJump ? given.indexOf(line, next) : given[next] === line ? next : -1;
    assert.ok(found >= 0, `${where}: "${line}" is not where it should be in\n${came}`);
    next = found + 1;
    mayJump = false;
  }
  assert.ok(mayJump || next === given.length, `${where}: more came:\n${given.slice(next).join('\n')}`);
}
