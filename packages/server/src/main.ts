/**
 * The entry: reads the command line, and sets the exit code. What the process needs of Node is set before
 * anything else is loaded.
 */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Kept beside the installed packages and as trusted as they are: halves the time to start.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/', import.meta.url)));

const { runCommandLine } = await import('./cli/program.ts');
process.exitCode = await runCommandLine(process.argv, process.env);
