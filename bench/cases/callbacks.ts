/**
 * How fast callbacks are sent, and how long one takes. A receiver in this process accepts all of them; the server
 * signs each one and writes its claim and outcome to disk.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bench } from '../bench.ts';
import { type Figure, limit } from '../figures.ts';
import { drive } from '../load.ts';
import { loopDelayOf } from '../loop-delay.ts';
import { chatPath, sendMessage } from '../requests.ts';
import { type Folder, seedFolder } from '../seed.ts';
import { issueToken, startAislechat } from '../servers.ts';

const orders = 64;
const perSecond = 100;
const patienceMs = 60_000;
const goals = { perSecond: 3000, p99Ms: 10 };

export async function callbackCases({ isQuick, progress }: Bench): Promise<Figure[]> {
  progress('callbacks: as fast as possible, and one at a time');
  const folder = await seedFolder({ orders: 1000, chats: orders });
  // In production, callbacks are sent over https only.
  const env = { ...folder.env, AISLECHAT_ENV: 'development', AISLECHAT_DEMO: 'false' };
  await using server = await startAislechat({ ...folder, env });
  const token = await issueToken(server, folder);
  const receiver = await startReceiver();
  try {
    await addEndpoint(server.port, folder, receiver.url);
    const messages = isQuick ? 2000 : 10_000;
    const bytes = Array.from({ length: orders }, (_, chat) =>
      sendMessage(chatPath(folder, chat), token, 'Please ring the bell twice.'),
    );
    const load = { port: server.port, request: (n: number) => bytes[n % orders]!, status: 200, awake: false };
    await drive({ ...load, until: { requests: 500 } });
    await receiver.until(500);

    await loopDelayOf(server.port);
    const startedAt = performance.now();
    await drive({ ...load, until: { requests: messages } });
    await receiver.until(500 + messages);
    const rate = messages / ((performance.now() - startedAt) / 1000);
    const loopDelay = await loopDelayOf(server.port);

    const steadily = (seconds: number) =>
      sendSteadily(server.port, folder, token, receiver, perSecond * seconds);
    // Both processes have to settle after the rush.
    await steadily(2);
    const delaysMs = await steadily(isQuick ? 5 : 20);
    const at = (share: number) => [...delaysMs].sort((a, b) => a - b)[Math.floor(delaysMs.length * share)]!;
    return [
      {
        work: 'callbacks, written with their message and delivered',
        comparedWith: null,
        unit: '/s',
        baseline: null,
        ours: rate,
        result: rate,
        loopDelay,
        goal: { atLeast: goals.perSecond },
        isReached: rate >= goals.perSecond,
      },
      {
        ...limit(`message to a receiver, ${perSecond}/s, p50`, 'ms', at(0.5), 0),
        goal: null,
        isReached: true,
      },
      limit(`message to a receiver, ${perSecond}/s, p99`, 'ms', at(0.99), goals.p99Ms),
    ];
  } finally {
    receiver.close();
  }
}

interface Receiver {
  url: string;
  /** When each callback arrived, by event ID. */
  arrivals: Map<number, number>;
  until(count: number): Promise<void>;
  close(): void;
}

async function startReceiver(): Promise<Receiver> {
  const arrivals = new Map<number, number>();
  let wake = () => {};
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    arrivals.set(JSON.parse(text).event_id, performance.now());
    response.end();
    wake();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    arrivals,
    async until(count) {
      const timer = setTimeout(() => wake(), patienceMs);
      const giveUp = performance.now() + patienceMs;
      while (arrivals.size < count) {
        if (performance.now() >= giveUp) throw new Error(`${arrivals.size} callbacks arrived, not ${count}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      clearTimeout(timer);
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function addEndpoint(port: number, folder: Folder, url: string): Promise<void> {
  const { clientId, clientSecret } = folder.credentials;
  const post = async (path: string, body: unknown, token?: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as { access_token: string };
  };
  const { access_token } = await post('/v2/oauth/token', {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: 'aislechat:operate',
  });
  await post(
    '/v1/callback-endpoints',
    { name: 'bench', url, events: ['chat_message_created'] },
    access_token,
  );
}

/** Times each callback from before its send to its arrival. */
async function sendSteadily(
  port: number,
  folder: Folder,
  token: string,
  { arrivals, until }: Receiver,
  count: number,
): Promise<number[]> {
  const before = arrivals.size;
  const sentAt = new Map<number, number>();
  const answers: Promise<void>[] = [];
  const start = performance.now();
  for (let n = 0; n < count; n++) {
    const due = start + (n * 1000) / perSecond;
    while (performance.now() < due) await new Promise((resolve) => setImmediate(resolve));
    const at = performance.now();
    answers.push(
      fetch(`http://127.0.0.1:${port}${chatPath(folder, n % orders)}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ body: 'Are they ripe?' }),
      }).then(async (response) => {
        sentAt.set(((await response.json()) as { id: number }).id, at);
      }),
    );
  }
  await Promise.all(answers);
  await until(before + count);
  return [...sentAt].map(([id, at]) => arrivals.get(id)! - at);
}
