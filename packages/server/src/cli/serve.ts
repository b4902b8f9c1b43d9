import { Command } from 'commander';
import { startApp } from '../app.ts';
import { readSettings, type Settings } from '../config/settings.ts';
import { askedToEnd, CommandFailure, exitCodes, type Terminal } from './command.ts';
import { demoTour } from './demo-tour.ts';

export const serveCommand = (terminal: Terminal) =>
  new Command('serve').description('Run the server').action(() => serve(terminal));

async function serve(terminal: Terminal): Promise<void> {
  const settings = readSettings(terminal.env);
  const app = await startApp(settings);
  if (app.demo) terminal.out(demoTour(app.url, settings.console, app.demoLink));
  for (const hint of hints(settings)) terminal.error(`aislechat: ${hint}`);
  terminal.out(`aislechat listening on ${app.url}`);

  const failure = await Promise.race([app.failed, askedToEnd()]);
  await app.stop();
  if (failure) {
    throw new CommandFailure(
      `The database in ${settings.dataDir} could not be written (${failure.message}). Every acknowledged message is saved. Free up or repair the disk, then start the server again.`,
      exitCodes.failed,
    );
  }
}

/** What an operator may not have meant, in sentences. */
function hints({ environment, host, publicUrl, secretsKeys }: Settings): string[] {
  if (environment === 'development') {
    const isOwn = ['127.0.0.1', '::1', 'localhost'].includes(host);
    return isOwn ? [] : ['the sandbox is open to everyone who can reach this address.'];
  }
  const off: string[] = [];
  if (publicUrl === undefined) {
    off.push(
      'without AISLECHAT_PUBLIC_URL there are no images, no links of orders and no push notifications.',
    );
  }
  if (secretsKeys === undefined) {
    off.push('without AISLECHAT_SECRETS_KEY there are no callbacks and no notifications.');
  }
  return off;
}
