/**
 * Breaks one rule after the other on purpose, each in a copy of the last commit, and runs the tests that ought to notice.
 * Prints what caught each; a mutant that survives is a rule without a test, and makes the exit code 1.
 *
 * Arguments select mutants by parts of their names. Not part of `npm test`: it takes about as long.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  globSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Mutant, mutants } from './mutants.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
/** A test that waits for what never comes has noticed, too. */
const testsWithinMs = 180_000;

const wanted = process.argv.slice(2);
const chosen = mutants.filter(
  ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
);

const copy = join(mkdtempSync(join(tmpdir(), 'aislechat-mutants-')), 'tree');
execFileSync('git', ['worktree', 'add', '--quiet', '--detach', copy], { cwd: root });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
process.once('exit', () => execFileSync('git', ['worktree', 'remove', '--force', copy], { cwd: root }));
for (const modules of globSync(['node_modules', 'packages/*/node_modules'], { cwd: root }))
  linkModules(modules);

const files = [...new Set(chosen.flatMap(({ tests }) => tests))];
const already = files.flatMap((file) => failuresOf([file]));
if (already.length > 0) throw new Error(`Without a mutant these fail: ${already.join(', ')}`);
const survivors = chosen.filter((mutant) => !isCaught(mutant));
process.stdout.write(`\n${chosen.length - survivors.length} caught, ${survivors.length} survived\n`);
process.exitCode = survivors.length === 0 ? 0 : 1;

/** Links every package; those of the workspace to the copy, so that its tests import the mutant. */
function linkModules(modules: string): void {
  const entries = globSync(['*', '@*/*', '.bin'], { cwd: join(root, modules) });
  for (const entry of entries.filter((name) => !/^@[^/]*$/.test(name))) {
    const original = join(root, modules, entry);
    const link = join(copy, modules, entry);
    mkdirSync(dirname(link), { recursive: true });
    const isOurs = lstatSync(original).isSymbolicLink() && entry !== '.bin';
    symlinkSync(isOurs ? readlinkSync(original) : original, link);
  }
}

function isCaught({ name, file, from, to, tests }: Mutant): boolean {
  const path = join(copy, file);
  const original = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    original.replace(from, () => to),
  );
  const [first, ...more] = failuresOf(tests);
  writeFileSync(path, original);
  process.stdout.write(
    first === undefined
      ? `✖ ${name}\n    survived ${tests.join(', ')}\n`
      : `✔ ${name}\n    ${tests.join(', ')}: ${first}${more.length > 0 ? `, and ${more.length} more` : ''}\n`,
  );
  return first !== undefined;
}

/** @returns the titles of the tests that fail */
function failuresOf(tests: string[]): string[] {
  const { stdout, status, error } = spawnSync(
    join(root, 'node_modules/.bin/node'),
    ['--test', '--test-reporter=tap', ...tests],
    {
      cwd: copy,
      encoding: 'utf8',
      timeout: testsWithinMs,
      maxBuffer: 256 * 1024 * 1024,
      killSignal: 'SIGKILL',
    },
  );
  if (error) return [`no end within ${testsWithinMs / 1000} s`];
  const failures = failedIn(stdout, tests);
  return status === 0 || failures.length > 0 ? failures : ['a file that could not be run'];
}

/** The titles of the tests that failed, without those of the files. */
function failedIn(tap: string, tests: string[]): string[] {
  const titles = [...tap.matchAll(/^ *not ok \d+ - (.*)$/gm)].map(([, title]) => title!);
  return titles.filter((title) => !tests.includes(relative(copy, title)) && !tests.includes(title));
}
