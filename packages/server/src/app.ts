/** Assembles the service. Only this module does so, and importing it has no side effects. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { runInBackground } from './background.ts';
import type { Settings } from './config/settings.ts';
import { createSender } from './delivery/attempt.ts';
import type { Destinations } from './delivery/destinations.ts';
import { withFaults } from './delivery/faults.ts';
import { CallbackWorker } from './delivery/worker.ts';
import { demoCredentials, startDemo } from './demo/demo.ts';
import { Access } from './domain/access/access.ts';
import { Backoff } from './domain/backoff.ts';
import { tidyDeliveries } from './domain/callbacks/deliveries.ts';
import { type Clock, systemClock } from './domain/clock.ts';
import type { Context } from './domain/context.ts';
import { eraseExpired } from './domain/erasure/erasure.ts';
import { tidyTokens } from './domain/erasure/tidy.ts';
import type { Images } from './domain/images/images.ts';
import { ImageLinks } from './domain/images/links.ts';
import { Lease, leaseStepMs } from './domain/lease.ts';
import { Faults } from './domain/sandbox/faults.ts';
import { Scenarios } from './domain/sandbox/scenarios.ts';
import { ErasureAlarm } from './erasure-alarm.ts';
import { type ConnectionTimes, connectionTimes } from './http/pipeline/connections.ts';
import { OwnNames } from './http/pipeline/own-names.ts';
import { createHttpServer } from './http/server.ts';
import { Encoder } from './images/encoder.ts';
import { createLog, type Log } from './log.ts';
import { metricsOf } from './metrics.ts';
import { destinationsOf, openSecretBox } from './open-callbacks.ts';
import { openImageFiles } from './open-image-files.ts';
import { openStore } from './open-store.ts';
import { persistentSecret } from './persistent-secret.ts';
import { readyScenario } from './scenarios/ready.ts';
import type { ImageFiles } from './storage/images/files.ts';
import { isRevocation, type Store } from './storage/store.ts';
import { OrderFeed } from './stream/feed.ts';

/** Well within the promised 15 minutes for erasing expired text. */
const eraseEveryMs = 60_000;
/** How long requests in progress may take to finish on shutdown. */
const drainMs = 8_000;

/** How often scenarios that follow the clock check it. */
const playEveryMs = 250;

export interface App {
  /** The address it listens on, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Whether the demo exists. */
  readonly demo: boolean;
  /** Resolves with the cause when storage has failed permanently and the process should exit. */
  readonly failed: Promise<Error>;
  /** Finishes work in progress, then closes everything in reverse order of opening. */
  stop(): Promise<void>;
}

/** The parts that tests replace. */
export interface Parts {
  clock: Clock;
  log: Log;
  store: Store;
  files: ImageFiles;
  encode: Images['encode'];
  destinations: Destinations;
  times: Partial<ConnectionTimes>;
  /** The folder with the built pages. */
  pagesFolder: string;
}

export const version: string = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
).version;

