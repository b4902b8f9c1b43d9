/**
 * The log is an allow-list: only the fields named here are ever written, so no body, name, token, secret, query
 * string or path parameter can get into it. JSON lines on standard error.
 */
import { type DestinationStream, destination, pino } from 'pino';

export const logLevels = ['error', 'warn', 'info', 'debug', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface RequestLine {
  method: string;
  route: string | undefined;
  status: number;
  ms: number;
  retailer: number | undefined;
}

export interface Log {
  info(event: string, fields?: Record<string, number | boolean>): void;
  warn(event: string, fields?: Record<string, number | boolean>): void;
  request(line: RequestLine): void;
  /**
   * An error of which the client learned nothing. Third-party error messages may quote data, so only the kind of
   * error, its code and its stack positions are logged.
   */
  fault(error: unknown, fields?: { route?: string | undefined; status?: number }): void;
  /** Requests are logged at `debug` level only. */
  readonly logsRequests: boolean;
}

/** A repeated fault is logged in full the first time, then counted this often. */
const countEveryMs = 60_000;
/** How many kinds of fault are remembered; one that is evicted is logged in full again. */
const maxKinds = 200;

/** @param out where lines are written; defaults to standard error */
export function createLog(level: LogLevel, out: DestinationStream = destination(2)): Log {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, out);
  const faults = new RepeatedFaults((fields, event) => logger.error(fields, event));
  return {
    info: (event, fields = {}) => logger.info(fields, event),
    warn: (event, fields = {}) => logger.warn(fields, event),
    request: (line) => logger.debug(line, 'request'),
    fault: (error, fields = {}) => faults.add(fields, describe(error, fields.status)),
    logsRequests: logger.isLevelEnabled('debug'),
  };
}

interface FaultLine extends Record<string, unknown> {
  error: string;
}

/** Logs the first fault of a kind in full and only counts those that follow. */
class RepeatedFaults {
  readonly #write: (line: object, event: string) => void;
  readonly #kinds = new Map<string, { line: object; repeated: number }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(write: (line: object, event: string) => void) {
    this.#write = write;
  }

  add(fields: object, described: FaultLine): void {
    const { at, ...what } = described;
    const line = { ...fields, ...what };
    const kind = JSON.stringify([line, (at as string[] | undefined)?.[0]]);
    const known = this.#kinds.get(kind);
    if (known) {
      known.repeated += 1;
      return;
    }
    this.#write({ ...fields, ...described }, 'fault');
    this.#kinds.set(kind, { line, repeated: 0 });
    if (this.#kinds.size > maxKinds) this.#forget(this.#kinds.keys().next().value!);
    this.#timer ??= setInterval(() => this.#count(), countEveryMs).unref();
  }

  /** A kind that has not recurred since the last count is dropped, and logged in full if it comes back. */
  #count(): void {
    for (const [kind, known] of this.#kinds) {
      if (known.repeated === 0) this.#kinds.delete(kind);
      else this.#writeCount(known);
    }
    if (this.#kinds.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #forget(kind: string): void {
    const known = this.#kinds.get(kind)!;
    this.#kinds.delete(kind);
    if (known.repeated > 0) this.#writeCount(known);
  }

  #writeCount(known: { line: object; repeated: number }): void {
    this.#write({ ...known.line, repeated: known.repeated }, 'fault_repeated');
    known.repeated = 0;
  }
}

/** When storage is unavailable, the stack adds nothing to the error's kind and code. */
const isUnavailable = (error: Error, status: number | undefined): boolean =>
  status === 503 || error.name === 'StorageUnavailable';

function describe(error: unknown, status?: number): FaultLine {
  if (!(error instanceof Error)) return { error: typeof error };
  const { code, errcode } = error as { code?: string; errcode?: number };
  const hasFrames = !isUnavailable(error, status);
  return {
    error: error.name,
    code,
    errcode,
    ...(hasFrames && { at: framesOf(error) }),
    ...(error.cause !== undefined && { cause: describe(error.cause, hasFrames ? status : 503) }),
  };
}

/** A stack frame as V8 formats it: a function, and a position in one of our files, a package or Node. */
const frame = /^ {4}at (?:(?:async |new )?[\w$.<>#[\] ]+ \()?(?:file:\/\/|node:)[^\s()]+:\d+:\d+\)?$/;
const frameCharacters = 300;

/**
 * A message may quote data, and data may look like a stack frame, so only what follows the message is used. If the
 * stack does not contain the message on its first line, it was modified and cannot be trusted.
 */
function framesOf({ stack = '', message }: Error): string[] {
  const at = stack.indexOf(message);
  if (at < 0 || stack.lastIndexOf('\n', at) >= 0) return [];
  return stack
    .slice(at + message.length)
    .split('\n')
    .filter((line) => line.length <= frameCharacters && frame.test(line))
    .slice(0, 8)
    .map((line) => line.trim());
}
