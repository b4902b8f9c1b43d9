/** The items of an order, as the shopper picks them. */
import {
  ApiError,
  type Connection,
  getItemsAsShopper,
  type LineItem,
  type PickItemRequest,
  pickItemAsShopper,
} from '@aislechat/client';

export class Picking {
  /** In the sequence of the order's lines; undefined until they are known. */
  items: LineItem[] | undefined;
  /** The lines whose last change could not be sent. */
  readonly failed = new Set<string>();
  /** The lines with a change on its way. */
  readonly busy = new Set<string>();
  /** The line that the shopper changed last. */
  #latest: string | undefined;
  /** How often reading the items has begun, and the last time whose answer is in `items`. */
  #reads = 0;
  #itemsRead = 0;
  readonly #connection: Connection;
  readonly #orderId: string;
  readonly #onChange: () => void;

  /** @param onChange called after each change */
  constructor(connection: Connection, orderId: string, onChange: () => void) {
    this.#connection = connection;
    this.#orderId = orderId;
    this.#onChange = onChange;
  }

  /** How many items still have to be found, refunded, or replaced by something that the customer approves. */
  get left(): number {
    return this.items?.filter(isLeft).length ?? 0;
  }

  /** The item that the next message is probably about: one that is out, or whose replacement waits for an answer. */
  get talkedAbout(): LineItem | undefined {
    const latest = this.items?.find(({ line_num }) => line_num === this.#latest);
    if (latest && (latest.status === 'TO_REFUND' || isWaiting(latest))) return latest;
    return this.items?.find(isWaiting);
  }

  async refresh(): Promise<void> {
    this.#reads += 1;
    const read = this.#reads;
    try {
      const { line_items } = await getItemsAsShopper(this.#connection, this.#orderId);
      // A later read may have been answered first.
      if (read < this.#itemsRead) return;
      this.#itemsRead = read;
      this.items = line_items;
      this.#onChange();
    } catch {
      // The next event of the order tries again.
    }
  }

  /** @returns whether the server has recorded it */
  async pick(line: string, change: PickItemRequest): Promise<boolean> {
    if (this.busy.has(line)) return false;
    this.busy.add(line);
    this.failed.delete(line);
    this.#onChange();
    let isRecorded = false;
    try {
      await pickItemAsShopper(this.#connection, this.#orderId, line, change);
      isRecorded = true;
      this.#latest = line;
    } catch (error) {
      // Once the order is no longer being picked, nothing can be recorded, and the list shows why.
      if (!(error instanceof ApiError && error.metaKey === 'workflow_state')) this.failed.add(line);
    }
    this.busy.delete(line);
    this.#onChange();
    await this.refresh();
    return isRecorded;
  }
}

const isWaiting = ({ status, replacement_status }: LineItem): boolean =>
  status === 'REPLACED' && replacement_status !== 'APPROVED';

const isLeft = ({ status, replacement_status }: LineItem): boolean =>
  status === 'NOT_PICKED' || (status === 'REPLACED' && replacement_status !== 'APPROVED');
