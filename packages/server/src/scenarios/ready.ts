/** The built-in scenarios, one file each beside this one. */
import { readdirSync, readFileSync } from 'node:fs';
import type { ScenarioScript } from '../domain/sandbox/script.ts';

const folder = new URL('./', import.meta.url);
const ending = '.yaml';

export const readyScenarios = (): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort();

/** Undefined when no scenario has that name. */
export async function readyScenario(name: string): Promise<ScenarioScript | undefined> {
  if (!readyScenarios().includes(name)) return undefined;
  const script = await readScript(readFileSync(new URL(name + ending, folder), 'utf8'));
  return { name, ...(script as Omit<ScenarioScript, 'name'>) };
}

/** Parses YAML, which includes JSON. @throws Error with the position of what cannot be parsed */
export async function readScript(text: string): Promise<unknown> {
  // Loaded on demand, because it would slow down every start.
  const { parse } = await import('yaml');
  return parse(text, { maxAliasCount: 0 });
}
