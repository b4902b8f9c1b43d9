/** Organizations with several banners: `X-Retailer-Id` names the retailer of a request, and nothing else does. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { limits } from '@aislechat/contract';
import fc from 'fast-check';
import { SignJWT } from 'jose';
import { readSettings } from '../../src/config/settings.ts';
import type { Store } from '../../src/storage/store.ts';
import { openStore } from '../../src/wiring/open-store.ts';
import type { Answer, Client } from '../support/client.ts';
import { runCommand } from '../support/command.ts';
import { EventSource } from '../support/event-source.ts';
import { eventually } from '../support/eventually.ts';
import { newPlace, testsPostgres } from '../support/place.ts';
import {
  agentToken,
  assertionOf,
  chatPath,
  clientToken,
  clock,
  newOrganization,
  newRetailer,
  newUser,
  type OpenChat,
  openChatOf,
  type Retailer,
  shopperToken,
  unique,
  userToken,
} from '../support/scenario.ts';
import { temporaryFolder, testServer } from '../support/server.ts';

const place = (await newPlace({ after })).env;
const { client } = await testServer({ after }, place);
const folder = temporaryFolder({ after });

const run = async (...args: string[]) => {
  const { code, out, error } = await runCommand(place, ...args, '--json');
  assert.equal(code, 0, error);
  return JSON.parse(out);
};

const noContext = {
  error: { message: 'No valid context could be resolved', code: 4002 },
  meta: {},
};

interface Organization extends Retailer {
  north: OpenChat;
  south: OpenChat;
}

/** Two banners, each with an open chat. The header in `client` names no banner. */
async function organization(): Promise<Organization> {
  const retailer = await newOrganization(client, ['north', 'south']);
  // From here on nothing has the same number in both banners.
  await newUser(client.inBanner('south'), retailer.token);
  return {
    ...retailer,
    north: await openChatOf(client.inBanner('north'), retailer),
    south: await openChatOf(client.inBanner('south'), retailer),
  };
}

const read = (through: Client, { orderId }: OpenChat, token: string) =>
  through.get(chatPath(orderId), { token });

const grant = (
  through: Client,
  { clientId, clientSecret }: Pick<Retailer, 'clientId' | 'clientSecret'>,
  body: object,
) => through.post('/v2/oauth/token', { body: { client_id: clientId, client_secret: clientSecret, ...body } });

const revoke = ({ clientId, clientSecret }: Retailer, token: string) =>
  client.post('/v2/oauth/token/revoke', {
    body: { client_id: clientId, client_secret: clientSecret, token },
  });

const forUser = (userId: string) => ({
  grant_type: 'fulfillment_user_assertion',
  assertion: assertionOf(userId),
});

function assertNoContext({ status, body }: Answer): void {
  assert.equal(status, 400);
  assert.deepEqual(body, noContext);
}

test('a client’s token acts in the banner that the request names, with the orders and users of that banner', async () => {
  const { token, north, south } = await organization();
  assert.equal((await read(north.client, north, token)).status, 200);
  assert.equal((await read(south.client, south, token)).status, 200);
  assert.equal((await read(south.client, north, token)).status, 404);
  assert.equal((await read(north.client, south, token)).status, 404);

  const userId = unique('user');
  for (const [through, first_name] of [
    [north.client, 'Noor'],
    [south.client, 'Sam'],
  ] as const) {
    const body = { user_id: userId, first_name };
    assert.equal((await through.post('/v2/fulfillment/users', { token, body })).status, 200);
  }
  const names = [north.client, south.client].map(async (through) => {
    const { body } = await through.get(`/v2/fulfillment/users/${userId}`, { token });
    return body.first_name;
  });
  assert.deepEqual(await Promise.all(names), ['Noor', 'Sam']);
});

test('without a banner, or with one that the organization lacks, the answer is 400 with code 4002', async () => {
  const { token, north } = await organization();
  assertNoContext(await read(client, north, token));
  assertNoContext(await read(client, north, north.userToken));
  for (const slug of ['west', 'North', 'north,south', 'north, north', '', String(north.retailerId), '-']) {
    assertNoContext(await read(client.inBanner(slug), north, token));
  }
  // Known or not, an order is not looked for.
  assertNoContext(await client.get(chatPath('nothing'), { token }));
});

