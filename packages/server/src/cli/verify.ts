/** `aislechat verify`: compares any server with Connect's API. */
import { Command } from 'commander';
import type { Terminal } from './command.ts';
import { requiredSecretOf, secretOption } from './secret.ts';
import type { VerifyOptions } from './verify-server.ts';

const secretVariable = 'CLIENT_SECRET';

export function verifyCommand(terminal: Terminal): Command {
  return new Command('verify')
    .description('Compare any server with the Connect API, operation by operation')
    .requiredOption('--url <address>', 'address of the server, with a path if it is behind a proxy')
    .requiredOption('--client-id <id>', 'application that may create users and orders')
    .addOption(secretOption('--client-secret <secret>', 'its secret', secretVariable))
    .option('--only <text>', 'run only the checks with this text in their name')
    .option('--address-line-1 <text>', 'address that its stores deliver to', '9 Quay Rd')
    .option('--postal-code <text>', 'postal code of that address', '80202')
    .option('--upc <code>', 'item that the stores sell', '000111222333')
    .option('--strict', 'also fail if a check cannot tell')
    .option('--junit <file>', 'also write a JUnit report to this file')
    .option('--json', 'print JSON')
    .action(async (options: Omit<VerifyOptions, 'clientSecret'> & { clientSecret?: string }) => {
      const clientSecret = requiredSecretOf(terminal, options.clientSecret, {
        option: '--client-secret',
        variable: secretVariable,
      });
      // Loaded here, because a server that starts needs none of the checks.
      const { verifyServer } = await import('./verify-server.ts');
      await verifyServer(terminal, { ...options, clientSecret });
    });
}
