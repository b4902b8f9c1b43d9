/** A bucket of any S3-compatible store, addressed by path. */
import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import { StorageUnavailable } from '../store.ts';

export interface S3Options {
  endpoint: string;
  bucket: string;
  region: string;
  keyId: string;
  secret: string;
  requestTimeoutMs: number;
  retries: number;
}

/** Every method throws StorageUnavailable when the store refuses or does not answer. */
export interface S3Bucket {
  /** @returns undefined when the object does not exist */
  get(name: string): Promise<Uint8Array | undefined>;
  put(name: string, bytes: Uint8Array, contentType: string): Promise<void>;
  /** Keeps an object that exists. @returns whether this call created it */
  create(name: string, bytes: Uint8Array, contentType: string): Promise<boolean>;
  /** Once it resolves, the object does not exist. */
  delete(name: string): Promise<void>;
  /** The names of all objects that begin with `prefix`. */
  list(prefix: string): Promise<string[]>;
  /** Whether deleted objects live on as versions; undefined if the store does not say. */
  keepsVersions(): Promise<boolean | undefined>;
}

interface Question {
  method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** The object's name, or a query that begins with `?`. */
  at: string;
  body?: Uint8Array;
  headers?: Record<string, string>;
}

export function s3Bucket(options: S3Options): S3Bucket {
  const { endpoint, bucket, region, keyId, secret, requestTimeoutMs, retries } = options;
  const client = new AwsClient({
    accessKeyId: keyId,
    secretAccessKey: secret,
    service: 's3',
    region,
    retries,
  });
  const base = `${endpoint.replace(/(?<!\/)\/+$/, '')}/${encodeURIComponent(bucket)}`;

  /** @param expected statuses that are answers, besides success */
  async function ask({ method, at, body, headers }: Question, ...expected: number[]) {
    let failure: unknown;
    try {
      const answer = await client.fetch(at.startsWith('?') ? base + at : `${base}/${at}`, {
        method,
        headers: {
          'x-amz-content-sha256': createHash('sha256')
            .update(body ?? '')
            .digest('hex'),
          ...headers,
        },
        ...(body && { body: body as Uint8Array<ArrayBuffer> }),
        signal: AbortSignal.timeout(requestTimeoutMs),
      });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      if (answer.ok || expected.includes(answer.status)) return { status: answer.status, bytes };
      // Only the status: the store's error text may contain the object's name.
      failure = new Error(`The store answered ${answer.status}`);
    } catch (error) {
      failure = error;
    }
    throw new StorageUnavailable('The bucket cannot be used', { cause: failure });
  }

  return {
    async get(name) {
      const { status, bytes } = await ask({ method: 'GET', at: name }, 404);
      return status === 404 ? undefined : bytes;
    },
    async put(name, body, contentType) {
      await ask({ method: 'PUT', at: name, body, headers: { 'content-type': contentType } });
    },
    async create(name, body, contentType) {
      const headers = { 'content-type': contentType, 'if-none-match': '*' };
      // 409: another process is creating it.
      const { status } = await ask({ method: 'PUT', at: name, body, headers }, 409, 412);
      return status < 300;
    },
    async delete(name) {
      await ask({ method: 'DELETE', at: name }, 404);
      const { status } = await ask({ method: 'HEAD', at: name }, 404);
      if (status !== 404) throw new StorageUnavailable('The bucket still has a deleted object');
    },
    async list(prefix) {
      const names: string[] = [];
      for (let more: string | undefined = ''; more !== undefined; ) {
        const query: URLSearchParams = new URLSearchParams({ 'list-type': '2', prefix });
        if (more !== '') query.set('continuation-token', more);
        const { bytes } = await ask({ method: 'GET', at: `?${query}` });
        const page = Buffer.from(bytes).toString();
        for (const [, name] of page.matchAll(/<Key>([^<]*)<\/Key>/g)) names.push(unescaped(name!));
        const token: string | undefined = /<NextContinuationToken>([^<]+)</.exec(page)?.[1];
        more = token === undefined ? undefined : unescaped(token);
      }
      return names;
    },
    async keepsVersions() {
      // A store that does not know the question, or keeps its answer from this key.
      const unknown = [400, 403, 404, 405, 501];
      const versions = await ask({ method: 'GET', at: '?versioning' }, ...unknown);
      if (versions.status >= 300) return undefined;
      // Suspended: versions of before are still there.
      if (/<Status>/.test(Buffer.from(versions.bytes).toString())) return true;
      const lock = await ask({ method: 'GET', at: '?object-lock' }, ...unknown);
      return lock.status < 300 && /<ObjectLockEnabled>/.test(Buffer.from(lock.bytes).toString());
    },
  };
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const unescaped = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name) => entities[name]!);
