/**
 * A push service to which Firefox subscribes: on one side the WebSocket protocol of Mozilla's own service
 * (https://mozilla-push-service.readthedocs.io/en/latest/design/), on the other RFC 8030. It passes on what it gets, and
 * cannot read it.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Cleanup } from '../../../server/tests/support/server.ts';

export interface FirefoxPushService {
  /** For Firefox's preference `dom.push.serverURL`. */
  url: string;
  /** What Firefox said of each message: 100 if it was decrypted and handed to the service worker. */
  codes: number[];
}

interface FromFirefox {
  messageType: 'hello' | 'register' | 'unregister' | 'ack' | 'ping';
  channelID?: string;
  updates?: { code: number }[];
}

export async function startFirefoxPushService(t: Cleanup): Promise<FirefoxPushService> {
  const codes: number[] = [];
  let browser: WebSocket | undefined;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const message = {
      messageType: 'notification',
      channelID: request.url!.split('/').at(-1),
      version: randomUUID(),
      data: Buffer.concat(chunks).toString('base64url'),
      headers: { encoding: request.headers['content-encoding'] },
    };
    browser?.send(JSON.stringify(message));
    response.writeHead(201).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const place = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sockets = new WebSocketServer({ server, handleProtocols: () => 'push-notification' });
  t.after(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
  });

  function answerTo({ messageType, channelID, updates = [] }: FromFirefox): object | undefined {
    const uaid = randomBytes(16).toString('hex');
    if (messageType === 'hello') return { messageType, uaid, status: 200, use_webpush: true, broadcasts: {} };
    if (messageType === 'register') {
      return { messageType, channelID, status: 200, pushEndpoint: `http://${place}/push/${channelID}` };
    }
    if (messageType === 'unregister') return { messageType, channelID, status: 200 };
    codes.push(...updates.map(({ code }) => code));
    return undefined;
  }

  sockets.on('connection', (socket) => {
    browser = socket.on('message', (data) => {
      const answer = answerTo(JSON.parse(String(data)) as FromFirefox);
      if (answer) socket.send(JSON.stringify(answer));
    });
  });
  return { url: `ws://${place}/`, codes };
}
