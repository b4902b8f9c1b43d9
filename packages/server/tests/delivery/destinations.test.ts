/**
 * Callbacks never reach a destination that only the server can reach: however an address is written, whatever
 * a name resolves to, and whoever answers in the end. A listener on the loopback interface counts
 * connections, and none may arrive.
 */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { type AddressInfo, createServer, type LookupFunction, type Server, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { post } from '../../src/delivery/call.ts';
import {
  DestinationForbidden,
  type DestinationRules,
  Destinations,
} from '../../src/delivery/destinations.ts';
import { guardedAgent } from '../../src/delivery/guarded-agent.ts';
import { type Resolve, resolveByDns } from '../../src/delivery/resolve.ts';
import { eventually } from '../support/eventually.ts';

/** Uses one resolver for DNS and for the machine. */
const askedAlone = (resolve: Resolve) => ({ dns: resolve, machine: resolve });

const production = { production: true, allowedHosts: [], allowedNetworks: [] };

async function listener(
  t: TestContext,
): Promise<{ port: number; server: Server; connections: () => number }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => {});
    socket.destroy();
  });
  server.listen(0);
  await once(server, 'listening');
  t.after(() => server.close());
  return { port: (server.address() as AddressInfo).port, server, connections: () => connections };
}

/** Addresses that no outsider may have called, a few of each kind. */
const forbiddenV4 = [
  ...['0.0.0.0', '0.0.0.1', '0.255.255.255', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.127.255.254'],
  ...['127.0.0.1', '127.0.0.2', '127.1.2.3', '127.255.255.254', '169.254.0.1', '169.254.169.254'],
  ...[
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.7',
    '192.88.99.1',
    '192.168.0.1',
    '192.168.255.1',
  ],
  ...['198.18.0.1', '198.19.255.255', '198.51.100.9', '203.0.113.200', '224.0.0.1', '239.255.255.255'],
  ...['240.0.0.1', '255.255.255.255', '192.31.196.1', '192.52.193.1', '192.175.48.1'],
  // These look public, but are answered from inside a cloud.
  ...['168.63.129.16', '161.26.0.10', '166.9.0.1', '199.36.153.4', '199.36.153.11', '100.100.100.200'],
];

/** Every way in which a URL may write an IPv4 address. */
function spellings(address: string): string[] {
  const [a, b, c, d] = address.split('.').map(Number) as [number, number, number, number];
  const whole = ((a * 256 + b) * 256 + c) * 256 + d;
  const hex = (n: number) => `0x${n.toString(16)}`;
  const octal = (n: number) => `0${n.toString(8)}`;
  const [high, low] = [a * 256 + b, c * 256 + d].map((n) => n.toString(16));
  return [
    address,
    `${address}.`,
    String(whole),
    hex(whole),
    `0${whole.toString(8)}`,
    [a, b, c, d].map(hex).join('.'),
    [a, b, c, d].map(octal).join('.'),
    `${hex(a)}.${b}.${octal(c)}.${d}`,
    `${a}.${(b * 256 + c) * 256 + d}`,
    `${a}.${b}.${c * 256 + d}`,
    `[::ffff:${address}]`,
    `[::ffff:${high}:${low}]`,
    `[0:0:0:0:0:ffff:${address}]`,
    `[::${address}]`,
    `[64:ff9b::${address}]`,
    `[64:ff9b:1::${address}]`,
    `[2002:${high}:${low}::1]`,
    address.replaceAll('.', '%2e'),
    address.replaceAll('.', '。'),
  ];
}

const forbiddenV6 = [
  ...['[::]', '[::1]', '[0:0:0:0:0:0:0:1]', '[fe80::1]', '[febf::1]', '[fc00::1]', '[fd00:ec2::254]'],
  ...['[ff02::1]', '[2001::1]', '[2001:db8::1]', '[100::1]', '[fec0::1]', '[3fff::1]', '[5f00::1]'],
  ...['[2620:4f:8000::1]', '[64:ff9b::a8a3:8110]', '[::ffff:168.63.129.16]'],
];
const literals = [...forbiddenV4.flatMap(spellings), ...forbiddenV6];

const isRefused = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'answered',
    (error) => error.name,
  );

const callTo = (url: string, destinations: Destinations, agents = guardedAgent(destinations)) =>
  post(agents, {
    url: new URL(url),
    headers: {},
    body: '{}',
    reads: 'nothing',
    signal: AbortSignal.timeout(2000),
  });

