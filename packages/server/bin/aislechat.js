#!/usr/bin/env node
/**
 * The entry point: configures Node, runs the command line and sets the exit code. It is plain JavaScript on purpose. It
 * must parse on a Node too old to run the rest, and a file of TypeScript would be compiled before the cache is on.
 */
import nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `aislechat needs Node 24 or newer and found ${process.version}. Install it (https://nodejs.org), or in a clone run: npm run aislechat -- <command>\n`,
  );
  process.exit(1);
}
// Stored beside the installed packages and as trusted as they are; halves the startup time.
nodeModule.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/', import.meta.url)));

const { runCommandLine } = await import('../src/cli/program.ts');
process.exitCode = await runCommandLine(process.argv, process.env);
