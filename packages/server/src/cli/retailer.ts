import {
  forever,
  limits,
  retailerSettings,
  type SettingName,
  settingNames,
  settingShape,
  wireSettingName,
} from '@aislechat/contract';
import { Command, Option } from 'commander';
import type { Clock } from '../domain/clock.ts';
import { InvalidParameters, Refusal } from '../domain/errors.ts';
import { audit, commandLine } from '../domain/operate/audit.ts';
import { addBanner } from '../domain/retailers/banners.ts';
import { createRetailer, type NewRetailer, type RetailerSettings } from '../domain/retailers/retailers.ts';
import { changeSettings } from '../domain/retailers/settings.ts';
import type { RetailerRow, Store, Writer } from '../storage/store.ts';
import {
  CommandFailure,
  exitCodes,
  findRetailer,
  print,
  printTable,
  type Terminal,
  withStore,
} from './command.ts';

interface Options extends Record<string, unknown> {
  json?: boolean;
  own?: string;
}

export function retailerCommand(terminal: Terminal): Command {
  const command = new Command('retailer').description('Manage retailers and their settings');
  withSettings(command.command('create').description('Create a retailer and its first application'))
    .option('--json', 'print JSON')
    .action((options: Options) => create(terminal, options));
  withSettings(
    command
      .command('add-banner')
      .argument('<retailer>', 'number of a retailer of the organization')
      .argument('<slug>', 'slug that selects the new banner, in X-Retailer-Id')
      .description(
        'Create a retailer that shares the applications of another: one more banner of its organization',
      ),
  )
    .option('--own <slug>', 'slug of the organization’s first retailer, needed with its second banner')
    .option('--json', 'print JSON')
    .action((retailer: string, slug: string, options: Options) => add(terminal, retailer, slug, options));
  command
    .command('list')
    .description('List all retailers')
    .option('--json', 'print JSON')
    .action((options: Options) => list(terminal, options));
  command
    .command('show')
    .argument('<retailer>', 'number of the retailer')
    .description('Show a retailer with its applications')
    .option('--json', 'print JSON')
    .action((retailer: string, options: Options) => show(terminal, retailer, options));
  withSettings(
    command
      .command('set')
      .argument('<retailer>', 'number of the retailer')
      .description('Change settings; a running server applies them within a second'),
  )
    .option('--json', 'print JSON')
    .action((retailer: string, options: Options) => set(terminal, retailer, options));
  return command;
}

function withSettings(command: Command): Command {
  for (const name of settingNames) command.addOption(optionOf(name));
  return command;
}

/** Derives the option from the setting's schema: on or off, days, one of several words, a list of texts, or a text. */
function optionOf(name: SettingName): Option {
  const { option } = retailerSettings[name];
  const { type, enum: words, description } = settingShape(name);
  const text = description.replaceAll('`', '');
  if (type === 'boolean') return new Option(`--${option} <on|off>`, text).choices(['on', 'off']);
  if (type === 'days') return new Option(`--${option} <days>`, text);
  if (words) return new Option(`--${option} <word>`, text).choices(words);
  return new Option(`--${option} <${type === 'array' ? 'text...' : 'text'}>`, text);
}

