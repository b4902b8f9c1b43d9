/** How responsive the pages are in a browser; `packages/web/scripts/measure.ts` explains what is measured. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import { type Figure, limit } from '../figures.ts';

const script = fileURLToPath(new URL('../../packages/web/scripts/measure.ts', import.meta.url));
/** In ms: the startup time promised to developers, how long a customer waits, and the limit for a prompt interaction. */
const goals: Record<string, number> = {
  'from npm start': 10_000,
  'page of an order on a slow phone, its steps, first visit': 1_500,
  'interaction to next paint': 200,
};

export async function pageCases({ progress }: Bench): Promise<Figure[]> {
  progress('pages: in a browser, as on a slow phone');
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error('The pages could not be measured.');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { what, ms } = JSON.parse(line) as { what: string; ms: number };
      const goal = Object.entries(goals).find(([start]) => what.startsWith(start))?.[1];
      const figure = limit(what, 'ms', ms, goal ?? 0);
      return goal === undefined ? { ...figure, goal: null, isReached: true } : figure;
    });
}
