import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SignJWT } from 'jose';
import { readSettings } from '../../src/config/settings.ts';
import { holdsPrivateKey, readPublicKey } from '../../src/domain/access/assertions.ts';
import { StorageUnavailable } from '../../src/storage/store.ts';
import { openStore } from '../../src/wiring/open-store.ts';
import { runCommand } from '../support/command.ts';
import { newPlace } from '../support/place.ts';
import {
  assertionOf,
  chatPath,
  clientToken,
  clock,
  newOrder,
  newRetailer,
  newUser,
  type Retailer,
  unique,
} from '../support/scenario.ts';
import { temporaryFolder, testServer } from '../support/server.ts';

const place = (await newPlace({ after })).env;
const store = await openStore(readSettings(place), { owner: true });
const { client } = await testServer({ after }, place, { store });
const folder = temporaryFolder({ after });
const userGrant = 'fulfillment_user_assertion';
const shopperGrant = 'urn:aislechat:params:oauth:grant-type:shopper_assertion';

interface Signer {
  retailer: Retailer;
  userId: string;
  kid: string;
  alg: 'ES256' | 'EdDSA';
  privateKey: KeyObject;
  publicKey: KeyObject;
}

const pairOf = (alg: Signer['alg']) =>
  alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');

async function addKey(clientId: string, text: string | Buffer, ...more: string[]) {
  const file = join(folder, unique('key'));
  writeFileSync(file, text);
  return runCommand(
    place,
    'application',
    'key',
    'add',
    '--client-id',
    clientId,
    '--file',
    file,
    '--json',
    ...more,
  );
}

/** Runs the command's code in this process. */
async function registerKey(clientId: string, publicKey: KeyObject): Promise<string> {
  const read = await readPublicKey(publicKey.export({ type: 'spki', format: 'pem' }).toString());
  const { retailerId, id: applicationId } = (await store.read.applications.findByClientId(clientId))!;
  const key = { ...read!, retailerId, applicationId, createdAt: Date.now() };
  await store.write((tx) => tx.assertionKeys.insert(key));
  return key.keyId;
}

async function newSigner(alg: Signer['alg'] = 'ES256', settings = {}): Promise<Signer> {
  const retailer = await newRetailer(client, settings);
  const { privateKey, publicKey } = pairOf(alg);
  const kid = await registerKey(retailer.clientId, publicKey);
  return { retailer, userId: await newUser(client, retailer.token), kid, alg, privateKey, publicKey };
}

const seconds = () => Math.floor(Date.now() / 1000);

interface Change {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  key?: KeyObject;
}

function sign(signer: Signer, { header = {}, claims = {}, key = signer.privateKey }: Change = {}) {
  const payload = {
    sub: signer.userId,
    aud: signer.retailer.clientId,
    iat: seconds(),
    exp: seconds() + 120,
    jti: unique('jti'),
    ...claims,
  };
  const given = Object.entries(payload).filter(([, value]) => value !== undefined);
  return new SignJWT(Object.fromEntries(given))
    .setProtectedHeader({ alg: signer.alg, kid: signer.kid, ...header })
    .sign(key);
}

const ask = (of: Pick<Retailer, 'clientId' | 'clientSecret'>, assertion: string, grant = userGrant) =>
  client.post('/v2/oauth/token', {
    body: { grant_type: grant, client_id: of.clientId, client_secret: of.clientSecret, assertion },
  });

async function assertRefused(of: Retailer, assertion: string, grant = userGrant) {
  const { status, body } = await ask(of, assertion, grant);
  assert.equal(status, 400);
  assert.equal(body.error, 'invalid_grant');
}

test('a user gets a token with an assertion signed with ES256 or EdDSA, and reads their chat with it', async () => {
  for (const alg of ['ES256', 'EdDSA'] as const) {
    const signer = await newSigner(alg);
    const orderId = await newOrder(client, signer.retailer.token, signer.userId);
    const { status, body } = await ask(signer.retailer, await sign(signer));
    assert.equal(status, 200);
    assert.equal(body.scope, 'connect:post_checkout');
    assert.equal((await client.get(chatPath(orderId), { token: body.access_token })).status, 200);
  }
});

