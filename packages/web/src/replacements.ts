/**
 * The items of an order, and the replacements among them that the customer decides on: those that wait for an answer, and
 * the answers that can still be taken back.
 */
import {
  ApiError,
  answerReplacement,
  type Connection,
  getOrderItems,
  type ItemOfOrder,
  type LineItem,
  type ReplacementAnswer,
  undoReplacementAnswer,
} from '@aislechat/client';

export interface Proposal {
  /** The ID of the ordered item. */
  id: string;
  ordered: ItemOfOrder;
  proposed: ItemOfOrder;
  /** An answer that is on its way, or that could not be sent. */
  answer: { status: ReplacementAnswer; isFailed: boolean } | undefined;
}

export interface Decision {
  id: string;
  proposed: ItemOfOrder;
  answer: 'approved' | 'refunded' | 'other';
  /** Whether it is being taken back. */
  isBusy: boolean;
  /** Why it was not taken back: that is not possible any more, or the server was not reached. */
  problem: 'late' | 'unsent' | undefined;
}

export class Replacements {
  /** All items, in the sequence of the order's lines; undefined before they were read. */
  items: readonly LineItem[] | undefined;
  /** Those that wait for an answer. */
  proposals: Proposal[] = [];
  /** The answers that can be taken back. */
  decisions: Decision[] = [];
  readonly #connection: Connection;
  readonly #orderId: string;
  readonly #listeners = new Set<() => void>();
  /** Whether the order is being picked, so that anything can be decided. */
  #isOpen = false;
  #reading: Promise<void> | undefined;
  #isOutdated = false;

  /** @param onChange called after each change */
  constructor(connection: Connection, orderId: string, onChange: () => void) {
    this.#connection = connection;
    this.#orderId = orderId;
    this.#listeners.add(onChange);
  }

  /** @returns a function that stops it */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads the items again, because a proposal was made, answered or withdrawn. */
  refresh(): Promise<void> {
    this.#isOutdated = true;
    this.#reading ??= this.#read();
    return this.#reading;
  }

  async #read(): Promise<void> {
    try {
      while (this.#isOutdated) {
        this.#isOutdated = false;
        const { line_items } = await getOrderItems(this.#connection, this.#orderId);
        if (!this.#isOutdated) this.take(line_items);
      }
    } catch {
      // The next event of the order, or the next visit, tries again.
    } finally {
      this.#reading = undefined;
    }
  }

  /** @param isOpen whether anything can be decided now */
  setOpen(isOpen: boolean): void {
    if (this.#isOpen === isOpen) return;
    this.#isOpen = isOpen;
    this.#decide();
  }

  /** @param words what the customer would prefer; only when rejecting. @returns whether the server took the answer */
  async answer(id: string, status: ReplacementAnswer, words?: string): Promise<boolean> {
    const current = this.proposals.find((proposal) => proposal.id === id);
    if (!current || current.answer?.isFailed === false) return false;
    let isTaken = true;
    this.#set(id, { status, isFailed: false });
    try {
      const said = words === undefined ? {} : { alternative_text: words };
      await answerReplacement(this.#connection, this.#orderId, id, { status, ...said });
    } catch (error) {
      isTaken = false;
      if (!isLate(error)) {
        this.#set(id, { status, isFailed: true });
        return isTaken;
      }
    }
    this.proposals = this.proposals.filter((proposal) => proposal.id !== id);
    this.#changed();
    await this.refresh();
    return isTaken;
  }

  /** Takes an answer back. If the shopper has acted meanwhile, the items show it. */
  async undo(id: string): Promise<void> {
    const set = (progress: Pick<Decision, 'isBusy' | 'problem'>) => {
      this.decisions = this.decisions.map((decision) =>
        decision.id === id ? { ...decision, ...progress } : decision,
      );
      this.#changed();
    };
    set({ isBusy: true, problem: undefined });
    try {
      await undoReplacementAnswer(this.#connection, this.#orderId, id);
    } catch (error) {
      set({ isBusy: false, problem: isLate(error) ? 'late' : 'unsent' });
    }
    await this.refresh();
  }

  #set(id: string, answer: Proposal['answer']): void {
    this.proposals = this.proposals.map((proposal) =>
      proposal.id === id ? { ...proposal, answer } : proposal,
    );
    this.#changed();
  }

  /** Shows items that were read. */
  take(items: readonly LineItem[]): void {
    this.items = items;
    this.#decide();
  }

  #decide(): void {
    const items = this.#isOpen ? (this.items ?? []) : [];
    this.proposals = items.flatMap(({ id, item, replacement, replacement_status }) => {
      if (!replacement || replacement_status !== 'PENDING') return [];
      const known = this.proposals.find((proposal) => proposal.id === id);
      // Another product than the one that was answered is a new question.
      const isSame = known?.proposed.name === replacement.name;
      return [{ id, ordered: item, proposed: replacement, answer: isSame ? known.answer : undefined }];
    });
    this.decisions = items.flatMap((item): Decision[] => {
      const { id, replacement: proposed } = item;
      const answer = answerOf(item);
      if (!proposed || !answer) return [];
      const problem = this.decisions.find((known) => known.id === id)?.problem;
      return [{ id, proposed, answer, isBusy: false, problem }];
    });
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** An answer that the server refuses is late: the shopper has moved on, or another device has answered. */
const isLate = (error: unknown): boolean =>
  error instanceof ApiError && error.status < 500 && error.status !== 429;

/** What the customer decided on a replacement; undefined if nothing yet. */
export function answerOf({ status, replacement_status }: LineItem): Decision['answer'] | undefined {
  if (replacement_status === 'APPROVED') return 'approved';
  if (replacement_status !== 'REJECTED') return undefined;
  return status === 'REPLACED' ? 'other' : 'refunded';
}
