import { Command } from 'commander';
import { readSettings } from '../config/settings.ts';
import { backUp } from '../storage/sqlite/backup.ts';
import { assertData, CommandFailure, exitCodes, interruptibly, print, type Terminal } from './command.ts';
import { progressTo } from './progress.ts';

export const backupCommand = (terminal: Terminal) =>
  new Command('backup')
    .argument('<file>', 'file to create')
    .description('Copy the embedded database into a file; the server may be running')
    .option('--json', 'print JSON')
    .action((file: string, options: { json?: boolean }) => run(terminal, file, options));

async function run(terminal: Terminal, file: string, { json }: { json?: boolean }): Promise<void> {
  const { dataDir: folder, databaseUrl } = readSettings(terminal.env);
  if (databaseUrl !== undefined) {
    throw new CommandFailure(
      'DATABASE_URL is set. Back up a PostgreSQL database with PostgreSQL’s own tools, see docs/operations.md.',
      exitCodes.usage,
    );
  }
  assertData(folder);
  const show = progressTo(terminal, json);
  const { bytes } = await interruptibly((signal) =>
    backUp({
      folder,
      file,
      signal,
      onProgress: (done, total) => show({ doing: 'copy', done, total, unit: 'pages' }),
    }),
  );
  print(terminal, json, { file, bytes });
}
