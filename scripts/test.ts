/**
 * Runs every test file, or those whose path contains one of the arguments, and closes with one line. What
 * does not depend on the database runs once more on a real PostgreSQL, started here for the whole run.
 */
import { globSync } from 'node:fs';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { newCluster, prepare } from '../packages/server/tests/support/postgres.ts';

/** Files that use whichever database they are given. */
const onBothEngines =
  /\/tests\/(api|robustness)\/|\/durability\/(kill|callbacks)\.|\/privacy\/erasure\.|\/delivery\/callbacks\./;

const wanted = process.argv.slice(2);
const files = globSync(['packages/*/tests/**/*.test.ts', 'scripts/*.test.ts'])
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort();
if (files.length === 0) {
  process.stderr.write(`No test file has ${wanted.join(' or ')} in its path.\n`);
  process.exit(2);
}

const counts = { passed: 0, failed: 0, skipped: 0 };

async function runAll(title: string, some: string[]): Promise<void> {
  if (some.length === 0) return;
  process.stdout.write(`\n${title}\n`);
  const stream = run({ files: some, concurrency: 2 });
  stream.on('test:summary', ({ file, counts: { passed, tests, skipped } }) => {
    // The summary without a file is that of the whole run.
    if (file !== undefined) return;
    counts.passed += passed;
    counts.skipped += skipped;
    counts.failed += tests - passed - skipped;
  });
  for await (const text of stream.compose(new spec())) process.stdout.write(text);
}

const cluster = await newCluster();
process.env.TEST_POSTGRES_URL = cluster.url();
try {
  await prepare(cluster);
  await runAll('On SQLite, and what no database matters to', files);
  process.env.TEST_ENGINE = 'postgres';
  await runAll(
    'On PostgreSQL',
    files.filter((file) => onBothEngines.test(file)),
  );
} finally {
  await cluster.stop();
}
if (counts.skipped > 0) process.stdout.write(`${counts.skipped} skipped\n`);
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
