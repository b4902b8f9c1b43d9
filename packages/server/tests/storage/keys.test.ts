import assert from 'node:assert/strict';
import { createSecretKey, randomBytes } from 'node:crypto';
import { existsSync, linkSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { localEpochKeys } from '../../src/storage/keys/local.ts';
import { seal, unseal } from '../../src/storage/keys/sealing.ts';
import { sealText, unsealText } from '../../src/storage/postgres/message-texts.ts';
import { makeKey, unwrap } from '../../src/storage/postgres/order-keys.ts';
import { type Cleanup, temporaryFolder } from '../support/server.ts';

const newFolder = (t: Cleanup) => join(temporaryFolder(t), 'keys');

test('the key of an epoch is made once, whoever makes it, and only the server’s user can read it', async (t) => {
  const folder = newFolder(t);
  const processes = Array.from({ length: 8 }, () => localEpochKeys(folder));
  await Promise.all(processes.map((keys) => keys.create(7)));
  const found = await Promise.all(
    processes.map(async (keys) => (await keys.find(7))!.export().toString('hex')),
  );
  assert.equal(new Set(found).size, 1);
  assert.match(found[0]!, /^(?!0+$)[0-9a-f]{64}$/);
  assert.deepEqual(readdirSync(folder), ['epoch-7.key']);
  if (process.platform === 'win32') return;
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(join(folder, 'epoch-7.key')).mode & 0o777, 0o600);
});

test('a key that another process made is found, and one that it destroyed is forgotten', async (t) => {
  const folder = newFolder(t);
  const [ours, theirs] = [localEpochKeys(folder), localEpochKeys(folder)];
  await assert.rejects(ours.newest(), { name: 'StorageUnavailable' });
  await theirs.create(1);
  assert.equal((await ours.newest()).number, 1);
  await theirs.create(2);
  assert.ok(await ours.find(2));
  assert.deepEqual(await ours.list(), [1, 2]);
  assert.equal((await ours.newest()).number, 2);
  await theirs.destroy(1);
  assert.deepEqual(await ours.list(), [2]);
  assert.equal(await ours.find(1), undefined);
});

test('a destroyed key is overwritten, and so is what an interrupted creation left of it', async (t) => {
  const folder = newFolder(t);
  const keys = localEpochKeys(folder);
  await keys.create(1);
  await keys.create(12);
  const file = join(folder, 'epoch-1.key');
  // What is on the disk under another name, as after a crash before the first name was removed.
  linkSync(file, join(folder, 'epoch-1.key.unfinished'));
  const kept = join(temporaryFolder(t), 'kept');
  linkSync(file, kept);
  await keys.destroy(1);
  assert.deepEqual(readdirSync(folder), ['epoch-12.key']);
  assert.deepEqual(readFileSync(kept), Buffer.alloc(32));
  await keys.destroy(1);
});

test('a file that is not a whole key is no key', async (t) => {
  const folder = newFolder(t);
  const keys = localEpochKeys(folder);
  await keys.create(1);
  writeFileSync(join(folder, 'epoch-2.key'), randomBytes(31));
  assert.equal(await keys.find(2), undefined);
  assert.equal(existsSync(join(folder, 'folder-id')), false);
});

const key = () => createSecretKey(randomBytes(32));

test('a sealed value opens with its key at its place, and not if a single bit differs', () => {
  const ours = key();
  const sealed = seal(ours, Buffer.from('two limes'), 'here');
  assert.equal(unseal(ours, sealed, 'here')?.toString(), 'two limes');
  assert.equal(unseal(ours, sealed, 'there'), undefined);
  assert.equal(unseal(key(), sealed, 'here'), undefined);
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = Buffer.from(sealed);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    assert.equal(unseal(ours, changed, 'here'), undefined, `bit ${bit}`);
  }
  for (let length = 0; length < sealed.length; length++) {
    assert.equal(unseal(ours, sealed.subarray(0, length), 'here'), undefined, `${length} bytes`);
  }
});

test('a text cannot be moved to another message, nor a key to another order or epoch', async (t) => {
  const keys = localEpochKeys(newFolder(t));
  await keys.create(1);
  const place = { retailerId: 1, orderId: 2, firstSeq: 3 };
  const { row, key: orderKey } = await makeKey(keys, place);
  const sealed = sealText(orderKey, { ...place, seq: 4, body: 'two limes', image: 'https://img.example/a' });
  const text = { body: 'two limes', image: 'https://img.example/a' };
  assert.deepEqual(unsealText(await unwrap(keys, row), sealed, 1, 2, 4), text);
  for (const [retailerId, orderId, seq] of [
    [9, 2, 4],
    [1, 9, 4],
    [1, 2, 9],
  ] as const) {
    assert.throws(() => unsealText(orderKey, sealed, retailerId, orderId, seq), { name: 'DamagedText' });
  }
  for (const elsewhere of [{ retailerId: 9 }, { orderId: 9 }, { firstSeq: 9 }]) {
    assert.equal(await unwrap(keys, { ...row, ...elsewhere }), undefined);
  }
  await keys.create(2);
  assert.equal(await unwrap(keys, { ...row, epoch: 2 }), undefined);
  await assert.rejects(unwrap(keys, { ...row, epoch: 3 }), /no key of epoch 3/);
});

test('100,000 sealings have as many nonces', () => {
  const ours = key();
  const nonces = new Set<string>();
  for (let n = 0; n < 100_000; n++) {
    nonces.add(seal(ours, Buffer.alloc(1), '').subarray(1, 13).toString('base64'));
  }
  assert.equal(nonces.size, 100_000);
});

test('no key shows when what holds it is printed', async (t) => {
  const keys = localEpochKeys(newFolder(t));
  await keys.create(1);
  const epoch = await keys.newest();
  const made = await makeKey(keys, { retailerId: 1, orderId: 2, firstSeq: 3 });
  for (const secret of [epoch.key, made.key]) {
    const shown =
      inspect({ epoch, made, keys }, { depth: 9, showHidden: true }) + JSON.stringify({ epoch, made });
    assert.ok(!shown.includes(secret.export().toString('hex')));
    assert.ok(!shown.includes([...secret.export()].join(',')));
  }
});
