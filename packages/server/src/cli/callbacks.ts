import {
  type CallbackEventName,
  callbackEventNames,
  type DeliveryState,
  deliveryNumbers,
  deliveryStates,
  eventNamed,
  instantOf,
  limits,
} from '@aislechat/contract';
import { Command, Option } from 'commander';
import { readSettings } from '../config/settings.ts';
import { createSender, guardedSender } from '../delivery/attempt.ts';
import { Access } from '../domain/access/access.ts';
import { findDelivery, listDeliveries, replay, replayDead } from '../domain/callbacks/deliveries.ts';
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  type EndpointInput,
  findEndpoint,
  rotateSigningSecret,
} from '../domain/callbacks/endpoints.ts';
import { sendSample } from '../domain/callbacks/sample.ts';
import type { Context } from '../domain/context.ts';
import { InvalidParameters, Refusal } from '../domain/errors.ts';
import { commandLine } from '../domain/operate/audit.ts';
import type { DeliveryKey, RetailerRow } from '../storage/store.ts';
import { wireDelivery, wireDeliveryWithAttempts, wireEndpoint, wireSample } from '../wire/callbacks.ts';
import { destinationsOf, openSecretBox } from '../wiring/open-callbacks.ts';
import {
  CommandFailure,
  exitCodes,
  findRetailer,
  print,
  printTable,
  type Terminal,
  withStore,
} from './command.ts';
import { secretOf, secretOption } from './secret.ts';

/** Holds the client secret for the receiver's token endpoint, not that of one of our applications. */
const secretVariable = 'CALLBACK_CLIENT_SECRET';

interface Options {
  retailer: string;
  json?: boolean;
  name?: string;
  url?: string;
  events?: string;
  state?: string;
  tokenUrl?: string;
  clientId?: string;
  clientSecret?: string;
  clientSecretFile?: string;
  scope?: string;
  resource?: string;
  expiresIn?: string;
  order?: string;
  event?: string;
  endpoint?: string;
  since?: string;
  limit?: string;
}

type Own = Pick<Context, 'store' | 'clock' | 'callbacks'>;

export function callbacksCommand(terminal: Terminal): Command {
  const command = new Command('callbacks').description('Manage callback endpoints and their deliveries');
  const of = (usage: string, description: string) =>
    command
      .command(usage)
      .description(description)
      .requiredOption('--retailer <number>', 'number of the retailer')
      .option('--json', 'print JSON');
  withAddress(of('add', 'Add an endpoint; prints its signing secret once'), true).action((options: Options) =>
    add(terminal, options),
  );
  of('list', 'List the endpoints of a retailer').action((options: Options) => list(terminal, options));
  withAddress(of('set <endpoint>', 'Change an endpoint; a running server applies the change'), false)
    .addOption(
      new Option('--state <state>', 'whether callbacks are sent to it').choices(['enabled', 'disabled']),
    )
    .action((endpoint: string, options: Options) => set(terminal, endpoint, options));
  of(
    'rotate <endpoint>',
    'Give an endpoint a new signing secret; the old one also signs for another 24 hours',
  ).action((endpoint: string, options: Options) => rotate(terminal, endpoint, options));
  of('remove <endpoint>', 'Remove an endpoint and its deliveries').action(
    (endpoint: string, options: Options) => remove(terminal, endpoint, options),
  );
  of('test <endpoint>', 'Send one sample callback now, from this machine')
    .addOption(new Option('--event <name>', 'event to send').choices(callbackEventNames))
    .action((endpoint: string, options: Options) => test(terminal, endpoint, options));
  of('deliveries', 'List deliveries, newest first')
    .option('--order <id>', 'only for the order with this ID of the retailer’s')
    .option('--endpoint <number>', 'only for this endpoint')
    .addOption(new Option('--event <name>', 'only this event').choices(callbackEventNames))
    .addOption(new Option('--state <state>', 'only in this state').choices(deliveryStates))
    .option('--limit <number>', 'maximum number of rows', String(limits.rowsPerPage))
    .action((options: Options) => deliveries(terminal, options));
  of('show <delivery>', 'Show a delivery with its attempts').action((delivery: string, options: Options) =>
    show(terminal, delivery, options),
  );
  of('replay [delivery]', 'Send a delivery again, or all dead deliveries of an endpoint')
    .option('--endpoint <number>', 'all dead deliveries of this endpoint')
    .option('--since <instant>', 'only events since this time, in ISO 8601', new Date(0).toISOString())
    .action((delivery: string | undefined, options: Options) => again(terminal, delivery, options));
  return command;
}

