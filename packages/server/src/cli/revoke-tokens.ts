import { isVisible, limits } from '@aislechat/contract';
import { Command } from 'commander';
import {
  revokeTokensOfAgent,
  revokeTokensOfShopper,
  revokeTokensOfUser,
} from '../domain/access/revoke-tokens.ts';
import { Refusal } from '../domain/errors.ts';
import { commandLine } from '../domain/operate/audit.ts';
import { CommandFailure, exitCodes, findRetailer, print, type Terminal, withStore } from './command.ts';

interface Options {
  json?: boolean;
  retailer: string;
  user?: string;
  shopper?: string;
  agent?: string;
}

export const revokeTokensCommand = (terminal: Terminal) =>
  new Command('revoke-tokens')
    .description('Revoke every access token of a user, a shopper or a support agent')
    .requiredOption('--retailer <number>', 'number of the retailer')
    .option('--user <id>', 'the retailer’s ID of the user')
    .option('--shopper <id>', 'the retailer’s ID of the shopper')
    .option('--agent <name>', 'name of the support agent; unused links are revoked too')
    .option('--json', 'print JSON')
    .action((options: Options) => revokeTokens(terminal, options));

async function revokeTokens(terminal: Terminal, options: Options): Promise<void> {
  const { user, shopper, agent } = options;
  if ([user, shopper, agent].filter((value) => value !== undefined).length !== 1) {
    throw new CommandFailure('Give exactly one of --user, --shopper and --agent.', exitCodes.usage);
  }
  if (agent !== undefined && (!isVisible(agent) || agent.length > limits.nameCharacters)) {
    throw new CommandFailure(
      `--agent must be a name of at most ${limits.nameCharacters} characters.`,
      exitCodes.usage,
    );
  }
  await withStore(terminal, async (store, clock) => {
    const by = commandLine(await findRetailer(store, options.retailer));
    const needs = { store, clock };
    const work =
      user !== undefined
        ? revokeTokensOfUser(needs, by, { externalId: user })
        : shopper !== undefined
          ? revokeTokensOfShopper(needs, by, { externalId: shopper })
          : revokeTokensOfAgent(needs, by, agent!);
    const revoked = await work.catch((error) => {
      if (!(error instanceof Refusal)) throw error;
      throw new CommandFailure(
        `The retailer has no such ${user === undefined ? 'shopper' : 'user'}.`,
        exitCodes.notFound,
      );
    });
    print(terminal, options.json, { revoked });
  });
}
