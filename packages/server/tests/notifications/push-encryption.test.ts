/** Push messages are encrypted as RFC 8291 says, and another implementation decrypts them. */
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { encryptPush } from '../../src/delivery/notifications/push-encryption.ts';
import { Vapid } from '../../src/delivery/notifications/vapid.ts';
import { newDevice } from '../support/push-service.ts';

test('the example of RFC 8291, appendix A, byte for byte', () => {
  const target = {
    p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
    auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  };
  const encrypted = encryptPush(target, 'When I grow up, I want to be a watermelon', {
    privateKey: Buffer.from('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw', 'base64url'),
    salt: Buffer.from('DGv6ra1nlYgDCS1FRnbzlw', 'base64url'),
  });
  assert.equal(
    encrypted.toString('base64url'),
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml' +
      'mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT' +
      'pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  );
});

test('another implementation decrypts any text', () => {
  const device = newDevice('https://push.example/one');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 900 }), (text) => {
      const body = encryptPush(device.subscription.keys, JSON.stringify(text));
      const headers = { 'content-encoding': 'aes128gcm' };
      assert.equal(device.open({ device: device.name, headers, body }), text.toWellFormed());
    }),
    { numRuns: 50, seed: 18 },
  );
});

test('no two encryptions of a text are the same, and a key that is no point on the curve is refused', () => {
  const { keys } = newDevice('https://push.example/one').subscription;
  assert.notDeepEqual(encryptPush(keys, 'text'), encryptPush(keys, 'text'));
  const p256dh = Buffer.alloc(65, 4).toString('base64url');
  assert.throws(() => encryptPush({ ...keys, p256dh }, 'text'));
});

test('a server identifies itself as RFC 8292 says, with one token per push service for an hour', () => {
  const secret = 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw';
  const vapid = new Vapid(secret, () => 'https://chat.shop.example');
  const now = Date.UTC(2026, 10, 25, 15);
  const header = vapid.authorization('https://push.example', now);
  const [, token, key] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(header)!;
  assert.equal(key, vapid.publicKey);
  const [head, body, signature] = token!.split('.') as [string, string, string];
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
  assert.deepEqual(read(head), { typ: 'JWT', alg: 'ES256' });
  assert.deepEqual(read(body), {
    aud: 'https://push.example',
    sub: 'https://chat.shop.example',
    exp: now / 1000 + 12 * 3600,
  });
  const point = Buffer.from(key!, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'));
  const publicKey = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: x!, y: y! } });
  const signed = Buffer.from(`${head}.${body}`);
  const isOurs = verify(
    'sha256',
    signed,
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  assert.ok(isOurs);
  assert.equal(vapid.authorization('https://push.example', now + 60 * 60_000), header);
  assert.notEqual(vapid.authorization('https://push.example', now + 61 * 60_000), header);
  assert.notEqual(vapid.authorization('https://other.example', now), header);
});
