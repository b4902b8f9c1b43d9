/**
 * One order being changed, inside a transaction that has locked it. Every event takes the order's next `seq`. A
 * message counts as an event, and its row is the event. `save` writes the order and increments its version. Times
 * never go backwards within an order's log.
 */
import { type LifecycleType, limits, type OrderEventType } from '@aislechat/contract';
import type { OrderEventRow, OrderRow, Writer } from '../../storage/store.ts';
import { Refusal } from '../errors.ts';

export class OrderChange {
  readonly tx: Writer;
  readonly order: OrderRow;
  /** The time of everything in this change, in ms UTC. */
  readonly at: number;

  constructor(tx: Writer, order: OrderRow, now: number) {
    this.tx = tx;
    this.order = { ...order };
    this.at = Math.max(now, order.lastEventAt);
  }

  /** Whether this change ends the order or is part of its end; such events are recorded even in a full log. */
  isEnd = false;

  /** The number of the next event. */
  takeSeq(): number {
    this.order.seq += 1;
    this.order.lastEventAt = this.at;
    return this.order.seq;
  }

  /** Appends to the order's log; returns the event's `seq`. @throws Refusal limit_reached */
  async record(type: Exclude<OrderEventType, 'message'>, data: OrderEventRow['data']): Promise<number> {
    // Messages have their own limit, and each is marked read once.
    if (this.order.seq >= limits.eventsPerOrder && !this.isEnd && type !== 'messages_read') {
      throw new Refusal('limit_reached', 'events of this order');
    }
    const seq = this.takeSeq();
    const { retailerId, id: orderId } = this.order;
    await this.tx.orderEvents.insert({ retailerId, orderId, seq, type, at: this.at, data });
    return seq;
  }

  /** Writes an automated notice; returns the event's `seq`. `body` never contains a person's name. */
  async notify(type: LifecycleType, body: string): Promise<number> {
    const { retailerId, id: orderId } = this.order;
    const seq = await this.record('lifecycle_message', { kind: type });
    await this.tx.lifecycleMessages.insert({ retailerId, orderId, seq, type, body, createdAt: this.at });
    return seq;
  }

  /** For a change to the log alone. */
  saveLog(): Promise<void> {
    this.#announce();
    return this.tx.orders.advance(this.order);
  }

  save(): Promise<void> {
    this.#announce();
    return this.tx.orders.update(this.order);
  }

  #announce(): void {
    this.tx.changed({ retailerId: this.order.retailerId, orderId: this.order.id });
  }
}
