import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { testsOf } from './changed.ts';

const reportUrl = new URL('./test-report.ts', import.meta.url).href;
const processUrl = new URL('./test-process.ts', import.meta.url).href;

/** Runs test files one after another as `npm test` does; returns the output and the exit code. */
function said(t: TestContext, ...texts: string[]): { text: string; code: number | null } {
  const folder = mkdtempSync(join(tmpdir(), 'aislechat-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const files = texts.map((text, n) => {
    const name = `${['one', 'two'][n]}.test.mjs`;
    writeFileSync(join(folder, name), `import { test } from 'node:test';\n${text}`);
    return name;
  });
  const runner = join(folder, 'runner.mjs');
  const script = `
    import { Report } from ${JSON.stringify(reportUrl)};
    import { TestProcess } from ${JSON.stringify(processUrl)};
    const report = new Report(1, new Map());
    const tests = new TestProcess(process.env);
    for (const file of ${JSON.stringify(files)}) {
      await tests.run({ file, hungAfterMs: 0, idleMs: 1000 }, report, '');
    }
    await tests.stop();
    process.exitCode = report.close() ? 0 : 1;`;
  writeFileSync(runner, script);
  const { stdout, status } = spawnSync(process.execPath, [runner], { encoding: 'utf8', cwd: folder });
  return { text: stdout, code: status };
}

test('a file is reported in one line, followed by what its tests measured', (t) => {
  const { text, code } = said(t, `test('fine', (t) => { console.log('noise'); t.diagnostic('12 MB'); });`);
  assert.match(text, /^✔ one\.test\.mjs {2}1 passed {2}\d+\.\d s\n {4}12 MB\n1 passed, 0 failed\n$/);
  assert.equal(code, 0);
});

test('a failure is reported at once and again at the end, with the command for its file', (t) => {
  const { text, code } = said(
    t,
    `test('fine', () => {}); test('wrong', async (t) => { await t.test('within', () => { throw new Error('why'); }); });`,
  );
  assert.equal(text.match(/Error: why/g)?.length, 2);
  assert.match(text, /Failed:\n\n✖ within\n[\s\S]*npm test -- one\.test\.mjs\n\n1 passed, 2 failed\n$/);
  assert.equal(code, 1);
});

test('a file that stays open after a test of it failed counts as failed', (t) => {
  const { text, code } = said(
    t,
    `test('wrong', () => { setInterval(() => {}, 1000); throw new Error('why'); });`,
  );
  assert.match(text, /Error: why[\s\S]*\n0 passed, 1 failed\n$/);
  assert.equal(code, 1);
});

test('a file that dies before it is done counts as failed, and its output is shown', (t) => {
  const dies = `test('fine', () => {}); test('dies', () => { process.exit(3); });`;
  const broken = 'this is no program (';
  for (const [file, why] of [
    [dies, /ended without a word/],
    [broken, /SyntaxError/],
  ] as const) {
    const { text, code } = said(t, file);
    assert.match(text, /could not be run to its end/);
    assert.match(text, why);
    assert.match(text, /\n0 passed, 1 failed\n$/);
    assert.equal(code, 1);
  }
});

test('an uncaught error fails its file, during a test and after it', (t) => {
  const throws = `setTimeout(() => { throw new Error('why'); }, 20)`;
  const rejects = `Promise.reject(new Error('why'))`;
  for (const error of [throws, rejects]) {
    for (const body of [`${error};`, `${error}; return new Promise((go) => setTimeout(go, 50));`]) {
      const { text, code } = said(t, `test('fine', () => { ${body} });`);
      assert.match(text, /✖ something failed outside of the tests\n +Uncaught: Error: why\n +at /);
      assert.match(text, /\n1 passed, 1 failed\n$/);
      assert.equal(code, 1);
    }
  }
});

test('tests that a file defines after an await run, and a file that something keeps open ends', (t) => {
  const awaits = `test('first', () => {}); await new Promise((go) => setTimeout(go, 50)); test('second', () => {});`;
  assert.match(said(t, awaits).text, /2 passed, 0 failed\n$/);
  const open = said(t, `${awaits} setInterval(() => {}, 1000);`);
  assert.match(open.text, /has ended its tests, but leaves open: Timeout\n/);
  assert.match(open.text, /, 1 failed\n$/);
  assert.equal(open.code, 1);
});

test('files share a process, and an uncaught error fails its own file only', (t) => {
  const { text } = said(
    t,
    `globalThis.first = process.pid; test('fine', () => { Promise.reject(new Error('why')); });`,
    `test('same process', () => { if (globalThis.first !== process.pid) throw new Error('another'); });`,
  );
  assert.match(text, /✖ one\.test\.mjs {2}1 passed, 1 failed/);
  assert.match(text, /✔ two\.test\.mjs {2}1 passed/);
});

test('what follows a file that ended the process runs in a new one', (t) => {
  const { text } = said(t, `test('dies', () => process.exit(3));`, `test('fine', () => {});`);
  assert.match(text, /✖ one\.test\.mjs {2}0 passed, 1 failed/);
  assert.match(text, /✔ two\.test\.mjs {2}1 passed/);
});

test('a change affects the tests that reach it, and no others', () => {
  const tests = [
    'packages/web/tests/transcript.test.ts',
    'packages/server/tests/config/settings.test.ts',
    'packages/server/tests/papers/papers.test.ts',
    'scripts/test-report.test.ts',
  ];
  assert.deepEqual(testsOf(tests, ['packages/web/src/transcript.ts']), [tests[0]]);
  assert.deepEqual(testsOf(tests, ['packages/server/src/config/settings.ts']), [tests[1], tests[2]]);
  assert.deepEqual(testsOf(tests, ['docs/errors.md']), [tests[2]]);
  assert.deepEqual(testsOf(tests, ['scripts/test-report.ts']), [tests[3]]);
  assert.deepEqual(testsOf(tests, []), []);
});
