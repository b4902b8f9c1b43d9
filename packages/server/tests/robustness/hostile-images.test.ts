/**
 * Files made to harm the programs that open them. Each is refused, or reduced to its pixels; refusing one by
 * its header costs almost nothing.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import sharp, { type SharpOptions } from 'sharp';
import { readImageHeader } from '../../src/domain/images/header.ts';
import { Encoder } from '../../src/images/encoder.ts';
import { cpuSecondsOf } from '../support/cost.ts';
import { partsOf, strangersIn } from '../support/jpeg.ts';
import { type Format, fetchImage, hollowPng, imagesPath, pictureBytes, upload } from '../support/pictures.ts';
import { newPlace } from '../support/place.ts';
import { startServerProcess } from '../support/process.ts';
import { processorMs } from '../support/processor-time.ts';
import { seededRandom } from '../support/random.ts';
import { chatPath, type OpenChat, openChat } from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const isFull = process.env.TEST_SCALE === 'full';
const refusedWithinMs = 50;
/** How often each file is sent, since the system counts CPU time in steps of 10 ms. */
const times = 4;
const extraBytes = 20 * 1024 * 1024;
const formats: Format[] = ['jpeg', 'png', 'webp'];

/** The peak memory of a process, where the system reports it. */
function peakBytes(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line![1]) * 1024;
}

/** How many processes it has started; 0 where the system does not tell. */
const childrenOf = (pid: number): number =>
  process.platform !== 'linux'
    ? 0
    : readdirSync(`/proc/${pid}/task`).flatMap((task) =>
        childrenOfThread(`/proc/${pid}/task/${task}/children`),
      ).length;

function childrenOfThread(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split(' ').filter(Boolean);
  } catch (error) {
    // The thread has ended since they were listed.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code!)) return [];
    throw error;
  }
}

/** On a server whose memory can be measured. */
async function chatOnServerProcess(t: TestContext) {
  const { env } = await newPlace(t);
  const server = await startServerProcess({ env });
  t.after(() => server.kill());
  const chat = await openChat(server.client);
  return { chat, pid: server.child.pid! };
}

const chatOnServer = async (t: TestContext) => openChat((await testServer(t)).client);

const post = (chat: OpenChat, bytes: Uint8Array, type = 'image/png') =>
  upload(chat.client, chat.userToken, chat.orderId, bytes, type);

/** The header of a WebP of this size, and nothing after it. */
function hollowWebp(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(30);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(22, 4);
  bytes.write('WEBPVP8X', 8, 'latin1');
  bytes.writeUInt32LE(10, 16);
  bytes.writeUIntLE(width - 1, 24, 3);
  bytes.writeUIntLE(height - 1, 27, 3);
  return bytes;
}

/** A complete small JPEG that claims to have this size. */
async function boastingJpeg(width: number, height: number): Promise<Buffer> {
  const bytes = Buffer.from(await pictureBytes('jpeg', 64, 64));
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  bytes.writeUInt16BE(height, frame + 5);
  bytes.writeUInt16BE(width, frame + 7);
  return bytes;
}

const svg = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(1)</script><image href="file:///etc/passwd"/></svg>',
);

