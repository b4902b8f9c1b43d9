/** An attacker on a separate thread, so that it does not delay the clients being measured. */
import { connect } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { arrive } from './open-loop.ts';

export type Attack =
  | { kind: 'flood'; port: number; requests: string[]; perSecond: number; seconds: number }
  | { kind: 'slow'; port: number; sockets: number; seconds: number };

const attack = workerData as Attack;
if (attack.kind === 'flood') {
  const requests = attack.requests.map((text) => Buffer.from(text));
  const { port, perSecond, seconds } = attack;
  const request = (n: number) => requests[n % requests.length]!;
  const { times, notSent } = await arrive({ port, request, perSecond, seconds, connections: 400 });
  parentPort!.postMessage({ notSent, statuses: [...times].map(([status, all]) => [status, all.length]) });
} else {
  // Each socket sends part of a header and then one byte per second; one that is cut off reconnects.
  const end = performance.now() + attack.seconds * 1000;
  const open = () => {
    const socket = connect(attack.port, '127.0.0.1', () =>
      socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: '),
    );
    const drip = setInterval(() => socket.write('a'), 1000);
    socket
      .on('error', () => {})
      .on('close', () => {
        clearInterval(drip);
        if (performance.now() < end) open();
      });
    setTimeout(() => socket.destroy(), end - performance.now());
    socket.resume();
  };
  for (let n = 0; n < attack.sockets; n++) open();
  setTimeout(() => parentPort!.postMessage({ notSent: 0, statuses: [] }), attack.seconds * 1000);
}
