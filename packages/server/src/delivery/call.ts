/**
 * One POST to an untrusted server: it may answer late, slowly, endlessly or with a redirect, but can use up only
 * its time limit and one connection.
 */
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '@aislechat/contract';
import type { GuardedAgents, GuardedRequest } from './destinations.ts';

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
  body: string;
  /** Whether to read the response body; otherwise it is discarded without waiting for it. */
  readsAnswer: boolean;
  signal: AbortSignal;
}

/** How long a discarded body may take to arrive before its connection is closed rather than reused. */
const drainMs = 1000;

/** @throws the connection's Error, or the signal's */
export async function post(agents: GuardedAgents, call: Call): Promise<Answer> {
  const response = await responseTo(agents, call);
  const answer = {
    status: response.statusCode!,
    retryAfter: response.headers['retry-after'],
    text: '',
  };
  if (call.readsAnswer) return { ...answer, text: await readAll(response, call.signal) };
  discard(response);
  return answer;
}

function responseTo(agents: GuardedAgents, call: Call): Promise<IncomingMessage> {
  const { url, body, headers, signal } = call;
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    let hasAnswered = false;
    const options: GuardedRequest = {
      method: 'POST',
      agent: agents.for(url),
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      signal,
      connecting: signal,
    };
    const request: ClientRequest = send(url, options);
    request.on('response', (response) => {
      hasAnswered = true;
      resolve(response);
    });
    request.on('error', (error: Error & { code?: string }) => {
      // The response has started, so the receiver has the callback; the response stream reports the same error.
      if (hasAnswered) return;
      // A kept-alive connection may have been closed by the peer just now, which says nothing about the receiver.
      const wasClosed = request.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code ?? '');
      if (wasClosed) responseTo(agents, call).then(resolve, reject);
      else reject(error);
    });
    request.end(body);
  });
}

async function readAll(response: IncomingMessage, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('error', () => {});
  for await (const chunk of response) {
    signal.throwIfAborted();
    bytes += chunk.length;
    if (bytes > limits.callbackAnswerBytes) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function discard(response: IncomingMessage): void {
  let bytes = 0;
  const giveUp = new AbortController();
  response.on('error', () => {});
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > limits.callbackAnswerBytes) response.destroy();
  });
  response.once('close', () => giveUp.abort());
  sleep(drainMs, undefined, { signal: giveUp.signal, ref: false }).then(
    () => response.destroy(),
    () => {},
  );
}
