import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { eraseOrderNow } from '../../src/domain/erasure/erasure.ts';
import type { ImageFiles, ImageKey } from '../../src/storage/images/files.ts';
import { localImageFiles } from '../../src/storage/images/local.ts';
import { s3ImageFiles } from '../../src/storage/images/s3.ts';
import { DamagedImage, sealedImageFiles, unsealImage } from '../../src/storage/images/sealed.ts';
import { inSharedFolder } from '../../src/storage/images/shared-folder.ts';
import { s3Bucket } from '../../src/storage/s3/bucket.ts';
import { createStore, StorageUnavailable } from '../../src/storage/store.ts';
import { eventually } from '../support/eventually.ts';
import { contentsIn } from '../support/folder-files.ts';
import { fetchImage, pictureBytes, upload, uploaded } from '../support/pictures.ts';
import { newDatabase, openDatabase } from '../support/postgres.ts';
import { imagesIn, s3OptionsOf, startS3Server } from '../support/s3-server.ts';
import { advance, chatPath, clock, openChat } from '../support/scenario.ts';
import { temporaryFolder, testServer } from '../support/server.ts';

const key = { retailerId: 1, orderId: 20, id: 300 };
const neighbour = { ...key, id: 3000 };
const bytes = new Uint8Array(100_000).map((_, n) => n % 251);

/** As it is, because the encoder is not what these tests are about. */
const encode = async (full: Uint8Array) => ({ width: 64, height: 48, full, thumbnail: full });

const places: Record<string, (t: TestContext) => Promise<ImageFiles>> = {
  'a folder': async (t) => localImageFiles(join(temporaryFolder(t), 'images')),
  'a bucket': async (t) => s3ImageFiles(s3OptionsOf(await startS3Server(t))),
};

for (const [name, open] of Object.entries(places)) {
  test(`${name} returns each stored size of an image, and nothing else`, async (t) => {
    const files = await open(t);
    assert.equal(await files.get(key, 'full'), undefined);
    await files.put(key, 'full', bytes);
    await files.put(key, 'thumbnail', bytes.subarray(0, 10));
    assert.deepEqual(Buffer.from((await files.get(key, 'full'))!), Buffer.from(bytes));
    assert.equal((await files.get(key, 'thumbnail'))!.length, 10);
    for (const other of [neighbour, { ...key, orderId: 2 }, { ...key, retailerId: 2 }]) {
      assert.equal(await files.get(other, 'full'), undefined);
    }
  });

  test(`${name} deletes both sizes of only one image, and deleting it again does no harm`, async (t) => {
    const files = await open(t);
    for (const one of [key, neighbour]) {
      await files.put(one, 'full', bytes);
      await files.put(one, 'thumbnail', bytes);
    }
    for (let n = 0; n < 2; n++) await files.delete(key);
    assert.equal(await files.get(key, 'full'), undefined);
    assert.equal(await files.get(key, 'thumbnail'), undefined);
    assert.equal((await files.get(neighbour, 'full'))!.length, bytes.length);
    await files.delete(neighbour);
  });
}

test('leftovers of an interrupted write are deleted with the image, and folders with the last one', async (t) => {
  const folder = join(temporaryFolder(t), 'images');
  const files = localImageFiles(folder);
  await files.put(key, 'full', bytes);
  writeFileSync(join(folder, '1', '20', '300-thumbnail.jpg.part'), 'half');
  await files.delete(key);
  assert.deepEqual(readdirSync(join(folder, '1')), []);
});

test('a store that refuses or cannot be reached is unavailable, and nothing counts as deleted', async (t) => {
  const server = await startS3Server(t);
  const files = s3ImageFiles(s3OptionsOf(server));
  await files.put(key, 'full', bytes);
  const unknown = s3ImageFiles({ ...s3OptionsOf(server), secret: 'wrong' });
  await assert.rejects(unknown.get(key, 'full'), StorageUnavailable);
  await assert.rejects(unknown.put(key, 'full', bytes), StorageUnavailable);
  server.isBroken = true;
  await assert.rejects(files.delete(key), StorageUnavailable);
  server.isBroken = false;
  const missing = s3ImageFiles({ ...s3OptionsOf(server), bucket: 'nowhere-to-be-found' });
  await assert.rejects(missing.get(key, 'full'), StorageUnavailable);
  await assert.rejects(missing.delete(key), StorageUnavailable);
  const nowhere = s3ImageFiles({ ...s3OptionsOf(server), endpoint: 'http://127.0.0.1:1' });
  await assert.rejects(nowhere.delete(key), StorageUnavailable);
  assert.equal((await server.objects()).size, 1);
});

