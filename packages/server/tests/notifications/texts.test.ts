/** The texts that a phone gets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeIn, repliesIn } from '../../src/domain/notifications/texts.ts';

test('no French text has a retailer’s name where its first vowel would change the word before it', () => {
  for (const text of [codeIn.fr, ...Object.values(repliesIn.fr)]) {
    assert.doesNotMatch(text, /(^|[ ’])(de|que) \{/i);
  }
});
