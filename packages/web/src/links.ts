/**
 * Makes the addresses and phone numbers of a text tappable. Only `http`, `https` and `tel` become links; the text of a
 * link is what the person wrote, and nothing of the address is loaded before the tap.
 */
import { html, type TemplateResult } from 'lit';

/** An address, or a phone number after something that is not a part of it. */
const found =
  /(https?:\/\/[^\s<>"'`]{1,500})|(?:^|[^\w.,:/+-])(\+\d{7,15}|(?:\+\d{1,3}[ .-]?)?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:([ .-])\d{2,4}(?:\3\d{2,4}){0,4})?)(?![\w/:-]|[.,]\d)/gi;
/** Punctuation after an address belongs to the sentence. */
const closing = /[.,;:!?)\]}»”’…*]+$/u;
const digitsOfNumber = { least: 7, most: 15 };
const date = /^(?:\d{4}([.-])\d\d?\1\d\d?|\d\d?([.-])\d\d?\2\d{4})$/;

/** @returns the text in parts, of which some are links, or the text itself if it has none */
export function linked(text: string): string | (string | TemplateResult)[] {
  if (!/:\/\/|\d\d/.test(text)) return text;
  const parts: (string | TemplateResult)[] = [];
  let at = 0;
  for (const { 0: match, 1: address, 2: number, index } of text.matchAll(found)) {
    const shown = address?.replace(closing, '') ?? number ?? '';
    const href = address === undefined ? phoneOf(shown) : webOf(shown);
    if (href === undefined) continue;
    const start = index + match.indexOf(shown);
    parts.push(text.slice(at, start));
    parts.push(
      address === undefined
        ? html`<a href=${href}>${shown}</a>`
        : html`<a href=${href} target="_blank" rel="noreferrer">${shown}</a>`,
    );
    at = start + shown.length;
  }
  return parts.length === 0 ? text : [...parts, text.slice(at)];
}

/** An address with a user name, such as `https://shop.example@evil.example`, looks like another one. */
function webOf(text: string): string | undefined {
  const url = URL.canParse?.(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '') return undefined;
  return url.href;
}

/** Digits alone may be the number of an order or of a product, so a phone number begins with `+` or is grouped. */
function phoneOf(text: string): string | undefined {
  const digits = text.replaceAll(/\D/g, '');
  const isLong = digits.length >= digitsOfNumber.least && digits.length <= digitsOfNumber.most;
  const isGrouped = /^\+|[ .()-]/.test(text);
  return isLong && isGrouped && !date.test(text)
    ? `tel:${text.startsWith('+') ? '+' : ''}${digits}`
    : undefined;
}
