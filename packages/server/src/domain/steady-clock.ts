/**
 * A clock that a wrong system clock does not mislead (docs/decisions/clocks.md):
 *
 * - It never runs back, not even over a restart. If the system clock is behind, it goes on at the pace of real time.
 * - It follows a jump forward at once, so that what may be due is hidden. The time that has certainly come
 *   (`certain`) ignores the jump for an hour, and longer if the system clock returns, so that nothing is destroyed
 *   too early. A jump of half a year or more needs the operator's confirmation.
 */
import type { Clock } from './clock.ts';

export interface TimeSource {
  /** The time of day in milliseconds since the epoch. It may be wrong, and may jump. */
  wallMs(): number;
  /** Milliseconds since any moment, at the pace of real time. It never jumps. */
  monotonicMs(): number;
}

/** What a clock keeps over a restart. */
export interface ClockMark {
  now: number;
  certain: number;
  /** How long the clock has run steadily since the last jump. */
  steadyMs: number;
}

/** What an operator should know. Each is 0 if all is well. */
export interface ClockState {
  /** How far the clock is ahead of the system clock. */
  leadMs: number;
  /** How far it is ahead of the time that has certainly come. */
  doubtMs: number;
}

/** Corrections of a system clock are smaller. */
const jumpMs = 15 * 60_000;
/** Up to this much, the clock waits for a system clock that is behind. */
const waitsMs = 60_000;
const steadyForMs = 60 * 60_000;
const needsConfirmationMs = 180 * 24 * 60 * 60_000;

export class SteadyClock implements Clock {
  readonly #source: TimeSource;
  #now: number;
  /** The monotonic time of the last look. */
  #lookedAt: number;
  /** The time that has certainly come at the last look. */
  #certain: number;
  /** The monotonic time since which the clock has not jumped. */
  #steadySince: number;

  /** @param mark of the last clock on the same data */
  constructor(source: TimeSource, mark: ClockMark | undefined) {
    this.#source = source;
    this.#lookedAt = source.monotonicMs();
    const wall = source.wallMs();
    this.#now = mark?.now ?? wall;
    this.#certain = mark?.certain ?? wall;
    this.#steadySince = this.#lookedAt - (mark?.steadyMs ?? steadyForMs);
    this.#look();
  }

  now(): number {
    this.#look();
    return this.#now;
  }

  certain(): number {
    this.#look();
    return this.#certain;
  }

  get mark(): ClockMark {
    this.#look();
    const steadyMs = Math.min(this.#lookedAt - this.#steadySince, steadyForMs);
    return { now: this.#now, certain: this.#certain, steadyMs };
  }

  get state(): ClockState {
    this.#look();
    const leadMs = this.#now - this.#source.wallMs();
    return { leadMs: leadMs > waitsMs ? leadMs : 0, doubtMs: this.#now - this.#certain };
  }

  /** Takes the system clock's time as right, even if it is behind. */
  confirm(): void {
    this.#now = this.#source.wallMs();
    this.#certain = this.#now;
    this.#steadySince = this.#lookedAt - steadyForMs;
  }

  #look(): void {
    const monotonic = this.#source.monotonicMs();
    const wall = this.#source.wallMs();
    const passed = monotonic - this.#lookedAt;
    this.#lookedAt = monotonic;
    const wasCertain = this.#certain === this.#now;
    const expected = this.#now + passed;
    this.#certain += passed;
    if (wall < expected - waitsMs) this.#now = expected;
    else this.#now = Math.max(this.#now, wall);

    if (wall > expected + jumpMs) this.#steadySince = monotonic;
    else if (wasCertain) this.#certain = this.#now;
    else if (this.#maySettle(monotonic, wall)) this.#certain = this.#now;
    this.#certain = Math.min(this.#certain, this.#now);
  }

  #maySettle(monotonic: number, wall: number): boolean {
    return (
      monotonic - this.#steadySince >= steadyForMs &&
      wall >= this.#now - waitsMs &&
      this.#now - this.#certain < needsConfirmationMs
    );
  }
}
