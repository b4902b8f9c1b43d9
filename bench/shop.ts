import type { Server } from './children.ts';
import type { Credentials } from './servers.ts';

/** A retailer's own systems, using the server as in production. */
export class Shop {
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

  /** Creates an order that is being picked; returns its ID. */
  async newOrder(): Promise<string> {
    const order_id = `order-${++this.#orders}`;
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