test('a non-public address is refused in every spelling, both before the call and on connecting', async (t) => {
  const { port, connections } = await listener(t);
  const destinations = new Destinations(production);
  const agents = guardedAgent(destinations);
  t.after(() => agents.destroy());
  let refused = 0;
  for (const host of literals) {
    for (const scheme of ['https', 'http']) {
      const url = `${scheme}://${host}:${port}/hooks`;
      assert.equal(destinations.accepts(url), false, url);
      if (!URL.canParse(url)) continue;
      assert.equal(await isRefused(callTo(url, destinations, agents)), 'DestinationForbidden', url);
      refused += 1;
    }
  }
  t.diagnostic(`${refused} calls refused, ${connections()} connections`);
  assert.ok(refused >= 500);
  assert.equal(connections(), 0);
});

test('a name that resolves to an internal address is refused, even if only one of its addresses is internal', async (t) => {
  const { port, connections } = await listener(t);
  const inside: Record<string, string[]> = {
    'plain.example': ['127.0.0.1'],
    'v6.example': ['::1'],
    'mapped.example': ['::ffff:127.0.0.1'],
    'mixed.example': ['93.184.216.34', '127.0.0.1'],
    'mixed6.example': ['2606:2800:220:1:248:1893:25c8:1946', 'fe80::1%eth0'],
    'metadata.example': ['169.254.169.254'],
  };
  const destinations = new Destinations(
    production,
    askedAlone(async (name) => inside[name]!),
  );
  for (const name of Object.keys(inside)) {
    const url = `http://${name}:${port}/`;
    assert.equal(await isRefused(callTo(url, destinations)), 'DestinationForbidden', name);
  }
  // The system's own names, by its own resolver.
  const bySystem = new Destinations(production);
  for (const name of ['localhost', 'LOCALHOST', 'localhost.']) {
    assert.equal(await isRefused(callTo(`http://${name}:${port}/`, bySystem)), 'DestinationForbidden', name);
  }
  assert.equal(connections(), 0);
});

test('a name whose address changes between look-up and call gains nothing', async (t) => {
  const { port, connections } = await listener(t);
  const lookups: string[] = [];
  const rebinding: Resolve = async (name) => {
    lookups.push(name);
    return lookups.length % 2 === 1 ? ['203.0.114.1'] : ['127.0.0.1'];
  };
  const destinations = new Destinations(production, askedAlone(rebinding));
  const agents = guardedAgent(destinations);
  t.after(() => agents.destroy());
  const url = `http://rebinding.example:${port}/`;
  // The first call goes only to the public address from the look-up, where nobody answers.
  await Promise.race([
    isRefused(callTo(url, destinations, agents)),
    new Promise((resolve) => setTimeout(resolve, 100)),
  ]);
  assert.equal(await isRefused(callTo(url, destinations, agents)), 'DestinationForbidden');
  assert.equal(lookups.length, 2);
  assert.equal(connections(), 0);
});

test('the remote address is checked before a byte is sent', async (t) => {
  let bytes = 0;
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  // Simulates a network that led a public address to this machine.
  class Misled extends Destinations {
    override async addressOf(): Promise<string> {
      return '127.0.0.1';
    }
  }
  const destinations = new Misled(production);
  const outcome = await isRefused(callTo(`http://public.example:${port}/`, destinations));
  assert.equal(outcome, 'DestinationForbidden');
  assert.equal(bytes, 0);
});

test('control: a hook on look-ups alone lets literal addresses through', async (t) => {
  const { port, connections } = await listener(t);
  const guard: LookupFunction = (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const isInside = addresses?.some(
        ({ address }) => !new Destinations(production).accepts(`https://${address}`),
      );
      done(isInside ? new Error('refused') : error, addresses);
    });
  };
  for (const host of ['127.0.0.1', '2130706433', '0x7f000001', '127.1', '[::ffff:127.0.0.1]', '[::1]']) {
    const call = request(`http://${host}:${port}/`, { method: 'POST', lookup: guard, timeout: 1000 });
    call.on('error', () => {});
    call.end('{}');
    await new Promise((resolve) => call.once('close', resolve));
  }
  assert.ok(connections() > 0);
});

