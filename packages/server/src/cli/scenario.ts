/** Plays scenarios over the API of a running development server. */
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { schemas } from '@aislechat/contract';
import { Command, Option } from 'commander';
import type { Static } from 'typebox';
import { readScript, readyScenario, readyScenarios } from '../scenarios/ready.ts';
import { CommandFailure, exitCodes, printTable, type Terminal } from './command.ts';
import { requiredSecretOf, secretOption } from './secret.ts';

const lookEveryMs = 300;
const secretVariable = 'CLIENT_SECRET';

interface Options {
  url: string;
  clientId?: string;
  clientSecret?: string;
  orderId?: string;
  pace: 'real' | 'fast';
  seed: string;
  json?: boolean;
}

export function scenarioCommand(terminal: Terminal): Command {
  const command = new Command('scenario').description(
    'Play the customer and the shopper of an order in the sandbox',
  );
  command
    .command('list')
    .description('List the scenarios that come with the server')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) => list(terminal, options));
  command
    .command('run')
    .argument('<file|name>', 'YAML or JSON script, or the name of a scenario that comes with the server')
    .description('Play a scenario on a running server')
    .option('--url <address>', 'address of the server', 'http://127.0.0.1:3000')
    .option('--client-id <id>', 'client ID of the application to use (default: create a retailer)')
    .addOption(secretOption('--client-secret <secret>', 'its secret', secretVariable))
    .option('--order-id <id>', 'order to play on (default: create one)')
    .addOption(new Option('--pace <pace>', 'speed').choices(['real', 'fast']).default('fast'))
    .option('--seed <number>', 'seed for the texts; the same seed gives the same texts', '0')
    .option('--json', 'print JSON')
    .action((what: string, options: Options) => run(terminal, what, options));
  return command;
}

async function list(terminal: Terminal, { json }: { json?: boolean }): Promise<void> {
  const rows: Record<string, unknown>[] = [];
  for (const name of readyScenarios()) {
    const { description, steps } = (await readyScenario(name))!;
    rows.push({ name, steps: steps.length, description });
  }
  printTable(terminal, json, rows, 'No scenarios.');
}

async function run(terminal: Terminal, what: string, options: Options): Promise<void> {
  if (!/^\d{1,10}$/.test(options.seed)) throw new CommandFailure('--seed must be a number.', exitCodes.usage);
  if (options.clientId === undefined && options.clientSecret !== undefined) {
    throw new CommandFailure('Give --client-id and --client-secret together.', exitCodes.usage);
  }
  const clientSecret =
    options.clientId === undefined
      ? undefined
      : requiredSecretOf(terminal, options.clientSecret, {
          option: '--client-secret',
          variable: secretVariable,
        });
  const chosen = await choose(what);
  const call = caller(options.url);
  const made =
    options.clientId === undefined ? await call<NewRetailer>('POST', '/v1/sandbox/retailers', {}) : undefined;
  const { access_token: token } = await call<schemas.AccessToken>('POST', '/v2/oauth/token', {
    grant_type: 'client_credentials',
    client_id: made?.client_id ?? options.clientId,
    client_secret: made?.client_secret ?? clientSecret,
  });
  let scenario = await call<schemas.Scenario>(
    'POST',
    '/v1/sandbox/scenarios',
    {
      ...chosen,
      pace: options.pace,
      seed: Number(options.seed),
      ...(options.orderId !== undefined && { order_id: options.orderId }),
    },
    token,
  );
  if (!options.json) {
    if (made) terminal.out(`client_id ${made.client_id}, client_secret ${made.client_secret}`);
    terminal.out(`order_id ${scenario.order_id}`);
  }
  let shown = 0;
  for (;;) {
    if (!options.json) for (const done of scenario.done.slice(shown)) terminal.out(lineOf(done));
    shown = scenario.done.length;
    if (scenario.state !== 'running') break;
    await sleep(lookEveryMs);
    scenario = await call<schemas.Scenario>('GET', `/v1/sandbox/scenarios/${scenario.id}`, undefined, token);
  }
  if (options.json) terminal.out(JSON.stringify({ ...made, ...scenario }));
  if (scenario.problem) {
    throw new CommandFailure(`Step ${scenario.problem.step} was refused: ${scenario.problem.message}`);
  }
}

/** Returns the members of the request that choose the scenario. */
async function choose(what: string): Promise<{ name: string } | { script: unknown }> {
  if (readyScenarios().includes(what)) return { name: what };
  if (!existsSync(what)) {
    throw new CommandFailure(
      `There is no scenario or file ${what}. Run "aislechat scenario list" to see the scenarios.`,
      exitCodes.notFound,
    );
  }
  try {
    return { script: await readScript(readFileSync(what, 'utf8')) };
  } catch (error) {
    throw new CommandFailure(`Cannot read ${what}: ${(error as Error).message}`, exitCodes.usage);
  }
}

type NewRetailer = Static<typeof schemas.NewRetailer>;

interface Problem {
  error?: { message?: string; errors?: Problem[] };
  error_description?: string;
  meta?: { key?: string };
}

function caller(url: string) {
  return async <T>(method: string, path: string, body?: unknown, token?: string): Promise<T> => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch(() => {
      throw new CommandFailure(
        `No server answers at ${url}. Start one with "aislechat serve", or set its address with --url.`,
      );
    });
    const text = await response.text();
    const answer = jsonOf(text) as (T & Problem) | undefined;
    if (response.ok && answer !== undefined) return answer;
    if (response.ok) throw new CommandFailure(`The server at ${url} is not an aislechat server.`);
    if (response.status === 404 && path === '/v1/sandbox/retailers') {
      throw new CommandFailure(`The server at ${url} has no sandbox, because it runs in production.`);
    }
    const problems: (Problem | undefined)[] = answer?.error?.errors ?? [answer];
    const sentences = problems.map((problem) => {
      const message = problem?.error?.message ?? problem?.error_description ?? `status ${response.status}`;
      return [problem?.meta?.key, message].filter((part) => part !== undefined).join(' ');
    });
    throw new CommandFailure(
      sentences.join('; '),
      response.status === 400 ? exitCodes.usage : exitCodes.failed,
    );
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function lineOf({ at, action, sender_type, body = '' }: schemas.Scenario['done'][number]): string {
  const who = { user: 'customer:', driver: 'shopper:' };
  return `${at.slice(11, 19)}  ${sender_type === undefined ? action : who[sender_type]} ${body}`.trimEnd();
}
