/** The scenarios that come with the server, one file each beside this one. */
import { readdirSync, readFileSync } from 'node:fs';
import type { ScenarioScript } from '../domain/sandbox/script.ts';

const folder = new URL('./', import.meta.url);
const ending = '.yaml';

export const readyScenarios = (): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort();

/** Undefined where there is none of that name. */
export async function readyScenario(name: string): Promise<ScenarioScript | undefined> {
  if (!readyScenarios().includes(name)) return undefined;
  const script = await readScript(readFileSync(new URL(name + ending, folder), 'utf8'));
  return { name, ...(script as Omit<ScenarioScript, 'name'>) };
}

/** YAML, of which JSON is a part. @throws Error with the place of what cannot be read */
export async function readScript(text: string): Promise<unknown> {
  // Loaded by those who ask: it would lengthen every start.
  const { parse } = await import('yaml');
  return parse(text, { maxAliasCount: 0 });
}
