/**
 * Decodes and re-encodes images in a separate process, so that a hostile file can harm only this process. It knows
 * nothing of orders or people, writes no files, and handles one image at a time. libvips may only open JPEG, PNG
 * and WebP, whatever format it detects.
 */
import { constants, setPriority } from 'node:os';
// Without the rest of the contract, which takes longer to load than libvips.
import { limits } from '@aislechat/contract/limits';
import sharp from 'sharp';

const quality = 80;
const background = '#ffffff';

export interface EncodeRequest {
  upload: Uint8Array;
}
/** `ready` once; then one answer per request, without an image if the upload is not a complete image. */
export type EncodeAnswer =
  | 'ready'
  | { image?: { width: number; height: number; full: Uint8Array; thumbnail: Uint8Array } };

sharp.cache(false);
sharp.concurrency(1);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'],
});

async function encode(upload: Uint8Array): Promise<EncodeAnswer> {
  const decoded = sharp(upload, {
    limitInputPixels: limits.imagePixels,
    failOn: 'error',
    sequentialRead: true,
  });
  const { width, height } = await decoded.metadata();
  if (Math.max(width, height) > limits.imageSidePixels) return {};
  // Metadata is dropped by default; colors are converted to sRGB with the embedded profile first.
  const full = await decoded
    .autoOrient()
    .resize(limits.imageOutputPixels, limits.imageOutputPixels, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background })
    .jpeg({ quality })
    .toBuffer({ resolveWithObject: true });
  const thumbnail = await sharp(full.data)
    .resize(limits.thumbnailPixels, limits.thumbnailPixels, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality })
    .toBuffer();
  return { image: { width: full.info.width, height: full.info.height, full: full.data, thumbnail } };
}

const answer = (value: EncodeAnswer) => process.send!(value);

process.on('message', ({ upload }: EncodeRequest) => {
  encode(upload).then(answer, () => answer({}));
});
// The server decides when this process ends, so Ctrl-C is ignored; without a server there is nothing to do.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('disconnect', () => process.exit());
try {
  // Messages take precedence over images.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
} catch {}
answer('ready');
