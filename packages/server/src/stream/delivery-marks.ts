/**
 * Notes which messages have reached devices, and writes it a little later for many orders together: a commit for each
 * event would double the commits that the messages themselves wait for. If the process is killed meanwhile, a later
 * event of the order, or reading it, makes up for the lost mark.
 */
import type { Context } from '../domain/context.ts';
import { type DeliveryMark, markAllDelivered } from '../domain/orders/log.ts';
import type { Log } from '../wiring/log.ts';

const gatherMs = 250;

export class DeliveryMarks {
  readonly #context: Context;
  readonly #log: Log;
  #pending = new Map<string, DeliveryMark>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(context: Context, log: Log) {
    this.#context = context;
    this.#log = log;
  }

  note(mark: DeliveryMark): void {
    this.#pending.set(`${mark.retailerId}/${mark.orderId}/${mark.sender}`, mark);
    this.#timer ??= setTimeout(() => this.flush(), gatherMs).unref();
  }

  /** Resolves when everything noted so far is written. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const marks = [...this.#pending.values()];
    this.#pending.clear();
    if (marks.length > 0) this.#writing = this.#writing.then(() => this.#write(marks));
    return this.#writing;
  }

  async #write(marks: DeliveryMark[]): Promise<void> {
    try {
      await markAllDelivered(this.#context, marks);
    } catch (error) {
      this.#log.fault(error);
    }
  }
}
