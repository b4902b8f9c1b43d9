/** Tokens: how to get them, what they give access to, and how they end. */
import type { Check } from '../check.ts';
import { CannotTell, expect, expectRefusal } from '../expect.ts';
import { emptyObject, kind, optional, text } from '../pattern.ts';
import * as rows from '../rows.ts';
import { assertionOf, chatPath, orderPath, userPath, type World } from '../world.ts';

const tokenPage = 'Generate an access token';
const revokePage = 'Revoke an access token';
const userTokenPage = 'Get a user access token for the Post-checkout API';

const accessToken = {
  access_token: text,
  token_type: 'Bearer',
  expires_in: 86400,
  created_at: kind<number>('time of now in epoch seconds', (value) => typeof value === 'number'),
  scope: optional(text),
};
const assertionGrant = { grant_type: 'fulfillment_user_assertion', scope: 'connect:post_checkout' };

const revoke = (world: World, token: string, by = world.credentials) =>
  world.call('POST', '/v2/oauth/token/revoke', {
    body: { client_id: by.clientId, client_secret: by.clientSecret, token },
  });

/** The number of simultaneous requests that should exceed a limit. */
const burst = 500;

/** An order that does not exist. Its path serves to test a token. */
const anyOrder = orderPath('verify-nobody-has-this');

async function expectTokenRefused(world: World, token: string | undefined, message: string): Promise<void> {
  const answer = await world.call('GET', anyOrder, { token });
  expectRefusal(answer, rows.unauthorized(message));
}

