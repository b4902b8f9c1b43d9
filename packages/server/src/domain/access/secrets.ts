/** Generates random secrets and hashes them. Only the hash is stored. */
import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 32 random bytes in 43 URL-safe characters. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** Whether a text has the form of a secret; if not, there is no need to look it up. */
export const isSecret = (text: string): boolean => /^[\w-]{43}$/.test(text);

/** Public, and short enough to type on a command line. */
export const newClientId = (): string => randomBytes(16).toString('hex');

/** Base64url. Secrets are long and random, so a plain SHA-256 is enough. */
export const hashSecret = (secret: string): string => hash('sha256', secret, 'base64url');

/** Compares in constant time, even when the lengths differ. */
export const sameText = (a: string, b: string): boolean =>
  timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));

/** 128 bits, for a signature that a person may have to type. */
export const shortSignature = (key: string, bytes: Uint8Array): Buffer =>
  createHmac('sha256', key).update(bytes).digest().subarray(0, 16);

export const keyedHash = (key: string, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64url');
