/**
 * The part of an S3-compatible store that images and keys need, in memory. It checks every signature by the published
 * rules (AWS Signature Version 4), implemented independently here, and that the bytes are those that were
 * signed.
 */
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Cleanup } from './server.ts';

export interface S3Server {
  endpoint: string;
  objects: Map<string, Buffer>;
  /** Every request with its method, its path and the status of its answer. */
  seen: { method: string; path: string; status: number }[];
  /** While true, every request is answered with 500. */
  isBroken: boolean;
  /** What the store says of versions and locks: XML, or a status for a store that does not say. */
  versioning: string | number;
  lock: string | number;
  /** While true, a condition of a PUT is overlooked, as by stores that do not know it. */
  ignoresConditions: boolean;
}

export const s3Credentials = {
  bucket: 'pictures',
  region: 'eu-test-1',
  keyId: 'AKIDTEST',
  secret: 's3cr3t/+=',
};

/** The settings of a server whose keys are in this store. */
export const keysIn = ({ endpoint }: S3Server) => ({
  AISLECHAT_KEYS_S3_ENDPOINT: endpoint,
  AISLECHAT_KEYS_S3_BUCKET: s3Credentials.bucket,
  AISLECHAT_KEYS_S3_REGION: s3Credentials.region,
  AISLECHAT_KEYS_S3_KEY_ID: s3Credentials.keyId,
  AISLECHAT_KEYS_S3_SECRET: s3Credentials.secret,
});

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
    .reduce<string | Buffer>((last, part) => hmac(last, part), `AWS4${s3Credentials.secret}`);
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
    keyId === s3Credentials.keyId &&
    region === s3Credentials.region &&
    service === 's3' &&
    end === 'aws4_request' &&
    String(request.headers['x-amz-date']).startsWith(day!) &&
    ['host', 'x-amz-content-sha256', 'x-amz-date'].every((name) => headers.includes(name)) &&
    host !== undefined &&
    request.headers['x-amz-content-sha256'] === sha256(body) &&
    signature === signatureOf(request, headers, scope)
  );
}

export async function startS3Server(t: Cleanup): Promise<S3Server> {
  const state: S3Server = {
    endpoint: '',
    objects: new Map(),
    seen: [],
    isBroken: false,
    versioning: '<VersioningConfiguration/>',
    lock: 404,
    ignoresConditions: false,
  };
  const said = (answer: string | number): [number, Buffer?] =>
    typeof answer === 'number' ? [answer] : [200, Buffer.from(answer)];
  /** Lists few at a time, so that there are pages. */
  function list(bucket: string, query: URLSearchParams): Buffer {
    const prefix = query.get('prefix') ?? '';
    const after = query.get('continuation-token') ?? '';
    const names = [...state.objects.keys()]
      .map((path) => decodeURIComponent(path.slice(bucket.length + 1)))
      .filter((name) => name.startsWith(prefix) && name > after)
      .sort();
    const page = names.slice(0, listed);
    const more = names.length > listed ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    const contents = page.map((name) => `<Contents><Key>${name}</Key></Contents>`).join('');
    return Buffer.from(`<ListBucketResult>${more}${contents}</ListBucketResult>`);
  }
  function answer(request: IncomingMessage, body: Buffer): [status: number, content?: Buffer | undefined] {
    if (state.isBroken) return [500];
    if (!isSigned(request, body)) return [403];
    const path = request.url!;
    const { pathname, search, searchParams } = new URL(path, 'http://host');
    if (search === '?versioning') return said(state.versioning);
    if (search === '?object-lock') return said(state.lock);
    if (search !== '') return [200, list(pathname, searchParams)];
    const kept = state.objects.get(path);
    if (request.method === 'PUT') {
      if (kept && request.headers['if-none-match'] === '*' && !state.ignoresConditions) return [412];
      state.objects.set(path, body);
      return [200];
    }
    if (request.method === 'DELETE') {
      state.objects.delete(path);
      return [204];
    }
    return kept ? [200, request.method === 'HEAD' ? undefined : kept] : [404];
  }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const [status, content] = answer(request, Buffer.concat(chunks));
    state.seen.push({ method: request.method!, path: request.url!, status });
    response.writeHead(status).end(content);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  state.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return state;
}
