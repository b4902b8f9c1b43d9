/**
 * Where images are stored: a bucket if the settings name one, otherwise a folder. Beside a database that encrypts its
 * texts they are encrypted too. Nothing is opened before it is first used.
 */
import { join } from 'node:path';
import type { Settings } from '../config/settings.ts';
import type { ImageEnding, ImageFiles } from '../storage/images/files.ts';
import { localImageFiles } from '../storage/images/local.ts';
import { sealedImageFiles } from '../storage/images/sealed.ts';
import { inSharedFolder } from '../storage/images/shared-folder.ts';
import type { Store } from '../storage/store.ts';

export function openImageFiles(settings: Settings, store: Store): ImageFiles {
  const files = storedFiles(settings, store.keys ? 'sealed' : 'jpg');
  const shared =
    store.isShared && settings.s3Endpoint === undefined
      ? inSharedFolder(files, imageFolder(settings), store)
      : files;
  return store.keys ? sealedImageFiles(shared, store.keys) : shared;
}

const imageFolder = ({ dataDir }: Settings): string => join(dataDir, 'images');

/** The files as they are stored. */
export function storedFiles(settings: Settings, ending: ImageEnding): ImageFiles {
  if (settings.s3Endpoint === undefined) return localImageFiles(imageFolder(settings), ending);
  const options = {
    endpoint: settings.s3Endpoint,
    bucket: settings.s3Bucket!,
    region: settings.s3Region,
    keyId: settings.s3KeyId!,
    secret: settings.s3Secret!,
  };
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
