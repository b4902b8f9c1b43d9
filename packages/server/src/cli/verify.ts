/** `aislechat verify`: compares any server with Connect's API. */
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { checks } from '../verify/checks/all.ts';
import { NoAnswer } from '../verify/exchange.ts';
import { CannotTell } from '../verify/expect.ts';
import { count, jsonReport, junitReport, linesOf, summary } from '../verify/report.ts';
import { verify } from '../verify/run.ts';
import { CommandFailure, exitCodes, interruptibly, type Terminal } from './command.ts';
import { progressTo } from './progress.ts';
import { requiredSecretOf, secretOption } from './secret.ts';

const secretVariable = 'CLIENT_SECRET';

interface Options {
  url: string;
  clientId: string;
  clientSecret?: string;
  only?: string;
  strict?: boolean;
  addressLine1: string;
  postalCode: string;
  upc: string;
  junit?: string;
  json?: boolean;
}

export function verifyCommand(terminal: Terminal): Command {
  return new Command('verify')
    .description('Compare any server with the Connect API, operation by operation')
    .requiredOption('--url <address>', 'address of the server, with a path if it is behind a proxy')
    .requiredOption('--client-id <id>', 'application that may create users and orders')
    .addOption(secretOption('--client-secret <secret>', 'its secret', secretVariable))
    .option('--only <text>', 'run only the checks with this text in their name')
    .option('--address-line-1 <text>', 'address that its stores deliver to', '9 Quay Rd')
    .option('--postal-code <text>', 'postal code of that address', '80202')
    .option('--upc <code>', 'item that the stores sell', '000111222333')
    .option('--strict', 'also fail if a check cannot tell')
    .option('--junit <file>', 'also write a JUnit report to this file')
    .option('--json', 'print JSON')
    .action((options: Options) => run(terminal, options));
}

async function run(terminal: Terminal, options: Options): Promise<void> {
  const url = addressOf(options.url);
  const chosen = checks.filter(({ name }) => options.only === undefined || name.includes(options.only));
  if (chosen.length === 0) {
    throw new CommandFailure(`No check has "${options.only}" in its name.`, exitCodes.usage);
  }
  const clientSecret = requiredSecretOf(terminal, options.clientSecret, {
    option: '--client-secret',
    variable: secretVariable,
  });
  const progress = progressTo(terminal, true);
  let done = 0;
  const verification = await interruptibly((signal) =>
    verify({
      url,
      credentials: { clientId: options.clientId, clientSecret },
      place: { addressLine1: options.addressLine1, postalCode: options.postalCode, upc: options.upc },
      checks: chosen,
      signal,
      onResult(result) {
        done += 1;
        if (options.json) progress({ doing: 'Verifying', done, total: chosen.length, unit: 'checks' });
        else for (const line of linesOf(result)) terminal.out(line);
      },
    }),
  ).catch((error: unknown) => {
    if (error instanceof NoAnswer) throw new CommandFailure(`No server answers at ${url.href}.`);
    if (error instanceof CannotTell) throw new CommandFailure(`No check could run: ${error.message}`);
    throw error;
  });

  const { results, left } = verification;
  if (options.junit !== undefined) writeFileSync(options.junit, junitReport(url.href, verification));
  if (options.json) terminal.out(jsonReport(url.href, verification));
  else {
    for (const what of left) terminal.out(`left behind: ${what}`);
    terminal.out(summary(results));
  }
  const different = count(results, 'different');
  const undecided = options.strict ? count(results, 'cannot tell') : 0;
  if (different + undecided > 0)
    throw new CommandFailure(`The server differs from Connect: ${summary(results)}.`);
}

function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.search !== '') {
    throw new CommandFailure('--url must be an address such as https://connect.example.', exitCodes.usage);
  }
  return url;
}
