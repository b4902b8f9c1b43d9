/**
 * Authenticated encryption of texts and of the keys of orders: AES-256-GCM. A sealed value is the format's number (1
 * byte), a random nonce (12), the ciphertext, and the tag (16). It opens only for what it was bound to.
 */
import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const format = Buffer.of(1);
const nonceBytes = 12;
const tagBytes = 16;
const start = format.length + nonceBytes;
export const keyBytes = 32;

/** @param boundTo where the value belongs: it does not open anywhere else */
export function seal(key: KeyObject, value: Uint8Array, boundTo: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(boundTo));
  return Buffer.concat([format, nonce, cipher.update(value), cipher.final(), cipher.getAuthTag()]);
}

/** @returns undefined when the value was changed, or belongs to another place or key */
export function unseal(key: KeyObject, sealed: Uint8Array, boundTo: string): Buffer | undefined {
  const end = sealed.length - tagBytes;
  if (end < start || sealed[0] !== format[0]) return undefined;
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(format.length, start), {
    authTagLength: tagBytes,
  })
    .setAAD(Buffer.from(boundTo))
    .setAuthTag(sealed.subarray(end));
  const value = decipher.update(sealed.subarray(start, end));
  try {
    decipher.final();
    return value;
  } catch {
    return undefined;
  }
}
