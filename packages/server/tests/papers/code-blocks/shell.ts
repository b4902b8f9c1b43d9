/** A bash that runs the commands of one document, as a reader would who pastes them one after the other. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Cleanup } from '../../support/server.ts';
import { root } from './blocks.ts';
import { writePrograms } from './programs.ts';

const blockWithinMs = 240_000;

export interface Ran {
  /** Its output on both streams. */
  out: string;
  /** The commands that failed. */
  failed: string[];
}

export interface Shell {
  run(text: string): Promise<Ran>;
}

export interface Place {
  /** Looks like a clone to the commands that run in it; what they write stays in it. */
  folder: string;
  dataDir: string;
  /** The address of the server that commands call. */
  url: string;
  /** The address of the program that stands in for npm and others, see programs.ts. */
  programsUrl: string;
}

export function openShell(t: Cleanup, { folder, dataDir, url, programsUrl }: Place): Shell {
  const programs = join(folder, '.programs');
  writePrograms(programs, programsUrl);
  // Ends a stream, as a reader would who has seen enough.
  const curl = 'case " $* " in *" -N "*) $CURL --max-time 1 "$@"; [ $? = 28 ] ;; *) exec $CURL "$@" ;; esac';
  writeFileSync(join(programs, 'curl'), `#!/bin/sh\n${curl}\n`, { mode: 0o755 });
  for (const name of [
    'node_modules',
    'packages',
    'deploy',
    'docs',
    'bench',
    'package.json',
    'compose.yaml',
    'Dockerfile',
  ]) {
    symlinkSync(join(root, name), join(folder, name));
  }
  symlinkSync(join(root, 'docs/examples/expiry.test.mjs'), join(folder, 'expiry.test.mjs'));

  const path = (process.env.PATH ?? '').split(':');
  const bash = spawn('bash', ['--noprofile', '--norc'], {
    cwd: folder,
    env: {
      PATH: [programs, dirname(process.execPath), ...path].join(':'),
      CURL: path.map((entry) => join(entry, 'curl')).find((file) => existsSync(file)) ?? 'curl',
      HOME: folder,
      DATA_DIR: dataDir,
      CHAT_URL: url,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules/.cache/node'),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  t.after(() => bash.kill());
  const exited = once(bash, 'exit').then(() => 'the shell has ended');
  bash.stdin.write(`set -E -o pipefail; trap 'echo "$BASH_COMMAND" >> .failed' ERR\n`);

  let blocks = 0;
  return {
    async run(text) {
      const name = `.block-${++blocks}`;
      writeFileSync(join(folder, name), text);
      rmSync(join(folder, '.failed'), { force: true });
      const timer = setTimeout(() => bash.kill('SIGKILL'), blockWithinMs);
      bash.stdin.write(`source ./${name} > ${name}.out 2>&1 < /dev/null; wait; echo\n`);
      const ended = await Promise.race([once(bash.stdout, 'data').then(() => undefined), exited]);
      clearTimeout(timer);
      const read = (file: string) =>
        existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : '';
      const failed = read('.failed')
        .split('\n')
        .filter((line) => line && !line.startsWith('source ./.block'));
      return { out: read(`${name}.out`), failed: ended ? [...failed, ended] : failed };
    },
  };
}
