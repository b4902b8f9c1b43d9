import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { oauthErrors } from '@aislechat/contract';
import { readAssertion } from '../../src/domain/access/oauth.ts';
import type { Answer, Call } from '../support/client.ts';
import {
  assertionOf,
  chatPath,
  clientToken,
  clock,
  newRetailer,
  newUser,
  openChat,
  type Retailer,
  unique,
  userToken,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after });

const ask = (body: unknown, call: Call = {}, query = '') =>
  client.post(`/v2/oauth/token${query}`, { body, ...call });
const revoke = (body: unknown, query = '') => client.post(`/v2/oauth/token/revoke${query}`, { body });
const credentials = (retailer: Retailer) => ({
  client_id: retailer.clientId,
  client_secret: retailer.clientSecret,
});

function assertRefused(answer: Answer, name: keyof typeof oauthErrors): void {
  const { status, description } = oauthErrors[name];
  assert.equal(answer.status, status);
  assert.deepEqual(answer.body, { error: name, error_description: description });
}

test('client credentials give an opaque token of 43 characters that is valid for a day', async () => {
  const retailer = await newRetailer(client);
  const { status, body, headers } = await ask({ grant_type: 'client_credentials', ...credentials(retailer) });
  assert.equal(status, 200);
  assert.match(body.access_token, /^[\w-]{43}$/);
  assert.equal(body.token_type, 'Bearer');
  assert.equal(body.expires_in, 86_400);
  assert.ok(Math.abs(body.created_at - Date.now() / 1000) < 60);
  assert.equal(body.scope, 'connect:fulfillment,connect:post_checkout');
  assert.equal(headers.get('cache-control'), 'no-store');
});

test('a form is accepted as well as JSON', async () => {
  const retailer = await newRetailer(client);
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...credentials(retailer) });
  assert.equal((await ask(form)).status, 200);
});

test('scopes are requested with commas and granted if the application has them', async () => {
  const retailer = await newRetailer(client);
  const base = { grant_type: 'client_credentials', ...credentials(retailer) };
  const both = await ask({ ...base, scope: 'connect:post_checkout,connect:fulfillment' });
  assert.equal(both.body.scope, 'connect:post_checkout,connect:fulfillment');
  const one = await ask({ ...base, scope: 'connect:fulfillment' });
  assert.equal(one.body.scope, 'connect:fulfillment');
  for (const scope of ['connect:ian', 'nonsense', 'connect:fulfillment,nonsense']) {
    assertRefused(await ask({ ...base, scope }), 'invalid_scope');
  }
});

test('a user assertion gives that user a token, for post-checkout only', async () => {
  const retailer = await newRetailer(client);
  const userId = await newUser(client, retailer.token);
  const base = {
    grant_type: 'fulfillment_user_assertion',
    ...credentials(retailer),
    assertion: assertionOf(userId),
  };
  const given = await ask(base);
  assert.equal(given.body.scope, 'connect:post_checkout');
  assertRefused(await ask({ ...base, scope: 'connect:fulfillment' }), 'invalid_scope');
});

test('assertions are accepted in both Base64 alphabets, padded or not, and with the tutorial’s lost quotes', () => {
  const encode = (text: string) => Buffer.from(text).toString('base64');
  assert.equal(readAssertion(encode('{"user_id":"noor-4471"}')), 'noor-4471');
  assert.equal(readAssertion(encode('{"user_id":"noor-4471"}').replaceAll('=', '')), 'noor-4471');
  const awkward = '{"user_id":"ÿþ>>??"}';
  assert.equal(readAssertion(Buffer.from(awkward).toString('base64url')), 'ÿþ>>??');
  assert.equal(readAssertion(encode(awkward)), 'ÿþ>>??');
  assert.equal(readAssertion(encode('{ "user_id": noor-4471}')), 'noor-4471');
  assert.equal(readAssertion(encode('{"user_id": 4471}')), '4471');
  for (const wrong of [
    '',
    '{}',
    '[]',
    'null',
    '"x"',
    '{"user_id":""}',
    '{"user_id":null}',
    '{"user_id":}',
    '{"id":"x"}',
  ]) {
    assert.equal(readAssertion(encode(wrong)), undefined, wrong);
  }
  for (const wrong of ['', '***', 'a b', '====']) assert.equal(readAssertion(wrong), undefined, wrong);
});

test('token row: invalid_grant for a missing, unreadable or unknown user', async () => {
  const retailer = await newRetailer(client);
  const other = await newRetailer(client);
  const foreignUser = await newUser(client, other.token);
  const base = { grant_type: 'fulfillment_user_assertion', ...credentials(retailer) };
  for (const assertion of [undefined, '', '!!', assertionOf(unique('nobody')), assertionOf(foreignUser)]) {
    assertRefused(await ask({ ...base, assertion }), 'invalid_grant');
  }
});

