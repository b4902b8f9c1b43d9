/** A document being processed, and what its blocks need. */
import assert from 'node:assert/strict';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { pagesUnderTest } from '../../../../web/tests/support/pages.ts';
import type { Client } from '../../support/client.ts';
import { type Cluster, newCluster } from '../../support/postgres.ts';
import { type Cleanup, temporaryFolder, testServer } from '../../support/server.ts';
import { type Block, nameOf, root } from './blocks.ts';
import { startPrograms } from './programs.ts';
import { openShell, type Shell } from './shell.ts';
import { type Exchange, type Witness, witness } from './witness.ts';

/** What all documents share. */
export interface Tools {
  programsUrl: string;
  browser: Browser;
  /** The client of a server with the pages. */
  pages: Client;
  /** What was shown in the browser, by the whole text: documents repeat some of their tags. */
  shown: Map<string, Promise<void>>;
  /** A folder next to the packages, so that a file in it may import them. */
  scratch: string;
  /** A PostgreSQL of its own, since documents create roles in it. */
  cluster(): Promise<Cluster>;
}

export async function openTools(whole: Cleanup): Promise<Tools> {
  const programsUrl = await startPrograms(whole);
  const { client: pages, browser } = await pagesUnderTest(whole);
  const scratch = temporaryFolder(whole);
  symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'));
  writeFileSync(join(scratch, 'package.json'), '{ "type": "module" }');
  let cluster: Promise<Cluster> | undefined;
  return {
    programsUrl,
    browser,
    pages,
    shown: new Map(),
    scratch,
    cluster() {
      cluster ??= newCluster().then((made) => {
        whole.after(() => made.stop());
        return made;
      });
      return cluster;
    },
  };
}

/** A document being processed. */
export interface Page {
  tools: Tools;
  folder: string;
  /** The address of the server itself, without the witness. */
  serverUrl: string;
  witness: Witness;
  shell: Shell;
  blocks: Block[];
  /** The output and the exchanges of the previous block, if it was run. */
  before: { out: string; exchanges: Exchange[] } | undefined;
  /** The documents' own names for things, each with its counterpart here. */
  names: Record<string, string>;
}

export async function openPage(t: Cleanup, tools: Tools): Promise<Page> {
  const folder = temporaryFolder(t);
  const dataDir = join(folder, 'data');
  const { client } = await testServer(t, { AISLECHAT_DEMO: 'true', DATA_DIR: dataDir });
  const seen = await witness(t, client.url);
  const names: Record<string, string> = {
    'http://127.0.0.1:3000': seen.url,
    'http://127.0.0.1:8080': seen.url,
    'https://chat.example': seen.url,
    'http://aislechat:3000': seen.url,
    '/var/lib/aislechat ': `${join(folder, 'var')} `,
    '/var/lib/aislechat\n': `${join(folder, 'var')}\n`,
    '/srv/aislechat': join(folder, 'srv'),
    '/backup/': `${folder}/`,
    '/mnt/keys': join(dataDir, 'keys'),
  };
  const shell = openShell(t, { folder, dataDir, url: seen.url, programsUrl: tools.programsUrl });
  return { tools, folder, serverUrl: client.url, witness: seen, shell, blocks: [], before: undefined, names };
}

export function localized(page: Page, text: string): string {
  let local = text;
  for (const [name, here] of Object.entries(page.names)) local = local.replaceAll(name, here);
  return local;
}

/**
 * Runs something that talks to the server; nothing may be refused, unless the next block shows the refusal.
 */
export async function watched(page: Page, block: Block, run: () => Promise<string>): Promise<void> {
  const first = page.witness.exchanges.length;
  const out = await run();
  const exchanges = page.witness.exchanges.slice(first);
  assert.deepEqual(page.witness.complaints, [], `${nameOf(block)}\n${out}`);
  const next = page.blocks[page.blocks.indexOf(block) + 1];
  const showsRefusal = next?.language === 'json' && /Error/.test(next.words[0] ?? '');
  const refused = exchanges.filter(({ status }) => status >= 400);
  if (showsRefusal) assert.equal(refused.length, 1, `${nameOf(block)} shows a refusal\n${out}`);
  else
    assert.deepEqual(
      refused.map(({ method, path, status }) => ({ method, path, status })),
      [],
      nameOf(block),
    );
  page.before = { out, exchanges };
}

export async function runShell(page: Page, text: string): Promise<string> {
  const { out, failed } = await page.shell.run(text);
  assert.deepEqual(failed, [], out);
  return out;
}

/** The last JSON value in an output that may contain several. */
export function lastJson(out: string): unknown {
  for (let start = out.indexOf('{'); start >= 0; start = out.indexOf('{', start + 1)) {
    try {
      return JSON.parse(out.slice(start));
    } catch {
      // This was the start of an earlier answer.
    }
  }
  assert.fail(`No JSON at the end of ${out}`);
}
