/**
 * PostgreSQL connections: how they are opened, which conditions a server must meet before it is used, and what its
 * errors mean.
 */
import { readdirSync } from 'node:fs';
import pg from 'pg';
import type { EpochKeys } from '../keys/epochs.ts';
import { StorageUnavailable } from '../store.ts';
import { Addresses } from './addresses.ts';
import type { ClientConfig } from './client.ts';
import { columnParser } from './round-trip.ts';

export interface PostgresOptions {
  url: string;
  /** The maximum number of connections this process opens. */
  connections: number;
  statementTimeoutMs: number;
  lockTimeoutMs: number;
}

export interface EngineOptions extends PostgresOptions {
  keys: EpochKeys;
}

/** The server cannot be used as configured; the message explains why to the operator. */
export class DatabaseUnfit extends Error {
  override readonly name = 'DatabaseUnfit';
}

const oldestVersion = 16;
const connectTimeoutMs = 3000;
/** A statement without an answer in this time fails, and its connection is closed. */
const silenceMs = 2000;
/** Limits how long a process that stalls in the middle of a transaction keeps its locks. */
const idleInTransactionMs = 10_000;
const keepAliveMs = 5000;

const types = { getTypeParser: columnParser } as pg.CustomTypesConfig;

export const clientConfig = ({ url, statementTimeoutMs, lockTimeoutMs }: PostgresOptions): ClientConfig => ({
  addresses: new Addresses(url),
  application_name: 'aislechat',
  types,
  keepAlive: true,
  keepAliveInitialDelayMillis: keepAliveMs,
  connectionTimeoutMillis: connectTimeoutMs,
  statement_timeout: statementTimeoutMs,
  lock_timeout: lockTimeoutMs,
  idle_in_transaction_session_timeout: idleInTransactionMs,
  query_timeout: statementTimeoutMs + silenceMs,
});

export const migrationFiles = (): string[] =>
  readdirSync(new URL('./migrations/', import.meta.url))
    .filter((name) => name.endsWith('.sql'))
    .sort();
const schemaVersion = migrationFiles().length;

/** A row of `service_values` that exists while the database is being filled from a data folder. */
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
 * Run on every new connection, because the server may have been replaced or reconfigured.
 * @param isServing whether this process has passed the check before; it then accepts a newer schema, so that it
 * keeps running during an upgrade, after the migration and until it is replaced
 * @throws DatabaseUnfit
 */
export async function assertFit(client: pg.ClientBase, isServing: boolean): Promise<void> {
  if (await assertUsable(client, isServing)) {
    throw new DatabaseUnfit(
      'A move into this database is not finished. Run "aislechat move" again, with the same DATA_DIR, until it reports that it is done.',
    );
  }
}

/**
 * The check a move itself makes; a move may resume on a partly filled database.
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
    throw new DatabaseUnfit('DATABASE_URL points to a standby, which is read-only. Use the primary.');
  }
  // `remote_apply` is stricter than `on`.
  for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit'] as const) {
    if (!['on', 'remote_apply'].includes(condition[setting])) {
      throw new DatabaseUnfit(
        `The database has ${setting} = ${condition[setting]}: an acknowledged message could be lost. Set it to on.`,
      );
    }
  }
  if (condition.privileged || condition.owner) {
    throw new DatabaseUnfit(
      `The role ${condition.role} in DATABASE_URL ${condition.privileged ? 'is a superuser or bypasses row-level security' : 'owns the tables'}, so the database could not keep retailers apart. Use a separate role (docs/operations.md).`,
    );
  }
  return assertSchema(client, isServing);
}

/** Looks for the move marker in the same query, which saves a round trip per connection. */
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
      // The table does not exist.
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

/**
 * SQLSTATE codes that mean the database is temporarily unavailable. All others are errors of the statement itself.
 */
const unavailableCodes = [
  /^08/, // connection
  /^25006$/, // read-only: a standby
  /^40/, // rolled back: deadlock, serialization
  /^53/, // no memory, disk full, too many connections
  /^55P03$/, // lock timeout
  /^57/, // canceled, shutting down, starting up
  /^58/, // I/O
  /^XX/, // internal error or corruption
  /^28/, // the role may not log in
  /^3D000$/, // the database does not exist
];

/** The error to pass on to the caller: the original, or StorageUnavailable. */
export function translate(error: unknown): Error {
  if (error instanceof StorageUnavailable) return error;
  const { code, message } = error as { code?: unknown; message: string };
  const isSqlState =
    typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && error instanceof pg.DatabaseError;
  if (isSqlState && !unavailableCodes.some((pattern) => pattern.test(code))) return error as Error;
  return new StorageUnavailable(`The database does not answer: ${message}`, { cause: error });
}

/**
 * Whether another transaction interfered: a deadlock, a serialization failure, or it inserted the same key first.
 * When the unit is run again, it sees the other's changes.
 */
export function isContention(error: unknown): boolean {
  const { cause = error } = error as { cause?: unknown };
  return cause instanceof pg.DatabaseError && ['40001', '40P01', '23505'].includes(cause.code ?? '');
}
