/**
 * Connections that do not write, do not read, or request everything at once are limited, and the others are
 * served.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { errors, limits } from '@aislechat/contract';
import { Refusal } from '../../src/domain/errors.ts';
import { Budget } from '../../src/http/pipeline/budget.ts';
import { connectionTimes } from '../../src/http/pipeline/connections.ts';
import { eventually } from '../support/eventually.ts';
import { sendRaw } from '../support/raw-http.ts';
import { chatPath, type OpenChat, openChat } from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

type Options = Parameters<typeof testServer>;

/** Connections of the test are closed before the server, which would wait for them. */
async function started(t: TestContext, env?: Options[1], parts?: Options[2]) {
  const sockets: Socket[] = [];
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  const { client } = await testServer(t, env, parts);
  /** A connection that sends these bytes and then nothing. */
  const say = async (bytes: string): Promise<Socket> => {
    const { hostname, port } = new URL(client.url);
    const socket = connect(Number(port), hostname).on('error', () => {});
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(bytes);
    return socket;
  };
  return { client, say };
}

/** All that the server sends until it closes the connection. */
async function read(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('latin1').on('data', (piece) => {
    text += piece;
  });
  socket.resume();
  if (!socket.closed) await once(socket, 'close');
  return text;
}

const head = (line: string, { userToken }: OpenChat, ...headers: string[]): string =>
  [`${line} HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${userToken}`, ...headers, '', ''].join(
    '\r\n',
  );
const statusesIn = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));

test('a client’s time limits are the documented ones', () => {
  const { headersMs, requestMs, silentMs, stalledMs, checkMs } = connectionTimes;
  assert.deepEqual([headersMs, requestMs, silentMs, stalledMs], [10_000, 30_000, 60_000, 10_000]);
  assert.ok(checkMs <= 1000, 'they are checked often enough to be accurate');
});

test('a client that sends all of a body that is refused gets the answer, although the connection is closed', async (t) => {
  const { client, say } = await started(t);
  const chat = await openChat(client);
  const bytes = 8 * 1024 * 1024;
  const begin = (path: string, ...more: string[]) =>
    head(`POST ${path}`, chat, 'Content-Type: application/json', `Content-Length: ${bytes}`, ...more);
  const refused = {
    413: begin(chatPath(chat.orderId)),
    401: begin(chatPath(chat.orderId), 'Connection: close').replace(chat.userToken, 'x'.repeat(43)),
    404: begin('/nowhere', 'Connection: close'),
  };
  for (const [status, bytesOfHead] of Object.entries(refused)) {
    const socket = await say(bytesOfHead);
    let failure: Error | undefined;
    socket.on('error', (error) => {
      failure = error;
    });
    // As many clients do: first everything is sent, then the answer is read.
    socket.pause();
    for (let sent = 0; sent < bytes; sent += 65_536) {
      await new Promise<void>((written) => socket.write(Buffer.alloc(65_536, 'x'), () => written()));
    }
    assert.deepEqual(statusesIn(await read(socket)), [Number(status)]);
    assert.equal(failure, undefined);
  }
});

test('a client whose refused body never ends gets the answer, and is cut off in time', async (t) => {
  const times = { headersMs: 400, requestMs: 400, checkMs: 50 };
  const { client, say } = await started(t, {}, { times });
  const chat = await openChat(client);
  const endless = await say(head('POST /nowhere', chat, 'Content-Length: 1000000', 'Connection: close'));
  const timer = setInterval(() => endless.write('x'), 20);
  t.after(() => clearInterval(timer));
  assert.deepEqual(statusesIn(await read(endless)), [404]);
});

test('headers and bodies that arrive too late are answered with 408, and a silent connection is closed', async (t) => {
  const times = { headersMs: 200, requestMs: 400, checkMs: 50, silentMs: 1500 };
  const { client, say } = await started(t, {}, { times });
  const chat = await openChat(client);
  const slow = {
    nothing: '',
    'half a header': 'GET /healthz HTTP/1.1\r\nHos',
    'half a body': head(`POST ${chatPath(chat.orderId)}`, chat, 'Content-Length: 100'),
  };
  for (const [what, bytes] of Object.entries(slow)) {
    assert.deepEqual(statusesIn(await read(await say(bytes))), [408], what);
  }
  const poll = `GET /v1/orders/${chat.orderId}/events?after=99&wait=30`;
  const events = await client.get(`/v1/orders/${chat.orderId}/events`, { token: chat.userToken });
  const waits = poll.replace('99', String(events.body.next_after));
  assert.deepEqual(statusesIn(await read(await say(head(waits, chat)))), []);
});

