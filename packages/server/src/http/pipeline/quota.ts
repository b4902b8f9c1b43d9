/**
 * Rate limits: how many requests a token, a person, an application and a retailer may make in a second, and how many
 * failed attempts an address may make. Connect counts per second and publishes no numbers.
 *
 * A refusal costs a good part of a normal response. A client that continues after a few refusals therefore waits for
 * the next ones, so that its refusals do not take the capacity that others need: see `OverQuota.holdMs`.
 */
import { LRUCache } from 'lru-cache';
import { type Caller, personOf } from '../../domain/access/access.ts';
import { OAuthRefusal, Refusal } from '../../domain/errors.ts';

const maxKeys = 20_000;
/** Limits as multiples of a token's. A person may have several devices, and a retailer many customers. */
const shares = { person: 2, application: 10, retailer: 40 } as const;
const failuresPerLogin = 30;
const loginWindowSeconds = 60;
/** How many refusals of one key in a window are sent at once. */
const refusedAtOnce = 10;
/** Later refusals are delayed at least this long, and are sent this many milliseconds apart. */
const heldMs = 500;
const heldApartMs = 2;

/** A refusal that may be delayed before it is sent. */
export class OverQuota extends Refusal {
  readonly holdMs: number;

  constructor(holdMs: number) {
    super('too_many_requests');
    this.holdMs = holdMs;
  }
}

/** Uses real time, because the limits protect the machine, which has no virtual clock. */
const systemSeconds = (): number => Math.floor(performance.now() / 1000);

/** Counts requests per key in windows of time. */
export class Quota {
  readonly most: number;
  readonly #windowSeconds: number;
  readonly #seconds: () => number;
  readonly #used = new LRUCache<string | number, { window: number; count: number; refused: number }>({
    max: maxKeys,
  });

  /** @param most the limit per window; 0 for no limit */
  constructor(most: number, windowSeconds = 1, seconds = systemSeconds) {
    this.most = most;
    this.#windowSeconds = windowSeconds;
    this.#seconds = seconds;
  }

  /** @returns how many are left in this window; negative once the limit is exceeded */
  take(key: string | number): number {
    const window = this.#window();
    const used = this.#used.get(key);
    if (used?.window === window) {
      used.count += 1;
      return this.most - used.count;
    }
    this.#used.set(key, { window, count: 1, refused: 0 });
    return this.most - 1;
  }

  isSpent(key: string | number): boolean {
    const used = this.#used.get(key);
    return used?.window === this.#window() && used.count >= this.most;
  }

  /** Counts a refusal and returns their number in this window. */
  noteRefusal(key: string | number): number {
    const used = this.#used.get(key);
    if (used?.window !== this.#window()) return 1;
    used.refused += 1;
    return used.refused;
  }

  /** Seconds until the next window begins. */
  get secondsLeft(): number {
    return this.#windowSeconds - (this.#seconds() % this.#windowSeconds);
  }

  #window(): number {
    return Math.floor(this.#seconds() / this.#windowSeconds);
  }
}

/** The quotas of a server. */
export class Quotas {
  readonly #isLimited: boolean;
  readonly #tokens: Quota;
  readonly #people: Quota;
  readonly #applications: Quota;
  readonly #retailers: Quota;
  readonly #failures: Quota;
  readonly #logins: Quota;
  /** When the last delayed refusal is sent. */
  #heldUntilMs = 0;

  /** @param perSecond limit per token; 0 for no limits at all */
  constructor(perSecond: number, seconds = systemSeconds) {
    this.#isLimited = perSecond > 0;
    this.#tokens = new Quota(perSecond, 1, seconds);
    this.#people = new Quota(perSecond * shares.person, 1, seconds);
    this.#applications = new Quota(perSecond * shares.application, 1, seconds);
    this.#retailers = new Quota(perSecond * shares.retailer, 1, seconds);
    this.#failures = new Quota(perSecond, 1, seconds);
    this.#logins = new Quota(failuresPerLogin, loginWindowSeconds, seconds);
  }

  /**
   * Counts a request with a known token.
   * @returns the rate limit headers of the response (IETF draft "RateLimit header fields for HTTP")
   * @throws OverQuota
   */
  takeRequest(caller: Caller): Record<string, string> | undefined {
    if (!this.#isLimited) return undefined;
    const { retailer, applicationId, tokenHash } = caller;
    const person = personOf(caller);
    const left = this.#take(this.#tokens, tokenHash);
    if (person === undefined) this.#take(this.#applications, `${retailer.id}/${applicationId}`);
    else this.#take(this.#people, `${retailer.id}/${person}`);
    this.#take(this.#retailers, retailer.id);
    return {
      'ratelimit-policy': `"token";q=${this.#tokens.most};w=1`,
      ratelimit: `"token";r=${left};t=1`,
    };
  }

  /** Counts a token request of an application. @throws OverQuota */
  takeToken(retailerId: number, applicationId: number): void {
    if (this.#isLimited) this.#take(this.#applications, `${retailerId}/${applicationId}`);
  }

  /**
   * Looks up an unknown token, ticket or code, and counts it against the address if it does not exist. @throws Refusal
   */
  async lookUp<T>(address: string, find: () => Promise<T>): Promise<T> {
    if (this.#isLimited) this.#assertUnspent(this.#failures, address);
    try {
      return await find();
    } catch (error) {
      const isUnknown = error instanceof Refusal && error.reason === 'token_invalid';
      if (this.#isLimited && isUnknown) this.#failures.take(address);
      throw error;
    }
  }

  /**
   * Runs work that checks a client's secret, and counts a wrong secret or an unknown client. @throws Refusal @throws
   * OAuthRefusal
   */
  async logIn<T>(address: string, clientId: string, work: () => Promise<T>): Promise<T> {
    if (!this.#isLimited) return work();
    const login = `${address} ${clientId}`;
    this.#assertUnspent(this.#failures, address);
    this.#assertUnspent(this.#logins, login);
    try {
      return await work();
    } catch (error) {
      if (error instanceof OAuthRefusal && error.reason === 'invalid_client') {
        this.#failures.take(address);
        this.#logins.take(login);
      }
      throw error;
    }
  }
  /** @returns how many are left @throws OverQuota */
  #take(quota: Quota, key: string | number): number {
    const left = quota.take(key);
    if (left < 0) throw this.#refusal(quota, key);
    return left;
  }

  /** @throws OverQuota */
  #assertUnspent(quota: Quota, key: string): void {
    if (quota.isSpent(key)) throw this.#refusal(quota, key);
  }

  #refusal(quota: Quota, key: string | number): OverQuota {
    if (quota.noteRefusal(key) <= refusedAtOnce) return new OverQuota(0);
    const now = performance.now();
    this.#heldUntilMs = Math.max(now + heldMs, this.#heldUntilMs + heldApartMs);
    return new OverQuota(this.#heldUntilMs - now);
  }
}
