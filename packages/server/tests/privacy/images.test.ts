import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { eraseExpired, eraseOrderNow } from '../../src/domain/erasure/erasure.ts';
import type { ImageFiles } from '../../src/storage/images/files.ts';
import { localImageFiles } from '../../src/storage/images/local.ts';
import { openSqlite } from '../../src/storage/sqlite/engine.ts';
import { createStore, StorageUnavailable } from '../../src/storage/store.ts';
import type { Client } from '../support/client.ts';
import { runCommand } from '../support/command.ts';
import { eventually } from '../support/eventually.ts';
import { pathsIn } from '../support/folder-files.ts';
import { partsOf, strangersIn } from '../support/jpeg.ts';
import { fetchImage, picture, pngChunk, upload, uploaded } from '../support/pictures.ts';
import { advance, chatPath, clock, type OpenChat, openChat } from '../support/scenario.ts';
import { type Cleanup, temporaryFolder, testServer } from '../support/server.ts';

const minuteMs = 60_000;

const imagesIn = (folder: string): string[] => pathsIn(folder).filter((file) => file.includes('images'));

/** An image with everything that a camera, an editor or a person adds to a file besides its pixels. */
async function laden(format: 'jpeg' | 'png' | 'webp'): Promise<Buffer> {
  const image = await picture(320, 240)
    .toFormat(format)
    .withIccProfile('p3')
    .withExif({
      IFD0: { Artist: 'CANARY-exif', ImageDescription: 'CANARY-exif' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 22/1 1234/100' },
    })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><CANARY-xmp/></x:xmpmeta>')
    .toBuffer();
  if (format === 'jpeg') {
    const text = Buffer.from('CANARY-comment');
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, text.length + 2]), text]);
    return Buffer.concat([image.subarray(0, 2), comment, image.subarray(2)]);
  }
  if (format === 'png') {
    const afterHeader = 33;
    const comment = pngChunk('tEXt', Buffer.from('Comment\0CANARY-comment', 'latin1'));
    return Buffer.concat([image.subarray(0, afterHeader), comment, image.subarray(afterHeader)]);
  }
  return image;
}

/** Everything besides pixels that is left in it; nothing is expected. */
async function tracesIn(bytes: Buffer): Promise<string[]> {
  const { format, exif, xmp, iptc, icc } = await sharp(bytes).metadata();
  const found = Object.entries({ exif, xmp, iptc, icc }).flatMap(([name, value]) => (value ? [name] : []));
  if (bytes.includes('CANARY')) found.push('canary');
  if (format !== 'jpeg') return [...found, String(format)];
  return [...found, ...strangersIn(bytes), ...(partsOf(bytes).trailing > 0 ? ['tail'] : [])];
}

async function tracesOf(client: Client, chat: OpenChat, format: 'jpeg' | 'png' | 'webp'): Promise<string[]> {
  const image = Buffer.concat([await laden(format), Buffer.from('PK\x03\x04CANARY-tail')]);
  const answer = await upload(client, chat.userToken, chat.orderId, image, `image/${format}`);
  assert.equal(answer.status, 200, answer.text);
  const body = { body: format, image_id: answer.body.image_id };
  assert.equal((await client.post(chatPath(chat.orderId), { token: chat.userToken, body })).status, 200);
  const { body: read } = await client.get(chatPath(chat.orderId), { token: chat.userToken });
  const link = read.chat_messages.at(-1).image;
  return (
    await Promise.all(
      [link, `${link}&size=thumbnail`].map(async (at) => tracesIn((await fetchImage(at)).bytes)),
    )
  ).flat();
}

test('location, camera, profile, comments and trailing data are removed before a picture is stored on disk', async (t) => {
  const folder = temporaryFolder(t);
  const { client } = await testServer(t, { DATA_DIR: folder });
  const chat = await openChat(client);
  for (const format of ['jpeg', 'png', 'webp'] as const) {
    assert.deepEqual(await tracesOf(client, chat, format), [], format);
  }
  const files = imagesIn(folder);
  assert.equal(files.length, 6);
  for (const file of files) {
    assert.deepEqual(await tracesIn(readFileSync(file)), [], file);
    if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
  }
});

test('control: a server that stores the upload unchanged is detected', async (t) => {
  const encode = async (full: Uint8Array) => ({ width: 320, height: 240, full, thumbnail: full });
  const { client } = await testServer(t, { DATA_DIR: temporaryFolder(t) }, { encode });
  const chat = await openChat(client);
  for (const format of ['jpeg', 'png', 'webp'] as const) {
    const traces = await tracesOf(client, chat, format);
    for (const trace of ['exif', 'xmp', 'icc', 'canary'])
      assert.ok(traces.includes(trace), `${format} ${trace}`);
  }
});

interface Kept {
  folder: string;
  client: Client;
  chat: OpenChat;
  stop(): Promise<void>;
}

/** One image in a message and one that was never sent. */
async function twoImages(t: Cleanup, files?: ImageFiles): Promise<Kept> {
  const folder = temporaryFolder(t);
  const { client, app } = await testServer(t, { DATA_DIR: folder }, files ? { files } : {});
  const chat = await openChat(client);
  const imageId = await uploaded(client, chat.userToken, chat.orderId);
  await uploaded(client, chat.userToken, chat.orderId);
  const body = { image_id: imageId };
  assert.equal((await client.post(chatPath(chat.orderId), { token: chat.userToken, body })).status, 200);
  return { folder, client, chat, stop: () => app.stop() };
}

