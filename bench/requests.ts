/** The bytes of the requests: created before the clock starts, and the same for both sides of a comparison. */
import { chatOrderId, type Shape } from './seed.ts';

/** The path of the n-th seeded conversation. */
export const chatPath = (shape: Shape, chat: number): string =>
  `/v2/post_checkout/chat/${chatOrderId(shape, chat)}/messages`;

export const authorization = (token: string) => ({ authorization: `Bearer ${token}` });

export function readChat(shape: Shape, token: string, chat: number, etag?: string): Buffer {
  const condition = etag === undefined ? {} : { 'if-none-match': etag };
  return requestBytes('GET', chatPath(shape, chat), { ...authorization(token), ...condition }, '');
}

export function sendMessage(path: string, token: string, text: string): Buffer {
  const body = JSON.stringify({ body: text });
  const headers = {
    ...authorization(token),
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
  };
  return requestBytes('POST', path, headers, body);
}

function requestBytes(method: string, path: string, headers: Record<string, string>, body: string): Buffer {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    'accept: application/json',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/**
 * Visits every conversation once before repeating any. Successive ones are far apart, so a page read for one does
 * not serve the next.
 */
export const scattered = (count: number) => {
  let stride = Math.floor(count * 0.618) | 1;
  while (commonDivisor(stride, count) !== 1) stride += 2;
  return (n: number): number => (n * stride) % count;
};

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));
