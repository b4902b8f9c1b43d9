/** How a block is checked, by its language and the word after it. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callbackEventNames, schemas } from '@aislechat/contract';
import type { TSchema } from 'typebox';
import { parse } from 'yaml';
import { assertFits } from '../../support/client.ts';
import { asSuperuser } from '../../support/postgres.ts';
import type { Cleanup } from '../../support/server.ts';
import { type Block, nameOf } from './blocks.ts';
import { assertDiagram } from './diagrams.ts';
import { showsChat, showsOrders } from './in-browser.ts';
import { lastJson, localized, type Page, runShell, watched } from './page.ts';
import { notRun } from './programs.ts';
import { hasPython, runPython } from './python.ts';
import { assertSameShape, assertSameWords } from './shapes.ts';
import { inJava, inPython, inTypeScript, verify } from './signatures.ts';
import { yamls } from './yamls.ts';

type Treatment = (page: Page, block: Block, t: Cleanup) => Promise<void> | void;

export const treatments: Record<string, Treatment> = {
  /** With `refusals` the block means to be refused: its requests are not checked, and go straight to the server. */
  async sh(page, block) {
    const text = localized(page, block.text);
    if (block.words[0] !== 'refusals') return watched(page, block, () => runShell(page, text));
    const out = await runShell(page, text.replaceAll(page.witness.url, page.serverUrl));
    page.before = { out, exchanges: [] };
  },

  /** Commands after `$`, each followed by its output. */
  async console(page, block) {
    for (const part of localized(page, block.text).split(/^\$ /m).slice(1)) {
      const end = part.indexOf('\n');
      const shown = part.slice(end + 1);
      const { out, failed } = await page.shell.run(part.slice(0, end));
      const isRefusal = shown.startsWith('aislechat: ');
      assert.equal(failed.length > 0, isRefusal, `${nameOf(block)}: ${out}`);
      if (!out.includes(notRun)) assertSameWords(shown, out, nameOf(block));
    }
  },

  /** Named after a schema of the contract; with `part` it may lack required members. */
  json(page, block) {
    const [name, part] = block.words;
    const value = JSON.parse(block.text);
    if (name === 'callback') {
      assert.ok(callbackEventNames.includes(value.event_name), value.event_name);
      assert.deepEqual(Object.keys(value), ['event_id', 'event_name', 'event_timestamp', 'event_metadata']);
      return;
    }
    const schema = (schemas as unknown as Record<string, TSchema>)[name ?? ''];
    assert.ok(schema, `${nameOf(block)} is named after no schema`);
    const all = part === 'part' ? { ...schema, required: [] } : schema;
    for (const one of Array.isArray(value) ? value : [value]) assertFits(all, one, nameOf(block));
    // If the previous block got such an answer, the actual result must look like the one shown.
    const last = page.before?.exchanges.at(-1);
    if (last && (last.route?.answer === schema || last.status >= 400)) {
      assertSameShape(value, lastJson(page.before!.out), nameOf(block));
    }
  },

  async ts(page, block) {
    if (block.words[0] === 'verify') return verify(page.tools, block, inTypeScript);
    const file = join(page.folder, `example-${block.line}.ts`);
    writeFileSync(file, localized(page, block.text));
    await watched(page, block, () => runShell(page, `node ${file}`));
  },

  async python(page, block) {
    if (block.words[0] === 'verify') return verify(page.tools, block, inPython);
    const run = () => runPython(localized(page, block.text));
    await watched(page, block, hasPython ? run : async () => notRun);
  },

  java: ({ tools }, block) => verify(tools, block, inJava),

  mermaid: (_, block) => assertDiagram(block),

  /** The output of the previous program, and other texts with a known form. */
  async text(page, block, t) {
    const [word = ''] = block.words;
    const check = texts[word];
    assert.ok(check, `${nameOf(block)} is not a known kind of text`);
    await check(page, block, t);
  },

  /** Shown on a page of another origin, with the content security policy that the document requires. */
  html: (page, block, t) => showsChat(t, page, block.text),

  /** packages/web/tests/element.test.ts checks that a page with this rule reserves the element's height. */
  css: (_, block) => assert.match(block.text, /^aislechat-order:not\(:defined, \[launcher\]\) \{/),

  async yaml(page, block) {
    const document = parse(block.text);
    const check = yamls[block.words[0] ?? ''];
    assert.ok(check, `${nameOf(block)} is not a known kind of YAML`);
    await check(page, block, document);
  },

  /** Run by a superuser, statement by statement, in the database that the document has created. */
  async sql(page, block) {
    const { url } = await page.tools.cluster();
    const made = page.blocks.some(({ text }) => text.includes('CREATE DATABASE aislechat '));
    const isMaking = block.text.includes('CREATE DATABASE');
    await asSuperuser(url(made && !isMaking ? 'aislechat' : 'postgres'), async (client) => {
      for (const statement of block.text.split(/;.*\n/).filter((line) => line.trim())) {
        await client.query(statement);
      }
    });
    page.names['db:5432'] = new URL(url()).host;
  },
};

const texts: Record<string, Treatment> = {
  output(page, block) {
    assert.ok(page.before, nameOf(block));
    if (page.before.out === notRun) return;
    assertSameWords(block.text, page.before.out, nameOf(block));
  },

  policy: (page, block, t) => {
    const element = page.blocks.find(({ language }) => language === 'html')!;
    return showsChat(t, page, element.text, `default-src 'none'; ${block.text.trim()}`);
  },

  address: (page, block) => showsOrders(page, block.text.trim()),

  /** The beginning of a stream: its fields and events must match those that arrived. */
  'event-stream'(page, block) {
    const namesOf = (text: string) =>
      [...text.matchAll(/^(\w+): ?(\w*)/gm)].map(([, name, value]) =>
        name === 'event' ? `event ${value}` : name,
      );
    const shown = namesOf(block.text);
    assert.deepEqual(namesOf(page.before!.out).slice(0, shown.length), shown, nameOf(block));
    for (const [, event, data] of block.text.matchAll(/^event: (\w+)\ndata: (.*)$/gm)) {
      if (event !== 'cursor') assertFits(schemas.OrderEvent, JSON.parse(data!), nameOf(block));
    }
  },

  /** A line of `aislechat listen`; tests/cli/callbacks.test.ts runs the command that prints it. */
  listener(_, block) {
    const [line, metadata] = block.text.split('\n');
    const words = line!.split(/ {2,}/);
    assert.ok((callbackEventNames as string[]).includes(words[1]!), line!);
    const names = words.slice(2).map((word) => word.split(' ')[0]);
    assert.deepEqual(names, ['id', 'try', 'signature', 'token', 'answered']);
    JSON.parse(metadata!);
  },
};
