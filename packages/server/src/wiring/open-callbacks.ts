/** The settings that callbacks need: the key for their secrets, and the allowed destinations. */
import { isNetwork, type Settings } from '../config/settings.ts';
import { Destinations } from '../delivery/destinations.ts';
import { SecretBox } from '../domain/access/secret-box.ts';
import { opens } from '../domain/callbacks/endpoints.ts';
import type { Store } from '../storage/store.ts';
import { persistentSecret } from './persistent-secret.ts';

/**
 * In development the key is stored beside the secrets it seals, which is enough for a sandbox. In production it
 * comes from the settings.
 * @throws Error with a message for the operator
 */
export async function openSecretBox(
  { environment, secretsKeys }: Settings,
  store: Store,
): Promise<SecretBox | undefined> {
  const sealed = await store.read.callbackEndpoints.anySealed();
  const keys =
    secretsKeys ??
    (environment === 'development'
      ? [Buffer.from(await persistentSecret(store, 'development_secrets_key'), 'base64url')]
      : undefined);
  if (!keys) {
    if (!sealed) return undefined;
    throw new Error(
      'Callback endpoints exist whose secrets are sealed with AISLECHAT_SECRETS_KEY. Set it to the key that sealed them.',
    );
  }
  const box = new SecretBox(keys);
  if (sealed && !opens(box, sealed)) {
    throw new Error(
      'AISLECHAT_SECRETS_KEY does not open the secrets of the callback endpoints. Set it to the key that sealed them; put a new key before it, separated by a comma.',
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
