/** Limits how many units of work run at once, and how many wait. */
import { StorageUnavailable } from '../store.ts';

interface Waiting {
  enter(): void;
  refuse(error: Error): void;
}

export class Gate {
  readonly #width: number;
  readonly #maxWaiting: number;
  readonly #waiting: Waiting[] = [];
  #inside = 0;

  constructor(width: number, maxWaiting: number) {
    this.#width = width;
    this.#maxWaiting = maxWaiting;
  }

  /** @throws StorageUnavailable when too many wait */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside >= this.#width) {
      if (this.#waiting.length >= this.#maxWaiting)
        throw new StorageUnavailable('Too many writes are waiting');
      await new Promise<void>((enter, refuse) => this.#waiting.push({ enter, refuse }));
    } else {
      this.#inside += 1;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next.enter();
      else this.#inside -= 1;
    }
  }

  /** Rejects everyone waiting, because the database they wait for is gone. */
  clear(error: Error): void {
    for (const waiting of this.#waiting.splice(0)) waiting.refuse(error);
  }
}
