import { readFileSync } from 'node:fs';
import { type ApplicationScope, limits, scopes } from '@aislechat/contract';
import { Command } from 'commander';
import { holdsPrivateKey, readPublicKey } from '../domain/access/assertions.ts';
import type { Clock } from '../domain/clock.ts';
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
  const command = new Command('application').description(
    'Manage applications, the OAuth clients of a retailer',
  );
  command
    .command('create')
    .description('Create an application')
    .requiredOption('--retailer <number>', 'number of the retailer that owns it')
    .option('--name <name>', 'display name', 'application')
    .option('--scopes <list>', 'comma-separated scopes', scopes.join(','))
    .option('--json', 'print JSON')
    .action((options: Options) => create(terminal, options));
  command
    .command('list')
    .description('List the applications of a retailer')
    .requiredOption('--retailer <number>', 'number of the retailer')
    .option('--json', 'print JSON')
    .action((options: Options) => list(terminal, options));
  command
    .command('rotate')
    .argument('<client-id>')
    .description(
      'Give an application a new secret; the old one stops working at once, issued tokens stay valid',
    )
    .option('--revoke-tokens', 'also revoke the tokens it has obtained')
    .option('--json', 'print JSON')
    .action((clientId: string, options: Options) => rotate(terminal, clientId, options));
  command
    .command('disable')
    .argument('<client-id>')
    .description('Disable an application: issue it no more tokens and revoke those it has obtained')
    .option('--json', 'print JSON')
    .action((clientId: string, options: Options) => setState(terminal, clientId, 'disabled', options));
  command
    .command('enable')
    .argument('<client-id>')
    .description('Enable a disabled application, so that it can get tokens again')
    .option('--json', 'print JSON')
    .action((clientId: string, options: Options) => setState(terminal, clientId, 'enabled', options));
  command
    .command('revoke-tokens')
    .argument('<client-id>')
    .description('Revoke every token that an application has obtained; its secret stays valid')
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
    'Manage the keys that verify the signed assertions of an application',
  );
  const of = (name: string, description: string) =>
    command
      .command(name)
      .description(description)
      .requiredOption('--client-id <id>', 'client ID of the application')
      .option('--json', 'print JSON');
  of('add', 'Register a public key: P-256 (ES256) or Ed25519 (EdDSA)')
    .requiredOption('--file <file>', 'file with the public key, as PEM or JWK')
    .option('--kid <id>', 'key ID that assertions use (default: that of the JWK, else its thumbprint)')
    .action((options: KeyOptions) => addKey(terminal, options));
  of('list', 'List the keys of an application').action((options: KeyOptions) => listKeys(terminal, options));
  of('remove', 'Remove a key: assertions signed with it get no more tokens; issued tokens stay valid')
    .requiredOption('--kid <id>', 'key ID')
    .action((options: KeyOptions) => removeKey(terminal, options));
  return command;
}

const secretNote = '\nSave the secret now: it is not stored and cannot be shown again.';

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
      `"${unknown}" is not a scope. The scopes are ${scopes.join(', ')}.`,
      exitCodes.usage,
    );
  }
  await withStore(terminal, async (store, clock) => {
    const retailer = await findRetailer(store, options.retailer);
    const created = await createApplication(
      { store, clock },
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
    `The retailer already has ${limits.applications} applications, which is the limit. Rename and rotate one that you no longer use.`,
  );

async function list(terminal: Terminal, options: Options): Promise<void> {
  await withStore(terminal, async (store) => {
    const { id } = await findRetailer(store, options.retailer);
    const rows = (await store.read.applications.list(id)).map(view);
    printTable(terminal, options.json, rows, 'No applications.');
  });
}

async function rotate(terminal: Terminal, clientId: string, options: Options): Promise<void> {
  await withStore(terminal, async (store, clock) => {
    const { needs, by } = await toChange({ store, clock }, clientId);
    const { application, clientSecret } = await rotateApplicationSecret(needs, by, clientId, {
      revokesTokens: options.revokeTokens === true,
    });
    print(terminal, options.json, { ...view(application), client_secret: clientSecret });
    if (!options.json) terminal.out(secretNote);
  });
}

async function revokeTokens(terminal: Terminal, clientId: string, { json }: Options): Promise<void> {
  await withStore(terminal, async (store, clock) => {
    const { needs, by } = await toChange({ store, clock }, clientId);
    print(terminal, json, { revoked: await revokeTokensOfApplication(needs, by, clientId) });
  });
}

async function setState(
  terminal: Terminal,
  clientId: string,
  state: ApplicationRow['state'],
  options: Options,
): Promise<void> {
  await withStore(terminal, async (store, clock) => {
    const { needs, by } = await toChange({ store, clock }, clientId);
    print(terminal, options.json, view(await changeApplication(needs, by, clientId, { state })));
  });
}

export async function findApplication(store: Store, clientId: string): Promise<ApplicationRow> {
  const application = await store.read.applications.findByClientId(clientId);
  if (!application) {
    throw new CommandFailure(
      `No application has this client ID. Run "aislechat application list" to see all applications.`,
      exitCodes.notFound,
    );
  }
  return application;
}

/** Returns what is needed to change an application. The audit log will name the command line. */
async function toChange(needs: { store: Store; clock: Clock }, clientId: string) {
  const { store } = needs;
  const { retailerId } = await findApplication(store, clientId);
  const by = commandLine((await store.read.retailers.find(retailerId))!);
  return { needs, by };
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
      `${file} holds a private key. Give the public key; the private key stays with the signer.`,
      exitCodes.usage,
    );
  }
  const read = await readPublicKey(text, kid);
  if (!read) {
    throw new CommandFailure(
      `${file} is not a usable public key. It must be a P-256 or Ed25519 key, as PEM or JWK.`,
      exitCodes.usage,
    );
  }
  await withStore(terminal, async (store, clock) => {
    const { needs, by } = await toChange({ store, clock }, clientId);
    const key = await addAssertionKey(needs, by, clientId, read).catch((error) => {
      if (!(error instanceof InvalidParameters)) throw error;
      throw new CommandFailure(`The application already has a key ${read.keyId}. Remove it first.`);
    });
    print(terminal, json, viewOfKey(key));
  });
}

function readKeyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new CommandFailure(`Cannot read ${file}.`, exitCodes.notFound);
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
  await withStore(terminal, async (store, clock) => {
    const { needs, by } = await toChange({ store, clock }, clientId);
    const removed = await removeAssertionKey(needs, by, clientId, kid!);
    if (!removed) throw new CommandFailure('The application has no key with this ID.', exitCodes.notFound);
    print(terminal, json, { kid, removed: true });
  });
}
