/** What this device keeps: `localStorage`, or memory where a browser forbids it. */
import { memoryStorage, type OutboxStorage, webStorage } from '@aislechat/client';

export const deviceStorage: OutboxStorage = usable() ? webStorage(localStorage) : memoryStorage();

function usable(): boolean {
  try {
    const probe = 'aislechat:probe';
    localStorage.setItem(probe, probe);
    localStorage.removeItem(probe);
    return true;
  } catch {
    return false;
  }
}

/** What was begun to be written, kept as long as it was not sent. */
export class Draft {
  readonly #key: string;

  constructor(name: string, orderId: string) {
    this.#key = `${name}:draft:${orderId}`;
  }

  get text(): string {
    return deviceStorage.get(this.#key) ?? '';
  }

  set text(text: string) {
    try {
      if (text === '') deviceStorage.remove(this.#key);
      else deviceStorage.set(this.#key, text);
    } catch {
      // A full storage costs the draft, not the message.
    }
  }
}
