/**
 * Reads an upload: the body itself, or the one file of a form. It is held in memory and nowhere else, so what
 * all uploads hold together is bounded. Whoever is refused is answered at once; what they still send is
 * dropped.
 */

import type { Readable } from 'node:stream';
import { limits } from '@aislechat/contract';
import type { BusboyHeaders } from '@fastify/busboy';
import type { FastifyRequest } from 'fastify';
import { Refusal } from '../domain/errors.ts';

const maxHeldBytes = 64 * 1024 * 1024;
/** What a form has around its file: boundaries, part headers, small fields. */
const maxFormBytes = 64 * 1024;
const formLimits = { files: 1, fields: 10, parts: 12, fieldSize: 1024, headerPairs: 32, headerSize: 8192 };

/** What one upload holds, until it is let go. */
export class Held {
  readonly #all: { bytes: number };
  #bytes = 0;

  constructor(all: { bytes: number }) {
    this.#all = all;
  }

  /** @throws Refusal */
  add(bytes: number): void {
    if (this.#all.bytes + bytes > maxHeldBytes) throw new Refusal('unavailable');
    this.#all.bytes += bytes;
    this.#bytes += bytes;
  }

  release(): void {
    this.#all.bytes -= this.#bytes;
    this.#bytes = 0;
  }
}

/** @throws Refusal */
export function readImageBody(request: FastifyRequest, held: Held): Promise<Uint8Array> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  const stream = request.raw;
  if (type === 'multipart/form-data') return readForm(stream, request.headers as BusboyHeaders, held);
  if (/^image\/(jpe?g|png|webp)$/.test(type)) return readAll(stream, request.headers, held);
  throw new Refusal('unsupported_image_type');
}

async function readAll(
  stream: Readable,
  headers: FastifyRequest['headers'],
  held: Held,
): Promise<Uint8Array> {
  const image = new Bytes(held);
  assertAnnounced(headers, limits.imageBytes);
  await receive(stream, (chunk) => image.add(chunk));
  return image.joined();
}

async function readForm(stream: Readable, headers: BusboyHeaders, held: Held): Promise<Uint8Array> {
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
  await receive(stream, (chunk) => {
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
function receive(stream: Readable, take: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    // Cut while its order was looked for: no event comes any more.
    if (stream.destroyed) return reject(new Refusal('malformed_request'));
    const onData = (chunk: Buffer) => {
      try {
        take(chunk);
      } catch (error) {
        stream.off('data', onData).resume();
        reject(error);
      }
    };
    stream
      .on('data', onData)
      .on('end', resolve)
      .on('error', () => reject(new Refusal('malformed_request')))
      .on('close', () => reject(new Refusal('malformed_request')));
  });
}
