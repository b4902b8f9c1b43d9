/** A retailer's server that receives callbacks, and behaves as a test decides. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { patienceMs } from './patience.ts';
import type { Cleanup } from './server.ts';

export interface Received {
  path: string;
  headers: Record<string, string>;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: judged by the test that reads it
  body: any;
  at: number;
}

/** Answers the request, or leaves it unanswered. */
export type Behaviour = (received: Received, response: ServerResponse, request: IncomingMessage) => void;

export const answers =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (_received, response) =>
    response.writeHead(status, headers).end('{}');

export interface Receiver {
  url: string;
  received: Received[];
  behave: Behaviour;
  /** The number of connections ever made. */
  readonly connections: number;
  /** Resolves when `count` callbacks have arrived. */
  until(count: number, withinMs?: number): Promise<Received[]>;
}

export async function startReceiver(t: Cleanup, behave: Behaviour = answers(200)): Promise<Receiver> {
  let wake = () => {};
  let connections = 0;
  const server = createServer(async (request, response) => {
    let text = '';
    request.setEncoding('utf8');
    for await (const chunk of request) text += chunk;
    const isJson = request.headers['content-type'] === 'application/json';
    const received: Received = {
      path: request.url!,
      headers: request.headers as Record<string, string>,
      text,
      body: isJson ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text)),
      at: performance.now(),
    };
    receiver.received.push(received);
    receiver.behave(received, response, request);
    wake();
  });
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    behave,
    get connections() {
      return connections;
    },
    async until(count, withinMs = patienceMs) {
      const giveUp = performance.now() + withinMs;
      while (receiver.received.length < count) {
        const left = giveUp - performance.now();
        if (left <= 0) throw new Error(`${receiver.received.length} callbacks arrived, not ${count}`);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      return receiver.received;
    },
  };
  return receiver;
}
