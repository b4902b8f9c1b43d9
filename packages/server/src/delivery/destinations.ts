/**
 * Where callbacks may go. The retailer chooses the URL, so the server must not be tricked into calling addresses
 * that only it can reach (SSRF). Private, local and reserved addresses, and those that translate to them, are
 * refused, whether the URL contains them or its name resolves to them. The server connects to the very address that
 * was checked, and checks the peer's address again before it sends anything, so DNS rebinding does not help an
 * attacker.
 */
import { isIP, type Socket } from 'node:net';
import ipaddr from 'ipaddr.js';
import { type Resolve, resolveByDns, resolveByMachine } from './resolve.ts';

export class DestinationForbidden extends Error {
  override readonly name = 'DestinationForbidden';
}

export class NameNotFound extends Error {
  override readonly name = 'NameNotFound';
}

/**
 * What ipaddr.js counts as public but must not be called: addresses that a cloud serves internally, and what lies
 * outside global unicast, some of which embeds an IPv4 address. ipaddr.js knows all of IANA's special-purpose
 * registries.
 */
const notPublic = [
  // Azure's host services, IBM Cloud's service network, and Google APIs inside a VPC.
  ...['168.63.129.16', '161.26.0.0/16', '166.8.0.0/14', '199.36.153.4/30', '199.36.153.8/30'],
  ...['::/3', '4000::/2', '8000::/1'],
].map(networkOf);

type Address = ReturnType<typeof ipaddr.parse>;
type Network = ReturnType<typeof ipaddr.parseCIDR>;

/** @param text an address, with or without a prefix length */
function networkOf(text: string): Network {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv6' ? 128 : 32];
}

const isWithin = (address: Address, networks: Network[]): boolean =>
  ipaddr.subnetMatch(address, { networks }, '') === 'networks';

export interface DestinationRules {
  /** Allows only https and no loopback. */
  production: boolean;
  /** Host names and networks that may be called regardless of the rules. */
  allowedHosts: readonly string[];
  allowedNetworks: readonly string[];
}

/** The resolvers for host names. */
export interface Resolvers {
  dns: Resolve;
  machine: Resolve;
}

export class Destinations {
  readonly #production: boolean;
  readonly #hosts: ReadonlySet<string>;
  readonly #networks: Network[];
  readonly #resolvers: Resolvers;
  /** Whether the machine's resolver is asked for names that DNS does not know. */
  readonly #asksMachine: boolean;

  constructor(
    rules: DestinationRules,
    resolvers: Resolvers = { dns: resolveByDns(), machine: resolveByMachine() },
  ) {
    this.#production = rules.production;
    this.#hosts = new Set(rules.allowedHosts);
    this.#networks = rules.allowedNetworks.map(networkOf);
    this.#resolvers = resolvers;
    this.#asksMachine = !rules.production || rules.allowedNetworks.length > 0;
  }

  /** Whether a URL may be called, judged by its text alone. */
  accepts(text: string): boolean {
    const url = URL.parse(text);
    if (!url || (url.protocol !== 'https:' && (this.#production || url.protocol !== 'http:'))) return false;
    if (url.username !== '' || url.password !== '' || url.hash !== '') return false;
    const host = bare(url.hostname);
    return host !== '' && (isIP(host) === 0 || this.mayReach(host, host));
  }

  /** The address to connect to. @throws DestinationForbidden @throws NameNotFound */
  async addressOf(host: string): Promise<string> {
    if (isIP(host) !== 0) {
      if (!this.mayReach(host, host)) throw new DestinationForbidden();
      return host;
    }
    const addresses = await this.#addressesOf(host);
    if (addresses.length === 0) throw new NameNotFound();
    // One forbidden address rules out the name, so the result does not depend on which address is picked.
    if (!addresses.every((address) => this.mayReach(address, host))) throw new DestinationForbidden();
    return addresses[0]!;
  }

  async #addressesOf(name: string): Promise<string[]> {
    const { dns, machine } = this.#resolvers;
    const plain = name.toLowerCase();
    if (this.#hosts.has(plain) || plain === 'localhost' || plain.endsWith('.localhost')) return machine(name);
    const found = await dns(name);
    return found.length > 0 || !this.#asksMachine ? found : machine(name);
  }

  /** Closes a connection if the peer's address is not allowed. */
  guard(socket: Socket, host: string): void {
    if (!this.mayReach(socket.remoteAddress ?? '', host)) socket.destroy(new DestinationForbidden());
  }

  /** Whether an address may be called as that of `host`. */
  mayReach(text: string, host: string): boolean {
    if (!ipaddr.isValid(text)) return false;
    // An IPv4-mapped IPv6 address becomes IPv4.
    const address = ipaddr.process(text);
    if (this.#hosts.has(host.toLowerCase()) || isWithin(address, this.#networks)) return true;
    const range = address.range();
    if (range === 'loopback') return !this.#production;
    return range === 'unicast' && !isWithin(address, notPublic);
  }
}

/** `[::1]` in a URL is `::1`; a name may end in the root's dot. */
export const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
