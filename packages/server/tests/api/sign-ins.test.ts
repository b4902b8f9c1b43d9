import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { limits } from '@aislechat/contract';
import type { Answer } from '../support/client.ts';
import { clientToken, type OpenChat, openChat } from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

let now = Date.now();
const { client } = await testServer({ after }, {}, { clock: { now: () => now } });
const dayMs = 24 * 60 * 60_000;

const assertionOf = (shopperId: number | string) =>
  Buffer.from(JSON.stringify({ shopper_id: shopperId })).toString('base64');

/** Signs the chat's shopper in on a device. @returns the answer, with access and refresh token */
const signIn = (
  chat: Pick<OpenChat, 'clientId' | 'clientSecret'> & { shopperId: number | string },
  scope = 'aislechat:shopper,offline_access',
): Promise<Answer> =>
  client.post('/v2/oauth/token', {
    body: {
      grant_type: 'urn:aislechat:params:oauth:grant-type:shopper_assertion',
      client_id: chat.clientId,
      client_secret: chat.clientSecret,
      assertion: assertionOf(chat.shopperId),
      scope,
    },
  });

const refreshTokenOf = async (chat: Parameters<typeof signIn>[0]): Promise<string> =>
  (await signIn(chat)).body.refresh_token;

const refresh = (refreshToken: unknown, more: Record<string, string> = {}): Promise<Answer> =>
  client.post('/v2/oauth/token', {
    body: { grant_type: 'refresh_token', refresh_token: refreshToken, ...more },
  });

const isRefused = ({ status, body }: Answer): void => {
  assert.equal(status, 400);
  assert.equal(body.error, 'invalid_grant');
};

/** A shopper with an ID of the retailer's, by which operators know shoppers. */
async function newColleague(operator: string): Promise<string> {
  const body = { display_name: 'Jonah' };
  const { status } = await client.put('/v1/shoppers/colleague', { token: operator, body });
  assert.equal(status, 200);
  return 'colleague';
}

const statusOf = async (token: string): Promise<number> =>
  (await client.get('/v1/shopper/orders', { token })).status;

test('a shopper’s device gets new tokens without a secret, for as long as it is used', async () => {
  const chat = await openChat(client);
  let { body } = await signIn(chat);
  assert.match(body.refresh_token, /^[\w-]{22}\.[\w-]{43}$/);
  for (let use = 0; use < 3; use++) {
    now += (limits.signInDays - 1) * dayMs;
    assert.equal(await statusOf(body.access_token), 401);
    const next = await refresh(body.refresh_token);
    assert.equal(next.status, 200);
    assert.notEqual(next.body.refresh_token, body.refresh_token);
    assert.equal(next.body.scope, 'aislechat:shopper');
    assert.equal(await statusOf(next.body.access_token), 200);
    body = next.body;
  }
  now += limits.signInDays * dayMs;
  isRefused(await refresh(body.refresh_token));
});

test('an answer that got lost does not sign a device out: the token before works until the new one is used', async () => {
  const chat = await openChat(client);
  const first = await refreshTokenOf(chat);
  await refresh(first);
  await refresh(first);
  const { body } = await refresh(first);
  assert.equal((await refresh(body.refresh_token)).status, 200);
});

test('a copy that somebody else used ends the sign-in, and both have to sign in again', async () => {
  const chat = await openChat(client);
  const stolen = await refreshTokenOf(chat);
  const second = (await refresh(stolen)).body.refresh_token;
  const third = (await refresh(second)).body.refresh_token;
  isRefused(await refresh(stolen));
  isRefused(await refresh(third));
});

test('requests at the same moment are all answered, and the last answer’s token works', async () => {
  const chat = await openChat(client);
  const first = await refreshTokenOf(chat);
  const answers = await Promise.all(Array.from({ length: 40 }, () => refresh(first)));
  assert.ok(answers.every(({ status }) => status === 200));
  // A device that got none of the answers.
  const { body } = await refresh(first);
  assert.equal((await refresh(body.refresh_token)).status, 200);
});

