/**
 * The log is an allow-list: only the fields named here are ever written, so no body, name, token, secret,
 * query string or path parameter can get into it. JSON lines on standard error.
 */
import { destination, pino } from 'pino';

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
  /** Something the client was told nothing about. Messages of other people's errors may quote data, so
   * only the kind of error, its code and the places in our code are kept. */
  fault(error: unknown, fields?: { route?: string | undefined; status?: number }): void;
  /** Requests are logged at `debug` only. */
  readonly logsRequests: boolean;
}

export function createLog(level: LogLevel): Log {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination(2));
  return {
    info: (event, fields = {}) => logger.info(fields, event),
    warn: (event, fields = {}) => logger.warn(fields, event),
    request: (line) => logger.debug(line, 'request'),
    fault(error, fields = {}) {
      logger.error({ ...fields, ...describe(error) }, 'fault');
    },
    logsRequests: logger.isLevelEnabled('debug'),
  };
}

function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const { code, errcode } = error as { code?: string; errcode?: number };
  const places = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  return {
    error: error.name,
    code,
    errcode,
    at: places.slice(0, 8).map((line) => line.trim()),
    ...(error.cause !== undefined && { cause: describe(error.cause) }),
  };
}