test('loopback is allowed in development, and in production the destinations that a setting names', async () => {
  const development = new Destinations({ ...production, production: false });
  assert.equal(development.accepts('http://127.0.0.1:4000/hooks'), true);
  assert.equal(development.accepts('http://[::1]:4000/hooks'), true);
  assert.equal(development.accepts('http://10.0.0.1/hooks'), false);

  const allowing = new Destinations(
    { production: true, allowedHosts: ['erp.internal'], allowedNetworks: ['10.1.0.0/16', 'fd00::/8'] },
    askedAlone(async () => ['192.168.7.7']),
  );
  assert.equal(allowing.accepts('https://10.1.2.3/hooks'), true);
  assert.equal(allowing.accepts('https://[fd00::7]/hooks'), true);
  assert.equal(allowing.accepts('https://10.2.0.1/hooks'), false);
  assert.equal(allowing.accepts('http://10.1.2.3/hooks'), false);
  assert.equal(await allowing.addressOf('erp.internal'), '192.168.7.7');
  await assert.rejects(allowing.addressOf('other.internal'), { name: 'DestinationForbidden' });
  // Public addresses are always allowed.
  for (const url of ['https://93.184.216.34/', 'https://[2606:4700::1111]/', 'https://shop.example/hooks']) {
    assert.equal(new Destinations(production).accepts(url), true, url);
  }
});

test('a URL with credentials or a fragment is refused', () => {
  const destinations = new Destinations(production);
  for (const url of [
    'https://us@shop.example/',
    'https://:secret@shop.example/',
    'https://us:secret@shop.example/',
    'https://shop.example/#part',
  ]) {
    assert.equal(destinations.accepts(url), false, url);
  }
});

test('an IPv4 address mapped to IPv6 is treated as IPv4, in allowlists too, and a zone ID is ignored', async () => {
  const rules = {
    production: true,
    allowedHosts: ['erp.internal'],
    allowedNetworks: ['10.1.0.0/16', 'fd00::/8'],
  };
  const allowing = new Destinations(
    rules,
    askedAlone(async () => ['192.168.7.7']),
  );
  for (const url of ['https://[::ffff:10.1.2.3]/', 'https://[::ffff:93.184.216.34]/']) {
    assert.equal(allowing.accepts(url), true, url);
  }
  assert.equal(await allowing.addressOf('ERP.Internal'), '192.168.7.7', 'names are case-insensitive');
  const isClosed = (remoteAddress: string | undefined): boolean => {
    let isDestroyed = false;
    const destroy = (error: Error) => {
      isDestroyed = error instanceof DestinationForbidden;
    };
    allowing.guard({ remoteAddress, destroy } as unknown as Socket, 'shop.example');
    return isDestroyed;
  };
  for (const address of ['::ffff:10.1.2.3', 'fd00::7%eth0', '93.184.216.34']) {
    assert.equal(isClosed(address), false, address);
  }
  for (const address of ['::ffff:10.2.0.1', 'fe80::1%eth0', undefined]) {
    assert.equal(isClosed(address), true, `${address}`);
  }
});

test('the machine resolves its own names, and names that DNS lacks if internal destinations are allowed', async () => {
  const asked: string[] = [];
  const addressOf = async (name: string, rules: Partial<DestinationRules> = {}) => {
    asked.length = 0;
    const destinations = new Destinations(
      { ...production, ...rules },
      {
        dns: async () => {
          asked.push('dns');
          return [];
        },
        machine: async () => {
          asked.push('machine');
          return ['10.1.2.3'];
        },
      },
    );
    return isRefused(destinations.addressOf(name));
  };
  assert.equal(await addressOf('erp.internal'), 'NameNotFound');
  assert.deepEqual(asked, ['dns']);
  assert.equal(await addressOf('erp.internal', { allowedNetworks: ['10.1.0.0/16'] }), 'answered');
  assert.deepEqual(asked, ['dns', 'machine']);
  assert.equal(await addressOf('erp.internal', { production: false }), 'DestinationForbidden');
  assert.deepEqual(asked, ['dns', 'machine']);
  for (const name of ['localhost', 'shop.localhost', 'Shop.LOCALHOST']) {
    assert.equal(await addressOf(name), 'DestinationForbidden');
    assert.deepEqual(asked, ['machine'], name);
  }
});