test('an assertion with any invalid part is refused with invalid_grant', async () => {
  const signer = await newSigner();
  const { retailer } = signer;
  const wrong: Record<string, Change> = {
    'another key': { key: pairOf('ES256').privateKey },
    'an unknown key ID': { header: { kid: 'nothing' } },
    'a key ID with a NUL': { header: { kid: 'a\0b' } },
    'no key ID': { header: { kid: undefined } },
    'a key ID that is not text': { header: { kid: { a: 1 } } },
    'a type that is not text': { header: { typ: 7 } },
    expired: { claims: { exp: seconds() - 1 } },
    'expires now': { claims: { exp: seconds() } },
    'expires in more than five minutes': { claims: { exp: seconds() + 303 } },
    'another audience': { claims: { aud: 'aislechat' } },
    'signed in the future': { claims: { iat: seconds() + 120 } },
    'not valid yet': { claims: { nbf: seconds() + 60 } },
    nobody: { claims: { sub: 'nobody' } },
    'an empty subject': { claims: { sub: '' } },
    'a subject that is not text': { claims: { sub: 7 } },
    'a subject with a NUL': { claims: { sub: 'a\0b' } },
    'a lone surrogate in the subject': { claims: { sub: 'a\ud800' } },
    'a jti with a NUL': { claims: { jti: 'a\0b' } },
    'an empty jti': { claims: { jti: '' } },
    'a very long jti': { claims: { jti: 'x'.repeat(256) } },
    'for a shopper': { header: { typ: 'shopper+jwt' } },
    'no subject': { claims: { sub: undefined } },
    'no audience': { claims: { aud: undefined } },
    'no expiry': { claims: { exp: undefined } },
    'no issue time': { claims: { iat: undefined } },
    'no jti': { claims: { jti: undefined } },
    'longer than an assertion may be': { claims: { more: 'x'.repeat(4096) } },
  };
  for (const [what, change] of Object.entries(wrong)) {
    const { status, body } = await ask(retailer, await sign(signer, change));
    assert.equal(status, 400, what);
    assert.equal(body.error, 'invalid_grant', what);
  }
  for (const text of ['a.b.c', '..', 'e30.e30.', 'x'.repeat(5000)]) await assertRefused(retailer, text);
  assert.equal((await ask(retailer, await sign(signer))).status, 200);
});

test('no algorithm but the key’s is accepted: neither none, nor HS256 with the public key', async () => {
  const signer = await newSigner();
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = part({
    sub: signer.userId,
    aud: signer.retailer.clientId,
    iat: seconds(),
    exp: seconds() + 60,
    jti: unique('jti'),
  });
  for (const alg of ['none', 'None', 'NONE']) {
    await assertRefused(signer.retailer, `${part({ alg, kid: signer.kid })}.${claims}.`);
  }
  const input = `${part({ alg: 'HS256', kid: signer.kid })}.${claims}`;
  const secrets = [
    signer.publicKey.export({ type: 'spki', format: 'pem' }),
    signer.publicKey.export({ type: 'spki', format: 'der' }),
    JSON.stringify(signer.publicKey.export({ format: 'jwk' })),
  ];
  for (const secret of secrets) {
    const mac = createHmac('sha256', secret).update(input).digest('base64url');
    await assertRefused(signer.retailer, `${input}.${mac}`);
  }
  // A key in the header is ignored.
  const { privateKey, publicKey } = pairOf('ES256');
  const jwk = publicKey.export({ format: 'jwk' });
  await assertRefused(signer.retailer, await sign(signer, { header: { jwk }, key: privateKey }));
});

test('if the database is unavailable while an assertion is checked the answer is 503, not a refusal', async (t) => {
  const signer = await newSigner();
  const assertion = await sign(signer);
  const away = t.mock.method(store.read.assertionKeys, 'find', async () => {
    throw new StorageUnavailable('away');
  });
  const { status, headers } = await ask(signer.retailer, assertion);
  assert.equal(status, 503);
  assert.equal(headers.get('retry-after'), '1');
  away.mock.restore();
  assert.equal((await ask(signer.retailer, assertion)).status, 200);
});

