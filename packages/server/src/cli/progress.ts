/**
 * How far a long command has come, on standard error: one line that is written over where a person looks on,
 * else a line when a part is done and one now and then in between.
 */
import type { Terminal } from './command.ts';

const overwriteEveryMs = 100;
const lineEveryMs = 10_000;

export interface Step {
  doing: string;
  done: number;
  total: number;
  /** What is counted. */
  unit: string;
}

/** @param json the output is for a machine: then nothing is said, except to a person who looks on */
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
