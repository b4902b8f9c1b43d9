/**
 * Drives an installed Firefox through Marionette, its own remote control
 * (https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html). Only it reaches the browser's windows
 * besides pages, and a notification is such a window.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { eventually } from '../../../server/tests/support/eventually.ts';
import { type Cleanup, temporaryFolder } from '../../../server/tests/support/server.ts';

export interface Firefox {
  open(address: string): Promise<void>;
  /** Runs the body of a function in the page. */
  inPage<T>(body: string): Promise<T>;
  /** Runs the body of a function in the browser itself, with its privileges. */
  inBrowser<T>(body: string): Promise<T>;
}

/** @param preferences as in `about:config` */
export async function startFirefox(
  t: Cleanup,
  program: string,
  preferences: Record<string, string | number | boolean>,
): Promise<Firefox> {
  const profile = temporaryFolder(t);
  const port = await freePort();
  const lines = Object.entries({ 'marionette.port': port, ...preferences }).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  writeFileSync(join(profile, 'user.js'), lines.join('\n'));
  const options = ['--headless', '--marionette', '--remote-allow-system-access', '--profile', profile];
  const browser = spawn(program, options, { stdio: 'ignore' });
  t.after(async () => {
    const exited = once(browser, 'exit');
    browser.kill();
    await exited;
  });
  const socket = await eventually(
    () => connected(port),
    (found) => found !== undefined,
  );
  t.after(() => socket!.destroy());
  const remote = new Marionette(socket!);
  await remote.command('WebDriver:NewSession', { capabilities: {} });
  const run = async <T>(context: 'content' | 'chrome', script: string): Promise<T> => {
    await remote.command('Marionette:SetContext', { value: context });
    const { value } = await remote.command('WebDriver:ExecuteScript', { script, args: [] });
    return value as T;
  };
  return {
    async open(address) {
      await remote.command('Marionette:SetContext', { value: 'content' });
      await remote.command('WebDriver:Navigate', { url: address });
    },
    inPage: (body) => run('content', body),
    inBrowser: (body) => run('chrome', body),
  };
}

/** Sends one command at a time: `length:[0, id, name, parameters]`, answered by `length:[1, id, error, result]`. */
class Marionette {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #onMessage: ((message: unknown) => void) | undefined;
  #commands = 0;

  constructor(socket: Socket) {
    this.#socket = socket.on('data', (piece: Buffer) => this.#receive(piece));
  }

  async command(name: string, parameters: object): Promise<{ value?: unknown }> {
    const answer = new Promise<unknown>((resolve) => {
      this.#onMessage = resolve;
    });
    this.#commands += 1;
    const text = JSON.stringify([0, this.#commands, name, parameters]);
    this.#socket.write(`${Buffer.byteLength(text)}:${text}`);
    const [, , error, result] = (await answer) as [number, number, unknown, { value?: unknown }];
    assert.equal(error, null, `${name}: ${JSON.stringify(error)}`);
    return result;
  }

  #receive(piece: Buffer): void {
    this.#received = Buffer.concat([this.#received, piece]);
    for (;;) {
      const colon = this.#received.indexOf(':');
      const end = colon + 1 + Number(this.#received.subarray(0, colon));
      if (colon < 0 || this.#received.length < end) return;
      const message: unknown = JSON.parse(this.#received.toString('utf8', colon + 1, end));
      this.#received = this.#received.subarray(end);
      // The first message is a greeting, an object.
      if (Array.isArray(message)) this.#onMessage?.(message);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

async function connected(port: number): Promise<Socket | undefined> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return socket;
  } catch {
    return undefined;
  }
}
