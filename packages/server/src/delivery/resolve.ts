/**
 * Finding the addresses of a name. `dns.lookup` would ask the operating system on one of four threads that the whole process
 * has, for 40 seconds and more when a name server is silent: a retailer with a few such names would hold up the callbacks of
 * all others, and the disk. So DNS is asked directly (c-ares), beside everything else, and with a deadline.
 *
 * What DNS does not know may be known to the machine: its hosts file, its search domains. That is asked for names which the
 * operator allows by name, and, two at a time, where a name that is not public may be called at all.
 */
import type { LookupAddress } from 'node:dns';
import { lookup, Resolver } from 'node:dns/promises';

/** All addresses of a name; none where it has none, or nobody answers in time. */
export type Resolve = (name: string) => Promise<string[]>;

/** A name server is asked so often, and has so long to answer: about five seconds in all. */
const askedTwice = { timeout: 1500, tries: 2 };
const machineAtOnce = 2;

/** @param servers where to ask instead of the machine's own name servers, as `127.0.0.1:53` */
export function resolveByDns(servers?: readonly string[], patience = askedTwice): Resolve {
  const resolver = new Resolver(patience);
  if (servers) resolver.setServers([...servers]);
  const orNone = (asked: Promise<string[]>) => asked.catch(() => []);
  return async (name) => {
    // IPv4 first: which of the two a machine can reach is not known here.
    const found = await Promise.all([orNone(resolver.resolve4(name)), orNone(resolver.resolve6(name))]);
    return found.flat();
  };
}

/** As the machine does, at most so many at once. */
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
