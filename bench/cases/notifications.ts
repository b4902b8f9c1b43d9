/**
 * What notifications cost: sending to somebody who has a device, compared with sending to somebody who has none, and that
 * compared with a server that knows no notifications; and how fast people are notified. A push service in this process accepts everything.
 */
import { createECDH, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bench } from '../bench.ts';
import { comparison, type Figure } from '../figures.ts';
import { interleave } from '../interleave.ts';
import { drive } from '../load.ts';
import { chatPath, sendMessage } from '../requests.ts';
import { chatOrderId, type Folder, seedFolder } from '../seed.ts';
import { issueToken, startAislechat, startWithoutNotifications } from '../servers.ts';

const orders = 1000;
const patienceMs = 120_000;

export async function notificationCases({ pace, progress }: Bench): Promise<Figure[]> {
  progress('notifications: nobody has a device, everybody has one');
  const shape = { orders, chats: orders };
  const folders = await Promise.all([seedFolder(shape), seedFolder(shape), seedFolder(shape)]);
  // In production, push services are reached over https only.
  const env = { AISLECHAT_ENV: 'development', AISLECHAT_DEMO: 'false' };
  await using quiet = await startAislechat(folders[0]!, env);
  await using pushing = await startAislechat(folders[1]!, env);
  await using before = await startWithoutNotifications({
    ...folders[2]!,
    env: { ...folders[2]!.env, ...env },
  });
  const service = await startService();
  try {
    const requestsOf = async (server: typeof quiet, folder: Folder) => {
      const token = await issueToken(server, folder);
      const bytes = Array.from({ length: orders }, (_, chat) =>
        sendMessage(chatPath(folder, chat), token, `Message for order ${chat}: please ring the bell twice.`),
      );
      return (n: number) => bytes[n % orders]!;
    };
    const [without, withDevice, unaware] = [
      await requestsOf(quiet, folders[0]!),
      await requestsOf(pushing, folders[1]!),
      await requestsOf(before, folders[2]!),
    ];
    await subscribeShoppers(pushing.port, folders[1]!, service.url);
    // One notification for each order, which become due together.
    const load = { port: pushing.port, request: withDevice, status: 200, awake: false };
    await drive({ ...load, until: { requests: orders } });
    const giveUp = performance.now() + patienceMs;
    while (service.count() === 0 && performance.now() < giveUp) await service.next();
    const startedAt = performance.now();
    while (service.count() < orders && performance.now() < giveUp) await service.next();
    const rate = (service.count() - 1) / ((performance.now() - startedAt) / 1000);
    const quietSide = { port: quiet.port, pids: [quiet.pid], request: without, status: 200 };
    // Apart, since pushes go on after the turn of the messages that they are for.
    const nobody = await interleave(
      {
        without: quietSide,
        unaware: { port: before.port, pids: [before.pid], request: unaware, status: 200 },
      },
      { ...pace, awake: false },
    );
    const everybody = await interleave(
      {
        without: quietSide,
        withDevice: { port: pushing.port, pids: [pushing.pid], request: withDevice, status: 200 },
      },
      { ...pace, awake: false },
    );
    return [
      comparison(
        'POST message to a shopper without a device',
        'the same, without the code for notifications',
        nobody.without,
        nobody.unaware,
        0.97,
      ),
      comparison(
        'POST message to a shopper with a device',
        'the same, to a shopper without',
        everybody.withDevice,
        everybody.without,
        null,
      ),
      {
        work: 'notifications, encrypted, pushed and settled',
        comparedWith: null,
        unit: '/s',
        baseline: null,
        ours: rate,
        result: rate,
        goal: null,
        isReached: true,
      },
    ];
  } finally {
    service.close();
  }
}

async function startService() {
  let count = 0;
  let wake = () => {};
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      count += 1;
      response.writeHead(201).end();
      wake();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: () => count,
    next: () =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1000);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** One device for each shopper of the folder. */
async function subscribeShoppers(port: number, folder: Folder, service: string): Promise<void> {
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
  const credentials = { client_id: clientId, client_secret: clientSecret };
  const operator = await post('/v2/oauth/token', {
    ...credentials,
    grant_type: 'client_credentials',
    scope: 'aislechat:operate',
  });
  const shoppers = new Set<number>();
  for (let chat = 0; chat < orders; chat += 1) {
    const path = `/v1/orders/${encodeURIComponent(chatOrderId(folder, chat))}`;
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { authorization: `Bearer ${operator.access_token}` },
    });
    const { shopper } = (await answer.json()) as { shopper?: { id: number } };
    if (shopper) shoppers.add(shopper.id);
  }
  for (const id of shoppers) {
    const assertion = Buffer.from(JSON.stringify({ shopper_id: id })).toString('base64');
    const grant_type = 'urn:aislechat:params:oauth:grant-type:shopper_assertion';
    const { access_token } = await post('/v2/oauth/token', { ...credentials, grant_type, assertion });
    const keys = createECDH('prime256v1');
    const p256dh = keys.generateKeys('base64url');
    const auth = randomBytes(16).toString('base64url');
    await post(
      '/v1/push-subscriptions',
      { endpoint: `${service}/${id}`, keys: { p256dh, auth } },
      access_token,
    );
  }
}
