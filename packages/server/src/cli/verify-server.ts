/** Runs the checks of `aislechat verify`, prints what they found and writes the reports. */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { checks } from '../verify/checks/all.ts';
import { NoAnswer } from '../verify/exchange.ts';
import { CannotTell } from '../verify/expect.ts';
import { count, jsonReport, junitReport, linesOf, summary } from '../verify/report.ts';
import { verify } from '../verify/run.ts';
import { CommandFailure, exitCodes, interruptibly, type Terminal } from './command.ts';
import { progressTo } from './progress.ts';

export interface VerifyOptions {
  url: string;
  clientId: string;
  clientSecret: string;
  only?: string;
  strict?: boolean;
  addressLine1: string;
  postalCode: string;
  upc: string;
  junit?: string;
  json?: boolean;
}

/** @throws CommandFailure if the server differs from Connect, or no check can run */
export async function verifyServer(terminal: Terminal, options: VerifyOptions): Promise<void> {
  const url = addressOf(options.url);
  const chosen = checks.filter(({ name }) => options.only === undefined || name.includes(options.only));
  if (chosen.length === 0) {
    throw new CommandFailure(`No check has "${options.only}" in its name.`, exitCodes.usage);
  }
  const { junit } = options;
  if (junit !== undefined) assertWritable(junit);
  const progress = progressTo(terminal, true);
  let done = 0;
  const verification = await interruptibly((signal) =>
    verify({
      url,
      credentials: { clientId: options.clientId, clientSecret: options.clientSecret },
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
  if (junit !== undefined) writeFileSync(junit, junitReport(url.href, verification));
  if (options.json) terminal.out(jsonReport(url.href, verification));
  else {
    for (const what of left) terminal.out(`left behind: ${what}`);
    terminal.out(summary(results));
  }
  const different = count(results, 'different');
  const undecided = options.strict ? count(results, 'cannot tell') : 0;
  if (different > 0) throw new CommandFailure(`The server differs from Connect: ${summary(results)}.`);
  if (undecided > 0) throw new CommandFailure(`With --strict every check has to tell: ${summary(results)}.`);
}

/** Before the checks run, which take a while. */
function assertWritable(file: string): void {
  try {
    closeSync(openSync(file, 'a'));
  } catch (error) {
    throw new CommandFailure(`--junit cannot be written: ${(error as Error).message}.`, exitCodes.usage);
  }
}

function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.search !== '') {
    throw new CommandFailure('--url must be an address such as https://connect.example.', exitCodes.usage);
  }
  return url;
}
