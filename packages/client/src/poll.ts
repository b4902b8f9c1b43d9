/** Polls the chat. This also works with Connect itself, which has no stream. */
import { type Connection, type IdOptions, inPath } from './connection.ts';
import { isPassing, NetworkError } from './errors.ts';
import type { ChatMessages } from './generated/types.ts';
import { backoffMs, pause } from './pause.ts';

export interface PollOptions extends IdOptions {
  /** The time between requests, in ms. Default: 5,000. */
  intervalMs?: number;
}

const mostMs = 60_000;

/**
 * Yields the chat at once, and then each time it has changed. If the server supports `ETag`, an unchanged chat costs
 * only a 304. After a temporary error it retries with growing waits. The iteration ends when the signal aborts.
 * @param options `intervalMs` is the time between requests in ms, 5000 by default
 * @throws ApiError if the server refuses and a retry would not help
 * @example
 * ```ts
 * for await (const chat of pollChat(connection, 'your-order-id', { intervalMs: 3000 })) show(chat.chat_messages);
 * ```
 */
export async function* pollChat(
  connection: Connection,
  orderId: string | number,
  { intervalMs = 5000, internalIds, signal = new AbortController().signal }: PollOptions = {},
): AsyncGenerator<ChatMessages, void, void> {
  const path = `/v2/post_checkout/chat/${inPath(orderId)}/messages`;
  let etag: string | null = null;
  let known: string | undefined;
  let failures = 0;
  while (!signal.aborted) {
    let waitMs = intervalMs;
    try {
      const headers = etag === null ? {} : { 'if-none-match': etag };
      const { chat, text } = await connection.read(
        'GET',
        path,
        { internalIds, signal, headers },
        async (response) => {
          if (response.status === 304) return { text: known };
          const text = await response.text();
          const chat: ChatMessages = JSON.parse(text);
          if (!Array.isArray(chat.chat_messages)) throw new NetworkError('The answer is not a chat');
          etag = response.headers.get('etag');
          return { text, chat };
        },
      );
      failures = 0;
      if (chat && text !== known) {
        known = text;
        yield chat;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error)) throw error;
      failures += 1;
      const asked = error.retryAfterMs ?? 0;
      waitMs = Math.max(
        asked,
        backoffMs({ leastMs: intervalMs, mostMs: Math.max(intervalMs, mostMs) }, failures),
      );
    }
    await pause(waitMs, signal);
  }
}
