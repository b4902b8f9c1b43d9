/** The entry: reads the command line, and sets the exit code. */
import { runCommandLine } from './cli/program.ts';

process.exitCode = await runCommandLine(process.argv, process.env);