test('an assertion works once, even if it is sent many times at once', async () => {
  const signer = await newSigner();
  const { retailer } = signer;
  const assertion = await sign(signer);
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask(retailer, assertion)));
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  assert.ok(answers.every(({ status, body }) => status === 200 || body.error === 'invalid_grant'));
  await assertRefused(retailer, assertion);

  const jti = unique('jti');
  assert.equal((await ask(retailer, await sign(signer, { claims: { jti } }))).status, 200);
  await assertRefused(retailer, await sign(signer, { claims: { jti, exp: seconds() + 200 } }));
});

test('an assertion that was refused a token does not count as used', async () => {
  const signer = await newSigner();
  const { clientId, clientSecret } = signer.retailer;
  const assertion = await sign(signer);
  const refused = await client.post('/v2/oauth/token', {
    body: {
      grant_type: userGrant,
      client_id: clientId,
      client_secret: clientSecret,
      assertion,
      scope: 'connect:fulfillment',
    },
  });
  assert.equal(refused.body.error, 'invalid_scope');
  assert.equal((await ask(signer.retailer, assertion)).status, 200);
});

test('a key works only for its own application, not for others of the same or another retailer', async () => {
  const signer = await newSigner();
  const { retailerId } = signer.retailer;
  const made = await runCommand(place, 'application', 'create', '--retailer', String(retailerId), '--json');
  const { client_id: clientId, client_secret: clientSecret } = JSON.parse(made.out);
  const sister = { ...signer.retailer, clientId, clientSecret };
  const foreign = await newRetailer(client);
  await client.post('/v2/fulfillment/users', {
    token: foreign.token,
    body: { user_id: signer.userId, first_name: 'Noor' },
  });
  for (const other of [sister, foreign]) {
    await assertRefused(other, await sign(signer));
    await assertRefused(other, await sign(signer, { claims: { aud: other.clientId } }));
  }

  // With the same key and the same jti, each of the two applications has a use of its own.
  const added = await addKey(clientId, signer.publicKey.export({ type: 'spki', format: 'pem' }));
  assert.equal(JSON.parse(added.out).kid, signer.kid);
  const jti = unique('jti');
  assert.equal((await ask(signer.retailer, await sign(signer, { claims: { jti } }))).status, 200);
  await assertRefused(sister, await sign(signer, { claims: { jti } }));
  assert.equal((await ask(sister, await sign(signer, { claims: { jti, aud: clientId } }))).status, 200);
});

test('times are compared with the retailer’s clock', async () => {
  const signer = await newSigner();
  const { retailer } = signer;
  const dayMs = 86_400_000;
  await clock(client, retailer.token, { advance_ms: dayMs });
  await assertRefused(retailer, await sign(signer));
  const later = seconds() + dayMs / 1000;
  const times = { iat: later, exp: later + 120 };
  assert.equal((await ask(retailer, await sign(signer, { claims: times }))).status, 200);
});

test('a shopper’s assertion must declare its type, and neither type works as the other', async () => {
  const signer = await newSigner();
  const { retailer, userId } = signer;
  const operator = await clientToken(client, retailer, 'aislechat:operate');
  // A user and a shopper with the same ID.
  await client.put(`/v1/shoppers/${userId}`, { token: operator, body: { display_name: 'Ilse' } });
  const typ = 'shopper+jwt';
  const { status, body } = await ask(retailer, await sign(signer, { header: { typ } }), shopperGrant);
  assert.equal(status, 200);
  assert.equal(body.scope, 'aislechat:shopper');
  await assertRefused(retailer, await sign(signer), shopperGrant);
  await assertRefused(retailer, await sign(signer, { header: { typ } }), userGrant);
  assert.equal((await ask(retailer, await sign(signer, { header: { typ: 'JWT' } }))).status, 200);
});

test('unsigned assertions work until the retailer requires signed ones', async () => {
  const signer = await newSigner();
  const { retailer, userId } = signer;
  const unsigned = assertionOf(userId);
  const shopper = Buffer.from(JSON.stringify({ shopper_id: 1 })).toString('base64');
  assert.equal((await ask(retailer, unsigned)).status, 200);
  const { body } = await client.patch('/v1/sandbox/retailer', {
    token: retailer.token,
    body: { signed_assertions: 'required' },
  });
  assert.equal(body.signed_assertions, 'required');
  await assertRefused(retailer, unsigned);
  await assertRefused(retailer, shopper, shopperGrant);
  assert.equal((await ask(retailer, await sign(signer))).status, 200);
  assert.ok(await clientToken(client, retailer));
});

