/**
 * Connections to PostgreSQL: how they are made, what is asked of a server before it is trusted with a
 * message, and what its errors mean.
 */
import { readdirSync } from 'node:fs';
import pg from 'pg';
import type { Value } from '../sql.ts';
import { StorageUnavailable } from '../store.ts';
import { GatheringSocket } from './gathering-socket.ts';

export interface PostgresOptions {
  url: string;
  /** Connections of this process at most. */
  connections: number;
  statementTimeoutMs: number;
  lockTimeoutMs: number;
}

/** The server cannot be used as it is set up: its message is a sentence for the operator. */
export class DatabaseUnfit extends Error {
  override readonly name = 'DatabaseUnfit';
}

const oldestVersion = 16;
const connectTimeoutMs = 3000;
/** A statement that the server did not end in time ends here, with its connection. */
const silenceMs = 2000;
/** A process that stopped in the middle of a transaction does not keep its locks for longer. */
const idleInTransactionMs = 10_000;
const keepAliveMs = 5000;

// Every number of ours is below 2^53: COUNT(*) and BIGINT come as numbers.
const bigint = 20;
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === bigint ? Number : pg.types.getTypeParser(oid, format as 'text'),
} as pg.CustomTypesConfig;

export const clientConfig = ({
  url,
  statementTimeoutMs,
  lockTimeoutMs,
}: PostgresOptions): pg.ClientConfig => ({
  connectionString: url,
  application_name: 'aislechat',
  types,
  pipeline: true,
  stream: () => new GatheringSocket(),
  keepAlive: true,
  keepAliveInitialDelayMillis: keepAliveMs,
  connectionTimeoutMillis: connectTimeoutMs,
  statement_timeout: statementTimeoutMs,
  lock_timeout: lockTimeoutMs,
  idle_in_transaction_session_timeout: idleInTransactionMs,
  query_timeout: statementTimeoutMs + silenceMs,
});

/** Texts are parsed by the server once a connection, under a name of their own. */
const names = new Map<string, string>();

export function prepared(text: string, values: Value[]): pg.QueryConfig {
  let name = names.get(text);
  if (name === undefined) {
    name = `aislechat_${names.size + 1}`;
    names.set(text, name);
  }
  return { name, text, values };
}

export const migrationFiles = (): string[] =>
  readdirSync(new URL('./migrations/', import.meta.url))
    .filter((name) => name.endsWith('.sql'))
    .sort();
const schemaVersion = migrationFiles().length;

/** The row of `service_values` that is there while the database is being filled from a data folder. */
export const moveMarker = 'move_under_way';

interface Condition {
  version: number;
  encoding: string;
  standby: boolean;
  fsync: string;
  full_page_writes: string;
  synchronous_commit: string;
  role: string;
  privileged: boolean;
  owner: boolean;
}

const conditionOf = `
  SELECT
    current_setting('server_version_num')::INTEGER / 10000 AS version,
    current_setting('server_encoding') AS encoding,
    pg_is_in_recovery() AS standby,
    current_setting('fsync') AS fsync,
    current_setting('full_page_writes') AS full_page_writes,
    current_setting('synchronous_commit') AS synchronous_commit,
    current_user AS role,
    (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AS privileged,
    COALESCE(
      (SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('schema_migrations')),
      false
    ) AS owner`;

/**
 * Asked of every new connection, because a server that comes back may be another one, or set up anew.
 * @param isServing whether this process was fit before: then it bears a newer schema, so that it can go on
 *   while an upgrade has migrated and not yet replaced it
 * @throws DatabaseUnfit
 */
export async function assertFit(client: pg.ClientBase, isServing: boolean): Promise<void> {
  if (await assertUsable(client, isServing)) {
    throw new DatabaseUnfit(
      'A move into this database is not finished. Run "aislechat move" again, from the same DATA_DIR, until it says that it is done.',
    );
  }
}

/**
 * What a move itself asks, which may go on with a database that it has filled in part.
 * @returns whether a move into the database is unfinished
 * @throws DatabaseUnfit
 */
