/**
 * Checks that HTTP requires before a request is processed (RFC 9110, RFC 9112) and that Node leaves to its users. Their
 * refusals use the envelope too.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from '../../domain/errors.ts';
import { answerTo } from './errors.ts';
import { isReadableUrl } from './text.ts';

/** @throws Refusal */
export function assertReadable(request: IncomingMessage, response: ServerResponse): void {
  if (!hasOneHost(request) || !isReadableUrl(request.url!)) {
    // What follows on this connection may not be what the client meant.
    response.shouldKeepAlive = false;
    throw new Refusal('malformed_request');
  }
  const encoding = request.headers['content-encoding'];
  // Bodies are not decompressed. RFC 9110 section 12.5.3 requires the server to name the encodings that it accepts.
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity') {
    throw new Refusal('unsupported_content_encoding');
  }
}

/** RFC 9112, section 3.2. If there are several, Node returns the first and checks none. */
function hasOneHost({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  let hosts = 0;
  for (let n = 0; n < rawHeaders.length; n += 2) {
    const name = rawHeaders[n]!;
    if (name.length !== 4 || name.toLowerCase() !== 'host') continue;
    hosts += 1;
    if (/[\s/@?#\\]/.test(rawHeaders[n + 1]!)) return false;
  }
  return hosts === 1 || (hosts === 0 && httpVersion === '1.0');
}

/** Whether the error means that the client disconnected before its request was complete. */
export const isCutOff = (error: unknown, { complete, destroyed }: IncomingMessage): boolean =>
  destroyed &&
  !complete &&
  ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes((error as { code?: string }).code ?? '');

/** The target of a request may be a whole URL (RFC 9112, section 3.2.2). Proxies send such targets. */
export const pathOfTarget = (target: string): string =>
  target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '').replace(/^(?!\/)/, '/');

/** Refuses an `Expect` other than `100-continue` (RFC 9110, section 10.1.1). */
export function refuseExpectation(_request: IncomingMessage, response: ServerResponse): void {
  refusePlainly(response, new Refusal('expectation_failed'), { connection: 'close' });
}

/** Refuses a request before the router sees it. */
export function refusePlainly(
  response: ServerResponse,
  refusal: Refusal,
  moreHeaders: Record<string, string>,
): void {
  const { status, headers, body } = answerTo(refusal, { oauth: false, emptyUnauthorized: false });
  const text = JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
    ...moreHeaders,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
