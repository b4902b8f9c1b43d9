/** A page that sends; the same code runs in Chromium and in Node. */
import { Connection, type Locks, Outbox, type OutboxStorage, sendMessage } from '@aislechat/client';

export interface Work {
  url: string;
  token: string;
  /** Breaks it on purpose: every attempt has a key of its own. */
  newKeyPerTry?: boolean;
}

export interface Batch {
  orderId: string;
  texts: string[];
}

export interface SendingPage {
  add(batches: Batch[]): void;
  /** Resolves when at most `left` messages are still to be sent. */
  downTo(left: number): Promise<void>;
  failed(): number;
  close(): void;
}

export function openPage(
  { url, token, newKeyPerTry }: Work,
  storage: OutboxStorage,
  locks?: Locks,
): SendingPage {
  const connection = new Connection({ url, token: () => token, timeoutMs: 5000 });
  const outbox = new Outbox(connection, {
    storage,
    backoff: { leastMs: 2, mostMs: 20 },
    ...(locks && { locks }),
    ...(newKeyPerTry && {
      send: (connection, orderId, body, options) =>
        sendMessage(connection, orderId, body, { ...options, idempotencyKey: `${Math.random()}` }),
    }),
  });
  const left = () => outbox.messages().filter(({ state }) => state !== 'failed').length;
  return {
    add(batches) {
      // As people do, it alternates between orders.
      const most = Math.max(...batches.map(({ texts }) => texts.length));
      for (let n = 0; n < most; n++) {
        for (const { orderId, texts } of batches) if (n < texts.length) outbox.add(orderId, texts[n]!);
      }
    },
    async downTo(wanted) {
      while (left() > wanted) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    failed: () => outbox.messages().filter(({ state }) => state === 'failed').length,
    close: () => outbox.close(),
  };
}
