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
export async function signInOf(
  { store }: Context,
  { id, secret }: RefreshToken,
): Promise<{ row: SignInRow; isFormer: boolean }> {
  const row = await store.read.signIns.find(id);
  if (!row) throw new OAuthRefusal('invalid_grant');
  const secretHash = hashSecret(secret);
  const isFormer = row.formerHash !== null && sameText(row.formerHash, secretHash);
  if (!isFormer && !sameText(row.secretHash, secretHash)) {
    await store.write((tx) => tx.signIns.delete(row.retailerId, id));
    throw new OAuthRefusal('invalid_grant');
  }
  return { row, isFormer };
}

/** Replaces the refresh token of a sign-in. @returns the new one @throws OAuthRefusal invalid_grant */
export async function renewSignIn(
  tx: Writer,
  { row, isFormer }: { row: SignInRow; isFormer: boolean },
  now: number,
): Promise<string> {
  const secret = newSecret();
  const next = {
    secretHash: hashSecret(secret),
    // A token that nobody has used yet may have been lost.
    formerHash: isFormer ? row.formerHash : row.secretHash,
    expiresAt: lastsTo(now),
  };
  if (!(await tx.signIns.renew(row, next))) throw new OAuthRefusal('invalid_grant');
  return `${row.id}.${secret}`;
}
