/** The simulated day is the same for the same seed, and its totals are consistent. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Day, simulateDay } from '../bench/simulation/day.ts';
import { peakSecond, useOf } from '../bench/simulation/load.ts';
import { defaults, type Parameters } from '../bench/simulation/parameters.ts';
import { asJson, asText, reportOf } from '../bench/simulation/report.ts';

const small: Parameters = { ...defaults, orders: 2000 };
const sum = (counts: Float64Array) => counts.reduce((total, count) => total + count, 0);
const run = (parameters: Parameters) => asJson(reportOf(simulateDay(parameters), parameters));

test('the same seed gives the same output, and another seed a different one', () => {
  assert.equal(run(small), run(small));
  assert.notEqual(run(small), run({ ...small, seed: 2 }));
});

test('the defaults are a million orders with twelve messages', () => {
  assert.equal(defaults.orders * defaults.messagesPerOrder, 12_000_000);
  assert.equal(defaults.pollSeconds, 5);
});

test('every message is sent once, and every order is opened and closed', () => {
  const day = simulateDay(small);
  const { totals } = reportOf(day, small);
  assert.equal(totals.orders, small.orders);
  assert.equal(totals.post, small.orders * small.messagesPerOrder);
  assert.equal(sum(day.opened), small.orders);
  const { atStart, atEnd } = small.otherWrites;
  assert.equal(sum(day.otherWrites), small.orders * (atStart + atEnd));
  assert.equal(totals.requests, totals.getUnchanged + totals.getNew + totals.post + totals.put);
  assert.equal(totals.databaseWrites, totals.post + totals.put + sum(day.otherWrites));
});

test('both sides poll for as long as a chat is open', () => {
  const day = simulateDay(small);
  const polls = sum(day.getUnchanged) + sum(day.getNew);
  const expected = (2 * sum(day.openChats)) / small.pollSeconds;
  // The first poll comes somewhere within the first interval, so a chat may have one poll more or less.
  assert.ok(Math.abs(polls - expected) <= 2 * small.orders, `${polls} polls, about ${expected} expected`);
});

test('no count is negative, and no more messages are marked than were sent', () => {
  const day = simulateDay(small);
  for (const [name, counts] of Object.entries(day) as [keyof Day, Float64Array][]) {
    assert.ok(
      counts.every((count) => count >= 0),
      name,
    );
  }
  assert.ok(sum(day.put) <= sum(day.post));
  // Per message, sender and reader each find it, and each see its read mark. Per order, each side has a first
  // poll.
  assert.ok(sum(day.getNew) <= 4 * sum(day.post) + 2 * small.orders);
});

test('the peak is in the evening, and no other second has more requests', () => {
  const day = simulateDay({ ...small, orders: 20_000 });
  const hour = Math.floor(peakSecond(day) / 3600);
  assert.ok(hour >= 17 && hour <= 19, `peak in hour ${hour}`);
});

test('with half as many polls there are about half as many requests for unchanged chats', () => {
  const often = sum(simulateDay(small).getUnchanged);
  const seldom = sum(simulateDay({ ...small, pollSeconds: 10 }).getUnchanged);
  assert.ok(seldom / often > 0.45 && seldom / often < 0.55, String(seldom / often));
});

test('a use is the sum of what each kind of request takes', () => {
  const { peak } = reportOf(simulateDay(small), small);
  const rates = { getUnchanged: 1000, getNew: 500, post: 250 };
  const expected = peak.getUnchanged / 1000 + peak.getNew / 500 + peak.databaseWrites / 250;
  assert.equal(useOf(peak, rates), expected);
});

test('the cores of a machine are divided as the work is, and twice as many carry twice the orders', () => {
  const { costs, machines } = reportOf(simulateDay(small), small);
  const [, processes, database] = costs;
  for (const machine of machines) {
    const use = (machine.orders / small.orders) * (processes!.used + database!.used);
    assert.ok(Math.abs(use / machine.cores - small.targetUse) < 0.001, `${machine.cores} cores`);
  }
  const [four, eight] = machines;
  assert.ok(Math.abs(eight!.orders - 2 * four!.orders) <= 1);
});

test('the command accepts its options and refuses others', () => {
  const program = fileURLToPath(new URL('../bench/simulate.ts', import.meta.url));
  const simulate = (...args: string[]) =>
    spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  const chosen = { ...defaults, orders: 300, pollSeconds: 7, seed: 9 };
  const options = ['--orders', '300', '--poll-seconds', '7', '--seed', '9'];
  assert.equal(simulate(...options, '--json').stdout, run(chosen));
  assert.equal(simulate(...options).stdout, asText(reportOf(simulateDay(chosen), chosen)));
  for (const wrong of [
    ['--orders', '0'],
    ['--seed', '-1'],
    ['--days', '2'],
    ['--poll-seconds', '1.5'],
  ]) {
    assert.equal(simulate(...wrong).status, 2, wrong.join(' '));
  }
});
