import { Command } from 'commander';
import { readSettings } from '../config/settings.ts';
import { beginBackupEpoch } from '../domain/erasure/backup-keys.ts';
import { backUp } from '../storage/sqlite/backup.ts';
import { openEpochKeys } from '../wiring/open-epoch-keys.ts';
import {
  assertData,
  CommandFailure,
  exitCodes,
  interruptibly,
  print,
  type Terminal,
  withStore,
} from './command.ts';
import { progressTo } from './progress.ts';

export const backupCommand = (terminal: Terminal) =>
  new Command('backup')
    .argument('<file>', 'file to create')
    .description(
      'Copy the embedded database into a file, with its texts encrypted; the server may be running',
    )
    .option('--json', 'print JSON')
    .action((file: string, options: { json?: boolean }) => run(terminal, file, options));

async function run(terminal: Terminal, file: string, { json }: { json?: boolean }): Promise<void> {
  const settings = readSettings(terminal.env);
  const { dataDir: folder, databaseUrl } = settings;
  if (databaseUrl !== undefined) {
    throw new CommandFailure(
      'DATABASE_URL is set. Back up a PostgreSQL database with PostgreSQL’s own tools, see docs/operations.md.',
      exitCodes.usage,
    );
  }
  assertData(folder);
  const show = progressTo(terminal, json);
  const { epochs, isSafe } = await openEpochKeys(settings);
  await isSafe();
  await withStore(terminal, (_, clock) => beginBackupEpoch({ epochs }, clock));
  const epoch = await epochs.newest();
  const { bytes } = await interruptibly((signal) =>
    backUp({
      folder,
      file,
      epoch,
      signal,
      onProgress: (step) => show({ ...step, unit: step.doing === 'copy' ? 'pages' : 'texts' }),
    }),
  );
  print(terminal, json, { file, bytes });
}
