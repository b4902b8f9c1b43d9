/** Requests per access token and second of real time. Connect counts per second and publishes no figure. */
import { LRUCache } from 'lru-cache';
import { Refusal } from '../domain/errors.ts';

const maxTokens = 20_000;

export class RateLimit {
  readonly #perSecond: number;
  readonly #seconds: () => number;
  readonly #used = new LRUCache<string, { second: number; count: number }>({ max: maxTokens });

  /** @param perSecond 0 for no limit */
  constructor(perSecond: number, seconds: () => number = () => Math.floor(performance.now() / 1000)) {
    this.#perSecond = perSecond;
    this.#seconds = seconds;
  }

  /** @throws Refusal too_many_requests */
  take(token: string): void {
    if (this.#perSecond === 0) return;
    const second = this.#seconds();
    const used = this.#used.get(token);
    if (used?.second !== second) {
      this.#used.set(token, { second, count: 1 });
      return;
    }
    used.count += 1;
    if (used.count > this.#perSecond) throw new Refusal('too_many_requests');
  }
}
