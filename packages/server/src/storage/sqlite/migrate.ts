/** Numbered, frozen `.sql` files, each applied once, in its own transaction. */
import { readdirSync, readFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

const folder = new URL('./migrations/', import.meta.url);

const files = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .sort();
export const newestSchema = files.length;

export const schemaOf = (database: DatabaseSync): number =>
  (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;

/**
 * @param schema where to stop, to find out what an older version created
 * @throws Error when the database was written by a newer version of the program
 */
export function migrate(database: DatabaseSync, schema = newestSchema): void {
  const applied = () => schemaOf(database);

  if (applied() > newestSchema) {
    throw new Error(
      `The data folder was written by a newer aislechat (schema ${applied()}, this one knows ${newestSchema}). Start the newer version.`,
    );
  }
  while (applied() < schema) {
    // BEGIN IMMEDIATE and the second check ensure that when two processes start at once, only one migrates.
    database.exec('BEGIN IMMEDIATE');
    try {
      const next = applied();
      if (next < schema) {
        database.exec(readFileSync(new URL(files[next]!, folder), 'utf8'));
        database.exec(`PRAGMA user_version = ${next + 1}`);
      }
      database.exec('COMMIT');
    } catch (error) {
      // After a disk-full error the transaction is already rolled back, and that error is the one to report.
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
}
