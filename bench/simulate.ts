/**
 * `npm run simulate`: computes a large grocer's day from the figures in simulation/parameters.ts, without running a
 * server. docs/scaling.md discusses the result.
 */
import { parseArgs } from 'node:util';
import { simulateDay } from './simulation/day.ts';
import { defaults } from './simulation/parameters.ts';
import { asJson, asText, reportOf } from './simulation/report.ts';

const usage = 'Usage: npm run simulate -- [--orders N] [--poll-seconds N] [--seed N] [--json]';

const { json, ...chosen } = readCommandLine();
const parameters = { ...defaults, ...chosen };
const report = reportOf(simulateDay(parameters), parameters);
process.stdout.write(json ? asJson(report) : asText(report));

function readCommandLine() {
  try {
    const { values } = parseArgs({
      options: {
        orders: { type: 'string' },
        'poll-seconds': { type: 'string' },
        seed: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    return {
      json: values.json,
      orders: wholeNumber('--orders', values.orders, 1, 100_000_000, defaults.orders),
      pollSeconds: wholeNumber('--poll-seconds', values['poll-seconds'], 1, 3600, defaults.pollSeconds),
      seed: wholeNumber('--seed', values.seed, 0, 2 ** 32 - 1, defaults.seed),
    };
  } catch (error) {
    process.stderr.write(`simulate: ${(error as Error).message}. ${usage}\n`);
    process.exit(2);
  }
}

function wholeNumber(name: string, text: string | undefined, min: number, max: number, fallback: number) {
  if (text === undefined) return fallback;
  const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) throw new Error(`${name} must be a number from ${min} to ${max}`);
  return value;
}