/** @throws Error with a message for the operator */
export async function startApp(settings: Settings, parts: Partial<Parts> = {}): Promise<App> {
  const clock = parts.clock ?? systemClock;
  const log = parts.log ?? createLog(settings.logLevel);
  const store = parts.store ?? (await openStore(settings, { owner: true }));
  const closing: (() => Promise<unknown>)[] = [() => store.close()];
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };

  try {
    const development = settings.environment === 'development';
    if (!development) await refuseSandboxData(store);
    const encoder = new Encoder();
    closing.push(() => encoder.stop());
    const links = new ImageLinks(await persistentSecret(store, 'image_link_key'), settings.publicUrl);
    const files = parts.files ?? openImageFiles(settings, store);
    const access = new Access(store, clock);
    const box = await openSecretBox(settings, store);
    const destinations = parts.destinations ?? destinationsOf(settings);
    const sender = createSender({ store, clock, access, box, destinations });
    closing.push(async () => sender.close());
    const context: Context = {
      store,
      clock,
      access,
      hashKey: await persistentSecret(store, 'idempotency_hash_key'),
      images: { links, files, encode: parts.encode ?? ((...upload) => encoder.encode(...upload)) },
      callbacks: sender,
    };
    const lease = store.isShared
      ? new Lease(store, 'erasure', () => {
          eraser.wake();
          tidier.wake();
        })
      : undefined;
    const backoff = new Backoff();
    const alarm = new ErasureAlarm(store, clock);
    const eraser = runInBackground(log, eraseEveryMs, async (only) => {
      if (lease && !lease.isHeld) return;
      const { failures, ...erased } = await eraseExpired(store, clock, files, { only, backoff });
      for (const failure of failures) log.fault(failure);
      if (erased.orders > 0) log.info('erased', { ...erased });
      alarm.forget();
      if (!only || failures.length > 0) await alarm.warn(log);
    });
    const tidier = runInBackground(log, eraseEveryMs, async (only) => {
      if (lease && !lease.isHeld) return;
      const failed = (error: unknown) => log.fault(error);
      await tidyTokens(store, clock, failed, only);
      await tidyDeliveries(store, clock, failed, only);
    });
    // The retailer's clock may have been moved, so its chats may have expired.
    store.onChange((change) => {
      if (change?.orderId !== undefined || isRevocation(change)) return;
      eraser.wake(change?.retailerId);
      tidier.wake(change?.retailerId);
    });
    if (lease) {
      const keeper = runInBackground(log, leaseStepMs, () => lease.step());
      closing.push(async () => {
        await keeper.stop();
        await lease.release().catch((error) => log.fault(error));
      });
    }
    closing.push(() => eraser.stop());
    closing.push(() => tidier.stop());

    const faults = new Faults();
    const callbacks = development ? withFaults(sender, faults, log) : sender;
    const worker = new CallbackWorker({ ...context, callbacks }, log);
    if (box) {
      await worker.start();
      closing.push(() => worker.stop());
    }

    const scenarios = new Scenarios(context, readyScenario);
    if (development) {
      const player = runInBackground(log, playEveryMs, (only) =>
        scenarios.playDue((error) => log.fault(error), only),
      );
      // The customer may have written the message a scenario is waiting for.
      store.onChange((change) => {
        if (scenarios.hasFollowing(change?.retailerId)) player.wake(change?.retailerId);
      });
      closing.push(() => player.stop());
    }

    const demo = settings.demo && (await startDemo(context, scenarios));

    const feed = new OrderFeed(context, log);
    const server = createHttpServer({
      context,
      log,
      version,
      development,
      rateLimit: settings.rateLimit,
      trustedProxies: settings.trustedProxies,
      maxConnections: settings.maxConnections,
      times: { ...connectionTimes, ...parts.times },
      cacheBytes: settings.cacheBytes,
      emptyUnauthorized: settings.unauthorizedBody === 'empty',
      corsOrigins: settings.corsOrigins,
      ownNames: development ? new OwnNames(settings) : undefined,
      feed,
      faults,
      scenarios,
      pages: { folder: parts.pagesFolder, demo, docs: settings.docs, console: settings.console },
      metrics: {
        token: settings.metricsToken,
        text: metricsOf({ store, clock, worker, feed, alarm }),
        erasureLateSeconds: () => alarm.lateSeconds(),
      },
    });
    await server.listen({ host: settings.host, port: settings.port });
    closing.push(async () => {
      feed.stop();
      const timer = setTimeout(() => server.server.closeAllConnections(), drainMs);
      await server.close();
      clearTimeout(timer);
    });

    const { port } = server.server.address() as AddressInfo;
    const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
    const url = `http://${host}:${port}`;
    if (development && settings.publicUrl === undefined) links.setBase(url);
    return { url, demo, failed: store.failed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Sandbox data must not be served in production: the demo's secret is public, and clocks may have been moved. */
async function refuseSandboxData(store: Store): Promise<void> {
  const retailers = await store.read.retailers.list();
  const hasMovedClock = retailers.some(
    (retailer) => retailer.clockOffsetMs !== 0 || retailer.clockFrozenAt !== null,
  );
  if (hasMovedClock || (await store.read.applications.findByClientId(demoCredentials.clientId))) {
    throw new Error(
      'The data is a sandbox’s (the demo, or a retailer whose clock was moved). Production needs a DATA_DIR or a DATABASE_URL of its own.',
    );
  }
}
