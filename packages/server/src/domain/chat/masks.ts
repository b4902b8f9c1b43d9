/**
 * Removes phone numbers, email addresses, card numbers and links from a text. A grocery chat is full of other
 * numbers, so each kind is recognized by its form, and an ambiguous number by the words before it. For the
 * ambiguous cases and how they were decided, see docs/decisions/privacy-masks.md.
 */
import { limits } from '@aislechat/contract';

const removed = {
  phone: '[phone removed]',
  email: '[email removed]',
  card: '[card removed]',
  link: '[link removed]',
} as const;

/** Every pattern looks at each character a bounded number of times, whatever the text. */
export function maskPrivate(text: string): string {
  let masked = text.replace(links, (link, ...rest) => {
    const { scheme, domain } = rest.at(-1) as { scheme?: string; domain?: string };
    if (scheme === undefined && domain !== undefined && !isSite(domain, link)) return link;
    return removed.link;
  });
  masked = masked.replace(emails, removed.email);
  masked = masked.replace(cards, (number) => (isCard(digitsOf(number)) ? removed.card : number));
  for (const phone of phones) masked = masked.replace(phone, removed.phone);
  masked = masked.replace(plainNumbers, (number, ...rest) =>
    isPhone(number, subjectOf(masked.slice(Math.max(0, rest.at(-2) - contextCharacters), rest.at(-2))))
      ? removed.phone
      : number,
  );
  return withinLimit(masked, text);
}

/**
 * Masking dozens of numbers may make a text longer than a message may be. Then the end is cut off, but never in the
 * middle of a mask.
 */
function withinLimit(masked: string, text: string): string {
  if (masked.length <= Math.max(text.length, limits.messageCharacters)) return masked;
  const characters = [...masked];
  if (characters.length <= limits.messageCharacters) return masked;
  return characters
    .slice(0, limits.messageCharacters)
    .join('')
    .replace(/\[[a-z]* ?[a-z]*$/, '');
}

const digitsOf = (text: string): string => text.replaceAll(/\D/g, '');

// --- Links ------------------------------------------------------------------------------------------

/** Top-level domains that are not English, French or Spanish words, so that "ripe.me too" is left alone. */
const sites =
  'com|net|org|info|biz|io|app|shop|store|online|site|xyz|link|page|dev|gg|ly|gl|tv|fr|uk|mx|eu|nl|edu|gov';
/** Top-level domains that are also words need a path: "wa.me/..." is a link, "no hay.es igual" is not. */
const wordSites = 'me|us|ca|es|de|it|be|co|to|at|in|ch|pt|ar|cl';

const links =
  /(?:(?<scheme>(?<![\p{L}\d+.-])[a-z][a-z0-9+.-]{1,20}:\/\/|(?<![\p{L}\d@.-])www\.(?=[\p{L}\d]))[^\s<>"«»]*[^\s<>"«».,;:!?)\]}'’]|(?<![\p{L}\d@._%+-])(?<domain>[\p{L}\d-]{1,63}(?:\.[\p{L}\d-]{1,63}){0,4}\.[a-z]{2,6})(?![\p{L}\d@-]|\.\p{L})(?:\/[^\s<>"«»]*[^\s<>"«».,;:!?)\]}'’]|\/)?)/giu;

function isSite(domain: string, link: string): boolean {
  const ending = domain.slice(domain.lastIndexOf('.') + 1).toLowerCase();
  const hasPath = link.length > domain.length;
  if (!/[\p{L}]/u.test(domain.slice(0, domain.lastIndexOf('.')))) return false;
  return sites.split('|').includes(ending) || (hasPath && wordSites.split('|').includes(ending));
}

// --- Email ------------------------------------------------------------------------------------------

const emails =
  /(?<![\p{L}\d._%+-])[\p{L}\d._%+-]{1,64}@[\p{L}\d-]{1,63}(?:\.[\p{L}\d-]{1,63}){0,5}\.\p{L}{2,24}(?![\p{L}\d])/giu;

// --- Cards ------------------------------------------------------------------------------------------

