/** The server's clock over a system clock that is wrong: what it hides, what it destroys, and when. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ClockMark, SteadyClock } from '../../src/domain/steady-clock.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const noon = Date.UTC(2026, 10, 29, 12);

/** A machine whose wall clock an administrator, a time server or a battery can get wrong. */
class Machine {
  /** The time that it really is. */
  real = noon;
  /** How far the wall clock is from it. */
  wrongMs = 0;
  clock = this.start(undefined);

  start(mark: ClockMark | undefined): SteadyClock {
    const startedAt = this.real;
    this.clock = new SteadyClock(
      { wallMs: () => this.real + this.wrongMs, monotonicMs: () => this.real - startedAt },
      mark,
    );
    return this.clock;
  }

  /** Time passes, and the server looks at its clock now and then. */
  pass(ms: number): void {
    const end = this.real + ms;
    while (this.real < end) {
      this.real = Math.min(end, this.real + minute);
      this.clock.now();
    }
  }

  /** The process ends and starts again. */
  restart(downMs = 10 * second): void {
    const { mark } = this.clock;
    this.real += downMs;
    this.start(JSON.parse(JSON.stringify(mark)));
  }

  /** How far the two times of the clock are from the real one, in hours, rounded. */
  get off(): { now: number; certain: number } {
    const hours = (at: number) => Math.round((at - this.real) / hour) + 0;
    return { now: hours(this.clock.now()), certain: hours(this.clock.certain()) };
  }
}

test('with a right system clock both times are that of the system', () => {
  const machine = new Machine();
  machine.pass(3 * day);
  assert.equal(machine.clock.now(), machine.real);
  assert.equal(machine.clock.certain(), machine.real);
  assert.deepEqual(machine.clock.state, { leadMs: 0, doubtMs: 0 });
});

test('small corrections are followed, and a correction back is waited for', () => {
  const machine = new Machine();
  for (const wrongMs of [200, -300, 20 * second, 0, -2 * second]) {
    const before = machine.clock.now();
    machine.wrongMs = wrongMs;
    assert.ok(machine.clock.now() >= before);
    machine.pass(2 * minute);
    assert.equal(machine.clock.now(), machine.real + wrongMs);
    assert.equal(machine.clock.certain(), machine.real + wrongMs);
  }
});

for (const isRestarted of [false, true]) {
  const restart = (machine: Machine) => {
    if (isRestarted) machine.restart();
  };
  const name = isRestarted ? ', with a restart in each state' : '';

  test(`25 hours ahead for a minute: hidden at once, never certain${name}`, () => {
    const machine = new Machine();
    machine.pass(hour);
    machine.wrongMs = 25 * hour;
    restart(machine);
    machine.pass(minute);
    assert.deepEqual(machine.off, { now: 25, certain: 0 });
    machine.wrongMs = 0;
    restart(machine);
    machine.pass(10 * day);
    restart(machine);
    assert.deepEqual(machine.off, { now: 25, certain: 0 });
    assert.ok(machine.clock.state.leadMs > 24 * hour);

    machine.clock.confirm();
    assert.deepEqual(machine.off, { now: 0, certain: 0 });
    machine.pass(day);
    assert.deepEqual(machine.clock.state, { leadMs: 0, doubtMs: 0 });
  });

  test(`25 hours ahead for good: certain after an hour${name}`, () => {
    const machine = new Machine();
    machine.wrongMs = 25 * hour;
    restart(machine);
    machine.pass(30 * minute);
    restart(machine);
    machine.pass(29 * minute);
    assert.deepEqual(machine.off, { now: 25, certain: 0 });
    machine.pass(3 * minute);
    assert.deepEqual(machine.off, { now: 25, certain: 25 });
  });

  test(`2 hours back: neither time runs back${name}`, () => {
    const machine = new Machine();
    machine.pass(hour);
    const before = machine.clock.now();
    machine.wrongMs = -2 * hour;
    restart(machine);
    assert.ok(machine.clock.now() >= before);
    machine.pass(day);
    assert.deepEqual(machine.off, { now: 0, certain: 0 });
    assert.ok(machine.clock.state.leadMs > hour);
    machine.wrongMs = 0;
    restart(machine);
    machine.pass(2 * hour);
    assert.deepEqual(machine.off, { now: 0, certain: 0 });
    assert.equal(machine.clock.state.leadMs, 0);
  });

  test(`a year ahead: never certain without the operator’s word${name}`, () => {
    const machine = new Machine();
    machine.wrongMs = 365 * day;
    restart(machine);
    machine.pass(3 * day);
    restart(machine);
    assert.deepEqual(machine.off, { now: 365 * 24, certain: 0 });
    machine.clock.confirm();
    assert.deepEqual(machine.off, { now: 365 * 24, certain: 365 * 24 });
  });
}

test('each jump starts the hour anew', () => {
  const machine = new Machine();
  for (let jumps = 1; jumps <= 3; jumps++) {
    machine.wrongMs = jumps * 5 * hour;
    machine.pass(50 * minute);
    assert.equal(machine.off.certain, 0);
  }
  machine.pass(11 * minute);
  assert.deepEqual(machine.off, { now: 15, certain: 15 });
});

test('a server that was off for three days is certain after an hour, and after a short pause at once', () => {
  const machine = new Machine();
  machine.restart(3 * day);
  assert.deepEqual(machine.off, { now: 0, certain: -72 });
  machine.pass(61 * minute);
  assert.deepEqual(machine.off, { now: 0, certain: 0 });
  machine.restart(5 * minute);
  assert.equal(machine.clock.certain(), machine.real);
});
