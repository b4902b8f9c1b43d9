/** Runs every test file, or those whose path contains one of the arguments, and closes with one line. */
import { globSync } from 'node:fs';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const wanted = process.argv.slice(2);
const files = globSync(['packages/*/tests/**/*.test.ts', 'scripts/*.test.ts'])
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort();
if (files.length === 0) {
  process.stderr.write(`No test file has ${wanted.join(' or ')} in its path.\n`);
  process.exit(2);
}

const counts = { passed: 0, failed: 0 };
const stream = run({ files, concurrency: 2 });
stream.on('test:summary', (summary) => {
  // The summary without a file is that of the whole run.
  if (summary.file !== undefined) return;
  counts.passed = summary.counts.passed;
  counts.failed = summary.counts.tests - summary.counts.passed - summary.counts.skipped;
});
stream.on('end', () => {
  setImmediate(() => {
    process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
    process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
  });
});
stream.compose(new spec()).pipe(process.stdout);