test('look-ups at a silent name server run in parallel and time out', async (t) => {
  const questions = new Set<string>();
  const silent = createSocket('udp4', (question) => questions.add(question.toString('latin1', 12)));
  silent.bind(0, '127.0.0.1');
  await once(silent, 'listening');
  t.after(() => silent.close());
  const dns = resolveByDns([`127.0.0.1:${silent.address().port}`], { timeout: 300, tries: 1 });
  const destinations = new Destinations(production, { dns, machine: dns });
  let pending = 0;
  const names = Array.from({ length: 64 }, (_, n) => `slow-${n}.example`);
  const outcomes = names.map((name) => {
    pending += 1;
    return isRefused(destinations.addressOf(name)).finally(() => {
      pending -= 1;
    });
  });
  // Look-ups of both families of every name run at once: four threads would have let four names through.
  while (questions.size < 2 * names.length) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(pending, names.length);
  // A thread is free for other work, such as reading a file or another look-up by the machine.
  await readFile(import.meta.filename);
  assert.equal(pending, names.length);
  assert.deepEqual(new Set(await Promise.all(outcomes)), new Set(['NameNotFound']));
});

const loopbackAllowed = { ...production, production: false };

test('a call ends at its deadline, even during a look-up or while connecting', {
  timeout: 20_000,
}, async (t) => {
  // Accepts the connection and never sends a byte of TLS.
  const silent = createServer();
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  t.after(() => silent.close());
  const { port } = silent.address() as AddressInfo;
  const agents: ReturnType<typeof guardedAgent>[] = [];
  const call = (host: string, destinations: Destinations, signal: AbortSignal) => {
    const agent = guardedAgent(destinations);
    t.after(() => agent.destroy());
    agents.push(agent);
    const url = new URL(`https://${host}:${port}/`);
    return post(agent, { url, headers: {}, body: '{}', reads: 'nothing', signal });
  };

  const handshake = new AbortController();
  const connected = once(silent, 'connection') as Promise<[Socket]>;
  const unsecured = call('127.0.0.1', new Destinations(loopbackAllowed), handshake.signal);
  const [socket] = await connected;
  t.after(() => socket.destroy());
  socket.on('error', () => {});
  handshake.abort();
  await assert.rejects(unsecured, { name: 'AbortError' });
  // The connection is closed as well.
  if (!socket.closed) await once(socket.resume(), 'close');

  const lookingUp = new AbortController();
  const asked = Promise.withResolvers<void>();
  const endless = new Destinations(
    production,
    askedAlone(() => {
      asked.resolve();
      return new Promise(() => {});
    }),
  );
  const unresolved = call('slow.example', endless, lookingUp.signal);
  await asked.promise;
  lookingUp.abort();
  await assert.rejects(unresolved, { name: 'AbortError' });
  // Nothing else of a receiver that was never reached remains.
  const remembered = async () => agents.map(({ stats }) => Object.keys(stats).length);
  await eventually(remembered, (counts) => counts.every((count) => count === 0));
});

test('a request is not repeated on a connection that is reset after the answer began', async (t) => {
  let requests = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const count = chunk.toString().split('POST /').length - 1;
      if (count === 0) return;
      requests += count;
      if (requests !== 2) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
      else {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"access_', () =>
          // The client has read what came before.
          setTimeout(() => socket.resetAndDestroy(), 50),
        );
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const agents = guardedAgent(new Destinations(loopbackAllowed));
  t.after(() => agents.destroy());
  const call = () =>
    post(agents, {
      url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
      headers: {},
      body: '{}',
      reads: 'all',
      signal: AbortSignal.timeout(10_000),
    });
  assert.equal((await call()).text, '{}');
  await assert.rejects(call(), { code: 'ECONNRESET' });
  assert.equal((await call()).text, '{}');
  assert.equal(requests, 3);
});

test('a kept-alive connection that the receiver closes is replaced, and a new one that it closes is an error', async (t) => {
  let onNew = 0;
  let onKept = 0;
  let answers = true;
  const server = createServer((socket) => {
    let isNew = true;
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      if (!chunk.toString().includes('POST /')) return;
      if (isNew) onNew += 1;
      else onKept += 1;
      if (isNew && answers) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
      else if (onKept % 2 === 0) socket.end();
      else socket.resetAndDestroy();
      isNew = false;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const agent = guardedAgent(new Destinations(loopbackAllowed));
  t.after(() => agent.destroy());
  const call = () =>
    post(agent, {
      url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
      headers: {},
      body: '{}',
      reads: 'all',
      signal: AbortSignal.timeout(10_000),
    });
  let calls = 0;
  for (; onKept < 8; calls++) assert.equal((await call()).text, '{}');
  assert.equal(onNew, calls);
  answers = false;
  await assert.rejects(call());
  assert.equal(onNew, calls + 1);
});
