/** Forwards requests to a server and records them; a test may change the answers on the way. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Cleanup } from './server.ts';

export interface Relayed {
  method: string;
  path: string;
  status: number;
  text: string;
}

export interface Relay {
  url: string;
  relayed: Relayed[];
}

/** @param change replaces the answer to the client */
export async function startRelay(
  t: Cleanup,
  to: string,
  change: (answer: Relayed) => Relayed = (answer) => answer,
): Promise<Relay> {
  const relayed: Relayed[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
    const answer = await fetch(to + request.url!, {
      method: request.method!,
      headers: headers as Record<string, string>,
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const note = {
      method: request.method!,
      path: request.url!,
      status: answer.status,
      text: await answer.text(),
    };
    relayed.push(note);
    const { status, text } = change(note);
    const challenge = answer.headers.get('www-authenticate');
    response.writeHead(status, {
      'content-type': answer.headers.get('content-type') ?? 'application/json',
      ...(challenge !== null && { 'www-authenticate': challenge }),
    });
    response.end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, relayed };
}
