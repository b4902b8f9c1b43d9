/** The only place that turns errors into responses. */
import {
  type ErrorName,
  type ErrorRow,
  errors,
  oauthErrors,
  type ParameterProblem,
  parameterProblems,
  type schemas,
  severalErrors,
} from '@aislechat/contract';
import type { Static } from 'typebox';
import { InvalidParameters, OAuthRefusal, Refusal } from '../../domain/errors.ts';
import { OrderGone, StorageUnavailable } from '../../storage/store.ts';

export interface ErrorAnswer {
  status: number;
  headers: Record<string, string>;
  body: Static<typeof schemas.ErrorEnvelope> | Static<typeof schemas.OAuthError> | undefined;
  /** Whether to log the cause, which the client does not see. */
  isFault: boolean;
}

export interface ErrorStyle {
  /** Whether the route is a token endpoint, which uses OAuth errors. */
  oauth: boolean;
  /** Omits the body of a 401, for clients that expect none. */
  emptyUnauthorized: boolean;
}

const retryAfterSeconds = 1;

export function answerTo(error: unknown, style: ErrorStyle): ErrorAnswer {
  if (error instanceof OAuthRefusal) {
    const { status, description } = oauthErrors[error.reason];
    return oauthAnswer(status, error.reason, description);
  }
  if (error instanceof InvalidParameters) {
    return { status: 400, headers: {}, body: problemsBody(error.problems), isFault: false };
  }
  const name = nameOf(error);
  const { status, code, meta }: ErrorRow = errors[name];
  const message = errors[name].message.replace('%s', () => (error as Refusal).subject);
  // A 429 has Connect's form on every route.
  if (style.oauth && status < 500 && status !== 429) {
    return oauthAnswer(status, 'invalid_request', oauthErrors.invalid_request.description);
  }
  const headers: Record<string, string> = {};
  if (status === 401)
    headers['www-authenticate'] = `Bearer error="invalid_token", error_description="${message}"`;
  if (status === 429 || status === 503) {
    const after = error instanceof Refusal ? error.retryAfterSeconds : undefined;
    headers['retry-after'] = String(after ?? retryAfterSeconds);
  }
  const isEmpty = status === 401 && style.emptyUnauthorized;
  return {
    status,
    headers,
    body: isEmpty ? undefined : { error: { message, code }, meta: meta ?? {} },
    isFault: name === 'internal' || name === 'unavailable',
  };
}

function nameOf(error: unknown): Exclude<ErrorName, 'invalid_parameters'> {
  if (error instanceof Refusal) return error.reason;
  if (error instanceof StorageUnavailable) return 'unavailable';
  if (error instanceof OrderGone) return 'resource_not_found';
  // Errors of the HTTP library have a status and a code of their own.
  const { statusCode, code } = error as { statusCode?: number; code?: string };
  if (typeof code !== 'string' || !code.startsWith('FST_')) return 'internal';
  if (statusCode === 413) return 'payload_too_large';
  if (statusCode === 415) return 'unsupported_media_type';
  return statusCode !== undefined && statusCode < 500 ? 'malformed_request' : 'internal';
}

function oauthAnswer(status: number, error: string, description: string): ErrorAnswer {
  return { status, headers: {}, body: { error, error_description: description }, isFault: false };
}

function problemsBody(problems: readonly [ParameterProblem, ...ParameterProblem[]]) {
  const single = ({ key, problem, limit }: ParameterProblem) => ({
    error: { message: parameterProblems[problem].replace('%d', String(limit)), code: 1001 },
    meta: key === '' ? {} : { key },
  });
  if (problems.length === 1) return single(problems[0]);
  return { error: { ...severalErrors, errors: problems.map(single) }, meta: {} };
}
