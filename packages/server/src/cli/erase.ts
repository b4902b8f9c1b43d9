import { Command } from 'commander';
import { readSettings } from '../config/settings.ts';
import { systemClock } from '../domain/clock.ts';
import { eraseOrderNow } from '../domain/erasure/erasure.ts';
import { commandLine } from '../domain/operate/audit.ts';
import { openImageFiles } from '../wiring/open-image-files.ts';
import { CommandFailure, exitCodes, findRetailer, print, type Terminal, withStore } from './command.ts';

interface Options {
  json?: boolean;
  order: string;
  retailer?: string;
}

export const eraseCommand = (terminal: Terminal) =>
  new Command('erase')
    .description('Erase the chat of one order now, expired or not; prints the receipt')
    .requiredOption('--order <id>', 'the retailer’s own ID of the order')
    .option('--retailer <number>', 'needed when there is more than one retailer')
    .option('--json', 'print JSON')
    .action((options: Options) => erase(terminal, options));

async function erase(terminal: Terminal, options: Options): Promise<void> {
  await withStore(terminal, async (store) => {
    const retailers = await store.read.retailers.list();
    const [only, ...others] = retailers;
    if (options.retailer === undefined && (!only || others.length > 0)) {
      throw new CommandFailure(
        `There are ${retailers.length} retailers: say which with --retailer.`,
        exitCodes.usage,
      );
    }
    const retailer = await findRetailer(store, options.retailer ?? String(only!.id));
    const files = openImageFiles(readSettings(terminal.env), store);
    const by = commandLine(retailer);
    const erased = await eraseOrderNow(store, systemClock, files, retailer, options.order, by);
    if (!erased) throw new CommandFailure('There is no such order.', exitCodes.notFound);
    const { receipt, verified } = erased;
    print(terminal, options.json, {
      order: options.order,
      messages: receipt.messages,
      images: receipt.images,
      erased_at: new Date(receipt.erasedAt).toISOString(),
      verified,
    });
    if (!verified) {
      throw new CommandFailure(
        'The text is unreadable, but the journal is busy or an image is still being deleted: the server verifies the erasure within minutes.',
      );
    }
  });
}
