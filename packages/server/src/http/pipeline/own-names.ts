/**
 * Under which names a development server answers. It asks nobody who they are, and listens on the developer's own machine: a
 * web page anywhere could have its name lead to 127.0.0.1 and then read what is here as its own origin (DNS rebinding). What
 * gives such a page away is the name itself, in `Host` and in `Origin`. A production server stands behind a proxy that knows
 * its names, and asks for tokens.
 */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { Refusal } from '../../domain/errors.ts';
import type { CorsOrigins } from './cors.ts';

export interface Reached {
  /** The address that it listens on. */
  host: string;
  publicUrl: string | undefined;
  /** Pages of these may call, so their origins are names too. */
  corsOrigins: CorsOrigins;
}

const everywhere = ['0.0.0.0', '::'];

export class OwnNames {
  readonly #names: ReadonlySet<string>;
  readonly #listensEverywhere: boolean;
  readonly #corsOrigins: CorsOrigins;

  constructor({ host, publicUrl, corsOrigins }: Reached) {
    const named = publicUrl === undefined ? [] : [hostnameOf(publicUrl)!];
    this.#names = new Set([host.toLowerCase(), ...named]);
    this.#listensEverywhere = everywhere.includes(host);
    this.#corsOrigins = corsOrigins;
  }

  /** @throws Refusal name_not_allowed */
  assert({ headers }: IncomingMessage): void {
    const { host, origin } = headers;
    // Without a Host there is no name to be led astray by: HTTP/1.0, and no browser.
    const isOurs = host === undefined || this.#has(hostnameOf(`http://${host}`));
    if (!isOurs || (origin !== undefined && !this.#mayCall(origin))) throw new Refusal('name_not_allowed');
  }

  #mayCall(origin: string): boolean {
    if (this.#corsOrigins === '*') return true;
    const isNamed = this.#corsOrigins !== 'loopback' && this.#corsOrigins.includes(origin);
    return isNamed || this.#has(hostnameOf(origin));
  }

  #has(hostname: string | undefined): boolean {
    if (hostname === undefined) return false;
    if (this.#names.has(hostname) || isLoopback(hostname)) return true;
    // No name server has a say in an address.
    return this.#listensEverywhere && isIP(hostname) !== 0;
  }
}

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '::1' ||
  (isIP(hostname) === 4 && hostname.startsWith('127.'));

/** As a URL reads it: lower case, addresses in their usual form; without brackets and the dot of the root. */
function hostnameOf(url: string): string | undefined {
  const hostname = URL.parse(url)
    ?.hostname.replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  return hostname === '' ? undefined : hostname?.toLowerCase();
}
