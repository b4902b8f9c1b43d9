/**
 * Resolves host names. `dns.lookup` would block one of the process's four worker threads for 40 seconds or more
 * when a name server is silent: a retailer with a few such names would hold up all other retailers' callbacks, and
 * disk access too. DNS is therefore queried directly (c-ares), asynchronously and with a deadline.
 *
 * The machine may know names that DNS does not, from its hosts file or search domains. It is asked for names the
 * operator explicitly allows and, two at a time, where non-public names may be called at all.
 */
import type { LookupAddress } from 'node:dns';
import { lookup, Resolver } from 'node:dns/promises';

/** All addresses of a name; empty when it has none, or when no server answers in time. */
export type Resolve = (name: string) => Promise<string[]>;

/** Timeout and number of tries per name server: about five seconds in all. */
const defaultTimeouts = { timeout: 1500, tries: 2 };
const machineAtOnce = 2;

/** @param servers name servers to use instead of the machine's own, such as `127.0.0.1:53` */
export function resolveByDns(servers?: readonly string[], timeouts = defaultTimeouts): Resolve {
  const resolver = new Resolver(timeouts);
  if (servers) resolver.setServers([...servers]);
  const orEmpty = (query: Promise<string[]>) => query.catch(() => []);
  return async (name) => {
    // IPv4 first, because we do not know which of the two the machine can reach.
    const found = await Promise.all([orEmpty(resolver.resolve4(name)), orEmpty(resolver.resolve6(name))]);
    return found.flat();
  };
}

/** Resolves as the machine does, with limited concurrency. */
export function resolveByMachine(): Resolve {
  let free = machineAtOnce;
  const waiting: (() => void)[] = [];
  return async (name) => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free -= 1;
    try {
      const found: LookupAddress[] = await lookup(name, { all: true }).catch(() => []);
      return found.map(({ address }) => address);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
