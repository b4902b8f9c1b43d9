/**
 * A server under everything at once that one can do to it with little: guesses, slow and silent sockets, floods, long
 * inputs, another retailer's greed. What counts is a customer of somebody else, who sends a message now and then.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { runToEnd, type Server } from '../children.ts';
import { type Figure, limit } from '../figures.ts';
import { residentMb } from '../machine.ts';
import { scratchFolder } from '../scratch.ts';
import { type Credentials, createRetailer, startBesieged } from '../servers.ts';

const attackers = new URL('../attackers.ts', import.meta.url);
const minutes = { full: 10, quick: 0.5 };
const sendEveryMs = 100;
/** An order takes 2,000 messages. */
const messagesPerOrder = 1500;
const goals = { sendP99Ms: 250, growthMb: 40, failed: 0 };

export async function siegeCase({ isQuick, progress }: Bench): Promise<Figure[]> {
  const lengthMs = (isQuick ? minutes.quick : minutes.full) * 60_000;
  progress(`siege: ${lengthMs / 1000} s of everything at once`);
  const env = { DATA_DIR: scratchFolder() };
  const victim = await createRetailer(env);
  const greedy = await createRetailer(env);
  await using server = await startBesieged(env);
  const customer = await Shop.open(server, victim);
  const theirs = await Shop.open(server, greedy);
  const orderId = await theirs.newOrder();
  const attack = runToEnd(attackers, [
    JSON.stringify({
      port: server.port,
      seconds: lengthMs / 1000,
      orderId,
      token: theirs.token,
      clientId: greedy.clientId,
    }),
  ]);

  const latencies: number[] = [];
  const memory: number[] = [];
  let failed = 0;
  const end = performance.now() + lengthMs;
  let path = '';
  for (let n = 0; performance.now() < end; n++) {
    if (n % messagesPerOrder === 0) path = `/v2/post_checkout/chat/${await customer.newOrder()}/messages`;
    const since = performance.now();
    const sent = await customer.call('POST', path, { body: `message ${n}` }).catch(() => undefined);
    latencies.push(performance.now() - since);
    if (sent?.status !== 200) failed += 1;
    if (n % 50 === 0) memory.push(residentMb(server.pid));
    await sleep(Math.max(0, sendEveryMs - (performance.now() - since)));
  }
  await attack;
  latencies.sort((a, b) => a - b);
  const p99 = latencies[Math.floor(latencies.length * 0.99)]!;
  // What it takes at first it may keep; what counts is that it takes no more.
  const settled = memory.slice(Math.floor(memory.length / 4));
  const growth = settled.at(-1)! - settled[0]!;
  progress(
    `siege: ${latencies.length} sends, memory ${Math.round(settled[0]!)} to ${Math.round(settled.at(-1)!)} MB`,
  );
  return [
    limit('siege: p99 of another customer’s send', 'ms', p99, goals.sendP99Ms),
    limit('siege: sends of another customer that failed', 'times', failed, goals.failed),
    limit('siege: growth of memory', 'MB', growth, goals.growthMb),
  ];
}

/** A retailer as its own systems drive it, in production. */
class Shop {
  readonly token: string;
  readonly #server: Server;
  #orders = 0;

  static async open(server: Server, { clientId, clientSecret }: Credentials): Promise<Shop> {
    const answer = await fetch(`http://127.0.0.1:${server.port}/v2/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope: 'connect:fulfillment,connect:post_checkout,aislechat:operate',
      }),
    });
    const { access_token } = (await answer.json()) as { access_token: string };
    const shop = new Shop(server, access_token);
    await shop.need('PUT', '/v1/users/noor', { first_name: 'Noor' });
    await shop.need('PUT', '/v1/shoppers/ilse', { display_name: 'Ilse' });
    return shop;
  }

  private constructor(server: Server, token: string) {
    this.#server = server;
    this.token = token;
  }

  call(method: string, path: string, body: unknown): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.#server.port}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
  }

  async need(method: string, path: string, body: unknown): Promise<unknown> {
    const answer = await this.call(method, path, body);
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** An order that is being picked; its ID. */
  async newOrder(): Promise<string> {
    const order_id = `siege-${++this.#orders}`;
    const slots = (await this.need(
      'POST',
      '/v2/fulfillment/users/noor/service_options/cart/delivery',
      {},
    )) as {
      service_options: { id: number }[];
    };
    const slot = slots.service_options[0]!.id;
    const hold = (await this.need(
      'POST',
      `/v2/fulfillment/users/noor/service_options/${slot}/reserve`,
      {},
    )) as {
      service_option_hold: { id: number };
    };
    await this.need('POST', '/v2/fulfillment/users/noor/orders/delivery', {
      order_id,
      service_option_hold_id: hold.service_option_hold.id,
      initial_tip_cents: 0,
      address: { address_line_1: '9 Quay Rd', postal_code: '80202' },
      items: [{ line_num: '1', count: 1, item: { upc: '1' } }],
    });
    await this.need('POST', `/v1/orders/${order_id}/assignment`, { shopper_id: 'ilse' });
    await this.need('POST', `/v1/orders/${order_id}/state`, { workflow_state: 'picking' });
    return order_id;
  }
}
