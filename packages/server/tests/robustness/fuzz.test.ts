import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { after, test } from 'node:test';
import { type Route, routes } from '@aislechat/contract';
import { createStore } from '../../src/storage/store.ts';
import { createLog } from '../../src/wiring/log.ts';
import { assertFitsContract, bodyOf } from '../support/client.ts';
import { newPlace, testsPostgres } from '../support/place.ts';
import { type Random, seededRandom } from '../support/random.ts';
import {
  assertionOf,
  chatPath,
  newRetailer,
  type OpenChat,
  openChat,
  openChatOf,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const isFull = process.env.TEST_SCALE === 'full';
const requests = isFull ? 20_000 : testsPostgres ? 600 : 2000;
const inParallel = 16;
const seed = 25;

interface Shot {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer | undefined;
}

const oddStrings = [
  '',
  ' ',
  '\u0000',
  'null',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '%00',
  '%2e%2e',
  "' OR 1=1 --",
  '$1',
  '🥑'.repeat(1000),
  'x'.repeat(1001),
  'é\u0301\u200f\u202e',
  '\ud800',
  '9007199254740993',
  '-1',
  '1e309',
  '0x10',
  'true',
  '<script>alert(1)</script>',
  'x'.repeat(5000),
];
const oddValues: unknown[] = [
  ...oddStrings,
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53 + 2,
  1e308,
  [],
  {},
  [[[[[]]]]],
  { body: { body: 'x' } },
  [null, 1, 'x'],
  JSON.parse('{"__proto__":{"admin":true},"constructor":{"prototype":{}}}'),
];

/** An acceptable body, to be damaged. */
function plausibleBody(name: string, chat: OpenChat): Record<string, unknown> {
  const item = { line_num: '1', count: 1, item: { upc: '1' }, replacement_policy: 'users_choice' };
  return {
    body: 'hello',
    image: 'https://img.example/a.jpg',
    user_id: 'fuzz',
    first_name: 'Noor',
    order_id: `fuzz-${name}`,
    service_option_hold_id: 1,
    initial_tip_cents: 1,
    address: { address_line_1: '9 Quay Rd', postal_code: '80202' },
    items: [item],
    item: { upc: '1' },
    find_by: { postal_code: '80202' },
    shopper_id: String(chat.shopperId),
    orders: [{ id: chat.orderId }],
    event_name: 'late_delivery',
    status: 'found',
    location_code: '12',
    grant_type: 'client_credentials',
    client_id: chat.clientId,
    client_secret: chat.clientSecret,
    assertion: assertionOf(chat.userId),
    token: 'x'.repeat(43),
    start_at: '2031-05-04T17:00:00Z',
    end_at: '2031-05-04T19:00:00Z',
    last_name: 'Oak',
    user_phone: '1',
    items_count: 1,
    items_weight: 1,
    advance_ms: 0,
    coordinates: { latitude: 1, longitude: 1 },
    rules: [{ name: 'fuzz', effect: 'delay', delay_ms: 1, path: '/v1/nothing' }],
    script: {
      steps: [{ shopper: 'Ilse' }, { state: 'picking' }, { shopper_says: ['a', 'b'] }, { wait: '1s' }],
    },
    pace: 'step',
    alternative_item: { upc: '1', count: 1 },
  };
}

function damage(random: Random, value: unknown, depth = 0): unknown {
  if (random.below(4) === 0 || depth > 4) return random.pick(oddValues);
  if (Array.isArray(value)) {
    const copy = value.map((entry) => (random.below(2) ? damage(random, entry, depth + 1) : entry));
    return random.below(4) === 0 ? [...copy, ...copy] : copy;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, entry]) => [
      random.below(20) === 0 ? random.pick(oddStrings) : key,
      random.below(6) === 0 ? damage(random, entry, depth + 1) : entry,
    ]);
    return Object.fromEntries(entries.filter(() => random.below(12) > 0));
  }
  return random.below(2) ? random.pick(oddValues) : value;
}

