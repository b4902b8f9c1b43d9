/**
 * Stores the keys of epochs in a bucket, as `epoch-<number>.key`. A bucket that keeps versions would keep destroyed keys,
 * and one that does not know conditional writes could replace a key that is in use: neither is accepted.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { idName } from '../folder-id.ts';
import { type S3Options, s3Bucket } from '../s3/bucket.ts';
import { type KeyPlace, KeysUnsafe, keyName, numbersOf } from './place.ts';

const contentType = 'application/octet-stream';
/** Transactions wait for keys. */
const patience = { requestTimeoutMs: 3000, retries: 0 };

export function bucketOfKeys(options: Omit<S3Options, keyof typeof patience>): KeyPlace {
  const bucket = s3Bucket({ ...options, ...patience });

  return {
    read: (number) => bucket.get(keyName(number)),
    async create(number, key) {
      const isOurs = await bucket.create(keyName(number), key, contentType);
      // The other process may still be at it, or have failed.
      if (!isOurs && !(await bucket.get(keyName(number)))) throw new Error('The bucket has no key yet');
    },
    destroy: (number) => bucket.delete(keyName(number)),
    list: async () => numbersOf(await bucket.list('epoch-')),

    async id({ make }) {
      // When two servers start at once, one creates the object and both read it.
      if (make) await bucket.create(idName, Buffer.from(randomBytes(16).toString('hex')), contentType);
      const id = await bucket.get(idName);
      return id && Buffer.from(id).toString();
    },

    async isSafe() {
      const keepsVersions = await bucket.keepsVersions();
      if (keepsVersions) {
        throw new KeysUnsafe(
          'The bucket of AISLECHAT_KEYS_S3_BUCKET keeps versions of deleted objects, or locks objects, so keys in it would never end. Name a bucket that never had versioning or object lock.',
        );
      }
      if (!(await bucket.knowsConditions(`probe-${randomUUID()}`))) {
        throw new KeysUnsafe(
          'The store of AISLECHAT_KEYS_S3_BUCKET does not know conditional writes (If-None-Match), so two servers could replace each other’s keys. Use another store, or AISLECHAT_KEYS_DIR.',
        );
      }
      return keepsVersions !== undefined;
    },
  };
}
