/** Pictures for tests, good and bad, and what a test checks in a picture from the server. */
import assert from 'node:assert/strict';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import type { Client } from './client.ts';

export type Format = 'jpeg' | 'png' | 'webp';

/** Red above and blue below, so that a rotation is visible. */
export function picture(width: number, height: number): Sharp {
  const half = Math.floor(height / 2);
  const lower = { create: { width, height: height - half, channels: 3 as const, background: '#0000ff' } };
  return sharp({ create: { width, height, channels: 3, background: '#ff0000' } }).composite([
    { input: lower, top: half, left: 0 },
  ]);
}

export const pictureBytes = (format: Format, width = 640, height = 480): Promise<Buffer> =>
  picture(width, height).toFormat(format).toBuffer();

/** A PNG that is all header: it claims a size, and its pixels are one short run of compressed zeros. */
export function hollowPng(width: number, height: number, pixels = deflateSync(Buffer.alloc(64))): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', pixels),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

export function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

export const imagesPath = (orderId: string | number): string =>
  `/v1/orders/${encodeURIComponent(orderId)}/images`;

export const upload = (
  client: Client,
  token: string | undefined,
  orderId: string | number,
  image: Uint8Array,
  type = 'image/jpeg',
  headers: Record<string, string> = {},
) => client.post(imagesPath(orderId), { token, body: image, headers: { 'content-type': type, ...headers } });

export async function uploaded(
  client: Client,
  token: string,
  orderId: string | number,
  image?: Uint8Array,
): Promise<number> {
  const { status, text, body } = await upload(
    client,
    token,
    orderId,
    image ?? (await pictureBytes('jpeg', 64, 48)),
  );
  assert.equal(status, 200, text);
  return body.image_id;
}

export interface Fetched {
  status: number;
  headers: Headers;
  bytes: Buffer;
}

export async function fetchImage(url: string): Promise<Fetched> {
  const answer = await fetch(url);
  return {
    status: answer.status,
    headers: answer.headers,
    bytes: Buffer.from(await answer.arrayBuffer()),
  };
}

/** The pixel at a place, as `#rrggbb` rounded to the precision of JPEG. */
export async function colourAt(image: Uint8Array, x: number, y: number): Promise<'red' | 'blue' | 'other'> {
  const { data } = await sharp(image)
    .extract({ left: x, top: y, width: 1, height: 1 })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const [red, , blue] = data;
  if (red! > 200 && blue! < 60) return 'red';
  return blue! > 200 && red! < 60 ? 'blue' : 'other';
}