test('a retailer without banners may leave the header out, and it is ignored', async () => {
  const chat = await openChatOf(client, await newRetailer(client));
  for (const through of [client, client.inBanner('north'), client.inBanner('!')]) {
    assert.equal((await read(through, chat, chat.token)).status, 200);
    assert.equal((await read(through, chat, chat.userToken)).status, 200);
  }
});

test('a user’s token acts in the banner where it was issued, and in no other', async () => {
  const { north, south } = await organization();
  assert.equal((await read(north.client, north, north.userToken)).status, 200);
  assertNoContext(await read(south.client, north, north.userToken));
  assertNoContext(await read(south.client, south, north.userToken));
  assert.equal((await read(north.client, south, north.userToken)).status, 404);
});

test('a token for a person names the banner of the person, one for a client names none', async () => {
  const retailer = await organization();
  const { north, south } = retailer;
  for (const through of [client, client.inBanner('west')]) {
    const { status, body } = await grant(through, retailer, forUser(north.userId));
    assert.deepEqual([status, body.error], [400, 'invalid_request']);
    const { status: issued, body: token } = await grant(through, retailer, {
      grant_type: 'client_credentials',
    });
    assert.equal(issued, 200);
    assert.equal((await read(south.client, south, token.access_token)).status, 200);
  }
  // The other banner has no user with this ID.
  const { status, body } = await grant(south.client, retailer, forUser(north.userId));
  assert.deepEqual([status, body.error], [400, 'invalid_grant']);
});

test('tokens that a banner issued itself stay in it, whatever the header names', async () => {
  const retailer = await organization();
  const { north, south } = retailer;
  const operator = await clientToken(client, retailer, 'aislechat:operate');
  const agent = await agentToken(north.client, operator);
  const shopper = await shopperToken(north.client, retailer, north.shopperId);
  for (const through of [client, north.client, south.client, client.inBanner('west')]) {
    const list = await through.get('/v1/shopper/orders', { token: shopper });
    assert.deepEqual(
      list.body.orders.map(({ order_id }: { order_id: string }) => order_id),
      [north.orderId],
    );
    assert.equal((await through.get(`/v1/orders/${north.orderId}`, { token: agent })).status, 200);
    assert.equal((await through.get(`/v1/orders/${south.orderId}`, { token: agent })).status, 404);
  }
});

test('refresh tokens, links of orders and stream tickets stay in their banner, whatever the header names', async (t) => {
  const retailer = await organization();
  const { north, south } = retailer;
  const { body: signedIn } = await grant(north.client, retailer, {
    grant_type: 'urn:aislechat:params:oauth:grant-type:shopper_assertion',
    assertion: Buffer.from(JSON.stringify({ shopper_id: north.shopperId })).toString('base64'),
    scope: 'aislechat:shopper offline_access',
  });
  const { body: renewed } = await south.client.post('/v2/oauth/token', {
    body: { grant_type: 'refresh_token', refresh_token: signedIn.refresh_token },
  });
  const list = await client.get('/v1/shopper/orders', { token: renewed.access_token });
  assert.equal(list.body.orders[0].order_id, north.orderId);

  const { body: order } = await north.client.get(
    `/v2/fulfillment/users/${north.userId}/orders/${north.orderId}`,
    { token: north.token },
  );
  const link = order.order_url.split('/').at(-1);
  assert.equal((await read(south.client, north, link)).status, 200);
  assert.equal((await read(south.client, south, link)).status, 404);

  const { body } = await north.client.post(`/v1/orders/${north.orderId}/stream-tickets`, {
    token: north.token,
  });
  const url = `${client.url}/v1/orders/${north.orderId}/stream?ticket=${body.ticket}`;
  const stream = await EventSource.open(t, url, { banner: 'south' });
  await stream.until(({ event }) => event === 'cursor');
});

test('a revoked client token stops in every banner, and so do its streams', async (t) => {
  const retailer = await organization();
  const { north, south } = retailer;
  const open = async (banner: string, { orderId }: OpenChat) => {
    const url = `${client.url}/v1/orders/${orderId}/stream`;
    const stream = await EventSource.open(t, url, { token: retailer.token, banner });
    await stream.until(({ event }) => event === 'cursor');
    return stream;
  };
  const streams = [await open('north', north), await open('south', south)];
  assert.equal((await revoke(retailer, retailer.token)).status, 200);
  for (const stream of streams) {
    const { data } = await stream.until(({ event }) => event === 'end');
    assert.equal(data.reason, 'token_revoked');
  }
  for (const chat of [north, south])
    assert.equal((await read(chat.client, chat, retailer.token)).status, 401);
});