test('keys can be added as PEM or JWK, listed and removed, and a removed key’s assertions are refused', async () => {
  const signer = await newSigner('EdDSA');
  const { clientId } = signer.retailer;
  const { privateKey, publicKey } = pairOf('EdDSA');
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'second' };
  assert.equal((await addKey(clientId, JSON.stringify(jwk))).code, 0);
  assert.equal((await addKey(clientId, JSON.stringify(jwk))).code, 1);
  assert.equal(JSON.parse((await addKey(clientId, JSON.stringify(jwk), '--kid', 'third')).out).kid, 'third');
  const second = { ...signer, privateKey, publicKey, kid: 'second' };
  assert.equal((await ask(signer.retailer, await sign(second))).status, 200);

  const list = await runCommand(place, 'application', 'key', 'list', '--client-id', clientId, '--json');
  assert.deepEqual(
    JSON.parse(list.out).map((key: { kid: string; algorithm: string }) => [key.kid, key.algorithm]),
    [signer.kid, 'second', 'third'].map((kid) => [kid, 'EdDSA']),
  );
  const remove = () =>
    runCommand(place, 'application', 'key', 'remove', '--client-id', clientId, '--kid', 'second');
  assert.equal((await remove()).code, 0);
  assert.equal((await remove()).code, 3);
  await assertRefused(signer.retailer, await sign(second));

  const secret = await addKey(clientId, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  assert.deepEqual([secret.code, /holds a private key/.test(secret.error)], [2, true]);
  assert.equal((await addKey(clientId, 'nothing')).code, 2);
  assert.equal((await addKey('nobody', publicKey.export({ type: 'spki', format: 'pem' }))).code, 3);
});

test('only public keys of a supported kind are recognized', async () => {
  const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
  const { privateKey, publicKey } = pairOf('EdDSA');
  const secretJwk = JSON.stringify(privateKey.export({ format: 'jwk' }));
  assert.ok(holdsPrivateKey(secretJwk));
  assert.ok(!holdsPrivateKey(pem(publicKey)));
  assert.ok(await readPublicKey(pem(publicKey)));
  for (const text of [
    pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey),
    pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey),
    JSON.stringify({ kty: 'oct', k: 'c2VjcmV0' }),
    'nothing',
    '{',
  ]) {
    assert.equal(await readPublicKey(text), undefined, text.slice(0, 40));
  }
});

test('an assertion’s times may have decimals, and its type depends on its header alone', async () => {
  const signer = await newSigner();
  const { retailer } = signer;
  const precise = await sign(signer, {
    claims: { exp: seconds() + 120.1234567, iat: seconds() - 1.7654321 },
  });
  assert.equal((await ask(retailer, precise)).status, 200);
  for (const typ of ['JWT', 'application/jwt']) {
    assert.equal((await ask(retailer, await sign(signer, { header: { typ } }))).status, 200, typ);
  }
  for (const typ of ['shopper+jwt', 'application/shopper+jwt', 'Application/Shopper+JWT', 'at+jwt', '']) {
    await assertRefused(retailer, await sign(signer, { header: { typ } }));
  }
});

test('a token request with a repeated form parameter is refused', async () => {
  const { clientId, clientSecret } = await newRetailer(client);
  const credentials = `client_id=${clientId}&client_secret=${clientSecret}`;
  const send = (body: string) =>
    client.post('/v2/oauth/token', {
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  assert.equal((await send(`${credentials}&grant_type=client_credentials`)).status, 200);
  for (const twice of [
    'grant_type=client_credentials',
    'scope=connect:fulfillment&scope=connect:post_checkout',
  ]) {
    const { status, body } = await send(`${credentials}&grant_type=client_credentials&${twice}`);
    assert.equal(status, 400);
    assert.equal(body.error, 'invalid_request');
  }
});
