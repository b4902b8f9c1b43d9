import { Command } from 'commander';
import { postgresUrl, readSettings } from '../config/settings.ts';
import { systemClock } from '../domain/clock.ts';
import { beginEpoch } from '../domain/erasure/keys.ts';
import { openEpochKeys } from '../wiring/open-epoch-keys.ts';
import { storedFiles } from '../wiring/open-image-files.ts';
import { assertData, CommandFailure, exitCodes, type Terminal } from './command.ts';
import { progressTo } from './progress.ts';
import { requiredSecretOf, secretOption } from './secret.ts';

const addressVariable = 'DATABASE_URL';

interface Options {
  json?: boolean;
  to?: string;
}

export const moveCommand = (terminal: Terminal) =>
  new Command('move')
    .description('Copy the embedded database into an empty PostgreSQL database and compare every row')
    .addOption(
      secretOption(
        '--to <url>',
        'address of the database, with the role that servers connect as',
        addressVariable,
      ),
    )
    .option('--json', 'print JSON')
    .action((options: Options) => run(terminal, options));

async function run(terminal: Terminal, { json, to }: Options): Promise<void> {
  const settings = readSettings(terminal.env);
  const folder = settings.dataDir;
  const url = postgresUrl(requiredSecretOf(terminal, to, { option: '--to', variable: addressVariable }));
  if (url === undefined) {
    throw new CommandFailure(
      '--to must be the address of a PostgreSQL database with a role: postgres://user:password@host:port/database',
      exitCodes.usage,
    );
  }
  assertData(folder);
  const show = progressTo(terminal, json);
  // Loaded only when needed, like the database engine.
  const { epochs, isSafe, name, kind } = await openEpochKeys(settings);
  await isSafe();
  await beginEpoch({ epochs }, systemClock);
  const { move } = await import('../storage/move/move.ts');
  const { resumed, tables } = await move({
    folder,
    url,
    epochs,
    images: { plain: storedFiles(settings, 'jpg'), sealed: storedFiles(settings, 'sealed') },
    onProgress: ({ doing, table, rows, total }) =>
      show({ doing: `${doing} ${table}`, done: rows, total, unit: 'rows' }),
  });
  const rows = Object.values(tables).reduce((sum, count) => sum + count, 0);
  if (json) {
    terminal.out(JSON.stringify({ rows, resumed, tables }));
    return;
  }
  terminal.out(`${rows} rows were copied, and each was compared with its original.`);
  terminal.out(
    `Now start the servers with DATABASE_URL and the ${kind === 'folder' ? `key folder ${name}` : `keys in ${name}`}, without which nobody can read the chats. ${folder}/aislechat.db is unchanged, and nothing erases its texts any more: delete that file and those beside it that begin with its name once the servers run. The images are encrypted now; those of before, whose names end in .jpg, go with their chat, and can be deleted too.`,
  );
}
