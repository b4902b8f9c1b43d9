/**
 * Runs every test file, or those whose path contains one of the arguments, and prints a closing line. Tests that
 * work on either database also run on a real PostgreSQL server, started here for the whole run.
 *
 * `--changed` runs the tests that import a file changed since the last commit; `--timings` lists what each file costs.
 */
import assert from 'node:assert/strict';
import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { unpackedChromium } from '../packages/client/tests/support/chromium.ts';
import { bundleServer } from '../packages/server/tests/support/bundle.ts';
import { type Cost, cpuSecondsOf } from '../packages/server/tests/support/cost.ts';
import {
  type Cluster,
  makeEmptyCluster,
  newCluster,
  prepare,
} from '../packages/server/tests/support/postgres.ts';
import { build } from '../packages/web/scripts/build.ts';
import { changedFiles, testsOf } from './changed.ts';
import { TestProcess } from './test-process.ts';
import { Report } from './test-report.ts';

const isFull = process.env.TEST_SCALE === 'full';

/**
 * Files that also run on PostgreSQL: together they run every statement of the server there. What the other files test,
 * such as masks and quotas, or the steps of an order, does not depend on the engine.
 */
const onBothEngines = [
  /\/api\/(matrix|idempotency|text|live)\./,
  /\/api\/(operate|support|signed-assertions|fulfillment|sign-ins|reports)\./,
  /\/robustness\/(lost-connections|fuzz|streams|wrong-clocks)\./,
  /\/durability\/(kill|callbacks|endings|retention)\./,
  /\/delivery\/callbacks\./,
  /\/notifications\/(outbox|sms|erasure)\./,
  /\/(privacy|domain)\/((requested-)?erasure|evidence)\./,
  /\/privacy\/(retention|personal-data|people)\./,
  /\/cli\/audit-data\./,
  // It spends its time waiting for the leases of killed servers to end, as durability/callbacks does.
  ...(isFull ? [/\/durability\/notifications\./] : []),
];
const onPostgres = ' on PostgreSQL';

/** The seconds that each of the longer files took. A whole run with `--timings` updates them. */
const weightsFile = fileURLToPath(new URL('test-weights.json', import.meta.url));
const leastWeight = 2;
/**
 * A test that waits for what never comes fails after this time. None takes a fifth of it on a busy machine; with
 * `TEST_SCALE=full` some take longer.
 */
const hungAfterMs = isFull ? 0 : 5 * 60_000;
/** Longer than a file needs after its tests, to stop its servers. */
const idleMs = 60_000;
/** How much of an in-memory file system the tests may use. */
const memoryBytes = 4 * 1024 ** 3;

/** One more than the processors, since a test that waits leaves its processor to another. */
const lanes = availableParallelism() + 1;
/** If more than this share of a second's processor time was idle, the tests wait, and one file more is run. */
const idleShare = 0.1;

interface Job {
  file: string;
  engine: 'sqlite' | 'postgres';
  /** The name in the report. */
  name: string;
}

const flag = { type: 'boolean', default: false } as const;
const { values: options, positionals: wanted } = (() => {
  try {
    return parseArgs({ allowPositionals: true, options: { changed: flag, timings: flag } });
  } catch (error) {
    refuse((error as Error).message);
  }
})();

const all = globSync(['packages/*/tests/**/*.test.ts', 'scripts/*.test.ts']);
const named = all.filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)));
const files = options.changed ? testsOf(named, changedFiles()) : named;
const unknown = wanted.filter((part) => !all.some((file) => file.includes(part)));
if (unknown.length > 0) refuse(`No test file has ${unknown.join(' or ')} in its path.`);
if (files.length === 0) {
  process.stdout.write('No test imports what was changed.\n');
  process.exit(0);
}

const weights: Record<string, number> = JSON.parse(readFileSync(weightsFile, 'utf8'));
const weightOf = ({ name }: Job): number => weights[name] ?? leastWeight / 2;
const jobs = files
  .flatMap((file): Job[] => [
    { file, engine: 'sqlite', name: file },
    ...(onBothEngines.some((pattern) => pattern.test(file))
      ? [{ file, engine: 'postgres', name: file + onPostgres } as const]
      : []),
  ])
  .sort((a, b) => weightOf(a) - weightOf(b));
const report = new Report(jobs.length, new Map(jobs.map((job) => [job.name, weightOf(job)])));

const startedAt = performance.now();
const scratch = mkdtempSync(join(quickestFolder(), 'aislechat-run-'));
// PostgreSQL may run as another user, who must be able to enter.
chmodSync(scratch, 0o711);
process.env.TMPDIR = scratch;
// Exits properly, so that PostgreSQL ends too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url)),
  TEST_PAGES: join(scratch, 'pages'),
  TEST_SERVER: bundleServer(join(scratch, 'bundle')),
};
const [cluster, built] = await Promise.all([
  startCluster(),
  build(environment.TEST_PAGES),
  unpackedChromium(),
]);
const costs = new Map<string, Cost>();
let clusterCpuSeconds = 0;
try {
  assert.ok(built, 'the pages are built');
  const preparedIn = (performance.now() - startedAt) / 1000;
  process.stdout.write(
    `PostgreSQL runs, the pages are built, Chromium is unpacked  ${preparedIn.toFixed(1)} s\n`,
  );
  // Quick files first, so that a failure shows early; the other lanes start with the long ones, lest one of
  // them run alone at the end.
  const long = Array.from({ length: lanes - 1 }, () => lane(() => jobs.pop()));
  await Promise.all([lane(() => jobs.shift()), ...long, lane(nextWhenIdle)]);
  clusterCpuSeconds = cpuSecondsOf(cluster.child.pid!) ?? 0;
} finally {
  await cluster.stop();
}
if (options.timings) sayTimings();
sayPhases();
if (options.timings && wanted.length === 0 && !options.changed) keepWeights();
process.exitCode = report.close() ? 0 : 1;

