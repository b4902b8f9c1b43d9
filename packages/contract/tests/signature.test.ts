/** Signatures follow Standard Webhooks: what its own library signs verifies here, and the other way round. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { signatureHeaders, signCallback, verifyCallback } from '../src/index.ts';

const secretOf = (letter: string) => `whsec_${Buffer.alloc(32, letter).toString('base64')}`;
const [present, former, other] = ['p', 'f', 'o'].map(secretOf) as [string, string, string];
const id = '1051721738';
const body = JSON.stringify({
  event_id: 1051721738,
  event_metadata: { topic_id: '1003' },
  text: 'Crème brûlée 🥑',
});
const nowMs = Date.now();
const timestamp = String(Math.floor(nowMs / 1000));

const headersOf = async (...secrets: string[]): Promise<Record<string, string>> => ({
  [signatureHeaders.id]: id,
  [signatureHeaders.timestamp]: timestamp,
  [signatureHeaders.signature]: await signCallback(secrets, { id, timestamp, body }),
});
const refused = (promise: Promise<void>, why: RegExp) =>
  assert.rejects(promise, { name: 'SignatureError', message: why });

test('the library of Standard Webhooks verifies signatures made here', async () => {
  const headers = await headersOf(present);
  assert.deepEqual(new Webhook(present).verify(body, headers), JSON.parse(body));
  assert.throws(() => new Webhook(other).verify(body, headers));
});

test('signatures made by the library of Standard Webhooks verify here', async () => {
  const signature = new Webhook(present).sign(id, new Date(nowMs), body);
  const headers = { ...(await headersOf(other)), [signatureHeaders.signature]: signature };
  await verifyCallback([present], headers, body);
  await refused(verifyCallback([other], headers, body), /No signature fits/);
});

test('during a secret rotation either secret verifies, on both sides', async () => {
  const both = await headersOf(present, former);
  for (const secret of [present, former]) {
    await verifyCallback([secret], both, body);
    new Webhook(secret).verify(body, both);
  }
  await verifyCallback([other, former], await headersOf(former), body);
});

test('a different body, ID or time, an expired timestamp and a missing signature are rejected', async () => {
  const headers = await headersOf(present);
  await refused(verifyCallback([present], headers, `${body} `), /No signature fits/);
  await refused(verifyCallback([present], { ...headers, 'webhook-id': '1' }, body), /No signature fits/);
  const later = { ...headers, 'webhook-timestamp': String(Number(timestamp) + 1) };
  await refused(verifyCallback([present], later, body), /No signature fits/);
  await verifyCallback([present], headers, body, nowMs + 299_000);
  for (const away of [302_000, -302_000]) {
    await refused(verifyCallback([present], headers, body, nowMs + away), /too long ago/);
  }
  await refused(verifyCallback([present], {}, body), /no signature/);
  const unreadable = { ...headers, 'webhook-timestamp': 'now' };
  await refused(verifyCallback([present], unreadable, body), /timestamp/);
  for (const signature of ['', 'v1,', 'v1,%%%', 'v2,AAAA', 'v1,AAAA v1,BBBB']) {
    await refused(verifyCallback([present], { ...headers, 'webhook-signature': signature }, body), /fits/);
  }
  await refused(verifyCallback(['not a secret'], headers, body), /whsec_/);
});
