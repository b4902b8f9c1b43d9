/**
 * Reads server-sent events (WHATWG HTML, section 9.2) from the body of a response. Lines end only at CR, LF and CRLF:
 * JSON does not escape U+2028, U+2029 and U+0085, and people paste them into messages.
 */

export interface ServerSentEvent {
  event: string;
  data: string;
  /** The last `id` of the stream so far, from this event or an earlier one. */
  id: string;
}

/** The server's events are far smaller, so a larger one means that the stream is broken. */
const maxEventCharacters = 1024 * 1024;

/**
 * @param onBytes called for every chunk, including comments, which show that the connection works
 * @param onRetry called with the time in ms that the server asks to wait before reconnecting
 */
export async function* serverSentEvents(
  body: ReadableStream<Uint8Array>,
  { onBytes, onRetry }: { onBytes(): void; onRetry(ms: number): void },
): AsyncGenerator<ServerSentEvent, void, void> {
  const reader = body.getReader();
  // The decoder also removes a byte order mark at the start.
  const decoder = new TextDecoder();
  /** The start of a line that has not ended yet. */
  let unfinished = '';
  let endedWithCr = false;
  let event = '';
  let id = '';
  let data: string[] = [];
  let dataCharacters = 0;
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      onBytes();
      let text = decoder.decode(value, { stream: true });
      if (text === '') continue;
      // The CR has already ended its line, and this LF belongs to the same line end.
      if (endedWithCr && text.startsWith('\n')) text = text.slice(1);
      endedWithCr = text.endsWith('\r');
      text = unfinished + text;
      let start = 0;
      for (const lineEnd of text.matchAll(/\r\n?|\n/g)) {
        const line = text.slice(start, lineEnd.index);
        start = lineEnd.index + lineEnd[0].length;
        if (line === '') {
          if (data.length > 0) yield { event: event || 'message', data: data.join('\n'), id };
          event = '';
          data = [];
          dataCharacters = 0;
          continue;
        }
        const colon = line.indexOf(':');
        const name = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
        if (name === 'event') event = value;
        else if (name === 'data') {
          data.push(value);
          dataCharacters += value.length + 1;
        } else if (name === 'id' && !value.includes('\0')) id = value;
        else if (name === 'retry' && /^\d+$/.test(value)) onRetry(Number(value));
      }
      unfinished = text.slice(start);
      if (unfinished.length + dataCharacters > maxEventCharacters) {
        throw new TypeError('An event without an end');
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
