/**
 * Who the shopper is. Their app opens `/shopper#token=...&shopper=...`: a fragment reaches no server and no log. It is taken
 * out of the address at once, and kept for as long as the tab lives. `shopper` is the person's own ID in the shop: what
 * waits on this device to be sent is found again under it, by nobody else.
 */
import { tabStorage } from '../device-storage.ts';

export interface SignIn {
  token: string;
  shopper: string;
}

const key = 'aislechat:sign-in';

/** @returns undefined where nobody is signed in */
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

/** The list as it was last seen, for a reload without a network. */
export const ordersKey = 'aislechat:orders';
