/**
 * The part of an S3-compatible store that images and keys need, in memory. It checks every signature by the published
 * rules (AWS Signature Version 4), implemented independently here, and that the bytes are those that were
 * signed. With TEST_S3_ENDPOINT, TEST_S3_KEY_ID and TEST_S3_SECRET it passes every request on to that store instead, each
 * time to a new bucket.
 */
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsClient } from 'aws4fetch';
import type { Cleanup } from './server.ts';

export interface S3Server {
  endpoint: string;
  bucket: string;
  /** What is stored, by name. */
  objects(): Promise<Map<string, Buffer>>;
  /** Every request with its method, its path and the status of its answer. */
  seen: { method: string; path: string; status: number }[];
  /** While true, every request is answered with 500. */
  isBroken: boolean;
  /** What the store says of versions and locks, instead of the truth: XML, or a status for a store that does not say. */
  versioning?: string | number;
  lock?: string | number;
  /** What happens to a condition of a PUT in a store that does not know it: it is overlooked, or the PUT is refused. */
  ignoresConditions: false | 'overlooks' | 'refuses';
}

const { TEST_S3_ENDPOINT, TEST_S3_REGION, TEST_S3_KEY_ID, TEST_S3_SECRET } = process.env;
const real =
  TEST_S3_ENDPOINT === undefined
    ? undefined
    : {
        endpoint: TEST_S3_ENDPOINT,
        region: TEST_S3_REGION ?? 'us-east-1',
        keyId: TEST_S3_KEY_ID!,
        secret: TEST_S3_SECRET!,
      };
export const isRealStore = real !== undefined;
const credentials = real ?? { region: 'eu-test-1', keyId: 'AKIDTEST', secret: 's3cr3t/+=' };

export const s3OptionsOf = ({ endpoint, bucket }: S3Server) => ({ ...credentials, endpoint, bucket });

const settingsOf = (prefix: string, { endpoint, bucket }: S3Server) => ({
  [`${prefix}_ENDPOINT`]: endpoint,
  [`${prefix}_BUCKET`]: bucket,
  [`${prefix}_REGION`]: credentials.region,
  [`${prefix}_KEY_ID`]: credentials.keyId,
  [`${prefix}_SECRET`]: credentials.secret,
});
/** The settings of a server whose keys are in this store. */
export const keysIn = (server: S3Server) => settingsOf('AISLECHAT_KEYS_S3', server);
/** The settings of a server whose images are in this store. */
export const imagesIn = (server: S3Server) => settingsOf('AISLECHAT_S3', server);

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const canonicalQuery = (query: URLSearchParams): string =>
  [...query]
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&');

/** Objects in an answer that lists them. */
const listed = 5;

