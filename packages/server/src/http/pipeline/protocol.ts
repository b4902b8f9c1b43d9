/**
 * What HTTP asks of a request before anything is done with it (RFC 9110, RFC 9112), as far as Node leaves it to its
 * users, so that these refusals come in the envelope as well.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from '../../domain/errors.ts';
import { answerTo } from './errors.ts';
import { isReadableUrl } from './text.ts';

/** @throws Refusal */
export function assertReadable(request: IncomingMessage, response: ServerResponse): void {
  if (!hasOneHost(request) || !isReadableUrl(request.url!)) {
    // Who sends this may mean something else by what comes next.
    response.shouldKeepAlive = false;
    throw new Refusal('malformed_request');
  }
  const encoding = request.headers['content-encoding'];
  // Bodies are read as they are; RFC 9110 section 12.5.3 has a server name what it takes.
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity') {
    throw new Refusal('unsupported_content_encoding');
  }
}

/** RFC 9112, section 3.2. Node shows the first of several and checks none. */
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

/** Whether a request ended before its body did, and that is what the error says. */
export const isCutOff = (error: unknown, { complete, destroyed }: IncomingMessage): boolean =>
  destroyed &&
  !complete &&
  ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes((error as { code?: string }).code ?? '');

/** A request's target may be a whole URL (RFC 9112, section 3.2.2), as proxies send it. */
export const pathOfTarget = (target: string): string =>
  target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '').replace(/^(?!\/)/, '/');

/** Answers an `Expect` other than `100-continue` (RFC 9110, section 10.1.1). */
export function refuseExpectation(_request: IncomingMessage, response: ServerResponse): void {
  refusePlainly(response, new Refusal('expectation_failed'));
}

/** Refuses what the router never sees, and closes the connection. */
export function refusePlainly(response: ServerResponse, refusal: Refusal): void {
  const { status, headers, body } = answerTo(refusal, { oauth: false, emptyUnauthorized: false });
  const text = JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    connection: 'close',
  });
  response.end(text);
}
