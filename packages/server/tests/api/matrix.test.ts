import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Route, type RouteName, routes } from '@aislechat/contract';
import type { Sql } from '../../src/storage/sql.ts';
import { createStore, type Engine, type Store } from '../../src/storage/store.ts';
import type { Answer, Client } from '../support/client.ts';
import { newPlace, testsPostgres } from '../support/place.ts';
import { newDevice } from '../support/push-service.ts';
import {
  advance,
  agentToken,
  chatPath,
  clientToken,
  clock,
  newBatch,
  newOrder,
  newOrganization,
  newRetailer,
  newShopper,
  newUser,
  type Retailer,
  shopperSays,
  shopperToken,
  unique,
  userToken,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';
import { type Identity, identities, matrix, type Relation, relations, withoutToken } from './matrix.ts';

const isFull = process.env.TEST_SCALE === 'full';

/** The conversation a case works on; a fresh order is created for a case that would use one up. */
interface Subject {
  userId: string;
  /** The user's integer ID. */
  userNumber: number;
  orderId: string;
  /** The order's integer ID. */
  id: string;
  shopperId: number;
  /** A shopper who had the order before. */
  formerId?: number;
  batchId: number;
  endpointId: number;
  deliveryId: string;
  /** An application of the retailer. */
  clientId: string;
}

type Namespace = 'retailer' | 'internal';

interface House {
  client: Client;
  /** Sends no banner of its own. */
  open: Client;
  retailer: Retailer;
  tokens: Record<Identity, string | undefined>;
  subjects: Record<Relation, Subject>;
}

/** @param operator a token of the same retailer that may create endpoints */
async function subject(client: Client, token: string, operator: string, userId: string): Promise<Subject> {
  const [formerId, shopperId] = [await newShopper(client, token), await newShopper(client, token)];
  const orderId = await newOrder(client, token, userId);
  await newBatch(client, token, formerId, orderId);
  const batchId = await newBatch(client, token, shopperId, orderId);
  const endpointId = await newEndpoint(client, operator);
  await shopperSays(client, token, shopperId, orderId, `for ${userId}`);
  const deliveries = await client.get(`/v1/callback-deliveries?endpoint_id=${endpointId}`, {
    token: operator,
  });
  const { body } = await client.get(chatPath(orderId), { token });
  const [{ order_id: id, recipient_id: userNumber }] = body.chat_messages;
  const deliveryId = deliveries.body.deliveries[0].id;
  const application = await client.post('/v1/applications', {
    token: operator,
    body: { name: 'matrix', scopes: ['connect:post_checkout'] },
  });
  return {
    userId,
    userNumber,
    orderId,
    id: String(id),
    shopperId,
    formerId,
    batchId,
    endpointId,
    deliveryId,
    clientId: application.body.client_id,
  };
}

/** An endpoint where no server listens. */
async function newEndpoint(client: Client, operator: string | undefined): Promise<number> {
  const { status, text, body } = await client.post('/v1/callback-endpoints', {
    token: operator,
    body: { name: 'matrix', url: 'http://127.0.0.1:9/', events: ['chat_message_created'] },
  });
  assert.equal(status, 200, text);
  return body.id;
}

/** How far apart the integer IDs of retailers are: farther than the cases will advance them. */
const apart = 1500;

async function buildHouse(open: Client, { sql, write }: Engine): Promise<House> {
  const client = open.inBanner('north');
  const retailer = await newOrganization(client, ['north', 'south']);
  const foreign = await newRetailer(client);
  // IDs are counted per retailer.
  const retailers = await sql.acrossRetailers.all<{ id: number }>('SELECT id FROM retailers ORDER BY id');
  for (const [n, { id }] of retailers.entries()) {
    await write((tx) => tx.run('UPDATE retailers SET next_id = next_id + $2 WHERE id = $1', id, apart * n));
  }

  const expired = await clientToken(client, retailer);
  await clock(client, retailer.token, { advance_ms: 86_400_000 });
  retailer.token = await clientToken(client, retailer);
  const userId = await newUser(client, retailer.token);
  const revoked = await userToken(client, retailer, userId);
  await client.post('/v2/oauth/token/revoke', {
    body: { client_id: retailer.clientId, client_secret: retailer.clientSecret, token: revoked },
  });
  const otherUser = await newUser(client, retailer.token);
  const foreignUser = await newUser(client, foreign.token);
  const operator = await clientToken(client, retailer, 'aislechat:operate');
  const foreignOperator = await clientToken(client, foreign, 'aislechat:operate');
  const own = await subject(client, retailer.token, operator, userId);
  const formerLink = await linkOf(client, retailer.token, own);
  await client.post(`/v1/orders/${own.orderId}/link`, { token: operator });
  const user = await userToken(client, retailer, userId);
  const link = await linkOf(client, retailer.token, own);
  await client.call('PATCH', '/v1/retailer', { token: operator, body: { link_bound_to_device: true } });
  const bound = await client.post('/v1/order-page/device', { token: `${link}.${'d'.repeat(43)}` });
  assert.equal(bound.body.is_bound, true);
  return {
    client,
    open,
    retailer,
    tokens: {
      none: undefined,
      garbage: 'x'.repeat(43),
      revoked,
      expired,
      user,
      client: retailer.token,
      'client without post-checkout': await clientToken(client, retailer, 'connect:fulfillment'),
      'client without fulfillment': await clientToken(client, retailer, 'connect:post_checkout'),
      shopper: await shopperToken(client, retailer, own.shopperId),
      'former shopper': await shopperToken(client, retailer, own.formerId!),
      operator,
      'support agent': await agentToken(client, operator),
      link: `${link}.${'d'.repeat(43)}`,
      'former link': formerLink,
      'client without banner': retailer.token,
      'client in an unknown banner': retailer.token,
      'client in the other banner': retailer.token,
      'user without banner': user,
      'user in the other banner': user,
      'link on another device': `${link}.${'e'.repeat(43)}`,
    },
    subjects: {
      own,
      other: await subject(client, retailer.token, operator, otherUser),
      foreign: await subject(client, foreign.token, foreignOperator, foreignUser),
      unknown: {
        userId: 'nobody',
        userNumber: 987_653,
        orderId: 'nothing',
        id: '987654321',
        shopperId: 987_654,
        batchId: 987_655,
        endpointId: 987_656,
        deliveryId: '987656-987654321',
        clientId: 'nothing',
      },
    },
  };
}

/** The link to the page of an order, as its customer has it. */
async function linkOf(client: Client, token: string, { userId, orderId }: Subject): Promise<string> {
  const { body } = await client.get(`/v2/fulfillment/users/${userId}/orders/${orderId}`, { token });
  return body.order_url.split('/').at(-1);
}

function bodyOf(name: RouteName, subject: Subject, orderId: string): unknown {
  switch (name) {
    case 'sendMessage':
    case 'simulateShopperMessage':
    case 'sendAsShopper':
      return { body: 'hello' };
    case 'createUser':
      return { user_id: unique('matrix'), first_name: 'Noor' };
    case 'findDeliveryStores':
    case 'findPickupStores':
    case 'findLastMileStores':
    case 'findDispatchStores':
      return { find_by: { postal_code: '80202' } };
    case 'createLastMileOrder':
    case 'createLastMileOrderDeprecated':
      return { order_id: unique('matrix'), location_code: '12' };
    case 'generateBatch':
      return { shopper_id: subject.shopperId, orders: [{ id: orderId }], workflow_state: 'picking' };
    case 'simulateCallback':
      return { event_name: 'late_delivery' };
    case 'addItem':
      return { item: { upc: '1' } };
    case 'updateItem':
    case 'updateItemByPost':
    case 'pickItem':
    case 'pickItemAsShopper':
      return { status: 'found' };
    case 'moveClock':
      return { advance_ms: 0 };
    case 'replayDeadCallbacks':
      return { since: '2020-01-01T00:00:00Z' };
    case 'searchOrders':
      return { text: orderId };
    case 'putUser':
      return { first_name: 'Noor' };
    case 'createPushSubscription':
      return { ...newDevice('http://127.0.0.1:9/matrix').subscription, order_id: orderId };
    case 'assignShopper':
      return { shopper_id: subject.shopperId };
    case 'setOrderState':
      return { workflow_state: 'picking' };
    case 'setOrderLocation':
    case 'simulateLocation':
      return { coordinates: { latitude: 1, longitude: 1 } };
    default:
      return {};
  }
}

/** A new person for this one case, since other cases need the shared one. */
async function personOf({ client, tokens }: House): Promise<Pick<Subject, 'userId' | 'userNumber'>> {
  const userId = unique('matrix');
  const { body } = await client.put(`/v1/users/${userId}`, {
    token: tokens.operator,
    body: { first_name: 'Noor' },
  });
  return { userId, userNumber: body.id };
}

/** A new shopper for this one case, since other cases need the shared one. */
async function newShopperOf({ client, tokens }: House): Promise<{ externalId: string; id: number }> {
  const externalId = unique('matrix');
  const { body } = await client.put(`/v1/shoppers/${externalId}`, { token: tokens.operator, body: {} });
  return { externalId, id: body.id };
}

/** A new order for this one case, whose link other cases do not need. */
async function newOrderOf({ client, retailer, tokens }: House, namespace: Namespace): Promise<string> {
  const orderId = await newOrder(client, retailer.token, await newUser(client, retailer.token));
  if (namespace === 'retailer') return orderId;
  const { body } = await client.get(`/v1/orders/${orderId}`, { token: tokens.operator });
  return String(body.id);
}

/** A new token where the case ends it, since other cases need the shared one. */
async function tokenToEnd({ client, retailer, tokens }: House, identity: Identity) {
  if (identity === 'operator') return clientToken(client, retailer, 'aislechat:operate');
  return identity === 'support agent' ? agentToken(client, tokens.operator!) : tokens[identity];
}

async function ask(
  house: House,
  name: RouteName,
  identity: Identity,
  relation: Relation,
  namespace: Namespace,
): Promise<Answer> {
  const route: Route = routes[name];
  const subject = house.subjects[relation];
  const orderId = namespace === 'internal' ? subject.id : subject.orderId;
  const slot = (Math.floor(Date.now() / 3_600_000) + 30) * 10 + 1;
  const isOurs = !['foreign', 'unknown'].includes(relation);
  const isNewUser = name === 'putUser' || (['eraseUser', 'revokeTokensOfUser'].includes(name) && isOurs);
  const user = isNewUser ? await personOf(house) : subject;
  // The link of the shared order is an identity of its own here, so another order's is renewed or revoked.
  const takesLink = ['renewOrderLink', 'revokeOrderLink', 'closeChat'].includes(name) && relation === 'own';
  const linked = takesLink && identity === 'operator' ? await newOrderOf(house, namespace) : orderId;
  const takesEndpoint = name === 'deleteCallbackEndpoint' && isOurs;
  let shopper = 'matrix';
  if (['revokeTokensOfShopper', 'eraseShopper', 'exportShopper'].includes(name)) {
    const { externalId, id } = isOurs
      ? await newShopperOf(house)
      : { externalId: 'nobody', id: subject.shopperId };
    shopper = namespace === 'internal' ? String(id) : externalId;
  }
  const endpointId = takesEndpoint
    ? await newEndpoint(house.client, house.tokens.operator)
    : subject.endpointId;
  const values: Record<string, string> = {
    order_id: linked,
    user_id: namespace === 'internal' ? String(user.userNumber) : user.userId,
    external_id: shopper,
    agent: 'matrix',
    shopper_id: String(subject.shopperId),
    batch_id: String(subject.batchId),
    endpoint_id: String(endpointId),
    delivery_id: subject.deliveryId,
    client_id: subject.clientId,
    scenario_id: '987657',
    line_num: '1',
    order_item_id: `${subject.id}-1`,
    notification_id: subject.id,
    number: 'nobody',
    subscription_id: '987658',
    service_option_id: String(slot),
  };
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, key) => encodeURIComponent(values[key]!));
  const query = {
    getSupportConversation: '?reason=matrix',
    getEvidence: '?reason=matrix',
    listAudit: `?order_id=${orderId}`,
    listCallbackDeliveries: `?order_id=${orderId}`,
    listNotifications: `?order_id=${orderId}`,
  };
  const answer = await house.open.call(route.method, path + (query[name as keyof typeof query] ?? ''), {
    token: name === 'endSession' ? await tokenToEnd(house, identity) : house.tokens[identity],
    headers: {
      ...bannerOf(identity),
      ...(namespace === 'internal' && { 'x-treat-ids-as-internal': 'true' }),
    },
    ...(route.body && { body: bodyOf(name, subject, orderId) }),
  });
  // The number of endpoints of a retailer is limited: each case removes its own to make room for the next.
  const left = name === 'createCallbackEndpoint' ? answer.body?.id : takesEndpoint && endpointId;
  if (left) {
    await house.client.call('DELETE', `/v1/callback-endpoints/${left}`, { token: house.tokens.operator });
  }
  return answer;
}

