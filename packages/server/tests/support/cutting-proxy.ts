/** A TCP proxy that can cut every connection after a given number of further chunks, in either direction. */

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Cleanup } from './server.ts';

export interface CuttingProxy {
  /** `address` with the proxy's host and port. */
  through(address: string): string;
  /** Cuts all connections once, after `chunks` more have passed. */
  cutAfter(chunks: number): void;
  /** How often it has cut so far. */
  readonly cuts: number;
}

export async function cuttingProxy(t: Cleanup, target: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  let left = Number.POSITIVE_INFINITY;
  let cuts = 0;

  const cut = () => {
    left = Number.POSITIVE_INFINITY;
    cuts += 1;
    for (const socket of open) socket.resetAndDestroy();
  };
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    const pass = (to: Socket) => (chunk: Buffer) => {
      left -= 1;
      if (left < 0) cut();
      else to.write(chunk);
    };
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.on('data', pass(to));
      from.on('error', () => {});
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  const { port: proxyPort } = server.address() as { port: number };
  return {
    through(target) {
      const url = new URL(target);
      url.port = String(proxyPort);
      return url.href;
    },
    cutAfter(chunks) {
      left = chunks;
    },
    get cuts() {
      return cuts;
    },
  };
}