export const oauthChecks: Check[] = [
  {
    name: 'token.client_credentials',
    says: 'client credentials get a Bearer token that is valid for a day',
    source: tokenPage,
    async run({ given }) {
      expect(await given.askToken({ grant_type: 'client_credentials' }), 200, accessToken);
    },
  },
  {
    name: 'token.user_assertion',
    says: 'a Base64 assertion gets a token for its user, which can read the user’s order',
    source: userTokenPage,
    async run({ given }) {
      const userId = await given.newUser();
      const orderId = await given.newOrder(userId);
      const answer = await given.askToken({ ...assertionGrant, assertion: assertionOf(userId) });
      const { access_token: token } = expect(answer, 200, accessToken);
      expect(await given.call('GET', orderPath(orderId), { token }), 200, {});
    },
  },
  {
    name: 'token.assertion_forms',
    says: 'an assertion is accepted in both Base64 alphabets, with or without padding, and with its quotes missing',
    source: 'our reading: Tokens',
    async run({ given }) {
      const userId = await given.newUser();
      const forms = [
        Buffer.from(JSON.stringify({ user_id: userId })).toString('base64url'),
        assertionOf(userId).replace(/=+$/, ''),
        Buffer.from(`{ "user_id": ${userId}}`).toString('base64'),
      ];
      for (const assertion of forms) {
        expect(await given.askToken({ ...assertionGrant, assertion }), 200, accessToken);
      }
    },
  },
  {
    name: 'token.invalid_grant',
    says: 'an assertion that is missing, unreadable or for an unknown user gets invalid_grant',
    source: `${tokenPage}; our reading: Tokens`,
    async run({ given }) {
      for (const assertion of [undefined, 'bm90IGpzb24=', assertionOf(given.name('nobody'))]) {
        expectRefusal(await given.askToken({ ...assertionGrant, assertion }), rows.invalidGrant);
      }
    },
  },
  {
    name: 'token.invalid_client',
    says: 'an unknown client or a wrong secret gets invalid_client',
    source: tokenPage,
    async run({ given }) {
      const grant = { grant_type: 'client_credentials' };
      const unknown = given.name('client');
      expectRefusal(await given.askToken({ ...grant, client_id: unknown }), rows.invalidClient);
      expectRefusal(await given.askToken({ ...grant, client_secret: 'wrong' }), rows.invalidClient);
    },
  },
  {
    name: 'token.query_params_forbidden',
    says: 'credentials in the query string are refused, valid or not',
    source: tokenPage,
    async run({ given }) {
      const query = '?client_id=someone&client_secret=something';
      expectRefusal(
        await given.call('POST', `/v2/oauth/token${query}`, { body: { grant_type: 'client_credentials' } }),
        rows.queryForbidden,
      );
      expectRefusal(
        await given.call('POST', `/v2/oauth/token/revoke${query}`, { body: { token: 'any' } }),
        rows.queryForbidden,
      );
    },
  },
  {
    name: 'token.other_refusals',
    says: 'an unknown grant type, an unknown scope and a missing grant type get OAuth’s errors',
    source: 'our reading: Tokens',
    async run({ given }) {
      expectRefusal(await given.askToken({ grant_type: 'password' }), rows.unsupportedGrant);
      expectRefusal(
        await given.askToken({ grant_type: 'client_credentials', scope: 'connect:nothing' }),
        rows.invalidScope,
      );
      expectRefusal(await given.askToken({}), rows.invalidRequest);
    },
  },
  {
    name: 'token.several_scopes',
    says: 'scopes are separated by commas, and one grant may include several',
    source: tokenPage,
    async run({ given }) {
      const scope = 'connect:fulfillment,connect:post_checkout';
      expect(await given.askToken({ grant_type: 'client_credentials', scope }), 200, accessToken);
    },
  },
  {
    name: 'token.older_one_lives',
    says: 'a new token does not invalidate the previous one',
    source: 'our reading: Tokens',
    async run({ given }) {
      const userId = await given.newUser();
      const token = await given.newToken({ grant_type: 'client_credentials' });
      await given.newToken({ grant_type: 'client_credentials' });
      expect(await given.call('GET', userPath(userId), { token }), 200, {});
    },
  },
  {
    name: 'token.revoke',
    says: 'a revoked token is refused',
    source: revokePage,
    async run({ given }) {
      const token = await given.newToken({ grant_type: 'client_credentials' });
      expect(await revoke(given, token), 200, emptyObject);
      await expectTokenRefused(given, token, 'The access token was revoked');
    },
  },
  {
    name: 'token.revoke_of_another',
    says: 'only the application that issued a token may revoke it',
    source: revokePage,
    async run({ given, own }) {
      const { credentials } = await own();
      const token = await given.newToken({ grant_type: 'client_credentials' });
      expectRefusal(await revoke(given, token, credentials), rows.notYourToken);
    },
  },
  {
    name: 'token.revoke_refused',
    says: 'revoking a token needs the token and the application’s own secret',
    source: 'our reading: Tokens',
    async run({ given }) {
      const { clientId } = given.credentials;
      const wrong = await revoke(given, 'x'.repeat(43), { clientId, clientSecret: 'wrong' });
      expectRefusal(wrong, rows.invalidClient);
      expectRefusal(await revoke(given, ''), rows.invalidRequest);
    },
  },
  {
    name: 'token.missing_or_unknown',
    says: 'a missing or unknown token gets 401 in the envelope, and WWW-Authenticate names invalid_token',
    source: 'our reading: Who may see what',
    async run({ given }) {
      await expectTokenRefused(given, undefined, 'The access token is invalid');
      await expectTokenRefused(given, 'x'.repeat(43), 'The access token is invalid');
      const answer = await given.call('GET', anyOrder, { token: 'x'.repeat(43) });
      const challenge = answer.headers.get('www-authenticate') ?? '';
      const seen = {
        ...answer,
        body: { 'www-authenticate': challenge },
        text: `WWW-Authenticate: ${challenge}`,
      };
      const names = kind('Bearer error="invalid_token"', (value) =>
        /^Bearer .*error="invalid_token"/.test(String(value)),
      );
      expect(seen, 401, { 'www-authenticate': names });
    },
  },
  {
    name: 'token.expired',
    says: 'a token expires after 24 hours',
    source: tokenPage,
    async run({ own }) {
      const world = await own();
      await world.clock({ frozen: true });
      const token = await world.newToken({ grant_type: 'client_credentials' });
      await world.clock({ advance_ms: 86_399_000 });
      expectRefusal(await world.call('GET', anyOrder, { token }), rows.orderNotFound);
      await world.clock({ advance_ms: 1000 });
      await expectTokenRefused(world, token, 'The access token expired');
      await world.clock({ frozen: false });
    },
  },
  {
    name: 'token.scope_missing',
    says: 'a token without the scope, or a user token instead of a client token, gets 403, code null',
    source: 'our reading: Who may see what',
    async run({ given }) {
      const userId = await given.newUser();
      const orderId = await given.newOrder(userId);
      const token = await given.newToken({ grant_type: 'client_credentials', scope: 'connect:fulfillment' });
      expectRefusal(await given.call('GET', chatPath(orderId), { token }), rows.scopeMissing);
      const ofUser = await given.userToken(userId);
      expectRefusal(await given.call('GET', userPath(userId), { token: ofUser }), rows.scopeMissing);
    },
  },
  {
    name: 'token.banner_header',
    says: 'X-Retailer-Id changes nothing for a retailer with one banner',
    source: 'our reading: Banners',
    async run({ given }) {
      const userId = await given.newUser();
      expect(await given.act('GET', userPath(userId), undefined, { 'X-Retailer-Id': 'a-banner' }), 200, {});
    },
  },
  {
    name: 'token.banner_missing',
    says: 'in an organization of several banners a token needs X-Retailer-Id with the slug of one: 400, code 4002, without it or with another',
    source: 'our reading: Banners',
    async run({ organization }) {
      const world = await organization();
      const ask = (headers: Record<string, string>) =>
        world.act('GET', userPath('verify-nobody'), undefined, headers);
      expectRefusal(await ask({}), rows.noContext);
      expectRefusal(await ask({ 'X-Retailer-Id': 'west' }), rows.noContext);
      // The banner is known: the user is what is missing.
      for (const slug of ['north', 'south'])
        expectRefusal(await ask({ 'X-Retailer-Id': slug }), rows.userNotFound);
    },
  },
  {
    name: 'token.too_many_requests',
    says: 'too many requests in a second get 429 in the envelope, code null',
    source: 'our reading: Errors and limits',
    async run({ own }) {
      // Uses its own retailer, so that the limit refuses nobody else's requests.
      const world = await own();
      const token = await world.newToken({ grant_type: 'client_credentials' });
      const path = userPath('verify-nobody');
      const answers = await Promise.all(
        Array.from({ length: burst }, () => world.call('GET', path, { token, impatient: true })),
      );
      const refused = answers.find(({ status }) => status === 429);
      if (!refused) throw new CannotTell(`the server accepted ${burst} requests at once`);
      expect(refused, 429, { error: { message: text, code: null }, meta: emptyObject });
    },
  },
];
