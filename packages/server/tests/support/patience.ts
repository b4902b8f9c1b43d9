/**
 * How long a test waits, in milliseconds, for what it is certain of: far longer than it takes on a busy machine, so
 * that only a fault uses it up. How long things take is measured by the benchmark.
 */
export const patienceMs = 120_000;
