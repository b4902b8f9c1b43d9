/**
 * One request to an untrusted server: it may answer late, slowly, endlessly or with a redirect, but can use up only
 * its time limit and one connection.
 */
import type { Readable } from 'node:stream';
import { limits } from '@aislechat/contract';
import type { Agent } from 'undici';

export interface Answer {
  status: number;
  /** The `Retry-After` header as received. */
  retryAfter: string | undefined;
  /** The response body, as far as it was requested. */
  text: string;
  /** Whether the body goes on after `text`, or did not arrive in time. */
  isCut: boolean;
}

export interface Call {
  url: URL;
  headers: Record<string, string>;
  method?: 'POST' | 'DELETE';
  body: string | Uint8Array;
  /**
   * How much of the response body to read: `all` up to `limits.callbackAnswerBytes`, its `start` up to
   * `limits.callbackExcerptBytes` as far as it arrives within a second, or nothing. The rest is discarded without
   * waiting for it.
   */
  reads: 'all' | 'start' | 'nothing';
  signal: AbortSignal;
}

/** How long the start of a body is waited for. */
const startMs = 1000;
/** How long a discarded body may take to arrive before its connection is closed rather than reused. */
const drainMs = 1000;

/** What is known of the connection that a request takes. */
export interface Connection {
  isKept: boolean;
}

/** @throws the connection's Error, or the signal's */
export async function post(agent: Agent, call: Call): Promise<Answer> {
  const { url, headers, method = 'POST', body, signal } = call;
  const path = url.pathname + url.search;
  const opaque: Connection = { isKept: false };
  const response = await agent
    .request({ origin: url.origin, path, method, headers, body, signal, opaque })
    .catch((error: Error & { code?: string }) => {
      // The peer may have closed a kept connection just now, which says nothing about the receiver.
      if (opaque.isKept && ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(error.code ?? ''))
        return undefined;
      throw error;
    });
  if (!response) return post(agent, call);
  const retryAfter = [response.headers['retry-after']].flat()[0];
  const answer = { status: response.statusCode, retryAfter, text: '', isCut: false };
  if (call.reads === 'all') return { ...answer, text: await readAll(response.body) };
  if (call.reads === 'start') Object.assign(answer, await readStart(response.body));
  const dumping = { limit: limits.callbackAnswerBytes, signal: AbortSignal.timeout(drainMs) };
  response.body.dump(dumping).catch(() => {});
  return answer;
}

/** A body that breaks off is as good as one that ends: the status has arrived. */
async function readStart(body: Readable): Promise<Pick<Answer, 'text' | 'isCut'>> {
  const { promise: isOver, resolve } = Promise.withResolvers<void>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  body
    .on('data', (chunk: Buffer) => {
      if (bytes < limits.callbackExcerptBytes) chunks.push(chunk.subarray(0, limits.callbackExcerptBytes));
      bytes += chunk.length;
      if (bytes > limits.callbackExcerptBytes) resolve();
    })
    .on('end', resolve)
    .on('error', () => resolve())
    .on('close', resolve);
  const timer = setTimeout(resolve, startMs);
  await isOver;
  clearTimeout(timer);
  const isCut = bytes > limits.callbackExcerptBytes || !body.readableEnded;
  const start = Buffer.concat(chunks).subarray(0, limits.callbackExcerptBytes);
  // A character that was cut in two is left out.
  return { text: new TextDecoder().decode(start, { stream: isCut }), isCut };
}

async function readAll(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > limits.callbackAnswerBytes) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
