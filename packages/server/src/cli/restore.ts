import { statSync } from 'node:fs';
import { Command } from 'commander';
import { readSettings, type Settings } from '../config/settings.ts';
import { type ErasureReport, eraseExpired } from '../domain/erasure/erasure.ts';
import { KeyGone, restore } from '../storage/sqlite/restore.ts';
import { createStore, type Engine } from '../storage/store.ts';
import { openClock } from '../wiring/open-clock.ts';
import { openEpochKeys } from '../wiring/open-epoch-keys.ts';
import { openImageFiles } from '../wiring/open-image-files.ts';
import { CommandFailure, exitCodes, interruptibly, print, type Terminal } from './command.ts';
import { progressTo } from './progress.ts';

export const restoreCommand = (terminal: Terminal) =>
  new Command('restore')
    .argument('<file>', 'file that "aislechat backup" created')
    .description('Create a data folder from a backup and erase the chats that have expired since')
    .option('--without-texts', 'restore everything but the texts if their key no longer exists')
    .option('--json', 'print JSON')
    .action((file: string, options: Options) => run(terminal, file, options));

interface Options {
  withoutTexts?: boolean;
  json?: boolean;
}

async function run(terminal: Terminal, file: string, { withoutTexts = false, json }: Options): Promise<void> {
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
  const keys = await openEpochKeys(settings);
  const show = progressTo(terminal, json);
  const { orders, messages } = await interruptibly((signal) =>
    restore(
      {
        folder,
        file,
        epochKey: (number) => keys.epochs.find(number),
        withoutTexts,
        signal,
        onProgress: (done, total) => show({ doing: 'decrypt', done, total, unit: 'texts' }),
      },
      eraseAll(settings),
    ).catch((error) => {
      if (!(error instanceof KeyGone)) throw error;
      throw new CommandFailure(
        `The texts of this backup are encrypted with epoch-${error.epoch}.key, which is not in ${keys.name}. Set ${keys.variable} to the ${keys.kind} that the server of this backup used. If the key no longer exists, restore everything but the texts with --without-texts.`,
        exitCodes.notFound,
      );
    }),
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
