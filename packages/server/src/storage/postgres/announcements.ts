/**
 * Notifies the other server processes that something of a retailer has changed. A notification only wakes them; the
 * rows are what counts. It is sent in a separate transaction after the commit, because NOTIFY inside the
 * transaction would serialize commits. Notifications lost with a connection are made up for by a call that says
 * anything may have changed.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Change } from '../store.ts';
import { Client, type ClientConfig } from './client.ts';

const channel = 'aislechat';
/** Changes within this time are sent together. */
const gatherMs = 5;
/** A notification carries fewer than 8000 bytes. */
const changesPerNotification = 100;
const reconnectMs = 500;
/** How often the connection is checked; one that does not answer is closed. */
const checkEveryMs = 5000;

interface Notification {
  from: string;
  changes: Change[];
}

/** Not flushed to disk: it only wakes others, and its flush would delay the messages that wait for theirs. */
const notifying = (text: string): string =>
  `BEGIN; SET LOCAL synchronous_commit = off; NOTIFY ${channel}, ${pg.escapeLiteral(text)}; COMMIT`;

export class Announcements {
  readonly #self = randomUUID();
  readonly #config: ClientConfig;
  readonly #pool: pg.Pool;
  readonly #onChange: (change: Change | undefined) => void;
  #pending: Change[] = [];
  #announcing: Promise<void> | undefined;
  readonly #stopping = new AbortController();
  readonly #listening: Promise<void>;

  /** @param onChange called with each change of another process, and with undefined when some may have been missed */
  constructor(config: ClientConfig, pool: pg.Pool, onChange: (change: Change | undefined) => void) {
    this.#config = config;
    this.#pool = pool;
    this.#onChange = onChange;
    this.#listening = this.#listen();
  }

  announce(change: Change): void {
    this.#pending.push(change);
    this.#announcing ??= this.#announceSoon();
  }

  async stop(): Promise<void> {
    await this.#announcing;
    this.#stopping.abort();
    await this.#listening;
  }

  async #announceSoon(): Promise<void> {
    await sleep(gatherMs);
    this.#announcing = undefined;
    for (
      let changes = this.#pending.splice(0);
      changes.length > 0;
      changes = changes.slice(changesPerNotification)
    ) {
      const batch = changes.slice(0, changesPerNotification);
      const text = JSON.stringify({ from: this.#self, changes: batch } satisfies Notification);
      // A listener that misses it notices the change by polling.
      await this.#pool.query(notifying(text)).catch(() => {});
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
        // This process already knows of its own changes.
        if (from !== this.#self) for (const change of changes) this.#onChange(change);
      });
      try {
        await client.connect();
        await client.query(`LISTEN ${channel}`);
        this.#onChange(undefined);
        const check = setInterval(() => client.query('SELECT 1').catch(() => {}), checkEveryMs);
        await Promise.race([over, stopped]);
        clearInterval(check);
      } catch {
        // Retried below.
      }
      await client.end().catch(() => {});
      await sleep(reconnectMs, undefined, { signal }).catch(() => {});
    }
  }
}
