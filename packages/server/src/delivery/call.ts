/**
 * One request to an untrusted server: it may answer late, slowly, endlessly or with a redirect, but can use up only
 * its time limit and one connection.
 */
import { limits } from '@aislechat/contract';
import type { Agent } from 'undici';

export interface Answer {
  status: number;
  /** The `Retry-After` header as received. */
  retryAfter: string | undefined;
  /** The response body, if requested, up to `limits.callbackAnswerBytes`. */
  text: string;
}

export interface Call {
  url: URL;
  headers: Record<string, string>;
  method?: 'POST' | 'DELETE';
  body: string | Uint8Array;
  /** Whether to read the response body; otherwise it is discarded without waiting for it. */
  readsAnswer: boolean;
  signal: AbortSignal;
}

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
  const answer = { status: response.statusCode, retryAfter, text: '' };
  if (call.readsAnswer) return { ...answer, text: await readAll(response.body) };
  const dumping = { limit: limits.callbackAnswerBytes, signal: AbortSignal.timeout(drainMs) };
  response.body.dump(dumping).catch(() => {});
  return answer;
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