test('a client may pipeline 16 requests before the first answer, and is disconnected at one more', async (t) => {
  const { client, say } = await started(t);
  const chat = await openChat(client);
  const stream = head(`GET /v1/orders/${chat.orderId}/stream`, chat);
  const get = head('GET /healthz', chat);
  const kept = await say(stream + get.repeat(limits.pipelinedRequests - 1));
  await once(kept, 'data');
  const cut = await say(stream + get.repeat(limits.pipelinedRequests));
  await read(cut);
  const answered = await say(get.repeat(12));
  await once(answered, 'data');
  answered.write(get.repeat(12) + head('GET /healthz', chat, 'Connection: close'));
  const statuses = statusesIn(await read(answered));
  assert.ok(statuses.length >= 13 && statuses.every((status) => status === 200));
  assert.ok(!kept.closed);
  const expects = head('GET /healthz', chat, 'Expect: the-unexpected');
  await read(await say(stream + expects.repeat(limits.pipelinedRequests)));
});

test('a connection beyond the limit gets a 503, and a closed one frees its place', async (t) => {
  const { client, say } = await started(t, { AISLECHAT_MAX_CONNECTIONS: '10' });
  const idle: Socket[] = [];
  for (let n = 0; n < 10; n++) idle.push(await say(''));
  const close = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
  const refused = await eventually(
    () => sendRaw(client.url, close),
    ({ status }) => status !== 200,
  );
  assert.equal(refused.status, 503);
  assert.match(refused.head, /retry-after: 1/i);
  assert.equal(JSON.parse(refused.body).error.code, errors.unavailable.code);
  idle[0]!.destroy();
  await eventually(
    () => sendRaw(client.url, close),
    ({ status }) => status === 200,
  );
});

test('large bodies in transit use up their retailer’s share, without affecting messages and other retailers', async (t) => {
  const { client, say } = await started(t);
  const [chat, other] = [await openChat(client), await openChat(client)];
  const post = `POST ${chatPath(chat.orderId)}`;
  const length = `Content-Length: ${limits.requestBodyBytes}`;
  const json = 'Content-Type: application/json';
  const held: Socket[] = [];
  for (let n = 0; n < 16; n++) {
    const socket = await say(head(post, chat, length, json, 'Expect: 100-continue'));
    await once(socket, 'data');
    held.push(socket);
  }
  const large = (of: OpenChat) =>
    client.post(chatPath(of.orderId), { token: of.userToken, body: { body: 'x'.repeat(500_000) } });
  assert.equal((await large(chat)).status, 429);
  const inPieces = head(post, chat, 'Transfer-Encoding: chunked', json, 'Connection: close');
  const largeInPieces = await say(`${inPieces}4e20\r\n${' '.repeat(20_000)}`);
  assert.deepEqual(statusesIn(await read(largeInPieces)), [429]);
  assert.equal((await large(other)).status, 400, 'it is refused only because the text is too long');
  const small = await client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body: 'hello' } });
  assert.equal(small.status, 200);
  const smallInPieces = await say(`${inPieces}10\r\n{"body":"hello"}\r\n0\r\n\r\n`);
  assert.deepEqual(statusesIn(await read(smallInPieces)), [200]);
  for (const socket of held) socket.destroy();
  await eventually(
    () => large(chat),
    ({ status }) => status === 400,
  );
  const unknown = await client.post('/v1/nothing', { body: { text: 'x'.repeat(500_000) } });
  assert.equal(unknown.status, 404);
});

/** Fills an order's chat with messages of maximum length. */
async function fill({ client, orderId, userToken }: OpenChat, messages: number): Promise<void> {
  const body = '🥑'.repeat(limits.messageCharacters);
  for (let n = 0; n < messages; n += 100) {
    const all = Array.from({ length: 100 }, () =>
      client.post(chatPath(orderId), { token: userToken, body: { body } }),
    );
    await Promise.all(all);
  }
}

