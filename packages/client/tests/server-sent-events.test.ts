import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverSentEvents } from '../src/server-sent-events.ts';

async function read(chunks: (string | Uint8Array)[]) {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks)
        controller.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk);
      controller.close();
    },
  });
  const retries: number[] = [];
  const events: [string, string][] = [];
  const hooks = { onBytes() {}, onRetry: (ms: number) => void retries.push(ms) };
  for await (const { event, data } of serverSentEvents(body, hooks)) events.push([event, data]);
  return { events, retries };
}

const whole =
  ': hello\n\nretry: 1843\n\nid: 1\nevent: message\ndata: {"a":\ndata: "ü"}\n\ndata:x\n\nevent: lost\n\n';

test('events, comments, retries and data over several lines', async () => {
  const { events, retries } = await read([whole]);
  assert.deepEqual(events, [
    ['message', '{"a":\n"ü"}'],
    ['message', 'x'],
  ]);
  assert.deepEqual(retries, [1843]);
});

test('it does not matter where the pieces end, not even within a character or a line end', async () => {
  const expected = await read([whole]);
  for (const text of [
    whole,
    whole.replaceAll('\n', '\r\n'),
    whole.replaceAll('\n', '\r'),
    `\uFEFF${whole}`,
  ]) {
    const bytes = new TextEncoder().encode(text);
    for (const size of [1, 2, 3, 7]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
        bytes.subarray(n * size, (n + 1) * size),
      );
      const { events, retries } = await read(pieces);
      // A CR that ends everything could be half of a line end.
      assert.deepEqual({ events, retries }, { events: expected.events, retries: expected.retries });
    }
  }
});

test('what was not finished is no event', async () => {
  assert.deepEqual((await read(['data: x\n'])).events, []);
  assert.deepEqual((await read(['data: x\n\ndata: y\n\nda'])).events, [
    ['message', 'x'],
    ['message', 'y'],
  ]);
});
