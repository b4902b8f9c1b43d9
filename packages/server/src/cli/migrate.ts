import { Command } from 'commander';
import { readSettings } from '../config/settings.ts';
import { addressesOf } from '../storage/postgres/addresses.ts';
import { CommandFailure, exitCodes, type Terminal } from './command.ts';

export const migrateCommand = (terminal: Terminal) =>
  new Command('migrate')
    .description('Migrate the PostgreSQL database to the schema of this version, as the role that owns it')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) => migrate(terminal, options));

async function migrate(terminal: Terminal, options: { json?: boolean }): Promise<void> {
  const { databaseUrl, databaseOwnerUrl } = readSettings(terminal.env);
  if (databaseUrl === undefined || databaseOwnerUrl === undefined) {
    throw new CommandFailure(
      'Set DATABASE_OWNER_URL, with the role that owns the tables, and DATABASE_URL, with the role of the servers. (The server migrates the embedded database itself.)',
      exitCodes.usage,
    );
  }
  const serverRole = decodeURIComponent(new URL(addressesOf(databaseUrl)[0]!).username);
  const { migratePostgres } = await import('../storage/postgres/migrate.ts');
  const applied = await migratePostgres(databaseOwnerUrl, serverRole);
  if (options.json) terminal.out(JSON.stringify({ applied }));
  else if (applied.length === 0) terminal.out('The database is up to date.');
  else for (const name of applied) terminal.out(`applied ${name}`);
}