test('an operator who signs out in one banner has signed out of all', async () => {
  const retailer = await organization();
  const { north, south } = retailer;
  const token = await clientToken(client, retailer, 'aislechat:operate');
  assert.equal((await north.client.call('DELETE', '/v1/session', { token })).status, 200);
  assert.equal((await south.client.get('/v1/retailer', { token })).status, 401);
});

test('an application revokes its users’ tokens of any banner, and no other application does', async () => {
  const retailer = await organization();
  const { south } = retailer;
  assert.equal((await revoke(await newRetailer(client), south.userToken)).status, 403);
  assert.equal((await read(south.client, south, south.userToken)).status, 200);
  assert.equal((await revoke(retailer, south.userToken)).status, 200);
  assert.equal((await read(south.client, south, south.userToken)).status, 401);
});

test('applications are the organization’s: what one banner changes about them holds in all', async () => {
  const retailer = await organization();
  const { north, south } = retailer;
  const operator = await clientToken(client, retailer, 'aislechat:operate');
  const { body: made } = await north.client.post('/v1/applications', {
    token: operator,
    body: { name: 'till', scopes: ['connect:post_checkout', 'connect:fulfillment'] },
  });
  const till = { clientId: made.client_id, clientSecret: made.client_secret };
  const listed = async (through: Client) => {
    const { body } = await through.get('/v1/applications', { token: operator });
    return body.applications;
  };
  assert.deepEqual(await listed(south.client), await listed(north.client));
  assert.equal((await listed(south.client)).length, 2);

  const path = `/v1/applications/${till.clientId}`;
  const token = await clientToken(client, till);
  const ofUser = await userToken(north.client, till, north.userId);
  assert.equal((await read(south.client, south, token)).status, 200);

  const { body: rotated } = await south.client.post(`${path}/secret`, { token: operator });
  const renewed = { ...till, clientSecret: rotated.client_secret };
  const credentials = { grant_type: 'client_credentials' };
  assert.equal((await grant(client, till, credentials)).status, 401);
  assert.equal((await grant(north.client, renewed, forUser(north.userId))).status, 200);

  const { out } = await runCommand(
    place,
    ...['support-link', '--client-id', till.clientId, '--agent', 'Dana', '--banner', 'south', '--json'],
  );
  const support_code = JSON.parse(out).link.split('support_code=')[1];

  // The client's token once in each banner, and the two of the user.
  const { body: revoked } = await south.client.post(`${path}/revoke-tokens`, { token: operator });
  assert.equal(revoked.revoked, 4);
  assert.equal((await read(south.client, south, token)).status, 401);
  assert.equal((await read(north.client, north, token)).status, 401);
  assert.equal((await client.post('/v1/support-sessions', { body: { support_code } })).status, 401);
  assert.equal((await read(north.client, north, ofUser)).status, 401);

  const body = { state: 'disabled', name: 'old till' };
  const later = await clientToken(client, renewed);
  assert.equal((await south.client.patch(path, { token: operator, body })).status, 200);
  assert.deepEqual(await listed(south.client), await listed(north.client));
  assert.equal((await read(north.client, north, later)).status, 401);
  assert.equal((await grant(client, renewed, credentials)).status, 401);
  await north.client.patch(path, { token: operator, body: { state: 'enabled' } });
  assert.equal((await grant(south.client, renewed, forUser(south.userId))).status, 200);
});

test('a signed assertion names the banner of its user, so that it serves for no namesake in another', async () => {
  const retailer = await organization();
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const file = join(folder, unique('key'));
  writeFileSync(file, publicKey.export({ type: 'spki', format: 'pem' }));
  const { kid } = await run('application', 'key', 'add', '--client-id', retailer.clientId, '--file', file);
  const userId = unique('user');
  for (const slug of ['north', 'south']) {
    await client.inBanner(slug).post('/v2/fulfillment/users', {
      token: retailer.token,
      body: { user_id: userId, first_name: 'Noor' },
    });
  }
  const ask = async (slug: string, signedFor?: string) => {
    const assertion = await signed(privateKey, kid, retailer, userId, signedFor);
    return grant(client.inBanner(slug), retailer, { ...forUser(userId), assertion });
  };
  assert.equal((await ask('north', 'north')).status, 200);
  assert.equal((await ask('south', 'south')).status, 200);
  assert.equal((await ask('south', 'north')).body.error, 'invalid_grant');
  assert.equal((await ask('north')).body.error, 'invalid_grant');

  await run('application', 'key', 'remove', '--client-id', retailer.clientId, '--kid', kid);
  for (const slug of ['north', 'south']) {
    assert.equal((await ask(slug, slug)).body.error, 'invalid_grant');
  }
});

