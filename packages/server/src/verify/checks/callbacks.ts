/** Event callbacks, which this process receives. If the server cannot reach this machine, these checks cannot tell. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Check } from '../check.ts';
import type { Answer } from '../exchange.ts';
import { CannotTell, expect, need } from '../expect.ts';
import { absent, integer, kind, text, time } from '../pattern.ts';
import { sandbox, segment, userPath, type World } from '../world.ts';

const page = 'Event callbacks';
/** How long to wait for a callback. */
const patienceMs = 5000;

interface Received {
  path: string;
  authorization: string;
  body: Record<string, unknown>;
}

interface Receiver {
  received: Received[];
  /** The status to answer each callback with, in order. */
  answers: number[];
  next(matches: (received: Received) => boolean): Promise<Received>;
}

/** Retailers whose callbacks did not arrive. Later checks do not wait for them again. */
const unreachable = new WeakSet<World>();

/** Runs `work` with an endpoint that receives the retailer's callbacks. @throws CannotTell */
async function receiving(
  world: World,
  events: string[],
  { token = false }: { token?: boolean },
  work: (receiver: Receiver) => Promise<void>,
): Promise<void> {
  const unreached = new CannotTell('no callback arrived; check that the server can reach this machine');
  if (unreachable.has(world)) throw unreached;
  const receiver: Receiver = {
    received: [],
    answers: [],
    async next(matches) {
      const giveUp = AbortSignal.timeout(patienceMs);
      for (;;) {
        const found = receiver.received.find(matches);
        if (found) return found;
        if (giveUp.aborted) {
          unreachable.add(world);
          throw unreached;
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
  let tokens = 0;
  const server = createServer(async (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    for await (const chunk of request) body += chunk;
    const { authorization = '' } = request.headers;
    const isToken = request.url === '/token';
    const sent = isToken ? Object.fromEntries(new URLSearchParams(body)) : JSON.parse(body);
    receiver.received.push({ path: request.url!, authorization, body: sent });
    if (isToken) tokens += 1;
    const answer = isToken ? { access_token: `token-${tokens}`, token_type: 'Bearer', expires_in: 3600 } : {};
    response.writeHead(isToken ? 200 : (receiver.answers.shift() ?? 200), {
      'content-type': 'application/json',
    });
    response.end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const endpoint = await world.operate('POST', '/v1/callback-endpoints', {
      name: 'verify',
      url: `${address}/callbacks`,
      events,
      ...(token && {
        authentication: {
          type: 'client_credentials',
          token_url: `${address}/token`,
          client_id: 'verify',
          client_secret: 'verify-secret',
          scope: 'chat',
        },
      }),
    });
    const { id } = need('an endpoint for callbacks', endpoint, { id: integer });
    await work(receiver);
    await world.operate('DELETE', `/v1/callback-endpoints/${id}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const named =
  (name: string) =>
  ({ body }: Received) =>
    body.event_name === name;

/** Presents a received callback as an answer, for reports. */
const asAnswer = ({ path, body }: Pick<Received, 'path' | 'body'>): Answer => ({
  call: `callback to ${path}`,
  sent: undefined,
  status: 200,
  headers: new Headers(),
  text: JSON.stringify(body),
  body,
});

export const callbackChecks: Check[] = [
  {
    name: 'callbacks.envelope',
    says: 'a callback has event_id, event_name, event_timestamp and event_metadata with the order’s own id',
    source: page,
    async run({ own }) {
      const world = await own();
      await receiving(world, ['fulfillment.picking'], {}, async (receiver) => {
        const { orderId } = await world.openChat();
        const picking = await receiver.next(named('fulfillment.picking'));
        expect(asAnswer(picking), 200, {
          event_id: integer,
          event_name: 'fulfillment.picking',
          event_timestamp: time,
          event_metadata: { order_id: orderId },
        });
      });
    },
  },
  {
    name: 'callbacks.chat_message_created',
    says: 'every message sends chat_message_created, with the order’s integer ID as a string in topic_id',
    source: `${page}; our reading: Event callbacks`,
    async run({ own }) {
      const world = await own();
      await receiving(world, ['chat_message_created'], {}, async (receiver) => {
        const chat = await world.openChat();
        const id = await world.internalId(chat);
        const first = await receiver.next(named('chat_message_created'));
        expect(asAnswer(first), 200, {
          event_id: integer,
          event_timestamp: time,
          event_metadata: { topic_id: String(id) },
        });
        await world.shopperSays(chat, { body: 'Hi' });
        const second = await receiver.next((one) => one !== first && named('chat_message_created')(one));
        expect(asAnswer(second), 200, { event_metadata: { topic_id: String(id) } });
      });
    },
  },
  {
    name: 'callbacks.jump',
    says: 'a jump ahead sends the callback of every skipped state, in order',
    source: 'our reading: Errors and limits',
    async run({ own }) {
      const world = await own();
      const names = ['picking', 'checkout', 'delivering', 'delivered'].map((name) => `fulfillment.${name}`);
      await receiving(world, names, {}, async (receiver) => {
        const orderId = await world.newOrder(await world.newUser());
        const batchId = await world.newBatch(await world.newShopper(), orderId);
        await world.advance(batchId, 'completed');
        await receiver.next(named('fulfillment.delivered'));
        const body = { events: receiver.received.map((one) => one.body.event_name) };
        expect(asAnswer({ path: '/callbacks', body }), 200, { events: names });
      });
    },
  },
  {
    name: 'callbacks.items',
    says: 'replacing and refunding an item send fulfillment.order_item_replacement and fulfillment.order_item_refund, with items',
    source: `${page}; our reading: Event callbacks`,
    async run({ own }) {
      const world = await own();
      const replacement = 'fulfillment.order_item_replacement';
      const refund = 'fulfillment.order_item_refund';
      // An endpoint may still be created with an old event name. It receives the event under its current name.
      await receiving(world, [replacement, 'fulfillment.item_refund'], {}, async (receiver) => {
        const { shopperId, orderId } = await world.openChat();
        const line = `${sandbox}/shoppers/${shopperId}/orders/${segment(orderId)}/items/1`;
        const other = { upc: '000999888777' };
        await world.act('PUT', line, { status: 'replaced', replacement_item: other });
        const replaced = await receiver.next(named(replacement));
        expect(asAnswer(replaced), 200, {
          event_metadata: {
            order_id: orderId,
            items: [{ requested_item_upc: world.place.upc, delivered_item_upc: other.upc }],
          },
        });
        await world.act('PUT', line, { status: 'to_refund' });
        const refunded = await receiver.next(named(refund));
        const items = [{ requested_item_upc: world.place.upc, delivered_item_upc: absent }];
        expect(asAnswer(refunded), 200, { event_metadata: { order_id: orderId, items } });
      });
    },
  },
  {
    name: 'callbacks.canceled',
    says: 'fulfillment.canceled has the cancellation_reason',
    source: page,
    async run({ own }) {
      const world = await own();
      await receiving(world, ['fulfillment.canceled'], {}, async (receiver) => {
        const userId = await world.newUser();
        const orderId = await world.newOrder(userId);
        await world.act('POST', userPath(userId, `/orders/${segment(orderId)}/cancel`));
        const canceled = await receiver.next(named('fulfillment.canceled'));
        expect(asAnswer(canceled), 200, {
          event_metadata: { order_id: orderId, cancellation_reason: 'customer_driven' },
        });
      });
    },
  },
  {
    name: 'callbacks.customer_mia',
    says: 'simulating a missing customer sends fulfillment.customer_mia',
    source: `${page}; our reading: Event callbacks`,
    async run({ own }) {
      const world = await own();
      await receiving(world, ['fulfillment.customer_mia'], {}, async (receiver) => {
        const { orderId } = await world.openChat();
        const path = `${sandbox}/orders/${segment(orderId)}/callbacks`;
        expect(await world.act('POST', path, { event_name: 'customer_mia' }), 200, { success: true });
        const missing = await receiver.next(named('fulfillment.customer_mia'));
        expect(asAnswer(missing), 200, { event_metadata: { order_id: orderId } });
      });
    },
  },
  {
    name: 'callbacks.again',
    says: 'a callback that fails is sent again with the same event_id',
    source: 'our reading: Event callbacks',
    async run({ own }) {
      const world = await own();
      await receiving(world, ['fulfillment.picking'], {}, async (receiver) => {
        receiver.answers.push(500);
        await world.openChat();
        const first = await receiver.next(named('fulfillment.picking'));
        await world.clock({ advance_ms: 60_000 });
        const again = await receiver.next((one) => one !== first);
        expect(asAnswer(again), 200, { event_id: first.body.event_id as number });
      });
    },
  },
  {
    name: 'callbacks.token',
    says: 'callbacks carry a Bearer token from the retailer’s token endpoint, which is renewed once after a 401',
    source: 'Authentication for event callbacks',
    async run({ own }) {
      const world = await own();
      await receiving(world, ['fulfillment.picking'], { token: true }, async (receiver) => {
        receiver.answers.push(401);
        await world.openChat();
        const asked = await receiver.next(({ path }) => path === '/token');
        expect(asAnswer(asked), 200, {
          grant_type: 'client_credentials',
          client_id: 'verify',
          client_secret: text,
          scope: 'chat',
        });
        const renewed = await receiver.next(({ authorization }) => authorization === 'Bearer token-2');
        const came = receiver.received.filter(named('fulfillment.picking'));
        const bearers = kind<string[]>(
          'Bearer token-1, then Bearer token-2',
          (value) => String(value) === 'Bearer token-1,Bearer token-2',
        );
        const body = { authorization: came.map((one) => one.authorization) };
        expect(asAnswer({ ...renewed, body }), 200, { authorization: bearers });
      });
    },
  },
];