function signatureOf(request: IncomingMessage, headers: string[], scope: string): string {
  const url = new URL(request.url!, 'http://host');
  const canonical = [
    request.method,
    url.pathname,
    canonicalQuery(url.searchParams),
    ...headers.map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    headers.join(';'),
    request.headers['x-amz-content-sha256'],
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = scope
    .split('/')
    .reduce<string | Buffer>((last, part) => hmac(last, part), `AWS4${credentials.secret}`);
  return createHmac('sha256', key).update(toSign).digest('hex');
}

function isSigned(request: IncomingMessage, body: Buffer): boolean {
  const { authorization = '', host } = request.headers;
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/.exec(
      authorization,
    );
  if (!match) return false;
  const [keyId, scope, names, signature] = match.slice(1) as [string, string, string, string];
  const headers = names.split(';');
  const [day, region, service, end] = scope.split('/');
  return (
    keyId === credentials.keyId &&
    region === credentials.region &&
    service === 's3' &&
    end === 'aws4_request' &&
    String(request.headers['x-amz-date']).startsWith(day!) &&
    ['host', 'x-amz-content-sha256', 'x-amz-date'].every((name) => headers.includes(name)) &&
    host !== undefined &&
    request.headers['x-amz-content-sha256'] === sha256(body) &&
    signature === signatureOf(request, headers, scope)
  );
}

type Answer = [status: number, content?: Buffer | undefined, headers?: Record<string, string>];
type Store = (request: IncomingMessage, body: Buffer) => Answer | Promise<Answer>;

const refusal = (status: number, code: string): Answer => [
  status,
  Buffer.from(`<Error><Code>${code}</Code></Error>`),
];

/** Lists few at a time, so that there are pages. */
function listIn(objects: Map<string, Buffer>, query: URLSearchParams): Buffer {
  const prefix = query.get('prefix') ?? '';
  const after = query.get('continuation-token') ?? '';
  const names = [...objects.keys()].filter((name) => name.startsWith(prefix) && name > after).sort();
  const page = names.slice(0, listed);
  const more = names.length > listed ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  const contents = page.map((name) => `<Contents><Key>${name}</Key></Contents>`).join('');
  return Buffer.from(`<ListBucketResult>${more}${contents}</ListBucketResult>`);
}

function inMemory(state: S3Server, objects: Map<string, Buffer>): Store {
  return (request, body) => {
    if (!isSigned(request, body)) return refusal(403, 'SignatureDoesNotMatch');
    const { pathname, search, searchParams } = new URL(request.url!, 'http://host');
    const [, bucket, ...parts] = pathname.split('/').map(decodeURIComponent);
    if (bucket !== state.bucket) return refusal(404, 'NoSuchBucket');
    if (search === '?versioning') return [200, Buffer.from('<VersioningConfiguration/>')];
    if (search === '?object-lock') return refusal(404, 'ObjectLockConfigurationNotFoundError');
    if (search !== '') return [200, listIn(objects, searchParams)];
    const name = parts.join('/');
    const kept = objects.get(name);
    if (request.method === 'PUT') {
      if (kept && request.headers['if-none-match'] === '*' && state.ignoresConditions === false) {
        return refusal(412, 'PreconditionFailed');
      }
      objects.set(name, body);
      return [200, undefined, { etag: `"${sha256(body)}"` }];
    }
    if (request.method === 'DELETE') {
      objects.delete(name);
      return [204];
    }
    return kept ? [200, kept] : refusal(404, 'NoSuchKey');
  };
}

/** The host that was signed stays the one of the request. */
const passedOn: Store = async ({ method, url, headers }, body) => {
  const passing = httpRequest(new URL(url!, real!.endpoint), { method: method!, headers }).end(body);
  // Swift sends the end of a body after the answer to a HEAD.
  passing.on('error', () => {});
  const [answer] = (await once(passing, 'response')) as [IncomingMessage];
  const content = Buffer.concat(await answer.toArray());
  const kept = ['etag', 'x-amz-delete-marker'].flatMap((name) => {
    const value = answer.headers[name];
    return value === undefined ? [] : [[name, String(value)]];
  });
  return [answer.statusCode!, content, Object.fromEntries(kept)];
};

/** Asks the real store directly, and not by way of what is tested. */
async function askReal(method: string, path: string): Promise<Buffer | undefined> {
  const { endpoint, region, keyId, secret } = real!;
  const client = new AwsClient({ accessKeyId: keyId, secretAccessKey: secret, service: 's3', region });
  const answer = await client.fetch(`${endpoint}/${path}`, { method });
  const content = Buffer.from(await answer.arrayBuffer());
  if (method === 'GET' && answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${content}`);
  return content;
}

async function objectsOfReal(bucket: string): Promise<Map<string, Buffer>> {
  const page = String(await askReal('GET', `${bucket}?list-type=2`));
  const names = [...page.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, name]) => name!);
  const objects = new Map<string, Buffer>();
  for (const name of names) {
    const content = await askReal('GET', `${bucket}/${name}`);
    // It may have been deleted since.
    if (content) objects.set(name, content);
  }
  return objects;
}

export async function startS3Server(t: Cleanup): Promise<S3Server> {
  const bucket = real ? `aislechat-test-${randomUUID()}` : 'pictures';
  const objects = new Map<string, Buffer>();
  const state: S3Server = {
    endpoint: '',
    bucket,
    objects: async () => (real ? objectsOfReal(bucket) : new Map(objects)),
    seen: [],
    isBroken: false,
    ignoresConditions: false,
  };
  const store = real ? passedOn : inMemory(state, objects);
  const said = (answer: string | number): Answer =>
    typeof answer === 'number' ? [answer] : [200, Buffer.from(answer)];
  async function answer(request: IncomingMessage, body: Buffer): Promise<Answer> {
    if (state.isBroken) return [500];
    const { search } = new URL(request.url!, 'http://host');
    if (search === '?versioning' && state.versioning) return said(state.versioning);
    if (search === '?object-lock' && state.lock) return said(state.lock);
    if (request.headers['if-none-match'] && state.ignoresConditions === 'refuses') {
      return refusal(501, 'NotImplemented');
    }
    const [status, content, headers] = await store(request, body);
    const isMarked = request.method === 'DELETE' && String(state.versioning).includes('<Status>');
    return [status, content, { ...headers, ...(isMarked && { 'x-amz-delete-marker': 'true' }) }];
  }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const [status, content, headers] = await answer(request, Buffer.concat(chunks));
    state.seen.push({ method: request.method!, path: request.url!, status });
    response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : content);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  if (real) await askReal('PUT', bucket);
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    if (!real) return;
    for (const name of (await objectsOfReal(bucket)).keys()) await askReal('DELETE', `${bucket}/${name}`);
    await askReal('DELETE', bucket);
  });
  state.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return state;
}