const signed = (
  key: KeyObject,
  kid: string,
  { clientId }: Retailer,
  subject: string,
  banner: string | undefined,
) =>
  new SignJWT({ jti: unique('jti'), ...(banner !== undefined && { banner }) })
    .setProtectedHeader({ alg: 'EdDSA', kid })
    .setSubject(subject)
    .setAudience(clientId)
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(key);

test('the command line adds a banner: from then on requests must name one, and new tokens reach it', async () => {
  const retailer = await newRetailer(client);
  const chat = await openChatOf(client, retailer);
  const number = String(retailer.retailerId);
  assert.equal((await read(client, chat, chat.token)).status, 200);

  const added = await run('retailer', 'add-banner', number, 'south', '--own', 'north', '--name', 'South');
  assert.deepEqual([added.organization_id, added.banner], [retailer.retailerId, 'south']);
  // A running server notices a change of another process within a second.
  const refused = await eventually(
    () => read(client, chat, chat.token),
    ({ status }) => status !== 200,
  );
  assertNoContext(refused);
  const [north, south] = [client.inBanner('north'), client.inBanner('south')];
  assert.equal((await read(north, chat, chat.token)).status, 200);
  assert.equal((await read(north, chat, chat.userToken)).status, 200);
  assertNoContext(await south.get('/v1/sandbox/retailer', { token: chat.token }));

  const token = await clientToken(client, retailer);
  const names = [north, south].map(async (through) => {
    const { body } = await through.get('/v1/sandbox/retailer', { token });
    return [body.retailer_id, body.name];
  });
  const [first, second] = await Promise.all(names);
  assert.equal(first![0], retailer.retailerId);
  assert.deepEqual(second, [added.retailer_id, 'South']);

  const shown = await run('retailer', 'show', String(added.retailer_id));
  assert.equal(shown.banner, 'south');
  assert.deepEqual(
    shown.applications.map(({ client_id }: { client_id: string }) => client_id),
    [retailer.clientId],
  );
  const operator = await clientToken(client, retailer, 'aislechat:operate');
  const audited = [north, south].map(async (through) => {
    const { body } = await through.get('/v1/audit?action=settings_change', { token: operator });
    return body.entries.map(({ detail }: { detail: string }) => detail);
  });
  assert.deepEqual(await Promise.all(audited), [['banner: north'], ['banner: south']]);
  // The third needs no slug of the first.
  const third = await run('retailer', 'add-banner', String(added.retailer_id), 'west');
  assert.equal(third.organization_id, retailer.retailerId);
});

test('the command line refuses slugs that cannot be had, with a sentence', async () => {
  const { retailerId } = await newRetailer(client);
  const attempt = (...args: string[]) =>
    runCommand(place, 'retailer', 'add-banner', String(retailerId), ...args);
  for (const [args, code, sentence] of [
    [['south'], 2, /Give it one with --own/],
    [['South', '--own', 'north'], 2, /lowercase letters, digits and dashes/],
    [['south', '--own', 'n_1'], 2, /lowercase letters, digits and dashes/],
    [['x'.repeat(65), '--own', 'north'], 2, /1 to 64/],
    [['north', '--own', 'north'], 1, /already has a banner with this slug/],
  ] as const) {
    const refused = await attempt(...args);
    assert.equal(refused.code, code, refused.error);
    assert.match(refused.error, sentence);
  }
  // None of them has made the retailer a banner.
  const { out } = await runCommand(place, 'retailer', 'show', String(retailerId), '--json');
  assert.equal('banner' in JSON.parse(out), false);
});

test('a support link of the command line names the banner', async () => {
  const { clientId, north, south } = await organization();
  const link = (...more: string[]) =>
    runCommand(place, 'support-link', '--client-id', clientId, '--agent', 'Dana', '--json', ...more);
  const refused = await link();
  assert.equal(refused.code, 2);
  assert.match(refused.error, /Choose one with --banner: north, south\./);
  const { out } = await link('--banner', 'south');
  const support_code = JSON.parse(out).link.split('support_code=')[1];
  const { body } = await client.post('/v1/support-sessions', { body: { support_code } });
  const token = body.access_token;
  assert.equal((await client.get(`/v1/orders/${south.orderId}`, { token })).status, 200);
  assert.equal((await client.get(`/v1/orders/${north.orderId}`, { token })).status, 404);
});

