/** The figures of sends that a process keeps in memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SendFigures } from '../../src/http/operate/send-figures.ts';

const minuteMs = 60_000;
/** A machine's monotonic clock starts anywhere. */
const start = 7_000 * minuteMs;

test('the last hour is kept by minute, with the latency of each, although later sends replace the durations', () => {
  const figures = new SendFigures();
  for (let minute = 0; minute < 60; minute++) {
    for (let n = 0; n < 400; n++) figures.add(1, start + minute * minuteMs + n * 100, minute + 1);
  }
  const { perMinute, perSecond } = figures.read(1, start + 59 * minuteMs + 50_000);
  assert.deepEqual(
    perMinute,
    Array.from({ length: 60 }, (_, n) => ({ sends: 400, latency: [n + 1, n + 1, n + 1] })),
  );
  assert.equal(
    perSecond.reduce((sum, count) => sum + count),
    400,
  );
});

test('minutes without sends are empty, and those before the last hour are gone', () => {
  const figures = new SendFigures();
  figures.add(1, start, 10);
  figures.add(1, start + 30 * minuteMs, 20);
  const { perMinute, latency } = figures.read(1, start + 60 * minuteMs);
  const sent = perMinute.flatMap(({ sends, latency }, n) => (sends > 0 ? [[n, sends, latency?.[0]]] : []));
  assert.deepEqual(sent, [[29, 1, 20]]);
  assert.equal(latency, undefined, 'no send in the last minute');
  // The same slot of the ring counts another minute.
  figures.add(1, start + 60 * minuteMs, 30);
  assert.deepEqual(figures.read(1, start + 60 * minuteMs).perMinute.at(-1), {
    sends: 1,
    latency: [30, 30, 30],
  });
});

test('the percentiles of a minute are those of its own sends', () => {
  const figures = new SendFigures();
  figures.add(1, start, 5000);
  for (let n = 1; n <= 100; n++) figures.add(1, start + minuteMs + n, n);
  figures.add(1, start + 2 * minuteMs, 7000);
  const [first, second, third] = figures.read(1, start + 2 * minuteMs).perMinute.slice(-3);
  assert.deepEqual(first!.latency, [5000, 5000, 5000]);
  assert.deepEqual(second!.latency, [51, 96, 100]);
  assert.deepEqual(third!.latency, [7000, 7000, 7000]);
});

test('a retailer has only its own sends, and memory has room for a limited number of retailers', () => {
  const figures = new SendFigures();
  for (let retailer = 1; retailer <= 2001; retailer++) figures.add(retailer, start + retailer, 1);
  const sendsOf = (retailer: number) => figures.read(retailer, start + 3000).perMinute.at(-1)!.sends;
  assert.equal(sendsOf(1), 0, 'who sent longest ago is forgotten first');
  assert.equal(sendsOf(2), 1);
  assert.equal(sendsOf(2001), 1);
});