test('whoever revokes the tokens of a shopper or an application ends their sign-ins', async () => {
  const chat = await openChat(client);
  const operator = await clientToken(client, chat, 'aislechat:operate');
  const phone = await refreshTokenOf({ ...chat, shopperId: await newColleague(operator) });
  const revoked = await client.post('/v1/shoppers/colleague/revoke-tokens', { token: operator });
  assert.equal(revoked.status, 200, revoked.text);
  isRefused(await refresh(phone));

  const other = await refreshTokenOf(chat);
  const ended = await client.post('/v2/oauth/token/revoke', { body: { token: other } });
  assert.equal(ended.status, 200);
  isRefused(await refresh(other));

  const last = await refreshTokenOf(chat);
  await client.post(`/v1/applications/${chat.clientId}/revoke-tokens`, { token: operator });
  isRefused(await refresh(last));
});

test('an erased shopper has no sign-in left', async () => {
  const chat = await openChat(client);
  const operator = await clientToken(client, chat, 'aislechat:operate');
  const phone = await refreshTokenOf({ ...chat, shopperId: await newColleague(operator) });
  const erased = await client.call('DELETE', '/v1/shoppers/colleague', { token: operator });
  assert.equal(erased.status, 200, erased.text);
  isRefused(await refresh(phone));
});

test('a shopper stays signed in on a limited number of devices, those used last', async () => {
  const chat = await openChat(client);
  const phones: string[] = [];
  for (let n = 0; n <= limits.signInsPerShopper; n++) {
    now += 1;
    phones.push(await refreshTokenOf(chat));
  }
  isRefused(await refresh(phones[0]));
  for (const phone of phones.slice(1)) assert.equal((await refresh(phone)).status, 200);
});

test('only a shopper’s grant gives a refresh token, and only if it is asked for', async () => {
  const chat = await openChat(client);
  assert.ok(!('refresh_token' in (await signIn(chat, 'aislechat:shopper')).body));
  for (const grant of ['client_credentials', 'fulfillment_user_assertion']) {
    const { status, body } = await client.post('/v2/oauth/token', {
      body: {
        grant_type: grant,
        client_id: chat.clientId,
        client_secret: chat.clientSecret,
        assertion: Buffer.from(JSON.stringify({ user_id: chat.userId })).toString('base64'),
        scope: 'connect:post_checkout,offline_access',
      },
    });
    assert.equal(status, 400);
    assert.equal(body.error, 'invalid_scope');
  }
});

test('a refresh token gives what its application and its shopper have, and no more', async () => {
  const [chat, other] = [await openChat(client), await openChat(client)];
  const token = await refreshTokenOf(chat);
  isRefused(await refresh(token, { client_id: other.clientId }));
  const { status, body } = await refresh(token, { scope: 'connect:post_checkout' });
  assert.equal(status, 400);
  assert.equal(body.error, 'invalid_scope');
  assert.equal((await refresh(token, { client_id: chat.clientId })).status, 200);
});

test('what is no refresh token is refused, and ends nobody’s sign-in', async () => {
  const chat = await openChat(client);
  const token = await refreshTokenOf(chat);
  const [, secret] = token.split('.') as [string, string];
  const unknown = `${'A'.repeat(22)}.${secret}`;
  for (const text of ['x', `${token} `, token.replace('.', ''), unknown, `${token}'--`, 'é'.repeat(66)]) {
    isRefused(await refresh(text));
  }
  for (const missing of [undefined, '', null]) {
    const { status, body } = await refresh(missing);
    assert.equal(status, 400);
    assert.equal(body.error, 'invalid_request');
  }
  const inQuery = await client.post(`/v2/oauth/token?refresh_token=${token}`, {
    body: { grant_type: 'refresh_token', refresh_token: token },
  });
  assert.equal(inQuery.status, 403);
  assert.equal((await refresh(token)).status, 200);
});
