import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Figure, limit } from '../bench/figures.ts';
import { earlier, keep } from '../bench/history.ts';

const machine = { cpu: 'a', cores: 2, memoryGb: 8, system: 'Linux', node: 'v26', fsyncMs: 1 };
const figure = (result: number): Figure => limit('start', 's', result, 1);

test('a figure is compared with the last ten runs on the same machine', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'aislechat-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'history.jsonl');
  assert.equal(earlier(file, machine, figure(1)), undefined);
  keep(file, '2026-01-01', { ...machine, cores: 64 }, [figure(100)]);
  assert.equal(earlier(file, machine, figure(1)), undefined);
  for (let n = 1; n <= 12; n++) keep(file, '2026-01-02', machine, [figure(n), limit('other', 'MB', 1, 1)]);
  assert.deepEqual(earlier(file, machine, figure(1)), { result: 7.5, runs: 10 });
});
