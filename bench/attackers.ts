/** Runs all cheap attacks against a server at once, for a given number of seconds. Started by the siege case. */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

interface Target {
  port: number;
  seconds: number;
  /** An order of the attackers' own retailer, with a token for it. */
  orderId: string;
  token: string;
  clientId: string;
}

const target: Target = JSON.parse(process.argv[2]!);
const end = performance.now() + target.seconds * 1000;
const url = `http://127.0.0.1:${target.port}`;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const json = { 'content-type': 'application/json' };
const guess = () => Math.random().toString(36).slice(2).padEnd(43, 'x').slice(0, 43);
const head = (...lines: string[]) => `${lines.join('\r\n')}\r\n`;

async function ask(path: string, init: RequestInit = {}): Promise<void> {
  await fetch(url + path, { ...init, signal: AbortSignal.timeout(20_000) }).then(
    (answer) => answer.arrayBuffer(),
    () => {},
  );
}

/** Makes this many calls per second regardless of the responses, but at most `atOnce` concurrently. */
async function flood(perSecond: number, atOnce: number, call: () => Promise<void>): Promise<void> {
  let underWay = 0;
  while (performance.now() < end) {
    if (underWay < atOnce) {
      underWay += 1;
      call().finally(() => {
        underWay -= 1;
      });
    }
    await sleep(1000 / perSecond);
  }
}

/** Keeps this many sockets open, and reopens each one that is closed. */
async function sockets(
  count: number,
  greet: (socket: Socket) => void,
  live: (socket: Socket) => void,
): Promise<void> {
  const one = async () => {
    while (performance.now() < end) {
      const socket = connect(target.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.once('connect', () => greet(socket));
      const timer = setInterval(() => live(socket), 1000);
      await new Promise<void>((resolve) => {
        socket.once('close', () => resolve());
        setTimeout(resolve, Math.max(0, end - performance.now()));
      });
      clearInterval(timer);
      socket.destroy();
      await sleep(200);
    }
  };
  await Promise.all(Array.from({ length: count }, one));
}

const chat = `/v2/post_checkout/chat/${target.orderId}/messages`;
const read = head(`GET ${chat} HTTP/1.1`, 'host: localhost', `authorization: Bearer ${target.token}`, '');
const wrongSecret = JSON.stringify({
  grant_type: 'client_credentials',
  client_id: target.clientId,
  client_secret: 'wrong',
});
const longName = JSON.stringify({ user_id: 'x', first_name: `${'a'.repeat(200_000)}<` });
const junk = JSON.stringify({ items: Array.from({ length: 200_000 }, () => 0) });

await Promise.all([
  flood(300, 50, () => ask(chat, { headers: bearer(guess()) })),
  flood(100, 50, () => ask(`/v1/orders/${target.orderId}/stream?ticket=${guess()}`)),
  flood(100, 50, () =>
    ask('/v1/support-sessions', {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ support_code: guess() }),
    }),
  ),
  flood(100, 50, () => ask('/v2/oauth/token', { method: 'POST', headers: json, body: wrongSecret })),
  flood(300, 50, () => ask(chat, { headers: bearer(target.token) })),
  flood(5, 10, () =>
    ask('/v2/fulfillment/users', {
      method: 'POST',
      headers: { ...json, ...bearer(target.token) },
      body: longName,
    }),
  ),
  flood(5, 10, () =>
    ask('/v2/fulfillment/users/noor/orders/delivery', {
      method: 'POST',
      headers: { ...json, ...bearer(target.token) },
      body: junk,
    }),
  ),
  flood(5, 10, () =>
    ask('/v1/retailer', {
      method: 'PATCH',
      headers: { ...json, ...bearer(target.token) },
      body: JSON.stringify({ name: guess() }),
    }),
  ),
  // Streams that are closed right after they are requested.
  flood(50, 50, async () => {
    const socket = connect(target.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(read.replace(chat, `/v1/orders/${target.orderId}/stream`));
    await sleep(Math.random() * 50);
    socket.resetAndDestroy();
  }),
  // Headers that never end, at one byte per second.
  sockets(
    300,
    (socket) => socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-slow: '),
    (socket) => socket.write('a'),
  ),
  // Bodies that never end.
  sockets(
    200,
    (socket) =>
      socket.write(
        head(
          'POST /v2/oauth/token HTTP/1.1',
          'host: localhost',
          'content-type: application/json',
          'content-length: 16000',
          '',
        ) + ' '.repeat(15_000),
      ),
    () => {},
  ),
  // Clients that keep sending requests but never read a response.
  sockets(
    30,
    (socket) => {
      socket.pause();
      socket.write(read.repeat(12));
    },
    (socket) => socket.write(read),
  ),
]);
process.exit(0);
