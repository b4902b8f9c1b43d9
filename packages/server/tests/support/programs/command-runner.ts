/** Runs the requested commands one after the other. See ../command.ts. */
import { runCommandLine } from '../../../src/cli/program.ts';

interface Told {
  env: Record<string, string>;
  args: string[];
}

process.on('message', async ({ env, args }: Told) => {
  process.env = env;
  const { stdout, stderr } = process;
  const writes = [stdout.write, stderr.write] as const;
  let out = '';
  let error = '';
  stdout.write = (text: string | Uint8Array) => {
    out += text;
    return true;
  };
  stderr.write = (text: string | Uint8Array) => {
    error += text;
    return true;
  };
  let code: number;
  try {
    code = await runCommandLine(['node', 'aislechat', ...args], env);
  } catch (cause) {
    code = 1;
    error += `${(cause as Error).stack}\n`;
  } finally {
    [stdout.write, stderr.write] = writes;
  }
  process.send!({ code, out, error });
});
process.on('disconnect', () => process.exit());
