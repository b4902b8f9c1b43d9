/** Requests as bytes: what RFC 9112 requires a server to refuse, and what it requires it to accept. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { schemas } from '@aislechat/contract';
import { createLog, type Log } from '../../src/wiring/log.ts';
import { assertFits } from '../support/client.ts';
import { sendRaw } from '../support/raw-http.ts';
import { chatPath, openChat } from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after }, { AISLECHAT_PUBLIC_URL: 'http://shop.example' });
const host = 'Host: shop.example';
const close = 'Connection: close';
const lines = (...all: string[]): string => [...all, '', ''].join('\r\n');

const refused: [what: string, status: number, request: string][] = [
  ['two Host headers', 400, lines('GET /healthz HTTP/1.1', host, host)],
  [
    'two different Host headers in two spellings',
    400,
    lines('GET /healthz HTTP/1.1', host, 'hOST: other.example'),
  ],
  ['no Host header', 400, lines('GET /healthz HTTP/1.1', 'Accept: */*')],
  ['a Host with a space in it', 400, lines('GET /healthz HTTP/1.1', 'Host: shop example')],
  ['a Host with a path in it', 400, lines('GET /healthz HTTP/1.1', 'Host: shop.example/healthz')],
  ['an unknown expectation', 417, lines('GET /healthz HTTP/1.1', host, 'Expect: the-unexpected')],
  ['a header without a colon', 400, lines('GET /healthz HTTP/1.1', host, 'Nonsense')],
  ['a space before the colon', 400, lines('GET /healthz HTTP/1.1', `${host}`, 'Accept : */*')],
  ['an empty header name', 400, lines('GET /healthz HTTP/1.1', host, ': value')],
  ['a control character in a header', 400, lines('GET /healthz HTTP/1.1', host, 'X-A: a\u0001b')],
  ['a folded header', 400, lines('GET /healthz HTTP/1.1', host, 'X-A: a', ' b')],
  [
    'two different lengths',
    400,
    `${lines('POST /v2/oauth/token HTTP/1.1', host, 'Content-Length: 1', 'Content-Length: 2')}ab`,
  ],
  [
    'a length and chunks',
    400,
    `${lines('POST /v2/oauth/token HTTP/1.1', host, 'Content-Length: 3', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
  ],
  ['a negative length', 400, lines('POST /v2/oauth/token HTTP/1.1', host, 'Content-Length: -1')],
  ['a length that is not a number', 400, lines('POST /v2/oauth/token HTTP/1.1', host, 'Content-Length: 1a')],
  [
    'a length that overflows',
    400,
    lines('POST /v2/oauth/token HTTP/1.1', host, 'Content-Length: 99999999999999999999'),
  ],
  [
    'chunked is not the last coding',
    400,
    lines('POST /v2/oauth/token HTTP/1.1', host, 'Transfer-Encoding: chunked, gzip'),
  ],
  [
    'a chunk whose length is not a number',
    400,
    `${lines('POST /v2/oauth/token HTTP/1.1', host, 'Transfer-Encoding: chunked')}zz\r\nab\r\n`,
  ],
  ['a version that does not exist', 400, lines('GET /healthz HTTP/7.1', host)],
  ['a method that does not exist', 400, lines('BREW /healthz HTTP/1.1', host)],
  ['no request line', 400, lines('hello')],
  ['bytes of another protocol', 400, '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001'],
  ['non-ASCII bytes in the target', 400, lines('GET /v1/orders/caf\u00e9 HTTP/1.1', host)],
  ['non-ASCII bytes in the query', 400, lines('GET /v1/orders?user_id=caf\u00e9 HTTP/1.1', host)],
  ['a percent sign that encodes nothing', 400, lines('GET /healthz?a=%zz HTTP/1.1', host)],
  ['headers beyond their limit', 431, lines('GET /healthz HTTP/1.1', host, `X-A: ${'a'.repeat(17_000)}`)],
];

for (const [what, status, request] of refused) {
  test(`${what}: ${status} in the envelope`, async () => {
    const answer = await sendRaw(client.url, request);
    assert.equal(answer.status, status, answer.head);
    assert.match(answer.head, /content-type: application\/json/i);
    const body: unknown = JSON.parse(answer.body);
    // The token endpoints have an envelope of their own.
    if (!request.includes('/v2/oauth/')) assertFits(schemas.ErrorEnvelope, body, answer.body);
  });
}

const taken: [what: string, request: string][] = [
  ['a plain request', lines('GET /healthz HTTP/1.1', host, close)],
  ['an empty line before the request', `\r\n${lines('GET /healthz HTTP/1.1', host, close)}`],
  ['HTTP/1.0 without a Host', lines('GET /healthz HTTP/1.0', close)],
  ['a target that is a whole URL', lines('GET http://shop.example/healthz HTTP/1.1', host, close)],
  ['a header name in capitals', lines('GET /healthz HTTP/1.1', host.toUpperCase(), close)],
  ['spaces around a value', lines('GET /healthz HTTP/1.1', 'Host:   shop.example   ', close)],
  ['a port and an IPv6 address', lines('GET /healthz HTTP/1.1', 'Host: [::1]:3000', close)],
  ['a query without a value', lines('GET /healthz?a HTTP/1.1', host, close)],
  ['an expectation that can be met', lines('GET /healthz HTTP/1.1', host, 'Expect: 100-continue', close)],
];

for (const [what, request] of taken) {
  test(`${what} is accepted`, async () => {
    const { head, body } = await sendRaw(client.url, request);
    assert.match(`${head}\r\n\r\n${body}`, /HTTP\/1\.1 200 /);
  });
}

test('two requests sent at once are both answered', async () => {
  const kept = lines('GET /healthz HTTP/1.1', host);
  const two = await sendRaw(client.url, kept + lines('GET /healthz HTTP/1.1', host, close));
  assert.equal(`${two.head}\r\n\r\n${two.body}`.match(/HTTP\/1\.1 200/g)?.length, 2);
});

test('a compressed body is refused, whatever the compression', async () => {
  const chat = await openChat(client);
  for (const coding of ['gzip', 'br', 'deflate', 'zstd', 'gzip, identity']) {
    const answer = await client.post(chatPath(chat.orderId), {
      token: chat.userToken,
      body: gzipSync('{"body":"hello"}'),
      headers: { 'content-type': 'application/json', 'content-encoding': coding },
    });
    assert.equal(answer.status, 415, coding);
    assert.equal(answer.body.error.message, 'The request body must not be compressed');
  }
  const plain = await client.post(chatPath(chat.orderId), {
    token: chat.userToken,
    body: { body: 'hello' },
    headers: { 'content-encoding': 'identity' },
  });
  assert.equal(plain.status, 200, plain.text);
});

test('a stream asks intermediaries not to transform it', async () => {
  const chat = await openChat(client);
  const stream = await fetch(`${client.url}/v1/orders/${chat.orderId}/stream`, {
    headers: { authorization: `Bearer ${chat.userToken}` },
  });
  assert.match(stream.headers.get('cache-control')!, /no-transform/);
  await stream.body?.cancel();
});

test('a body that its client cuts off is not logged as a fault', async (t) => {
  const faults: unknown[] = [];
  const log: Log = { ...createLog('silent'), fault: (error) => faults.push(error) };
  const own = await testServer(t, {}, { log });
  const chat = await openChat(own.client);
  const { hostname, port } = new URL(own.client.url);
  const cutAfter = async (path: string, type: string) => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    const head = lines(
      `POST ${path} HTTP/1.1`,
      `Host: ${hostname}`,
      `Authorization: Bearer ${chat.userToken}`,
      `Content-Type: ${type}`,
      'Content-Length: 100000',
    );
    await new Promise<void>((resolve) => socket.write(`${head}{"body": "cut`, () => resolve()));
    // The server is reading it.
    await sleep(100);
    socket.resetAndDestroy();
  };
  await cutAfter(chatPath(chat.orderId), 'application/json');
  await cutAfter('/v2/oauth/token', 'application/x-www-form-urlencoded');
  await cutAfter(`/v1/orders/${chat.orderId}/images`, 'image/jpeg');
  await cutAfter(`/v1/orders/${chat.orderId}/images`, 'multipart/form-data; boundary=x');
  await sleep(200);
  assert.deepEqual(faults, []);
  assert.equal((await own.client.get('/healthz')).status, 200);
});

