/**
 * Seals secrets that must be readable again, with a key kept outside the database: AES-256-GCM, bound to the
 * secret's owner. With several keys, the first seals and all open, which allows key rotation.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
export const sealingKeyBytes = 32;

export class SecretBox {
  readonly #keys: readonly Buffer[];

  /** @param keys at least one, each of 32 bytes */
  constructor(keys: readonly Buffer[]) {
    this.#keys = keys;
  }

  /** @param owner what the secret belongs to: it opens for this owner only */
  seal(secret: string, owner: string): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.#keys[0]!, nonce).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** @throws Error when no key opens it */
  open(sealed: string, owner: string): string {
    const bytes = Buffer.from(sealed, 'base64url');
    const nonce = bytes.subarray(0, nonceBytes);
    const tag = bytes.subarray(nonceBytes, nonceBytes + tagBytes);
    for (const key of this.#keys) {
      try {
        const decipher = createDecipheriv(algorithm, key, nonce).setAAD(Buffer.from(owner)).setAuthTag(tag);
        const secret = [decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()];
        return Buffer.concat(secret).toString('utf8');
      } catch {
        // Sealed with another key.
      }
    }
    throw new Error('No key in AISLECHAT_SECRETS_KEY opens a secret in the database');
  }
}
