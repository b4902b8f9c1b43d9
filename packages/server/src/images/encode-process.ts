/**
 * The process in which pictures are decoded and made anew, apart from the server: what a hostile file does
 * to the decoder, it does here. It knows no order and no person, writes no file, and takes one picture after
 * the other. libvips may open nothing but JPEG, PNG and WebP, whatever the bytes look like to it.
 */
import { constants, setPriority } from 'node:os';
import { limits } from '@aislechat/contract';
import sharp from 'sharp';

const quality = 80;
const background = '#ffffff';

export interface EncodeRequest {
  upload: Uint8Array;
}
/** `ready` once; then one answer per request, empty when there is no whole picture in it. */
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
  // Metadata is left behind unless it is asked for; colours are converted by the profile before it goes.
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
// The server says when it is over, whoever presses Ctrl-C; and without a server there is nothing to do.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('disconnect', () => process.exit());
try {
  // Messages go before pictures.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
} catch {}
answer('ready');
