/**
 * What one process tells the others: that something of a retailer has changed. It only wakes; the rows are
 * the truth. Told in a transaction of its own after the change was committed, because NOTIFY inside it
 * would make commits wait for each other. What was lost with a connection is made good by telling the
 * listener that anything may have changed.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Change } from '../store.ts';
import { Client } from './client.ts';

const channel = 'aislechat';
/** Changes within this time are told together. */
const gatherMs = 5;
/** A notification carries fewer than 8000 bytes. */
const changesPerNotification = 100;
const reconnectMs = 500;
/** A connection that says nothing for so long is given up. */
const checkEveryMs = 5000;

interface Notification {
  from: string;
  changes: Change[];
}

export class Announcements {
  readonly #self = randomUUID();
  readonly #config: pg.ClientConfig;
  readonly #pool: pg.Pool;
  readonly #hear: (change: Change | undefined) => void;
  #told: Change[] = [];
  #telling: Promise<void> | undefined;
  readonly #stopping = new AbortController();
  readonly #listening: Promise<void>;

  /** @param hear called with each change of another process, and with undefined when some may have been missed */
  constructor(config: pg.ClientConfig, pool: pg.Pool, hear: (change: Change | undefined) => void) {
    this.#config = config;
    this.#pool = pool;
    this.#hear = hear;
    this.#listening = this.#listen();
  }

  tell(change: Change): void {
    this.#told.push(change);
    this.#telling ??= this.#tellSoon();
  }

  async stop(): Promise<void> {
    await this.#telling;
    this.#stopping.abort();
    await this.#listening;
  }

  async #tellSoon(): Promise<void> {
    await sleep(gatherMs);
    this.#telling = undefined;
    for (
      let changes = this.#told.splice(0);
      changes.length > 0;
      changes = changes.slice(changesPerNotification)
    ) {
      const heard = changes.slice(0, changesPerNotification);
      const text = JSON.stringify({ from: this.#self, changes: heard } satisfies Notification);
      // A listener that misses it finds out by itself.
      await this.#pool.query('SELECT pg_notify($1, $2)', [channel, text]).catch(() => {});
    }
  }

  async #listen(): Promise<void> {
    const { signal } = this.#stopping;
    const stopped = once(signal, 'abort');
    while (!signal.aborted) {
      const client = new Client(this.#config);
      const over = new Promise<void>((resolve) => {
        client.on('error', () => resolve());
        client.on('end', () => resolve());
      });
      client.on('notification', ({ payload }) => {
        const { from, changes }: Notification = JSON.parse(payload!);
        // What this process did it has heard already.
        if (from !== this.#self) for (const change of changes) this.#hear(change);
      });
      try {
        await client.connect();
        await client.query(`LISTEN ${channel}`);
        this.#hear(undefined);
        const check = setInterval(() => client.query('SELECT 1').catch(() => {}), checkEveryMs);
        await Promise.race([over, stopped]);
        clearInterval(check);
      } catch {
        // Tried again below.
      }
      await client.end().catch(() => {});
      await sleep(reconnectMs, undefined, { signal }).catch(() => {});
    }
  }
}
