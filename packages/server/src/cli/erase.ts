import { Command } from 'commander';
import { readSettings } from '../config/settings.ts';
import { eraseOrderNow } from '../domain/erasure/erasure.ts';
import { kindsOfReceipt } from '../domain/erasure/kinds.ts';
import { commandLine } from '../domain/operate/audit.ts';
import { openImageFiles } from '../wiring/open-image-files.ts';
import { CommandFailure, chosenRetailer, exitCodes, print, type Terminal, withStore } from './command.ts';

interface Options {
  json?: boolean;
  order: string;
  retailer?: string;
}

export const eraseCommand = (terminal: Terminal) =>
  new Command('erase')
    .description('Erase the chat of an order now, expired or not, and print the receipt')
    .requiredOption('--order <id>', 'the retailer’s ID of the order')
    .option('--retailer <number>', 'number of the retailer; required if there is more than one')
    .option('--json', 'print JSON')
    .action((options: Options) => erase(terminal, options));

async function erase(terminal: Terminal, options: Options): Promise<void> {
  await withStore(terminal, async (store, clock) => {
    const retailer = await chosenRetailer(store, options.retailer);
    const files = openImageFiles(readSettings(terminal.env), store);
    const by = commandLine(retailer);
    const erased = await eraseOrderNow({ store, clock, files }, retailer, options.order, by);
    if (!erased) throw new CommandFailure('There is no such order.', exitCodes.notFound);
    const { receipt, verified } = erased;
    print(terminal, options.json, {
      order: options.order,
      messages: receipt.messages,
      images: receipt.images,
      evidence: receipt.evidence,
      kinds: kindsOfReceipt(receipt),
      erased_at: new Date(receipt.erasedAt).toISOString(),
      verified,
    });
    if (!verified) {
      throw new CommandFailure(
        'The text can no longer be read, but the journal is busy or an image is still being deleted. The server verifies the erasure within minutes.',
      );
    }
  });
}