const cards =
  /(?<![\p{L}\d]|\d[.,-])(?:\d{14,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{2,4}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{4,5})(?![\d])/gu;

/** The length and first digits of cards in use, and the check digit (Luhn). */
function isCard(digits: string): boolean {
  const fits =
    /^(?:4\d{15}(?:\d{3})?|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|35\d{14}|6\d{15,18}|5[06-8]\d{14,17})$/;
  return fits.test(digits) && luhn(digits);
}

function luhn(digits: string): boolean {
  let sum = 0;
  for (let n = 0; n < digits.length; n++) {
    const digit = Number(digits[digits.length - 1 - n]);
    const doubled = n % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

// --- Phones -----------------------------------------------------------------------------------------

const gap = '[ .\\u00a0\\u202f-]';
/** Not part of a word, a longer number, a decimal, a time or a date. */
const before = '(?<![\\p{L}\\d]|\\d[.,:/-])';
/** Nor a quantity. */
const after =
  '(?![\\p{L}\\d]|[.,:/-]\\d| ?(?:g|kg|mg|ml|cl|dl|l|lbs?|oz|cm|mm|m|pcs?|uds?|x|€|\\$|£|%)(?![\\p{L}\\d]))';
const form = (body: string) => new RegExp(`${before}${body}${after}`, 'giu');

/** Numbers recognizable by their form alone. */
const phones = [
  // +33 (0)6 12 34 56 78
  /(?<![\p{L}\d)])\+[1-9](?:[ .\u00a0\u202f()-]{0,3}\d){7,14}(?!\d)/gu,
  // 00 33 6 12 34 56 78
  form(`00${gap}?[1-9]\\d{0,2}(?:${gap}\\d{1,5}){2,5}`),
  // (303) 555-0100, 1-800-555-0199
  new RegExp(
    `(?<![\\p{L}\\d]|\\d[.,:/-])(?:1${gap}?)?\\([2-9]\\d{2}\\)${gap}?\\d{3}${gap}?\\d{4}${after}`,
    'giu',
  ),
  form(`(?:1${gap})?[2-9]\\d{2}(${gap})[2-9]\\d{2}(?:\\1|-)\\d{4}`),
  // 06 12 34 56 78
  form(`0[1-9](${gap})\\d{2}\\1\\d{2}\\1\\d{2}\\1\\d{2}`),
  // 612 345 678, 612 34 56 78
  form(`[6-9]\\d{2}(${gap})(?:\\d{3}\\1\\d{3}|\\d{2}\\1\\d{2}\\1\\d{2})`),
  // 55 1234 5678, (55) 1234-5678
  form(`[1-9]\\d(?:${gap})[1-9]\\d{3}${gap}\\d{4}`),
  new RegExp(`(?<![\\p{L}\\d])\\(0?[1-9]\\d{0,3}\\)${gap}?\\d{3,4}${gap}?\\d{3,4}${after}`, 'giu'),
  // 020 7946 0958, 07911 123456, 0412 345 678
  form(`0[1-9]\\d{1,3}${gap}\\d{3,4}${gap}\\d{3,4}`),
  form(`0[1-9]\\d{3}${gap}\\d{6}`),
];

/** Seven to fifteen digits in a row, or 555-0100. */
const plainNumbers = new RegExp(`(?<![\\p{L}\\d#]|\\d[.,:/-]|# )(?:\\d{3}-\\d{4}|\\d{7,15})${after}`, 'giu');

function isPhone(number: string, subject: 'phone' | 'code' | undefined): boolean {
  if (subject === 'code') return false;
  if (subject === 'phone') return true;
  // Mobile numbers as written in the United States, France and Britain; shorter numbers could be anything.
  if (/^1?[2-9]\d{2}[2-9]\d{6}$/.test(number) || /^0[1-9]\d{8}$/.test(number)) return true;
  if (/^07\d{9}$/.test(number)) return true;
  return /^00[1-9]\d{8,12}$/.test(number) && !hasProductCheckDigit(number);
}

/** The check digit of UPC and EAN. */
function hasProductCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let n = 0; n < digits.length; n++) sum += Number(digits.at(-1 - n)) * (n % 2 === 1 ? 3 : 1);
  return sum % 10 === 0;
}

const contextCharacters = 30;
const ofPhones =
  'call|text|phone|cell|cellphone|mobile|tel|sms|whatsapp|reach|my number|appel\\p{L}*|téléphone|telephone|tél|portable|join(?:dre|ignable)|mon num[ée]ro|llam\\p{L}*|llám\\p{L}*|móvil|movil|celular|teléfono|telefono|tfno|mi n[úu]mero';
const ofCodes =
  'order|commande|pedido|item|article|art[íi]culo|producto?|produit|upc|ean|gtin|sku|plu|barcode|code|c[óo]digo|r[ée]f|r[ée]f[ée]rence|referencia|lote?|batch|ticket|loyalty|coupon|cup[óo]n|bon|vale|invoice|facture|factura|total';
const subjects = new RegExp(`(?<!\\p{L})(?:(?<phone>${ofPhones})|(?<code>${ofCodes}))s?(?!\\p{L})`, 'giu');

/** What the nearest indicative word says the number is. */
function subjectOf(words: string): 'phone' | 'code' | undefined {
  const last = [...words.matchAll(subjects)].at(-1);
  if (!last) return undefined;
  return last.groups!.phone !== undefined ? 'phone' : 'code';
}