/** What a browser sends for a page: the page's host name, and its origin if it sends one. */
const asPage = (url: string, name: string, ...more: string[]) =>
  sendRaw(
    url,
    lines('POST /v1/sandbox/retailers HTTP/1.1', `Host: ${name}`, close, 'Content-Length: 0', ...more),
  );

test('in development a page whose name resolves to this machine is refused, by Host and by Origin', async () => {
  const names = [
    'evil.example:3000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'shop.example.evil',
  ];
  const others = ['10.0.0.7', '0.0.0.0', '[::ffff:10.0.0.7]', '169.254.169.254'];
  for (const name of [...names, ...others]) {
    const { status, body } = await asPage(client.url, name);
    assert.equal(status, 403, name);
    assert.match(JSON.parse(body).error.message, /AISLECHAT_PUBLIC_URL/);
  }
  for (const name of [...names, ...others, 'null']) {
    const origin = name === 'null' ? name : `http://${name}`;
    assert.equal((await asPage(client.url, 'localhost', `Origin: ${origin}`)).status, 403, origin);
  }
  const read = await sendRaw(client.url, lines('GET /docs HTTP/1.1', 'Host: evil.example', close));
  assert.equal(read.status, 403, 'pages too');
  const token = lines('POST /v2/oauth/token HTTP/1.1', 'Host: evil.example', close, 'Content-Length: 0');
  const refusedToken = await sendRaw(client.url, token);
  assert.deepEqual([refusedToken.status, JSON.parse(refusedToken.body).error], [403, 'invalid_request']);
});

test('in development only loopback and configured names are accepted, and in production all are', async (t) => {
  const own = [
    'localhost',
    'LOCALHOST:80',
    'shop.localhost',
    '127.0.0.1:3000',
    '127.9.8.7',
    '[::1]:3000',
    'shop.example.',
  ];
  for (const name of own) {
    const origin = `Origin: http://${name.toLowerCase()}`;
    assert.equal((await asPage(client.url, name, origin)).status, 200, name);
  }
  const named = await testServer(t, { AISLECHAT_CORS_ORIGINS: 'https://pages.example' });
  assert.equal((await asPage(named.client.url, 'localhost', 'Origin: https://pages.example')).status, 200);
  assert.equal((await asPage(named.client.url, 'pages.example')).status, 403);
  const open = await testServer(t, { HOST: '0.0.0.0' });
  const url = open.client.url.replace('0.0.0.0', '127.0.0.1');
  assert.equal((await asPage(url, '10.0.0.7:3000')).status, 200, 'possibly an address of this machine');
  assert.equal((await asPage(url, 'evil.example')).status, 403);
  const production = await testServer(t, { AISLECHAT_ENV: 'production' });
  const health = lines('GET /healthz HTTP/1.1', 'Host: any.example', 'Origin: https://any.example', close);
  assert.equal((await sendRaw(production.client.url, health)).status, 200);
});
