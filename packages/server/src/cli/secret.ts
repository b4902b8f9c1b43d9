/**
 * How commands receive secrets. Everyone on the machine can see a command line, and the shell's history keeps it. Each
 * option that takes a secret therefore also accepts a file or standard input, and the environment can hold the secret
 * instead.
 */
import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import { CommandFailure, exitCodes, type Terminal } from './command.ts';

/** Creates an option whose value `secretOf` reads. @param flags for example `--client-secret <secret>` */
export const secretOption = (flags: string, description: string, variable: string): Option =>
  new Option(
    flags,
    `${description}; @file reads a file, - reads standard input (default: the variable ${variable})`,
  );

/** @throws CommandFailure if a file cannot be read or is empty */
export function secretOf(
  terminal: Terminal,
  given: string | undefined,
  variable: string,
): string | undefined {
  if (given === undefined) return terminal.env[variable] || undefined;
  if (given === '-') return textOf(0, 'standard input');
  return given.startsWith('@') ? textOf(given.slice(1), given.slice(1)) : given;
}

/** @throws CommandFailure if there is no secret */
export function requiredSecretOf(
  terminal: Terminal,
  given: string | undefined,
  { option, variable }: { option: string; variable: string },
): string {
  const secret = secretOf(terminal, given, variable);
  if (secret !== undefined) return secret;
  throw new CommandFailure(`Give ${option} as @file or -, or set ${variable}.`, exitCodes.usage);
}

function textOf(file: string | 0, name: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch {
    throw new CommandFailure(`Cannot read ${name}.`, exitCodes.notFound);
  }
  if (text === '') throw new CommandFailure(`${name} is empty.`, exitCodes.usage);
  return text;
}
