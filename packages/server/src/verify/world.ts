/**
 * A retailer as its own code sees it, through the API only. Connect's operations create what the checks need. Where
 * Connect has none (the shopper's side of a chat, time, settings), our operations do, which other servers do not have.
 */

import type { Answer, Request, Server } from './exchange.ts';
import { CannotTell, need } from './expect.ts';
import { integer, listOf, text } from './pattern.ts';

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** An address that the server's stores deliver to, and an item that they sell. */
export interface Place {
  readonly addressLine1: string;
  readonly postalCode: string;
  readonly upc: string;
}

export type Fulfillment = 'delivery' | 'pickup';

export interface Chat {
  readonly userId: string;
  readonly orderId: string;
  readonly shopperId: number;
  readonly batchId: number;
  /** The customer's token. */
  readonly token: string;
}

export const segment = (id: string | number): string => encodeURIComponent(id);
export const chatPath = (orderId: string | number): string =>
  `/v2/post_checkout/chat/${segment(orderId)}/messages`;
export const orderPath = (orderId: string | number, part = ''): string =>
  `/v2/post_checkout/orders/${segment(orderId)}${part}`;
export const userPath = (userId: string, part = ''): string =>
  `/v2/fulfillment/users/${segment(userId)}${part}`;
export const sandbox = '/v2/fulfillment_sandbox';
export const internal = { 'X-Treat-Ids-As-Internal': 'true' };

export const assertionOf = (userId: string): string =>
  Buffer.from(JSON.stringify({ user_id: userId })).toString('base64');

export class World {
  readonly credentials: Credentials;
  readonly place: Place;
  #server: Server;
  readonly #run: string;
  readonly #users: string[] = [];
  readonly #orders: { userId: string; orderId: string }[] = [];
  readonly #tokens: string[] = [];
  #names = 0;
  #token: Promise<string> | undefined;
  #operator: Promise<string> | undefined;
  #locations: Partial<Record<Fulfillment, Promise<string>>> = {};

  /** @param run makes the names of this run unique */
  constructor(server: Server, credentials: Credentials, place: Place, run: string) {
    this.#server = server;
    this.credentials = credentials;
    this.place = place;
    this.#run = run;
  }

  /** Returns a name that nothing has yet. */
  name(what: string): string {
    this.#names += 1;
    return `verify-${this.#run}-${what}-${this.#names}`;
  }

  call(method: string, path: string, request: Request = {}): Promise<Answer> {
    return this.#server.call(method, path, request);
  }

  /** Calls an operation with the client token. */
  async act(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    return this.call(method, path, { token: await this.token(), body, headers });
  }

  /** Calls one of our operator routes with its own token. @throws CannotTell on a server without these routes */
  async operate(method: string, path: string, body?: unknown): Promise<Answer> {
    this.#operator ??= this.newToken({ grant_type: 'client_credentials', scope: 'aislechat:operate' });
    return this.call(method, path, { token: await this.#operator, body });
  }

  /** Calls the token endpoint with the credentials and further fields. */
  async askToken(fields: Record<string, unknown>): Promise<Answer> {
    const { clientId: client_id, clientSecret: client_secret } = this.credentials;
    const answer = await this.call('POST', '/v2/oauth/token', {
      body: { client_id, client_secret, ...fields },
    });
    const { access_token } = (answer.body ?? {}) as { access_token?: unknown };
    if (typeof access_token === 'string') this.#tokens.push(access_token);
    return answer;
  }

  async newToken(fields: Record<string, unknown>): Promise<string> {
    const answer = await this.askToken(fields);
    return need('a token', answer, { access_token: text }).access_token;
  }

  /** Returns a client-credentials token with every scope of the application. */
  token(): Promise<string> {
    this.#token ??= this.newToken({ grant_type: 'client_credentials' });
    return this.#token;
  }

  userToken(userId: string): Promise<string> {
    return this.newToken({
      grant_type: 'fulfillment_user_assertion',
      assertion: assertionOf(userId),
      scope: 'connect:post_checkout',
    });
  }

  async newUser(firstName = 'Noor'): Promise<string> {
    const userId = this.name('user');
    const answer = await this.act('POST', '/v2/fulfillment/users', {
      user_id: userId,
      first_name: firstName,
    });
    need('a user', answer, {});
    this.#users.push(userId);
    return userId;
  }

  get address() {
    return { address_line_1: this.place.addressLine1, postal_code: this.place.postalCode };
  }

  anItem(line = '1') {
    return { line_num: line, count: 2, item: { upc: this.place.upc } };
  }

  location(kind: Fulfillment = 'delivery'): Promise<string> {
    this.#locations[kind] ??= this.act('POST', `/v2/fulfillment/stores/${kind}`, {
      find_by: this.address,
    }).then((answer) => {
      const stores = need('a store', answer, { stores: listOf({ location_code: text }, { atLeast: 1 }) });
      return stores.stores[0]!.location_code;
    });
    return this.#locations[kind];
  }

