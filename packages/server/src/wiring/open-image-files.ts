/**
 * Where images are stored: a bucket if the settings name one, otherwise a folder. Nothing is opened before it is
 * first used.
 */
import { join } from 'node:path';
import type { Settings } from '../config/settings.ts';
import type { ImageFiles } from '../storage/images/files.ts';
import { localImageFiles } from '../storage/images/local.ts';
import { inSharedFolder } from '../storage/images/shared-folder.ts';
import type { Store } from '../storage/store.ts';

export function openImageFiles({ dataDir, s3Endpoint, ...settings }: Settings, store: Store): ImageFiles {
  if (s3Endpoint === undefined) {
    const folder = join(dataDir, 'images');
    const files = localImageFiles(folder);
    return store.isShared ? inSharedFolder(files, folder, store) : files;
  }
  const options = {
    endpoint: s3Endpoint,
    bucket: settings.s3Bucket!,
    region: settings.s3Region,
    keyId: settings.s3KeyId!,
    secret: settings.s3Secret!,
  };
  let opened: Promise<ImageFiles> | undefined;
  // Loaded on demand.
  const files = () => {
    opened ??= import('../storage/images/s3.ts').then(({ s3ImageFiles }) => s3ImageFiles(options));
    return opened;
  };
  return {
    put: async (key, size, bytes) => (await files()).put(key, size, bytes),
    get: async (key, size) => (await files()).get(key, size),
    delete: async (key) => (await files()).delete(key),
  };
}