export async function assertUsable(client: pg.ClientBase, isServing = false): Promise<boolean> {
  const { rows } = await client.query<Condition>(conditionOf);
  const condition = rows[0]!;
  if (condition.version < oldestVersion) {
    throw new DatabaseUnfit(
      `The database is PostgreSQL ${condition.version}; aislechat needs ${oldestVersion} or newer.`,
    );
  }
  if (condition.encoding !== 'UTF8') {
    throw new DatabaseUnfit(`The database is encoded as ${condition.encoding}; aislechat needs UTF8.`);
  }
  if (condition.standby) {
    throw new DatabaseUnfit('DATABASE_URL leads to a standby, which cannot be written. Name the primary.');
  }
  // `remote_apply` waits for more than `on` does.
  for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit'] as const) {
    if (!['on', 'remote_apply'].includes(condition[setting])) {
      throw new DatabaseUnfit(
        `The database has ${setting} = ${condition[setting]}: an acknowledged message could be lost. Set it to on.`,
      );
    }
  }
  if (condition.privileged || condition.owner) {
    throw new DatabaseUnfit(
      `The role ${condition.role} in DATABASE_URL ${condition.privileged ? 'is a superuser or bypasses row-level security' : 'owns the tables'}, so the database could not keep retailers apart. Use a role of its own (docs/operations.md).`,
    );
  }
  return assertSchema(client, isServing);
}

/** Whether there is a marker is asked along, so that connecting takes no further round trip. */
async function assertSchema(client: pg.ClientBase, isServing: boolean): Promise<boolean> {
  const { schema, moving } = await client
    .query<{ version: number | null; moving: boolean }>(
      `SELECT
         MAX(version)::INTEGER AS version,
         EXISTS (SELECT FROM service_values WHERE name = $1) AS moving
       FROM schema_migrations`,
      [moveMarker],
    )
    .then(({ rows }) => ({ schema: rows[0]!.version ?? 0, moving: rows[0]!.moving }))
    .catch((error) => {
      // No such table.
      if (error.code === '42P01') return { schema: 0, moving: false };
      throw error;
    });
  if (schema < schemaVersion) {
    throw new DatabaseUnfit(
      `The database has schema ${schema}, this aislechat needs ${schemaVersion}. Run: aislechat migrate`,
    );
  }
  if (schema > schemaVersion && !isServing) {
    throw new DatabaseUnfit(
      `The database has schema ${schema}, written by a newer aislechat (this one knows ${schemaVersion}). Start the newer version.`,
    );
  }
  return moving;
}

/** Errors of SQL that stand for what the database could not do now. Others are the statement's own. */
const unavailableCodes = [
  /^08/, // connection
  /^25006$/, // read-only: a standby
  /^40/, // rolled back: deadlock, serialization
  /^53/, // no memory, disk full, too many connections
  /^55P03$/, // lock not available in time
  /^57/, // canceled, shutting down, starting up
  /^58/, // I/O
  /^XX/, // damaged or internal
  /^28/, // the role was locked out
  /^3D000$/, // the database is not there
];

/** What a caller is told of an error: its own, or that the database cannot answer now. */
export function translate(error: unknown): Error {
  if (error instanceof StorageUnavailable) return error;
  const { code, message } = error as { code?: unknown; message: string };
  const isSqlState =
    typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && error instanceof pg.DatabaseError;
  if (isSqlState && !unavailableCodes.some((pattern) => pattern.test(code))) return error as Error;
  return new StorageUnavailable(`The database does not answer: ${message}`, { cause: error });
}

/**
 * Another transaction was in the way: deadlock, serialization, or it inserted the same key first. Run again,
 * the unit sees what it ran into.
 */
export function isContention(error: unknown): boolean {
  const { cause = error } = error as { cause?: unknown };
  return cause instanceof pg.DatabaseError && ['40001', '40P01', '23505'].includes(cause.code ?? '');
}
