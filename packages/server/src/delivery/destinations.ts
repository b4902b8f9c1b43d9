/**
 * Where callbacks may go. A retailer names the URL, so the server must not be talked into calling what only it can
 * reach: addresses that are private, local, reserved or lead there by translation are refused, whether they stand in the
 * URL or a name resolves to them. The connection is made to the very address that was looked at, and who answered is
 * looked at once more before a byte is sent; a name that means one address now and another later gains nothing.
 */
import { Agent as HttpAgent, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { BlockList, connect, isIP, isIPv6, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { type Resolve, resolveByDns, resolveByMachine } from './resolve.ts';

export class DestinationForbidden extends Error {
  override readonly name = 'DestinationForbidden';
}

export class NameNotFound extends Error {
  override readonly name = 'NameNotFound';
}

/**
 * IANA's special-purpose registries for IPv4 and IPv6, whole, multicast, and addresses that a cloud answers at from inside
 * although they look public. A library of ranges (ipaddr.js) has the registries and none of the clouds', so the list is here.
 */
const forbiddenNetworks = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Everything but global unicast, and of that what carries an IPv4 address inside or leads nowhere.
  '::/3',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '2620:4f:8000::/48',
  '3fff::/20',
  '4000::/2',
  '8000::/1',
  // Azure's own services at every machine of its; IBM Cloud's service network; what Google serves inside a VPC.
  '168.63.129.16/32',
  '161.26.0.0/16',
  '166.8.0.0/14',
  '199.36.153.4/30',
  '199.36.153.8/30',
];

/** Addresses of either family, kept apart: a list of Node's takes an IPv4 address for its mapping into IPv6. */
class Networks {
  readonly #ipv4 = new BlockList();
  readonly #ipv6 = new BlockList();

  constructor(networks: readonly string[]) {
    for (const network of networks) {
      const [address = '', prefix] = network.split('/');
      if (isIPv6(address)) this.#ipv6.addSubnet(address, Number(prefix ?? 128), 'ipv6');
      else this.#ipv4.addSubnet(address, Number(prefix ?? 32), 'ipv4');
    }
  }

  has(address: string): boolean {
    return isIPv6(address) ? this.#ipv6.check(address, 'ipv6') : this.#ipv4.check(address, 'ipv4');
  }
}

const forbidden = new Networks(forbiddenNetworks);
const loopback = new Networks(['127.0.0.0/8', '::1']);

export interface DestinationRules {
  /** https only, and no loopback. */
  production: boolean;
  /** Names of hosts, and networks, that may be called whatever they are. */
  allowedHosts: readonly string[];
  allowedNetworks: readonly string[];
}

/** Who is asked for the addresses of a name. */
export interface Resolvers {
  dns: Resolve;
  machine: Resolve;
}

export class Destinations {
  readonly #production: boolean;
  readonly #hosts: ReadonlySet<string>;
  readonly #networks: Networks;
  readonly #resolvers: Resolvers;
  /** Whether there are names to call that DNS need not know. */
  readonly #asksMachine: boolean;

  constructor(
    rules: DestinationRules,
    resolvers: Resolvers = { dns: resolveByDns(), machine: resolveByMachine() },
  ) {
    this.#production = rules.production;
    this.#hosts = new Set(rules.allowedHosts);
    this.#networks = new Networks(rules.allowedNetworks);
    this.#resolvers = resolvers;
    this.#asksMachine = !rules.production || rules.allowedNetworks.length > 0;
  }

  /** Whether a URL may be called, as far as it shows. */
  accepts(text: string): boolean {
    const url = URL.parse(text);
    if (!url || (url.protocol !== 'https:' && (this.#production || url.protocol !== 'http:'))) return false;
    if (url.username !== '' || url.password !== '' || url.hash !== '') return false;
    const host = bare(url.hostname);
    return host !== '' && (isIP(host) === 0 || this.#mayReach(host, host));
  }

  /** The address to connect to. @throws DestinationForbidden @throws NameNotFound */
  async addressOf(host: string): Promise<string> {
    if (isIP(host) !== 0) {
      if (!this.#mayReach(host, host)) throw new DestinationForbidden();
      return host;
    }
    const addresses = await this.#addressesOf(host);
    if (addresses.length === 0) throw new NameNotFound();
    // One that is forbidden condemns the name: which one is taken must not depend on luck.
    if (!addresses.every((address) => this.#mayReach(address, host))) throw new DestinationForbidden();
    return addresses[0]!;
  }

  async #addressesOf(name: string): Promise<string[]> {
    const { dns, machine } = this.#resolvers;
    const plain = name.toLowerCase();
    if (this.#hosts.has(plain) || plain === 'localhost' || plain.endsWith('.localhost')) return machine(name);
    const found = await dns(name);
    return found.length > 0 || !this.#asksMachine ? found : machine(name);
  }

  /** Closes a connection whose other end is not where it should be. */
  guard(socket: Socket, host: string): void {
    if (!this.#mayReach(socket.remoteAddress ?? '', host)) socket.destroy(new DestinationForbidden());
  }

  #mayReach(address: string, host: string): boolean {
    const plain = unmapped(address);
    if (isIP(plain) === 0) return false;
    if (this.#hosts.has(host.toLowerCase()) || this.#networks.has(plain)) return true;
    if (!this.#production && loopback.has(plain)) return true;
    return !forbidden.has(plain);
  }
}

/** `[::1]` in a URL is `::1`; a name may end in the dot of the root. */
const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');

/** An IPv4 address in the clothes of IPv6 is that IPv4 address; what comes after a % names an interface. */
function unmapped(address: string): string {
  const plain = address.split('%')[0]!;
  const dotted = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (dotted !== undefined) return dotted;
  const hex = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(plain);
  if (!hex) return plain;
  const [high, low] = [Number.parseInt(hex[1]!, 16), Number.parseInt(hex[2]!, 16)];
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

export interface GuardedRequest extends RequestOptions {
  /**
   * Ends a connection that is still being made. Node keeps the `signal` of a request from its agent, and a request
   * without a socket does not end before it gets one.
   */
  connecting: AbortSignal;
}

interface Target {
  host: string;
  port: number;
  connecting: AbortSignal;
}

/** What was asked goes on where it cannot be stopped, as a look-up of a name; nobody waits for it. */
function unlessAborted<T>(signal: AbortSignal, asked: Promise<T>): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([asked, aborted]);
}

/** Connections that are made as `destinations` says, and kept for the next callback. */
export class GuardedAgents {
  readonly #http = new HttpAgent({ keepAlive: true });
  readonly #https = new HttpsAgent({ keepAlive: true });

  constructor(destinations: Destinations) {
    const connecting =
      (open: (host: string, address: string, port: number) => Socket, ready: 'connect' | 'secureConnect') =>
      (target: object, done?: (error: Error | null, socket: Duplex) => void): undefined => {
        const { host: written, port, connecting } = target as Target;
        const host = bare(written);
        const fail = (error: Error) => done!(error, undefined as unknown as Duplex);
        unlessAborted(connecting, destinations.addressOf(host)).then((address) => {
          const socket = open(host, address, port);
          const abandon = () => socket.destroy(connecting.reason);
          connecting.addEventListener('abort', abandon, { once: true });
          socket.once('close', () => connecting.removeEventListener('abort', abandon));
          socket.once('connect', () => destinations.guard(socket, host));
          socket.once('error', fail);
          socket.once(ready, () => {
            // The guard has closed it: its error is on the way.
            if (socket.destroyed) return;
            connecting.removeEventListener('abort', abandon);
            socket.off('error', fail);
            done!(null, socket);
          });
        }, fail);
      };
    this.#http.createConnection = connecting(
      (_host, address, port) => connect({ host: address, port, noDelay: true }),
      'connect',
    );
    this.#https.createConnection = connecting(
      (host, address, port) =>
        connectTls({ host: address, port, ...(isIP(host) === 0 && { servername: host }) }),
      'secureConnect',
    );
  }

  for(url: URL): HttpAgent {
    return url.protocol === 'https:' ? this.#https : this.#http;
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }
}
