/** Assembles the service. Only this module does so, and importing it has no side effects. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { SettingError, type Settings } from './config/settings.ts';
import type { Destinations } from './delivery/destinations.ts';
import { withFaults } from './delivery/faults.ts';
import { NotificationWorker } from './delivery/notifications/worker.ts';
import { CallbackWorker } from './delivery/worker.ts';
import { demoCredentials, demoLink, startDemo } from './demo/demo.ts';
import type { Clock } from './domain/clock.ts';
import type { Context } from './domain/context.ts';
import type { Images } from './domain/images/images.ts';
import { deleteErasedCopies } from './domain/notifications/text-messages.ts';
import { Faults } from './domain/sandbox/faults.ts';
import { Scenarios } from './domain/sandbox/scenarios.ts';
import type { TimeSource } from './domain/steady-clock.ts';
import { type ConnectionTimes, connectionTimes } from './http/pipeline/connections.ts';
import { OwnNames } from './http/pipeline/own-names.ts';
import { createHttpServer } from './http/server.ts';
import { readyScenario } from './scenarios/ready.ts';
import type { ImageFiles } from './storage/images/files.ts';
import type { Store } from './storage/store.ts';
import { OrderFeed } from './stream/feed.ts';
import type { Closing } from './wiring/closing.ts';
import { startErasing } from './wiring/erasing.ts';
import { ErasureAlarm } from './wiring/erasure-alarm.ts';
import { createLog, type Log } from './wiring/log.ts';
import { metricsOf } from './wiring/metrics.ts';
import { openClock, startKeepingTime } from './wiring/open-clock.ts';
import { openContext } from './wiring/open-context.ts';
import { openEpochKeys } from './wiring/open-epoch-keys.ts';
import { refuseVersionedImages } from './wiring/open-image-files.ts';
import { openKeys } from './wiring/open-keys.ts';
import { openStore } from './wiring/open-store.ts';
import { startPlaying } from './wiring/playing.ts';

/** How long requests in progress may take to finish on shutdown. */
const drainMs = 8_000;

export interface App {
  /** The address it listens on, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Whether the demo exists. */
  readonly demo: boolean;
  /** The page of the demo's order; null if there is none. */
  readonly demoLink: string | null;
  /** Resolves with the cause when storage has failed permanently and the process should exit. */
  readonly failed: Promise<Error>;
  /** Finishes work in progress, then closes everything in reverse order of opening. */
  stop(): Promise<void>;
}

/** The parts that tests replace. */
export interface Parts {
  clock: Clock;
  /** What the clock is made of, unless `clock` replaces it. */
  time: TimeSource;
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
  const log = parts.log ?? createLog(settings.logLevel);
  const keys = await openEpochKeys(settings);
  const store = parts.store ?? (await openStore(settings, { owner: true, epochs: keys.epochs }));
  const closing: Closing = [() => store.close()];
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };

  try {
    const time = await openClock(store, parts.time);
    closing.push(startKeepingTime(time, log));
    const clock = parts.clock ?? time.clock;
    await openKeys(store, clock, keys, log);
    await refuseVersionedImages(settings, log);
    const development = settings.environment === 'development';
    if (!development) await refuseSandboxData(store);

    const context = await openContext({ settings, store, clock, log, closing, replaced: parts });
    const alarm = new ErasureAlarm(store, clock);
    closing.push(
      startErasing({
        store,
        clock,
        files: context.images.files,
        alarm,
        restorableHours: settings.restorableHours,
        deleteCopies: (receipt) => deleteErasedCopies(context, receipt),
        backupEpochs: store.keys ? undefined : keys.epochs,
        log,
      }),
    );
    const faults = new Faults();
    const workers = await startWorkers(context, development ? faults : undefined, log, closing);
    const scenarios = new Scenarios(context, readyScenario);
    if (development) closing.push(startPlaying(scenarios, store, log));
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
      phones: context.notifications.phones,
      scenarios,
      pages: { folder: parts.pagesFolder, demo, docs: settings.docs, console: settings.console },
      metrics: {
        token: settings.metricsToken,
        text: metricsOf({ store, clock, time: time.clock, ...workers, feed, alarm }),
        clock: () => time.clock.state,
        erasureLateSeconds: () => alarm.lateSeconds(),
      },
    });
    const url = await listen(server, feed, settings, closing);
    if (development && settings.publicUrl === undefined) context.setBase(url);
    return { url, demo, demoLink: demo ? await demoLink(context) : null, failed: store.failed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts sending callbacks and notifications; without a key for their secrets there are none to send. */
async function startWorkers(
  context: Context,
  faults: Faults | undefined,
  log: Log,
  closing: Closing,
): Promise<{ worker: CallbackWorker; notifier: NotificationWorker }> {
  const callbacks = faults ? withFaults(context.callbacks, faults, log) : context.callbacks;
  const worker = new CallbackWorker({ ...context, callbacks }, log);
  const notifier = new NotificationWorker(context, log);
  if (context.callbacks.box) {
    for (const each of [worker, notifier]) {
      await each.start();
      closing.push(() => each.stop());
    }
  }
  return { worker, notifier };
}

const noSuchAddress = ['ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL'];

/**
 * @returns the address, with the port that the system chose if the setting is 0
 * @throws SettingError if this machine does not have the address
 */
async function listen(
  server: FastifyInstance,
  feed: OrderFeed,
  settings: Settings,
  closing: Closing,
): Promise<string> {
  await server.listen({ host: settings.host, port: settings.port }).catch((error: NodeJS.ErrnoException) => {
    if (!noSuchAddress.includes(error.code ?? '')) throw error;
    throw new SettingError(
      `HOST must be an address of this machine, or 0.0.0.0 or :: for all of them; ${settings.host} is none.`,
    );
  });
  closing.push(async () => {
    const noted = feed.stop();
    const timer = setTimeout(() => server.server.closeAllConnections(), drainMs);
    // Clients would keep the connections of requests in progress open.
    Object.assign(server.server, { keepAliveTimeout: 1, keepAliveTimeoutBuffer: 0 });
    await server.close();
    clearTimeout(timer);
    await noted;
  });
  const { port } = server.server.address() as AddressInfo;
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  return `http://${host}:${port}`;
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
