import { Command, Option } from 'commander';
import { systemClock } from '../domain/clock.ts';
import { audit, commandLine } from '../domain/operate/audit.ts';
import { createRetailer, type NewRetailer, type RetailerSettings } from '../domain/retailers/retailers.ts';
import { changeSettings } from '../domain/retailers/settings.ts';
import type { RetailerRow, Store, Writer } from '../storage/store.ts';
import { findRetailer, print, printTable, type Terminal, withStore } from './command.ts';

interface Options {
  json?: boolean;
  name?: string;
  timezone?: string;
  shopperInformationRemoval?: 'on' | 'off';
  chat?: 'on' | 'off';
  chatOpensAt?: 'picking' | 'acknowledged';
  lastMileChat?: 'on' | 'off';
  absentShopper?: 'null' | 'omit';
  privacyMasks?: 'on' | 'off';
  signedAssertions?: 'accepted' | 'required';
  chatCallbacks?: 'all' | 'customer';
  quickReply?: string[];
}

export function retailerCommand(terminal: Terminal): Command {
  const command = new Command('retailer').description('Retailers and their settings');
  withSettings(command.command('create').description('Make a retailer and its first application'))
    .option('--json', 'print JSON')
    .action((options: Options) => create(terminal, options));
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
      .description('Change settings; a running server follows within a second'),
  )
    .option('--json', 'print JSON')
    .action((retailer: string, options: Options) => set(terminal, retailer, options));
  return command;
}

function withSettings(command: Command): Command {
  const toggle = (flag: string, text: string) => new Option(`${flag} <on|off>`, text).choices(['on', 'off']);
  return command
    .option('--name <name>', 'name of the retailer')
    .option('--timezone <name>', 'IANA time zone, such as America/Denver')
    .addOption(toggle('--shopper-information-removal', 'refuse reading chats (Shopper PII)'))
    .addOption(toggle('--chat', 'whether messages may be sent'))
    .addOption(
      new Option('--chat-opens-at <state>', 'first state with a chat').choices(['picking', 'acknowledged']),
    )
    .addOption(toggle('--last-mile-chat', 'whether last-mile orders have a chat'))
    .addOption(
      new Option('--absent-shopper <form>', 'current_shopper before any assignment').choices([
        'null',
        'omit',
      ]),
    )
    .addOption(toggle('--privacy-masks', 'take phone numbers, addresses and the like out of messages'))
    .addOption(
      new Option('--signed-assertions <form>', 'whether assertions must be signed').choices([
        'accepted',
        'required',
      ]),
    )
    .addOption(
      new Option('--chat-callbacks <whose>', 'whose messages chat_message_created tells of').choices([
        'all',
        'customer',
      ]),
    )
    .option(
      '--quick-reply <text...>',
      'what shoppers have ready to tap; one empty text for what their page brings',
    );
}

function settingsOf(options: Options): Partial<RetailerSettings> {
  const settings: Partial<RetailerSettings> = {};
  if (options.name !== undefined) settings.name = options.name;
  if (options.timezone !== undefined) settings.timezone = options.timezone;
  if (options.chatOpensAt !== undefined) settings.chatOpensAt = options.chatOpensAt;
  if (options.absentShopper !== undefined) settings.absentShopper = options.absentShopper;
  if (options.signedAssertions !== undefined) settings.signedAssertions = options.signedAssertions;
  if (options.chatCallbacks !== undefined) settings.chatCallbacks = options.chatCallbacks;
  if (options.quickReply !== undefined)
    settings.quickReplies = options.quickReply.filter((text) => text.trim() !== '');
  if (options.privacyMasks !== undefined) settings.privacyMasks = options.privacyMasks === 'on';
  if (options.chat !== undefined) settings.chatEnabled = options.chat === 'on';
  if (options.lastMileChat !== undefined) settings.lastMileChat = options.lastMileChat === 'on';
  if (options.shopperInformationRemoval !== undefined) {
    settings.shopperInformationRemoval = options.shopperInformationRemoval === 'on';
  }
  return settings;
}

const view = (retailer: RetailerRow) => ({
  retailer_id: retailer.id,
  name: retailer.name,
  timezone: retailer.timezone,
  shopper_information_removal: retailer.shopperInformationRemoval,
  chat_enabled: retailer.chatEnabled,
  chat_opens_at: retailer.chatOpensAt,
  last_mile_chat: retailer.lastMileChat,
  absent_shopper: retailer.absentShopper,
  privacy_masks: retailer.privacyMasks,
  signed_assertions: retailer.signedAssertions,
  chat_callbacks: retailer.chatCallbacks,
  quick_replies: retailer.quickReplies,
});

async function create(terminal: Terminal, options: Options): Promise<void> {
  const work = async (store: Store) => {
    const created = await createRetailer(store, systemClock, settingsOf(options), undefined, auditCreation);
    print(terminal, options.json, {
      retailer_id: created.retailer.id,
      client_id: created.application.clientId,
      client_secret: created.clientSecret,
    });
    if (!options.json) terminal.out('\nKeep the secret now: it is not stored and cannot be shown again.');
  };
  await withStore(terminal, work, { create: true });
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
    const rows = (await store.read.retailers.list()).map(view);
    printTable(terminal, options.json, rows, 'No retailers yet. "aislechat retailer create" makes one.');
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
  await withStore(terminal, async (store) => {
    const before = await findRetailer(store, retailer);
    const changes = settingsOf(options);
    const shown = view(before);
    const detail = Object.entries(view({ ...before, ...changes })).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(shown[name as keyof typeof shown]),
    );
    const needs = { store, clock: systemClock };
    const changed = await changeSettings(needs, commandLine(before), changes, Object.fromEntries(detail));
    print(terminal, options.json, view(changed));
  });
}
