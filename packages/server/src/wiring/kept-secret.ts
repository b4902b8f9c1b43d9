import { newSecret } from '../domain/access/secrets.ts';
import type { Store } from '../storage/store.ts';

/** Made once per database: a repeated request is known again after a restart, and a link works at every server. */
export async function keptSecret(store: Store, name: string): Promise<string> {
  const kept = await store.read.serviceValues.find(name);
  if (kept !== undefined) return kept;
  await store.write((tx) => tx.serviceValues.insertIfAbsent(name, newSecret()));
  return (await store.read.serviceValues.find(name))!;
}
