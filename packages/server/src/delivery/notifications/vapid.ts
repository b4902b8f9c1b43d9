/** Identifies this server to push services (RFC 8292) with a key that its database keeps. */
import { createECDH, createPrivateKey, sign } from 'node:crypto';

/** At most 24 hours. */
const lifetimeMs = 12 * 60 * 60_000;
/** A token is used again for this long. */
const reusedMs = 60 * 60_000;
const maxKept = 1000;

export class Vapid {
  readonly publicKey: string;
  readonly #key: ReturnType<typeof createPrivateKey>;
  readonly #subject: () => string;
  /** By the origin of a push service. */
  readonly #tokens = new Map<string, { token: string; at: number }>();

  /** @param secret 32 bytes in base64url, the private key @param subject where a push service can complain */
  constructor(secret: string, subject: () => string) {
    const pair = createECDH('prime256v1');
    pair.setPrivateKey(secret, 'base64url');
    const point = pair.getPublicKey();
    this.publicKey = point.toString('base64url');
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'));
    const jwk = { kty: 'EC', crv: 'P-256', d: secret, x: x!, y: y! };
    this.#key = createPrivateKey({ format: 'jwk', key: jwk });
    this.#subject = subject;
  }

  /** @param now real time @returns the `Authorization` header for a push service */
  authorization(origin: string, now: number): string {
    let kept = this.#tokens.get(origin);
    if (!kept || Math.abs(now - kept.at) > reusedMs) {
      if (this.#tokens.size >= maxKept) this.#tokens.clear();
      const exp = Math.floor((now + lifetimeMs) / 1000);
      kept = { token: this.#signed({ aud: origin, exp, sub: this.#subject() }), at: now };
      this.#tokens.set(origin, kept);
    }
    return `vapid t=${kept.token}, k=${this.publicKey}`;
  }

  /** A JWT (RFC 7519) with the signature of RFC 7518, 3.4. */
  #signed(claims: Record<string, unknown>): string {
    const text = [{ typ: 'JWT', alg: 'ES256' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = sign('sha256', Buffer.from(text), { key: this.#key, dsaEncoding: 'ieee-p1363' });
    return `${text}.${signature.toString('base64url')}`;
  }
}
