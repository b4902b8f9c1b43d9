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
import { createSender } from '../delivery/attempt.ts';
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
import { systemClock } from '../domain/clock.ts';
import type { Context } from '../domain/context.ts';
import { Refusal } from '../domain/errors.ts';
import { commandLine } from '../domain/operate/audit.ts';
import type { DeliveryKey, RetailerRow } from '../storage/store.ts';
import { wireDelivery, wireDeliveryWithAttempts, wireEndpoint } from '../wire/callbacks.ts';
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

/** The receiver's secret: not that of an application of ours. */
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
  const command = new Command('callbacks').description('Where events are sent to, and what came of it');
  const of = (usage: string, description: string) =>
    command
      .command(usage)
      .description(description)
      .requiredOption('--retailer <number>', 'the retailer')
      .option('--json', 'print JSON');
  withAddress(of('add', 'Have events sent to an address; shows the signing secret, once'), true).action(
    (options: Options) => add(terminal, options),
  );
  of('list', 'List the endpoints of a retailer').action((options: Options) => list(terminal, options));
  withAddress(of('set <endpoint>', 'Change an endpoint; a running server follows'), false)
    .addOption(
      new Option('--state <state>', 'whether it is told of anything').choices(['enabled', 'disabled']),
    )
    .action((endpoint: string, options: Options) => set(terminal, endpoint, options));
  of('rotate <endpoint>', 'Give it a new signing secret; the former one signs beside it for 24 hours').action(
    (endpoint: string, options: Options) => rotate(terminal, endpoint, options),
  );
  of('remove <endpoint>', 'Forget an endpoint, and what was to be sent to it').action(
    (endpoint: string, options: Options) => remove(terminal, endpoint, options),
  );
  of('test <endpoint>', 'Send a sample now, once, from here')
    .addOption(new Option('--event <name>', 'which').choices(callbackEventNames))
    .action((endpoint: string, options: Options) => test(terminal, endpoint, options));
  of('deliveries', 'What was and is to be sent, newest first')
    .option('--order <id>', 'only of this order')
    .option('--endpoint <number>', 'only to this endpoint')
    .addOption(new Option('--event <name>', 'only events of this name').choices(callbackEventNames))
    .addOption(new Option('--state <state>', 'only in this state').choices(deliveryStates))
    .option('--limit <number>', 'how many', String(limits.rowsPerPage))
    .action((options: Options) => deliveries(terminal, options));
  of('show <delivery>', 'One of them, with its attempts').action((delivery: string, options: Options) =>
    show(terminal, delivery, options),
  );
  of('replay [delivery]', 'Send one again, or what an endpoint was not told since a time')
    .option('--endpoint <number>', 'all that were given up of this endpoint')
    .option('--since <instant>', 'of events not before this, ISO 8601', new Date(0).toISOString())
    .action((delivery: string | undefined, options: Options) => again(terminal, delivery, options));
  return command;
}

function withAddress(command: Command, isNew: boolean): Command {
  const flag = (flags: string, description: string) =>
    isNew ? command.requiredOption(flags, description) : command.option(flags, description);
  flag('--url <url>', 'where events are sent to; https in production');
  return command
    .option('--name <name>', 'a name for people', ...(isNew ? ['endpoint'] : []))
    .option('--events <list>', 'comma-separated; all', ...(isNew ? [callbackEventNames.join(',')] : []))
    .option(
      '--token-url <url>',
      'the receiver’s token endpoint, where callbacks carry a token; "none" for none',
    )
    .option('--client-id <id>', 'the client ID there')
    .addOption(secretOption('--client-secret <secret>', 'the secret there', secretVariable))
    .option('--client-secret-file <file>', 'the same as --client-secret @file; - for standard input')
    .option('--scope <scope>', 'the scope to ask for')
    .option('--resource <resource>', 'the resource to ask for')
    .option('--expires-in <seconds>', 'how long a token lives, instead of what the answer says');
}

/** @param work is given what the domain needs, and the retailer */
async function withCallbacks(
  terminal: Terminal,
  { retailer }: Options,
  work: (own: Own, retailer: RetailerRow) => Promise<void>,
): Promise<void> {
  const settings = readSettings(terminal.env);
  await withStore(terminal, async (store) => {
    const row = await findRetailer(store, retailer);
    const clock = systemClock;
    const box = await openSecretBox(settings, store);
    const destinations = destinationsOf(settings);
    const sender = createSender({ store, clock, access: new Access(store, clock), box, destinations });
    try {
      await work({ store, clock, callbacks: sender }, row);
    } catch (error) {
      throw error instanceof Refusal ? failureOf(error) : error;
    } finally {
      sender.close();
    }
  });
}

function failureOf({ reason }: Refusal): CommandFailure {
  if (reason === 'callbacks_not_configured') {
    return new CommandFailure(
      'Set AISLECHAT_SECRETS_KEY first, for example to what this prints: openssl rand -base64 32',
      exitCodes.usage,
    );
  }
  if (reason === 'limit_reached') {
    return new CommandFailure(`The retailer has ${limits.callbackEndpoints} endpoints. Remove one first.`);
  }
  return new CommandFailure(
    'The retailer has no such endpoint or delivery. "aislechat callbacks list" and "deliveries" show those there are.',
    exitCodes.notFound,
  );
}

const view = (endpoint: Parameters<typeof wireEndpoint>[0]) => {
  const { authentication, events, ...rest } = wireEndpoint(endpoint);
  return { ...rest, events: events.join(','), authentication: authentication.type };
};
const secretNote = '\nKeep the signing secret now: it cannot be shown again.';

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
    // All their names would fill the screen.
    const rows = endpoints.map((row) => ({
      ...view(row),
      ...(!options.json && { events: row.events.length }),
    }));
    printTable(terminal, options.json, rows, 'No endpoints. "aislechat callbacks add" makes one.');
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
    const { status, error, durationMs } = result;
    print(terminal, options.json, { event_name: name, status, error, duration_ms: durationMs });
  });
}

async function deliveries(terminal: Terminal, options: Options): Promise<void> {
  await withCallbacks(terminal, options, async (own, retailer) => {
    const { rows } = await listDeliveries(
      own,
      retailer.id,
      options.order === undefined ? undefined : { externalId: options.order },
      {
        ...(options.endpoint !== undefined && { endpointId: numberOf(options.endpoint) }),
        ...(options.event !== undefined && { eventName: options.event as CallbackEventName }),
        ...(options.state !== undefined && { state: options.state as DeliveryState }),
      },
      undefined,
      numberOf(options.limit!),
    );
    printTable(terminal, options.json, rows.map(wireDelivery), 'Nothing was to be sent.');
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
    throw new CommandFailure('Name a delivery, or an endpoint with --endpoint.', exitCodes.usage);
  }
  await withCallbacks(terminal, options, async (own, retailer) => {
    if (delivery !== undefined) {
      print(terminal, options.json, wireDelivery(await replay(own, retailer, keyOf(retailer, delivery))));
      return;
    }
    const since = instantOf(options.since!);
    if (since === undefined) throw new CommandFailure('--since is an ISO 8601 instant.', exitCodes.usage);
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
      `"${unknown}" is not an event. Events are ${callbackEventNames.join(', ')}.`,
      exitCodes.usage,
    );
  }
  return names;
}

/** null: none; undefined: nothing was said about it. */
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
