import { type Scope, scopes } from '@aislechat/contract';
import { Command } from 'commander';
import { systemClock } from '../domain/clock.ts';
import { createApplication, rotateSecret } from '../domain/retailers.ts';
import type { ApplicationRow, Store } from '../storage/store.ts';
import {
  CommandFailure,
  exitCodes,
  findRetailer,
  print,
  printTable,
  type Terminal,
  withStore,
} from './command.ts';

interface Options {
  json?: boolean;
  retailer: string;
  name: string;
  scopes: string;
}

export function applicationCommand(terminal: Terminal): Command {
  const command = new Command('application').description('Applications: the OAuth clients of a retailer');
  command
    .command('create')
    .description('Make an application')
    .requiredOption('--retailer <number>', 'the retailer it belongs to')
    .option('--name <name>', 'a name for people', 'application')
    .option('--scopes <list>', 'comma-separated', scopes.join(','))
    .option('--json', 'print JSON')
    .action((options: Options) => create(terminal, options));
  command
    .command('list')
    .description('List the applications of a retailer')
    .requiredOption('--retailer <number>', 'the retailer')
    .option('--json', 'print JSON')
    .action((options: Options) => list(terminal, options));
  command
    .command('rotate')
    .argument('<client-id>')
    .description('Give an application a new secret; the old one stops at once, issued tokens live on')
    .option('--json', 'print JSON')
    .action((clientId: string, options: Options) => rotate(terminal, clientId, options));
  command
    .command('disable')
    .argument('<client-id>')
    .description('Issue no more tokens to an application; issued ones live out their 24 hours')
    .option('--json', 'print JSON')
    .action((clientId: string, options: Options) => setState(terminal, clientId, 'disabled', options));
  command
    .command('enable')
    .argument('<client-id>')
    .description('Let a disabled application get tokens again')
    .option('--json', 'print JSON')
    .action((clientId: string, options: Options) => setState(terminal, clientId, 'enabled', options));
  return command;
}

const secretNote = '\nKeep the secret now: it is not stored and cannot be shown again.';

const view = (application: ApplicationRow) => ({
  client_id: application.clientId,
  name: application.name,
  scopes: application.scopes,
  state: application.state,
});

async function create(terminal: Terminal, options: Options): Promise<void> {
  const granted = options.scopes.split(',').map((scope) => scope.trim());
  const unknown = granted.find((scope) => !(scopes as readonly string[]).includes(scope));
  if (unknown !== undefined) {
    throw new CommandFailure(
      `"${unknown}" is not a scope. Scopes are ${scopes.join(', ')}.`,
      exitCodes.usage,
    );
  }
  await withStore(terminal, async (store) => {
    const { id } = await findRetailer(store, options.retailer);
    const created = await createApplication(store, systemClock, id, options.name, granted as Scope[]);
    print(terminal, options.json, { ...view(created.application), client_secret: created.clientSecret });
    if (!options.json) terminal.out(secretNote);
  });
}

async function list(terminal: Terminal, options: Options): Promise<void> {
  await withStore(terminal, async (store) => {
    const { id } = await findRetailer(store, options.retailer);
    const rows = (await store.read.applications.list(id)).map(view);
    printTable(terminal, options.json, rows, 'No applications.');
  });
}

async function rotate(terminal: Terminal, clientId: string, options: Options): Promise<void> {
  await withStore(terminal, async (store) => {
    const application = await findApplication(store, clientId);
    const clientSecret = await rotateSecret(store, application);
    print(terminal, options.json, { ...view(application), client_secret: clientSecret });
    if (!options.json) terminal.out(secretNote);
  });
}

async function setState(
  terminal: Terminal,
  clientId: string,
  state: ApplicationRow['state'],
  options: Options,
): Promise<void> {
  await withStore(terminal, async (store) => {
    const application = await findApplication(store, clientId);
    await store.write((tx) => tx.applications.setState(application.retailerId, application.id, state));
    print(terminal, options.json, view({ ...application, state }));
  });
}

async function findApplication(store: Store, clientId: string): Promise<ApplicationRow> {
  const application = await store.read.applications.findByClientId(clientId);
  if (!application) {
    throw new CommandFailure(
      `There is no application with this client ID. "aislechat application list" shows those there are.`,
      exitCodes.notFound,
    );
  }
  return application;
}
