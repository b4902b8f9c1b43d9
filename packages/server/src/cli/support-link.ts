import { isVisible, limits } from '@aislechat/contract';
import { Command } from 'commander';
import { readSettings, type Settings } from '../config/settings.ts';
import { newSupportLink } from '../domain/access/support-links.ts';
import type { Store } from '../storage/store.ts';
import { findApplication } from './application.ts';
import { CommandFailure, exitCodes, print, type Terminal, withStore } from './command.ts';

interface Options {
  json?: boolean;
  clientId: string;
  agent: string;
  banner?: string;
}

export const supportLinkCommand = (terminal: Terminal) =>
  new Command('support-link')
    .description('Create a link that signs one support agent in to the console, once, within 15 minutes')
    .requiredOption('--client-id <id>', 'application to name in the audit log')
    .requiredOption('--agent <name>', 'support agent to name in the audit log')
    .option('--banner <slug>', 'banner whose orders the agent reads, in an organization with several')
    .option('--json', 'print JSON')
    .action((options: Options) => supportLink(terminal, options));

async function supportLink(terminal: Terminal, { clientId, agent, banner, json }: Options): Promise<void> {
  if (!isVisible(agent) || agent.length > limits.nameCharacters) {
    throw new CommandFailure(
      `--agent must be a name of at most ${limits.nameCharacters} characters.`,
      exitCodes.usage,
    );
  }
  await withStore(terminal, async (store, clock) => {
    const { retailer, applicationId } = await placeOf(store, clientId, banner);
    const needs = { store, clock };
    const { code, expiresAt } = await newSupportLink(needs, { retailer, applicationId }, agent, {
      by: 'command line',
    });
    print(terminal, json, {
      agent,
      link: `${baseOf(readSettings(terminal.env))}/console#support_code=${code}`,
      expires_at: new Date(expiresAt).toISOString(),
    });
  });
}

/** Where the agent will work, and the number of the application there. */
async function placeOf(store: Store, clientId: string, banner: string | undefined) {
  await findApplication(store, clientId);
  const slugs: string[] = [];
  for (const { retailerId, id: applicationId } of await store.read.applications.allByClientId(clientId)) {
    const retailer = (await store.read.retailers.find(retailerId))!;
    if (retailer.banner === null || retailer.banner === banner) return { retailer, applicationId };
    slugs.push(retailer.banner);
  }
  throw new CommandFailure(
    `The application serves several banners. Choose one with --banner: ${slugs.join(', ')}.`,
    exitCodes.usage,
  );
}

/** Returns the console's address, or an empty string if the settings do not determine it. */
function baseOf({ publicUrl, environment, host, port }: Settings): string {
  if (publicUrl !== undefined) return publicUrl.replace(/(?<!\/)\/+$/, '');
  // With port 0 only the server knows the port.
  return environment === 'development' && port !== 0 ? `http://${host}:${port}` : '';
}