  /** Returns the ID of a slot that can be reserved. */
  async slot(userId: string, kind: Fulfillment = 'delivery'): Promise<string | number> {
    const answer = await this.act('POST', userPath(userId, `/service_options/cart/${kind}`), {
      location_code: await this.location(kind),
      address: this.address,
      items: [this.anItem()],
    });
    const { service_options } = need('a slot', answer, { service_options: listOf({}, { atLeast: 1 }) });
    return (service_options[0] as { id: string | number }).id;
  }

  async hold(userId: string, kind: Fulfillment = 'delivery'): Promise<number> {
    const slot = await this.slot(userId, kind);
    const answer = await this.act('POST', userPath(userId, `/service_options/${segment(slot)}/reserve`));
    return need('a held slot', answer, { service_option_hold: { id: integer } }).service_option_hold.id;
  }

  /** Returns the body of an order request, with the members of `extra` replaced. */
  async orderBody(userId: string, kind: Fulfillment = 'delivery', extra: Record<string, unknown> = {}) {
    return {
      order_id: this.name('order'),
      service_option_hold_id: await this.hold(userId, kind),
      location_code: await this.location(kind),
      items: [this.anItem()],
      ...(kind === 'delivery' && { initial_tip_cents: 300, address: this.address }),
      ...extra,
    };
  }

  /** Registers an order that a check created itself, for cleaning up. */
  remember(userId: string, orderId: string): void {
    this.#orders.push({ userId, orderId });
  }

  async newOrder(userId: string, kind: Fulfillment = 'delivery', extra: Record<string, unknown> = {}) {
    const body = await this.orderBody(userId, kind, extra);
    this.remember(userId, body.order_id);
    need('an order', await this.act('POST', userPath(userId, `/orders/${kind}`), body), { id: text });
    return body.order_id;
  }

  async newShopper(displayName = 'Ilse'): Promise<number> {
    const answer = await this.act('POST', `${sandbox}/shoppers`, { display_name: displayName });
    return need('a shopper', answer, { id: integer }).id;
  }

  /** @param batch its type and state, unless the server chooses them */
  async newBatch(shopperId: number, orderId: string, batch: Record<string, unknown> = {}): Promise<number> {
    const answer = await this.act('POST', `${sandbox}/batches`, {
      shopper_id: shopperId,
      orders: [{ id: orderId }],
      ...batch,
    });
    return need('a batch', answer, { id: integer }).id;
  }

  async advance(batchId: number, state?: string): Promise<void> {
    const body = state === undefined ? {} : { workflow_state: state };
    need('a batch that moves on', await this.act('POST', `${sandbox}/batches/${batchId}/advance`, body), {});
  }

  /** Opens a chat: a customer, a shopper and an order that is being picked. */
  async openChat(extra: Record<string, unknown> = {}): Promise<Chat> {
    const userId = await this.newUser();
    const orderId = await this.newOrder(userId, 'delivery', extra);
    const shopperId = await this.newShopper();
    const batchId = await this.newBatch(shopperId, orderId);
    await this.advance(batchId, 'picking');
    return { userId, orderId, shopperId, batchId, token: await this.userToken(userId) };
  }

  say({ orderId, token }: Chat, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call('POST', chatPath(orderId), { token, body: { body }, headers });
  }

  read({ orderId, token }: Chat): Promise<Answer> {
    return this.call('GET', chatPath(orderId), { token });
  }

