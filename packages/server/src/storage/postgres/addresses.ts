/**
 * The hosts of a database. An address may name several, as libpq's does (PostgreSQL documentation, section 34.1.1.3):
 * `postgres://user:password@one:5432,two:5432/database`. One of them is the primary; after a failover, another.
 */

/** One address for each host of `url`. */
export function addressesOf(url: string): string[] {
  const parts = /^(\w+:\/\/(?:[^@/?#]*@)?)([^/?#]*)(.*)$/s.exec(url);
  if (!parts) return [url];
  const [, before, hosts, after] = parts;
  return hosts!.split(',').map((host) => `${before}${host}${after}`);
}

/** Remembers which host to connect to. */
export class Addresses {
  readonly #all: string[];
  #at = 0;

  constructor(url: string) {
    this.#all = addressesOf(url);
  }

  get count(): number {
    return this.#all.length;
  }

  get current(): string {
    return this.#all[this.#at]!;
  }

  /** Proceeds to the next host, unless another connection that failed has done so already. */
  leave(failed: string): void {
    if (failed === this.current) this.#at = (this.#at + 1) % this.#all.length;
  }
}
