/**
 * Devices on which shoppers stay signed in. Each has a refresh token, which is replaced with each use (RFC 9700, section
 * 4.14.2). The token before stays good until the new one is used, because a phone may lose the answer. A token that is
 * older ends the sign-in: somebody else has a copy.
 */
import { randomBytes } from 'node:crypto';
import { limits } from '@aislechat/contract';
import type { ApplicationRow, SignInRow, Writer } from '../../storage/store.ts';
import type { Context } from '../context.ts';
import { OAuthRefusal } from '../errors.ts';
import { hashSecret, newSecret, sameText } from './secrets.ts';

const idBytes = 16;
const form = /^([\w-]{22})\.([\w-]{43})$/;

interface RefreshToken {
  id: string;
  secret: string;
}

/** @returns undefined for a text that has another form */
export function readRefreshToken(text: string | undefined): RefreshToken | undefined {
  const [, id, secret] = form.exec(text ?? '') ?? [];
  return id !== undefined && secret !== undefined ? { id, secret } : undefined;
}

const lastsTo = (now: number): number => now + limits.signInDays * 24 * 60 * 60_000;

/** Signs a shopper in on one more device. @returns the refresh token */
export async function signIn(
  tx: Writer,
  { retailerId, id: applicationId }: ApplicationRow,
  shopperId: number,
  now: number,
): Promise<string> {
  const id = randomBytes(idBytes).toString('base64url');
  const secret = newSecret();
  const row: SignInRow = {
    retailerId,
    id,
    applicationId,
    shopperId,
    secretHash: hashSecret(secret),
    formerHash: null,
    expiresAt: lastsTo(now),
  };
  await tx.signIns.insert(row);
  await tx.signIns.deleteOldest(retailerId, shopperId, limits.signInsPerShopper);
  return `${id}.${secret}`;
}

/**
 * Finds the sign-in of a refresh token. A secret that is not of it ends the sign-in.
 * @throws OAuthRefusal invalid_grant
 */
export async function signInOf({ store }: Context, token: RefreshToken): Promise<SignInRow> {
  const row = await store.read.signIns.find(token.id);
  if (!row) throw new OAuthRefusal('invalid_grant');
  if (whichOf(row, token) === undefined) {
    await store.write((tx) => tx.signIns.delete(row.retailerId, row.id));
    throw new OAuthRefusal('invalid_grant');
  }
  return row;
}

/** Replaces the refresh token of a sign-in. @returns the new one @throws OAuthRefusal invalid_grant */
export async function renewSignIn(
  tx: Writer,
  retailerId: number,
  token: RefreshToken,
  now: number,
): Promise<string> {
  // Locked, so that requests at the same moment come one after the other.
  const row = await tx.signIns.lock(retailerId, token.id);
  const which = row && whichOf(row, token);
  if (!row || !which) throw new OAuthRefusal('invalid_grant');
  const secret = newSecret();
  // A token that nobody has used yet may have been lost.
  const formerHash = which === 'former' ? row.formerHash : row.secretHash;
  await tx.signIns.renew({ ...row, secretHash: hashSecret(secret), formerHash, expiresAt: lastsTo(now) });
  return `${row.id}.${secret}`;
}

/** Whether a refresh token is the newest of a sign-in or the one before; undefined if it is neither. */
function whichOf(row: SignInRow, { secret }: RefreshToken): 'newest' | 'former' | undefined {
  const secretHash = hashSecret(secret);
  if (sameText(row.secretHash, secretHash)) return 'newest';
  return row.formerHash !== null && sameText(row.formerHash, secretHash) ? 'former' : undefined;
}
