/**
 * What can go wrong with a call, in three classes: the server refused (`ApiError`), no answer of the server came back
 * (`NetworkError`), the caller gave up (`AbortedError`). No message holds a token, a secret or an address.
 */
import { type ErrorName, type OAuthErrorName, oauthErrorNames, refusals } from './generated/refusals.ts';

/** One problem of several. */
export interface Problem {
  readonly message: string;
  readonly code: number | null;
  /** The parameter at fault. */
  readonly metaKey: string | undefined;
}

export interface ApiErrorFields {
  readonly status: number;
  /** Of the envelope; null for policy refusals, and at the token endpoints. */
  readonly code: number | null;
  readonly message: string;
  /** The parameter at fault. */
  readonly metaKey: string | undefined;
  /** The refusal's name in the contract (docs/errors.md), `unknown` for one that this version of the client does not know. */
  readonly name: ErrorName | OAuthErrorName | 'unknown';
  /** Of code 9999: every problem. Otherwise the one. */
  readonly problems: readonly Problem[];
  /** What `Retry-After` asks for. */
  readonly retryAfterMs: number | undefined;
}

/** The server answered, and refused. */
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

/** No answer of the server came, though a proxy may have answered: whether the request had an effect is not known. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  /** What `Retry-After` asks for, where something on the way has answered. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options?: ErrorOptions & { retryAfterMs?: number | undefined }) {
    super(message, options);
    this.retryAfterMs = options?.retryAfterMs;
  }
}

/** The caller's signal ended the call. */
export class AbortedError extends Error {
  override readonly name = 'AbortError';
}

/** Whether the same request may succeed later, unchanged. */
export function isPassing(error: unknown): error is ApiError | NetworkError {
  if (error instanceof NetworkError) return true;
  if (!(error instanceof ApiError)) return false;
  return error.status >= 500 || error.status === 408 || error.status === 429;
}

interface Envelope {
  error: { message: string; code: number | null; errors?: Envelope[] };
  meta: { key?: string };
}

/** In which style a route refuses: the token endpoints have OAuth's own. */
export type RefusalStyle = 'envelope' | 'oauth';

/**
 * What an answer without success means. Only an answer in the server's own form is a refusal. Anything else comes from
 * the network: a proxy, a gateway, a captive portal answer with whatever status they like, and next time they may be gone.
 */
export function failureOf(response: Response, text: string, style: RefusalStyle): ApiError | NetworkError {
  const { status, headers } = response;
  const retryAfterMs = retryAfter(headers.get('retry-after'));
  const problem = { code: null, metaKey: undefined };
  if (status === 401 && text === '') {
    // A server can be set to send its 401 without a body.
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

/** Whether a message is this one, `%s` in it being anything. */
function fits(pattern: string, message: string): boolean {
  const [before, after] = pattern.split('%s');
  if (after === undefined) return message === pattern;
  const isLongEnough = message.length >= pattern.length - 2;
  return isLongEnough && message.startsWith(before!) && message.endsWith(after);
}

/** Seconds, or a date. */
function retryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