  /** Returns the order's integer ID, which any message of its chat contains. */
  async internalId(chat: Chat): Promise<number> {
    need('a sent message', await this.say(chat, 'Hello'), {});
    const answer = await this.read(chat);
    const { chat_messages } = need('a chat', answer, {
      chat_messages: listOf({ order_id: integer }, { atLeast: 1 }),
    });
    return chat_messages[0]!.order_id;
  }

  /** @throws CannotTell if the shopper's side cannot be simulated, as in Connect's published sandbox */
  async shopperSays(chat: Pick<Chat, 'shopperId' | 'orderId'>, message: Record<string, unknown>) {
    const answer = await this.act('POST', shopperSide(chat), message);
    return need('a message of the shopper', answer, { id: integer }).id;
  }

  async shopperReads(chat: Chat): Promise<void> {
    need('the shopper’s reading', await this.act('PUT', shopperSide(chat)), {});
  }

  /** Changes the settings of a retailer that the sandbox created. */
  async change(settings: Record<string, unknown>): Promise<void> {
    need('a changed setting', await this.act('PATCH', '/v1/sandbox/retailer', settings), {});
  }

  /**
   * Moves the clock of a retailer that the sandbox created. Later calls use new tokens, because tokens expire on that
   * clock.
   */
  async clock(move: Record<string, unknown>): Promise<void> {
    need('a clock that moves', await this.act('POST', '/v1/sandbox/clock', move), {});
    this.#token = undefined;
    this.#operator = undefined;
  }

  /**
   * Cancels orders, erases users if the server can, and revokes tokens.
   * @param server the same server, for calls that an interruption does not abort
   * @returns descriptions of what is left
   */
  async cleanUp(server: Server): Promise<string[]> {
    this.#server = server;
    const left: string[] = [];
    let orders = 0;
    for (const { userId, orderId } of this.#orders) {
      if (!(await this.#end(userId, orderId))) orders += 1;
    }
    let users = 0;
    for (const userId of this.#users) if (!(await this.#erase(userId))) users += 1;
    if (orders > 0)
      left.push(`${orders} orders that could not be canceled, named verify-${this.#run}-order-*`);
    if (users > 0) left.push(`${users} users, named verify-${this.#run}-user-*`);
    for (const token of new Set(this.#tokens)) {
      const { clientId: client_id, clientSecret: client_secret } = this.credentials;
      await this.call('POST', '/v2/oauth/token/revoke', { body: { client_id, client_secret, token } });
    }
    return left;
  }

  async #erase(userId: string): Promise<boolean> {
    try {
      return (await this.operate('DELETE', `/v1/users/${segment(userId)}`)).status === 200;
    } catch (error) {
      if (error instanceof CannotTell) return false;
      throw error;
    }
  }

  async #end(userId: string, orderId: string): Promise<boolean> {
    const path = userPath(userId, `/orders/${segment(orderId)}`);
    if ((await this.act('POST', `${path}/cancel`)).status === 200) return true;
    const order = await this.act('GET', path);
    const { status } = (order.body ?? {}) as { status?: unknown };
    if (order.status === 400 || order.status === 404 || status === 'delivered' || status === 'canceled')
      return true;
    const canceled = await this.act('POST', `${sandbox}/orders/${segment(orderId)}/callbacks`, {
      event_name: 'canceled',
    });
    return canceled.status === 200;
  }
}

export const shopperSide = ({ shopperId, orderId }: Pick<Chat, 'shopperId' | 'orderId'>): string =>
  `${sandbox}/shoppers/${shopperId}/orders/${segment(orderId)}/messages`;

/**
 * @param banners for an organization
 * @throws CannotTell if the server cannot create one
 */
export async function ownWorld(
  server: Server,
  place: Place,
  run: string,
  banners?: string[],
): Promise<World> {
  const answer = await server.call('POST', '/v1/sandbox/retailers', { body: banners ? { banners } : {} });
  if (answer.status === 404 || answer.status === 405) {
    throw new CannotTell('the server cannot create a retailer whose settings and clock the check may change');
  }
  const made = need('a retailer of the sandbox', answer, { client_id: text, client_secret: text });
  const hasBanners = Array.isArray((answer.body as { banners?: unknown }).banners);
  if (banners && !hasBanners)
    throw new CannotTell('the server cannot create an organization of several banners');
  return new World(server, { clientId: made.client_id, clientSecret: made.client_secret }, place, run);
}
