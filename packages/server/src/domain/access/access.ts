/**
 * Identifies the caller. A token is looked up by its hash and the result is cached for `freshForMs`. A revocation,
 * a changed setting or a moved clock takes effect at once in the process that made it, and within that time in all
 * others. Unknown tokens are not cached.
 */
import { type Identity, orderPageScope, type Scope, supportScope } from '@aislechat/contract';
import type { RetailerRow, Store, TokenOfCaller, TokenRow, TokenSubject } from '../../storage/store.ts';
import { boundedCache } from '../bounded-cache.ts';
import { type Clock, retailerNow } from '../clock.ts';
import { Refusal } from '../errors.ts';
import { isExpired } from '../orders/states.ts';
import { type LinkUse, type OrderLinks, stateOfLink } from './order-links.ts';
import { hashSecret, isSecret } from './secrets.ts';

/**
 * Who a token speaks for. `link` is the customer of one order, who opened its page with a link, and `unbound_link` somebody who
 * has such a link on a device that it is not bound to. `system` has no token: it stands for the demo and the scenarios,
 * which act for a client.
 */
export type Identified =
  | { readonly kind: 'client' }
  | { readonly kind: 'user'; readonly userId: number }
  | { readonly kind: 'shopper'; readonly shopperId: number }
  | (LinkHolder & { readonly kind: 'link' })
  | (LinkHolder & { readonly kind: 'unbound_link' })
  | { readonly kind: 'support'; readonly agent: string }
  | { readonly kind: 'system' };

interface LinkHolder {
  readonly userId: number;
  readonly orderId: number;
  readonly linkNumber: number;
  /** The hash of the device's secret, if it sent one. */
  readonly device: string | undefined;
}

export type Caller = Identified & Bearer;

interface Bearer {
  readonly retailer: RetailerRow;
  readonly applicationId: number;
  readonly scopes: readonly string[];
  readonly tokenHash: string;
  /** When the token expires, in ms on the retailer's clock. */
  readonly expiresAt: number;
  /** Set for a caller with a ticket, who may open only this order. */
  readonly onlyOrderId?: number;
}

/** A token that may act in several banners, of which the request names none that the token reaches. */
export interface Unplaced {
  readonly kind: 'unplaced';
  /** Whom the request counts for. It must not be answered as theirs. */
  readonly caller: Caller;
}

/** A token in one retailer. */
interface Pass {
  caller: Caller;
  isRevoked: boolean;
}

interface Known {
  /** One, or one for each banner that a client's token reaches. */
  passes: readonly [Pass, ...Pass[]];
  readAtMs: number;
}

/** A revoked token stops working within a second, whichever process revoked it. */
export const freshForMs = 500;
const maxTokens = 20_000;
const maxRetailers = 5_000;

export class Access {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #links: OrderLinks | undefined;
  readonly #monotonic: () => number;
  readonly #tokens = boundedCache<string, Known>(maxTokens);
  readonly #retailers = boundedCache<number, { row: RetailerRow; readAtMs: number }>(maxRetailers);
  /**
   * Counts this process's own changes, so that the result of a read that began before a change is not cached after
   * it.
   */
  #changes = 0;

  /**
   * @param links undefined where nobody calls with a link
   * @param monotonic milliseconds that never jump; they measure the age of cached entries
   */
  constructor(
    store: Store,
    clock: Clock,
    links?: OrderLinks,
    monotonic: () => number = () => performance.now(),
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#links = links;
    this.#monotonic = monotonic;
    store.onChange((change) => {
      if (change?.revoked !== undefined) this.#forget(({ tokenHash }) => tokenHash === change.revoked);
      else if (change?.revokedOf) {
        const { retailerId, revokedOf } = change;
        this.#forget((caller) => caller.retailer.id === retailerId && isOf(caller, revokedOf));
      } else if (change?.orderId === undefined) this.#forgetRetailer(change?.retailerId);
    });
  }