test('token row: invalid_client, identical for an unknown client and for a wrong or missing secret', async () => {
  const retailer = await newRetailer(client);
  const base = { grant_type: 'client_credentials' };
  const answers = [
    await ask({ ...base, client_id: 'nobody', client_secret: 'x' }),
    await ask({ ...base, client_id: retailer.clientId, client_secret: 'wrong' }),
    await ask({ ...base, client_id: retailer.clientId }),
    await ask(base),
  ];
  for (const answer of answers) assertRefused(answer, 'invalid_client');
  assert.equal(new Set(answers.map((answer) => answer.text)).size, 1);
});

test('token row: query_params_forbidden, whether the credentials are right or wrong', async () => {
  const retailer = await newRetailer(client);
  const right = new URLSearchParams({ grant_type: 'client_credentials', ...credentials(retailer) });
  assertRefused(await ask({}, {}, `?${right}`), 'query_params_forbidden');
  assertRefused(await ask({}, {}, '?client_secret=wrong'), 'query_params_forbidden');
  assertRefused(await ask('', {}, '?client_id=x'), 'query_params_forbidden');
  assertRefused(await revoke({}, '?token=x'), 'query_params_forbidden');
  const harmless = await ask({ grant_type: 'client_credentials', ...credentials(retailer) }, {}, '?trace=1');
  assert.equal(harmless.status, 200);
});

test('token rows: unsupported_grant_type and invalid_request', async () => {
  const retailer = await newRetailer(client);
  for (const grant of ['authorization_code', 'password', 'Refresh_Token', 'CLIENT_CREDENTIALS']) {
    assertRefused(await ask({ grant_type: grant, ...credentials(retailer) }), 'unsupported_grant_type');
  }
  assertRefused(await ask(credentials(retailer)), 'invalid_request');
  assertRefused(await ask({ grant_type: 5 }), 'invalid_request');
  assertRefused(await ask([]), 'invalid_request');
  const broken = await ask('{"grant_type":', { headers: { 'content-type': 'application/json' } });
  assertRefused(broken, 'invalid_request');
});

test('a revoked token stops working at once, and revoking it again or revoking nothing changes nothing', async () => {
  const chat = await openChat(client);
  const path = chatPath(chat.orderId);
  assert.equal((await client.get(path, { token: chat.userToken })).status, 200);
  const revoked = await revoke({ ...credentials(chat), token: chat.userToken });
  assert.equal(revoked.status, 200);
  assert.deepEqual(revoked.body, {});
  const refused = await client.get(path, { token: chat.userToken });
  assert.equal(refused.status, 401);
  assert.match(refused.headers.get('www-authenticate')!, /error_description="The access token was revoked"/);
  assert.equal((await revoke({ ...credentials(chat), token: chat.userToken })).status, 200);
  assert.equal((await revoke({ ...credentials(chat), token: 'never-issued' })).status, 200);
  assertRefused(await revoke(credentials(chat)), 'invalid_request');
  assertRefused(
    await revoke({ client_id: chat.clientId, client_secret: 'wrong', token: 'x' }),
    'invalid_client',
  );
});

test('revoke row: unauthorized_client for a token of another application', async () => {
  const [mine, theirs] = [await newRetailer(client), await newRetailer(client)];
  const answer = await revoke({ ...credentials(mine), token: theirs.token });
  assertRefused(answer, 'unauthorized_client');
  assert.equal((await client.get('/v1/sandbox/clock', { token: theirs.token })).status, 200);
});

test('a new token leaves the old one valid, and each expires by the retailer’s clock', async () => {
  const retailer = await newRetailer(client);
  await clock(client, retailer.token, { frozen: true });
  const day = 86_400_000;
  const first = await clientToken(client, retailer);
  await clock(client, first, { advance_ms: day / 2 });
  const second = await clientToken(client, retailer);
  assert.equal((await client.get('/v1/sandbox/clock', { token: first })).status, 200);
  await clock(client, second, { advance_ms: day / 2 - 1 });
  assert.equal((await client.get('/v1/sandbox/clock', { token: first })).status, 200);
  await clock(client, second, { advance_ms: 1 });
  const expired = await client.get('/v1/sandbox/clock', { token: first });
  assert.equal(expired.status, 401);
  assert.equal(expired.body.error.message, 'The access token expired');
  assert.equal((await client.get('/v1/sandbox/clock', { token: second })).status, 200);
});

test('a token without the post-checkout scope cannot chat, and a user token cannot do fulfillment', async () => {
  const chat = await openChat(client);
  const narrow = await clientToken(client, chat, 'connect:fulfillment');
  const post = await clientToken(client, chat, 'connect:post_checkout');
  const user = await userToken(client, chat, chat.userId);
  assert.equal((await client.get(chatPath(chat.orderId), { token: narrow })).status, 403);
  assert.equal((await client.get(chatPath(chat.orderId), { token: post })).status, 200);
  assert.equal((await client.get(`/v2/fulfillment/users/${chat.userId}`, { token: post })).status, 403);
  assert.equal((await client.get(`/v2/fulfillment/users/${chat.userId}`, { token: user })).status, 403);
});
