/** A server that answers as a test scripts it, request by request. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Cleanup } from '../../../server/tests/support/server.ts';

export type Turn = (response: ServerResponse, request: IncomingMessage) => void;

export interface ScriptedServer {
  url: string;
  requests: IncomingMessage[];
}

/** @param turns one per request; the last one repeats */
export async function scriptedServer(t: Cleanup, ...turns: Turn[]): Promise<ScriptedServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    request.resume();
    turns[Math.min(requests.length, turns.length) - 1]!(response, request);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, requests };
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Turn =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

export const refused = (status: number, message: string, code: number | null = null): Turn =>
  json(status, { error: { message, code }, meta: {} });

/** A stream of these events; it stays open unless the last one is an end. */
export const stream =
  (...events: [event: string, data: Record<string, unknown>][]): Turn =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('retry: 10\n\n');
    for (const [event, data] of events) response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (events.at(-1)?.[0] === 'end') response.end();
  };