test('a file recognizable by its header is refused within 50 ms of CPU time and 20 MiB, and starts no process', async (t) => {
  const { chat, pid } = await chatOnServerProcess(t);
  const bombs: Record<string, Buffer> = {
    'PNG 50,001 wide': hollowPng(50_001, 1),
    'PNG 1 wide, 12,001 high': hollowPng(1, 12_001),
    // 30,000 rows of zeros compress to a few kilobytes.
    'PNG 30,000 x 30,000': hollowPng(30_000, 30_000, deflateSync(Buffer.alloc(3_000_000))),
    'PNG 8000 x 5001': hollowPng(8000, 5001),
    'PNG with a width of 0': hollowPng(0, 10),
    'PNG 4294967295 wide': hollowPng(0xffffffff, 0xffffffff),
    'JPEG 65,535 x 65,535': await boastingJpeg(65_535, 65_535),
    'JPEG with a height of 0': await boastingJpeg(64, 0),
    'WebP 16,777,216 wide': hollowWebp(16_777_216, 2),
    SVG: svg,
    'SVG, gzipped': gzipSync(svg),
    GIF: Buffer.from('R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==', 'base64'),
    HEIC: Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'),
    TIFF: await sharp(await pictureBytes('png', 8, 8))
      .tiff()
      .toBuffer(),
    AVIF: await sharp(await pictureBytes('png', 8, 8))
      .avif()
      .toBuffer(),
    PDF: Buffer.from('%PDF-1.7\n'),
    HTML: Buffer.from('<!doctype html><script>alert(1)</script>'),
    'two bytes': Buffer.from([0xff, 0xd8]),
    'a signature alone': Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  };
  // Warms up the server, so that the first request of a kind does not count against the files.
  for (let n = 0; n < 20; n++) assert.equal((await post(chat, Buffer.alloc(64, 1))).status, 422);
  const before = peakBytes(pid);
  for (const [name, bytes] of Object.entries(bombs)) {
    const spent = cpuSecondsOf(pid) ?? 0;
    for (let n = 0; n < times; n++) assert.equal((await post(chat, bytes)).status, 422, name);
    const ms = (((cpuSecondsOf(pid) ?? 0) - spent) * 1000) / times;
    const extra = before === undefined ? 0 : peakBytes(pid)! - before;
    t.diagnostic(
      `${name} (${bytes.length} bytes): CPU ${ms.toFixed(1)} ms, ${(extra / 1048576).toFixed(1)} MiB more so far`,
    );
    assert.ok(ms <= refusedWithinMs, `${name}: ${ms} ms`);
    assert.ok(extra <= extraBytes, `${name}: ${extra} bytes`);
  }
  assert.equal(childrenOf(pid), 0);
});

test('a file that is all header is not read to its end', (t) => {
  const start = Buffer.from([0xff, 0xd8]);
  const files = {
    'empty segments': Buffer.concat([start, Buffer.alloc(9_000_000, Buffer.from([0xff, 0xe1, 0, 2]))]),
    'fill bytes': Buffer.concat([start, Buffer.alloc(9_000_000, 0xff)]),
  };
  for (const [name, bytes] of Object.entries(files)) {
    const ms = processorMs(() => assert.equal(readImageHeader(bytes), undefined));
    t.diagnostic(`9 MB of ${name}: ${ms.toFixed(1)} ms`);
    assert.ok(ms <= refusedWithinMs);
  }
});

test('a truncated picture is refused', async (t) => {
  const chat = await chatOnServer(t);
  for (const format of formats) {
    const whole = await sharp({
      create: { width: 300, height: 200, channels: 3, noise: { type: 'gaussian', mean: 128, sigma: 40 } },
    } as SharpOptions)
      .toFormat(format)
      .toBuffer();
    assert.equal((await post(chat, whole)).status, 200, format);
    for (const part of [0.2, 0.5, 0.9, 0.99]) {
      const { status } = await post(chat, whole.subarray(0, Math.floor(whole.length * part)));
      assert.equal(status, 422, `${format}, ${part} of it`);
    }
  }
});

