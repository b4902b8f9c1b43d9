/** `aislechat listen`: receives callbacks for developers, and fails on request. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { limits, SignatureError, signatureHeaders, signCallback, verifyCallback } from '@aislechat/contract';
import { Command, Option } from 'commander';
import { askedToEnd, CommandFailure, exitCodes, type Terminal } from './command.ts';
import { secretOf, secretOption } from './secret.ts';

interface Options {
  port: string;
  secret?: string[];
  fail?: FailMode;
  share: string;
  json?: boolean;
}

const secretVariable = 'SIGNING_SECRET';
const failModes = ['500', 'timeout', 'reset', '429', 'token'] as const;
type FailMode = (typeof failModes)[number];
/** How many IDs are remembered to recognize repeated callbacks. */
const maxRemembered = 100_000;

export function listenCommand(terminal: Terminal): Command {
  return new Command('listen')
    .description(
      'Receive callbacks on this machine, check their signatures and print them, until interrupted',
    )
    .option('--port <port>', 'port on the loopback interface', '4000')
    .addOption(
      secretOption(
        '--secret <secret...>',
        'signing secrets of the endpoint (whsec_...); without one, signatures are not checked',
        secretVariable,
      ),
    )
    .addOption(new Option('--fail <how>', 'way to fail').choices([...failModes]))
    .option('--share <number>', 'share of callbacks to fail, from 0 to 1', '1')
    .option('--json', 'print a line of JSON for each callback')
    .action((options: Options) => listen(terminal, options));
}

/** `Number` takes an empty text, such as a variable that a script has not set, for 0. */
const numberOf = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

/** Serves until SIGINT or SIGTERM. `POST /token` issues a token to any client. */
async function listen(terminal: Terminal, options: Options): Promise<void> {
  const share = numberOf(options.share);
  if (!(share >= 0 && share <= 1)) throw new CommandFailure('--share must be from 0 to 1.', exitCodes.usage);
  const port = numberOf(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new CommandFailure('--port must be from 0 to 65535.', exitCodes.usage);
  }
  const secrets = (options.secret ?? [undefined])
    .map((given) => secretOf(terminal, given, secretVariable))
    .filter((secret) => secret !== undefined);
  await signCallback(secrets, { id: '', timestamp: '0', body: '' }).catch((error: Error) => {
    throw new CommandFailure(`--secret or ${secretVariable}: ${error.message}.`, exitCodes.usage);
  });
  const tokens = new Set<string>();
  const seen = new Map<string, number>();
  const fails = () => options.fail !== undefined && Math.random() < share;

  const { createServer } = await import('node:http');
  const server = createServer((request, response) => {
    answer(request, response).catch((error: NodeJS.ErrnoException) => {
      // A sender that resets the connection is not a problem of this command.
      if (error.code !== 'ECONNRESET') terminal.error(`aislechat: ${error.message}`);
      response.destroy();
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    if (request.url === '/token') {
      if (options.fail === 'token' && fails()) {
        terminal.error('Refused a token.');
        return send(response, 401, { error: 'invalid_client' });
      }
      const token = randomBytes(16).toString('hex');
      tokens.add(token);
      return send(response, 200, { access_token: token, token_type: 'Bearer', expires_in: 3600 });
    }
    const tries = remember(String(request.headers[signatureHeaders.id]));
    const mode = options.fail !== 'token' && fails() ? options.fail : undefined;
    report(await read(request, body), tries, mode);
    switch (mode) {
      case undefined:
        return send(response, 200, {});
      case 'timeout':
        return;
      case 'reset':
        request.socket.destroy();
        return;
      case '429':
        response.setHeader('retry-after', '5');
    }
    send(response, Number(mode), { error: 'failing on request' });
  }

  function remember(id: string): number {
    const tries = (seen.get(id) ?? 0) + 1;
    if (seen.size < maxRemembered) seen.set(id, tries);
    return tries;
  }

  async function read(request: IncomingMessage, body: string): Promise<Record<string, unknown>> {
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    return {
      ...parsed(body),
      signature: await signatureOf(secrets, request, body),
      token: bearer === undefined ? 'none' : tokens.has(bearer) ? 'ours' : 'unknown',
    };
  }

  function report(callback: Record<string, unknown>, tries: number, mode: FailMode | undefined): void {
    const answered = mode ?? '200';
    if (options.json) {
      terminal.out(JSON.stringify({ ...callback, try: tries, answered }));
      return;
    }
    const { event_timestamp, event_name, event_id, event_metadata, signature, token } = callback;
    terminal.out(
      `${event_timestamp}  ${event_name}  id ${event_id}  try ${tries}  signature ${signature}  token ${token}  answered ${answered}`,
    );
    terminal.out(`  ${JSON.stringify(event_metadata)}`);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(isTaken ? new CommandFailure(`Port ${port} is in use. Choose another one with --port.`) : error);
    });
    server.listen(port, '127.0.0.1', () => {
      const { port: actual } = server.address() as { port: number };
      terminal.error(
        `Listening for callbacks on http://127.0.0.1:${actual}/ (tokens: http://127.0.0.1:${actual}/token). Press Ctrl-C to stop.`,
      );
    });
    askedToEnd().then(resolve);
  });
  server.closeAllConnections();
  server.close();
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  request.setEncoding('utf8');
  for await (const chunk of request) {
    body += chunk;
    if (body.length > limits.requestBodyBytes) throw new Error('too large');
  }
  return body;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function parsed(body: string): Record<string, unknown> {
  try {
    const value = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

async function signatureOf(secrets: string[], { headers }: IncomingMessage, body: string) {
  if (secrets.length === 0) return 'unchecked';
  try {
    await verifyCallback(secrets, headers, body);
    return 'good';
  } catch (error) {
    if (error instanceof SignatureError) return `BAD (${error.message})`;
    throw error;
  }
}
