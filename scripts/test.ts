/**
 * Runs every test file, or those whose path contains one of the arguments, and prints a closing line. Tests that
 * work on either database also run on a real PostgreSQL server, started here for the whole run.
 *
 * `--changed` runs the tests that import a file changed since the last commit; `--timings` lists the slowest files.
 */
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { run } from 'node:test';
import { parseArgs } from 'node:util';
import { newCluster, prepare } from '../packages/server/tests/support/postgres.ts';
import { changedFiles, testsOf } from './changed.ts';
import { Report } from './test-report.ts';

/** Files whose tests run on either database. */
const onBothEngines =
  /\/tests\/(api|robustness)\/|\/durability\/(kill|callbacks)\.|\/(privacy|domain)\/(requested-)?(erasure|retention|personal-data|requests)\.|\/(delivery\/callbacks|cli\/audit-data)\./;
const onPostgres = ' on PostgreSQL';

/** How long each file took the last time on this machine: quick ones run first. */
const timingsFolder = 'node_modules/.cache';
const timingsFile = `${timingsFolder}/test-timings.json`;
const slowestShown = 20;

const flag = { type: 'boolean', default: false } as const;
const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { changed: flag, timings: flag },
});

const timings = readTimings();
const all = globSync(['packages/*/tests/**/*.test.ts', 'scripts/*.test.ts']);
const named = all.filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)));
const files = options.changed ? testsOf(named, changedFiles()) : named;
if (files.length === 0) {
  if (options.changed) {
    process.stdout.write('No test imports what was changed.\n');
    process.exit(0);
  }
  process.stderr.write(`No test file has ${wanted.join(' or ')} in its path.\n`);
  process.exit(2);
}
const again = files.filter((file) => onBothEngines.test(file));
const report = new Report(
  files.length + again.length,
  new Map(
    [...files, ...again.map((file) => file + onPostgres)].map((name) => [name, timings.get(name) ?? 0]),
  ),
);

async function runAll(some: string[], suffix: string): Promise<void> {
  if (some.length === 0) return;
  const quickFirst = some.toSorted((a, b) => (timings.get(a + suffix) ?? 0) - (timings.get(b + suffix) ?? 0));
  const stream = run({ files: quickFirst, concurrency: 2 });
  await report.follow(stream, (file) => relative('.', file), suffix);
}

const cluster = await newCluster();
process.env.TEST_POSTGRES_URL = cluster.url();
try {
  await prepare(cluster);
  await runAll(files, '');
  process.env.TEST_ENGINE = 'postgres';
  await runAll(again, onPostgres);
} finally {
  await cluster.stop();
}
keepTimings();
if (options.timings) sayTimings();
process.exitCode = report.close() ? 0 : 1;

function readTimings(): Map<string, number> {
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(timingsFile, 'utf8'))));
  } catch {
    // No timings yet, or a truncated file: run in any order and record them for the next run.
    return new Map();
  }
}

function keepTimings(): void {
  for (const { file, seconds } of report.results) timings.set(file, seconds);
  mkdirSync(timingsFolder, { recursive: true });
  writeFileSync(timingsFile, JSON.stringify(Object.fromEntries(timings)));
}

function sayTimings(): void {
  const slowest = report.results.toSorted((a, b) => b.seconds - a.seconds).slice(0, slowestShown);
  process.stdout.write('\nSlowest files:\n');
  for (const { file, seconds } of slowest) {
    process.stdout.write(`${seconds.toFixed(1).padStart(7)} s  ${file}\n`);
  }
  process.stdout.write('\n');
}