function settingsOf(options: Options): Partial<RetailerSettings> {
  const given = settingNames.map((name) => [name, valueGiven(name, options[optionOf(name).attributeName()])]);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

/** Empty texts are dropped, so that a list can be emptied. */
function valueGiven(name: SettingName, given: unknown): unknown {
  const { type } = settingShape(name);
  if (given === undefined) return undefined;
  if (type === 'boolean') return given === 'on';
  if (type === 'days') return given === forever ? given : Number(given);
  return type === 'array' ? (given as string[]).filter((text) => text.trim() !== '') : given;
}

/** @param hasBanners whether to name the banner; by default, if the retailer is one */
const view = (
  retailer: RetailerRow,
  hasBanners = retailer.banner !== null,
  names: readonly SettingName[] = settingNames,
) => ({
  retailer_id: retailer.id,
  ...(hasBanners && { organization_id: retailer.organizationId, banner: retailer.banner }),
  ...Object.fromEntries(names.map((name) => [wireSettingName(name), retailer[name]])),
});

async function create(terminal: Terminal, options: Options): Promise<void> {
  const work = async (store: Store, clock: Clock) => {
    const created = await createRetailer(store, clock, settingsOf(options), undefined, auditCreation);
    print(terminal, options.json, {
      retailer_id: created.retailer.id,
      client_id: created.application.clientId,
      client_secret: created.clientSecret,
    });
    if (!options.json) terminal.out('\nSave the secret now: it is not stored and cannot be shown again.');
  };
  await withStore(terminal, work, { create: true });
}

async function add(terminal: Terminal, retailer: string, banner: string, options: Options): Promise<void> {
  await withStore(terminal, async (store, clock) => {
    const beside = await findRetailer(store, retailer);
    const slugs = { banner, own: options.own };
    const added = await addBanner({ store, clock }, beside, slugs, settingsOf(options)).catch((error) => {
      throw failureOf(error) ?? error;
    });
    print(terminal, options.json, {
      retailer_id: added.id,
      organization_id: added.organizationId,
      banner: added.banner,
    });
    if (beside.banner === null && !options.json) {
      terminal.out(`\nRequests for retailer ${beside.id} must now send "X-Retailer-Id: ${options.own}".`);
    }
  });
}

/** What to do about slugs that cannot be had; undefined for another error. */
function failureOf(error: unknown): CommandFailure | undefined {
  if (error instanceof Refusal && error.reason === 'limit_reached') {
    return new CommandFailure(`The organization already has ${limits.banners} banners, which is the limit.`);
  }
  const problem = error instanceof InvalidParameters ? error.problems[0] : undefined;
  if (problem?.key === 'own' && problem.problem === 'blank') {
    return new CommandFailure(
      'The retailer has no slug yet. Give it one with --own: requests for it must name it from now on.',
      exitCodes.usage,
    );
  }
  if (problem?.key === 'banner' && problem.problem === 'taken') {
    return new CommandFailure('The organization already has a banner with this slug.');
  }
  if (problem?.key !== 'banner' && problem?.key !== 'own') return undefined;
  return new CommandFailure(
    `A slug has 1 to ${limits.bannerCharacters} lowercase letters, digits and dashes. A retailer’s slug never changes.`,
    exitCodes.usage,
  );
}

async function auditCreation(tx: Writer, { retailer, application }: NewRetailer): Promise<void> {
  await audit(tx, commandLine(retailer), application.createdAt, {
    action: 'application_creation',
    subject: { type: 'application', id: application.id },
    detail: { name: application.name, scopes: application.scopes.replaceAll(',', ' ') },
  });
}

async function list(terminal: Terminal, options: Options): Promise<void> {
  await withStore(terminal, async (store) => {
    const retailers = await store.read.retailers.list();
    const hasBanners = retailers.some(({ banner }) => banner !== null);
    // All settings would not fit on a line.
    const shown = options.json ? settingNames : (['name', 'timezone'] as const);
    const rows = retailers.map((retailer) => view(retailer, hasBanners, shown));
    printTable(
      terminal,
      options.json,
      rows,
      'No retailers yet. Run "aislechat retailer create" to create one.',
    );
  });
}

async function show(terminal: Terminal, retailer: string, options: Options): Promise<void> {
  await withStore(terminal, async (store) => {
    const row = await findRetailer(store, retailer);
    const applications = (await store.read.applications.list(row.id)).map((application) => ({
      client_id: application.clientId,
      name: application.name,
      scopes: application.scopes,
      state: application.state,
    }));
    if (options.json) {
      print(terminal, true, { ...view(row), applications });
      return;
    }
    print(terminal, false, view(row));
    terminal.out('');
    printTable(terminal, false, applications, 'No applications.');
  });
}

async function set(terminal: Terminal, retailer: string, options: Options): Promise<void> {
  await withStore(terminal, async (store, clock) => {
    const before = await findRetailer(store, retailer);
    const changes = settingsOf(options);
    const shown = view(before);
    const detail = Object.entries(view({ ...before, ...changes })).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(shown[name as keyof typeof shown]),
    );
    const needs = { store, clock };
    const changed = await changeSettings(needs, commandLine(before), changes, Object.fromEntries(detail));
    print(terminal, options.json, view(changed));
  });
}
