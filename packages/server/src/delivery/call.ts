/**
 * One POST to somebody else's server, of whom nothing is believed: it may answer late, slowly, endlessly or with a
 * redirect, and costs no more than its time and one connection.
 */
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '@aislechat/contract';
import type { GuardedAgents, GuardedRequest } from './destinations.ts';

export interface Answer {
  status: number;
  /** The header `Retry-After`, as it came. */
  retryAfter: string | undefined;
  /** What was asked for of the body, at most `limits.callbackAnswerBytes`. */
  text: string;
}

export interface Call {
  url: URL;
  headers: Record<string, string>;
  body: string;
  /** Whether the body of the answer is wanted; else it is thrown away, and not waited for. */
  readsAnswer: boolean;
  signal: AbortSignal;
}

/** What is thrown away of an answer has this long to arrive; else its connection is not used again. */
const drainMs = 1000;

/** @throws Error of the connection, or of the signal */
export async function post(agents: GuardedAgents, call: Call): Promise<Answer> {
  const response = await responseTo(agents, call);
  const answer = {
    status: response.statusCode!,
    retryAfter: response.headers['retry-after'],
    text: '',
  };
  if (call.readsAnswer) return { ...answer, text: await readAll(response, call.signal) };
  throwAway(response);
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
      // The answer has begun: the receiver has the callback, and the response gets this error too.
      if (hasAnswered) return;
      // A connection that was kept may have been closed at the other end just now: that tells nothing.
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

function throwAway(response: IncomingMessage): void {
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
