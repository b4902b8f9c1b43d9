/**
 * Signatures of callbacks, according to Standard Webhooks (standardwebhooks.com, specification 1.0.0): HMAC-SHA-256 of
 * `id.timestamp.body`, in Base64, with a secret of the form `whsec_` plus Base64. During a rotation of the secret a
 * callback has a signature for each of the two secrets. Runs wherever Web Crypto is available.
 */

export const signatureHeaders = {
  id: 'webhook-id',
  timestamp: 'webhook-timestamp',
  signature: 'webhook-signature',
} as const;

const secretPrefix = 'whsec_';
const version = 'v1';
/** A callback with an older timestamp, or one as far in the future, may be a replay. */
const toleranceSeconds = 5 * 60;

export class SignatureError extends Error {
  override readonly name = 'SignatureError';
}

export interface SignedCallback {
  id: string;
  /** Seconds since the epoch, as text. */
  timestamp: string;
  /** The body exactly as received, not parsed and serialized again. */
  body: string;
}

/** Returns the value of `webhook-signature`, with one signature for each secret. */
export async function signCallback(secrets: readonly string[], callback: SignedCallback): Promise<string> {
  const signatures = secrets.map(async (secret) => {
    const bytes = await crypto.subtle.sign('HMAC', await keyOf(secret), contentOf(callback));
    return `${version},${toBase64(new Uint8Array(bytes))}`;
  });
  return (await Promise.all(signatures)).join(' ');
}

/**
 * Resolves if one of the signatures was made with one of the secrets, within five minutes of `nowMs`.
 * @param headers the request headers, with names in lower case
 * @throws SignatureError
 */
export async function verifyCallback(
  secrets: readonly string[],
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
  nowMs: number = Date.now(),
): Promise<void> {
  const [id, timestamp, signature] = [
    signatureHeaders.id,
    signatureHeaders.timestamp,
    signatureHeaders.signature,
  ].map((name) => headers[name]);
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signature !== 'string') {
    throw new SignatureError('The callback carries no signature');
  }
  if (!/^\d{1,12}$/.test(timestamp)) throw new SignatureError('The timestamp cannot be read');
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > toleranceSeconds) {
    throw new SignatureError('The callback was signed too long ago, or a clock is wrong');
  }
  const content = contentOf({ id, timestamp, body });
  const given = signature.split(' ').filter((part) => part.startsWith(`${version},`));
  for (const secret of secrets) {
    const key = await keyOf(secret);
    for (const part of given) {
      const bytes = fromBase64(part.slice(version.length + 1));
      // Compares in constant time.
      if (bytes && (await crypto.subtle.verify('HMAC', key, bytes, content))) return;
    }
  }
  throw new SignatureError('No signature fits');
}

const contentOf = ({ id, timestamp, body }: SignedCallback) =>
  new TextEncoder().encode(`${id}.${timestamp}.${body}`);

/** @throws SignatureError if the secret is malformed */
function keyOf(secret: string) {
  const bytes = secret.startsWith(secretPrefix) ? fromBase64(secret.slice(secretPrefix.length)) : undefined;
  if (!bytes) throw new SignatureError(`A secret consists of ${secretPrefix} and Base64 text`);
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
}

const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