function bannerOf(identity: Identity): Record<string, string> {
  if (identity.endsWith('without banner')) return {};
  if (identity.endsWith('in an unknown banner')) return { 'x-retailer-id': 'nowhere' };
  return { 'x-retailer-id': identity.endsWith('in the other banner') ? 'south' : 'north' };
}

interface Deviation {
  where: string;
  expected: number;
  actual: number;
}

/**
 * The orders to ask about. Who is refused whatever the order is, is refused before it is looked for, so two orders on one
 * engine show it. A full run asks about all.
 */
function asked(name: keyof typeof matrix, identity: Identity, namespace: Namespace): readonly Relation[] {
  const expected = matrix[name][identity];
  const isRefused = [400, 401, 403].includes(expected.own) && new Set(Object.values(expected)).size === 1;
  if (isFull || !isRefused) return relations;
  return testsPostgres || namespace === 'internal' ? [] : ['own', 'foreign'];
}

async function walk(house: House, names: (keyof typeof matrix)[], orders: readonly Relation[] = relations) {
  const deviations: Deviation[] = [];
  let cases = 0;
  for (const name of names) {
    const route: Route = routes[name];
    const namespaces: Namespace[] = route.internalIds ? ['retailer', 'internal'] : ['retailer'];
    for (const namespace of namespaces) {
      for (const identity of identities) {
        const missing: string[] = [];
        for (const relation of asked(name, identity, namespace).filter((one) => orders.includes(one))) {
          const answer = await ask(house, name, identity, relation, namespace);
          const expected = matrix[name][identity][relation];
          const where = `${name} as ${identity}, ${relation} order by ${namespace} ID`;
          cases += 1;
          if (answer.status !== expected) deviations.push({ where, expected, actual: answer.status });
          if (relation === 'foreign' || relation === 'unknown') missing.push(answer.text);
        }
        const isMissing = matrix[name][identity].foreign >= 400;
        if (isMissing && new Set(missing).size > 1) {
          deviations.push({
            where: `${name} as ${identity}: foreign and unknown differ`,
            expected: 0,
            actual: 1,
          });
        }
      }
    }
  }
  return { cases, deviations };
}

