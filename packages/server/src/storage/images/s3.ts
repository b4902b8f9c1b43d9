/**
 * Stores images in a bucket of any S3-compatible store, as `<retailer>/<order>/<id>-<size>.jpg`. The operator must
 * set up the bucket without versioning or replication; otherwise deleted images live on there
 * (docs/decisions/images.md).
 */
import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import { StorageUnavailable } from '../store.ts';
import { type ImageFiles, type ImageKey, type ImageSize, imageSizes } from './files.ts';

const requestTimeoutMs = 10_000;
const retries = 1;

export interface S3Options {
  endpoint: string;
  bucket: string;
  region: string;
  keyId: string;
  secret: string;
}

export function s3ImageFiles({ endpoint, bucket, region, keyId, secret }: S3Options): ImageFiles {
  const client = new AwsClient({
    accessKeyId: keyId,
    secretAccessKey: secret,
    service: 's3',
    region,
    retries,
  });
  const base = `${endpoint.replace(/\/+$/, '')}/${encodeURIComponent(bucket)}`;

  /** @returns the response, or undefined when the object does not exist */
  async function ask(
    method: 'GET' | 'HEAD' | 'PUT' | 'DELETE',
    { retailerId, orderId, id }: ImageKey,
    size: ImageSize,
    body?: Uint8Array,
  ): Promise<Uint8Array | undefined> {
    let failure: unknown;
    try {
      const answer = await client.fetch(`${base}/${retailerId}/${orderId}/${id}-${size}.jpg`, {
        method,
        headers: {
          'x-amz-content-sha256': createHash('sha256')
            .update(body ?? '')
            .digest('hex'),
          ...(body && { 'content-type': 'image/jpeg' }),
        },
        ...(body && { body: body as Uint8Array<ArrayBuffer> }),
        signal: AbortSignal.timeout(requestTimeoutMs),
      });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      if (answer.ok) return bytes;
      if (answer.status === 404 && method !== 'PUT') return undefined;
      // Only the status: the store's error text may contain the object's name.
      failure = new Error(`The image store answered ${answer.status}`);
    } catch (error) {
      failure = error;
    }
    throw new StorageUnavailable('The image store cannot be used', { cause: failure });
  }

  return {
    async put(key, size, bytes) {
      await ask('PUT', key, size, bytes);
    },
    get: (key, size) => ask('GET', key, size),
    async delete(key) {
      for (const size of imageSizes) {
        await ask('DELETE', key, size);
        if ((await ask('HEAD', key, size)) !== undefined) {
          throw new StorageUnavailable('The image store still has a deleted image');
        }
      }
    },
  };
}
