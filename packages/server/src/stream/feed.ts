/**
 * Follows the logs of orders and passes new entries to readers, each from its own position. What is stored is read,
 * and read again whenever something may have changed, so nothing is missed, repeated or out of order, whichever
 * process wrote it. Announcements only trigger a read. Readers of an order at the same position share a read that
 * began after the last announcement.
 *
 * A reader is ended when its token, its right to the order, or the chat ends.
 */
import { limits } from '@aislechat/contract';
import { type Caller, isOf } from '../domain/access/access.ts';
import { retailerNow } from '../domain/clock.ts';
import type { Context } from '../domain/context.ts';
import { Refusal } from '../domain/errors.ts';
import {
  type ChatState,
  deliveryMark,
  type LogEntry,
  type LogPage,
  partyOf,
  readLog,
} from '../domain/orders/log.ts';
import { lostReach } from '../domain/orders/reach.ts';
import { isExpired } from '../domain/orders/states.ts';
import {
  type Change,
  OrderGone,
  type OrderRow,
  type Party,
  type RetailerRow,
  type TokenSubject,
} from '../storage/store.ts';
import type { Log } from '../wiring/log.ts';
import { DeliveryMarks } from './delivery-marks.ts';

export type EndReason =
  | 'token_expired'
  | 'token_revoked'
  | 'order_out_of_reach'
  | 'chat_expired'
  | 'shopper_pii'
  | 'too_slow'
  | 'server_stopping';

/** Callbacks of a reader. */
export interface Reader {
  /** Each kind has limits of its own, so a client that cannot open a stream can still poll. */
  readonly kind: 'stream' | 'poll';
  entries(entries: LogEntry[], order: OrderRow): void;
  /** Called whenever the chat state differs from the one the reader knows. */
  chat(state: ChatState): void;
  typing(party: Party): void;
  /** The last call. */
  end(reason: EndReason): void;
}

/** A reader's position. */
export interface Known {
  after: number;
  chat?: ChatState;
}

/** How soon a missed announcement is made up for, and expiry by the clock is noticed. */
const tickMs = 900;
/** Followers checked before yielding to the event loop. */
const followersPerSweep = 500;
/** Twice, because a stream opened during the first sweep may have been admitted on cached token data. */
const sweepsAfterWrite = 2;

/** What readers of one order at one position share, before anyone's access is checked. */
interface Shared {
  retailer: RetailerRow;
  page: LogPage;
}

interface Reading {
  /** The number of announcements received before it began. */
  changesSeen: number;
  shared: Promise<Shared>;
}

interface Followers extends Set<Follower> {
  /** The highest message number known to be delivered to each side's devices. */
  delivered?: Map<Party, number>;
}

interface Follower {
  caller: Caller;
  orderId: number;
  expiresAt: number | null;
  seq: number;
  chat: ChatState | undefined;
  reader: Reader;
  isReading: boolean;
  isWoken: boolean;
  isOver: boolean;
}

export class OrderFeed {
  readonly #context: Context;
  readonly #log: Log;
  readonly #marks: DeliveryMarks;
  readonly #byOrder = new Map<string, Followers>();
  /** Number of readers per limit key. */
  readonly #counts = new Map<string, number>();
  /** Reads in progress. */
  readonly #readings = new Map<string, Reading>();
  #changesSeen = 0;
  #size = 0;
  readonly #timer: NodeJS.Timeout;
  #isSweeping = false;
  #sweepsDue = 0;

