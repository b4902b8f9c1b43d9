/**
 * Every code block of README.md, docs/ and the packages' READMEs is run, or held to the contract. What is behind the
 * fence says what the block is; one that says nothing known fails. Documents are gone through from top to bottom, each
 * with a server, a shell and a folder of its own, so a block may use what an earlier one of its page has made.
 *
 * Not run here, and looked through instead (`programs.ts`): containers, installing packages, what listens for ever, the
 * move to PostgreSQL, and Java where there is none.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { callbackEventNames, schemas, signatureHeaders, signCallback } from '@aislechat/contract';
import { type TSchema, Type } from 'typebox';
import { parse } from 'yaml';
import { serveFiles } from '../../../client/tests/support/browser.ts';
import { openIn, pagesUnderTest } from '../../../web/tests/support/pages.ts';
import { version } from '../../src/app.ts';
import { readSettings } from '../../src/config/settings.ts';
import { assertFits } from '../support/client.ts';
import { asSuperuser, newCluster } from '../support/postgres.ts';
import { openChat, shopperToken } from '../support/scenario.ts';
import { type Cleanup, temporaryFolder, testServer } from '../support/server.ts';
import { type Block, blocksOf, documents, nameOf, readBlocks, root } from './blocks.ts';
import { notRun, startPrograms } from './programs.ts';
import { openPython } from './python.ts';
import { assertSameShape, assertSameWords } from './shapes.ts';
import { openShell, type Shell } from './shell.ts';
import { type Exchange, type Witness, witness } from './witness.ts';

/** Blocks that another test runs. */
const elsewhere = { 'packages/client/README.md': { ts: 'packages/client/tests/package.test.ts' } };

const once = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/** What several documents use, closed after the last. */
const closing: (() => unknown)[] = [];
const whole: Cleanup = { after: (hook) => void closing.push(hook) };
after(async () => {
  for (const close of closing.reverse()) await close();
});
const python = openPython(whole);
const programsUrl = await startPrograms(whole);
const { client: pageServer, browser } = await pagesUnderTest(whole);
/** With a PostgreSQL of its own: roles are made in it. */
const cluster = once(async () => {
  const made = await newCluster();
  whole.after(() => made.stop());
  return made;
});

/** A document being gone through. */
interface Page {
  folder: string;
  witness: Witness;
  shell: Shell;
  blocks: Block[];
  /** What the block before has written and exchanged, if it was run. */
  before: { out: string; exchanges: Exchange[] } | undefined;
  /** What documents call by names of their own, by what it is here. */
  names: Record<string, string>;
}

async function openPage(t: Cleanup): Promise<Page> {
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
  };
  const shell = openShell(t, { folder, dataDir, url: seen.url, programsUrl });
  return { folder, witness: seen, shell, blocks: [], before: undefined, names };
}

function localized(page: Page, text: string): string {
  let local = text;
  for (const [name, here] of Object.entries(page.names)) local = local.replaceAll(name, here);
  return local;
}

