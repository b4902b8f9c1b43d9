/** Random secrets and the only form in which they are kept. */
import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 32 random bytes in 43 URL-safe characters. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** Whether a text can be one: what cannot is looked up nowhere. */
export const isSecret = (text: string): boolean => /^[\w-]{43}$/.test(text);

/** Public, and fit to be typed on a command line. */
export const newClientId = (): string => randomBytes(16).toString('hex');

/** Secrets are random and long, so a plain SHA-256 is enough; base64url. */
export const hashSecret = (secret: string): string => hash('sha256', secret, 'base64url');

/** Compares in constant time, whatever the lengths. */
export const sameText = (a: string, b: string): boolean =>
  timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));

export const keyedHash = (key: string, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64url');
