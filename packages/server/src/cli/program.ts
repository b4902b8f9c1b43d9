/** The command line. Each command has its own file. */
import {
  parameterProblems,
  retailerSettings,
  settingNames,
  settingShape,
  wireSettingName,
} from '@aislechat/contract';
import { Command, CommanderError, Help, type Option } from 'commander';
import { version } from '../app.ts';
import { SettingError } from '../config/settings.ts';
import { InvalidParameters } from '../domain/errors.ts';
import { visible } from '../wire/visible.ts';
import { applicationCommand } from './application.ts';
import { auditDataCommand } from './audit-data.ts';
import { backupCommand } from './backup.ts';
import { callbacksCommand } from './callbacks.ts';
import { clockCommand } from './clock.ts';
import { CommandFailure, exitCodes, type Terminal } from './command.ts';
import { eraseCommand } from './erase.ts';
import { listenCommand } from './listen.ts';
import { migrateCommand } from './migrate.ts';
import { moveCommand } from './move.ts';
import { restoreCommand } from './restore.ts';
import { retailerCommand } from './retailer.ts';
import { revokeTokensCommand } from './revoke-tokens.ts';
import { scenarioCommand } from './scenario.ts';
import { serveCommand } from './serve.ts';
import { supportLinkCommand } from './support-link.ts';
import { verifyCommand } from './verify.ts';

/** All commands with their options. */
export function programOf(terminal: Terminal): Command {
  const program = new Command('aislechat')
    .description('Self-hosted post-checkout order chat, wire-compatible with the Instacart Connect chat API')
    .version(version)
    .addCommand(serveCommand(terminal))
    .addCommand(retailerCommand(terminal))
    .addCommand(applicationCommand(terminal))
    .addCommand(supportLinkCommand(terminal))
    .addCommand(revokeTokensCommand(terminal))
    .addCommand(callbacksCommand(terminal))
    .addCommand(listenCommand(terminal))
    .addCommand(clockCommand(terminal))
    .addCommand(eraseCommand(terminal))
    .addCommand(auditDataCommand(terminal))
    .addCommand(migrateCommand(terminal))
    .addCommand(backupCommand(terminal))
    .addCommand(restoreCommand(terminal))
    .addCommand(moveCommand(terminal))
    .addCommand(scenarioCommand(terminal))
    .addCommand(verifyCommand(terminal))
    .addHelpText(
      'after',
      '\nThe environment holds the settings, see docs/configuration.md. DATA_DIR names the data folder (default: ./data).\nExit codes: 0 done, 1 failed, 2 wrong usage or setting, 3 not found.',
    );
  for (const command of [program, ...program.commands, ...program.commands.flatMap((c) => c.commands)]) {
    command
      .exitOverride()
      .showHelpAfterError('(use --help for usage)')
      .configureHelp({ optionDescription: described });
  }
  return program;
}

/** The library does not mark the options that a command cannot do without. */
function described(option: Option): string {
  const description = new Help().optionDescription(option);
  return option.mandatory ? `${description} (required)` : description;
}

/** Runs a command and returns its exit code. */
export async function runCommandLine(
  argv: string[],
  env: Record<string, string | undefined>,
): Promise<number> {
  const terminal: Terminal = {
    env,
    out: (text) => process.stdout.write(`${visible(text)}\n`),
    error: (text) => process.stderr.write(`${visible(text)}\n`),
    overwrite: process.stderr.isTTY ? (text) => process.stderr.write(`\r${text}\x1b[K`) : undefined,
  };
  for (const stream of [process.stdout, process.stderr]) {
    // Whoever reads it may have seen enough, as `head` has. A server goes on all the same.
    if (stream.listenerCount('error') === 0) stream.on('error', unlessUnread);
  }

  try {
    await programOf(terminal).parseAsync(argv);
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    terminal.error(`aislechat: ${sentence(error)}`);
    if (error instanceof CommandFailure) return error.exitCode;
    return error instanceof SettingError || error instanceof InvalidParameters
      ? exitCodes.usage
      : exitCodes.failed;
  }
}

function unlessUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function sentence(error: unknown): string {
  if (error instanceof InvalidParameters) {
    return error.problems
      .map(({ key, problem, limit }) => {
        const said = parameterProblems[problem].replace('%d', String(limit));
        const setting = settingNames.find((name) => wireSettingName(name) === key);
        if (setting === undefined) return `${key} ${said}`;
        const { description } = settingShape(setting);
        return `--${retailerSettings[setting].option} ${said}. It is: ${description.replaceAll('`', '')}`;
      })
      .join('; ');
  }
  const { code, message } = error as { code?: string; message: string };
  if (code === 'EADDRINUSE')
    return 'The port is in use. Set PORT to another port, or to 0 for any free port.';
  return message;
}
