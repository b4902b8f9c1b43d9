/** Runs the checks against a server one after the other, and cleans up after them. */
import { randomBytes } from 'node:crypto';
import type { Check, Stage } from './check.ts';
import { NoAnswer, Server } from './exchange.ts';
import { CannotTell, Different } from './expect.ts';
import { shown } from './pattern.ts';
import { type Credentials, ownWorld, type Place, World } from './world.ts';

export type Verdict = 'same' | 'different' | 'cannot tell';

export interface Result {
  name: string;
  says: string;
  source: string;
  verdict: Verdict;
  ms: number;
  /** Set if the answer differed. */
  call?: string;
  sent?: unknown;
  expected?: { status: number; body: unknown };
  answered?: { status: number; body: unknown };
  /** Set if the check cannot tell. */
  why?: string;
}

export interface Verification {
  results: Result[];
  /** Descriptions of what could not be removed. */
  left: string[];
}

/** The time limit for cleaning up, which also runs after an interruption. */
const cleaningMs = 60_000;

interface Options {
  url: URL;
  credentials: Credentials;
  place: Place;
  checks: readonly Check[];
  signal: AbortSignal;
  onResult(result: Result): void;
}

/** @throws NoAnswer if no server answers, @throws CannotTell if the credentials get no token */
export async function verify(options: Options): Promise<Verification> {
  const { checks, signal, onResult } = options;
  const run = randomBytes(4).toString('hex');
  const server = new Server(options.url, signal);
  const given = new World(server, options.credentials, options.place, run);
  await given.token();
  let own: Promise<World> | undefined;
  let organization: Promise<World> | undefined;
  const stage: Stage = {
    given,
    own: () => {
      own ??= ownWorld(server, options.place, `${run}-own`);
      return own;
    },
    organization: () => {
      organization ??= ownWorld(server, options.place, `${run}-organization`, ['north', 'south']);
      return organization;
    },
  };

  const results: Result[] = [];
  const left: string[] = [];
  try {
    for (const check of checks) {
      const result = await resultOf(check, stage);
      signal.throwIfAborted();
      results.push(result);
      onResult(result);
    }
  } finally {
    const cleaner = new Server(options.url, AbortSignal.timeout(cleaningMs));
    left.push(...(await given.cleanUp(cleaner)));
    for (const [world, what] of [
      [own, 'an empty retailer'],
      [organization, 'an empty organization'],
    ] as const) {
      const made = await world?.catch(() => undefined);
      if (!made) continue;
      left.push(...(await made.cleanUp(cleaner)), `${what} that the sandbox created for the checks`);
    }
  }
  return { results, left };
}

async function resultOf(check: Check, stage: Stage): Promise<Result> {
  const { name, says, source } = check;
  const start = performance.now();
  const result = (verdict: Verdict, more: Partial<Result> = {}): Result => ({
    name,
    says,
    source,
    verdict,
    ms: Math.round(performance.now() - start),
    ...more,
  });
  try {
    await check.run(stage);
    return result('same');
  } catch (error) {
    if (error instanceof CannotTell || error instanceof NoAnswer) {
      return result('cannot tell', { why: error.message });
    }
    if (!(error instanceof Different)) throw error;
    const { expected, answer } = error;
    return result('different', {
      call: answer.call,
      sent: masked(answer.sent),
      expected: { status: expected.status, body: shown(expected.body) },
      answered: { status: answer.status, body: masked(answer.body ?? answer.text) },
    });
  }
}

const secret = new Set(['client_secret', 'access_token', 'token', 'assertion']);

/** Replaces credentials, because reports are stored and shared. */
function masked(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(masked);
  return Object.fromEntries(
    Object.entries(value).map(([field, entry]) => [
      field,
      secret.has(field) && typeof entry === 'string' ? '[masked]' : masked(entry),
    ]),
  );
}
