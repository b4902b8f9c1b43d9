/**
 * Strict decoding of bytes to text. Invalid bytes are refused, never replaced by U+FFFD, which could make two names or
 * two people the same.
 */
import { isUtf8 } from 'node:buffer';
import { Refusal } from '../../domain/errors.ts';

const charsetParameter = /;\s*charset\s*=\s*"?([^\s;"]+)/i;
const byteOrderMark = '\ufeff';

/**
 * @param contentType may declare a charset other than UTF-8 (RFC 9110, section 8.3.2)
 * @throws Refusal malformed_request for invalid bytes, unsupported_media_type for an unknown charset
 */
export function decodeText(bytes: Uint8Array, contentType = ''): string {
  const charset = charsetParameter.exec(contentType)?.[1]?.toLowerCase() ?? 'utf-8';
  const text = charset === 'utf-8' ? decodeUtf8(bytes) : decoderOf(charset)(bytes);
  if (text === undefined) throw new Refusal('malformed_request');
  return text;
}

/** @returns the text without a byte order mark, or undefined for bytes that are not UTF-8 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  if (!isUtf8(bytes)) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  return text.startsWith(byteOrderMark) ? text.slice(1) : text;
}

/** @throws Refusal unsupported_media_type */
function decoderOf(charset: string): (bytes: Uint8Array) => string | undefined {
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(charset, { fatal: true });
  } catch (error) {
    if (error instanceof RangeError) throw new Refusal('unsupported_media_type');
    throw error;
  }
  return (bytes) => {
    try {
      return decoder.decode(bytes);
    } catch (error) {
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  };
}

/** Decodes `name=value&...`. Each field may appear once (RFC 6749, section 3.1). @throws Refusal malformed_request */
export function decodeForm(text: string): Record<string, string> {
  const pairs = text
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=').map(decodeFormText);
      return [name, value.join('=')] as const;
    });
  const fields = new Map(pairs);
  if (fields.size < pairs.length) throw new Refusal('malformed_request');
  return Object.fromEntries(fields);
}

/** @throws Refusal malformed_request if the text is not percent-encoded UTF-8 */
export function decodeFormText(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    if (error instanceof URIError) throw new Refusal('malformed_request');
    throw error;
  }
}

/**
 * RFC 3986: the target of a request is ASCII, with everything else percent-encoded. Node turns each other byte into one
 * character, so an ID with such bytes would be a different ID.
 */
export function isReadableUrl(url: string): boolean {
  if (/[^\x21-\x7e]/.test(url)) return false;
  if (!url.includes('%')) return true;
  try {
    decodeURIComponent(url);
    return true;
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}
