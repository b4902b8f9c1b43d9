/**
 * Shares of a process's time: how many requests one token, one person, one application and one retailer may make in a
 * second, and how many failures one address. Connect counts per second and publishes no figure.
 *
 * A refusal costs a good part of an answer. A client that goes on after a few of them waits for the next ones, so that
 * it cannot spend on being refused what the others need: `OverQuota.holdMs`.
 */
import { LRUCache } from 'lru-cache';
import { type Caller, personOf } from '../../domain/access/access.ts';
import { OAuthRefusal, Refusal } from '../../domain/errors.ts';

const maxKeys = 20_000;
/** Shares as multiples of that of a token. A person may have several devices, a retailer many customers. */
const shares = { person: 2, application: 10, retailer: 40 } as const;
const failuresPerLogin = 30;
const loginWindowSeconds = 60;
/** Refusals of one key in a window that are answered at once. */
const refusedAtOnce = 10;
/** Those after that wait for so long at least, and leave so many milliseconds apart. */
const heldMs = 500;
const heldApartMs = 2;

/** A refusal that may have to wait before it is answered. */
export class OverQuota extends Refusal {
  readonly holdMs: number;

  constructor(holdMs: number) {
    super('too_many_requests');
    this.holdMs = holdMs;
  }
}

/** Of real time: a share is one of the machine's, which knows no virtual clock. */
const systemSeconds = (): number => Math.floor(performance.now() / 1000);

/** Counts per key in windows of time. */
export class Quota {
  readonly most: number;
  readonly #windowSeconds: number;
  readonly #seconds: () => number;
  readonly #used = new LRUCache<string | number, { window: number; count: number; refused: number }>({
    max: maxKeys,
  });

  /** @param most 0 for no limit */
  constructor(most: number, windowSeconds = 1, seconds = systemSeconds) {
    this.most = most;
    this.#windowSeconds = windowSeconds;
    this.#seconds = seconds;
  }

  /** @returns how many are left in this window; negative once there were too many */
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

  /** Counts a refusal; returns how many there were in this window. */
  noteRefusal(key: string | number): number {
    const used = this.#used.get(key);
    if (used?.window !== this.#window()) return 1;
    used.refused += 1;
    return used.refused;
  }

  /** Until the next window begins. */
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
  /** When the refusal that was held last is answered. */
  #heldUntilMs = 0;

  /** @param perSecond of one token; 0 for no limit of any kind */
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
   * Counts a request whose token is known.
   * @returns the answer's rate limit headers (IETF draft "RateLimit header fields for HTTP")
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

  /** Counts a token that an application asks for. @throws OverQuota */
  takeToken(retailerId: number, applicationId: number): void {
    if (this.#isLimited) this.#take(this.#applications, `${retailerId}/${applicationId}`);
  }

  /** Looks up somebody who is not known yet, and counts a token, a ticket or a code that nobody has. @throws Refusal */
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

  /** Does what takes a client's secret, and counts a wrong one, or an unknown client. @throws Refusal @throws OAuthRefusal */
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
