/**
 * Signs the shopper in. The shopper's app opens `/shopper#token=...&refresh=...&shopper=...`. A fragment reaches no server and
 * no log. It is removed from the address at once and kept as long as the tab lives, or, if the shopper wants that, on the
 * device: an installed page starts without a tab before it. There the refresh token gets new tokens. `shopper` is the
 * retailer's ID of the person; unsent messages on this device are stored under it, so that nobody else finds them.
 *
 * What a link brings replaces what is on the device only once the server has accepted it: anybody can make a link.
 */
import { ApiError, Connection, createToken, type GetToken, revokeToken } from '@aislechat/client';
import { deviceStorage, tabStorage } from '../device-storage.ts';

export interface SignIn {
  token: string;
  /** Missing if the app gave none; then the sign-in ends with the token. */
  refresh?: string;
  shopper: string;
  /** When the device last renewed the token, in ms. */
  renewedAt?: number;
}

const key = 'aislechat:sign-in';
/** A token that another tab got within this time is still good: it lives for 24 hours. */
const freshMs = 12 * 60 * 60_000;

/** @returns undefined if nobody is signed in */
export function signedIn(): SignIn | undefined {
  const given = inAddress();
  const kept = onDevice();
  if (!given) return kept ?? inTab();
  const isSame = kept?.shopper === given.shopper;
  // A link that was opened before has an older refresh token than the device.
  if (kept && isSame && given.refresh !== undefined && isContinued(kept, given)) return kept;
  const signIn = isSame && kept.refresh !== undefined ? { refresh: kept.refresh, ...given } : given;
  tabStorage.set(key, JSON.stringify(signIn));
  return signIn;
}

/** Takes the sign-in out of the address. */
function inAddress(): SignIn | undefined {
  const given = new URLSearchParams(location.hash.slice(1));
  const token = given.get('token');
  if (!token) return undefined;
  const refresh = given.get('refresh');
  const signIn: SignIn = { token, ...(refresh && { refresh }), shopper: given.get('shopper') ?? 'this' };
  for (const name of ['token', 'refresh', 'shopper']) given.delete(name);
  history.replaceState(null, '', `${location.pathname}${given.size > 0 ? `#${given}` : ''}`);
  return signIn;
}

const parsed = (kept: string | null): SignIn | undefined => (kept === null ? undefined : JSON.parse(kept));
const onDevice = () => parsed(deviceStorage.get(key));
const inTab = () => parsed(tabStorage.get(key));

/** Whether two refresh tokens are of one sign-in: the part before the point stays. */
const isContinued = (a: SignIn, b: SignIn): boolean =>
  a.refresh !== undefined && a.refresh.split('.')[0] === b.refresh?.split('.')[0];

/** Whether the sign-in outlives the tab. */
export const isKept = (): boolean => deviceStorage.get(key) !== null;

/** Keeps the sign-in on this device, or no longer, as the shopper wants. */
export function keepSignIn(isWanted: boolean): void {
  const current = isWanted ? inTab() : (onDevice() ?? inTab());
  if (!current) return;
  if (isWanted) deviceStorage.set(key, JSON.stringify(current));
  else {
    tabStorage.set(key, JSON.stringify(current));
    deviceStorage.remove(key);
  }
}

/** The server has accepted a sign-in: it is the one of this device, if the shopper wants that it stays. */
export function acceptSignIn(signIn: SignIn): void {
  const kept = onDevice();
  if (!kept || isContinued(kept, signIn)) return;
  deviceStorage.set(key, JSON.stringify(signIn));
  // The refresh token of the sign-in before is of no more use to anybody.
  if (kept.refresh) void revokeToken(here(), { token: kept.refresh }).catch(() => {});
}

/**
 * Returns a function that gets the sign-in's token, and once the server has refused it the next one. A tab renews only what
 * is on the device, and one tab at a time does, because each refresh token works once.
 */
export function tokenOf(signIn: SignIn): GetToken {
  let current = signIn;
  let isRefused = false;
  const next = async (): Promise<string> => {
    const kept = onDevice();
    if (isRefused && kept && isContinued(kept, current)) {
      // Another tab may have renewed it.
      const isFresh = kept.refresh !== current.refresh && Date.now() - (kept.renewedAt ?? 0) < freshMs;
      current = isFresh ? kept : await renewed(kept);
    }
    isRefused = true;
    return current.token;
  };
  // Without HTTPS a browser has no locks.
  return () => (navigator.locks ? navigator.locks.request(key, next) : next());
}

async function renewed(signIn: SignIn): Promise<SignIn> {
  try {
    const body = { grant_type: 'refresh_token', refresh_token: signIn.refresh! };
    const { access_token: token, refresh_token: refresh } = await createToken(here(), body);
    const next: SignIn = { ...signIn, token, refresh: refresh!, renewedAt: Date.now() };
    if (isKept()) deviceStorage.set(key, JSON.stringify(next));
    else tabStorage.set(key, JSON.stringify(next));
    return next;
  } catch (error) {
    // The refused token is tried once more, which ends the session.
    if (error instanceof ApiError && error.name === 'invalid_grant') return signIn;
    throw error;
  }
}

/** Forgets a sign-in that the server refused. Another one may still be on the device. */
export function signOut(refused: SignIn): void {
  const kept = onDevice();
  if (kept && (kept.token === refused.token || isContinued(kept, refused))) deviceStorage.remove(key);
  tabStorage.remove(key);
  tabStorage.remove(ordersKey);
}

/** The token endpoints need no token. */
const here = () => new Connection({ url: location.origin, token: '' });

/** The last list of orders, for a reload without a network. */
export const ordersKey = 'aislechat:orders';
