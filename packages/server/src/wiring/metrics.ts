/** This process's metrics for Prometheus: counts and durations, never a name, an ID or a text. */

import type { NotificationWorker } from '../delivery/notifications/worker.ts';
import { attemptOutcomes, type CallbackWorker } from '../delivery/worker.ts';
import { type Clock, retailerNow } from '../domain/clock.ts';
import { keysLateHours } from '../domain/erasure/keys.ts';
import type { SteadyClock } from '../domain/steady-clock.ts';
import type { Store } from '../storage/store.ts';
import type { OrderFeed } from '../stream/feed.ts';
import type { ErasureAlarm } from './erasure-alarm.ts';

interface Measured {
  store: Store;
  clock: Clock;
  time: SteadyClock;
  worker: CallbackWorker;
  notifier: NotificationWorker;
  feed: OrderFeed;
  alarm: ErasureAlarm;
}

/** Returns a function that renders them in Prometheus's text format. */
export function metricsOf(measured: Measured): () => Promise<string> {
  const { store, clock, time, worker, notifier, feed, alarm } = measured;
  const createMetrics = async () => {
    // Loaded on demand, because it would slow down every start.
    const { Counter, collectDefaultMetrics, Gauge, Registry } = await import('prom-client');
    const registry = new Registry();
    const registers = [registry];
    collectDefaultMetrics({ register: registry });
    const streams = new Gauge({
      name: 'aislechat_readers',
      help: 'Open streams and long polls',
      registers,
    });
    const attempts = new Counter({
      name: 'aislechat_callback_attempts_total',
      help: 'Attempts to deliver a callback, by outcome',
      labelNames: ['outcome'],
      registers,
    });
    const queued = new Gauge({
      name: 'aislechat_callbacks_queued',
      help: 'Callbacks not yet delivered, across all processes',
      registers,
    });
    const dead = new Gauge({
      name: 'aislechat_callbacks_dead',
      help: 'Callbacks given up and not replayed, across all processes',
      registers,
    });
    const oldest = new Gauge({
      name: 'aislechat_callbacks_oldest_seconds',
      help: 'Age of the oldest callback not yet delivered',
      registers,
    });
    const notified = new Counter({
      name: 'aislechat_notifications_total',
      help: 'Attempts to notify a person, by result and channel',
      labelNames: ['result', 'channel'],
      registers,
    });
    const unnotified = new Gauge({
      name: 'aislechat_notifications',
      help: 'Notifications that are pending or dead, across all processes',
      labelNames: ['state'],
      registers,
    });
    const erasure = new Gauge({
      name: 'aislechat_erasure_oldest_due_seconds',
      help: 'How long the most overdue erasure has been waiting, across all retailers',
      registers,
    });
    const lead = new Gauge({
      name: 'aislechat_clock_lead_seconds',
      help: 'How far the clock is ahead of the system’s, which has gone back',
      registers,
    });
    const doubt = new Gauge({
      name: 'aislechat_clock_doubt_seconds',
      help: 'How far the clock has jumped forward; until the jump is certain, nothing is destroyed because of it',
      registers,
    });
    const keys =
      store.keys &&
      new Gauge({
        name: 'aislechat_keys_late_hours',
        help: 'For how long erased texts stay readable in copies of the database beyond what was promised',
        registers,
      });
    const callbacks = { attempts, queued, dead, oldest };
    return { registry, keys, streams, ...callbacks, notified, unnotified, erasure, lead, doubt };
  };
  let metrics: ReturnType<typeof createMetrics> | undefined;

  return async () => {
    metrics ??= createMetrics();
    const { registry, keys, streams, attempts, queued, dead, oldest, erasure, lead, doubt, ...more } =
      await metrics;
    const backlog = await store.read.callbackDeliveries.backlog();
    const retailers = new Map((await store.read.retailers.list()).map((retailer) => [retailer.id, retailer]));
    const waiting = backlog.filter(({ state }) => state === 'pending');
    const count = (rows: readonly { count: number }[]) => rows.reduce((sum, row) => sum + row.count, 0);
    const ages = waiting.map((row) => retailerNow(clock, retailers.get(row.retailerId)!) - row.oldest);
    streams.set(feed.size);
    queued.set(count(waiting));
    dead.set(count(backlog.filter(({ state }) => state === 'dead')));
    oldest.set(Math.max(0, ...ages) / 1000);
    const { leadMs, doubtMs } = time.state;
    keys?.set(await keysLateHours(store, clock));
    lead.set(leadMs / 1000);
    doubt.set(doubtMs / 1000);
    erasure.set((await alarm.longestDueMs()) / 1000);
    attempts.reset();
    for (const outcome of attemptOutcomes) attempts.inc({ outcome }, worker.counts[outcome]);
    const notifications = await store.read.notifications.backlog();
    for (const state of ['pending', 'dead'] as const) {
      more.unnotified.set({ state }, count(notifications.filter((row) => row.state === state)));
    }
    more.notified.reset();
    for (const [key, times] of notifier.counts) {
      const [result, channel] = key.split(' ');
      more.notified.inc({ result: result!, channel: channel! }, times);
    }
    return registry.metrics();
  };
}