const names = Object.keys(matrix) as (keyof typeof matrix)[];

test('every route that takes a token is listed in the matrix', () => {
  assert.deepEqual([...names, ...withoutToken].sort(), Object.keys(routes).sort());
  for (const name of withoutToken) assert.equal(routes[name].identity, 'anyone');
  for (const name of names) assert.notEqual(routes[name].identity, 'anyone');
});

test('every combination of route, identity, order and namespace is answered as the matrix says', async (t) => {
  const place = await newPlace(t);
  const engine = await place.open();
  const { client: open } = await testServer(t, place.env, { store: createStore(engine) });
  const house = await buildHouse(open, engine);
  const { client } = house;
  const { cases, deviations } = await walk(house, names);
  t.diagnostic(`${cases} cases, ${deviations.length} deviations`);
  assert.deepEqual(deviations, []);
  assert.ok(cases > 1000);

  // The refused requests have not changed the foreign order.
  const { foreign } = house.subjects;
  const foreignRetailerSees = await client.get(chatPath(foreign.orderId), { token: house.tokens.client });
  assert.equal(foreignRetailerSees.status, 404);
  assert.equal((await advance(client, house.retailer.token, foreign.batchId)).status, 404);
});

/** A store whose order look-ups ignore the retailer: the clause that a careless change would drop. */
function withoutTenantClause(store: Store): Store {
  return {
    ...store,
    read: {
      ...store.read,
      orders: {
        ...store.read.orders,
        async locate(retailerId, reference) {
          for (const retailer of await store.read.retailers.list()) {
            const located = await store.read.orders.locate(retailer.id, reference);
            if (located) return located;
          }
          return store.read.orders.locate(retailerId, reference);
        },
      },
    },
  };
}

