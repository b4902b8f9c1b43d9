/**
 * The entry: reads the command line, and sets the exit code. What the process needs of Node is set before
 * anything else is loaded.
 */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

// Kept beside the installed packages and as trusted as they are: halves the time to start.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/', import.meta.url)));
// Left to itself, V8 lets short-lived objects have 16 MiB three times over and long-lived ones several times
// what they need. Measured, this holds half the memory under load and answers no fewer reads.
setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--heap-growing-percent=20');

const { runCommandLine } = await import('./cli/program.ts');
process.exitCode = await runCommandLine(process.argv, process.env);
