/**
 * Reports the progress of a long command on standard error. On a terminal it overwrites one line. Otherwise it writes a
 * line when a part is done, and one from time to time.
 */
import type { Terminal } from './command.ts';

const overwriteEveryMs = 100;
const lineEveryMs = 10_000;

export interface Step {
  doing: string;
  done: number;
  total: number;
  /** The unit that is counted. */
  unit: string;
}

/** @param json whether the output is JSON; progress is then reported only on a terminal */
export function progressTo(terminal: Terminal, json: boolean | undefined): (step: Step) => void {
  const { overwrite } = terminal;
  if (json && !overwrite) return () => {};
  const everyMs = overwrite ? overwriteEveryMs : lineEveryMs;
  let shownAt = performance.now();
  return ({ doing, done, total, unit }) => {
    const isDone = done >= total;
    const now = performance.now();
    if (!isDone && now - shownAt < everyMs) return;
    shownAt = now;
    const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
    const line = `${doing}: ${done} of ${total} ${unit}, ${percent} %`;
    if (!overwrite) terminal.error(line);
    else overwrite(isDone ? `${line}\n` : line);
  };
}