test('control: a store without the tenant clause deviates from the matrix', async (t) => {
  const place = await newPlace(t);
  const engine = await place.open();
  const { client } = await testServer(t, place.env, { store: withoutTenantClause(createStore(engine)) });
  const { deviations } = await walk(await buildHouse(client, engine), ['getChat']);
  assert.ok(deviations.some(({ where }) => where.includes('as client, foreign')));
});

/** Removes the retailer from the WHERE clause of every statement. */
function withoutClause(engine: Engine): Engine {
  const careless = (text: string) =>
    text.replaceAll(
      /\b(?:\w\.)?retailer_id = \$1/g,
      testsPostgres ? '$1::BIGINT IS NOT NULL' : '$1 IS NOT NULL',
    );
  const over = (sql: Sql): Sql => ({
    ...sql,
    all: (text, retailerId, ...values) => sql.all(careless(text), retailerId, ...values),
    one: (text, retailerId, ...values) => sql.one(careless(text), retailerId, ...values),
    run: (text, retailerId, ...values) => sql.run(careless(text), retailerId, ...values),
    send: (text, retailerId, ...values) => sql.send(careless(text), retailerId, ...values),
  });
  return {
    ...engine,
    sql: over(engine.sql),
    snapshot: (queries) =>
      engine.snapshot(queries.map(({ text, values }) => ({ text: careless(text), values }))),
    write: (unit) => engine.write((sql) => unit(over(sql))),
  };
}

test('without the tenant clause in any statement PostgreSQL still keeps retailers apart, and SQLite cannot', async (t) => {
  const place = await newPlace(t);
  const engine = withoutClause(await place.open());
  const { client } = await testServer(t, place.env, { store: createStore(engine) });
  // The reading routes are enough to show that SQLite cannot.
  const tried = testsPostgres ? names : names.filter((name) => routes[name].method === 'GET');
  const { cases, deviations } = await walk(await buildHouse(client, engine), tried, ['foreign', 'unknown']);
  t.diagnostic(`${cases} cases, ${deviations.length} deviations`);
  if (testsPostgres) assert.deepEqual(deviations, []);
  else assert.ok(deviations.length > 0);
});