test('unread answers are limited per retailer, and other requests are still answered', async (t) => {
  const { client, say } = await started(t);
  const [chat, other] = [await openChat(client), await openChat(client)];
  await fill(chat, 600);
  await fill(other, 100);
  const get = head(`GET ${chatPath(chat.orderId)}`, chat);
  const last = head(`GET ${chatPath(chat.orderId)}`, chat, 'Connection: close');
  // 75 answers of more than 2 MB, six times the share.
  const stalled: Socket[] = [];
  for (let n = 0; n < 5; n++) stalled.push((await say(get.repeat(14) + last)).pause());
  const read200 = async (of: OpenChat, path: string) =>
    assert.equal((await client.get(path, { token: of.userToken })).status, 200);
  await read200(other, chatPath(other.orderId));
  await read200(chat, `/v1/orders/${chat.orderId}/events?after=${limits.messagesPerOrder}`);
  const statuses = (await Promise.all(stalled.map(read))).flatMap(statusesIn);
  assert.equal(statuses.length, 75, 'every request has an answer');
  assert.deepEqual([...new Set(statuses)].sort(), [200, 429]);
  await read200(chat, chatPath(chat.orderId));
});

test('a client that reads nothing of a large answer is disconnected', async (t) => {
  const { client, say } = await started(t, {}, { times: { stalledMs: 200 } });
  const chat = await openChat(client);
  await fill(chat, 600);
  const stalled = await say(head(`GET ${chatPath(chat.orderId)}`, chat).repeat(15));
  stalled.pause();
  // Writing to a closed connection reveals that it is closed. An empty line before a request has no meaning.
  await eventually(
    async () => {
      stalled.write('\r\n');
      return stalled.closed;
    },
    (isClosed) => isClosed,
  );
});

/** The server's end of a connection; the server runs in this process. */
function farEnd({ localPort }: Socket): Socket {
  const { _getActiveHandles } = process as unknown as { _getActiveHandles(): unknown[] };
  return _getActiveHandles().find((handle): handle is Socket => (handle as Socket).remotePort === localPort)!;
}

/**
 * Opens a stream, reads nothing from it, and sends messages until some of it is queued at the server, far
 * below the queue's limit. The client keeps sending bytes the whole time.
 */
async function stalledStream(t: TestContext, stalledMs: number) {
  const { client, say } = await started(t, {}, { times: { stalledMs } });
  const chat = await openChat(client);
  const stalled = await say(head(`GET /v1/orders/${chat.orderId}/stream`, chat));
  await once(stalled, 'data');
  stalled.pause();
  const far = farEnd(stalled);
  const babbling = setInterval(() => stalled.write('\r\n'), 20);
  t.after(() => clearInterval(babbling));
  const body = '🥑'.repeat(limits.messageCharacters);
  for (let n = 0; far.writableLength === 0 && !far.destroyed; n++) {
    assert.ok(n < limits.messagesPerOrder, 'the system has buffered everything');
    await client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body } });
  }
  assert.ok(far.writableLength < limits.streamQueueBytes / 2);
  return { client, chat, stalled, far, body };
}

test('an unread stream is ended in time, although its client keeps sending bytes and events keep coming', async (t) => {
  const { client, chat, far, body } = await stalledStream(t, 300);
  const since = performance.now();
  // The queue grows: that is no progress.
  for (let n = 0; !far.destroyed && n < 50; n++) {
    if (n % 10 === 0) await client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body } });
    await sleep(20);
  }
  t.diagnostic(`ended after ${Math.round(performance.now() - since)} ms`);
  assert.ok(far.destroyed && far.bytesRead > 0);
  assert.ok(far.writableLength < limits.streamQueueBytes, 'it was not ended for the length of its queue');
});

test('control: a stream is kept until its time limit, and longer if its client reads a little now and then', async (t) => {
  const { client, chat, stalled, far, body } = await stalledStream(t, 1000);
  await sleep(600);
  assert.ok(!far.destroyed);
  for (const since = performance.now(); performance.now() - since < 3500; ) {
    stalled.resume();
    await sleep(30);
    stalled.pause();
    await client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body } });
    await sleep(300);
    assert.ok(!far.destroyed);
  }
});

test('owners share a budget, and released capacity can be taken again', () => {
  const budget = new Budget(10);
  const [one, two, three] = ['one', 'two', 'three'].map((owner) => [{ owner, most: 4 }]);
  const refused = (take: () => void, reason: string) =>
    assert.throws(take, (error) => error instanceof Refusal && error.reason === reason);
  budget.take(4, one!);
  refused(() => budget.take(1, one!), 'too_many_requests');
  budget.take(4, two!);
  refused(() => budget.take(3, three!), 'unavailable');
  budget.release(4, one!);
  budget.take(4, three!);
  assert.equal(budget.held, 8);
});
