/** The machine the figures were measured on: they mean little without it. */
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { median } from './interleave.ts';
import { scratchFolder } from './scratch.ts';

const syncs = 200;
const pageBytes = 4096;

export interface Machine {
  cpu: string;
  cores: number;
  memoryGb: number;
  system: string;
  node: string;
  /** The time of one durable page write: a lower bound for every commit. */
  fsyncMs: number;
}

export const describeMachine = (): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 2 ** 30),
  system: `${type()} ${release()}`,
  node: process.version,
  fsyncMs: measureSync(),
});

function measureSync(): number {
  const file = openSync(join(scratchFolder(), 'sync'), 'w');
  const page = Buffer.alloc(pageBytes, 1);
  const times: number[] = [];
  for (let n = 0; n < syncs; n += 1) {
    writeSync(file, page, 0, pageBytes, n * pageBytes);
    const startedAt = performance.now();
    fsyncSync(file);
    times.push(performance.now() - startedAt);
  }
  closeSync(file);
  return median(times);
}

/** A process's resident memory in MB (10^6 bytes). */
export function residentMb(pid: number): number {
  const status = `/proc/${pid}/status`;
  const kib = existsSync(status)
    ? /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return (Number(kib) * 1024) / 1e6;
}