test('a picture with trailing data or several frames becomes one plain still picture', async (t) => {
  const chat = await chatOnServer(t);
  const jpeg = await pictureBytes('jpeg', 64, 48);
  const png = await pictureBytes('png', 64, 48);
  const frames = await Promise.all(
    ['#ff0000', '#00ff00'].map((background) =>
      sharp({ create: { width: 32, height: 32, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  const files: Record<string, Buffer> = {
    'JPEG and ZIP': Buffer.concat([jpeg, Buffer.from('PK\x03\x04CANARY/evil.jar', 'latin1')]),
    'PNG and HTML': Buffer.concat([png, Buffer.from('<script>CANARY()</script>')]),
    'WebP and script': Buffer.concat([await pictureBytes('webp', 64, 48), Buffer.from('#!/bin/sh CANARY')]),
    'two JPEGs': Buffer.concat([jpeg, jpeg, Buffer.from('CANARY')]),
    'WebP with two frames': await sharp(frames, { join: { animated: true } })
      .webp({ delay: [100, 100] })
      .toBuffer(),
    'PNG with transparency': await sharp({
      create: { width: 32, height: 32, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer(),
    'JPEG in CMYK': await sharp(png).toColourspace('cmyk').jpeg().toBuffer(),
    'progressive JPEG': await sharp(png).jpeg({ progressive: true }).toBuffer(),
    'PNG of 16 bits': await sharp(png).toColourspace('rgb16').png().toBuffer(),
  };
  for (const [name, bytes] of Object.entries(files)) {
    const { status, text, body } = await post(chat, bytes);
    assert.equal(status, 200, `${name}: ${text}`);
    await chat.client.post(chatPath(chat.orderId), {
      token: chat.userToken,
      body: { image_id: body.image_id },
    });
    const read = await chat.client.get(chatPath(chat.orderId), { token: chat.userToken });
    const link = read.body.chat_messages.at(-1).image;
    for (const address of [link, `${link}&size=thumbnail`]) {
      const image = (await fetchImage(address)).bytes;
      assert.deepEqual(strangersIn(image), [], name);
      assert.equal(partsOf(image).trailing, 0, name);
      assert.ok(!image.includes('CANARY'), name);
      const { pages, format } = await sharp(image).metadata();
      assert.deepEqual([pages, format], [undefined, 'jpeg'], name);
    }
  }
});

test('a picture of maximum size is encoded in a process of its own, whatever that takes', async (t) => {
  const { chat, pid } = await chatOnServerProcess(t);
  // 36 megapixels of zeros, in a few kilobytes.
  const bytes = hollowPng(6000, 6000, deflateSync(Buffer.alloc(6000 * (6000 * 3 + 1))));
  const before = peakBytes(pid);
  const startedAt = performance.now();
  assert.equal((await post(chat, bytes)).status, 200);
  const ms = Math.round(performance.now() - startedAt);
  const extra = before === undefined ? 0 : peakBytes(pid)! - before;
  t.diagnostic(
    `36 megapixels from ${bytes.length} bytes: ${ms} ms, ${(extra / 1048576).toFixed(1)} MiB in the server`,
  );
  assert.ok(extra < 60 * 1024 * 1024);
});

test('damaged pictures never cause a 5xx, and the next intact one is encoded', async (t) => {
  const chat = await chatOnServer(t);
  const random = seededRandom(11);
  const statuses: Record<number, number> = {};
  for (let n = 0; n < (isFull ? 150 : 40); n++) {
    const bytes = Buffer.from(await pictureBytes(formats[n % formats.length]!, 40, 30));
    for (let k = 0; k < 1 + random.below(6); k++) bytes[random.below(bytes.length)] = random.below(256);
    const { status } = await post(chat, bytes);
    statuses[status] = (statuses[status] ?? 0) + 1;
    // An order accepts a hundred images.
    assert.ok([200, 403, 422].includes(status), `${status} at ${n}`);
  }
  t.diagnostic(JSON.stringify(statuses));
  const fresh = await openChat(chat.client);
  assert.equal((await post(fresh, await pictureBytes('jpeg', 40, 30))).status, 200);
});

test('the encoder process starts with the first picture, is replaced when it dies, and stops with the server', async (t) => {
  const encoder = new Encoder();
  t.after(() => encoder.stop());
  assert.equal(encoder.pid, undefined);
  const image = await pictureBytes('jpeg', 640, 480);
  assert.equal((await encoder.encode(image, 1)).width, 640);
  const first = encoder.pid!;
  t.diagnostic(`the process takes ${Math.round((peakBytes(first) ?? 0) / 1048576)} MiB`);
  const underWay = Promise.allSettled([encoder.encode(image, 1), encoder.encode(image, 1)]);
  process.kill(first, 'SIGKILL');
  const [ofTheDead, waiting] = await underWay;
  assert.equal(ofTheDead!.status, 'rejected');
  assert.equal(waiting!.status, 'fulfilled');
  assert.notEqual(encoder.pid, first);
  const last = encoder.pid!;
  await encoder.stop();
  assert.throws(() => process.kill(last, 0), /ESRCH/);
  await assert.rejects(encoder.encode(image, 1), /unavailable/);
});

test('a picture that takes too long is given up, and the queue of pictures is limited', async (t) => {
  const slow = new Encoder({ withinMs: 1 });
  t.after(() => slow.stop());
  const image = await pictureBytes('jpeg', 3000, 2000);
  await assert.rejects(slow.encode(image, 1), /image_invalid/);

  const encoder = new Encoder();
  t.after(() => encoder.stop());
  const each = isFull ? image : await pictureBytes('jpeg', 640, 480);
  const all = await Promise.allSettled(Array.from({ length: 40 }, (_, n) => encoder.encode(each, n % 10)));
  const refused = all.filter(({ status }) => status === 'rejected');
  assert.equal(refused.length, 40 - 33);
  for (const one of refused) assert.match(String((one as PromiseRejectedResult).reason), /unavailable/);
});

/** A progressive JPEG that repeats its last scan this many times. */
async function jpegOfScans(repeats: number): Promise<Buffer> {
  const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#336699' } })
    .jpeg({ progressive: true })
    .toBuffer();
  const last = bytes.lastIndexOf(Buffer.from([0xff, 0xda]));
  const scan = bytes.subarray(last, -2);
  return Buffer.concat([bytes.subarray(0, -2), ...Array<Buffer>(repeats).fill(scan), bytes.subarray(-2)]);
}

test('a JPEG with thousands of scans is refused by its markers, and a camera’s JPEG is accepted', async (t) => {
  const chat = await chatOnServer(t);
  const before = childrenOf(process.pid);
  assert.equal((await post(chat, await jpegOfScans(20_000))).status, 422);
  assert.equal(childrenOf(process.pid), before, 'nothing was decoded');
  assert.equal((await post(chat, await jpegOfScans(0))).status, 200);
  // Noise at the best quality has more bytes of 0xff than any photo.
  const [width, height] = isFull ? [2000, 1500] : [800, 600];
  const noise = {
    create: { width, height, channels: 3, noise: { type: 'gaussian', mean: 128, sigma: 90 } },
  };
  for (const progressive of [true, false]) {
    const bytes = await sharp(noise as SharpOptions)
      .jpeg({ progressive, quality: 100 })
      .toBuffer();
    const startedAt = performance.now();
    assert.equal(readImageHeader(bytes)?.width, width);
    t.diagnostic(`${bytes.length} bytes of noise: ${(performance.now() - startedAt).toFixed(1)} ms`);
  }
  const whole = await pictureBytes('jpeg', 64, 48);
  const frame = whole.subarray(0, whole.indexOf(Buffer.from([0xff, 0xc0])) + 19);
  for (const piece of [[0xff], [0xff, 0], [0xff, 0xd0], [0xff, 0xe1, 0, 0], [0xff, 0xda, 0, 2]]) {
    const startedAt = performance.now();
    readImageHeader(Buffer.concat([frame, Buffer.alloc(10_000_000, Buffer.from(piece))]));
    t.diagnostic(
      `10 MB of ${piece.map((byte) => byte.toString(16))}: ${Math.round(performance.now() - startedAt)} ms`,
    );
  }
});

test('one retailer’s pictures do not wait behind all of another’s', async (t) => {
  const encoder = new Encoder();
  t.after(() => encoder.stop());
  const image = await pictureBytes('jpeg', 640, 480);
  const done: string[] = [];
  const encode = (retailer: number, name: string) =>
    encoder.encode(image, retailer).then(() => done.push(name));
  const many = Array.from({ length: 9 }, (_, n) => encode(1, `1/${n}`));
  const few = [encode(2, '2/0'), encode(3, '3/0')];
  await assert.rejects(encoder.encode(image, 1), /too_many_requests/);
  await Promise.all([...many, ...few]);
  assert.deepEqual(done.slice(0, 4), ['1/0', '1/1', '2/0', '3/0']);
});

test('stalled uploads use up only their retailer’s share, and are given up', async (t) => {
  const { client } = await testServer(t, {}, { times: { uploadIdleMs: 1000 } });
  const [chat, other] = [await openChat(client), await openChat(client)];
  const { hostname, port } = new URL(client.url);
  const bytes = 9 * 1024 * 1024;
  const answers: string[] = [];
  const sockets: Socket[] = [];
  const stall = () =>
    new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname);
      sockets.push(socket);
      socket.write(
        `POST ${imagesPath(chat.orderId)} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${chat.userToken}\r\ncontent-type: image/png\r\ncontent-length: ${bytes + 1}\r\n\r\n`,
      );
      socket.write(Buffer.alloc(bytes));
      socket.on('error', () => {}).on('close', () => resolve());
      socket.setEncoding('latin1').on('data', (text: string) => {
        answers.push(text.slice(9, 12));
        resolve();
      });
    });
  const stalled = Array.from({ length: 7 }, stall);
  const small = await pictureBytes('jpeg', 64, 48);
  assert.equal((await post(other, small, 'image/jpeg')).status, 200, 'another retailer can upload');
  await Promise.all(stalled);
  assert.deepEqual([...new Set(answers)].sort(), ['408', '429']);
  assert.equal((await post(chat, small, 'image/jpeg')).status, 200, 'the share is released afterwards');
  // The server, which stops next, would wait for them.
  for (const socket of sockets) socket.destroy();
});
