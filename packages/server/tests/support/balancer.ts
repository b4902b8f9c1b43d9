/**
 * A load balancer such as operators have: it forwards each request to one server in turn, over connections that stay open.
 * When a server does not answer, it repeats what may be repeated on the next one: GET and PUT, and a POST that has an
 * idempotency key.
 */
import { once } from 'node:events';
import { Agent, createServer, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Cleanup } from './server.ts';

interface Forwarded {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** How long it looks for a server that answers. */
const attempts = 20;

/**
 * @param servers the addresses, which may change while it runs
 * @param repeats whether it repeats requests
 */
export async function startBalancer(t: Cleanup, servers: string[], repeats = true): Promise<string> {
  const agent = new Agent({ keepAlive: true });
  let turn = 0;
  const balancer = createServer(async (incoming, outgoing) => {
    const forwarded: Forwarded = {
      method: incoming.method!,
      path: incoming.url!,
      headers: incoming.headers,
      body: await text(incoming),
    };
    const { status, headers, body } = await answer(forwarded);
    const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...kept } = headers;
    outgoing.writeHead(status, kept).end(body);
  });

  async function answer(forwarded: Forwarded): Promise<Answered> {
    const isRepeatable = forwarded.method !== 'POST' || forwarded.headers['idempotency-key'] !== undefined;
    for (let attempt = 1; ; attempt++) {
      try {
        return await forward(agent, servers[turn++ % servers.length]!, forwarded);
      } catch {
        if (!repeats || !isRepeatable || attempt === attempts) return { status: 502, headers: {}, body: '' };
      }
    }
  }

  balancer.listen(0, '127.0.0.1');
  await once(balancer, 'listening');
  t.after(() => {
    agent.destroy();
    balancer.closeAllConnections();
    balancer.close();
  });
  return `http://127.0.0.1:${(balancer.address() as AddressInfo).port}`;
}

/** @throws Error if the connection breaks before the whole answer has come */
async function forward(
  agent: Agent,
  server: string,
  { method, path, headers, body }: Forwarded,
): Promise<Answered> {
  const { connection: _, host: __, ...kept } = headers;
  const sent = request(server + path, { agent, method, headers: kept });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode!, headers: answer.headers, body: await text(answer) };
}