/** Runs something that talks to the server; nothing it does may be refused, unless the next block shows that. */
async function watched(page: Page, block: Block, run: () => Promise<string>): Promise<void> {
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

async function runShell(page: Page, text: string): Promise<string> {
  const { out, failed } = await page.shell.run(text);
  assert.deepEqual(failed, [], out);
  return out;
}

/** What was answered last, of answers that stand one after the other. */
function lastJson(out: string): unknown {
  for (let start = out.indexOf('{'); start >= 0; start = out.indexOf('{', start + 1)) {
    try {
      return JSON.parse(out.slice(start));
    } catch {
      // An earlier answer.
    }
  }
  assert.fail(`No JSON at the end of ${out}`);
}

type Treatment = (page: Page, block: Block, t: Cleanup) => Promise<void> | void;

const treatments: Record<string, Treatment> = {
  sh: (page, block) => watched(page, block, () => runShell(page, localized(page, block.text))),

  /** Commands behind `$`, each with what it writes. */
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

  /** Named after a schema of the contract; with `part` it lacks what is required beside it. */
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
    const all = part === 'part' ? Type.Partial(schema as ReturnType<typeof Type.Object>) : schema;
    for (const one of Array.isArray(value) ? value : [value]) assertFits(all, one, nameOf(block));
    // Where the block before was answered with the like, what came looks as what is shown.
    const last = page.before?.exchanges.at(-1);
    if (last && (last.route?.answer === schema || last.status >= 400)) {
      assertSameShape(value, lastJson(page.before!.out), nameOf(block));
    }
  },

  async ts(page, block) {
    if (block.words[0] === 'verify') return verify(block, inTypeScript);
    const file = join(page.folder, `example-${block.line}.ts`);
    writeFileSync(file, localized(page, block.text));
    await watched(page, block, () => runShell(page, `node ${file}`));
  },

  async python(page, block) {
    if (block.words[0] === 'verify') return verify(block, inPython);
    await watched(page, block, () => python(localized(page, block.text)));
  },

  java: (_, block) => verify(block, inJava),

  /** What the program before has printed, and other texts that have a form. */
  async text(page, block, t) {
    const [word = ''] = block.words;
    const check = texts[word];
    assert.ok(check, `${nameOf(block)} is no known kind of text`);
    await check(page, block, t);
  },

  /** On a page of another origin, with the content security policy that the document asks for. */
  html: (page, block, t) => showsChat(t, page, block.text),

  async yaml(page, block) {
    const document = parse(block.text);
    const check = yamls[block.words[0] ?? ''];
    assert.ok(check, `${nameOf(block)} is no known kind of YAML`);
    await check(page, block, document);
  },

  /** By a superuser, statement by statement, in the database that the document has made. */
  async sql(page, block) {
    const { url } = await cluster();
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
    assertSameWords(block.text, page.before.out, nameOf(block));
  },

  policy: (page, block, t) => {
    const element = page.blocks.find(({ language }) => language === 'html')!;
    return showsChat(t, page, element.text, `default-src 'none'; ${block.text.trim()}`);
  },

  async address(_, block, t) {
    const chat = await openChat(pageServer);
    const context = await browser.newContext();
    t.after(() => context.close());
    const address = block.text
      .trim()
      .replace('https://chat.example', pageServer.url)
      .replace('the-shoppers-token', await shopperToken(pageServer, chat, chat.shopperId))
      .replace('your-shopper-id', 'ilse');
    await (await openIn(context, address)).getByRole('link').first().waitFor();
  },

  /** The beginning of a stream: fields and events as those that came. */
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

  /** A line of `aislechat listen`; what prints it is run by tests/cli/callbacks.test.ts. */
  listener(_, block) {
    const [line, metadata] = block.text.split('\n');
    const words = line!.split(/ {2,}/);
    assert.ok((callbackEventNames as string[]).includes(words[1]!), line);
    const names = words.slice(2).map((word) => word.split(' ')[0]);
    assert.deepEqual(names, ['id', 'try', 'signature', 'token', 'answered']);
    JSON.parse(metadata!);
  },
};

const yamls: Record<string, (page: Page, block: Block, document: unknown) => Promise<void>> = {
  async scenario(page, block) {
    writeFileSync(join(page.folder, 'own.yaml'), block.text);
    assertFits(schemas.RunScenarioRequest, { script: parse(block.text) }, nameOf(block));
    await watched(page, block, () => runShell(page, 'npx aislechat scenario run own.yaml'));
  },

  /** Its steps are run; where, and with which actions, is for GitHub to say. */
  async github(page, block, document) {
    const { jobs } = document as {
      jobs: Record<
        string,
        { 'runs-on': string; services?: Record<string, Service>; steps: { run?: string }[] }
      >;
    };
    for (const job of Object.values(jobs)) {
      for (const service of Object.values(job.services ?? {})) assertService(service.image, service.env);
      assert.ok(job['runs-on'] && Array.isArray(job.steps), nameOf(block));
      const commands = job.steps.map(({ run }) => run ?? '').join('\n');
      await watched(page, block, () =>
        runShell(page, `export RUNNER_TEMP=$HOME/runner\n${localized(page, commands)}`),
      );
    }
  },

  async gitlab(page, block, document) {
    for (const [name, job] of Object.entries(document as Record<string, GitlabJob>)) {
      assert.ok(job.image && Array.isArray(job.script), `${nameOf(block)}: ${name}`);
      for (const service of job.services ?? []) assertService(service.name, service.variables);
      const variables = { CI_PROJECT_DIR: '$HOME/project', ...job.variables };
      const lines = Object.entries(variables).map(([variable, value]) => `export ${variable}="${value}"`);
      const commands = localized(page, [...lines, ...job.script].join('\n'));
      await watched(page, block, () => runShell(page, commands));
    }
  },
};

interface Service {
  image: string;
  env?: Record<string, string>;
}

interface GitlabJob {
  image: string;
  services?: { name: string; variables?: Record<string, string> }[];
  variables?: Record<string, string>;
  script: string[];
}

/** An image of this version, with settings that there are. */
function assertService(image: string, env: Record<string, string> = {}): void {
  assert.ok(image.endsWith(`/aislechat:${version}`), image);
  readSettings(env);
}

/** Shows the chat of an open order, by the page's own tags. */
async function showsChat(t: Cleanup, page: Page, html: string, policy?: string): Promise<void> {
  const chat = await openChat(pageServer);
  const tag = page.blocks.find(({ text }) => text.includes('aislechat.js"'))!.text.split('\n')[0]!;
  const local = (text: string) =>
    text
      .replaceAll('https://chat.example', pageServer.url)
      .replaceAll('your-order-id', chat.orderId)
      .replaceAll('the-customers-token', chat.userToken);
  const head = policy ? `<meta http-equiv="content-security-policy" content="${local(policy)}">` : '';
  const address = await serveFiles(t, {
    '/index.html': `<!doctype html><html lang="en"><title>Order</title>${head}<main><h1>Order</h1>${local(
      html.includes('aislechat.js') ? html : `${tag}\n${html}`,
    )}</main></html>`,
    '/chat-token': JSON.stringify({ access_token: chat.userToken, expires_in: 86_400 }),
  });
  const context = await browser.newContext();
  t.after(() => context.close());
  context.setDefaultTimeout(10_000);
  await (await openIn(context, address)).locator('aislechat-order textarea').waitFor();
}

