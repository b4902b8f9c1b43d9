/** The rows of the log on the screen, and how names are shown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialOf, isolated } from '../src/names.ts';
import { transcript } from '../src/transcript.ts';
import { wordsOf } from '../src/words.ts';

function daysOf(timeZone: string, now: string, ...times: string[]): string[] {
  const entries = times.map((at, n) => ({ kind: 'notice', seq: n + 1, at, type: 'late', body: '' }) as const);
  const given = { entries, outgoing: [], side: 'user', shoppers: new Map(), shopper: undefined } as const;
  const conversation = { ...given, entries: [...entries], outgoing: [], timeZone, unreadFrom: undefined };
  const rows = transcript(conversation, { words: wordsOf('en'), locale: 'en-US', now: Date.parse(now) });
  return rows.flatMap((row) => (row.kind === 'day' ? [row.text] : []));
}

test('yesterday is a calendar day, even when the clocks have changed', () => {
  // On Sunday, March 9, 2031, Denver skips an hour: 24 hours before Monday 0:30 it was Saturday 23:30.
  const spring = ['2031-03-08T18:00:00Z', '2031-03-09T18:00:00Z', '2031-03-10T06:10:00Z'];
  assert.deepEqual(daysOf('America/Denver', '2031-03-10T06:30:00Z', ...spring), [
    'Saturday, March 8',
    'Yesterday',
    'Today',
  ]);
  // On Sunday, November 2, an hour occurs twice: 24 hours before 23:30 it was the same day.
  const autumn = ['2031-11-01T18:00:00Z', '2031-11-02T06:10:00Z', '2031-11-03T06:10:00Z'];
  assert.deepEqual(daysOf('America/Denver', '2031-11-03T06:30:00Z', ...autumn), ['Yesterday', 'Today']);
});

test('an unknown time zone does not prevent the log from being shown', () => {
  assert.deepEqual(daysOf('Moon/Tranquility', '2031-03-10T12:00:00Z', '2031-03-10T12:00:00Z'), ['Today']);
});

test('an initial is a visible character as a person counts characters', () => {
  for (const [name, initial] of [
    ['Ilse', 'I'],
    ['𝒜da', '𝒜'],
    ['👩‍🍳 Cook', '👩‍🍳'],
    ['E\u0301va', 'E\u0301'],
    ['\u202eevil', 'e'],
    ['\ud83d', '·'],
    ['\u200b\u2060 Noor', 'N'],
    ['', '·'],
  ] as const) {
    assert.equal(initialOf(name), initial, JSON.stringify(name));
  }
});

test('the direction of a name ends where the name ends', () => {
  assert.equal(isolated('Ilse'), 'Ilse');
  assert.equal(isolated('נועה'), '\u2068נועה\u2069');
  assert.equal(isolated('a\u202eb'), '\u2068ab\u2069');
  // The name cannot close an isolate opened around it.
  assert.equal(isolated('\u2069\u202eb'), '\u2068b\u2069');
});
