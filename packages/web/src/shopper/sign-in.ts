/**
 * Signs the shopper in. The shopper's app opens `/shopper#token=...&shopper=...`. A fragment reaches no server and no
 * log. It is removed from the address at once and kept as long as the tab lives. `shopper` is the retailer's ID of the
 * person; unsent messages on this device are stored under it, so that nobody else finds them.
 */
import { tabStorage } from '../device-storage.ts';

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
    given.delete('token');
    given.delete('shopper');
    history.replaceState(null, '', `${location.pathname}${given.size > 0 ? `#${given}` : ''}`);
    return signIn;
  }
  const kept = tabStorage.get(key);
  return kept === null ? undefined : JSON.parse(kept);
}

export function signOut(): void {
  tabStorage.remove(key);
  tabStorage.remove(ordersKey);
}

/** The last list of orders, for a reload without a network. */
export const ordersKey = 'aislechat:orders';