async function expire({ client, chat }: Kept): Promise<void> {
  await advance(client, chat.token, chat.batchId, 'completed');
  await clock(client, chat.token, { advance_ms: 86_400_001 });
}

/** The receipts and images that the store has for the one order. */
async function leftIn(folder: string) {
  const engine = openSqlite({ folder, owner: false });
  const [receipts, images] = await engine.snapshot([
    { text: 'SELECT images, verified_at FROM erasure_receipts WHERE retailer_id = $1', values: [1] },
    { text: 'SELECT id, erased_at FROM images WHERE retailer_id = $1', values: [1] },
  ]);
  await engine.close();
  return {
    receipts: receipts as { images: number; verified_at: number | null }[],
    images: images as { erased_at: number | null }[],
  };
}

test('an expired chat’s images are deleted from disk, sent or not, in both sizes', async (t) => {
  const kept = await twoImages(t);
  const before = imagesIn(kept.folder);
  assert.equal(before.length, 4);
  await expire(kept);
  const since = performance.now();
  await eventually(
    async () => imagesIn(kept.folder),
    (images) => images.length === 0,
  );
  assert.deepEqual(imagesIn(kept.folder), []);
  t.diagnostic(`4 files deleted ${Math.round(performance.now() - since)} ms after the clock was moved`);
  assert.equal((await leftIn(kept.folder)).receipts[0]!.images, 2);
});

test('a file is overwritten before it is deleted', async (t) => {
  const folder = temporaryFolder(t);
  const files = localImageFiles(folder);
  const key = { retailerId: 1, orderId: 2, id: 3 };
  await files.put(key, 'full', new Uint8Array(200_000).fill(7));
  const [file] = pathsIn(folder);
  const descriptor = await import('node:fs/promises').then(({ open }) => open(file!, 'r'));
  await files.delete(key);
  const { buffer } = await descriptor.read({ buffer: Buffer.alloc(200_000, 1), position: 0 });
  await descriptor.close();
  assert.ok(buffer.every((byte) => byte === 0));
});

test('an erasure is not verified while a file remains, and a later round completes it', async (t) => {
  const disk = localImageFiles(join(temporaryFolder(t), 'images'));
  let isBroken = true;
  const files: ImageFiles = {
    ...disk,
    async delete(key) {
      if (isBroken) throw new StorageUnavailable('no');
      await disk.delete(key);
    },
  };
  const kept = await twoImages(t, files);
  await expire(kept);
  await sleep(500);
  await kept.stop();

  const store = createStore(openSqlite({ folder: kept.folder, owner: true }));
  t.after(() => store.close());
  const inAnHour = { now: () => Date.now() + 60 * minuteMs };
  const first = await eraseExpired(store, inAnHour, files);
  assert.equal(first.verified, false);
  const unfinished = await leftIn(kept.folder);
  assert.deepEqual(
    unfinished.receipts.map(({ images, verified_at }) => [images, verified_at]),
    [[2, null]],
  );
  assert.equal(unfinished.images.length, 2);
  assert.ok(unfinished.images.every(({ erased_at }) => erased_at !== null));

  isBroken = false;
  assert.equal((await eraseExpired(store, inAnHour, files)).verified, true);
  const finished = await leftIn(kept.folder);
  assert.notEqual(finished.receipts[0]!.verified_at, null);
  assert.deepEqual(finished.images, []);
});

test('an erasure waits for an upload that may be in progress before it is verified', async (t) => {
  const kept = await twoImages(t);
  await kept.stop();
  const store = createStore(openSqlite({ folder: kept.folder, owner: true }));
  t.after(() => store.close());
  const files = localImageFiles(join(kept.folder, 'images'));
  const [retailer] = await store.read.retailers.list();
  let now = Date.now();
  const erased = await eraseOrderNow(
    { store, clock: { now: () => now }, files },
    retailer!,
    kept.chat.orderId,
  );
  assert.equal(erased!.verified, false);
  assert.deepEqual(imagesIn(kept.folder), [], 'the files are deleted at once');
  now += minuteMs;
  assert.equal((await eraseExpired(store, { now: () => now }, files)).verified, true);
});

test('an order that is erased while an image is being stored keeps no file of it', async (t) => {
  const folder = temporaryFolder(t);
  const disk = localImageFiles(join(folder, 'images'));
  const eraseBetween: { now?: () => Promise<void> } = {};
  const files: ImageFiles = {
    ...disk,
    async put(key, size, bytes) {
      if (size === 'thumbnail') await eraseBetween.now?.();
      await disk.put(key, size, bytes);
    },
  };
  const { client } = await testServer(t, { DATA_DIR: folder }, { files });
  const chat = await openChat(client);
  eraseBetween.now = async () => {
    await runCommand({ DATA_DIR: folder }, 'erase', '--order', chat.orderId);
  };
  const image = await picture(64, 48).jpeg().toBuffer();
  assert.equal((await upload(client, chat.userToken, chat.orderId, image)).status, 404);
  assert.deepEqual(imagesIn(folder), []);
});

test('the command that erases one chat erases its images too', async (t) => {
  const kept = await twoImages(t);
  const { out } = await runCommand(
    { DATA_DIR: kept.folder },
    'erase',
    '--json',
    '--order',
    kept.chat.orderId,
  );
  assert.equal(JSON.parse(out).images, 2);
  assert.deepEqual(imagesIn(kept.folder), []);
});