  constructor(context: Context, log: Log) {
    this.#context = context;
    this.#log = log;
    this.#marks = new DeliveryMarks(context, log);
    context.store.onChange((change) => this.#onChange(change));
    this.#timer = setInterval(() => this.#tick(), tickMs);
    this.#timer.unref();
  }

  /** @throws Refusal too_many_requests when another reader would exceed a limit */
  assertRoom(caller: Caller, order: OrderRow, kind: Reader['kind']): void {
    for (const [key, most] of limitsOf(caller, order.id, kind)) {
      if ((this.#counts.get(key) ?? 0) >= most) throw new Refusal('too_many_requests');
    }
  }

  /**
   * Passes `reader` every entry after number `after`, existing and future, and the chat state.
   * @returns a function that ends it
   */
  follow(caller: Caller, order: OrderRow, { after, chat }: Known, reader: Reader): () => void {
    const follower: Follower = {
      caller,
      orderId: order.id,
      expiresAt: order.expiresAt,
      seq: after,
      chat,
      reader,
      isReading: false,
      isWoken: false,
      isOver: false,
    };
    const key = keyOf(caller.retailer.id, order.id);
    const followers = this.#byOrder.get(key) ?? new Set();
    followers.add(follower);
    this.#byOrder.set(key, followers);
    this.#count(follower, 1);
    this.#wake(follower);
    return () => this.#leave(follower);
  }

  /** The current number of readers. */
  get size(): number {
    return this.#size;
  }

  /** The number of readers of one retailer's orders. */
  countOf(retailerId: number): number {
    const count = (kind: Reader['kind']) => this.#counts.get(`${kind} retailer ${retailerId}`) ?? 0;
    return count('stream') + count('poll');
  }

  /** Ends every reader; clients reconnect to another process. Resolves when what they received is noted. */
  stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const follower of this.#all()) this.#end(follower, 'server_stopping');
    return this.#marks.flush();
  }

  #onChange(change: Change | undefined): void {
    this.#changesSeen += 1;
    if (change?.orderId === undefined) {
      if (change?.revoked !== undefined) {
        this.#endRevoked(change.revoked);
        return;
      }
      if (change?.revokedOf) {
        this.#sweepTokens(change.retailerId, change.revokedOf).catch((error) => this.#log.fault(error));
        return;
      }
      // A clock or a setting may have changed, or a change may have been missed.
      for (const follower of this.#all()) {
        if (change === undefined || follower.caller.retailer.id === change.retailerId) this.#wake(follower);
      }
      return;
    }
    for (const follower of this.#byOrder.get(keyOf(change.retailerId, change.orderId)) ?? []) {
      if (change.typing === undefined) this.#wake(follower);
      else if (partyOf(follower.caller) !== change.typing) follower.reader.typing(change.typing);
    }
  }

  #endRevoked(tokenHash: string): void {
    for (const follower of this.#all()) {
      if (follower.caller.tokenHash === tokenHash) this.#end(follower, 'token_revoked');
    }
  }

