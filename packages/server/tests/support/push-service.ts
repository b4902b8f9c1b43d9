/**
 * A push service (RFC 8030) and the devices that it wakes. It keeps what arrives; a device decrypts with a library that
 * is not ours.
 */
/// <reference path="./http-ece.d.ts" />
import assert from 'node:assert/strict';
import { createECDH, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decrypt } from 'http_ece';
import { eventually } from './eventually.ts';
import type { Cleanup } from './server.ts';

/** A declarative push message. */
export interface Shown {
  web_push: number;
  notification: {
    title: string;
    body?: string;
    lang: string;
    navigate: string;
    tag: string;
    app_badge?: string;
    data: { order_id: string };
  };
}

export interface Pushed {
  device: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Device {
  name: string;
  /** As `PushSubscription.toJSON()` returns it. */
  subscription: { endpoint: string; expirationTime: null; keys: { p256dh: string; auth: string } };
  open(pushed: Pushed): Shown;
}

export interface PushService {
  url: string;
  received: Pushed[];
  /** What it answers from now on. */
  answer(status: number, headers?: Record<string, string>): void;
  newDevice(): Device;
  /** What reached a device, in order, decrypted. */
  shownOn(device: Device): Shown[];
  until(count: number): Promise<Pushed[]>;
}

export async function startPushService(t: Cleanup): Promise<PushService> {
  const received: Pushed[] = [];
  let answered: [number, Record<string, string>] = [201, {}];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const [status, headers] = answered;
    if (status < 300) {
      const device = request.url!.split('/').at(-1)!;
      received.push({ device, headers: request.headers, body: Buffer.concat(chunks) });
    }
    response.writeHead(status, headers).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let devices = 0;
  return {
    url,
    received,
    answer(status, headers = {}) {
      answered = [status, headers];
    },
    newDevice() {
      devices += 1;
      return newDevice(`${url}/push/device-${devices}`);
    },
    shownOn: (device) =>
      received.filter((pushed) => pushed.device === device.name).map((pushed) => device.open(pushed)),
    until: (count) =>
      eventually(
        async () => received,
        (all) => all.length >= count,
      ),
  };
}

export function newDevice(endpoint: string): Device {
  const keys = createECDH('prime256v1');
  keys.generateKeys();
  const authSecret = randomBytes(16).toString('base64url');
  return {
    name: endpoint.split('/').at(-1)!,
    subscription: {
      endpoint,
      expirationTime: null,
      keys: { p256dh: keys.getPublicKey('base64url'), auth: authSecret },
    },
    open({ headers, body }) {
      assert.equal(headers['content-encoding'], 'aes128gcm');
      const text = decrypt(body, { version: 'aes128gcm', privateKey: keys, authSecret });
      return JSON.parse(text.toString('utf8'));
    },
  };
}
