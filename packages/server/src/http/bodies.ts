import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../domain/errors.ts';

/**
 * JSON everywhere, forms at the token endpoints. An empty body is no body, whatever its type says.
 * @param note is told of each as it arrived
 */
export function readBodies(
  server: FastifyInstance,
  note?: (request: FastifyRequest, body: string) => void,
): void {
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    note?.(request, body as string);
    if (body === '') return done(null, undefined);
    try {
      done(null, JSON.parse(body as string));
    } catch {
      done(new Refusal('malformed_request'));
    }
  });
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (request, body, done) => {
      note?.(request, body as string);
      if (body === '') return done(null, undefined);
      if (!request.routeOptions.config.oauth) return done(new Refusal('unsupported_media_type'));
      done(null, Object.fromEntries(new URLSearchParams(body as string)));
    },
  );
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    done(body === '' ? null : new Refusal('unsupported_media_type'), undefined);
  });
}

/** For a handler that reads the body itself. */
export function leaveBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _body, done) => done(null, undefined));
}
