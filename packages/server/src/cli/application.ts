import { readFileSync } from 'node:fs';
import { type ApplicationScope, limits, scopes } from '@aislechat/contract';
import { Command } from 'commander';
import { holdsPrivateKey, readPublicKey } from '../domain/access/assertions.ts';
import { systemClock } from '../domain/clock.ts';
import { InvalidParameters, Refusal } from '../domain/errors.ts';
import { commandLine } from '../domain/operate/audit.ts';
import {
  addAssertionKey,
  changeApplication,
  createApplication,
  removeAssertionKey,
  revokeTokensOfApplication,
  rotateApplicationSecret,
} from '../domain/retailers/applications.ts';
import type { ApplicationRow, AssertionKeyRow, Store } from '../storage/store.ts';
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
  revokeTokens?: boolean;
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
    .option('--revoke-tokens', 'revoke the tokens that it obtained so far, too')
    .option('--json', 'print JSON')
    .action((clientId: string, options: Options) => rotate(terminal, clientId, options));
  command
    .command('disable')
    .argument('<client-id>')
    .description('Issue no more tokens to an application, and revoke those that it obtained')
    .option('--json', 'print JSON')
    .action((clientId: string, options: Options) => setState(terminal, clientId, 'disabled', options));
  command
    .command('enable')
    .argument('<client-id>')
    .description('Let a disabled application get tokens again')
    .option('--json', 'print JSON')
    .action((clientId: string, options: Options) => setState(terminal, clientId, 'enabled', options));
  command
    .command('revoke-tokens')
    .argument('<client-id>')
    .description('Revoke every token that an application obtained; its secret stays')
    .option('--json', 'print JSON')
    .action((clientId: string, options: Options) => revokeTokens(terminal, clientId, options));
  command.addCommand(keyCommand(terminal));
  return command;
}

interface KeyOptions {
  json?: boolean;
  clientId: string;
  file: string;
  kid?: string;
}

function keyCommand(terminal: Terminal): Command {
  const command = new Command('key').description(
    'Keys that signed assertions of an application are checked with',
  );
  const of = (name: string, description: string) =>
    command
      .command(name)
      .description(description)
      .requiredOption('--client-id <id>', 'the application')
      .option('--json', 'print JSON');
  of('add', 'Register a public key: P-256 (ES256) or Ed25519 (EdDSA)')
    .requiredOption('--file <file>', 'the public key, as PEM or JWK')
    .option('--kid <id>', 'the key ID that assertions name; default that of the JWK, or its thumbprint')
    .action((options: KeyOptions) => addKey(terminal, options));
  of('list', 'List the keys of an application').action((options: KeyOptions) => listKeys(terminal, options));
  of('remove', 'Remove a key: what it signed gets no token from now on; issued ones live on')
    .requiredOption('--kid <id>', 'the key ID')
    .action((options: KeyOptions) => removeKey(terminal, options));
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
    const retailer = await findRetailer(store, options.retailer);
    const created = await createApplication(
      { store, clock: systemClock },
      commandLine(retailer),
      options.name,
      granted as ApplicationScope[],
    ).catch((error) => {
      throw error instanceof Refusal && error.reason === 'limit_reached' ? tooMany() : error;
    });
    print(terminal, options.json, { ...view(created.application), client_secret: created.clientSecret });
    if (!options.json) terminal.out(secretNote);
  });
}

const tooMany = () =>
  new CommandFailure(
    `The retailer has ${limits.applications} applications, and no more can be made. Rename and rotate one that is no longer used.`,
  );

async function list(terminal: Terminal, options: Options): Promise<void> {
  await withStore(terminal, async (store) => {
    const { id } = await findRetailer(store, options.retailer);
    const rows = (await store.read.applications.list(id)).map(view);
    printTable(terminal, options.json, rows, 'No applications.');
  });
}

async function rotate(terminal: Terminal, clientId: string, options: Options): Promise<void> {
  await withStore(terminal, async (store) => {
    const { needs, by } = await toChange(store, clientId);
    const { application, clientSecret } = await rotateApplicationSecret(needs, by, clientId, {
      revokesTokens: options.revokeTokens === true,
    });
    print(terminal, options.json, { ...view(application), client_secret: clientSecret });
    if (!options.json) terminal.out(secretNote);
  });
}

async function revokeTokens(terminal: Terminal, clientId: string, { json }: Options): Promise<void> {
  await withStore(terminal, async (store) => {
    const { needs, by } = await toChange(store, clientId);
    print(terminal, json, { revoked: await revokeTokensOfApplication(needs, by, clientId) });
  });
}

async function setState(
  terminal: Terminal,
  clientId: string,
  state: ApplicationRow['state'],
  options: Options,
): Promise<void> {
  await withStore(terminal, async (store) => {
    const { needs, by } = await toChange(store, clientId);
    print(terminal, options.json, view(await changeApplication(needs, by, clientId, { state })));
  });
}

export async function findApplication(store: Store, clientId: string): Promise<ApplicationRow> {
  const application = await store.read.applications.findByClientId(clientId);
  if (!application) {
    throw new CommandFailure(
      `There is no application with this client ID. "aislechat application list" shows those there are.`,
      exitCodes.notFound,
    );
  }
  return application;
}

/** What changing one takes: the audit log will name the command line. */
async function toChange(store: Store, clientId: string) {
  const { retailerId } = await findApplication(store, clientId);
  const by = commandLine((await store.read.retailers.find(retailerId))!);
  return { needs: { store, clock: systemClock }, by };
}

const viewOfKey = (key: AssertionKeyRow) => ({
  kid: key.keyId,
  algorithm: key.algorithm,
  created_at: new Date(key.createdAt).toISOString(),
});

async function addKey(terminal: Terminal, { clientId, file, kid, json }: KeyOptions): Promise<void> {
  const text = readKeyFile(file);
  if (holdsPrivateKey(text)) {
    throw new CommandFailure(
      `${file} holds a private key. It stays with whoever signs; give the public key.`,
      exitCodes.usage,
    );
  }
  const read = await readPublicKey(text, kid);
  if (!read) {
    throw new CommandFailure(
      `${file} is no public key that can be used. It must be P-256 or Ed25519, as PEM or JWK.`,
      exitCodes.usage,
    );
  }
  await withStore(terminal, async (store) => {
    const { needs, by } = await toChange(store, clientId);
    const key = await addAssertionKey(needs, by, clientId, read).catch((error) => {
      if (!(error instanceof InvalidParameters)) throw error;
      throw new CommandFailure(`The application has a key ${read.keyId} already. Remove it first.`);
    });
    print(terminal, json, viewOfKey(key));
  });
}

function readKeyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new CommandFailure(`${file} cannot be read.`, exitCodes.notFound);
  }
}

async function listKeys(terminal: Terminal, { clientId, json }: KeyOptions): Promise<void> {
  await withStore(terminal, async (store) => {
    const { retailerId, id } = await findApplication(store, clientId);
    const rows = (await store.read.assertionKeys.list(retailerId, id)).map(viewOfKey);
    printTable(terminal, json, rows, 'No keys.');
  });
}

async function removeKey(terminal: Terminal, { clientId, kid, json }: KeyOptions): Promise<void> {
  await withStore(terminal, async (store) => {
    const { needs, by } = await toChange(store, clientId);
    const removed = await removeAssertionKey(needs, by, clientId, kid!);
    if (!removed) throw new CommandFailure('The application has no such key.', exitCodes.notFound);
    print(terminal, json, { kid, removed: true });
  });
}
