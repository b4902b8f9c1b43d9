/**
 * Notifies the other server processes that something of a retailer has changed. A notification only wakes them; the
 * rows are what counts. It is sent in a separate transaction after the commit, because NOTIFY inside the
 * transaction would serialize commits. Notifications lost with a connection are made up for by a call that says
 * anything may have changed.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setImmediate as endOfTurn, setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Change } from '../store.ts';
import { Client, type ClientConfig } from './client.ts';
import { roundTrip, type Statement } from './round-trip.ts';

const channel = 'aislechat';
/** The least time between two notifications: changes in between are sent together. */
const pauseMs = 20;
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
const notifying = (text: string): Statement[] => [
  { text: "SELECT set_config('synchronous_commit', 'off', true)", values: [] },
  { text: 'SELECT pg_notify($1, $2)', values: [channel, text] },
];

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
    this.#announcing ??= this.#announceAll();
  }

  async stop(): Promise<void> {
    await this.#announcing;
    this.#stopping.abort();
    await this.#listening;
  }

  /** Announces the changes of this turn, and then, after each pause, those made in it. */
  async #announceAll(): Promise<void> {
    await endOfTurn();
    while (this.#pending.length > 0) {
      this.#send(this.#pending.splice(0));
      await sleep(pauseMs);
    }
    this.#announcing = undefined;
  }

  async #send(changes: Change[]): Promise<void> {
    for (let first = 0; first < changes.length; first += changesPerNotification) {
      const some = changes.slice(first, first + changesPerNotification);
      // A listener that misses it notices the changes by polling.
      await this.#notify({ from: this.#self, changes: some }).catch(() => {});
    }
  }

  async #notify(notification: Notification): Promise<void> {
    const client = await this.#pool.connect();
    try {
      await roundTrip(client, notifying(JSON.stringify(notification)));
    } finally {
      client.release();
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
