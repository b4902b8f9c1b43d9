/** Where the keys of epochs are: a bucket if the settings name one, otherwise a folder. Nothing is opened before use. */
import { join } from 'node:path';
import type { Settings } from '../config/settings.ts';
import { epochKeysIn } from '../storage/keys/epoch-keys.ts';
import { folderOfKeys } from '../storage/keys/local.ts';
import type { KeyPlace } from '../storage/keys/place.ts';
import { type EpochKeys, StorageUnavailable } from '../storage/store.ts';

export interface OpenedKeys {
  epochs: EpochKeys;
  /** @throws Error with a message for the operator */
  isSafe: KeyPlace['isSafe'];
  /** In messages for the operator. */
  name: string;
  kind: 'folder' | 'bucket';
  variable: string;
}

export async function openEpochKeys(settings: Settings): Promise<OpenedKeys> {
  if (settings.keysS3Endpoint === undefined) {
    const folder = settings.keysDir ?? join(settings.dataDir, 'keys');
    return opened(folderOfKeys(folder), { name: folder, kind: 'folder', variable: 'AISLECHAT_KEYS_DIR' });
  }
  // Loaded on demand.
  const { bucketOfKeys } = await import('../storage/keys/bucket.ts');
  const place = bucketOfKeys({
    endpoint: settings.keysS3Endpoint,
    bucket: settings.keysS3Bucket!,
    region: settings.keysS3Region,
    keyId: settings.keysS3KeyId!,
    secret: settings.keysS3Secret!,
  });
  const name = `the bucket ${settings.keysS3Bucket}`;
  return opened(place, { name, kind: 'bucket', variable: 'AISLECHAT_KEYS_S3_BUCKET' });
}

const opened = (place: KeyPlace, named: Pick<OpenedKeys, 'name' | 'kind' | 'variable'>): OpenedKeys => ({
  ...named,
  epochs: epochKeysIn(place),
  isSafe: () =>
    place.isSafe().catch((error) => {
      if (!(error instanceof StorageUnavailable)) throw error;
      throw new Error(
        `${capitalized(named.name)} cannot be used (${reasonOf(error)}). Check the settings that begin with AISLECHAT_KEYS_, and what the access key may do (docs/configuration.md).`,
        { cause: error },
      );
    }),
});

/** At the beginning of a sentence. A path stays as it is. */
export const capitalized = (name: string): string => name.replace(/^the /, 'The ');

/** What the store answered, or why it did not. */
const reasonOf = (error: Error): string =>
  error.cause instanceof Error ? reasonOf(error.cause) : error.message;
