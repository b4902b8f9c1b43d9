/** Checks that a file is a complete Aislechat database: when a backup is made, and when one is restored. */
import { DatabaseSync } from 'node:sqlite';
import { migrate, newestSchema, schemaOf } from './migrate.ts';

/**
 * @param name what to call the file in messages
 * @throws Error with a message for the operator
 */
export function assertIntact(file: string, name = file): void {
  const database = new DatabaseSync(file);
  try {
    assertWhole(database, name);
    const schema = schemaOf(database);
    if (schema > newestSchema) {
      throw new Error(
        `${name} was written by a newer aislechat (schema ${schema}, this one knows ${newestSchema}). Use the newer version.`,
      );
    }
    const columns = new Set(columnsOf(database));
    if (schema < 1 || columnsAt(schema).some((column) => !columns.has(column))) {
      throw new Error(
        `${name} is a database, but not one of aislechat. Name a file that "aislechat backup" made.`,
      );
    }
  } finally {
    database.close();
  }
}

function assertWhole(database: DatabaseSync, name: string): void {
  let found: string;
  try {
    found = (database.prepare('PRAGMA integrity_check(1)').get() as { integrity_check: string })
      .integrity_check;
  } catch (error) {
    found = (error as Error).message;
  }
  if (found !== 'ok') {
    throw new Error(`${name} is damaged or no database (${found.trim()}). Use another backup.`);
  }
}

const columnsOf = (database: DatabaseSync): string[] =>
  database
    .prepare(
      `SELECT s.name || '.' || c.name AS "column"
       FROM sqlite_schema s
       JOIN pragma_table_info(s.name) c
       WHERE s.type = 'table'`,
    )
    .all()
    .map((row) => String(row.column));

/** Derived from the migrations, so there is no list to maintain. */
function columnsAt(schema: number): string[] {
  const database = new DatabaseSync(':memory:');
  try {
    migrate(database, schema);
    return columnsOf(database);
  } finally {
    database.close();
  }
}
