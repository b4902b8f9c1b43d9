import type { Server } from './children.ts';
import type { Credentials } from './servers.ts';

/** A retailer's own systems, using the server as in production. */
export class Shop {
  token = '';
  readonly #server: Server;
  readonly #credentials: Credentials;
  #orders = 0;

  static async open(server: Server, credentials: Credentials): Promise<Shop> {
    const shop = new Shop(server, credentials);
    await shop.renew();
    await shop.need('PUT', '/v1/users/noor', { first_name: 'Noor' });
    await shop.need('PUT', '/v1/shoppers/ilse', { display_name: 'Ilse' });
    return shop;
  }

  private constructor(server: Server, credentials: Credentials) {
    this.#server = server;
    this.#credentials = credentials;
  }

  /** Gets a new token. */
  async renew(): Promise<void> {
    const { access_token } = (await this.need('POST', '/v2/oauth/token', {
      grant_type: 'client_credentials',
      client_id: this.#credentials.clientId,
      client_secret: this.#credentials.clientSecret,
      scope: 'connect:fulfillment,connect:post_checkout,aislechat:operate',
    })) as { access_token: string };
    this.token = access_token;
  }

  call(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.#server.port}${path}`, {
      method,
      headers: {
        ...(this.token !== '' && { authorization: `Bearer ${this.token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
  }

  async need(method: string, path: string, body?: unknown): Promise<unknown> {
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
