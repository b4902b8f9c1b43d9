import { type Readable, Transform } from 'node:stream';
import type { FastifyInstance, FastifyRequest, preParsingHookHandler } from 'fastify';
import { Refusal } from '../../domain/errors.ts';
import { Budget, ownerOf } from './budget.ts';
import { onceOver } from './exchange.ts';
import { decodeForm, decodeText } from './text.ts';

/**
 * Parses JSON bodies on all routes, and form bodies on the routes that take forms. An empty body counts as none, whatever its
 * content type.
 * @param note called with each body as it arrived
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
        // What is signed are the bytes as they arrived.
        if (request.routeOptions.config.signed) request.bodyText = text;
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
      if (!request.routeOptions.config.form) throw new Refusal('unsupported_media_type');
      return decodeForm(text);
    }),
  );
  server.addContentTypeParser('*', asBytes, (_request, body, done) => {
    done(body.length === 0 ? null : new Refusal('unsupported_media_type'), undefined);
  });
}

/** How many bytes all bodies may hold while they are received or processed. */
const heldBytes = 64 * 1024 * 1024;
const heldBytesOfRetailer = heldBytes / 4;
/** A body up to this size is always accepted, so that the limit never keeps anyone from sending a message. */
const smallBytes = 16 * 1024;

/** Creates the hook for routes that accept larger bodies. */
export function boundBodies(): preParsingHookHandler {
  const budget = new Budget(heldBytes);
  return (request, reply, payload, done) => {
    /** Reserves bytes until the request is over. @throws Refusal */
    const take = (bytes: number): void => {
      const shares = [{ owner: ownerOf(request), most: heldBytesOfRetailer }];
      budget.take(bytes, shares);
      onceOver(request.raw, reply.raw, () => budget.release(bytes, shares));
    };
    const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
    const mostBytes = request.routeOptions.bodyLimit!;
    if (coding !== undefined)
      return done(
        null,
        counted(payload as Readable, () => take(mostBytes)),
      );
    const bytes = Number(length ?? 0);
    try {
      // A body above the route's limit is refused without being read.
      if (bytes > smallBytes && bytes <= mostBytes) take(bytes);
    } catch (error) {
      return done(error as Error);
    }
    done(null, payload);
  };
}

/** Passes on a body of unknown length. Once it is no longer small, `take` reserves room for the largest one. */
function counted(payload: Readable, take: () => void): Readable {
  let received = 0;
  let isTaken = false;
  const passed = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length;
      try {
        if (!isTaken && received > smallBytes) {
          take();
          isTaken = true;
        }
      } catch (error) {
        return done(error as Error);
      }
      done(null, chunk);
    },
  });
  payload.on('error', (error) => passed.destroy(error));
  return payload.pipe(passed);
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

/** Leaves the body unparsed, for a handler that reads it itself. */
export function leaveBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _body, done) => done(null, undefined));
}
