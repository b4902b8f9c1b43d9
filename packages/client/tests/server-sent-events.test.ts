/**
 * The parser of server-sent events against the standard, against a second parser, and with awkward chunk
 * boundaries.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createParser } from 'eventsource-parser';
import { seededRandom } from '../../server/tests/support/random.ts';
import { serverSentEvents } from '../src/server-sent-events.ts';

interface Parsed {
  events: [event: string, data: string, id: string][];
  retries: number[];
}

const encoder = new TextEncoder();

async function read(chunks: (string | Uint8Array)[]): Promise<Parsed> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks)
        controller.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk);
      controller.close();
    },
  });
  const retries: number[] = [];
  const events: Parsed['events'] = [];
  const hooks = { onBytes() {}, onRetry: (ms: number) => void retries.push(ms) };
  for await (const { event, data, id } of serverSentEvents(body, hooks)) events.push([event, data, id]);
  return { events, retries };
}

/** The meaning of a stream: its events as `[event, data, id]`, and the retry delays that it requests. */
const cases: [name: string, stream: string | Uint8Array, events: string[][], retries?: number[]][] = [
  ['one event', 'data: x\n\n', [['message', 'x', '']]],
  ['a name', 'event: typing\ndata: x\n\n', [['typing', 'x', '']]],
  ['an empty event name means the default name', 'event: a\nevent:\ndata: x\n\n', [['message', 'x', '']]],
  [
    'a name applies to one event only',
    'event: a\ndata: x\n\ndata: y\n\n',
    [
      ['a', 'x', ''],
      ['message', 'y', ''],
    ],
  ],
  ['a name without data dispatches no event', 'event: a\n\ndata: x\n\n', [['message', 'x', '']]],
  ['several data lines form several lines', 'data: x\ndata\ndata:y\n\n', [['message', 'x\n\ny', '']]],
  ['a field without a colon has an empty value', 'data\n\n', [['message', '', '']]],
  ['two empty data lines form one line break', 'data\ndata\n\n', [['message', '\n', '']]],
  ['exactly one space after the colon is removed', 'data:  x \n\n', [['message', ' x ', '']]],
  ['a tab after the colon is kept', 'data:\tx\n\n', [['message', '\tx', '']]],
  ['colons in a value are kept', 'data:a:b: c\n\n', [['message', 'a:b: c', '']]],
  [
    'a space before a field name makes it a different field',
    ' data: x\ndata : y\ndata: z\n\n',
    [['message', 'z', '']],
  ],
  ['field names are case-sensitive', 'Data: x\nDATA: y\ndata: z\n\n', [['message', 'z', '']]],
  ['unknown fields are ignored', 'justsometext\nfoo: bar\ndata: z\n\n', [['message', 'z', '']]],
  [
    'comments are ignored, even within an event',
    ':\n:x\ndata: a\n: data: no\n::\ndata: b\n\n',
    [['message', 'a\nb', '']],
  ],
  ['an unfinished event is not dispatched', 'data: x\n\ndata: y\n', [['message', 'x', '']]],
  ['CR ends a line', 'data: x\rdata: y\r\r', [['message', 'x\ny', '']]],
  ['CRLF ends one line', 'data: x\r\ndata: y\r\n\r\n', [['message', 'x\ny', '']]],
  [
    'line endings may be mixed',
    'data: x\r\ndata: y\rdata: z\n\rdata: after\n\r\n',
    [
      ['message', 'x\ny\nz', ''],
      ['message', 'after', ''],
    ],
  ],
  ['LF CR is two line endings', 'data: x\n\rdata: y\n', [['message', 'x', '']]],
  [
    'U+2028, U+2029, U+0085, U+000B and U+000C do not end a line',
    'data: a\u2028b\u2029c\u0085d\u000be\u000cf\n\n',
    [['message', 'a\u2028b\u2029c\u0085d\u000be\u000cf', '']],
  ],
  ['NUL in data is kept', 'data: a\0b\n\n', [['message', 'a\0b', '']]],
  [
    'NUL neither ends a line nor is stripped from a field name',
    'data\0: x\ndata: y\0\n\n',
    [['message', 'y\0', '']],
  ],
  ['a byte order mark at the start is removed', '\ufeffdata: x\n\n', [['message', 'x', '']]],
  ['a second byte order mark is kept', '\ufeff\ufeffdata: x\ndata: y\n\n', [['message', 'y', '']]],
  [
    'a byte order mark further down is kept',
    'data: x\n\n\ufeffdata: y\n\ndata: \ufeffz\n\n',
    [
      ['message', 'x', ''],
      ['message', '\ufeffz', ''],
    ],
  ],
  [
    'an ID is kept until the next one',
    'id: 1\ndata: x\n\ndata: y\n\nid\ndata: z\n\n',
    [
      ['message', 'x', '1'],
      ['message', 'y', '1'],
      ['message', 'z', ''],
    ],
  ],
  ['an ID without data applies to the next event', 'id: 7\n\ndata: x\n\n', [['message', 'x', '7']]],
  ['an ID with NUL is ignored', 'id: 1\nid: 2\0\ndata: x\n\n', [['message', 'x', '1']]],
  ['retry', 'retry: 1843\nretry:07\n\n', [], [1843, 7]],
  ['retry accepts digits only', 'retry: 1s\nretry: -1\nretry: 1.5\nretry\nretry: ١\nretry:  1\n\n', []],
  [
    'invalid UTF-8 is replaced and does not end a line',
    Buffer.from('data: a\xe9b\xc3\n\n', 'latin1'),
    [['message', 'a\ufffdb\ufffd', '']],
  ],
  ['astral characters', 'data: 🥑\n\n', [['message', '🥑', '']]],
];

