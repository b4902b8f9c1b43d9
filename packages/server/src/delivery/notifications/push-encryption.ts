/** Encrypts a push message for a browser (RFC 8291), in one record of the content coding `aes128gcm` (RFC 8188). */
import { createCipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import type { PushTarget } from '../../domain/notifications/notifications.ts';

const curve = 'prime256v1';
const publicKeyBytes = 65;
/** Push services must accept bodies of this size (RFC 8030, 7.2). */
const recordBytes = 4096;
/** Marks the last record; padding would follow it. */
const lastRecord = Buffer.from([2]);

/** What is random in an encryption; tests give what the RFC uses in its example. */
export interface Ephemeral {
  privateKey: Buffer;
  salt: Buffer;
}

function newEphemeral(): Ephemeral {
  const pair = createECDH(curve);
  pair.generateKeys();
  return { privateKey: pair.getPrivateKey(), salt: randomBytes(16) };
}

/** @throws Error if the device's public key is not a point on the curve */
export function encryptPush(
  { p256dh, auth }: Pick<PushTarget, 'p256dh' | 'auth'>,
  text: string,
  { privateKey, salt }: Ephemeral = newEphemeral(),
): Buffer {
  const receiver = Buffer.from(p256dh, 'base64url');
  const own = createECDH(curve);
  own.setPrivateKey(privateKey);
  const sender = own.getPublicKey();
  const context = Buffer.concat([Buffer.from('WebPush: info\0'), receiver, sender]);
  const secret = hkdf(own.computeSecret(receiver), Buffer.from(auth, 'base64url'), context, 32);
  const key = hkdf(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const nonce = hkdf(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  const record = [
    cipher.update(text, 'utf8'),
    cipher.update(lastRecord),
    cipher.final(),
    cipher.getAuthTag(),
  ];
  const sizes = Buffer.alloc(5);
  sizes.writeUInt32BE(recordBytes);
  sizes.writeUInt8(publicKeyBytes, 4);
  return Buffer.concat([salt, sizes, sender, ...record]);
}

const hkdf = (secret: Buffer, salt: Buffer, info: Buffer, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, info, bytes));
