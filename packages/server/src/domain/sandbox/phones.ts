/** Phones of the sandbox: text messages that reach nobody, in the memory of this process, of each retailer apart. */
import { limits } from '@aislechat/contract';
import type { LRUCache } from 'lru-cache';
import { boundedCache } from '../bounded-cache.ts';
import type { SmsProvider } from '../notifications/notifications.ts';

export interface PhoneMessage {
  id: string;
  at: number;
  direction: 'to_phone' | 'from_phone';
  text: string;
}

const maxRetailers = 1000;

export class SandboxPhones {
  readonly #retailers = boundedCache<number, LRUCache<string, PhoneMessage[]>>(maxRetailers);
  #count = 0;

  /** Oldest first. */
  messages(retailerId: number, number: string): readonly PhoneMessage[] {
    return this.#retailers.get(retailerId)?.get(number) ?? [];
  }

  newId(): string {
    this.#count += 1;
    return `sandbox-${this.#count}`;
  }

  add(retailerId: number, number: string, message: PhoneMessage): void {
    let phones = this.#retailers.get(retailerId);
    if (!phones) {
      phones = boundedCache(limits.sandboxPhones);
      this.#retailers.set(retailerId, phones);
    }
    const messages = [...(phones.get(number) ?? []), message];
    phones.set(number, messages.slice(-limits.sandboxPhoneMessages));
  }

  /** @param now the time on a retailer's clock */
  provider(now: (retailerId: number) => Promise<number>): SmsProvider {
    return {
      send: async ({ retailerId }, { to, text }) => {
        const id = this.newId();
        this.add(retailerId, to, { id, at: await now(retailerId), direction: 'to_phone', text });
        return { isTaken: true, providerId: id };
      },
      deleteCopy: async ({ retailerId }, providerId) => {
        const phones = this.#retailers.get(retailerId);
        for (const [number, messages] of phones?.entries() ?? []) {
          phones!.set(
            number,
            messages.filter(({ id }) => id !== providerId),
          );
        }
        return true;
      },
    };
  }
}
