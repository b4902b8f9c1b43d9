/**
 * Signs the shopper in. The shopper's app opens `/shopper#token=...&refresh=...&shopper=...`. A fragment reaches no server and
 * no log. It is removed from the address at once and kept as long as the tab lives, or, if the shopper wants that, on the
 * device: an installed page starts without a tab before it. There the refresh token gets new tokens. `shopper` is the
 * retailer's ID of the person; unsent messages on this device are stored under it, so that nobody else finds them.
 */
import { ApiError, Connection, createToken, type GetToken, revokeToken } from '@aislechat/client';
import { deviceStorage, tabStorage } from '../device-storage.ts';

export interface SignIn {
  token: string;
  /** Missing if the app gave none; then the sign-in ends with the token. */
  refresh?: string;
  shopper: string;
}

const key = 'aislechat:sign-in';

/** @returns undefined if nobody is signed in */
export function signedIn(): SignIn | undefined {
  const given = new URLSearchParams(location.hash.slice(1));
  const token = given.get('token');
  if (token) {
    const refresh = given.get('refresh');
    const signIn: SignIn = { token, ...(refresh && { refresh }), shopper: given.get('shopper') ?? 'this' };
    tabStorage.set(key, JSON.stringify(signIn));
    // Somebody else's sign-in, or an older one, must not come back.
    if (isKept()) deviceStorage.set(key, JSON.stringify(signIn));
    for (const name of ['token', 'refresh', 'shopper']) given.delete(name);
    history.replaceState(null, '', `${location.pathname}${given.size > 0 ? `#${given}` : ''}`);
    return signIn;
  }
  // Another tab may have renewed what is on the device.
  const kept = deviceStorage.get(key) ?? tabStorage.get(key);
  if (kept === null) return undefined;
  tabStorage.set(key, kept);
  return JSON.parse(kept);
}

/** Whether the sign-in outlives the tab. */
export const isKept = (): boolean => deviceStorage.get(key) !== null;

/** Keeps the sign-in on this device, or no longer, as the shopper wants. */
export function keepSignIn(isWanted: boolean): void {
  const current = signedIn();
  if (!current) return;
  if (isWanted) {
    deviceStorage.set(key, JSON.stringify(current));
    return;
  }
  deviceStorage.remove(key);
  const { refresh, ...rest } = current;
  tabStorage.set(key, JSON.stringify(rest));
  // Otherwise it ends by itself after its last use.
  if (refresh) void revokeToken(here(), { token: refresh }).catch(() => {});
}

/**
 * Returns a function that gets the kept token, and once the server has refused it the next one. A tab renews only what is on
 * the device, and one tab at a time does, because each refresh token works once.
 */
export function tokenOf(signIn: SignIn): GetToken {
  let given: string | undefined;
  const next = async (): Promise<string> => {
    const kept = signedIn() ?? signIn;
    if (kept.token !== given || !kept.refresh || !isKept()) {
      given = kept.token;
      return given;
    }
    try {
      const renewed = await createToken(here(), {
        grant_type: 'refresh_token',
        refresh_token: kept.refresh,
      });
      given = renewed.access_token;
      const renewedSignIn: SignIn = { ...kept, token: given, refresh: renewed.refresh_token! };
      if (isKept()) deviceStorage.set(key, JSON.stringify(renewedSignIn));
    } catch (error) {
      // The refused token is tried once more, which ends the session.
      if (!(error instanceof ApiError) || error.name !== 'invalid_grant') throw error;
    }
    return given;
  };
  // Without HTTPS a browser has no locks.
  return () => (navigator.locks ? navigator.locks.request(key, next) : next());
}

export function signOut(): void {
  deviceStorage.remove(key);
  tabStorage.remove(key);
  tabStorage.remove(ordersKey);
}

/** The token endpoints need no token. */
const here = () => new Connection({ url: location.origin, token: '' });

/** The last list of orders, for a reload without a network. */
export const ordersKey = 'aislechat:orders';
