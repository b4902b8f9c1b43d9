import { Command } from 'commander';
import { startApp } from '../app.ts';
import { readSettings } from '../config/settings.ts';
import { CommandFailure, exitCodes, type Terminal } from './command.ts';
import { demoTour } from './demo-tour.ts';

export const serveCommand = (terminal: Terminal) =>
  new Command('serve').description('Run the server').action(() => serve(terminal));

async function serve(terminal: Terminal): Promise<void> {
  const settings = readSettings(terminal.env);
  const app = await startApp(settings);
  if (app.demo) terminal.out(demoTour(app.url, settings.console, app.demoLink));
  if (settings.environment === 'development' && !['127.0.0.1', '::1', 'localhost'].includes(settings.host)) {
    terminal.error('aislechat: the sandbox is open to everyone who can reach this address.');
  }
  terminal.out(`aislechat listening on ${app.url}`);

  const failure = await Promise.race([
    app.failed,
    ...(['SIGTERM', 'SIGINT'] as const).map(
      (signal) => new Promise<undefined>((resolve) => process.once(signal, () => resolve(undefined))),
    ),
  ]);
  await app.stop();
  if (failure) {
    throw new CommandFailure(
      `The database in ${settings.dataDir} could not be written (${failure.message}). Every acknowledged message is saved. Free up or repair the disk, then start the server again.`,
      exitCodes.failed,
    );
  }
}
