/**
 * Checks the names under which a development server answers. Such a server asks for no credentials and runs on the
 * developer's machine. A web page anywhere could make its own name resolve to 127.0.0.1 and then read this server as
 * its own origin (DNS rebinding). Its name in `Host` or `Origin` reveals such a page. A production server is behind a
 * proxy that knows its names, and it requires tokens.
 */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { Refusal } from '../../domain/errors.ts';
import type { CorsOrigins } from './cors.ts';

export interface Reached {
  /** The address that the server listens on. */
  host: string;
  publicUrl: string | undefined;
  /** Pages of these origins may call the API, so their host names are accepted too. */
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
    // A request without Host is HTTP/1.0 and not from a browser, so it cannot be an attack through a name.
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
    // An address does not depend on name resolution.
    return this.#listensEverywhere && isIP(hostname) !== 0;
  }
}

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '::1' ||
  (isIP(hostname) === 4 && hostname.startsWith('127.'));

/**
 * Returns a host name as a URL parser reads it: lower case, addresses in canonical form, without brackets and without a
 * final dot.
 */
function hostnameOf(url: string): string | undefined {
  const hostname = URL.parse(url)
    ?.hostname.replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  return hostname === '' ? undefined : hostname?.toLowerCase();
}