test('an organization of the sandbox has two banners or more, of different slugs', async () => {
  for (const banners of [[], ['north'], ['north', 'north'], ['North', 'south'], Array(21).fill('x')]) {
    const { status } = await client.post('/v1/sandbox/retailers', { body: { banners } });
    assert.equal(status, 400, JSON.stringify(banners));
  }
  const { body } = await client.post('/v1/sandbox/retailers', { body: { banners: ['north', 'south'] } });
  assert.deepEqual(
    body.banners.map(({ banner }: { banner: string }) => banner),
    ['north', 'south'],
  );
  assert.equal(body.banners[0].retailer_id, body.retailer_id);
});

test('each banner counts as a retailer that an address creates', { skip: testsPostgres }, async (t) => {
  const { client: own } = await testServer(t);
  const banners = Array.from({ length: limits.banners }, (_, n) => `banner-${n}`);
  const create = () => own.post('/v1/sandbox/retailers', { body: { banners } });
  for (let made = 0; made < limits.sandboxRetailersPerHour / limits.banners; made++) {
    assert.equal((await create()).status, 200);
  }
  assert.equal((await create()).status, 429);
});

test('each banner has its own clock, by which a token expires there', async () => {
  const { token, north, south } = await organization();
  await clock(south.client, token, { advance_ms: 25 * 60 * 60_000 });
  assert.equal((await read(south.client, south, token)).status, 401);
  assert.equal((await read(north.client, north, token)).status, 200);
});

/** Slugs, numbers and near misses of other organizations, and anything else that a header may contain. */
const headerValue = (others: readonly string[]) =>
  fc.oneof(
    fc.constantFrom(...others, 'north', 'south', 'NORTH', 'north,east', '0', '-1', '*', '%'),
    fc.stringMatching(/^[!-~]([ -~]{0,30}[!-~])?$/),
  );

/** Retailers of the organization that requests with any header value see. */
async function seen(through: Client, store: Store, runs: number): Promise<void> {
  const ours = await newOrganization(through, ['north', 'south']);
  const theirs = await newOrganization(through, ['north', 'east']);
  const alone = await newRetailer(through);
  const own = (await store.read.retailers.bannersOf(ours.retailerId)).map(({ id }) => id);
  const userId = await newUser(through.inBanner('north'), ours.token);
  const operator = await clientToken(through, ours, 'aislechat:operate');
  const user = await userToken(through.inBanner('north'), ours, userId);
  const others = ['east', String(theirs.retailerId), String(alone.retailerId), ours.clientId];
  await fc.assert(
    fc.asyncProperty(headerValue(others), async (value) => {
      const there = through.inBanner(value);
      const { status, body } = await there.get('/v1/retailer', { token: operator });
      assert.ok(status === 200 ? own.includes(body.retailer_id) : status === 400, `${value}: ${status}`);
      // The user is one of `north` alone.
      const { status: ofUser } = await there.get(chatPath('nothing'), { token: user });
      assert.equal(ofUser, value === 'north' ? 404 : 400, value);
    }),
    { numRuns: runs, seed: 5 },
  );
}

test('with any value of the header no caller reaches a retailer outside its organization', async (t) => {
  const elsewhere = (await newPlace(t)).env;
  const store = await openStore(readSettings({ ...elsewhere }), { owner: true });
  const { client: through } = await testServer(t, elsewhere, { store });
  await seen(through, store, 150);
});

test('control: a store that finds tokens of other organizations is detected', async (t) => {
  const elsewhere = (await newPlace(t)).env;
  const store = await openStore(readSettings({ ...elsewhere }), { owner: true });
  const careless: Store = {
    ...store,
    read: {
      ...store.read,
      tokens: {
        ...store.read.tokens,
        async all(tokenHash) {
          const rows = await store.read.tokens.all(tokenHash);
          const all = await store.read.retailers.list();
          return all.flatMap(({ id }) => rows.slice(0, 1).map((row) => ({ ...row, retailerId: id })));
        },
      },
    },
  };
  const { client: through } = await testServer(t, elsewhere, { store: careless });
  await assert.rejects(seen(through, careless, 150), /Counterexample: \["east"\]/);
});
