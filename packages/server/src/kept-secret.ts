import { newSecret } from './domain/access/secrets.ts';
import type { Store } from './storage/store.ts';

/**
 * Generated once per database, so that repeated requests are recognized after a restart and links work on every
 * server.
 */
export async function keptSecret(store: Store, name: string): Promise<string> {
  const kept = await store.read.serviceValues.find(name);
  if (kept !== undefined) return kept;
  await store.write((tx) => tx.serviceValues.insertIfAbsent(name, newSecret()));
  return (await store.read.serviceValues.find(name))!;
}