for (const [name, stream, events, retries = []] of cases) {
  test(`server-sent events: ${name}`, async () => {
    const bytes = typeof stream === 'string' ? encoder.encode(stream) : new Uint8Array(stream);
    assert.deepEqual(await read([bytes]), { events, retries });
    assert.deepEqual(await read(Array.from(bytes, (byte) => Uint8Array.of(byte))), { events, retries });
  });
}

test('an event is dispatched as soon as its last line ends, even if a CR could be half of a line ending', async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const events = serverSentEvents(readable, { onBytes() {}, onRetry() {} });
  const writer = writable.getWriter();
  void writer.write(encoder.encode('data: x\r\r'));
  assert.equal((await events.next()).value?.data, 'x');
  void writer.write(encoder.encode('\ndata: y\r\n\r\n'));
  assert.equal((await events.next()).value?.data, 'y');
  await events.return();
});

test('endless data is refused, in one line or in many', async () => {
  const line = `data: ${'x'.repeat(64 * 1024)}`;
  await assert.rejects(read(Array.from({ length: 20 }, () => line)), /without an end/);
  await assert.rejects(read(Array.from({ length: 20 }, () => `${line}\n`)), /without an end/);
});

test('any stream in any chunks is parsed as a second parser parses it', async (t) => {
  const seed = 20_271;
  const random = seededRandom(seed);
  const parts = [
    'data',
    'event',
    'id',
    'retry',
    ':',
    ': ',
    ' ',
    '\n',
    '\n',
    '\n\n',
    '\r',
    '\r\n',
    '\r\n\r\n',
  ];
  parts.push(
    '\ndata: ',
    '\rdata:',
    '\r\nid: ',
    '\nevent: ',
    '\nretry: 5',
    '\n\n',
    '\n\n',
    'x',
    '{"a":"ü"}',
    '🥑',
    '12',
    '\u2028',
    '\u2029',
    '\u0085',
    '\0',
    '\ufeff',
    '\t',
    'foo',
  );
  let count = 0;
  for (let n = 0; n < 3000; n++) {
    // Starts with a letter, since the two parsers disagree on who removes a byte order mark; ends with a
    // comment, to complete a CR.
    const text = `f${Array.from({ length: 1 + random.below(40) }, () => random.pick(parts)).join('')}:\n:\n`;
    const expected: Pick<Parsed, 'retries'> & { events: string[][] } = { events: [], retries: [] };
    const parser = createParser({
      onEvent: ({ event, data }) => expected.events.push([event ?? 'message', data]),
      onRetry: (ms) => expected.retries.push(ms),
    });
    parser.feed(text);
    const bytes = encoder.encode(text);
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; ) {
      const size = 1 + random.below(9);
      chunks.push(bytes.subarray(at, at + size));
      at += size;
    }
    const { events, retries } = await read(chunks);
    const given = { events: events.map(([event, data]) => [event, data]), retries };
    assert.deepEqual(given, expected, `seed ${seed}, stream ${n}: ${JSON.stringify(text)}`);
    count += events.length;
  }
  t.diagnostic(`${count} events`);
  assert.ok(count > 1000);
});