function damageBytes(random: Random, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let n = 0; n < 1 + random.below(4) && copy.length > 0; n++)
    copy[random.below(copy.length)] = random.below(256);
  return random.below(3) === 0 ? copy.subarray(0, random.below(copy.length + 1)) : copy;
}

const contentTypes = [
  'application/json',
  'application/json; charset=utf-16',
  'application/JSON ; x=y',
  'application/x-www-form-urlencoded',
  'text/plain',
  'multipart/form-data; boundary=x',
  'nonsense',
  ';;;',
  'application/json, text/html',
];

interface FuzzedChat extends OpenChat {
  itemId: string;
}

async function withItem(chat: OpenChat): Promise<FuzzedChat> {
  const items = await chat.client.get(`/v2/post_checkout/orders/${chat.orderId}/items`, {
    token: chat.token,
  });
  return { ...chat, itemId: items.body.line_items[0].id };
}

function makeShot(random: Random, chat: FuzzedChat): Shot {
  const [name, route] = random.pick(Object.entries<Route>(routes));
  const values: Record<string, string> = {
    order_id: chat.orderId,
    user_id: chat.userId,
    shopper_id: String(chat.shopperId),
    batch_id: String(chat.batchId),
    line_num: '1',
    order_item_id: chat.itemId,
    service_option_id: '49000001',
  };
  const encode = (text: string) =>
    random.below(12) === 0
      ? text.replaceAll(/[^\x21-\x7e]|[?#]/g, '%')
      : encodeURIComponent(text.toWellFormed());
  let path = route.path.replaceAll(/\{(\w+)\}/g, (_, key) =>
    random.below(3) === 0 ? encode(random.pick(oddStrings)) : values[key]!,
  );
  if (random.below(12) === 0)
    path += random.pick(['?x=1', '?client_secret=y', '/', '//', '%', '?', '?a=%E0%A4%A', ';x']);
  const method =
    random.below(12) === 0
      ? random.pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'])
      : route.method;

  const headers: Record<string, string> = {};
  const token = random.pick([chat.token, chat.userToken, chat.token, 'x'.repeat(43), undefined]);
  if (token !== undefined)
    headers.authorization =
      random.below(20) === 0 ? random.pick(['Bearer', 'Basic x', token]) : `Bearer ${token}`;
  if (random.below(4) === 0)
    headers['x-treat-ids-as-internal'] = random.pick(['true', '1', 'TRUE', 'maybe', '']);
  if (random.below(4) === 0) headers['idempotency-key'] = random.pick(['k1', 'k2', 'x'.repeat(300), ' ']);
  if (random.below(6) === 0) headers['if-none-match'] = random.pick(['*', '"x"', 'W/"x", "y"', ',,,', '"']);

  let body: Buffer | undefined;
  if (random.below(10) > 0 && method !== 'GET' && method !== 'HEAD') {
    const damaged = JSON.stringify(damage(random, plausibleBody(name, chat))) ?? '';
    body = Buffer.from(random.below(10) === 0 ? '['.repeat(random.below(3000)) : damaged);
    if (random.below(6) === 0) body = damageBytes(random, body);
    headers['content-type'] = random.below(6) === 0 ? random.pick(contentTypes) : 'application/json';
    if (random.below(5) === 0) headers['transfer-encoding'] = 'chunked';
  }
  return { method, path, headers, body };
}

interface Tally {
  answered: number;
  faults: string[];
  misfits: string[];
  byStatus: Map<number, number>;
}

async function fire(url: string, shots: Iterator<Shot>): Promise<Tally> {
  const agent = new Agent({ keepAlive: true, maxSockets: inParallel });
  const tally: Tally = { answered: 0, faults: [], misfits: [], byStatus: new Map() };
  const { hostname, port } = new URL(url);

  const send = (shot: Shot) =>
    new Promise<{ status: number; text: string; type: string | undefined }>((resolve, reject) => {
      const { method, path, headers, body } = shot;
      if (body && headers['transfer-encoding'] === undefined) headers['content-length'] = String(body.length);
      const outgoing = request({ agent, hostname, port, method, path, headers }, (incoming) => {
        const status = incoming.statusCode!;
        const type = incoming.headers['content-type'];
        if (type?.startsWith('text/event-stream') && method !== 'HEAD') {
          // A stream has no end to wait for.
          resolve({ status, text: '', type });
          incoming.destroy();
          return;
        }
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk) => chunks.push(chunk));
        incoming.on('end', () => resolve({ status, text: Buffer.concat(chunks).toString(), type }));
        incoming.on('error', reject);
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });

  async function worker(): Promise<void> {
    for (let next = shots.next(); !next.done; next = shots.next()) {
      const shot = next.value;
      const { status, text, type } = await send(shot);
      tally.answered += 1;
      tally.byStatus.set(status, (tally.byStatus.get(status) ?? 0) + 1);
      const where = `${shot.method} ${shot.path.slice(0, 120)} ${shot.body?.toString().slice(0, 200)}`;
      if (status >= 500) tally.faults.push(`${status} ${where}`);
      if (shot.method === 'HEAD') continue;
      try {
        const body = bodyOf(type, text);
        assertFitsContract(shot.method, shot.path, { status, text, body });
      } catch (error) {
        tally.misfits.push(`${(error as Error).message.slice(0, 200)} :: ${where}`);
      }
    }
  }
  await Promise.all(Array.from({ length: inParallel }, worker));
  agent.destroy();
  return tally;
}

function* shotsAt(chat: FuzzedChat, count: number, withSeed: number): Iterator<Shot> & Iterable<Shot> {
  const random = seededRandom(withSeed);
  for (let n = 0; n < count; n++) yield makeShot(random, chat);
}

test('thousands of generated and mutated requests cause no crash, no 5xx and no answer outside the contract', async (t) => {
  const causes: string[] = [];
  const quiet = createLog('silent');
  const log = { ...quiet, fault: (error: unknown) => void causes.push(String((error as Error).stack)) };
  const { client } = await testServer({ after }, {}, { log });
  const bystander = await openChat(client);
  const retailer = await newRetailer(client);
  const chat = await withItem(await openChatOf(client, retailer));
  const { answered, faults, misfits, byStatus } = await fire(client.url, shotsAt(chat, requests, seed));
  const statuses = [...byStatus].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
  t.diagnostic(
    `${answered} answers (${statuses.join(', ')}), ${faults.length} 5xx, ${misfits.length} misfits`,
  );
  assert.deepEqual(faults.slice(0, 5), [], causes.slice(0, 5).join('\n'));
  assert.deepEqual(misfits.slice(0, 5), []);
  assert.equal(answered, requests);
  assert.ok((byStatus.get(200) ?? 0) > requests / 20, 'enough requests passed validation');

  const said = await client.post(chatPath(bystander.orderId), {
    token: bystander.userToken,
    body: { body: 'still here' },
  });
  assert.equal(said.status, 200);
  const { body } = await client.get(chatPath(bystander.orderId), { token: bystander.userToken });
  assert.equal(body.chat_messages.length, 1, 'another retailer’s chat was not affected');
});

test('control: a look-up that fails on an odd ID is found', async (t) => {
  const place = await newPlace(t);
  const store = createStore(await place.open());
  const { find } = store.read.orders;
  const fragile = {
    ...store,
    read: {
      ...store.read,
      orders: {
        ...store.read.orders,
        find: (async (retailerId, reference) => {
          if ('externalId' in reference && /[^\w-]/.test(reference.externalId)) throw new TypeError('odd');
          return find(retailerId, reference);
        }) as typeof find,
      },
    },
  };
  const { client } = await testServer(t, place.env, { store: fragile });
  const { faults } = await fire(client.url, shotsAt(await withItem(await openChat(client)), 1000, seed));
  assert.ok(faults.length > 0);
});
