/**
 * Signed assertions (RFC 7523): the holder of the application's private key names the person a token will speak
 * for. With signing on, the application's secret, which may have leaked from an app, is not enough to get a token.
 * Unlike the unsigned form, a signed assertion is checked against the retailer's clock and is accepted only once.
 */
import { createPublicKey } from 'node:crypto';
import { limits } from '@aislechat/contract';
import type { JWK, JWTPayload } from 'jose';
import type { ApplicationRow, AssertionKeyRow, Store } from '../../storage/store.ts';
import { hashSecret } from './secrets.ts';

export type SubjectKind = 'user' | 'shopper';

export interface SignedAssertion {
  /** The retailer's own ID of the user or shopper. */
  subject: string;
  /** Stored so that the assertion is accepted only once. */
  hash: string;
  expiresAt: number;
  /** The banner whose user or shopper it is. Needed in an organization with several. */
  banner: unknown;
}

/** Loaded only with the first signed assertion. */
const jose = () => import('jose');

/** How far in the future the signer's issue time may be, to allow for clock skew. */
const clockToleranceMs = 60_000;

/**
 * The `typ` values accepted in the header. An assertion signed for a user must not be accepted for a shopper with
 * the same ID, nor the reverse.
 */
const typesOf: Record<SubjectKind, readonly (string | undefined)[]> = {
  user: [undefined, 'jwt'],
  shopper: ['shopper+jwt'],
};

/** A signed assertion has three parts separated by dots; the unsigned form has no dot. */
export const isSigned = (assertion: string): boolean => assertion.split('.').length === 3;

/**
 * @param now the retailer's time
 * @returns undefined for any invalid assertion: the client does not learn why it was refused
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
  const header = await headerOf(assertion);
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
  return { subject: sub, hash: hashSecret(`${applicationId} ${jti}`), expiresAt, banner: claims.banner };
}

async function headerOf(assertion: string): Promise<{ keyId: string; type: string | undefined } | undefined> {
  const { decodeProtectedHeader } = await jose();
  try {
    const { kid, typ } = decodeProtectedHeader(assertion);
    const type: unknown = typ;
    if (!isIdentifier(kid) || !(type === undefined || typeof type === 'string')) return undefined;
    // RFC 7515, section 4.1.9: the `application/` prefix is optional.
    return { keyId: kid, type: type?.toLowerCase().replace(/^application\//, '') };
  } catch (error) {
    // jose throws a TypeError for a malformed header.
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
  const { errors, importJWK, jwtVerify } = await jose();
  // The algorithm comes from the key, whatever the header says.
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

/** PostgreSQL cannot store U+0000, and would store a lone surrogate as another character. */
const isIdentifier = (value: unknown): value is string =>
  typeof value === 'string' &&
  value !== '' &&
  value.length <= limits.identifierCharacters &&
  !value.includes('\0') &&
  value.isWellFormed();

/**
 * A public key from a PEM or a JWK; undefined when it is neither, or of an unsupported type.
 * @param kid takes precedence over the key's own ID, which takes precedence over its thumbprint
 */
export async function readPublicKey(
  text: string,
  kid?: string,
): Promise<Pick<AssertionKeyRow, 'keyId' | 'algorithm' | 'publicKey'> | undefined> {
  const { calculateJwkThumbprint } = await jose();
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

/** Whether the text contains a private key, which must never be sent here. */
export const holdsPrivateKey = (text: string): boolean => /PRIVATE KEY/.test(text) || /"d"\s*:/.test(text);
