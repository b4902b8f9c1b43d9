/** Reads server-sent events (WHATWG HTML, section 9.2) from the body of an answer. */

export interface ServerSentEvent {
  event: string;
  data: string;
}

/** No event of ours is near it: what does not end is no event. */
const maxEventCharacters = 1024 * 1024;

/**
 * @param onBytes called with whatever comes, comments too: the connection lives
 * @param onRetry called with how long the server asks to wait before one comes back
 */
export async function* serverSentEvents(
  body: ReadableStream<Uint8Array>,
  { onBytes, onRetry }: { onBytes(): void; onRetry(ms: number): void },
): AsyncGenerator<ServerSentEvent, void, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let event = '';
  let data: string[] = [];
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      onBytes();
      text += decoder.decode(value, { stream: true });
      if (text.length > maxEventCharacters) throw new TypeError('An event without an end');
      // A CR at the end may be the first half of a CRLF.
      const lines = text.split(/\r\n|\n|\r(?!$)/);
      text = lines.pop()!;
      for (const line of lines) {
        if (line === '') {
          if (data.length > 0) yield { event: event || 'message', data: data.join('\n') };
          event = '';
          data = [];
          continue;
        }
        const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(line)!;
        if (name === 'event') event = value;
        else if (name === 'data') data.push(value);
        else if (name === 'retry' && /^\d+$/.test(value)) onRetry(Number(value));
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
