/** How late the event loop of a server of ours ran, from its own metrics. */
import { isOurs, metricsToken } from './servers.ts';

/** In milliseconds. */
export interface LoopDelay {
  p99: number;
  longest: number;
}

/** Since the last call for this server. The first call starts the measurement. @returns undefined for other servers */
export async function loopDelayOf(port: number): Promise<LoopDelay | undefined> {
  if (!isOurs(port)) return undefined;
  const headers = { authorization: `Bearer ${metricsToken}` };
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { headers });
  const text = await answer.text();
  const read = (name: string) =>
    new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)`, 'm').exec(text)?.[1];
  const [p99, longest] = [read('p99'), read('max')];
  return p99 && longest ? { p99: Number(p99) * 1000, longest: Number(longest) * 1000 } : undefined;
}
