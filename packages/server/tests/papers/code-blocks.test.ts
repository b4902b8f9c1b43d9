/**
 * Every code block of README.md, docs/ and the packages' READMEs is run, or checked against the contract. The
 * words after the fence say what the block is; a block without a known word fails. Documents are processed
 * from top to bottom, each with a server, a shell and a folder of its own, so a block may use what an earlier
 * one of its page has made.
 *
 * Some commands are not run but checked statically (code-blocks/programs.ts): containers, installing
 * packages, commands that listen for ever, the move to PostgreSQL, and Java where it is not installed. Python is run
 * where it is installed.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Cleanup } from '../support/server.ts';
import { type Block, blocksOf, documents, nameOf, readBlocks, root } from './code-blocks/blocks.ts';
import { openPage, openTools, type Page } from './code-blocks/page.ts';
import { hasPython } from './code-blocks/python.ts';
import { treatments } from './code-blocks/treatments.ts';

/** Blocks that another test runs. */
const elsewhere = { 'packages/client/README.md': { ts: 'packages/client/tests/package.test.ts' } };

// These are requested in the middle of one document, and closed after the last.
const closing: (() => unknown)[] = [];
after(async () => {
  for (const close of closing.reverse()) await close();
});
const tools = await openTools({ after: (hook) => void closing.push(hook) });

async function goThrough(t: Cleanup, page: Page, blocks: Block[]): Promise<void> {
  page.blocks = blocks;
  page.witness.complaints.length = 0;
  for (const block of blocks) {
    const treat = treatments[block.language];
    assert.ok(treat, `Nobody deals with ${nameOf(block)}`);
    try {
      await treat(page, block, t);
    } catch (error) {
      throw new Error(`${nameOf(block)}: ${(error as Error).message}`, { cause: error });
    }
    if (!['sh', 'ts', 'python'].includes(block.language)) page.before = undefined;
  }
}

const isElsewhere = ({ file, language }: Block): boolean =>
  file in elsewhere && language in elsewhere[file as keyof typeof elsewhere];

// Subtests of the context: those of a `describe` run one after the other where nobody follows operations, see uncaught.ts.
test('every code block can be run, and shows the actual result', { concurrency: 3 }, async (all) => {
  const pages = documents().map((file) => ({
    file,
    blocks: blocksOf(file).filter((block) => !isElsewhere(block)),
  }));
  const due = pages.filter(({ blocks }) => blocks.length > 0);
  if (!hasPython) all.diagnostic('python3 is not installed, so the Python examples were not run');
  await Promise.all(
    due.map(({ file, blocks }) =>
      all.test(file, async (t) => goThrough(t, await openPage(t, tools), blocks)),
    ),
  );
});

test('TypeScript blocks compile', () => {
  const folder = join(tools.scratch, 'types');
  mkdirSync(folder);
  const blocks = documents().flatMap((file) => blocksOf(file).filter((block) => !isElsewhere(block)));
  for (const [n, block] of blocks.entries()) {
    if (block.language !== 'ts') continue;
    const given =
      block.words[0] === 'verify'
        ? "import type { IncomingMessage } from 'node:http';\ndeclare const request: IncomingMessage;\ndeclare const body: string;\n"
        : '';
    writeFileSync(join(folder, `block-${n}.ts`), given + block.text);
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { typeRoots: [join(root, 'node_modules/@types')] },
      include: ['*.ts'],
    }),
  );
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  // Several threads would each check what the blocks import.
  const line = [compiler, '-p', folder, '--singleThreaded'];
  const { stdout, status } = spawnSync(process.execPath, line, { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
});

test('control: a damaged block, or one of an unknown kind, fails', async (t) => {
  const page = await openPage(t, tools);
  const token = `TOKEN=$(curl -s http://127.0.0.1:3000/v2/oauth/token -d grant_type=client_credentials \\
  -d client_id=demo-client -d client_secret=demo-secret | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')\n`;
  const clock = 'curl -s http://127.0.0.1:3000/v1/sandbox/clock -H "Authorization: Bearer $TOKEN"';
  const goThroughText = (text: string) => goThrough(t, page, readBlocks('control.md', text));
  await goThroughText(
    `\`\`\`sh\n${token}${clock}\n\`\`\`\n\`\`\`json ClockReading\n{"now":"","frozen":false}\n\`\`\``,
  );

  const damaged: Record<string, RegExp> = {
    [`sh\n${clock.replace('clock', 'clok')}`]: /clok/,
    [`sh\n${clock.replace('clock', 'clock?frozn=1')}`]: /frozn/,
    [`sh\n${clock} -d '{"advance":1}' -H 'Content-Type: application/json'`]: /advance/,
    'sh\ncurl -s http://127.0.0.1:3000/v1/sandbox/clock': /401/,
    'sh\nfalse': /false/,
    'sh\nnpx aislechat erase --ordr DEMO-1 --retailer 1': /--ordr/,
    'sh\nnpx aislechat listen --prot 4000': /--prot/,
    'sh\nnpm run tests': /no script tests/,
    'sh\ndocker compose up aislechat-3': /no service aislechat-3/,
    [`sh\n${clock}\n\`\`\`\n\`\`\`json ClockReading\n{"now":1,"frozen":false}`]: /now/,
    'json ClockReading\n{"now":"","frosen":false}': /does not fit/,
    'json\n{}': /named after no schema/,
    'console\n$ npx aislechat --version\nversion 0.1.0': /is not where it should be/,
    'yaml scenario\nsteps: [{ wiat: 4m }]': /does not fit/,
    ...(hasPython && {
      'python\nimport urllib.requests': /No module named/,
      'python\nprint(1)\n```\n```text output\nfine': /is not where it should be/,
    }),
    'mermaid\nflowchart LR\n  a["domain/nowhere.ts"]': /is not there/,
    'mermaid\nflowchart LR\n  a[one': /without/,
    'ruby\nputs 1': /Nobody deals with/,
    '\nplain': /Nobody deals with/,
  };
  for (const [block, problem] of Object.entries(damaged)) {
    await assert.rejects(goThroughText(`\`\`\`${block}\n\`\`\``), problem, block);
  }
});
