/**
 * Reads an upload: the body itself, or the one file of a form. It is held in memory and nowhere else, so what
 * all uploads hold together is bounded, and what those of a person and of a retailer do. Whoever is refused is answered at once; what they still send is
 * dropped.
 */

import type { Readable } from 'node:stream';
import { limits } from '@aislechat/contract';
import type { BusboyHeaders } from '@fastify/busboy';
import type { FastifyRequest } from 'fastify';
import { type Caller, personOf } from '../../domain/access/access.ts';
import { Refusal } from '../../domain/errors.ts';
import { Budget, type Share } from '../pipeline/budget.ts';

const maxHeldBytes = 64 * 1024 * 1024;
/** What a form has around its file: boundaries, part headers, small fields. */
const maxFormBytes = 64 * 1024;
const formLimits = { files: 1, fields: 10, parts: 12, fieldSize: 1024, headerPairs: 32, headerSize: 8192 };

export const uploadBudget = (): Budget => new Budget(maxHeldBytes);

/** What one upload holds, until it is let go. */
export class Held {
  readonly #budget: Budget;
  readonly #shares: readonly Share[];
  #bytes = 0;

  constructor(budget: Budget, caller: Caller) {
    const { retailer } = caller;
    this.#budget = budget;
    const ofRetailer = { owner: `retailer ${retailer.id}`, most: limits.uploadBytesPerRetailer };
    const person = personOf(caller);
    const ofPerson = { owner: `person ${retailer.id}/${person}`, most: limits.uploadBytesPerPerson };
    this.#shares = person === undefined ? [ofRetailer] : [ofPerson, ofRetailer];
  }

  /** @throws Refusal */
  add(bytes: number): void {
    this.#budget.take(bytes, this.#shares);
    this.#bytes += bytes;
  }

  release(): void {
    this.#budget.release(this.#bytes, this.#shares);
    this.#bytes = 0;
  }
}

/** @throws Refusal */
export function readImageBody(request: FastifyRequest, held: Held, idleMs: number): Promise<Uint8Array> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  const stream = request.raw;
  if (type === 'multipart/form-data') return readForm(stream, request.headers as BusboyHeaders, held, idleMs);
  if (/^image\/(jpe?g|png|webp)$/.test(type)) return readAll(stream, request.headers, held, idleMs);
  throw new Refusal('unsupported_image_type');
}

async function readAll(
  stream: Readable,
  headers: FastifyRequest['headers'],
  held: Held,
  idleMs: number,
): Promise<Uint8Array> {
  const image = new Bytes(held);
  assertAnnounced(headers, limits.imageBytes);
  await receive(stream, idleMs, (chunk) => image.add(chunk));
  return image.joined();
}

async function readForm(
  stream: Readable,
  headers: BusboyHeaders,
  held: Held,
  idleMs: number,
): Promise<Uint8Array> {
  assertAnnounced(headers, limits.imageBytes + maxFormBytes);
  const image = new Bytes(held);
  let files = 0;
  let received = 0;
  let refusal: Refusal | undefined;
  const form = await parserOf(headers);
  const ended = new Promise<void>((resolve, reject) => {
    form.on('file', (_field, file) => {
      files += 1;
      file.on('data', (chunk: Buffer) => {
        try {
          if (!refusal) image.add(chunk);
        } catch (error) {
          refusal = error as Refusal;
        }
      });
      file.on('error', () => reject(new Refusal('malformed_request')));
    });
    form.on('filesLimit', () => {
      files += 1;
    });
    form.on('finish', resolve);
    form.on('error', () => reject(new Refusal('malformed_request')));
  });
  // Seen below; until then it must not count as unhandled.
  ended.catch(() => {});
  await receive(stream, idleMs, (chunk) => {
    received += chunk.length;
    if (refusal) throw refusal;
    if (received > limits.imageBytes + maxFormBytes) throw new Refusal('payload_too_large');
    form.write(chunk);
  });
  form.end();
  await ended;
  if (refusal) throw refusal;
  if (files !== 1) throw new Refusal('image_invalid');
  return image.joined();
}

async function parserOf(headers: BusboyHeaders) {
  // Loaded by those who get a form.
  const { Busboy } = await import('@fastify/busboy');
  try {
    return new Busboy({ headers, limits: formLimits });
  } catch {
    throw new Refusal('malformed_request');
  }
}

/** Bytes of one image, as they come. */
class Bytes {
  readonly #held: Held;
  readonly #chunks: Buffer[] = [];
  #length = 0;

  constructor(held: Held) {
    this.#held = held;
  }

  /** @throws Refusal */
  add(chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length > limits.imageBytes) throw new Refusal('payload_too_large');
    this.#held.add(chunk.length);
    this.#chunks.push(chunk);
  }

  joined(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }
}

function assertAnnounced(headers: FastifyRequest['headers'], maxBytes: number): void {
  if (Number(headers['content-length']) > maxBytes) throw new Refusal('payload_too_large');
}

/** @param take called with each piece; what it throws ends the reading */
function receive(stream: Readable, idleMs: number, take: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    // Cut while its order was looked for: no event comes any more.
    if (stream.destroyed) return reject(new Refusal('malformed_request'));
    const end = (refusal?: unknown) => {
      clearTimeout(idle);
      stream.off('data', onData);
      if (refusal === undefined) resolve();
      else reject(refusal);
    };
    const onData = (chunk: Buffer) => {
      idle.refresh();
      try {
        take(chunk);
      } catch (error) {
        stream.resume();
        end(error);
      }
    };
    const idle = setTimeout(() => end(new Refusal('request_timeout')), idleMs);
    stream
      .on('data', onData)
      .on('end', () => end())
      .on('error', () => end(new Refusal('malformed_request')))
      .on('close', () => end(new Refusal('malformed_request')));
  });
}
