/**
 * A proxy between an example and the server that checks both sides of every exchange against the contract:
 * the path, the parameters and the body that were sent, and the answer.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as ask, createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Route } from '@aislechat/contract';
import { assertFits, assertFitsContract, bodyOf, routeOf } from '../../support/client.ts';
import type { Cleanup } from '../../support/server.ts';

export interface Exchange {
  method: string;
  path: string;
  route: Route | undefined;
  status: number;
}

export interface Witness {
  url: string;
  exchanges: Exchange[];
  /** Descriptions of what did not fit. */
  complaints: string[];
}

export async function witness(t: Cleanup, url: string): Promise<Witness> {
  const seen: Witness = { url: '', exchanges: [], complaints: [] };
  const { hostname, port } = new URL(url);
  const server = createServer(async (incoming, outgoing) => {
    const [method, path] = [incoming.method!, incoming.url!];
    const sent = await buffer(incoming);
    // Not on a connection of an earlier request, which the server may be closing.
    const onward = ask({ hostname, port, method, path, headers: incoming.headers, agent: false });
    outgoing.on('close', () => onward.destroy());
    onward.on('error', () => outgoing.destroy());
    onward.on('response', async (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.rawHeaders);
      const isStream = answer.headers['content-type']?.startsWith('text/event-stream') === true;
      if (isStream) {
        answer.pipe(outgoing);
        judge(incoming, sent, answer, '');
        return;
      }
      const received = await buffer(answer);
      // Judged before the client continues.
      judge(incoming, sent, answer, received.toString());
      outgoing.end(received);
    });
    onward.end(sent);
  }).listen(0, '127.0.0.1');

  function judge(incoming: IncomingMessage, sent: Buffer, answer: IncomingMessage, text: string): void {
    const [method, path, status] = [incoming.method!, incoming.url!, answer.statusCode!];
    const route = routeOf(method, path);
    seen.exchanges.push({ method, path, route, status });
    try {
      const { searchParams } = new URL(path, url);
      for (const name of searchParams.keys())
        assert.ok(name in (route?.query?.properties ?? {}), `${path}: ?${name}`);
      if (sent.length > 0) assertSent(route, incoming.headers['content-type'], sent.toString());
      // Pages are not part of the contract.
      if (answer.headers['content-type']?.startsWith('text/html')) return;
      const body = bodyOf(answer.headers['content-type'], text);
      assertFitsContract(method, path, { status, text, body });
    } catch (error) {
      seen.complaints.push(`${method} ${path}: ${(error as Error).message}`);
    }
  }

  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  seen.url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  return seen;
}

function assertSent(route: Route | undefined, type: string | undefined, text: string): void {
  assert.ok(route?.body, 'a body that the route does not read');
  // A form contains texts: its names are checked by their schema, its values by the answer.
  if (type?.startsWith('application/json'))
    assertFits(route.body, JSON.parse(text), 'the body that was sent');
  else if (type?.startsWith('application/x-www-form-urlencoded')) {
    const { properties } = route.body as { properties?: object };
    for (const name of new URLSearchParams(text).keys()) assert.ok(name in properties!, `field ${name}`);
  }
}
