/**
 * Reads an upload: an image as the body, or the only file of a form. Uploads are held only in memory, so their total
 * size is bounded, and so is the size per person and per retailer. A refusal is sent at once, and the rest of the
 * upload is discarded.
 */

import type { Readable } from 'node:stream';
import { limits } from '@aislechat/contract';
import type { BusboyHeaders } from '@fastify/busboy';
import type { FastifyRequest } from 'fastify';
import { type Caller, personOf } from '../../domain/access/access.ts';
import { Refusal } from '../../domain/errors.ts';
import { Budget, type Share } from '../pipeline/budget.ts';

const maxHeldBytes = 64 * 1024 * 1024;
/** Bytes of a form besides its file: boundaries, part headers and small fields. */
const maxFormBytes = 64 * 1024;
const formLimits = { files: 1, fields: 10, parts: 12, fieldSize: 1024, headerPairs: 32, headerSize: 8192 };

export const uploadBudget = (): Budget => new Budget(maxHeldBytes);

/** Counts the bytes that one upload holds in memory, until they are released. */
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
  // The rejection is handled below. Without this handler it would count as unhandled until then.
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
  // Loaded only when a form arrives.
  const { Busboy } = await import('@fastify/busboy');
  try {
    return new Busboy({ headers, limits: formLimits });
  } catch {
    throw new Refusal('malformed_request');
  }
}

/** Collects the bytes of one image. */
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

/** @param take called with each chunk; an error that it throws stops the reading */
function receive(stream: Readable, idleMs: number, take: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    // The connection was lost while the order was looked up, so no further event will come.
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
