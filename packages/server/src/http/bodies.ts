import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../domain/errors.ts';
import { decodeForm, decodeText } from './text.ts';

/**
 * JSON everywhere, forms at the token endpoints. An empty body is no body, whatever its type says.
 * @param note is told of each as it arrived
 */
export function readBodies(
  server: FastifyInstance,
  note?: (request: FastifyRequest, body: string) => void,
): void {
  const reader =
    (read: (text: string, request: FastifyRequest) => unknown) =>
    (request: FastifyRequest, body: Buffer, done: (error: Error | null, body?: unknown) => void): void => {
      try {
        const text = decodeText(body, request.headers['content-type']);
        note?.(request, text);
        done(null, text === '' ? undefined : read(text, request));
      } catch (error) {
        done(error as Error);
      }
    };
  const asBytes = { parseAs: 'buffer' } as const;
  server.addContentTypeParser('application/json', asBytes, reader(readJson));
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    asBytes,
    reader((text, request) => {
      if (!request.routeOptions.config.oauth) throw new Refusal('unsupported_media_type');
      return decodeForm(text);
    }),
  );
  server.addContentTypeParser('*', asBytes, (_request, body, done) => {
    done(body.length === 0 ? null : new Refusal('unsupported_media_type'), undefined);
  });
}

/** @throws Refusal malformed_request */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refusal('malformed_request');
    throw error;
  }
}

/** For a handler that reads the body itself. */
export function leaveBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _body, done) => done(null, undefined));
}
