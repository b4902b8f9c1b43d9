/** A real server in this process, on a free port and with a folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, type Parts, startApp } from '../../src/app.ts';
import { readSettings } from '../../src/config/settings.ts';
import { Client } from './client.ts';
import { timed } from './cost.ts';
import { withKeys } from './key-folders.ts';
import { newPlace } from './place.ts';

/** Registers cleanups: a test's context, or the `after` of a whole file. */
export interface Cleanup {
  after(hook: () => unknown): void;
}

export function temporaryFolder(t: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'aislechat-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const noPages = '/nowhere';

export interface TestServer {
  app: App;
  client: Client;
  /** The environment in which another server finds the same data. */
  place: Record<string, string>;
}

export async function testServer(
  t: Cleanup,
  env: Record<string, string> = {},
  parts: Partial<Parts> = {},
): Promise<TestServer> {
  const { DATA_DIR, DATABASE_URL } = env;
  const isPlaced = DATA_DIR !== undefined || DATABASE_URL !== undefined;
  const place = isPlaced
    ? { ...(DATA_DIR !== undefined && { DATA_DIR }), ...(DATABASE_URL !== undefined && { DATABASE_URL }) }
    : (await newPlace(t)).env;
  const settings = readSettings({
    PORT: '0',
    ...withKeys({ ...place, ...env }),
    AISLECHAT_DEMO: env.AISLECHAT_DEMO ?? 'false',
    AISLECHAT_LOG_LEVEL: env.AISLECHAT_LOG_LEVEL ?? 'silent',
  });
  // Without the pages, unless a test has them built: reading them is a quarter of the start.
  const app = await timed('server', () => startApp(settings, { pagesFolder: noPages, ...parts }));
  t.after(() => app.stop());
  return { app, client: new Client(app.url), place };
}
