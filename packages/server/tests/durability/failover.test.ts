/** The primary dies under load, its standby takes over, and the servers follow. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { type Outcome, writeThrough } from '../support/load.ts';
import {
  asSuperuser,
  baseBackup,
  type Cluster,
  databaseOf,
  newCluster,
  prepare,
  standbyOf,
  template,
} from '../support/postgres.ts';
import { startServerProcess } from '../support/process.ts';
import { type Cleanup, temporaryFolder, testServer } from '../support/server.ts';

/** A primary and its standby, and the address that names both. */
interface Pair {
  primary: Cluster;
  standby: Cluster;
  url: string;
  /** The folder of its keys. */
  keys: string;
}

async function pair(t: Cleanup): Promise<Pair> {
  const primary = await newCluster({ wal_keep_size: '256MB' });
  t.after(() => primary.stop());
  await prepare(primary);
  const backup = join(temporaryFolder(t), 'backup');
  await baseBackup(primary, backup);
  const standby = await standbyOf(primary, backup);
  t.after(() => standby.stop());
  const url = new URL(databaseOf(primary, template).url);
  const hosts = `${url.host},${new URL(standby.url()).host}`;
  return { primary, standby, url: url.href.replace(url.host, hosts), keys: temporaryFolder(t) };
}

const run = (cluster: Cluster, ...statements: string[]) =>
  asSuperuser(cluster.url(), async (client) => {
    for (const statement of statements) await client.query(statement);
  });

/** A commit then waits until the standby has it on disk. */
async function waitForStandby(primary: Cluster): Promise<void> {
  await run(primary, `ALTER SYSTEM SET synchronous_standby_names = 'standby'`, 'SELECT pg_reload_conf()');
  await asSuperuser(primary.url(), (client) =>
    eventually(
      async () => (await client.query('SELECT sync_state FROM pg_stat_replication')).rows,
      (rows) => rows[0]?.sync_state === 'sync',
    ),
  );
}

/** @returns what became of the messages, and the milliseconds from the kill to the next acknowledgement */
async function failOver(
  t: TestContext,
  { primary, standby, url, keys }: Pair,
  isSynchronous: boolean,
): Promise<Outcome & { downMs: number }> {
  if (isSynchronous) await waitForStandby(primary);
  const start = () => startServerProcess({ env: { DATABASE_URL: url, AISLECHAT_KEYS_DIR: keys } });
  // A single server is enough to lose messages.
  const servers = isSynchronous ? [await start(), await start()] : [await start()];
  for (const server of servers) t.after(() => server.kill());
  let killedAt: number | undefined;
  let downMs: number | undefined;
  let turn = 0;
  const outcome = await writeThrough({
    client: () => servers[turn++ % servers.length]!.client,
    cycles: 3,
    onAcknowledged() {
      if (killedAt !== undefined) downMs ??= Math.round(performance.now() - killedAt);
    },
    async disturb(cycle) {
      if (cycle === 0 && !isSynchronous) {
        // It no longer receives anything, as behind a network that has failed.
        await run(standby, `ALTER SYSTEM SET primary_conninfo = ''`, 'SELECT pg_reload_conf()');
      }
      if (cycle !== 1) return;
      await primary.kill();
      killedAt = performance.now();
      await run(standby, 'SELECT pg_promote()');
    },
  });
  for (const server of servers) assert.equal(server.child.exitCode, null, 'no server process ended');
  return { ...outcome, downMs: downMs! };
}

const both = await pair({ after });

test('a server starts while the first of its hosts is a standby', async (t) => {
  const { primary, standby, keys } = both;
  const { url } = databaseOf(primary, template);
  const { host } = new URL(url);
  const standbyFirst = url.replace(host, `${new URL(standby.url()).host},${host}`);
  const { client } = await testServer(t, {
    DATABASE_URL: standbyFirst,
    AISLECHAT_KEYS_DIR: keys,
  });
  assert.equal((await client.get('/readyz')).status, 200);
});

test('when the primary is killed and a synchronous standby is promoted, the servers follow and nothing acknowledged is lost', async (t) => {
  const { acknowledged, missing, doubled, misplaced, downMs } = await failOver(t, both, true);
  t.diagnostic(
    `${acknowledged} acknowledged, ${missing} missing, ${doubled} doubled; acknowledged again ${downMs} ms after the kill`,
  );
  assert.deepEqual({ missing, doubled, misplaced }, { missing: 0, doubled: 0, misplaced: 0 });
  assert.ok(downMs > 0);
});

test('control: with a standby that lags, acknowledged messages are lost', async (t) => {
  const { missing } = await failOver(t, await pair(t), false);
  assert.ok(missing > 0);
});
