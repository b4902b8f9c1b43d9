/**
 * Many writes, one fsync. Writes that arrive within a few turns of the event loop run one after the other in one
 * transaction, each in its own savepoint, and are answered together after the commit. A write that throws rolls
 * back only itself, and no write is answered before it is on disk.
 *
 * If the commit fails, every write of the group is refused. After a disk error this process does not try again,
 * because SQLite's page cache and the file may differ: the queue closes and `failed` resolves. A restart recovers
 * from the log.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Sql } from '../sql.ts';
import { StorageUnavailable } from '../store.ts';
import { errorCode, Statements, sqlOver } from './connection.ts';

/** Writes that may wait before more are refused. */
const maxWaiting = 4096;
/** Limits the writes in one transaction, so that the first does not wait for the last of a long queue. */
const maxGroup = 256;
/** How many turns of the event loop a group may collect writes. */
const maxTurns = 8;

interface Waiting {
  run(sql: Sql): Promise<void>;
  settle(): void;
  refuse(error: Error): void;
}

const busy = 5;
/**
 * SQLite errors that do not indicate a disk problem: a faulty statement, another process's lock, an interruption, a
 * changed schema, a value that is too big, a constraint, a type mismatch, API misuse. All others end the process:
 * read-only, I/O, full, corrupt, not a database, and any unforeseen code.
 */
const harmless: readonly number[] = [1, busy, 6, 9, 17, 18, 19, 20, 21, 25];

const primaryCode = (error: unknown) => (errorCode(error) ?? 1) & 0xff;
const isFatal = (error: unknown) => !harmless.includes(primaryCode(error));

/**
 * How often, and how many times, a write checks whether another process (the command line) has finished its own
 * write.
 */
const busyStepMs = 20;
const busySteps = 250;

export class GroupCommit {
  readonly failed: Promise<Error>;
  readonly #database: DatabaseSync;
  readonly #statements: Statements;
  readonly #sql: Sql;
  readonly #onCommit: () => void;
  #waiting: Waiting[] = [];
  #interludes: (() => void)[] = [];
  #flushing: Promise<void> | undefined;
  #closed = false;
  #fail!: (error: Error) => void;

  /** @param onCommit called after each commit, before its writes are answered */
  constructor(database: DatabaseSync, onCommit: () => void) {
    this.#onCommit = onCommit;
    this.#database = database;
    this.#statements = new Statements(database);
    this.#sql = sqlOver(this.#statements);
    this.failed = new Promise((resolve) => {
      this.#fail = resolve;
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  write<T>(unit: (sql: Sql) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new StorageUnavailable('The database is closed'));
    if (this.#waiting.length >= maxWaiting) {
      return Promise.reject(new StorageUnavailable('Too many writes are waiting'));
    }
    return new Promise<T>((resolve, reject) => {
      let settle = () => {};
      this.#waiting.push({
        async run(sql) {
          const value = await unit(sql);
          settle = () => resolve(value);
        },
        settle: () => settle(),
        refuse: reject,
      });
      this.#flushing ??= this.#flush();
    });
  }

  /** Runs `work` on the connection while no transaction is open. */
  between<T>(work: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new StorageUnavailable('The database is closed'));
    return new Promise<T>((resolve, reject) => {
      this.#interludes.push(() => {
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      });
      this.#flushing ??= this.#flush();
    });
  }

  /** Waits for the accepted writes, then accepts no more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#flushing;
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0 || this.#interludes.length > 0) {
      await this.#gather();
      for (const interlude of this.#interludes.splice(0)) interlude();
      const group = this.#waiting.splice(0, maxGroup);
      if (group.length > 0) await this.#commit(group);
    }
    this.#flushing = undefined;
  }

  /** Waits further turns of the event loop as long as each brings more writes: they share the next fsync. */
  async #gather(): Promise<void> {
    for (let turn = 0; turn < maxTurns; turn++) {
      const before = this.#waiting.length;
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#waiting.length === before || this.#waiting.length >= maxGroup) return;
    }
  }

  async #commit(group: Waiting[]): Promise<void> {
    const done: Waiting[] = [];
    try {
      await this.#begin();
      for (const waiting of group) {
        this.#exec('SAVEPOINT unit');
        try {
          await waiting.run(this.#sql);
          this.#exec('RELEASE unit');
          done.push(waiting);
        } catch (error) {
          if (isFatal(error)) throw error;
          this.#exec('ROLLBACK TO unit');
          this.#exec('RELEASE unit');
          waiting.refuse(error as Error);
        }
      }
      this.#exec('COMMIT');
      this.#onCommit();
    } catch (error) {
      this.#rollBack(group, error as Error);
      return;
    }
    for (const waiting of done) waiting.settle();
  }

  #rollBack(group: Waiting[], cause: Error): void {
    try {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    } catch {
      // Nothing was acknowledged; a restart recovers.
    }
    const error = new StorageUnavailable('The database refused a write', { cause });
    if (isFatal(cause)) {
      this.#closed = true;
      group.push(...this.#waiting.splice(0));
      this.#fail(cause);
    }
    for (const waiting of group) waiting.refuse(error);
  }

  /** Waits for another process's lock without blocking this one. */
  async #begin(): Promise<void> {
    for (let step = 0; ; step++) {
      try {
        this.#exec('BEGIN IMMEDIATE');
        return;
      } catch (error) {
        if (primaryCode(error) !== busy || step === busySteps) throw error;
        await new Promise((resolve) => setTimeout(resolve, busyStepMs));
      }
    }
  }

  #exec(text: string): void {
    this.#statements.get(text).run();
  }
}
