import { statSync } from 'node:fs';
import { Command } from 'commander';
import { readSettings, type Settings } from '../config/settings.ts';
import { type ErasureReport, eraseExpired } from '../domain/erasure/erasure.ts';
import { restore } from '../storage/sqlite/restore.ts';
import { createStore, type Engine } from '../storage/store.ts';
import { openClock } from '../wiring/open-clock.ts';
import { openImageFiles } from '../wiring/open-image-files.ts';
import { CommandFailure, exitCodes, interruptibly, print, type Terminal } from './command.ts';

export const restoreCommand = (terminal: Terminal) =>
  new Command('restore')
    .argument('<file>', 'file that "aislechat backup" created')
    .description('Create a data folder from a backup and erase the chats that have expired since')
    .option('--json', 'print JSON')
    .action((file: string, options: { json?: boolean }) => run(terminal, file, options));

async function run(terminal: Terminal, file: string, { json }: { json?: boolean }): Promise<void> {
  const settings = readSettings(terminal.env);
  const { dataDir: folder, databaseUrl } = settings;
  if (databaseUrl !== undefined) {
    throw new CommandFailure(
      'DATABASE_URL is set. Restore a PostgreSQL database with PostgreSQL’s own tools, see docs/operations.md.',
      exitCodes.usage,
    );
  }
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    throw new CommandFailure(
      `There is no file ${file}. Give a file that "aislechat backup" created.`,
      exitCodes.notFound,
    );
  }
  const { orders, messages } = await interruptibly((signal) =>
    restore({ folder, file, signal }, eraseAll(settings)),
  );
  print(terminal, json, { folder, erased_chats: orders, erased_messages: messages });
}

/** Erases before the database is put in its place, so that no server ever finds expired text in it. */
const eraseAll =
  (settings: Settings) =>
  async (engine: Engine): Promise<ErasureReport> => {
    const store = createStore(engine);
    // A restore relies on the system's clock, so texts that expired since the backup are erased.
    const { clock } = await openClock(store);
    clock.confirm();
    const report = await eraseExpired(store, clock, openImageFiles(settings, store));
    if (!report.verified) {
      const [failure] = report.failures;
      const why = failure instanceof Error ? ` (${failure.message})` : '';
      throw new CommandFailure(
        `Expired chats could not be erased${why}, so nothing was restored. Try again.`,
      );
    }
    return report;
  };
