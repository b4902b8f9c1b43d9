/**
 * How commands are given secrets. What stands on a command line is seen by everyone on the machine and stays in the
 * shell's history, so each such option can name a file or standard input instead, or be left to the environment.
 */
import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import { CommandFailure, exitCodes, type Terminal } from './command.ts';

/** An option whose value `secretOf` reads. @param flags such as `--client-secret <secret>` */
export const secretOption = (flags: string, description: string, variable: string): Option =>
  new Option(flags, `${description}; @file reads a file, - reads standard input (default: ${variable})`);

/** @throws CommandFailure where a file cannot be read, or holds nothing */
export function secretOf(
  terminal: Terminal,
  given: string | undefined,
  variable: string,
): string | undefined {
  if (given === undefined) return terminal.env[variable] || undefined;
  if (given === '-') return textOf(0, 'standard input');
  return given.startsWith('@') ? textOf(given.slice(1), given.slice(1)) : given;
}

/** @throws CommandFailure where there is none */
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
  if (text === '') throw new CommandFailure(`There is nothing in ${name}.`, exitCodes.usage);
  return text;
}