function withAddress(command: Command, isNew: boolean): Command {
  const flag = (flags: string, description: string) =>
    isNew ? command.requiredOption(flags, description) : command.option(flags, description);
  flag('--url <url>', 'address to send events to; https in production');
  return command
    .option('--name <name>', 'display name', ...(isNew ? ['endpoint'] : []))
    .option(
      '--events <list>',
      'comma-separated event names',
      ...(isNew ? [callbackEventNames.join(',')] : []),
    )
    .option(
      '--token-url <url>',
      'the receiver’s token endpoint, if callbacks must carry a token; "none" for no token',
    )
    .option('--client-id <id>', 'client ID at the token endpoint')
    .addOption(
      secretOption('--client-secret <secret>', 'client secret at the token endpoint', secretVariable),
    )
    .option('--client-secret-file <file>', 'same as --client-secret @file; - reads standard input')
    .option('--scope <scope>', 'scope to request')
    .option('--resource <resource>', 'resource to request')
    .option('--expires-in <seconds>', 'lifetime of a token, overriding the one in the token response');
}

/** @param work gets what the domain needs, and the retailer */
async function withCallbacks(
  terminal: Terminal,
  { retailer }: Options,
  work: (own: Own, retailer: RetailerRow) => Promise<void>,
): Promise<void> {
  const settings = readSettings(terminal.env);
  await withStore(terminal, async (store, clock) => {
    const row = await findRetailer(store, retailer);
    const box = await openSecretBox(settings, store);
    const destinations = destinationsOf(settings);
    const { send, close } = guardedSender(destinations);
    const access = new Access(store, clock);
    const callbacks = createSender({ store, clock, access, box, destinations, send });
    try {
      await work({ store, clock, callbacks }, row);
    } catch (error) {
      if (error instanceof Refusal) throw failureOf(error);
      if (error instanceof InvalidParameters && isAddress(error.problems[0].key)) throw addressFailure;
      throw error;
    } finally {
      close();
    }
  });
}

function failureOf({ reason }: Refusal): CommandFailure {
  if (reason === 'callbacks_not_configured') {
    return new CommandFailure(
      'Set AISLECHAT_SECRETS_KEY first, for example to the output of: openssl rand -base64 32',
      exitCodes.usage,
    );
  }
  if (reason === 'limit_reached') {
    return new CommandFailure(
      `The retailer already has ${limits.callbackEndpoints} endpoints, which is the limit. Remove one first.`,
    );
  }
  return new CommandFailure(
    'The retailer has no such endpoint or delivery. Run "aislechat callbacks list" or "aislechat callbacks deliveries" to see them.',
    exitCodes.notFound,
  );
}

const isAddress = (key: string): boolean => key === 'url' || key === 'authentication.token_url';
const addressFailure = new CommandFailure(
  '--url and --token-url must begin with https:// (in development also http://) and lead to a public host. Others need to be in AISLECHAT_CALLBACK_ALLOW.',
  exitCodes.usage,
);

const view = (endpoint: Parameters<typeof wireEndpoint>[0]) => {
  const { authentication, events, ...rest } = wireEndpoint(endpoint);
  return { ...rest, events: events.join(','), authentication: authentication.type };
};
const secretNote = '\nSave the signing secret now: it cannot be shown again.';

async function add(terminal: Terminal, options: Options): Promise<void> {
  await withCallbacks(terminal, options, async (own, retailer) => {
    const created = await createEndpoint(own, commandLine(retailer), {
      name: options.name!,
      url: options.url!,
      events: eventsOf(options.events!),
      tokenSource: tokenSourceOf(terminal, options) ?? null,
    });
    print(terminal, options.json, { ...view(created.endpoint), signing_secret: created.signingSecret });
    if (!options.json) terminal.out(secretNote);
  });
}

async function list(terminal: Terminal, options: Options): Promise<void> {
  await withCallbacks(terminal, options, async ({ store }, retailer) => {
    const endpoints = await store.read.callbackEndpoints.list(retailer.id);
    // The names of all events would fill the screen.
    const rows = endpoints.map((row) => ({
      ...view(row),
      ...(!options.json && { events: row.events.length }),
    }));
    printTable(terminal, options.json, rows, 'No endpoints. Run "aislechat callbacks add" to add one.');
  });
}

async function set(terminal: Terminal, endpoint: string, options: Options): Promise<void> {
  await withCallbacks(terminal, options, async (own, retailer) => {
    const changes: Partial<EndpointInput> = {};
    if (options.name !== undefined) changes.name = options.name;
    if (options.url !== undefined) changes.url = options.url;
    if (options.events !== undefined) changes.events = eventsOf(options.events);
    if (options.state !== undefined) changes.state = options.state as EndpointInput['state'];
    const source = tokenSourceOf(terminal, options);
    if (source !== undefined) changes.tokenSource = source;
    print(
      terminal,
      options.json,
      view(await changeEndpoint(own, commandLine(retailer), numberOf(endpoint), changes)),
    );
  });
}

