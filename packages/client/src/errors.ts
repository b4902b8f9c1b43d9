/**
 * The three kinds of errors of a call: the server refused (`ApiError`), no answer of the server arrived
 * (`NetworkError`), or the caller aborted the call (`AbortedError`). No message contains a token, a secret or an
 * address.
 */
import { type ErrorName, type OAuthErrorName, oauthErrorNames, refusals } from './generated/refusals.ts';

/** One of several problems of a request. */
export interface Problem {
  readonly message: string;
  readonly code: number | null;
  /** The wrong parameter, if the error names one. */
  readonly metaKey: string | undefined;
}

export interface ApiErrorFields {
  readonly status: number;
  /** The code in the envelope; null for policy refusals and at the token endpoints. */
  readonly code: number | null;
  readonly message: string;
  /** The wrong parameter, if the error names one. */
  readonly metaKey: string | undefined;
  /** The error's name in docs/errors.md, or `unknown` for one that this version of the client does not know. */
  readonly name: ErrorName | OAuthErrorName | 'unknown';
  /** All problems of a request with code 9999; otherwise the only one. */
  readonly problems: readonly Problem[];
  /** The wait that `Retry-After` requests, in ms. */
  readonly retryAfterMs: number | undefined;
}

/** The server answered with an error. */
export class ApiError extends Error implements ApiErrorFields {
  override readonly name: ApiErrorFields['name'];
  readonly status: number;
  readonly code: number | null;
  readonly metaKey: string | undefined;
  readonly problems: readonly Problem[];
  readonly retryAfterMs: number | undefined;

  constructor({ message, ...fields }: ApiErrorFields) {
    super(message);
    this.name = fields.name;
    this.status = fields.status;
    this.code = fields.code;
    this.metaKey = fields.metaKey;
    this.problems = fields.problems;
    this.retryAfterMs = fields.retryAfterMs;
  }
}

/** No answer of the server arrived, though a proxy may have answered. It is unknown whether the request took effect. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  /** The wait that `Retry-After` requests, in ms, if a proxy answered. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options?: ErrorOptions & { retryAfterMs?: number | undefined }) {
    super(message, options);
    this.retryAfterMs = options?.retryAfterMs;
  }
}

/** The caller's signal aborted the call. */
export class AbortedError extends Error {
  override readonly name = 'AbortError';
}

/** Whether the same request may succeed later, unchanged: after a `NetworkError`, a 5xx, a 408 or a 429. */
export function isPassing(error: unknown): error is ApiError | NetworkError {
  if (error instanceof NetworkError) return true;
  if (!(error instanceof ApiError)) return false;
  return error.status >= 500 || error.status === 408 || error.status === 429;
}

interface Envelope {
  error: { message: string; code: number | null; errors?: Envelope[] };
  meta: { key?: string };
}

/** The style of a route's errors: the token endpoints use OAuth's. */
export type RefusalStyle = 'envelope' | 'oauth';

/**
 * Converts an answer without success to an error. Only an answer in the server's own form is an `ApiError`. Any other
 * answer is a `NetworkError`: proxies, gateways and captive portals answer with any status, and a later attempt may
 * reach the server.
 */
export function failureOf(response: Response, text: string, style: RefusalStyle): ApiError | NetworkError {
  const { status, headers } = response;
  const retryAfterMs = retryAfter(headers.get('retry-after'));
  const problem = { code: null, metaKey: undefined };
  if (status === 401 && text === '') {
    // A server can be configured to send a 401 without a body.
    const challenge = /^Bearer .*error_description="([^"]*)"/i.exec(headers.get('www-authenticate') ?? '');
    if (challenge) {
      const message = challenge[1]!;
      const problems = [{ ...problem, message }];
      return new ApiError({
        ...problem,
        status,
        message,
        problems,
        retryAfterMs,
        name: nameOf(status, message),
      });
    }
  }
  const body = /^application\/json\b/i.test(headers.get('content-type') ?? '') ? parsed(text) : undefined;
  if (style === 'oauth' && isOAuthError(body)) {
    const message = String(body.error_description ?? body.error);
    const problems = [{ ...problem, message }];
    return new ApiError({ ...problem, status, message, problems, retryAfterMs, name: body.error });
  }
  if (!isEnvelope(body)) {
    return new NetworkError(`An answer with status ${status} did not come from the server`, { retryAfterMs });
  }
  const { message, code } = body.error;
  const problems = (body.error.errors ?? [body]).map(problemOf);
  const name = nameOf(status, message, code);
  return new ApiError({ status, code, message, metaKey: problems[0]?.metaKey, name, problems, retryAfterMs });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function isEnvelope(body: unknown): body is Envelope {
  if (!isObject(body) || !isObject(body.meta) || !isObject(body.error)) return false;
  const { message, code, errors = [] } = body.error;
  const hasCode = code === null || typeof code === 'number';
  return typeof message === 'string' && hasCode && Array.isArray(errors) && errors.every(isEnvelope);
}

function isOAuthError(body: unknown): body is { error: OAuthErrorName; error_description?: unknown } {
  return isObject(body) && oauthErrorNames.some((name) => name === body.error);
}

const problemOf = ({ error, meta }: Envelope): Problem => ({
  message: error.message,
  code: error.code,
  metaKey: meta.key,
});

function nameOf(status: number, message: string, code: number | null = null): ApiErrorFields['name'] {
  const rows = refusals.filter((row) => row[0] === status);
  const row =
    rows.find((row) => row[2] !== undefined && fits(row[2], message)) ??
    rows.find(
      (row) => row[2] === undefined && (row[1] !== 'invalid_parameters' || code === 1001 || code === 9999),
    );
  return row?.[1] ?? 'unknown';
}

/** Whether a message matches a pattern in which `%s` stands for any text. */
function fits(pattern: string, message: string): boolean {
  const [before, after] = pattern.split('%s');
  if (after === undefined) return message === pattern;
  const isLongEnough = message.length >= pattern.length - 2;
  return isLongEnough && message.startsWith(before!) && message.endsWith(after);
}

/** Parses `Retry-After`, which is in seconds or a date. Returns ms. */
function retryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
