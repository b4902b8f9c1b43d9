/**
 * Signed assertions (RFC 7523): whom a token shall speak for, said by somebody who holds the application's
 * private key. Its secret alone, which may have leaked from an app, then gets a token for nobody. Unlike in
 * the unsigned form, everything here is checked by the retailer's clock, and one assertion serves once.
 */
import { createPublicKey } from 'node:crypto';
import { limits } from '@aislechat/contract';
import {
  calculateJwkThumbprint,
  decodeProtectedHeader,
  errors,
  importJWK,
  type JWK,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import type { ApplicationRow, AssertionKeyRow, Store } from '../../storage/store.ts';
import { hashSecret } from './secrets.ts';

export type SubjectKind = 'user' | 'shopper';

export interface SignedAssertion {
  /** The retailer's own ID of the user or shopper. */
  subject: string;
  /** What is remembered so that it serves once. */
  hash: string;
  expiresAt: number;
}

/** How far the signer's clock may be ahead when it says at what time it signed. */
const clockToleranceMs = 60_000;

/** What the header says it is: one that was signed for a user must not serve as a shopper's of the same ID, nor the reverse. */
const typesOf: Record<SubjectKind, readonly (string | undefined)[]> = {
  user: [undefined, 'jwt'],
  shopper: ['shopper+jwt'],
};

/** Three parts: the unsigned form has no dot. */
export const isSigned = (assertion: string): boolean => assertion.split('.').length === 3;

/**
 * @param now the retailer's time
 * @returns undefined for anything but a good one: whoever is refused learns no reason
 * @throws StorageUnavailable
 */
export async function verifyAssertion(
  store: Store,
  application: ApplicationRow,
  kind: SubjectKind,
  assertion: string,
  now: number,
): Promise<SignedAssertion | undefined> {
  if (assertion.length > limits.assertionCharacters) return undefined;
  const { retailerId, id: applicationId } = application;
  const header = headerOf(assertion);
  if (!header) return undefined;
  if (!typesOf[kind].includes(header.type)) return undefined;
  const key = await store.read.assertionKeys.find(retailerId, applicationId, header.keyId);
  const claims = key && (await claimsOf(assertion, key, application.clientId, now));
  if (!claims) return undefined;
  const { sub, exp, iat, jti } = claims;
  // A NumericDate may have any number of decimals.
  const expiresAt = Math.floor(exp! * 1000);
  if (expiresAt > now + limits.assertionLifetimeMs || iat! * 1000 > now + clockToleranceMs) return undefined;
  if (!isIdentifier(sub) || !isIdentifier(jti)) return undefined;
  return { subject: sub, hash: hashSecret(`${applicationId} ${jti}`), expiresAt };
}

function headerOf(assertion: string): { keyId: string; type: string | undefined } | undefined {
  try {
    const { kid, typ } = decodeProtectedHeader(assertion);
    const type: unknown = typ;
    if (!isIdentifier(kid) || !(type === undefined || typeof type === 'string')) return undefined;
    // RFC 7515, section 4.1.9: the prefix may be there or not.
    return { keyId: kid, type: type?.toLowerCase().replace(/^application\//, '') };
  } catch (error) {
    // What jose throws at a header that is none.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

async function claimsOf(
  assertion: string,
  key: AssertionKeyRow,
  audience: string,
  now: number,
): Promise<JWTPayload | undefined> {
  // The algorithm is the key's, whatever the header says.
  const publicKey = await importJWK(JSON.parse(key.publicKey), key.algorithm);
  try {
    const { payload } = await jwtVerify(assertion, publicKey, {
      algorithms: [key.algorithm],
      audience,
      currentDate: new Date(now),
      requiredClaims: ['sub', 'exp', 'iat', 'jti'],
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

/** PostgreSQL stores no U+0000, and half a surrogate pair would be stored as another character. */
const isIdentifier = (value: unknown): value is string =>
  typeof value === 'string' &&
  value !== '' &&
  value.length <= limits.identifierCharacters &&
  !value.includes('\0') &&
  value.isWellFormed();

/**
 * A public key as a PEM or a JWK; undefined when it is neither, or of a kind that is not used.
 * @param kid goes before the key's own, which goes before its thumbprint
 */
export async function readPublicKey(
  text: string,
  kid?: string,
): Promise<Pick<AssertionKeyRow, 'keyId' | 'algorithm' | 'publicKey'> | undefined> {
  try {
    const given: JWK = text.trimStart().startsWith('{') ? JSON.parse(text) : {};
    const key =
      given.kty === undefined ? createPublicKey(text) : createPublicKey({ key: given, format: 'jwk' });
    const { kty, crv, x, y } = key.export({ format: 'jwk' }) as JWK;
    const algorithm = algorithms[`${kty} ${crv}`];
    if (algorithm === undefined) return undefined;
    const jwk = { kty, crv, x, ...(y !== undefined && { y }) } as JWK;
    const keyId = kid ?? given.kid ?? (await calculateJwkThumbprint(jwk));
    return isIdentifier(keyId) ? { keyId, algorithm, publicKey: JSON.stringify(jwk) } : undefined;
  } catch {
    return undefined;
  }
}

const algorithms: Record<string, AssertionKeyRow['algorithm']> = {
  'EC P-256': 'ES256',
  'OKP Ed25519': 'EdDSA',
};

/** Whether the text has a private key in it, which has no business here. */
export const holdsPrivateKey = (text: string): boolean => /PRIVATE KEY/.test(text) || /"d"\s*:/.test(text);
