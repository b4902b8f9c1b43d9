import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import { readSettings } from '../config/settings.ts';
import { auditData, type DataSubject } from '../domain/erasure/audit-data.ts';
import { openImageFiles } from '../wiring/open-image-files.ts';
import {
  CommandFailure,
  chosenRetailer,
  exitCodes,
  printTable,
  type Terminal,
  withStore,
} from './command.ts';

interface Options {
  json?: boolean;
  order?: string;
  user?: string;
  shopper?: string;
  retailer?: string;
  internal?: boolean;
}

const subjects: DataSubject[] = ['order', 'user', 'shopper'];
const chunkBytes = 4 * 1024 * 1024;

export const auditDataCommand = (terminal: Terminal) =>
  new Command('audit-data')
    .description(
      'Count what is stored about an order, a user or a shopper: tables, columns and files, no contents',
    )
    .option('--order <id>', 'the retailer’s ID of the order')
    .option('--user <id>', 'the retailer’s ID of the user')
    .option('--shopper <id>', 'the retailer’s ID of the shopper')
    .option('--retailer <number>', 'number of the retailer; required if there is more than one')
    .option('--internal', 'the ID is the server’s own number')
    .option('--json', 'print JSON')
    .action((options: Options) => audit(terminal, options));

async function audit(terminal: Terminal, options: Options): Promise<void> {
  const given = subjects.filter((subject) => options[subject] !== undefined);
  const [subject] = given;
  if (!subject || given.length !== 1) {
    throw new CommandFailure('Give exactly one of --order, --user and --shopper.', exitCodes.usage);
  }
  const id = options[subject]!;
  if (options.internal && !/^\d{1,15}$/.test(id)) {
    throw new CommandFailure('With --internal the ID must be a number.', exitCodes.usage);
  }
  const settings = readSettings(terminal.env);
  const { dataDir, databaseUrl } = settings;
  await withStore(terminal, async (store) => {
    const retailer = await chosenRetailer(store, options.retailer);
    const {
      id: number,
      found,
      words,
    } = await auditData(store, retailer, subject, id, options.internal === true);
    const images =
      subject === 'order' && number !== undefined
        ? await openImageFiles(settings, store).count({ retailerId: retailer.id, orderId: number })
        : 0;
    const files = [
      ...(databaseUrl === undefined ? occurrencesIn(dataDir, [...words]) : []),
      ...(images > 0 ? [{ file: `images/${retailer.id}/${number}`, occurrences: images }] : []),
    ];
    if (options.json) {
      terminal.out(JSON.stringify({ id: number ?? null, tables: found, files }));
      return;
    }
    terminal.out(
      number === undefined ? `No ${subject} has this ID.` : `The ${subject} has the number ${number}.`,
    );
    terminal.out('');
    printTable(
      terminal,
      false,
      found.map((row) => ({ ...row })),
      'No table has a row.',
    );
    if (databaseUrl !== undefined && files.length === 0) return;
    terminal.out('');
    printTable(terminal, false, files, 'No file has a trace.');
  });
}

/** How often the texts occur in each file of the folder that has any of them. */
function occurrencesIn(folder: string, words: string[]): { file: string; occurrences: number }[] {
  const needles = words.map((word) => Buffer.from(word));
  const longest = Math.max(1, ...needles.map(({ length }) => length));
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ file: relative(folder, path), occurrences: count(path, needles, longest) }))
    .filter(({ occurrences }) => occurrences > 0);
}

function count(path: string, needles: Buffer[], longest: number): number {
  const file = openSync(path, 'r');
  // What may be cut off at the end of a chunk is looked at again with the next.
  const overlap = longest - 1;
  const buffer = Buffer.alloc(chunkBytes + overlap);
  let occurrences = 0;
  let kept = 0;
  try {
    for (;;) {
      const read = readSync(file, buffer, kept, chunkBytes, null);
      if (read === 0) return occurrences;
      const chunk = buffer.subarray(0, kept + read);
      for (const needle of needles) {
        // One that ends within what was kept was counted before.
        const from = Math.max(0, kept - needle.length + 1);
        for (let at = chunk.indexOf(needle, from); at >= 0; at = chunk.indexOf(needle, at + 1))
          occurrences += 1;
      }
      const next = Math.min(overlap, chunk.length);
      buffer.copy(buffer, 0, chunk.length - next, chunk.length);
      kept = next;
    }
  } finally {
    closeSync(file);
  }
}
