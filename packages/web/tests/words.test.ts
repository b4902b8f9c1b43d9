/** Plural forms, and which texts a locale gets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialogWords } from '../src/dialog-words.ts';
import { statusWordsOf } from '../src/order-status/status-words.ts';
import { shopperWordsOf } from '../src/shopper/words.ts';
import { fillCount, languageOf } from '../src/words.ts';

test('a number takes the plural form of its language', () => {
  const said = (locale: string, count: number) => {
    const words = shopperWordsOf(locale);
    return [words.left, words.unreadCount, words.jumpNew].map((forms) => fillCount(words, forms, count));
  };
  assert.deepEqual(said('en', 1), ['1 character left', '1 unread', '1 new']);
  assert.deepEqual(said('en', 0), ['0 characters left', '0 unread', '0 new']);
  // French treats 0 as singular.
  assert.deepEqual(said('fr-FR', 0), ['0 caractère restant', '0 non lu', '0 nouveau']);
  assert.deepEqual(said('fr-CA', 2), ['2 caractères restants', '2 non lus', '2 nouveaux']);
  assert.deepEqual(said('es-US', 1), ['Queda 1 carácter', '1 sin leer', '1 nuevo']);
  assert.deepEqual(said('es', 2), ['Quedan 2 caracteres', '2 sin leer', '2 nuevos']);
  assert.deepEqual(said('de', 1), said('en', 1));
});

test('French is Canadian French if the region says so', () => {
  assert.equal(shopperWordsOf('fr-CA').quick1, 'Je m’en occupe!');
  assert.equal(shopperWordsOf('fr').quick1, 'Je m’en occupe\u202f!');
  assert.equal(shopperWordsOf('fr-FR-u-ca-gregory'), shopperWordsOf('fr'));
  assert.equal(shopperWordsOf('fr-Latn-CA-u-ca-gregory'), shopperWordsOf('fr-CA'));
  assert.equal(shopperWordsOf('en-CA'), shopperWordsOf('en'));
  assert.deepEqual(['fr-CA', 'es-MX', 'de-DE'].map(languageOf), ['fr-CA', 'es-MX', 'en']);
});

const locales = ['en', 'fr', 'fr-CA', 'es'];
/** Each text of a locale with its name, and each form of a text with a number. */
const textsOf = (locale: string): [name: string, text: string][] =>
  Object.entries({ ...dialogWords, ...shopperWordsOf(locale), ...statusWordsOf(locale) }).flatMap(
    ([name, text]) =>
      typeof text === 'string'
        ? [[name, text] as [string, string]]
        : Object.entries(text).map(([form, text]): [string, string] => [`${name} ${form}`, String(text)]),
  );

test('every text has the same values to fill in, in all languages', () => {
  const valuesIn = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();
  const english = new Map(textsOf('en').map(([name, text]) => [name, valuesIn(text)]));
  for (const locale of locales) {
    for (const [name, text] of textsOf(locale)) {
      assert.deepEqual(valuesIn(text), english.get(name), `${locale} ${name}: ${text}`);
    }
  }
});

test('punctuation is that of each language', () => {
  for (const locale of locales) {
    for (const [name, text] of textsOf(locale)) {
      const where = `${locale} ${name}: ${text}`;
      assert.doesNotMatch(text, /['"]|\.\.\./, where);
      assert.doesNotMatch(text, / [?!:;]/, where);
      if (locale === 'fr') assert.doesNotMatch(text, /[^\u202f][?!;]|[^\u00a0]:/, where);
      else assert.doesNotMatch(text, /\u202f/, where);
      if (locale === 'es') {
        assert.equal(text.includes('?'), text.includes('¿'), where);
        assert.equal(text.includes('!'), text.includes('¡'), where);
      }
    }
  }
});

test('no French sentence has a value where its first vowel would change the word before it', () => {
  for (const locale of ['fr', 'fr-CA']) {
    for (const [name, text] of textsOf(locale)) {
      // A time begins with a digit.
      assert.doesNotMatch(
        text,
        /(^|[ ’])(de|le|la|je|me|te|se|ne|ce|que|jusque|lorsque|puisque|si) \{(?!time)/i,
        `${locale} ${name}: ${text}`,
      );
    }
  }
});
