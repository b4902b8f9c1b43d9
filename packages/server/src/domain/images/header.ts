/**
 * Reads an image's type and size from its first bytes without decoding it. This refuses a few kilobytes that would
 * decompress to gigabytes. The upload's name and declared type are ignored.
 */
import { limits } from '@aislechat/contract';

export interface ImageHeader {
  format: 'jpeg' | 'png' | 'webp';
  width: number;
  height: number;
}

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Bounds the work on a file of nothing but empty segments; no camera writes nearly as many. */
const maxSegments = 4096;

/** Undefined for anything but JPEG, PNG and WebP, and for images without a size. */
export function readImageHeader(image: Uint8Array): ImageHeader | undefined {
  const bytes = Buffer.from(image.buffer, image.byteOffset, image.byteLength);
  try {
    return jpeg(bytes) ?? png(bytes) ?? webp(bytes);
  } catch (error) {
    // Node throws a RangeError when the bytes run out.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

export const isWithinLimits = ({ width, height }: Pick<ImageHeader, 'width' | 'height'>): boolean =>
  width > 0 &&
  height > 0 &&
  width <= limits.imageSidePixels &&
  height <= limits.imageSidePixels &&
  width * height <= limits.imagePixels;

/** In scan data one byte in 256 is 0xff. A file with many more is built to waste our time. */
const maxMarkers = (bytes: number): number => 4096 + Math.floor(bytes / 32);

/**
 * Each scan of a progressive JPEG is a pass over all its pixels. Scan data ends at the next marker that is neither
 * an escaped 0xff byte nor a restart.
 */
function hasTooManyScans(bytes: Buffer, from: number): boolean {
  let scans = 0;
  let left = maxMarkers(bytes.length);
  for (let at = from; at >= 0 && at < bytes.length - 1; at = bytes.indexOf(0xff, at)) {
    const marker = bytes[at + 1]!;
    if (marker === 0xd9) return false;
    if (marker === 0xda) scans += 1;
    left -= 1;
    if (scans > limits.imageScans || left < 0) return true;
    const isOfScan = marker === 0 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd7);
    // A segment may hold anything, even a whole image.
    at += isOfScan ? 1 : 2 + ((bytes[at + 2]! << 8) | bytes[at + 3]!);
  }
  return false;
}

/** ITU T.81, annex B: segments follow each other until one starts a frame. */
function jpeg(bytes: Buffer): ImageHeader | undefined {
  if (bytes.readUInt16BE(0) !== 0xffd8) return undefined;
  for (let at = 2, steps = 0; steps < maxSegments; steps++) {
    if (bytes.readUInt8(at) !== 0xff) return undefined;
    const marker = bytes.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const startsFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (startsFrame) {
      if (hasTooManyScans(bytes, at)) return undefined;
      return { format: 'jpeg', height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    }
    // Scans and the end of the image come after the frame; no other marker without a length is allowed here.
    if (marker === 0xda || marker === 0xd9 || marker <= 0x01) return undefined;
    const length = bytes.readUInt16BE(at + 2);
    if (length < 2) return undefined;
    at += 2 + length;
  }
  return undefined;
}

function png(bytes: Buffer): ImageHeader | undefined {
  if (!bytes.subarray(0, 8).equals(pngSignature)) return undefined;
  if (bytes.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  return { format: 'png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** RFC 9649, section 2. */
function webp(bytes: Buffer): ImageHeader | undefined {
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WEBP')
    return undefined;
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ':
      if (bytes.readUIntBE(23, 3) !== 0x9d012a) return undefined;
      return {
        format: 'webp',
        width: bytes.readUInt16LE(26) & 0x3fff,
        height: bytes.readUInt16LE(28) & 0x3fff,
      };
    case 'VP8L': {
      if (bytes.readUInt8(20) !== 0x2f) return undefined;
      const packed = bytes.readUInt32LE(21);
      return { format: 'webp', width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { format: 'webp', width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    default:
      return undefined;
  }
}
