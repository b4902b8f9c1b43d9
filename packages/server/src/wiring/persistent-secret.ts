import { newSecret } from '../domain/access/secrets.ts';
import type { Store } from '../storage/store.ts';

/**
 * Generated once per database, so that repeated requests are recognized after a restart and links work on every
 * server.
 */
export async function persistentSecret(store: Store, name: string): Promise<string> {
  const stored = await store.read.serviceValues.find(name);
  if (stored !== undefined) return stored;
  await store.write((tx) => tx.serviceValues.insertIfAbsent(name, newSecret()));
  return (await store.read.serviceValues.find(name))!;
}
