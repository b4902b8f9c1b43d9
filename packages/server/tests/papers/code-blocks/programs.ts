/**
 * What examples find on their PATH as `npm`, `npx` and `docker`. Our own commands are run in one process for
 * all, since starting one takes longer than its work. A server that an example starts is stopped once it
 * listens, since the one that examples talk to is already running. What cannot be run here (containers,
 * installing packages, another database, commands that never end) is checked statically: scripts, commands,
 * options, services, files.
 */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { runCommandLine } from '../../../src/cli/program.ts';
import type { Cleanup } from '../../support/server.ts';

const isFull = process.env.TEST_SCALE === 'full';

/** Printed in place of the output of a command that was not run. */
export const notRun = '(not run)';

type Environment = Record<string, string>;

/** @returns the address that the scripts of `writePrograms` call */
export async function startPrograms(t: Cleanup): Promise<string> {
  const child = fork(fileURLToPath(import.meta.url), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  t.after(() => child.kill());
  const [url] = await once(child, 'message');
  return url as string;
}

/**
 * Writes scripts for a PATH. They send their folder, arguments and environment, and receive output and exit
 * code.
 */
export function writePrograms(folder: string, url: string): void {
  mkdirSync(folder);
  for (const name of ['npm', 'npx', 'docker']) {
    writeFileSync(
      join(folder, name),
      `#!/bin/bash
answer=$({ printf '%s\\0' "$PWD" $# ${name} "$@"; env -0; } | $CURL -s --data-binary @- ${url})
printf '%s' "\${answer%:*}"
exit \${answer##*:}
`,
      { mode: 0o755 },
    );
  }
}

const programs: Record<string, (env: Environment, command: string, ...args: string[]) => Promise<number>> = {
  async npx(env, name, ...args) {
    assert.equal(name, 'aislechat');
    return aislechat(env, args);
  },

  async npm(env, command, ...args) {
    if (command === 'start') return aislechat(env, ['serve']);
    const plain = args.filter((arg) => !['-s', '--'].includes(arg));
    const scriptsOf = (folder: string) =>
      JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).scripts;
    if (command === 'run') {
      const [script, ...passed] = plain;
      if (script === 'aislechat') return aislechat(env, passed);
      const place = passed.indexOf('-w');
      const folder = place < 0 ? '.' : passed.splice(place, 2)[1]!;
      const line: string | undefined = scriptsOf(folder)[script!];
      assert.ok(line, `there is no script ${script}`);
      const source = readFileSync(join(folder, /\S+\.ts/.exec(line)![0]), 'utf8');
      for (const option of passed.filter((arg) => arg.startsWith('--'))) {
        // In the form in which `parseArgs` gets its options.
        assert.match(source, new RegExp(`'?${option.slice(2)}'?: (\\{ type|flag)`), option);
      }
    } else {
      assert.ok(['ci', 'install', 'test'].includes(command), `npm ${command}`);
      for (const name of plain.filter((arg) => !arg.startsWith('-'))) {
        assert.ok(existsSync(join('node_modules', name)), `${name} is not one of our packages`);
      }
    }
    return lookedThrough();
  },

  async docker(env, command, ...args) {
    const { version } = JSON.parse(readFileSync('packages/server/package.json', 'utf8'));
    const { services } = parse(readFileSync('compose.yaml', 'utf8'), { merge: true });
    const plain = args.filter((arg) => !arg.startsWith('-'));
    if (command === 'compose') {
      const [verb, service] = plain;
      assert.ok(['up', 'build', 'run', 'exec'].includes(verb!), `docker compose ${verb}`);
      if (service) assert.ok(service in services, `there is no service ${service}`);
      const [node, file, ...passed] = service ? args.slice(args.indexOf(service) + 1) : [];
      if (node) {
        assert.deepEqual([node, existsSync(file!)], ['node', true]);
        return lookThrough(env, passed);
      }
    } else {
      assert.ok(['build', 'run'].includes(command), `docker ${command}`);
      assert.ok(args.includes(`aislechat:${version}`), `the image is aislechat:${version}`);
    }
    return lookedThrough();
  },
};

function lookedThrough(): number {
  process.stdout.write(`${notRun}\n`);
  return 0;
}

/** Asserts that such a command with such options exists. */
async function lookThrough(env: Environment, args: string[]): Promise<number> {
  const { code, out } = await captured(() => commandLine(env, [...args, '--help']));
  assert.equal(code, 0, out);
  assert.match(out, new RegExp(`Usage: aislechat ${args[0]}\\b`));
  for (const option of args.filter((arg) => arg.startsWith('--'))) {
    assert.ok(out.includes(option), `${option} is not an option:\n${out}`);
  }
  return lookedThrough();
}

const commandLine = (env: Environment, args: string[]) => runCommandLine(['node', 'aislechat', ...args], env);

async function aislechat(env: Environment, args: string[]): Promise<number> {
  const [command] = args;
  const hasDatabase = env.DATABASE_URL?.includes('127.0.0.1');
  if (['move', 'listen'].includes(command!) || (command === 'migrate' && !hasDatabase))
    return lookThrough(env, args);
  // The output in its document is that of these checks. tests/cli/verify.test.ts runs all, and so does the full scale.
  if (command === 'verify' && !isFull) return commandLine(env, [...args, '--only', 'token.']);
  if (command === 'scenario' && !args.includes('--url'))
    return commandLine(env, [...args, '--url', env.CHAT_URL!]);
  if (command !== 'serve') return commandLine(env, args);
  const isTaken = existsSync(join(env.DATA_DIR!, 'server.lock'));
  const DATA_DIR = isTaken ? mkdtempSync(join(env.DATA_DIR!, 'other-')) : env.DATA_DIR!;
  return commandLine({ ...env, DATA_DIR, PORT: '0' }, args);
}

/** Captures what is written to either output meanwhile. */
async function captured(run: () => Promise<number>): Promise<{ code: number; out: string }> {
  const { stdout, stderr } = process;
  const writes = [stdout.write, stderr.write] as const;
  let out = '';
  stdout.write = stderr.write = (text: string | Uint8Array) => {
    out += text;
    // Stops the server, as a reader would who has seen enough.
    if (String(text).startsWith('aislechat listening on')) setImmediate(() => process.emit('SIGTERM'));
    return true;
  };
  try {
    return { code: await run(), out };
  } catch (error) {
    return { code: 1, out: `${out}${(error as Error).stack}\n` };
  } finally {
    [stdout.write, stderr.write] = writes;
  }
}

if (import.meta.main) {
  process.on('disconnect', () => process.exit());
  let last: Promise<unknown> = Promise.resolve();
  const server = createServer(async (request, response) => {
    const [folder, count, program, ...rest] = String(await buffer(request)).split('\0');
    const [command, ...args] = rest.slice(0, Number(count));
    const env = Object.fromEntries(
      rest.slice(Number(count)).map((entry) => [entry.split('=')[0], entry.slice(entry.indexOf('=') + 1)]),
    );
    const { HOST: _, ...given } = env as Environment;
    const answer = last.then(() => {
      process.chdir(folder!);
      return captured(() => programs[program!]!(given, command!, ...args));
    });
    last = answer;
    const { code, out } = await answer;
    response.end(`${out}:${code}`);
  }).listen(0, '127.0.0.1', () => {
    process.send!(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
  });
}
