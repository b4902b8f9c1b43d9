/**
 * An HTTP proxy as bad as a phone's network: requests and answers get lost, delayed, duplicated and
 * truncated. Seeded. Streams are cut after a few pieces, with a short retry delay.
 */
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { seededRandom } from '../../../server/tests/support/random.ts';
import type { Cleanup } from '../../../server/tests/support/server.ts';

export const faults = [
  /** Cut before it reaches the server. */
  'lost',
  /** Reaches the server; the connection is cut before the answer arrives. */
  'unheard',
  /** Half of the answer arrives, then nothing. */
  'halved',
  /** The connection is cut at once, and the request reaches the server later, after others. */
  'late',
  /** Reaches the server twice at the same time. */
  'doubled',
  'delayed',
  /** The proxy answers by itself. */
  'overloaded',
  /** A captive portal's page, with status 200. */
  'captive',
] as const;
export type Fault = (typeof faults)[number];

export interface BadProxyOptions {
  seed: number;
  /** The percentage of requests that go wrong. */
  percent: number;
  /** A stream is cut after at most this many pieces. */
  streamPieces?: number;
  /** What happens to streams otherwise: they are buffered until they end, or refused. */
  streams?: 'pass' | 'gathered' | 'refused';
}

export interface BadProxy {
  readonly url: string;
  /** How often each fault occurred, and how often a stream was cut. */
  readonly done: Record<Fault | 'stream cut', number>;
  /** The number of requests so far whose path contains this. */
  asked(part: string): number;
  set(options: Partial<BadProxyOptions>): void;
}

const delayMs = 15;
const lateMs = 80;
const retryMs = 20;

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

export async function badProxy(t: Cleanup, target: string, given: BadProxyOptions): Promise<BadProxy> {
  const options = { streamPieces: Number.POSITIVE_INFINITY, streams: 'pass', ...given };
  const random = seededRandom(options.seed);
  const agent = new Agent({ keepAlive: true });
  const done = Object.fromEntries([...faults, 'stream cut'].map((name) => [name, 0])) as BadProxy['done'];
  const paths: string[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const later = (ms: number, act: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  };

  function forward(incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const outgoing = request(target + incoming.url!, {
        method: incoming.method!,
        headers: incoming.headers,
        agent,
      });
      outgoing.on('response', resolve).on('error', reject);
      outgoing.end(body);
    });
  }

  async function answerOf(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    const response = await forward(incoming, body);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return { status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) };
  }

  const give = (response: ServerResponse, { status, headers, body }: Answer) => {
    if (!response.destroyed) response.writeHead(status, headers).end(body);
  };

  async function pass(fault: Fault | undefined, incoming: IncomingMessage, response: ServerResponse) {
    const body = await bodyOf(incoming);
    switch (fault) {
      case 'lost':
        return response.destroy();
      case 'late':
        response.destroy();
        return later(random.below(lateMs), () => answerOf(incoming, body).catch(() => {}));
      case 'overloaded':
        return response.writeHead(503).end('busy');
      case 'captive':
        return response
          .writeHead(200, { 'content-type': 'text/html' })
          .end('<p>Welcome to our store’s Wi-Fi!');
      case 'unheard':
        await answerOf(incoming, body);
        return response.destroy();
      case 'halved': {
        const answer = await answerOf(incoming, body);
        response.writeHead(answer.status, answer.headers);
        response.write(answer.body.subarray(0, answer.body.length / 2));
        return later(2, () => response.destroy());
      }
      case 'doubled': {
        const [first, second] = await Promise.all([answerOf(incoming, body), answerOf(incoming, body)]);
        return give(response, random.below(2) === 0 ? first : second);
      }
      case 'delayed':
        return later(random.below(delayMs), () =>
          answerOf(incoming, body).then(
            (answer) => give(response, answer),
            () => response.destroy(),
          ),
        );
      default:
        return give(response, await answerOf(incoming, body));
    }
  }

  async function passStream(incoming: IncomingMessage, response: ServerResponse) {
    if (options.streams === 'refused') {
      return response.writeHead(200, { 'content-type': 'text/html' }).end('<p>No streams here');
    }
    const stream = await forward(incoming, Buffer.alloc(0));
    response.on('close', () => stream.destroy());
    if (options.streams === 'gathered') {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk);
      return response.writeHead(stream.statusCode!, stream.headers).end(Buffer.concat(chunks));
    }
    response.writeHead(stream.statusCode!, stream.headers).flushHeaders();
    let left = 1 + random.below(Math.min(options.streamPieces, 1e6));
    for await (const chunk of stream) {
      left -= 1;
      if (left < 0 && options.streamPieces !== Number.POSITIVE_INFINITY) {
        done['stream cut'] += 1;
        // The cut falls somewhere within an event.
        response.write(chunk.subarray(0, random.below(chunk.length)));
        return response.destroy();
      }
      response.write(String(chunk).replace(/^retry: \d+/, `retry: ${retryMs}`));
    }
    return response.end();
  }

  const server = createServer((incoming, response) => {
    paths.push(incoming.url!);
    response.on('error', () => {});
    const isStream = incoming.url!.includes('/stream');
    const fault =
      incoming.method !== 'OPTIONS' && random.below(100) < options.percent ? random.pick(faults) : undefined;
    if (fault && !(isStream && fault === 'doubled')) done[fault] += 1;
    const work =
      isStream &&
      incoming.method === 'GET' &&
      (fault === undefined || !['lost', 'overloaded'].includes(fault))
        ? passStream(incoming, response)
        : pass(fault, incoming, response);
    work.catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const timer of timers) clearTimeout(timer);
    server.close();
    server.closeAllConnections();
    agent.destroy();
  });
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    done,
    asked: (part) => paths.filter((path) => path.includes(part)).length,
    set: (changed) => Object.assign(options, changed),
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks);
}
