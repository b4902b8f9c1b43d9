/**
 * Signs the shopper in. The shopper's app opens `/shopper#token=...&shopper=...`. A fragment reaches no server and no
 * log. It is removed from the address at once and kept as long as the tab lives, or, if the shopper wants that, on the
 * device until the token expires or is revoked: an installed page starts without a tab before it. `shopper` is the
 * retailer's ID of the person; unsent messages on this device are stored under it, so that nobody else finds them.
 */
import { deviceStorage, tabStorage } from '../device-storage.ts';

export interface SignIn {
  token: string;
  shopper: string;
}

const key = 'aislechat:sign-in';

/** @returns undefined if nobody is signed in */
export function signedIn(): SignIn | undefined {
  const given = new URLSearchParams(location.hash.slice(1));
  const token = given.get('token');
  if (token) {
    const signIn: SignIn = { token, shopper: given.get('shopper') ?? 'this' };
    tabStorage.set(key, JSON.stringify(signIn));
    // Somebody else's sign-in, or an older one, must not come back.
    if (isKept()) deviceStorage.set(key, JSON.stringify(signIn));
    given.delete('token');
    given.delete('shopper');
    history.replaceState(null, '', `${location.pathname}${given.size > 0 ? `#${given}` : ''}`);
    return signIn;
  }
  const kept = tabStorage.get(key) ?? deviceStorage.get(key);
  if (kept === null) return undefined;
  tabStorage.set(key, kept);
  return JSON.parse(kept);
}

/** Whether the sign-in outlives the tab. */
export const isKept = (): boolean => deviceStorage.get(key) !== null;

/** Keeps the sign-in on this device, or no longer, as the shopper wants. */
export function keepSignIn(isWanted: boolean): void {
  const current = tabStorage.get(key);
  if (isWanted && current !== null) deviceStorage.set(key, current);
  else deviceStorage.remove(key);
}

export function signOut(): void {
  deviceStorage.remove(key);
  tabStorage.remove(key);
  tabStorage.remove(ordersKey);
}

/** The last list of orders, for a reload without a network. */
export const ordersKey = 'aislechat:orders';