function refuse(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

async function startCluster(): Promise<Cluster> {
  const empty = await makeEmptyCluster(scratch);
  process.env.TEST_EMPTY_CLUSTER = empty;
  const cluster = await newCluster();
  await prepare(cluster);
  Object.assign(environment, { TEST_EMPTY_CLUSTER: empty, TEST_POSTGRES_URL: cluster.url() });
  return cluster;
}

/** A quick file, since the processors may soon be busy again. */
async function nextWhenIdle(): Promise<Job | undefined> {
  for (let before = processorTimes(); jobs.length > 0; ) {
    await delay(1000);
    const now = processorTimes();
    if (now.idle - before.idle > idleShare * (now.all - before.all)) break;
    before = now;
  }
  return jobs.shift();
}

/** What all processors together have spent since the machine was started, in ms. */
function processorTimes(): { idle: number; all: number } {
  let [idle, all] = [0, 0];
  for (const { times } of cpus()) {
    idle += times.idle;
    all += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { idle, all };
}

/** Runs one file after another, in one process for each engine. */
async function lane(next: () => Job | undefined | Promise<Job | undefined>): Promise<void> {
  const processes = {
    sqlite: new TestProcess({ ...environment, TEST_ENGINE: 'sqlite' }),
    postgres: new TestProcess({ ...environment, TEST_ENGINE: 'postgres' }),
  };
  for (let job = await next(); job !== undefined; job = await next()) {
    const { file, engine, name } = job;
    const ended = await processes[engine].run({ file, hungAfterMs, idleMs }, report, name.slice(file.length));
    if (ended) costs.set(name, ended.cost);
  }
  for (const process of Object.values(processes)) await process.stop();
}

/**
 * Temporary files go to memory if there is enough of it, since servers wait for the disk after every write.
 * No test checks what a power failure would lose, and a killed process loses the same in memory.
 */
function quickestFolder(): string {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    const mount = /^\S+ \/dev\/shm tmpfs (\S+)/m.exec(readFileSync('/proc/mounts', 'utf8'));
    const runsPrograms = mount !== null && !mount[1]!.split(',').includes('noexec');
    const isRoomy = bavail * bsize >= memoryBytes;
    if (process.env.TMPDIR === undefined && runsPrograms && isRoomy) return '/dev/shm';
  } catch {
    // Not a Linux system.
  }
  return tmpdir();
}

/**
 * Prints how long every file ran and its CPU time, the slowest tests, and how long the tests waited for what they
 * start, by kind.
 */
function sayTimings(): void {
  process.stdout.write('\nSeconds  CPU s\n');
  for (const { file, seconds } of report.results.toSorted((a, b) => b.seconds - a.seconds)) {
    const cpu = costs.get(file)?.cpuSeconds.toFixed(1) ?? '';
    process.stdout.write(`${seconds.toFixed(1).padStart(7)}${cpu.padStart(7)}  ${file}\n`);
  }
  process.stdout.write('\nSeconds  Slowest tests\n');
  const slowest = report.tests.toSorted((a, b) => b.seconds - a.seconds).slice(0, 100);
  for (const { file, name, seconds } of slowest) {
    process.stdout.write(`${seconds.toFixed(1).padStart(7)}  ${file}: ${name}\n`);
  }
  const kinds = new Map<string, { count: number; seconds: number }>();
  for (const { starts } of costs.values()) {
    for (const [kind, { count, seconds }] of Object.entries(starts)) {
      const sum = kinds.get(kind) ?? { count: 0, seconds: 0 };
      kinds.set(kind, { count: sum.count + count, seconds: sum.seconds + seconds });
    }
  }
  process.stdout.write('\nSeconds  Starts\n');
  for (const [kind, { count, seconds }] of [...kinds].toSorted(([, a], [, b]) => b.seconds - a.seconds)) {
    process.stdout.write(`${seconds.toFixed(1).padStart(7)}${String(count).padStart(8)}  ${kind}\n`);
  }
}

/**
 * Prints how the time divides between the engines and the browser. Files run in parallel, so the sum exceeds
 * the elapsed time.
 */
function sayPhases(): void {
  const phases = new Map<string, { seconds: number; cpuSeconds: number }>();
  for (const { file, seconds } of report.results) {
    const cost = costs.get(file);
    const phase =
      cost?.starts.browser !== undefined ? 'browser' : file.endsWith(onPostgres) ? 'PostgreSQL' : 'SQLite';
    const sum = phases.get(phase) ?? { seconds: 0, cpuSeconds: 0 };
    phases.set(phase, {
      seconds: sum.seconds + seconds,
      cpuSeconds: sum.cpuSeconds + (cost?.cpuSeconds ?? 0),
    });
  }
  const said = [...phases].map(
    ([phase, { seconds, cpuSeconds }]) => `${phase} ${seconds.toFixed(0)} s (CPU ${cpuSeconds.toFixed(0)} s)`,
  );
  const total = (performance.now() - startedAt) / 1000;
  const cluster = `the database server itself CPU ${clusterCpuSeconds.toFixed(0)} s`;
  process.stdout.write(
    `\nFiles on ${said.join(', ')}, ${cluster}; ${lanes} at a time, in ${total.toFixed(0)} s\n`,
  );
}

function keepWeights(): void {
  const kept = report.results
    .filter(({ seconds }) => seconds >= leastWeight)
    .map(({ file, seconds }): [string, number] => [file, Math.round(seconds)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(weightsFile, `${JSON.stringify(Object.fromEntries(kept), undefined, 2)}\n`);
}
