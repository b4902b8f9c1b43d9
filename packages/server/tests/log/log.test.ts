import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StorageUnavailable } from '../../src/storage/store.ts';
import { createLog } from '../../src/wiring/log.ts';

function newLog() {
  const lines: Record<string, unknown>[] = [];
  const log = createLog('info', { write: (line: string) => lines.push(JSON.parse(line)) });
  return { log, lines };
}
const failAt = (): Error => new Error('broken');

test('a repeated fault is logged once in full, then counted, and in full again after a pause', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { log, lines } = newLog();
  const error = failAt();
  for (let n = 0; n < 1000; n++) log.fault(error, { route: 'getChat', status: 500 });
  log.fault(error, { route: 'sendMessage', status: 500 });
  assert.equal(lines.length, 2, 'each route is a kind of its own');
  assert.deepEqual([lines[0]!.msg, lines[0]!.error], ['fault', 'Error']);
  t.mock.timers.tick(60_000);
  const [, , count] = lines;
  assert.deepEqual([count!.msg, count!.repeated, count!.route], ['fault_repeated', 999, 'getChat']);
  assert.equal(lines.length, 3);
  t.mock.timers.tick(60_000);
  log.fault(error, { route: 'getChat', status: 500 });
  assert.equal(lines.at(-1)!.msg, 'fault');
});

test('the number of fault kinds is limited, and every fault is counted', () => {
  const { log, lines } = newLog();
  const failing = (code: string) => log.fault(Object.assign(failAt(), { code }));
  failing('first');
  failing('first');
  for (let n = 0; n < 200; n++) failing(`other ${n}`);
  const counts = lines.filter(({ msg }) => msg === 'fault_repeated');
  assert.deepEqual(
    counts.map(({ code, repeated }) => [code, repeated]),
    [['first', 1]],
  );
});

test('a 503 is logged without a stack, with its kind and code', () => {
  const { log, lines } = newLog();
  const cause = Object.assign(new Error('timeout'), { code: '57014' });
  log.fault(new StorageUnavailable('away', { cause }), { route: 'sendMessage', status: 503 });
  log.fault(new StorageUnavailable('away', { cause }));
  for (const line of lines) {
    assert.doesNotMatch(JSON.stringify(line), /file:|"at"/);
    assert.equal((line.cause as { code: string }).code, '57014');
  }
  log.fault(failAt());
  assert.match(String(lines.at(-1)!.at), /log\.test\.ts/);
});

test('lines of a message that look like a stack are not logged as one', () => {
  const { log, lines } = newLog();
  const forged = 'at secret (file:///CANARY.ts:1:1)';
  const changed = new Error(`one\n    ${forged}`);
  changed.message = 'another';
  const rewritten = new Error('one');
  rewritten.stack = `two\n    ${forged}\none\n    ${forged}`;
  const errors = [
    rewritten,
    new Error(`one\n    ${forged}\ntwo`),
    new Error(`    ${forged}`),
    changed,
    failAt(),
  ];
  errors.push(new TypeError('outer', { cause: new Error(`\n    ${forged}`) }));
  for (const error of errors) log.fault(error);
  assert.equal(lines.length, errors.length);
  assert.doesNotMatch(JSON.stringify(lines), /CANARY/);
  assert.match(String(lines[1]!.at), /log\.test\.ts/, 'its own stack is logged');
});

test('the first eight stack frames are logged, none longer than 300 characters', () => {
  const { log, lines } = newLog();
  const error = new Error('deep');
  const frames = Array.from({ length: 12 }, (_, n) => `    at step (file:///srv/${n}.ts:1:1)`);
  const long = `    at step (file:///srv/${'a'.repeat(300)}.ts:1:1)`;
  error.stack = ['Error: deep', long, ...frames].join('\n');
  log.fault(error);
  assert.deepEqual(
    lines[0]!.at,
    frames.slice(0, 8).map((line) => line.trim()),
  );
});
