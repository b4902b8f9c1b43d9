/**
 * What a test file costs, for `npm test -- --timings`: the CPU time of its process and of those that it started, and how
 * long its tests waited for what they start, by kind.
 */
import { readFileSync } from 'node:fs';

export interface Cost {
  /** The CPU time of this process and of every process that it started and that has ended. */
  cpuSeconds: number;
  starts: Record<string, { count: number; seconds: number }>;
}

let starts: Cost['starts'] = {};

/** Counts the start of something, such as a server, and how long it takes. */
export async function timed<T>(kind: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  try {
    return await work();
  } finally {
    starts[kind] ??= { count: 0, seconds: 0 };
    starts[kind].count += 1;
    starts[kind].seconds += (performance.now() - startedAt) / 1000;
  }
}

/** @returns a function for the end of a test file, which says what it cost */
export function costOfFile(): () => Cost {
  starts = {};
  const before = cpuSeconds();
  return () => ({ cpuSeconds: cpuSeconds() - before, starts });
}

/** Node.js reports only its own process; Linux includes its children. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return cpuSecondsOf('self') ?? (user + system) / 1e6;
}

/** The CPU time of a process and of those that it started and that have ended, on Linux. */
export function cpuSecondsOf(pid: number | 'self'): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    // utime, stime, cutime, cstime, in hundredths of a second.
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
  } catch {
    return undefined;
  }
}
