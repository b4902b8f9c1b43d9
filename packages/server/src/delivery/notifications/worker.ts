/**
 * Sends the notifications in the outbox. A due notification is claimed in the database, which counts as an attempt, then
 * sent, unless it is not needed any more, and settled. Every process looks for due, unclaimed notifications once a
 * second: none is due at once, since its reader has a grace time.
 *
 * The claims of a process that died are released as those of callbacks are; a notification may then be sent twice, and
 * never not at all. Its topic lets the second replace the first.
 */
import type { NotificationState } from '@aislechat/contract';
import { retailerNow } from '../../domain/clock.ts';
import type { Context } from '../../domain/context.ts';
import {
  type Attempted,
  attemptNotification,
  settleNotification,
} from '../../domain/notifications/outbox.ts';
import { notificationClaims } from '../../domain/presence.ts';
import { type Change, isRevocation, type NotificationRow } from '../../storage/store.ts';
import type { Log } from '../../wiring/log.ts';
import { OutboxRounds } from '../outbox-rounds.ts';
import { untilSettled } from '../settling.ts';

/** Notifications of one retailer that are sent concurrently. */
const slotsPerRetailer = 32;

interface Lane {
  retailerId: number;
  sending: number;
  isClaiming: boolean;
  isWoken: boolean;
}

/** The states in which attempts end, and `retried`. */
export type NotificationResult = Exclude<NotificationState, 'pending'> | 'retried';

export class NotificationWorker {
  /** Results of attempts since the process started, by channel. */
  readonly counts = new Map<string, number>();
  readonly #context: Context;
  readonly #log: Log;
  readonly #random: () => number;
  readonly #rounds: OutboxRounds;
  readonly #lanes = new Map<number, Lane>();

  /** @param random from 0 to 1, for the jitter between attempts */
  constructor(context: Context, log: Log, random: () => number = Math.random) {
    this.#context = context;
    this.#log = log;
    this.#random = random;
    const claims = notificationClaims(context.store);
    this.#rounds = new OutboxRounds(context.store, claims, log, () => this.#sweep());
  }

  /** @throws StorageUnavailable */
  async start(): Promise<void> {
    await this.#rounds.start();
    this.#context.store.onChange((change) => this.#onChange(change));
  }

  /** Finishes sending, and leaves the rest to other processes. */
  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** A retailer's clock may have moved. */
  #onChange(change: Change | undefined): void {
    if (!isRevocation(change) && change?.orderId === undefined) this.#rounds.runSoon();
  }

  async #sweep(): Promise<void> {
    const { store, clock, access } = this.#context;
    for (const { retailerId, dueAt } of await store.read.notifications.due()) {
      const retailer = await access.retailer(retailerId).catch((error) => this.#log.fault(error));
      if (retailer && retailerNow(clock, retailer) >= dueAt) this.#wake(this.#lane(retailerId));
    }
  }

  #lane(retailerId: number): Lane {
    let lane = this.#lanes.get(retailerId);
    if (!lane) {
      lane = { retailerId, sending: 0, isClaiming: false, isWoken: false };
      this.#lanes.set(retailerId, lane);
    }
    return lane;
  }

  #wake(lane: Lane): void {
    lane.isWoken = true;
    if (lane.isClaiming || this.#rounds.isStopped) return;
    lane.isClaiming = true;
    const filling = this.#fill(lane).finally(() => {
      lane.isClaiming = false;
      // Woken between the last look and now.
      if (lane.isWoken && lane.sending < slotsPerRetailer) this.#wake(lane);
      else if (lane.sending === 0) this.#lanes.delete(lane.retailerId);
    });
    this.#rounds.track(filling);
  }

  /** Fills the lane's free slots with due notifications. */
  async #fill(lane: Lane): Promise<void> {
    while (lane.isWoken && !this.#rounds.isStopped) {
      // Full: the lane is woken again when a slot is free.
      const free = slotsPerRetailer - lane.sending;
      if (free === 0) return;
      lane.isWoken = false;
      const claimed = await this.#claim(lane.retailerId, free);
      lane.isWoken ||= claimed.length === free;
      lane.sending += claimed.length;
      for (const notification of claimed) {
        const sent = this.#deliver(notification).finally(() => {
          lane.sending -= 1;
          this.#wake(lane);
        });
        this.#rounds.track(sent);
      }
    }
  }

  async #claim(retailerId: number, limit: number): Promise<NotificationRow[]> {
    const { store, clock, access } = this.#context;
    const now = retailerNow(clock, await access.retailer(retailerId));
    return this.#rounds.claim((claimant) =>
      store.write((tx) => tx.notifications.claim(retailerId, now, claimant, limit)),
    );
  }

  async #deliver(notification: NotificationRow): Promise<void> {
    const { access } = this.#context;
    const { retailerId } = notification;
    const attempted = await access
      .retailer(retailerId)
      .then((retailer) => attemptNotification(this.#context, retailer, notification))
      .catch((error): Attempted => {
        this.#log.fault(error);
        return { reason: 'internal' };
      });
    this.#count(attempted);
    const random = this.#random();
    const settled = async () => {
      const retailer = await access.retailer(retailerId);
      await settleNotification(this.#context, retailer, notification, attempted, random);
    };
    await untilSettled(settled, this.#log, () => this.#rounds.isStopped);
  }

  #count(attempted: Attempted): void {
    const [result, channel] =
      attempted.state === undefined ? (['retried', null] as const) : [attempted.state, attempted.channel];
    const key = `${result} ${channel ?? 'none'}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }
}
