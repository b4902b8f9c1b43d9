/**
 * Rate limits: how many requests a token, a person, an application and a retailer may make per second, and how many
 * failed attempts an address may make. Connect counts per second and publishes no numbers.
 *
 * A refusal costs a good part of a normal response. A client that continues after a few refusals therefore waits for
 * the next ones, so that its refusals do not take the capacity that others need: see `OverQuota.holdMs`.
 */

import { type Caller, personOf } from '../../domain/access/access.ts';
import { boundedCache } from '../../domain/bounded-cache.ts';
import { OAuthRefusal, Refusal } from '../../domain/errors.ts';

const maxKeys = 20_000;
/** Limits as multiples of a token's. A person may have several devices, and a retailer many customers. */
const shares = { person: 2, application: 10, retailer: 40 } as const;
const failuresPerLogin = 30;
const loginWindowSeconds = 60;
/** How many refusals of one key are sent at once. */
const refusedAtOnce = 10;
/**
 * Later refusals are delayed at least this long, and are sent this many milliseconds apart. Each one leaves objects that
 * the garbage collector has moved twice, so at 500 a second its pauses delayed others.
 */
const heldMs = 500;
const heldApartMs = 5;

/** The longest delay, however many refusals wait: clients and proxies give up later. */
const heldAtMostMs = 10_000;

/** The rate limit headers of a response (IETF draft "RateLimit header fields for HTTP"). */
type RateHeaders = Record<string, string>;

/** A refusal that may be delayed before it is sent. */
export class OverQuota extends Refusal {
  readonly holdMs: number;
  /** Set if the request had a valid token. */
  headers: RateHeaders = {};

  constructor(holdMs: number) {
    super('too_many_requests');
    this.holdMs = holdMs;
  }
}

interface Bucket {
  /** How many requests are left; fractions refill. */
  left: number;
  atMs: number;
  /** How many were refused since the bucket was last full. */
  refused: number;
}

/** Uses real time, because the limits protect the machine, which has no virtual clock. */
const systemMs = (): number => performance.now();

/**
 * A token bucket per key. It refills evenly, because a limit that starts over each second lets a client send all its
 * requests at the start of the second, and others wait behind them.
 */
export class Quota {
  readonly most: number;
  readonly #perMs: number;
  readonly #now: () => number;
  readonly #buckets = boundedCache<string | number, Bucket>(maxKeys);

  /**
   * @param most how many requests an unused key may make at once; 0 for no limit
   * @param seconds how long an empty bucket takes to refill
   */
  constructor(most: number, seconds = 1, monotonicMs = systemMs) {
    this.most = most;
    this.#perMs = most / (seconds * 1000);
    this.#now = monotonicMs;
  }

  /** @returns how many are left; negative if there was none */
  take(key: string | number): number {
    const bucket = this.#refilled(key);
    if (bucket.left < 1) return -1;
    bucket.left -= 1;
    return Math.floor(bucket.left);
  }

  isSpent(key: string | number): boolean {
    return this.#buckets.has(key) && this.#refilled(key).left < 1;
  }

  /** Counts a refusal and returns how many the key has had since it last paused for long enough. */
  noteRefusal(key: string | number): number {
    return ++this.#refilled(key).refused;
  }

  /** Whole seconds until the key may make its next request. */
  secondsUntilNext(key: string | number): number {
    return Math.ceil((1 - this.#refilled(key).left) / this.#perMs / 1000);
  }

  #refilled(key: string | number): Bucket {
    const atMs = this.#now();
    let bucket = this.#buckets.get(key);
    if (bucket) {
      bucket.left = Math.min(this.most, bucket.left + (atMs - bucket.atMs) * this.#perMs);
      bucket.atMs = atMs;
      if (bucket.left === this.most) bucket.refused = 0;
    } else {
      bucket = { left: this.most, atMs, refused: 0 };
      this.#buckets.set(key, bucket);
    }
    return bucket;
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
  constructor(perSecond: number, monotonicMs = systemMs) {
    this.#isLimited = perSecond > 0;
    this.#tokens = new Quota(perSecond, 1, monotonicMs);
    this.#people = new Quota(perSecond * shares.person, 1, monotonicMs);
    this.#applications = new Quota(perSecond * shares.application, 1, monotonicMs);
    this.#retailers = new Quota(perSecond * shares.retailer, 1, monotonicMs);
    this.#failures = new Quota(perSecond, 1, monotonicMs);
    this.#logins = new Quota(failuresPerLogin, loginWindowSeconds, monotonicMs);
  }

  /** Counts a request with a known token. @throws OverQuota */
  takeRequest(caller: Caller): RateHeaders | undefined {
    if (!this.#isLimited) return undefined;
    const { retailer, applicationId, tokenHash } = caller;
    const person = personOf(caller);
    let left = 0;
    try {
      left = this.#take(this.#tokens, tokenHash);
      if (person === undefined) this.#take(this.#applications, `${retailer.id}/${applicationId}`);
      else this.#take(this.#people, `${retailer.id}/${person}`);
      this.#take(this.#retailers, retailer.id);
      return this.#headers(left);
    } catch (error) {
      if (error instanceof OverQuota) error.headers = this.#headers(left);
      throw error;
    }
  }

  #headers(left: number): RateHeaders {
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
    const due = Math.max(now + heldMs, this.#heldUntilMs + heldApartMs);
    this.#heldUntilMs = Math.min(due, now + heldAtMostMs);
    return new OverQuota(this.#heldUntilMs - now);
  }
}
