/** The servers being measured and their baselines, each in its own process on a free loopback port. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd, type Server, startServer } from './children.ts';
import { scratchFolder } from './scratch.ts';

const program = new URL('../packages/server/bin/aislechat.js', import.meta.url);
const replay = new URL('./baselines/replay.ts', import.meta.url);
const plainPostgres = new URL('./baselines/plain-postgres.ts', import.meta.url);
const socketIo = new URL('./baselines/socket-io.ts', import.meta.url);
const withoutSealing = new URL('./baselines/without-sealing.ts', import.meta.url);
const withoutNotifications = new URL('./baselines/without-notifications.ts', import.meta.url);
const commitEach = new URL('./baselines/commit-each.ts', import.meta.url);

/** No single request takes long; a server that hangs must not block the run. */
const answerWithinMs = 10_000;

export interface Credentials {
  retailerId: number;
  clientId: string;
  clientSecret: string;
}

const secretsKey = randomBytes(32).toString('base64');
export const metricsToken = randomBytes(16).toString('hex');

/** Settings as an operator would use them, except that no caller is rate limited. */
const settings = (data: Record<string, string>) => ({
  AISLECHAT_ENV: 'production',
  AISLECHAT_RATE_LIMIT: '0',
  AISLECHAT_LOG_LEVEL: 'warn',
  AISLECHAT_PUBLIC_URL: 'https://chat.example',
  AISLECHAT_SECRETS_KEY: secretsKey,
  AISLECHAT_METRICS_TOKEN: metricsToken,
  HOST: '127.0.0.1',
  PORT: '0',
  ...data,
});

/** Where the data is: a folder, or a database and how to reach it. */
export interface Held {
  env: Record<string, string>;
  credentials: Credentials;
}

export async function createRetailer(data: Held['env']): Promise<Credentials> {
  const output = await runToEnd(program, ['retailer', 'create', '--json'], settings(data));
  const { retailer_id, client_id, client_secret } = JSON.parse(output);
  return { retailerId: retailer_id, clientId: client_id, clientSecret: client_secret };
}

/** The ports of all servers of ours. */
const ourPorts = new Set<number>();
export const isOurs = (port: number): boolean => ourPorts.has(port);

export async function startAislechat({ env }: Held, more: Record<string, string> = {}): Promise<Server> {
  const server = await startServer(program, ['serve'], settings({ ...env, ...more, ...profiled }));
  ourPorts.add(server.port);
  return server;
}

/** The folder for CPU profiles of our servers. */
export const profilesFolder = fileURLToPath(new URL('profiles', import.meta.url));
let profiled: Record<string, string> = {};

/** Makes every server of ours write a CPU profile when it ends. It is slower meanwhile. */
export function profileServers(): void {
  profiled = { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profilesFolder}` };
}

/** A server that stores texts in the clear, on a database of such texts. */
export const startWithoutSealing = ({ env }: Held): Promise<Server> =>
  startServer(program, ['serve'], settings({ ...env, NODE_OPTIONS: `--import=${withoutSealing.href}` }));

/** A server without the code that decides who is notified. */
export const startWithoutNotifications = ({ env }: Held): Promise<Server> =>
  startServer(
    program,
    ['serve'],
    settings({ ...env, NODE_OPTIONS: `--import=${withoutNotifications.href}` }),
  );

/** Settings as an operator would use them, including rate limits. */
export const startBesieged = (data: Held['env']): Promise<Server> => {
  const { AISLECHAT_RATE_LIMIT: _, ...asOperated } = settings(data);
  return startServer(program, ['serve'], { ...asOperated, AISLECHAT_LOG_LEVEL: 'silent' });
};

/** A token for every order of the retailer. */
export async function issueToken(server: Server, { credentials }: Held): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${server.port}/v2/oauth/token`, {
    method: 'POST',
    signal: AbortSignal.timeout(answerWithinMs),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'client_credentials',
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
      scope: 'connect:post_checkout',
    }),
  });
  if (!response.ok) throw new Error(`No token: ${response.status} ${await response.text()}`);
  const { access_token } = (await response.json()) as { access_token: string };
  return access_token;
}

/** A response as sent over the wire, without the headers that Node adds to every response. */
export interface Recorded {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const addedByNode = new Set(['date', 'connection', 'keep-alive']);

/** @throws Error when the status is not the expected one */
export async function record(
  server: Server,
  path: string,
  headers: Record<string, string>,
  status: number,
): Promise<Recorded> {
  const signal = AbortSignal.timeout(answerWithinMs);
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { headers, signal });
  const body = await response.text();
  if (response.status !== status) throw new Error(`GET ${path}: ${response.status} ${body}`);
  const kept = [...response.headers].filter(([name]) => !addedByNode.has(name));
  return { status, headers: Object.fromEntries(kept), body };
}

export function startReplay(answer: Recorded): Promise<Server> {
  const file = join(scratchFolder(), 'answer.json');
  writeFileSync(file, JSON.stringify(answer));
  return startServer(replay, [file]);
}

export const startCommitEach = (): Promise<Server> => startServer(commitEach, [scratchFolder()]);

export const startPlainPostgres = (url: string, orders: number): Promise<Server> =>
  startServer(plainPostgres, [url, String(orders), '10']);

export const startSocketIo = (): Promise<Server> => startServer(socketIo, [scratchFolder()]);
