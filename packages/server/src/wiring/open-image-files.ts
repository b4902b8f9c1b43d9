/**
 * Where images are stored: a bucket if the settings name one, otherwise a folder. Beside a database that encrypts its
 * texts they are encrypted too. Nothing is opened before it is first used.
 */
import { join } from 'node:path';
import type { Settings } from '../config/settings.ts';
import type { ImageEnding, ImageFiles } from '../storage/images/files.ts';
import { localImageFiles } from '../storage/images/local.ts';
import type { ImageBucket } from '../storage/images/s3.ts';
import { sealedImageFiles } from '../storage/images/sealed.ts';
import { inSharedFolder } from '../storage/images/shared-folder.ts';
import type { Store } from '../storage/store.ts';
import type { Log } from './log.ts';

/**
 * A store that does not answer now may do so later, and no image is deleted unnoticed in a bucket with versions.
 * @throws Error with a message for the operator
 */
export async function refuseVersionedImages(settings: Settings, log: Log): Promise<void> {
  const options = bucketOf(settings);
  if (!options) return;
  const { keepsVersions } = await import('../storage/images/s3.ts');
  const isKept = await keepsVersions(options).catch((error) => {
    log.fault(error);
    return undefined;
  });
  if (isKept === undefined) log.warn('images_bucket_unchecked');
  if (isKept) {
    throw new Error(
      'The bucket of AISLECHAT_S3_BUCKET keeps versions of deleted objects, or locks objects, so images in it would never end. Name a bucket that never had versioning or object lock.',
    );
  }
}

export function openImageFiles(settings: Settings, store: Store): ImageFiles {
  const files = storedFiles(settings, store.keys ? 'sealed' : 'jpg');
  const shared =
    store.isShared && settings.s3Endpoint === undefined
      ? inSharedFolder(files, imageFolder(settings), store)
      : files;
  return store.keys ? sealedImageFiles(shared, store.keys) : shared;
}

const imageFolder = ({ dataDir }: Settings): string => join(dataDir, 'images');

function bucketOf(settings: Settings): ImageBucket | undefined {
  if (settings.s3Endpoint === undefined) return undefined;
  return {
    endpoint: settings.s3Endpoint,
    bucket: settings.s3Bucket!,
    region: settings.s3Region,
    keyId: settings.s3KeyId!,
    secret: settings.s3Secret!,
  };
}

/** The files as they are stored. */
export function storedFiles(settings: Settings, ending: ImageEnding): ImageFiles {
  const options = bucketOf(settings);
  if (!options) return localImageFiles(imageFolder(settings), ending);
  let opened: Promise<ImageFiles> | undefined;
  // Loaded on demand.
  const files = () => {
    opened ??= import('../storage/images/s3.ts').then(({ s3ImageFiles }) => s3ImageFiles(options, ending));
    return opened;
  };
  return {
    put: async (key, size, bytes) => (await files()).put(key, size, bytes),
    get: async (key, size) => (await files()).get(key, size),
    delete: async (key) => (await files()).delete(key),
    count: async (order) => (await files()).count(order),
  };
}
