/** Which parts of a message become links. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TemplateResult } from 'lit';
import { processorMs } from '../../server/tests/support/processor-time.ts';
import { linked } from '../src/links.ts';

/** The address and the text of each link. */
const partsOf = (text: string) => [linked(text)].flat();
const linksIn = (text: string): unknown[][] =>
  partsOf(text).flatMap((part) => (typeof part === 'string' ? [] : [(part as TemplateResult).values]));
const wholeOf = (text: string) =>
  partsOf(text)
    .map((part) => (typeof part === 'string' ? part : (part as TemplateResult).values[1]))
    .join('');

test('web addresses become links, without the punctuation of the sentence around them', () => {
  assert.deepEqual(linksIn('See https://shop.example/a?b=c#d.'), [
    ['https://shop.example/a?b=c#d', 'https://shop.example/a?b=c#d'],
  ]);
  assert.deepEqual(linksIn('(http://shop.example), and HTTPS://Shop.example/B!'), [
    ['http://shop.example/', 'http://shop.example'],
    ['https://shop.example/B', 'HTTPS://Shop.example/B'],
  ]);
});

test('phone numbers become links if they are grouped or begin with a plus', () => {
  for (const [text, href] of [
    ['Call 303-555-0199.', 'tel:3035550199'],
    ['(303) 555-0199', 'tel:3035550199'],
    ['+1 (303) 555-0199', 'tel:+13035550199'],
    ['+13035550199', 'tel:+13035550199'],
    ['au 06 12 34 56 78, merci', 'tel:0612345678'],
    ['555-0199', 'tel:5550199'],
  ] as const) {
    assert.deepEqual(
      linksIn(text).map(([address]) => address),
      [href],
      text,
    );
  }
});

test('nothing else becomes a link', () => {
  for (const text of [
    'javascript:alert(1)',
    'java\nscript://x',
    'data:text/html,<b>x</b>',
    'JaVaScRiPt://shop.example/%0aalert(1)',
    'ftp://shop.example/x',
    'https://bank.example@evil.example/',
    'https://',
    'order 4411223344',
    'code 000111222333',
    'on 2026-11-29 at 10:30',
    'on 29.11.2026',
    '4111 1111 1111 1111 1111',
    'ab12-345-6789',
    '12.50',
    '2 for 3',
  ]) {
    assert.deepEqual(linksIn(text), [], text);
  }
});

test('the text stays what it was, whatever is linked', () => {
  for (const text of [
    'a https://x.example/b, 303-555-0199 c',
    '',
    'plain',
    '(303) 555-0199',
    ' https://x.example ',
  ]) {
    assert.equal(wholeOf(text), text);
  }
});

test('a long text takes no longer than its length', () => {
  const ms = processorMs(() => {
    for (const part of ['1 ', '12-', '(1) ', '+1 ', 'https://', '1.1.1']) linked(part.repeat(20_000));
  });
  assert.ok(ms < 5_000);
});
