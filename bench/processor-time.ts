/** How much processor time processes have used, from Linux's /proc; elsewhere nothing is known. */
import { existsSync, readFileSync } from 'node:fs';

/** Linux reports the time in hundredths of a second. */
const microsPerTick = 10_000;

/** Microseconds used so far by these processes and their children, running or ended. NaN where /proc is missing. */
export const processorMicros = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + microsOf(pid), 0);

function microsOf(pid: number): number {
  const folder = `/proc/${pid}`;
  if (!existsSync('/proc/self/stat')) return Number.NaN;
  try {
    // The name in parentheses may contain spaces. After it come the state and then the numbers.
    const fields = readFileSync(`${folder}/stat`, 'latin1').split(') ').at(-1)!.split(' ');
    const ticks = [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0);
    const children = readFileSync(`${folder}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean);
    return ticks * microsPerTick + processorMicros(children.map(Number));
  } catch {
    // It has just ended, and its parent counts its time.
    return 0;
  }
}
