/**
 * The secret with which this device uses the link of an order, where the retailer binds links to devices. It is kept only
 * once the server wants it. The link itself is not kept.
 */
import { deviceStorage, keptDevice } from '../device-storage.ts';
import { deviceKey } from './storage-names.ts';

const secretBytes = 32;

export class LinkDevice {
  /** What this device sends as its token. */
  readonly token: string;
  readonly #secret: string;
  readonly #key: string;

  /** @param name that of the order in the storage */
  constructor(link: string, name: string) {
    this.#key = deviceKey(name);
    const kept = keptDevice(this.#key);
    this.#secret = kept ?? newSecret();
    this.token = `${link}.${this.#secret}`;
    // What is in use is not swept.
    if (kept !== undefined) void this.keep();
  }

  /**
   * Keeps the secret before the server has it, so that no lost answer locks this device out.
   * @returns whether it is the device's: another tab may have kept one first, which is to be used then
   */
  async keep(): Promise<boolean> {
    const keep = () => {
      if ((keptDevice(this.#key) ?? this.#secret) !== this.#secret) return false;
      deviceStorage.set(this.#key, JSON.stringify({ secret: this.#secret, at: Date.now() }));
      return true;
    };
    // Without HTTPS a browser has no locks.
    return navigator.locks ? navigator.locks.request(this.#key, keep) : keep();
  }

  forget(): void {
    deviceStorage.remove(this.#key);
  }
}

const newSecret = (): string =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(secretBytes))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