async function rotate(terminal: Terminal, endpoint: string, options: Options): Promise<void> {
  await withCallbacks(terminal, options, async (own, retailer) => {
    const rotated = await rotateSigningSecret(own, commandLine(retailer), numberOf(endpoint));
    print(terminal, options.json, { ...view(rotated.endpoint), signing_secret: rotated.signingSecret });
    if (!options.json) terminal.out(secretNote);
  });
}

async function remove(terminal: Terminal, endpoint: string, options: Options): Promise<void> {
  await withCallbacks(terminal, options, async (own, retailer) => {
    await deleteEndpoint(own, commandLine(retailer), numberOf(endpoint));
    print(terminal, options.json, { id: numberOf(endpoint), removed: true });
  });
}

async function test(terminal: Terminal, endpoint: string, options: Options): Promise<void> {
  await withCallbacks(terminal, options, async (own, retailer) => {
    const event = options.event as CallbackEventName | undefined;
    const { name, result } = await sendSample(own, retailer, numberOf(endpoint), event);
    print(terminal, options.json, wireSample(name, result));
  });
}

async function deliveries(terminal: Terminal, options: Options): Promise<void> {
  await withCallbacks(terminal, options, async (own, retailer) => {
    const order = options.order === undefined ? undefined : { externalId: options.order };
    if (order && !(await own.store.read.orders.find(retailer.id, order))) {
      throw new CommandFailure(
        `There is no order ${options.order}. --order takes the retailer’s own ID of it, not the number in the column order_id.`,
        exitCodes.notFound,
      );
    }
    const { rows } = await listDeliveries(
      own,
      retailer.id,
      order,
      {
        ...(options.endpoint !== undefined && { endpointId: numberOf(options.endpoint) }),
        ...(options.event !== undefined && { eventName: options.event as CallbackEventName }),
        ...(options.state !== undefined && { state: options.state as DeliveryState }),
      },
      { after: undefined, limit: numberOf(options.limit!) },
    );
    printTable(terminal, options.json, rows.map(wireDelivery), 'No deliveries.');
  });
}

async function show(terminal: Terminal, delivery: string, options: Options): Promise<void> {
  await withCallbacks(terminal, options, async (own, retailer) => {
    const found = await findDelivery(own, keyOf(retailer, delivery));
    const { history, ...rest } = wireDeliveryWithAttempts(found);
    if (options.json) return print(terminal, true, { ...rest, history });
    print(terminal, false, rest);
    terminal.out('');
    printTable(terminal, false, history, 'No attempts in the last seven days.');
  });
}

async function again(terminal: Terminal, delivery: string | undefined, options: Options): Promise<void> {
  if ((delivery === undefined) === (options.endpoint === undefined)) {
    throw new CommandFailure('Give a delivery, or an endpoint with --endpoint.', exitCodes.usage);
  }
  await withCallbacks(terminal, options, async (own, retailer) => {
    if (delivery !== undefined) {
      print(terminal, options.json, wireDelivery(await replay(own, retailer, keyOf(retailer, delivery))));
      return;
    }
    const since = instantOf(options.since!);
    if (since === undefined) throw new CommandFailure('--since must be a time in ISO 8601.', exitCodes.usage);
    const endpoint = await findEndpoint(own, retailer.id, numberOf(options.endpoint!));
    print(terminal, options.json, { replayed: await replayDead(own, retailer, endpoint, since) });
  });
}

function keyOf(retailer: RetailerRow, delivery: string): DeliveryKey {
  const numbers = deliveryNumbers(delivery);
  if (!numbers) throw failureOf(new Refusal('resource_not_found'));
  return { retailerId: retailer.id, ...numbers };
}

function numberOf(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new CommandFailure(`${text} is not a number.`, exitCodes.usage);
  return Number(text);
}

function eventsOf(list: string): string[] {
  const names = list.split(',').map((name) => name.trim());
  const unknown = names.find((name) => eventNamed(name) === undefined);
  if (unknown !== undefined) {
    throw new CommandFailure(
      `"${unknown}" is not an event. The events are ${callbackEventNames.join(', ')}.`,
      exitCodes.usage,
    );
  }
  return names;
}

/** Returns null to remove the token source, and undefined to leave it unchanged. */
function tokenSourceOf(terminal: Terminal, options: Options): EndpointInput['tokenSource'] | undefined {
  const { tokenUrl, clientId, clientSecretFile: file, scope, resource, expiresIn } = options;
  if (tokenUrl === undefined) return undefined;
  if (tokenUrl === 'none') return null;
  const given = file === undefined || file === '-' ? (file ?? options.clientSecret) : `@${file}`;
  const clientSecret = secretOf(terminal, given, secretVariable);
  if (clientId === undefined || clientSecret === undefined) {
    throw new CommandFailure('--token-url needs --client-id and --client-secret.', exitCodes.usage);
  }
  return {
    url: tokenUrl,
    clientId,
    clientSecret,
    scope,
    resource,
    lifetimeS: expiresIn === undefined ? undefined : numberOf(expiresIn),
  };
}
