/** The replacements that the shopper proposes for items of an order, as long as they wait for the customer's answer. */
import {
  ApiError,
  answerReplacement,
  type Connection,
  getOrderItems,
  type ItemOfOrder,
  type LineItem,
  type ReplacementAnswer,
} from '@aislechat/client';

export interface Proposal {
  /** The ID of the ordered item. */
  id: string;
  ordered: ItemOfOrder;
  proposed: ItemOfOrder;
  /** An answer that is on its way, or that could not be sent. */
  answer: { status: ReplacementAnswer; isFailed: boolean } | undefined;
}

export class Replacements {
  /** In the sequence of the order's lines. */
  proposals: Proposal[] = [];
  readonly #connection: Connection;
  readonly #orderId: string;
  readonly #onChange: () => void;
  #isReading = false;
  #isOutdated = false;

  /** @param onChange called after each change */
  constructor(connection: Connection, orderId: string, onChange: () => void) {
    this.#connection = connection;
    this.#orderId = orderId;
    this.#onChange = onChange;
  }

  /** Reads the items again, because a proposal was made, answered or withdrawn. */
  async refresh(): Promise<void> {
    this.#isOutdated = true;
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#isOutdated) {
        this.#isOutdated = false;
        const { line_items } = await getOrderItems(this.#connection, this.#orderId);
        if (!this.#isOutdated) this.#take(line_items);
      }
    } catch {
      // The next event of the order, or the next visit, tries again.
    } finally {
      this.#isReading = false;
    }
  }

  clear(): void {
    if (this.proposals.length === 0) return;
    this.proposals = [];
    this.#onChange();
  }

  async answer(id: string, status: ReplacementAnswer): Promise<void> {
    const current = this.proposals.find((proposal) => proposal.id === id);
    if (!current || current.answer?.isFailed === false) return;
    this.#set(id, { status, isFailed: false });
    try {
      await answerReplacement(this.#connection, this.#orderId, id, { status });
    } catch (error) {
      // An answer that the server refuses is late: the shopper has moved on, or another device has answered.
      const isLate = error instanceof ApiError && error.status < 500 && error.status !== 429;
      if (!isLate) return this.#set(id, { status, isFailed: true });
    }
    this.proposals = this.proposals.filter((proposal) => proposal.id !== id);
    this.#onChange();
  }

  #set(id: string, answer: Proposal['answer']): void {
    this.proposals = this.proposals.map((proposal) =>
      proposal.id === id ? { ...proposal, answer } : proposal,
    );
    this.#onChange();
  }

  #take(items: readonly LineItem[]): void {
    this.proposals = items.flatMap(({ id, item, replacement, replacement_status }) => {
      if (!replacement || replacement_status !== 'PENDING') return [];
      const known = this.proposals.find((proposal) => proposal.id === id);
      // Another product than the one that was answered is a new question.
      const isSame = known?.proposed.name === replacement.name;
      return [{ id, ordered: item, proposed: replacement, answer: isSame ? known.answer : undefined }];
    });
    this.#onChange();
  }
}
