/** What callbacks take of the settings: the key of their secrets, and where they may go. */
import { isNetwork, type Settings } from '../config/settings.ts';
import { Destinations } from '../delivery/destinations.ts';
import { SecretBox } from '../domain/access/secret-box.ts';
import { opens } from '../domain/callbacks/endpoints.ts';
import type { Store } from '../storage/store.ts';
import { keptSecret } from './kept-secret.ts';

/**
 * In development a key rests beside what it seals: enough for a sandbox. In production there is one where the settings
 * say so. @throws Error with a sentence for the operator
 */
export async function openSecretBox(
  { environment, secretsKeys }: Settings,
  store: Store,
): Promise<SecretBox | undefined> {
  const sealed = await store.read.callbackEndpoints.anySealed();
  const keys =
    secretsKeys ??
    (environment === 'development'
      ? [Buffer.from(await keptSecret(store, 'development_secrets_key'), 'base64url')]
      : undefined);
  if (!keys) {
    if (!sealed) return undefined;
    throw new Error(
      'There are callback endpoints, whose secrets are sealed with AISLECHAT_SECRETS_KEY. Set it to the key they were made with.',
    );
  }
  const box = new SecretBox(keys);
  if (sealed && !opens(box, sealed)) {
    throw new Error(
      'AISLECHAT_SECRETS_KEY does not open the secrets of the callback endpoints. Set it to the key they were made with; a new key goes before it, with a comma between.',
    );
  }
  return box;
}

export const destinationsOf = ({ environment, callbackAllow }: Settings): Destinations =>
  new Destinations({
    production: environment === 'production',
    allowedHosts: callbackAllow.filter((entry) => !isNetwork(entry)),
    allowedNetworks: callbackAllow.filter(isNetwork),
  });
