/** The keys of epochs in a bucket: the same promises as in a folder, and a bucket that is lost, unsafe or another's. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { turnKeys } from '../../src/domain/erasure/keys.ts';
import { bucketOfKeys } from '../../src/storage/keys/bucket.ts';
import { epochKeysIn } from '../../src/storage/keys/epoch-keys.ts';
import { openPostgres } from '../../src/storage/postgres/engine.ts';
import { createStore } from '../../src/storage/store.ts';
import { eventually } from '../support/eventually.ts';
import { newDatabase, openDatabase, postgresDefaults } from '../support/postgres.ts';
import { isRealStore, keysIn, type S3Server, s3OptionsOf, startS3Server } from '../support/s3-server.ts';
import { chatPath, clientToken, internal, newOrder, openChat, shopperSays } from '../support/scenario.ts';
import { temporaryFolder, testServer } from '../support/server.ts';

const everyScope = 'connect:fulfillment,connect:post_checkout,aislechat:operate';
const hourMs = 3_600_000;
const placeIn = (server: S3Server) => bucketOfKeys(s3OptionsOf(server));
const keysOf = (server: S3Server) => epochKeysIn(placeIn(server));
const versions = (status: string) =>
  `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`;
const lock =
  '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>';

test('the key of an epoch is made once in a bucket, whoever makes it', async (t) => {
  const server = await startS3Server(t);
  const processes = Array.from({ length: 8 }, () => keysOf(server));
  await Promise.all(processes.map((keys) => keys.create(7)));
  const found = await Promise.all(
    processes.map(async (keys) => (await keys.find(7))!.export().toString('hex')),
  );
  assert.equal(new Set(found).size, 1);
  assert.equal((await server.objects()).size, 1);
});

test('keys in a bucket are listed over several pages, and one that another process destroyed is forgotten', async (t) => {
  const server = await startS3Server(t);
  const [ours, theirs] = [keysOf(server), keysOf(server)];
  await assert.rejects(ours.newest(), { name: 'StorageUnavailable' });
  const numbers = Array.from({ length: 12 }, (_, n) => n + 1);
  for (const number of numbers) await theirs.create(number);
  assert.deepEqual(await ours.list(), numbers);
  assert.equal((await ours.newest()).number, 12);
  assert.ok(await ours.find(1));
  await theirs.destroy(1);
  assert.deepEqual(await ours.list(), numbers.slice(1));
  assert.equal(await ours.find(1), undefined);
});

test('a bucket with versions, with locks, or that replaces keys is refused at the start', async (t) => {
  const server = await startS3Server(t);
  const { url } = await newDatabase(t);
  const start = (settings: Record<string, string> = {}) =>
    testServer(t, { DATABASE_URL: url, DATA_DIR: temporaryFolder(t), ...keysIn(server), ...settings });
  const overlooked: [Partial<S3Server>, RegExp][] = [
    [{ ignoresConditions: 'overlooks' }, /does not know conditional writes/],
  ];
  const refusals: [Partial<S3Server>, RegExp][] = [
    [{ versioning: versions('Enabled') }, /AISLECHAT_KEYS_S3_BUCKET keeps versions/],
    [{ versioning: versions('Suspended') }, /keeps versions/],
    [{ lock }, /locks objects/],
    [{ ignoresConditions: 'refuses' }, /does not know conditional writes/],
    [{ isBroken: true }, /cannot be used \(the store answered 500\).*AISLECHAT_KEYS_/],
    // A condition is signed, so it cannot be taken from a request on its way.
    ...(isRealStore ? [] : overlooked),
  ];
  const sound = { ...server, versioning: undefined, lock: undefined };
  for (const [fault, message] of refusals) {
    Object.assign(server, fault);
    await assert.rejects(start(), message);
    Object.assign(server, sound);
    assert.equal((await server.objects()).size, 0, 'no key was put into it');
  }
  const wrong: [Record<string, string>, RegExp][] = [
    [{ AISLECHAT_KEYS_S3_BUCKET: 'nowhere-to-be-found' }, /404 NoSuchBucket/],
    [{ AISLECHAT_KEYS_S3_SECRET: 'wrong' }, /403 SignatureDoesNotMatch/],
  ];
  for (const [settings, message] of wrong) await assert.rejects(start(settings), message);
  // A store that does not say is used, with a warning in the log.
  for (const versioning of ['<ListBucketResult/>', 501]) {
    server.versioning = versioning;
    assert.equal(await placeIn(server).isSafe(), false);
  }
  await start();
  assert.equal((await server.objects()).size, 2, 'an ID and a key');
  const other = await newDatabase(t);
  const elsewhere = testServer(t, {
    DATABASE_URL: other.url,
    DATA_DIR: temporaryFolder(t),
    ...keysIn(await startS3Server(t)),
  });
  await elsewhere;
  await assert.rejects(
    testServer(t, { DATABASE_URL: other.url, DATA_DIR: temporaryFolder(t), ...keysIn(server) }),
    /The bucket \S+ is not the key bucket of this database|lacks 1 of the keys/,
  );
});

test('hours turn in a bucket as in a folder: the keys of living chats are kept, old ones are gone from it', async (t) => {
  const server = await startS3Server(t);
  const { url } = await newDatabase(t);
  let hour = 500_000;
  const clock = { now: () => hour * hourMs };
  const env = { DATABASE_URL: url, DATA_DIR: temporaryFolder(t), ...keysIn(server) };
  const { client } = await testServer(t, env, { clock });
  const chat = await openChat(client);
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'Firm ones are fine');
  const store = createStore(await openPostgres({ url, ...postgresDefaults, keys: keysOf(server) }));
  t.after(() => store.close());
  for (const last = hour + 5; hour < last; ) {
    hour += 1;
    const { failures } = await turnKeys(store, store.keys!, clock, 2);
    assert.deepEqual(failures, []);
  }
  const names = [...(await server.objects()).keys()].filter((name) => name.includes('epoch-'));
  assert.deepEqual(
    names.sort(),
    [500_002, 500_003, 500_004, 500_005].map((number) => `epoch-${number}.key`),
  );
  const fresh = await testServer(t, env, { clock });
  const token = await clientToken(fresh.client, chat);
  const { body } = await fresh.client.get(chatPath(chat.orderId), { token });
  assert.equal(body.chat_messages[0].body, 'Firm ones are fine');
});

test('a key counts as destroyed neither in a bucket that keeps versions by now nor in one that is missing', async (t) => {
  const server = await startS3Server(t);
  const keys = keysOf(server);
  for (const number of [1, 2]) await keys.create(number);
  await keys.destroy(1);
  server.versioning = versions('Enabled');
  await assert.rejects(keys.destroy(2), { name: 'StorageUnavailable' });
  const elsewhere = epochKeysIn(bucketOfKeys({ ...s3OptionsOf(server), bucket: 'nowhere-to-be-found' }));
  await assert.rejects(elsewhere.destroy(2), { name: 'StorageUnavailable' });
  await assert.rejects(elsewhere.find(2), { name: 'StorageUnavailable' });
});

async function twoServers(t: TestContext) {
  const server = await startS3Server(t);
  const { url } = await newDatabase(t);
  const env = { DATABASE_URL: url, DATA_DIR: temporaryFolder(t), ...keysIn(server) };
  const knowing = (await testServer(t, env)).client;
  const chat = await openChat(knowing);
  await shopperSays(knowing, chat.token, chat.shopperId, chat.orderId, 'Firm ones are fine');
  const fresh = (await testServer(t, env)).client;
  return { server, url, env, knowing, fresh, chat };
}

test('while the bucket is lost, chats whose key is not known answer 503, the others go on, and all are back with it', async (t) => {
  const { server, env, knowing, fresh, chat } = await twoServers(t);
  const { token, userId, orderId } = chat;
  const statuses = async () => [
    (await knowing.get(chatPath(orderId), { token })).status,
    (await fresh.get(chatPath(orderId), { token })).status,
    (await fresh.post(chatPath(orderId), { token, body: { body: 'Fine' } })).status,
  ];
  server.isBroken = true;
  assert.deepEqual(await statuses(), [200, 503, 503]);
  const began = performance.now();
  await Promise.all(Array.from({ length: 20 }, statuses));
  assert.ok(performance.now() - began < 30_000, 'nobody waits for the bucket for long');
  // What needs no key goes on.
  assert.ok(await newOrder(fresh, token, userId));
  await assert.rejects(testServer(t, env), /cannot be used/);
  server.isBroken = false;
  await eventually(statuses, (answers) => answers.every((status) => status === 200));
});

test('an erasure that needs a key from a lost bucket says that it is not done, and is made good once the bucket is back', async (t) => {
  const { server, url, knowing, fresh, chat } = await twoServers(t);
  const { orderId, shopperId, retailerId } = chat;
  const token = await clientToken(knowing, chat, everyScope);
  await knowing.post(chatPath(orderId), { token, body: { body: 'From the customer' } });
  const store = createStore(await openDatabase(url));
  t.after(() => store.close());
  const receipt = () => store.read.personErasures.find(retailerId, shopperId);
  const erase = () => fresh.call('DELETE', `/v1/shoppers/${shopperId}`, { token, headers: internal });
  server.isBroken = true;
  // The customer's text has to be encrypted with a new key.
  assert.equal((await erase()).status, 503);
  const unfinished = (await receipt())!;
  assert.notEqual(unfinished.markedTo, null);
  assert.equal(unfinished.verifiedAt, null);
  server.isBroken = false;
  const done = await eventually(erase, ({ body }) => body.verified_at !== undefined);
  assert.equal(done.body.messages, 1);
  assert.equal((await receipt())!.markedTo, null);
  const { body } = await fresh.get(chatPath(orderId), { token });
  assert.deepEqual(
    body.chat_messages.map((message: { body: string }) => message.body),
    ['From the customer'],
  );
});
