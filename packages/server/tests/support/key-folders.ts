/** Where the keys of a test's database are. A file of its own, so that tests on SQLite load nothing of PostgreSQL. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folder of the key folders of a cluster's databases. The cluster removes it when it stops. */
export const keyFoldersOf = (port: number | string): string => join(tmpdir(), `aislechat-keys-${port}`);

/** The key folder of a database, which is not in the server's folder: servers in tests share it by default. */
export function keysOf(url: string): string {
  const { port, pathname } = new URL(url);
  return join(keyFoldersOf(port), pathname.slice(1));
}

/** What a server or a command is given, with the key folder of its database. */
export function withKeys(env: Record<string, string>): Record<string, string> {
  const { DATABASE_URL: url, AISLECHAT_KEYS_S3_BUCKET: bucket } = env;
  return url === undefined || bucket !== undefined || !URL.canParse(url)
    ? env
    : { AISLECHAT_KEYS_DIR: keysOf(url), ...env };
}
