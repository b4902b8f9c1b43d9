/** Finds the tests affected by a change: those that import a changed file, directly or indirectly. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const workspaces: Readonly<Record<string, string>> = {
  '@aislechat/contract': 'packages/contract/src/index.ts',
  '@aislechat/contract/limits': 'packages/contract/src/limits.ts',
  '@aislechat/client': 'packages/client/src/index.ts',
};

/** Files that differ from the last commit, including new ones; relative to the root. */
export function changedFiles(): string[] {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).split('\n');
  return [...git('diff', '--name-only', 'HEAD'), ...git('ls-files', '--others', '--exclude-standard')].filter(
    (file) => file !== '',
  );
}

/** The project files that a file imports, reads or starts, as far as it names them. */
function namedIn(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const names = [...text.matchAll(/['"`](\.{1,2}\/[^'"`\n]+|@aislechat\/[a-z/]+)['"`]/g)].map(
    ([, name]) => name!,
  );
  return names.flatMap((name) => {
    const named = workspaces[name] ?? normalize(join(dirname(file), name));
    return existsSync(named) ? [named] : [];
  });
}

/**
 * @param changed files that are not TypeScript affect every test in their package
 * @returns those of `tests` that reach one of them
 */
export function testsOf(tests: string[], changed: string[]): string[] {
  const all = globSync(['packages/*/{src,tests,scripts}/**/*.ts', 'scripts/*.ts', 'bench/**/*.ts']);
  const users = new Map<string, string[]>();
  for (const file of all) {
    for (const named of namedIn(file)) users.set(named, [...(users.get(named) ?? []), file]);
  }
  const packagesOfOthers = changed.filter((file) => !file.endsWith('.ts')).map((file) => packageOf(file));
  const reached = new Set(changed);
  for (const file of reached) for (const user of users.get(file) ?? []) reached.add(user);
  return tests.filter(
    (test) => reached.has(test) || packagesOfOthers.some((folder) => test.startsWith(folder)),
  );
}

/** A document, or a file in the root, affects the tests of the documents. */
const packageOf = (file: string): string =>
  /^packages\/[^/]+\//.exec(file)?.[0] ?? 'packages/server/tests/papers/';
