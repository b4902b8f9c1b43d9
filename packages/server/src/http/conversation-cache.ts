/**
 * Ready-made answers. An entry serves while the order's version, its expiry and the retailer's settings
 * are those it was made from; that is asked of the database on every read, so it can never be stale. The
 * cache is bounded in bytes and holds text only in memory.
 */
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Located } from '../domain/chat/read.ts';
import type { RetailerRow } from '../storage/store.ts';

export interface ReadyAnswer {
  readonly bytes: Buffer;
  /** Strong: made of the content. */
  readonly etag: string;
}

interface Entry extends ReadyAnswer {
  version: number;
  retailerVersion: number;
  isExpired: boolean;
}

/** What an entry costs besides its bytes. */
const entryOverheadBytes = 512;

export class ConversationCache {
  readonly #entries: LRUCache<string, Entry>;

  constructor(maxBytes: number) {
    this.#entries = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: (entry) => entry.bytes.length + entryOverheadBytes,
    });
  }

  /** @param build makes the answer and tells the version of the rows it was made from */
  async get(
    kind: 'chat' | 'all',
    { order, isExpired }: Located,
    retailer: RetailerRow,
    build: () => Promise<{ version: number; body: unknown }>,
  ): Promise<ReadyAnswer> {
    const key = `${kind}/${order.retailerId}/${order.id}`;
    const kept = this.#entries.get(key);
    if (
      kept &&
      kept.version === order.version &&
      kept.isExpired === isExpired &&
      kept.retailerVersion === retailer.version
    ) {
      return kept;
    }
    const { version, body } = await build();
    const bytes = bytesOf(JSON.stringify(body));
    const etag = `"${hash('sha256', bytes, 'base64url').slice(0, 22)}"`;
    const entry = { bytes, etag, version, isExpired, retailerVersion: retailer.version };
    this.#entries.set(key, entry);
    return entry;
  }
}

/** Not from Node's shared pool, where a small answer would keep its large neighbours alive. */
function bytesOf(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}

/** RFC 9110 section 13.1.2: any of the listed tags, compared weakly, or `*`. */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag) return true;
  return ifNoneMatch
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === etag || tag === '*');
}
