/**
 * What can go wrong with a call, in three classes: the server refused (`ApiError`), nothing readable came back
 * (`NetworkError`), the caller gave up (`AbortedError`). No message holds a token, a secret or an address.
 */
import { type ErrorName, type OAuthErrorName, refusals } from './generated/refusals.ts';

/** One problem of several. */
export interface Problem {
  readonly message: string;
  readonly code: number | null;
  /** The parameter at fault. */
  readonly metaKey: string | undefined;
}

export interface ApiErrorFields {
  readonly status: number;
  /** Of the envelope; null for policy refusals, and where the answer was no envelope. */
  readonly code: number | null;
  readonly message: string;
  /** The parameter at fault. */
  readonly metaKey: string | undefined;
  /** The refusal's name in the contract (docs/errors.md), `unknown` where the answer does not tell. */
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

  /** @param text the answer's body, which may be anything: a proxy can have written it */
  static of(response: Response, text: string): ApiError {
    const { status } = response;
    const retryAfterMs = retryAfter(response.headers.get('retry-after'));
    const envelope = envelopeIn(text);
    const problems = envelope?.error.errors?.map(problemOf) ?? (envelope ? [problemOf(envelope)] : []);
    const first = problems[0];
    return new ApiError({
      status,
      code: envelope?.error.code ?? null,
      message: envelope?.error.message ?? `The server answered ${status}`,
      metaKey: first?.metaKey,
      name: envelope === undefined ? 'unknown' : nameOf(status, envelope),
      problems,
      retryAfterMs,
    });
  }
}

/** No readable answer came: whether the request had an effect is not known. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
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
  meta?: { key?: string };
  /** Where the token endpoints said it, in their own style. */
  oauthName?: OAuthErrorName;
}

function envelopeIn(text: string): Envelope | undefined {
  try {
    const body = JSON.parse(text);
    if (typeof body.error === 'string') {
      return { error: { message: String(body.error_description), code: null }, oauthName: body.error };
    }
    return typeof body.error.message === 'string' ? body : undefined;
  } catch {
    return undefined;
  }
}

const problemOf = ({ error, meta }: Envelope): Problem => ({
  message: error.message,
  code: error.code,
  metaKey: meta?.key,
});

function nameOf(status: number, { error: { message, code }, oauthName }: Envelope): ApiErrorFields['name'] {
  if (oauthName !== undefined) return oauthName;
  const rows = refusals.filter((row) => row[0] === status);
  const row =
    rows.find((row) => row[2] === message) ??
    rows.find(
      (row) => row[2] === undefined && (row[1] !== 'invalid_parameters' || code === 1001 || code === 9999),
    );
  return row?.[1] ?? 'unknown';
}

/** Seconds, or a date. */
function retryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
