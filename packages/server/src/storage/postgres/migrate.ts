/**
 * Numbered, frozen `.sql` files, each applied once, in its own transaction, by the role that owns the tables. The
 * server role's privileges are granted anew each time.
 */
import { readFileSync } from 'node:fs';
import type pg from 'pg';
import { Addresses } from './addresses.ts';
import { openClient } from './client.ts';
import { DatabaseUnfit, migrationFiles } from './connection.ts';

/** An arbitrary number, the same in every version: when several processes start at once, only one migrates. */
const migrationLock = 7_102_031;

/**
 * @param ownerUrl connects as the role that owns, or will own, the tables
 * @param serverRole the role that servers connect as
 * @returns names of the applied migrations
 * @throws DatabaseUnfit
 */
export async function migratePostgres(ownerUrl: string, serverRole: string): Promise<string[]> {
  const client = await openClient({
    addresses: new Addresses(ownerUrl),
    application_name: 'aislechat migrate',
  });
  try {
    await assertRoles(client, serverRole);
    const applied: string[] = [];
    const files = migrationFiles();
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
    await client.query(
      'CREATE TABLE IF NOT EXISTS schema_migrations (version BIGINT PRIMARY KEY, name TEXT NOT NULL)',
    );
    await client.query('COMMIT');
    for (;;) {
      await client.query('BEGIN');
      await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
      const { rows } = await client.query('SELECT COUNT(*)::INTEGER AS count FROM schema_migrations');
      const version = rows[0].count + 1;
      const name = files[version - 1];
      if (name === undefined) {
        if (version > files.length + 1) {
          throw new DatabaseUnfit('The database was written by a newer aislechat. Use the newer version.');
        }
        await grant(client, serverRole);
        await client.query('COMMIT');
        return applied;
      }
      await client.query(readFileSync(new URL(`./migrations/${name}`, import.meta.url), 'utf8'));
      await client.query('INSERT INTO schema_migrations (version, name) VALUES ($1, $2)', [version, name]);
      await client.query('COMMIT');
      applied.push(name);
    }
  } finally {
    await client.end();
  }
}

async function assertRoles(client: pg.Client, serverRole: string): Promise<void> {
  const { rows } = await client.query(
    `SELECT
       current_user AS owner,
       (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = $1) AS privileged`,
    [serverRole],
  );
  const [{ owner, privileged }] = rows;
  if (privileged === null) {
    throw new DatabaseUnfit(
      `There is no role ${serverRole}, which DATABASE_URL names. Make it first: CREATE ROLE "${serverRole}" LOGIN PASSWORD '...'`,
    );
  }
  if (owner === serverRole || privileged) {
    throw new DatabaseUnfit(
      `The role ${serverRole} in DATABASE_URL must be neither the owner of the tables nor a superuser. Use two roles (docs/operations.md).`,
    );
  }
}

async function grant(client: pg.Client, serverRole: string): Promise<void> {
  const role = client.escapeIdentifier(serverRole);
  const { rows } = await client.query('SELECT current_schema AS schema');
  const schema = client.escapeIdentifier(rows[0].schema);
  await client.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`);
  await client.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role}`);
  await client.query(`GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role}`);
  await client.query(`REVOKE INSERT, UPDATE, DELETE ON schema_migrations FROM ${role}`);
  // What the audit log has never changes. A policy lets go what is old enough.
  await client.query(`REVOKE UPDATE ON audit_entries FROM ${role}`);
}
