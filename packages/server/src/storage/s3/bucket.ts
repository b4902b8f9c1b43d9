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
  /** Whether `create` keeps an object that exists, tried with this object, which is gone afterwards. */
  knowsConditions(name: string): Promise<boolean>;
  /** Once it resolves, the object does not exist, nor does a version of it. */
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
    let cause: unknown;
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
      const bytes = await bytesOf(answer);
      const { ok, status } = answer;
      if (ok && method === 'PUT' && !answer.headers.has('etag')) throw isNoStore();
      const code = ok ? undefined : errorCode.exec(bytes.toString())?.[1];
      // Without its bucket, the store cannot say whether an object exists.
      if (ok || (expected.includes(status) && code !== 'NoSuchBucket')) {
        return { status, bytes, isMarker: answer.headers.get('x-amz-delete-marker') === 'true' };
      }
      // No more of the error than its code: the rest may contain the object's name.
      cause = fault(`the store answered ${status}${code ? ` ${code}` : ''}`, code ?? String(status));
    } catch (error) {
      cause = error;
    }
    throw new StorageUnavailable('The bucket cannot be used', { cause });
  }

  const createAt = (at: string, body: Uint8Array, contentType: string, ...expected: number[]) => {
    const headers = { 'content-type': contentType, 'if-none-match': '*' };
    // 409: another process is creating it.
    return ask({ method: 'PUT', at, body, headers }, 409, 412, ...expected);
  };
  async function deleteAt(at: string): Promise<void> {
    const { isMarker } = await ask({ method: 'DELETE', at }, 404);
    const { status } = await ask({ method: 'HEAD', at }, 404);
    if (isMarker || status !== 404) {
      const cause = fault('the bucket keeps what is deleted', isMarker ? 'KeepsVersions' : 'NotDeleted');
      throw new StorageUnavailable('The bucket cannot be used', { cause });
    }
  }

  return {
    async get(name) {
      const { status, bytes } = await ask({ method: 'GET', at: name }, 404);
      return status === 404 ? undefined : bytes;
    },
    async put(name, body, contentType) {
      await ask({ method: 'PUT', at: name, body, headers: { 'content-type': contentType } });
    },
    create: async (name, body, contentType) => (await createAt(name, body, contentType)).status < 300,
    async knowsConditions(name) {
      const write = () => createAt(name, new Uint8Array(1), 'application/octet-stream', 501);
      // 501: the store refuses what it does not know.
      if ((await write()).status === 501) return false;
      const again = await write();
      await deleteAt(name);
      return again.status >= 300;
    },
    delete: deleteAt,
    async list(prefix) {
      const names: string[] = [];
      for (let more: string | undefined = ''; more !== undefined; ) {
        const query: URLSearchParams = new URLSearchParams({ 'list-type': '2', prefix });
        if (more !== '') query.set('continuation-token', more);
        const { bytes } = await ask({ method: 'GET', at: `?${query}` });
        const page = bytes.toString();
        if (!page.includes('<ListBucketResult')) {
          throw new StorageUnavailable('The bucket cannot be used', { cause: isNoStore() });
        }
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
      const said = versions.bytes.toString();
      // Some stores overlook the question, and list the bucket instead.
      if (versions.status >= 300 || !said.includes('<VersioningConfiguration')) return undefined;
      // Suspended: versions of before are still there.
      if (said.includes('<Status>')) return true;
      const lock = await ask({ method: 'GET', at: '?object-lock' }, ...unknown);
      return lock.status < 300 && /<ObjectLockEnabled>/.test(lock.bytes.toString());
    },
  };
}

/** Far more than any object or list takes. */
const longestAnswer = 64 * 1024 * 1024;

/** @throws Error for an answer without an end */
async function bytesOf({ body }: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > longestAnswer) throw fault('the answer is too long', 'TooLong');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Any server may answer 200, but only a store answers as S3 does. */
const isNoStore = () => fault('what answers is not an S3-compatible store', 'NotS3');

const errorCode = /<Code>(\w{1,64})<\/Code>/;
/** @param code for the log, which has no messages */
const fault = (message: string, code: string) => Object.assign(new Error(message), { code });

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const unescaped = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name) => entities[name]!);