interface Callback {
  headers: Record<string, string>;
  body: string;
}

/** Whether each is found good. Begun once for all: that is what takes time. */
type Verifies = (code: string, secret: string, callbacks: Callback[]) => Promise<boolean[]> | boolean[];

/** A callback that is good, one of which a letter was changed, and one that was signed too long ago. */
async function verify(block: Block, verifies: Verifies): Promise<void> {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const body = '{"event_id":1,"event_name":"chat_message_created"}';
  const now = Math.floor(Date.now() / 1000);
  const signedAt = async (seconds: number) => {
    const signed = { id: '1', timestamp: String(seconds), body };
    return {
      [signatureHeaders.id]: signed.id,
      [signatureHeaders.timestamp]: signed.timestamp,
      // While a secret is being changed there are two.
      [signatureHeaders.signature]: `v1,${'A'.repeat(43)}= ${await signCallback([secret], signed)}`,
    };
  };
  const good = { headers: await signedAt(now), body };
  const changed = { ...good, body: body.replace('1', '2') };
  const old = { headers: await signedAt(now - 301), body };
  assert.deepEqual(
    await verifies(block.text, secret, [good, changed, old]),
    [true, false, false],
    nameOf(block),
  );
}

/** In a folder beside the packages. */
const scratch = once(() => {
  const folder = temporaryFolder(whole);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  return folder;
});

const inTypeScript: Verifies = (code, secret, callbacks) => {
  const file = join(scratch(), 'verify.ts');
  const [, imports, rest] = /^((?:import [^\n]*\n)*)(.*)$/s.exec(code)!;
  writeFileSync(
    file,
    `${imports}
const found = [];
for (const { headers, body } of ${JSON.stringify(callbacks)}) {
  const request = { headers };
  try {
    ${rest}
    found.push(true);
  } catch (error) {
    if (error.name !== 'SignatureError') throw error;
    found.push(false);
  }
}
process.stdout.write(JSON.stringify(found));
`,
  );
  const env = { ...process.env, SIGNING_SECRET: secret };
  return JSON.parse(execFileSync(process.execPath, [file], { env, encoding: 'utf8' }));
};

const inPython: Verifies = async (code, secret, callbacks) => {
  const given = JSON.stringify(JSON.stringify(callbacks));
  const out = await python(`${code}
import json
found = []
for callback in json.loads(${given}):
    try:
        verify(${JSON.stringify(secret)}, callback["headers"], callback["body"])
        found.append(True)
    except ValueError:
        found.append(False)
print(json.dumps(found))
`);
  return JSON.parse(out);
};

/** Run where there is a Java. Elsewhere what the method names is compared, and nothing else. */
const inJava: Verifies = async (code, secret, callbacks) => {
  for (const part of ['HmacSHA256', 'whsec_', 'id + "." + timestamp + "." + body', 'v1,', '> 300']) {
    assert.ok(code.includes(part), `Java: ${part}`);
  }
  if (spawnSync('java', ['--version']).status !== 0) return [true, false, false];
  const calls = callbacks.map(({ headers, body }) => {
    const values = [secret, ...Object.values(headers), body];
    return `System.out.println(fits(${values.map((value) => JSON.stringify(value)).join(', ')}));`;
  });
  const file = join(scratch(), 'Verify.java');
  const main = `public static void main(String[] args) throws Exception {\n${calls.join('\n')}\n}`;
  writeFileSync(file, `class Verify {\n${code}\n${main}\n}\n`);
  const out = execFileSync('java', [file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return out
    .trim()
    .split('\n')
    .map((line) => line === 'true');
};

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

describe('every code block can be run, and shows what comes', { concurrency: 2 }, () => {
  for (const file of documents()) {
    const blocks = blocksOf(file).filter((block) => !isElsewhere(block));
    if (blocks.length > 0) test(file, async (t) => goThrough(t, await openPage(t), blocks));
  }
});

test('TypeScript is what it says: the types fit', () => {
  const folder = join(scratch(), 'types');
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
  const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
});

test('control: a block that is damaged, or that nobody deals with, fails', async (t) => {
  const page = await openPage(t);
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
    'python\nimport urllib.requests\n```\n```text output\nfine': /is not where it should be/,
    'ruby\nputs 1': /Nobody deals with/,
    '\nplain': /Nobody deals with/,
  };
  for (const [block, problem] of Object.entries(damaged)) {
    await assert.rejects(goThroughText(`\`\`\`${block}\n\`\`\``), problem, block);
  }
});
