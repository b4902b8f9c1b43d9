/**
 * What is kept of a receiver's answer, for an operator to read. A receiver may repeat what it was sent, in error pages
 * above all, so the secrets of its endpoint are masked, and so is whatever looks like one.
 */
import { limits } from '@aislechat/contract';
import { visibleField } from '../wire/visible.ts';
import type { Answer } from './call.ts';

const mask = '[masked]';
const bearer = /\b(bearer\s+)[^\s"',;<>]+/gi;
const word = /[\w+/=~%-]+/g;
const betweenWords = /[^\w+/=~%-]/g;

/** Long, and with digits or in mixed case: a key or a token rather than the name of an event or of a class. */
const looksLikeToken = (text: string): boolean =>
  (text.length >= 20 && /\d/.test(text)) || (text.length >= 40 && /[a-z]/.test(text) && /[A-Z]/.test(text));

/** @param secrets as they are sent; they are found in JSON and in URLs too */
export function excerptOf({ text, isCut }: Pick<Answer, 'text' | 'isCut'>, secrets: string[]): string {
  const spelled = new Set(secrets.flatMap(spellings));
  let shown = text;
  for (const secret of [...spelled].sort((a, b) => b.length - a.length)) {
    shown = shown.replaceAll(secret, mask);
    if (isCut) shown = withoutBeginning(shown, secret);
  }
  // The last word may be the beginning of a token that would not look like one.
  if (isCut) shown = withoutLastWord(shown);
  shown = shown
    .replaceAll(bearer, `$1${mask}`)
    .replaceAll(word, (found) => (looksLikeToken(found) ? mask : found));
  return firstBytes(visibleField(shown), limits.callbackExcerptBytes);
}

function spellings(secret: string): string[] {
  const bare = secret.replace(/^whsec_/, '');
  return [secret, bare].flatMap((one) => [one, JSON.stringify(one).slice(1, -1), encodeURIComponent(one)]);
}

/** A pattern that is tried at every character of a long word would take quadratic time. */
function withoutLastWord(text: string): string {
  let end = 0;
  for (const { index } of text.matchAll(betweenWords)) end = index + 1;
  return text.slice(0, end);
}

/** Removes the beginning of a secret from the end of a text, where the text was cut. */
function withoutBeginning(text: string, secret: string): string {
  for (let length = Math.min(secret.length, text.length); length > 0; length--) {
    if (text.endsWith(secret.slice(0, length))) return text.slice(0, -length);
  }
  return text;
}

/** Masks and visible control characters make a text longer. */
function firstBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  return bytes.length <= limit ? text : new TextDecoder().decode(bytes.subarray(0, limit), { stream: true });
}
