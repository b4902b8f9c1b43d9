/** From the start of the process to its first response, on an existing data folder. */
import type { Bench } from '../bench.ts';
import { type Figure, limit } from '../figures.ts';
import { median } from '../interleave.ts';
import { record, startAislechat } from '../servers.ts';

const goalSeconds = 0.6;
const starts = 5;

export async function startCase({ folders, progress }: Bench): Promise<Figure[]> {
  const small = await folders.small();
  progress('start: to the first answer');
  const seconds: number[] = [];
  for (let n = 0; n < starts; n += 1) {
    const startedAt = performance.now();
    await using server = await startAislechat(small);
    await record(server, '/healthz', {}, 200);
    seconds.push((performance.now() - startedAt) / 1000);
  }
  return [limit('start to first answer', 's', median(seconds), goalSeconds)];
}
