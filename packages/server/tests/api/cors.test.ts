import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { chatPath, openChat } from '../support/scenario.ts';
import { temporaryFolder, testServer } from '../support/server.ts';

const shop = 'https://shop.example';
const { client } = await testServer(
  { after },
  { AISLECHAT_CORS_ORIGINS: `${shop},https://app.example:8443` },
);
const chat = await openChat(client);

const preflight = (url: string, origin: string, path = chatPath(chat.orderId)) =>
  fetch(url + path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,idempotency-key',
    },
  });

test('a preflight from an allowed origin lists the permitted methods and headers', async () => {
  const { status, headers } = await preflight(client.url, shop);
  assert.equal(status, 204);
  assert.equal(headers.get('access-control-allow-origin'), shop);
  assert.equal(headers.get('vary'), 'Origin');
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
    assert.ok(headers.get('access-control-allow-methods')?.split(', ').includes(method), method);
  }
  const allowed = headers.get('access-control-allow-headers')?.toLowerCase().split(', ');
  for (const name of [
    'authorization',
    'content-type',
    'idempotency-key',
    'if-none-match',
    'last-event-id',
    'x-treat-ids-as-internal',
  ]) {
    assert.ok(allowed?.includes(name), name);
  }
  assert.equal(headers.get('access-control-allow-credentials'), null);
});

test('an allowed origin can read every answer: reads, 304s, refusals, unknown paths, bad requests, streams', async () => {
  const token = `Bearer ${chat.userToken}`;
  const read = await fetch(client.url + chatPath(chat.orderId), {
    headers: { origin: shop, authorization: token },
  });
  const etag = read.headers.get('etag')!;
  const abort = new AbortController();
  const answers: [number, Response][] = [
    [200, read],
    [
      304,
      await fetch(client.url + chatPath(chat.orderId), {
        headers: { origin: shop, authorization: token, 'if-none-match': etag },
      }),
    ],
    [401, await fetch(client.url + chatPath(chat.orderId), { headers: { origin: shop } })],
    [404, await fetch(`${client.url}/nowhere`, { headers: { origin: shop } })],
    [405, await fetch(`${client.url}/healthz`, { method: 'DELETE', headers: { origin: shop } })],
    [400, await fetch(`${client.url}/%zz`, { headers: { origin: shop } })],
    [
      400,
      await fetch(`${client.url}/v2/oauth/token`, {
        method: 'POST',
        headers: { origin: shop, 'content-type': 'application/json' },
        body: '{}',
      }),
    ],
    [
      200,
      await fetch(`${client.url}/v1/orders/${chat.orderId}/stream`, {
        headers: { origin: shop, authorization: token },
        signal: abort.signal,
      }),
    ],
  ];
  abort.abort();
  for (const [status, { status: given, headers, url }] of answers) {
    assert.equal(given, status, url);
    assert.equal(headers.get('access-control-allow-origin'), shop, `${status} ${url}`);
    assert.equal(
      headers.get('access-control-expose-headers'),
      'ETag, Retry-After, WWW-Authenticate',
      `${status} ${url}`,
    );
    assert.equal(headers.get('vary'), 'Origin', `${status} ${url}`);
  }
});

test('an unknown origin gets no CORS header: its preflight is refused, and in development its requests too', async () => {
  for (const origin of ['https://evil.example', `${shop}.evil.example`, 'http://shop.example', 'null']) {
    const refused = await preflight(client.url, origin);
    assert.equal(refused.status, 405);
    const read = await fetch(client.url + chatPath(chat.orderId), {
      headers: { origin, authorization: `Bearer ${chat.userToken}` },
    });
    assert.equal(read.status, 403);
    for (const { headers } of [refused, read]) {
      assert.deepEqual(
        [...headers.keys()].filter((name) => name.startsWith('access-control-')),
        [],
      );
      assert.equal(headers.get('vary'), 'Origin');
    }
  }
});

test('in development only origins on this machine are allowed', async (t) => {
  const own = await testServer(t);
  for (const origin of ['http://localhost:5173', 'http://127.0.0.1:80', 'https://[::1]:8443']) {
    assert.equal(
      (await preflight(own.client.url, origin)).headers.get('access-control-allow-origin'),
      origin,
    );
  }
  for (const origin of [shop, 'http://localhost.evil.example', 'http://127.0.0.1.evil.example']) {
    assert.equal((await preflight(own.client.url, origin)).headers.get('access-control-allow-origin'), null);
  }
});

test('in production only configured origins are allowed, and * allows all', async (t) => {
  const production = { AISLECHAT_ENV: 'production' };
  const closed = await testServer(t, production);
  const { status, headers } = await preflight(closed.client.url, 'http://localhost:5173', '/healthz');
  assert.equal(status, 405);
  assert.equal(headers.get('access-control-allow-origin'), null);
  assert.equal(headers.get('vary'), null);
  const open = await testServer(t, { ...production, AISLECHAT_CORS_ORIGINS: '*' });
  const answer = await preflight(open.client.url, 'https://anyone.example', '/healthz');
  assert.equal(answer.status, 204);
  assert.equal(answer.headers.get('access-control-allow-origin'), '*');
  assert.equal(answer.headers.get('vary'), null);
});

test('a page or script of ours varies by encoding and by origin', async (t) => {
  const pagesFolder = temporaryFolder(t);
  mkdirSync(join(pagesFolder, 'assets'));
  writeFileSync(join(pagesFolder, 'aislechat.js'), '// the element');
  const { client: own } = await testServer(t, { AISLECHAT_CORS_ORIGINS: shop }, { pagesFolder });
  const fetchFile = (headers: Record<string, string>) => fetch(`${own.url}/aislechat.js`, { headers });
  const { headers } = await fetchFile({ origin: shop });
  assert.equal(headers.get('vary'), 'Origin, Accept-Encoding');
  const unchanged = await fetchFile({ 'if-none-match': headers.get('etag')! });
  assert.deepEqual([unchanged.status, unchanged.headers.get('vary')], [304, 'Origin, Accept-Encoding']);
});