  /**
   * The token's caller, if it is cached and fresh.
   * @param banner the slug that the request names, if any
   * @throws Refusal
   */
  recall(token: string, banner: string | undefined): Caller | Unplaced | undefined {
    const known = this.#tokens.get(token);
    if (!known || !this.#isFresh(known.readAtMs)) return undefined;
    for (const pass of known.passes) {
      const retailer = this.#retailers.get(pass.caller.retailer.id);
      if (!retailer || !this.#isFresh(retailer.readAtMs)) return undefined;
      if (pass.caller.retailer !== retailer.row) pass.caller = { ...pass.caller, retailer: retailer.row };
    }
    return this.#admit(known, banner);
  }

  /** Drops a token from the cache once this process has committed its revocation. */
  forgetToken(token: string): void {
    this.#changes += 1;
    this.#tokens.delete(token);
  }

  #forget(matches: (caller: Caller) => boolean): void {
    this.#changes += 1;
    for (const [token, { passes }] of this.#tokens.entries()) {
      if (passes.some(({ caller }) => matches(caller))) this.#tokens.delete(token);
    }
  }

  #forgetRetailer(id: number | undefined): void {
    this.#changes += 1;
    if (id === undefined) this.#retailers.clear();
    else this.#retailers.delete(id);
  }