test('what answers but is no store keeps nothing, deletes nothing and fills no memory', async (t) => {
  let isEndless = false;
  const server = createServer(async (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    while (isEndless && !response.destroyed) {
      if (!response.write(Buffer.alloc(1024 * 1024))) await once(response, 'drain').catch(() => {});
    }
    response.end('<html>Welcome</html>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const at = { endpoint: `http://127.0.0.1:${port}`, bucket: 'pictures', region: 'eu-test-1' };
  const credentials = { keyId: 'AKIDTEST', secret: 'secret' };
  const files = s3ImageFiles({ ...at, ...credentials });
  const cause = (code: string) => (error: { cause?: { code?: string } }) =>
    error instanceof StorageUnavailable && error.cause?.code === code;
  await assert.rejects(files.put(key, 'full', bytes), cause('NotS3'));
  await assert.rejects(files.delete(key), cause('NotDeleted'));
  await assert.rejects(
    s3Bucket({ ...at, ...credentials, requestTimeoutMs: 10_000, retries: 0 }).list('1/'),
    cause('NotS3'),
  );
  isEndless = true;
  await assert.rejects(files.get(key, 'full'), cause('TooLong'));
});

test('a bucket that keeps versions of images is refused at the start, and nothing counts as deleted in it', async (t) => {
  const server = await startS3Server(t);
  const versioning = '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>';
  const start = () => testServer(t, { DATA_DIR: temporaryFolder(t), ...imagesIn(server) });
  // A store that does not answer or does not say may be used.
  for (const fault of [{ isBroken: true }, { isBroken: false, versioning: 501 }]) {
    Object.assign(server, fault);
    await start();
  }
  server.versioning = versioning;
  await assert.rejects(start(), /AISLECHAT_S3_BUCKET keeps versions/);
  const files = s3ImageFiles(s3OptionsOf(server));
  await files.put(key, 'full', bytes);
  await assert.rejects(files.delete(key), StorageUnavailable);
});

test('with a bucket configured images are stored there, and deleted when their chat has expired', async (t) => {
  const server = await startS3Server(t);
  const { client } = await testServer(t, {
    DATA_DIR: temporaryFolder(t),
    ...imagesIn(server),
  });
  const chat = await openChat(client);
  const imageId = await uploaded(client, chat.userToken, chat.orderId);
  await client.post(chatPath(chat.orderId), { token: chat.userToken, body: { image_id: imageId } });
  const { body } = await client.get(chatPath(chat.orderId), { token: chat.userToken });
  const [{ image }] = body.chat_messages;
  assert.deepEqual([...(await server.objects()).values()][0], (await fetchImage(image)).bytes);
  assert.equal((await server.objects()).size, 2);

  server.isBroken = true;
  assert.equal((await fetchImage(image)).status, 503);
  server.isBroken = false;
  await advance(client, chat.token, chat.batchId, 'completed');
  await clock(client, chat.token, { advance_ms: 86_400_001 });
  await eventually(server.objects, ({ size }) => size === 0);
  assert.ok(server.seen.every(({ status }) => status !== 403));
});

test('on PostgreSQL images are encrypted in either place, served unchanged, and gone from it with their chat', async (t) => {
  const server = await startS3Server(t);
  const bucket = imagesIn(server);
  for (const place of [bucket, {}]) {
    const folder = temporaryFolder(t);
    const { url } = await newDatabase(t);
    const { client } = await testServer(t, { DATABASE_URL: url, DATA_DIR: folder, ...place }, { encode });
    const chat = await openChat(client);
    const sent = await pictureBytes('jpeg', 64, 48);
    const imageId = await uploaded(client, chat.userToken, chat.orderId, sent);
    await client.post(chatPath(chat.orderId), { token: chat.userToken, body: { image_id: imageId } });
    const { body } = await client.get(chatPath(chat.orderId), { token: chat.userToken });
    const [{ image }] = body.chat_messages;
    const stored = async () =>
      place === bucket
        ? [...(await server.objects()).values()]
        : [...contentsIn(join(folder, 'images', '1'))];
    const kept = await stored();
    assert.equal(kept.length, 2);
    for (const bytes of kept) {
      assert.equal(bytes[0], 1, 'the version of the format');
      assert.ok(!bytes.includes(sent.subarray(0, 16)));
    }
    for (const link of [image, `${image}&size=thumbnail`]) {
      const seen = await fetchImage(link);
      assert.deepEqual(seen.bytes, sent);
      assert.equal(seen.headers.get('content-length'), String(sent.length));
      assert.equal(seen.headers.get('content-type'), 'image/jpeg');
    }
    await advance(client, chat.token, chat.batchId, 'completed');
    await clock(client, chat.token, { advance_ms: 86_400_001 });
    await eventually(stored, (left) => left.length === 0);
  }
});

test('an encrypted image opens only for its own order, image and size, and not once it is erased', async (t) => {
  const { url } = await newDatabase(t);
  const folder = temporaryFolder(t);
  const { client } = await testServer(t, { DATABASE_URL: url, DATA_DIR: folder });
  const chat = await openChat(client);
  const ids = [
    await uploaded(client, chat.userToken, chat.orderId),
    await uploaded(client, chat.userToken, chat.orderId),
  ];
  const store = createStore(await openDatabase(url));
  t.after(() => store.close());
  const [retailer] = (await store.read.retailers.list()).slice(-1);
  const order = (await store.read.orders.find(retailer!.id, { externalId: chat.orderId }))!;
  const images = ids.map((id) => ({ retailerId: retailer!.id, orderId: order.id, id }));
  const [image, other] = images as [ImageKey, ImageKey];
  const disk = localImageFiles(join(folder, 'images'), 'sealed');
  const files = sealedImageFiles(disk, store.keys!);
  const [full, thumbnail] = [(await disk.get(image, 'full'))!, (await disk.get(image, 'thumbnail'))!];
  assert.ok(await files.get(image, 'full'));
  const cases: [ImageKey, Uint8Array][] = [
    [image, thumbnail],
    [other, full],
    [image, full.with(40, full[40]! ^ 1)],
    [image, full.subarray(0, 20)],
    [image, new Uint8Array()],
  ];
  for (const [at, bytes] of cases) {
    await disk.put(at, 'full', bytes);
    await assert.rejects(files.get(at, 'full'), DamagedImage);
  }
  await disk.put(image, 'full', full);
  const before = await store.keys!.ofImage(image);
  assert.ok(before);
  await store.write((tx) => tx.images.erase(image.retailerId, image.orderId, 0, Date.now()));
  assert.equal(await store.keys!.ofImage(image), undefined);
  assert.equal(await files.get(image, 'full'), undefined);
  assert.equal(unsealImage(before, image, 'full', full).length, full.length - 29, 'control: the key was all');
  await files.delete(image);
  await files.put(image, 'full', bytes);
  assert.equal(await disk.get(image, 'full'), undefined, 'nothing is stored of an erased image');
});

test('on a shared database a second folder is refused, and the same one is accepted', async (t) => {
  const { url } = await newDatabase(t);
  const shared = { DATABASE_URL: url, DATA_DIR: temporaryFolder(t) };
  const first = await testServer(t, shared);
  const chat = await openChat(first.client);
  await uploaded(first.client, chat.userToken, chat.orderId);
  const beside = await testServer(t, shared);
  await uploaded(beside.client, chat.userToken, chat.orderId);

  const elsewhere = await testServer(t, { DATABASE_URL: url, DATA_DIR: temporaryFolder(t) });
  const image = await pictureBytes('jpeg', 64, 48);
  assert.equal((await upload(elsewhere.client, chat.userToken, chat.orderId, image)).status, 503);
  // This server may hold the lease, and must not report as deleted what it cannot delete.
  const store = createStore(await openDatabase(url));
  t.after(() => store.close());
  const [retailer] = (await store.read.retailers.list()).slice(-1);
  const files = inSharedFolder(localImageFiles('/nowhere/images'), '/nowhere/images', store);
  const erased = await eraseOrderNow(
    { store, clock: { now: () => Date.now() + 120_000 }, files },
    retailer!,
    chat.orderId,
  );
  assert.equal(erased!.verified, false);
});
