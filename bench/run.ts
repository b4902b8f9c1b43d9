/**
 * `npm run bench`: measures the figures that the design and documentation promise, each against its baseline in the
 * same run. docs/benchmarks.md explains them.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Bench, sharedFolders } from './bench.ts';
import { callbackCases } from './cases/callbacks.ts';
import { liveCases } from './cases/live.ts';
import { memoryCase } from './cases/memory.ts';
import { notificationCases } from './cases/notifications.ts';
import { overloadCases } from './cases/overload.ts';
import { pageCases } from './cases/pages.ts';
import { postgresCases } from './cases/postgres.ts';
import { readCases } from './cases/read.ts';
import { sealingCase } from './cases/sealing.ts';
import { sendCase } from './cases/send.ts';
import { siegeCase } from './cases/siege.ts';
import { sizeCase } from './cases/size.ts';
import { soakCase } from './cases/soak.ts';
import { startCase } from './cases/start.ts';
import { killChildren } from './children.ts';
import type { Figure } from './figures.ts';
import { earlier, keep } from './history.ts';
import { describeMachine } from './machine.ts';
import { asJson, asText, type Report, writeToDocument } from './report.ts';
import { removeScratchFolders } from './scratch.ts';
import { profileServers, profilesFolder } from './servers.ts';

const cases = {
  read: readCases,
  send: sendCase,
  size: sizeCase,
  start: startCase,
  memory: memoryCase,
  live: liveCases,
  callbacks: callbackCases,
  notifications: notificationCases,
  pages: pageCases,
  postgres: postgresCases,
  sealing: sealingCase,
  siege: siegeCase,
  overload: overloadCases,
  soak: soakCase,
};
/** These take long, or are meaningless on a machine that is doing anything else. */
const onlyByName = ['sealing', 'siege', 'overload', 'soak'];
const usage = `Usage: npm run bench -- [--quick] [--awake] [--json] [--write] [--profile] [${Object.keys(cases).join('|')}]...\n`;
/** Far above the time a run takes, so that nothing hangs forever. */
const runLimitMs = 15 * 60_000;
const soakLimitMs = 150 * 60_000;
const historyFile = fileURLToPath(new URL('history.jsonl', import.meta.url));

process.once('exit', () => {
  killChildren();
  removeScratchFolders();
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
const { options, wanted } = readCommandLine();
const limitMs = wanted.includes('soak') ? soakLimitMs : runLimitMs;
setTimeout(() => fail(`Not finished after ${limitMs / 60_000} minutes`), limitMs).unref();
const progress = (text: string) => process.stderr.write(`${text}\n`);
const bench: Bench = {
  pace: {
    ...(options.quick
      ? { warmUpSeconds: 1, rounds: 5, secondsPerRound: 0.2 }
      : { warmUpSeconds: 3, rounds: 25, secondsPerRound: 0.3 }),
    awake: options.awake,
  },
  isQuick: options.quick,
  folders: sharedFolders(progress),
  progress,
};
if (options.profile) profileServers();
const machine = describeMachine();
const figures: Figure[] = [];
for (const [name, run] of Object.entries(cases)) {
  const isWanted = wanted.length === 0 ? !onlyByName.includes(name) : wanted.includes(name);
  if (isWanted) figures.push(...(await run(bench)));
}
const date = new Date().toISOString().slice(0, 10);
const report: Report = {
  date,
  machine,
  isQuick: options.quick,
  isAwake: options.awake,
  figures,
  earlier: figures.map((figure) => earlier(historyFile, machine, figure)),
};
process.stdout.write(options.json ? asJson(report) : asText(report));
if (!options.quick && !options.awake && !options.profile) keep(historyFile, date, machine, figures);
if (options.write) writeToDocument(report);
if (options.profile) {
  progress(
    `Load a profile of ${profilesFolder} in Chrome’s developer tools, under Performance: it shows a flame graph.`,
  );
}

function readCommandLine() {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values: options, positionals: wanted } = parseArgs({
      allowPositionals: true,
      options: { quick: flag, awake: flag, json: flag, write: flag, profile: flag },
    });
    const unknown = wanted.find((name) => !Object.hasOwn(cases, name));
    if (unknown !== undefined) fail(`Unknown case "${unknown}". ${usage}`);
    if (options.write && (options.quick || options.awake || options.profile || wanted.length > 0)) {
      fail('--write records a full run; use it without other arguments.');
    }
    return { options, wanted };
  } catch (error) {
    return fail(`${(error as Error).message}. ${usage}`);
  }
}

function fail(sentence: string): never {
  process.stderr.write(`bench: ${sentence.trimEnd()}\n`);
  process.exit(1);
}