  #wake(follower: Follower): void {
    follower.isWoken = true;
    if (follower.isReading || follower.isOver) return;
    this.#readAll(follower).catch((error) => {
      if (error instanceof OrderGone) {
        this.#end(follower, 'chat_expired');
        return;
      }
      this.#log.fault(error);
      // The next tick retries.
      follower.isWoken = true;
    });
  }

  async #readAll(follower: Follower): Promise<void> {
    follower.isReading = true;
    try {
      while (follower.isWoken && !follower.isOver) {
        follower.isWoken = false;
        await this.#readOn(follower);
      }
    } finally {
      // No await between the last check of `isWoken` and this: a wake-up in between would be lost.
      follower.isReading = false;
    }
  }

  async #readOn(follower: Follower): Promise<void> {
    const { caller, reader } = follower;
    const { retailer, page } = await this.#read(follower);
    if (follower.isOver) return;
    const now = caller.retailer === retailer ? caller : { ...caller, retailer };
    follower.expiresAt = page.order.expiresAt;
    follower.caller = now;
    const lost = lostReach(page.order, now);
    if (lost !== undefined) {
      this.#end(follower, lost);
      return;
    }
    if (this.#tokenHasExpired(follower)) {
      this.#end(follower, 'token_expired');
      return;
    }
    const last = page.entries.at(-1);
    if (last) {
      follower.seq = last.seq;
      follower.isWoken ||= page.entries.length === limits.eventsPerPage;
      reader.entries(page.entries, page.order);
      this.#noteDelivery(follower, page.entries);
    }
    if (!isSame(follower.chat, page.chat)) {
      follower.chat = page.chat;
      reader.chat(page.chat);
    }
    if (!follower.isWoken) this.#endIfExpired(follower);
  }

  /** Joins a read of the same rows in progress, unless an announcement has arrived since it began. */
  #read({ caller: { retailer }, orderId, seq }: Follower): Promise<Shared> {
    const key = `${keyOf(retailer.id, orderId)}/${seq}`;
    const underWay = this.#readings.get(key);
    if (underWay?.changesSeen === this.#changesSeen) return underWay.shared;
    const reading = { changesSeen: this.#changesSeen, shared: this.#readRows(retailer.id, orderId, seq) };
    this.#readings.set(key, reading);
    const forget = () => {
      if (this.#readings.get(key) === reading) this.#readings.delete(key);
    };
    reading.shared.then(forget, forget);
    return reading.shared;
  }

  async #readRows(retailerId: number, orderId: number, after: number): Promise<Shared> {
    const retailer = await this.#context.access.retailer(retailerId);
    const page = await readLog(this.#context, { retailer }, orderId, after, limits.eventsPerPage);
    return { retailer, page };
  }

  /** Marks messages delivered once per side: its other devices change nothing. */
  #noteDelivery({ caller, orderId, seq }: Follower, entries: LogEntry[]): void {
    const party = partyOf(caller);
    const isForThem = entries.some(({ message }) => message && message.senderType !== party);
    if (party === undefined || !isForThem) return;
    const followers = this.#byOrder.get(keyOf(caller.retailer.id, orderId));
    const delivered = followers?.delivered ?? new Map<Party, number>();
    if (followers) followers.delivered = delivered;
    if ((delivered.get(party) ?? 0) >= seq) return;
    delivered.set(party, seq);
    const mark = deliveryMark(this.#context, caller, orderId, seq);
    if (mark) this.#marks.note(mark);
  }

  #tokenHasExpired({ caller }: Follower): boolean {
    return retailerNow(this.#context.clock, caller.retailer) >= caller.expiresAt;
  }

  #endIfExpired(follower: Follower): void {
    const { caller, expiresAt } = follower;
    const now = retailerNow(this.#context.clock, caller.retailer);
    if (this.#tokenHasExpired(follower)) this.#end(follower, 'token_expired');
    else if (isExpired({ expiresAt }, now)) this.#end(follower, 'chat_expired');
  }

  #tick(): void {
    for (const follower of this.#all()) {
      this.#endIfExpired(follower);
      if (follower.isWoken) this.#wake(follower);
    }
    this.#sweep().catch((error) => this.#log.fault(error));
  }

  /**
   * Makes up for lost announcements. A command that uses an embedded database sends none; there the database shows
   * that another process has written.
   */
  async #sweep(): Promise<void> {
    if (this.#isSweeping || this.#byOrder.size === 0) return;
    this.#isSweeping = true;
    try {
      if (await this.#context.store.othersHaveWritten()) this.#sweepsDue = sweepsAfterWrite;
      if (this.#sweepsDue === 0) return;
      this.#sweepsDue -= 1;
      const byRetailer = Map.groupBy(this.#all(), ({ caller }) => caller.retailer.id);
      for (const [retailerId, followers] of byRetailer) {
        for (const some of slicesOf(followers, followersPerSweep)) {
          // An error with one retailer does not hold up the others.
          await this.#sweepSome(retailerId, some).catch((error) => this.#log.fault(error));
          await turn();
        }
      }
    } finally {
      this.#isSweeping = false;
    }
  }

  async #sweepSome(retailerId: number, followers: Follower[]): Promise<void> {
    await this.#endRevokedOf(retailerId, followers);
    const { read } = this.#context.store;
    const numbers = await read.orders.numbers(retailerId, [...new Set(followers.map((f) => f.orderId))]);
    this.#changesSeen += 1;
    for (const follower of followers) {
      if ((numbers.get(follower.orderId) ?? 0) > follower.seq) this.#wake(follower);
    }
  }

  async #endRevokedOf(retailerId: number, followers: Follower[]): Promise<void> {
    const hashes = [...new Set(followers.map((f) => f.caller.tokenHash))];
    const revoked = await this.#context.store.read.tokens.revokedOf(retailerId, hashes);
    for (const follower of followers) {
      if (revoked.has(follower.caller.tokenHash)) this.#end(follower, 'token_revoked');
    }
  }

  /** Ends the streams of a subject whose tokens were revoked; streams with a newer token continue. */
  async #sweepTokens(retailerId: number, subject: TokenSubject): Promise<void> {
    const affected = this.#all().filter(
      ({ caller }) => caller.retailer.id === retailerId && isOf(caller, subject),
    );
    for (const some of slicesOf(affected, followersPerSweep)) await this.#endRevokedOf(retailerId, some);
  }

  #end(follower: Follower, reason: EndReason): void {
    if (follower.isOver) return;
    this.#leave(follower);
    follower.reader.end(reason);
  }

  #leave(follower: Follower): void {
    if (follower.isOver) return;
    follower.isOver = true;
    this.#count(follower, -1);
    const key = keyOf(follower.caller.retailer.id, follower.orderId);
    const followers = this.#byOrder.get(key);
    followers?.delete(follower);
    if (followers?.size === 0) this.#byOrder.delete(key);
  }

  #count({ caller, orderId, reader }: Follower, by: 1 | -1): void {
    this.#size += by;
    for (const [key] of limitsOf(caller, orderId, reader.kind)) {
      const count = (this.#counts.get(key) ?? 0) + by;
      if (count === 0) this.#counts.delete(key);
      else this.#counts.set(key, count);
    }
  }

  #all(): Follower[] {
    return [...this.#byOrder.values()].flatMap((followers) => [...followers]);
  }
}

/** The limits that apply to a reader, and their counter keys. */
const limitsOf = (
  { retailer, tokenHash }: Caller,
  orderId: number,
  kind: Reader['kind'],
): readonly (readonly [key: string, most: number])[] => [
  [`${kind} token ${tokenHash}`, limits.streamsPerToken],
  [`${kind} order ${keyOf(retailer.id, orderId)}`, limits.streamsPerOrder],
  [`${kind} retailer ${retailer.id}`, limits.streamsPerRetailer],
];

const isSame = (known: ChatState | undefined, now: ChatState): boolean =>
  known?.isOpen === now.isOpen &&
  known.isExpired === now.isExpired &&
  known.timezone === now.timezone &&
  known.evidenceDays === now.evidenceDays;

const keyOf = (retailerId: number, orderId: number): string => `${retailerId}/${orderId}`;

function* slicesOf<T>(all: T[], size: number): Generator<T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