  /** Admits the holder of a ticket, once, to the order the ticket was issued for. @throws Refusal */
  async redeemTicket(ticket: string): Promise<Caller> {
    const hash = hashSecret(ticket);
    // Checked with a read first, so that callers without a ticket cannot hold up the writer.
    const exists = isSecret(ticket) && (await this.#store.read.streamTickets.exists(hash));
    const row = exists && (await this.#store.write((tx) => tx.streamTickets.take(hash)));
    if (!row) throw new Refusal('token_invalid');
    const { passes } = await this.#read(row.tokenHash);
    const pass = passes.find(({ caller }) => caller.retailer.id === row.retailerId);
    if (!pass) throw new Refusal('token_invalid');
    const caller = this.#assertValid(pass);
    if (retailerNow(this.#clock, caller.retailer) > row.expiresAt) throw new Refusal('token_expired');
    return { ...caller, onlyOrderId: row.orderId };
  }

  /** Whether the token was valid a while ago, or is a link that we signed, so it is not a guess. */
  knows(token: string): boolean {
    return this.#tokens.has(token) || this.#links?.read(token) !== undefined;
  }

  /** The retailer the token belonged to a while ago: good enough for fair queueing, not for admission. */
  retailerOf(token: string | undefined): number | undefined {
    return token === undefined ? undefined : this.#tokens.get(token)?.passes[0].caller.retailer.id;
  }

  /**
   * Looks up the token's caller.
   * @param banner the slug that the request names, if any
   * @throws Refusal
   */
  async find(token: string, banner: string | undefined): Promise<Caller | Unplaced> {
    const linked = this.#links?.read(token);
    if (linked) return this.#findLinked(linked);
    if (!isSecret(token)) throw new Refusal('token_invalid');
    const changes = this.#changes;
    const known = await this.#read(hashSecret(token));
    if (changes === this.#changes) this.#tokens.set(token, known);
    return this.#admit(known, banner);
  }

  /** Not cached: the order is read each time, which is as quick as a token's row. @throws Refusal */
  async #findLinked(use: LinkUse): Promise<Caller> {
    const { retailerId, orderId, number, device } = use;
    const order = await this.#store.read.orders.find(retailerId, { id: orderId });
    if (!order) throw new Refusal('token_invalid');
    const retailer = await this.retailer(retailerId);
    if (isExpired(order, retailerNow(this.#clock, retailer))) throw new Refusal('token_expired');
    const state = stateOfLink(retailer, order, use);
    return this.#assertValid({
      caller: {
        kind: state === 'unbound' ? 'unbound_link' : 'link',
        userId: order.userId,
        orderId,
        linkNumber: number,
        device,
        retailer,
        // A link belongs to no application; 0 is the command line.
        applicationId: -1,
        scopes: [orderPageScope],
        // The same on every device, as are its limits.
        tokenHash: hashSecret(this.#links!.write(use)),
        // The end of the chat, which is known only once the order has ended, ends the link.
        expiresAt: Number.POSITIVE_INFINITY,
      },
      isRevoked: state === 'ended',
    });
  }

  async #read(tokenHash: string): Promise<Known> {
    const readAtMs = this.#monotonic();
    const rows = await this.#store.read.tokens.all(tokenHash);
    const passOf = async (row: TokenOfCaller): Promise<Pass> => ({
      caller: callerOf(row, await this.retailer(row.retailerId, readAtMs)),
      isRevoked: row.revokedAt !== null || row.applicationState === 'disabled',
    });
    const [first, ...others] = await Promise.all(rows.map(passOf));
    if (!first) throw new Refusal('token_invalid');
    return { passes: [first, ...others], readAtMs };
  }

  /**
   * The retailer's settings and clock, cached as long as a token.
   * @throws Refusal when the retailer does not exist
   */
  async retailer(id: number, readAtMs = this.#monotonic()): Promise<RetailerRow> {
    const cached = this.#retailers.get(id);
    if (cached && this.#isFresh(cached.readAtMs)) return cached.row;
    const changes = this.#changes;
    const row = await this.#store.read.retailers.find(id);
    if (!row) throw new Refusal('token_invalid');
    if (changes === this.#changes) this.#retailers.set(id, { row, readAtMs });
    return row;
  }

  /** The only place that chooses the retailer of a request with a token. @throws Refusal */
  #admit({ passes }: Known, banner: string | undefined): Caller | Unplaced {
    const [first] = passes;
    if (!namesBanner(first.caller)) return this.#assertValid(first);
    const named = passes.find(({ caller }) => caller.retailer.banner === banner);
    return named ? this.#assertValid(named) : { kind: 'unplaced', caller: this.#assertValid(first) };
  }

  #assertValid({ caller, isRevoked }: Pass): Caller {
    if (isRevoked) throw new Refusal('token_revoked');
    if (retailerNow(this.#clock, caller.retailer) >= caller.expiresAt) throw new Refusal('token_expired');
    return caller;
  }

  #isFresh(readAtMs: number): boolean {
    return this.#monotonic() - readAtMs < freshForMs;
  }
}

function identified({ userId, shopperId, agent }: TokenRow): Identified {
  if (agent !== null) return { kind: 'support', agent };
  if (userId !== null) return { kind: 'user', userId };
  if (shopperId !== null) return { kind: 'shopper', shopperId };
  return { kind: 'client' };
}

/**
 * Whether requests with the token must name a banner. Connect's tokens must, those of clients and of users. The
 * others were issued by a banner, and act there whatever the request names.
 */
const namesBanner = ({ kind, retailer }: Caller): boolean =>
  retailer.banner !== null && (kind === 'client' || kind === 'user');

const callerOf = (token: TokenRow, retailer: RetailerRow): Caller => ({
  ...identified(token),
  retailer,
  applicationId: token.applicationId,
  scopes: token.scopes.split(','),
  tokenHash: token.tokenHash,
  expiresAt: token.expiresAt,
});

/** The caller that acts for an application without a token. */
export const system = (retailer: RetailerRow, applicationId: number): Caller => ({
  kind: 'system',
  retailer,
  applicationId,
  scopes: [],
  tokenHash: '',
  expiresAt: Number.POSITIVE_INFINITY,
});

/** Whether the caller's token belongs to the subject. */
export const isOf = (caller: Caller, subject: TokenSubject): boolean =>
  Object.entries(subject).every(
    ([name, value]) => (caller as Partial<TokenSubject>)[name as keyof TokenSubject] === value,
  );

/** The ID of the user or shopper who is calling; undefined for other kinds of caller. */
export function personOf(caller: Caller): number | undefined {
  // Whoever has a link without its device spends the customer's quota.
  if (isCustomer(caller) || caller.kind === 'unbound_link') return caller.userId;
  return caller.kind === 'shopper' ? caller.shopperId : undefined;
}

/** Whether the customer is calling, with a token or with the link of one order. */
export const isCustomer = (caller: Caller): caller is Extract<Caller, { kind: 'user' | 'link' }> =>
  caller.kind === 'user' || caller.kind === 'link';

const admitted: Record<Exclude<Identity, 'anyone'>, readonly Caller['kind'][]> = {
  client: ['client'],
  client_or_user: ['client', 'user', 'link'],
  shopper: ['shopper'],
  participant: ['client', 'user', 'link', 'shopper'],
  link: ['link'],
  unbound_link: ['link', 'unbound_link'],
  person: ['user', 'link', 'shopper'],
  client_or_support: ['client', 'support'],
};

/** Kinds of caller that always have one scope, whatever they ask for. */
const onlyScope: Partial<Record<Caller['kind'], Scope>> = {
  shopper: 'aislechat:shopper',
  link: orderPageScope,
  unbound_link: orderPageScope,
  support: supportScope,
};

/** @throws Refusal when the token lacks the scope or is of another kind */
export function assertMay(caller: Caller, scope: Scope, identity: Exclude<Identity, 'anyone'>): void {
  const needed = onlyScope[caller.kind] ?? scope;
  if (!admitted[identity].includes(caller.kind) || !caller.scopes.includes(needed)) {
    throw new Refusal('insufficient_scope');
  }
}
