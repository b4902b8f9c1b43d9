/**
 * Ready-made answers. An entry serves while the order's version, its expiry, the time of its links to images
 * and the retailer's settings are those it was made from; that is asked of the database on every read, so it
 * can never be stale. An answer is kept from the second time it is made: what is polled stays, what is read
 * once does not push it out. The cache is bounded in bytes and holds text only in memory.
 */
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Located } from '../../domain/chat/read.ts';
import { linksExpireAt } from '../../domain/images/links.ts';
import type { RetailerRow } from '../../storage/store.ts';

export interface ReadyAnswer {
  /** Text, not bytes: Node sends it in one piece with the headers, where bytes need a second one. */
  readonly text: string;
  readonly byteLength: number;
  /** Strong: made of the content. */
  readonly etag: string;
}

interface Entry extends ReadyAnswer {
  version: number;
  retailerVersion: number;
  isExpired: boolean;
  /** When the links in it stop to work, on the retailer's clock; undefined where there are none. */
  linksExpireAt: number | undefined;
}

/** Conversations of which is remembered that they were read once. */
const rememberedReads = 10_000;
/** What an entry costs besides its text. */
const entryOverheadBytes = 512;

export class ConversationCache {
  readonly #entries: LRUCache<string, Entry>;
  /** The version in which a conversation was lately read for the first time. */
  readonly #readOnce = new LRUCache<string, number>({ max: rememberedReads });

  constructor(maxBytes: number) {
    this.#entries = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: (entry) => entry.byteLength + entryOverheadBytes,
    });
  }

  /** @param build makes the answer and tells the version of the rows it was made from */
  async get(
    kind: 'chat' | 'all',
    { order, isExpired, now }: Located,
    retailer: RetailerRow,
    build: () => Promise<{ version: number; body: unknown; hasLinks: boolean }>,
  ): Promise<ReadyAnswer> {
    const key = `${kind}/${order.retailerId}/${order.id}`;
    const kept = this.#entries.get(key);
    if (
      kept &&
      kept.version === order.version &&
      kept.isExpired === isExpired &&
      (kept.linksExpireAt === undefined || kept.linksExpireAt === linksExpireAt(now)) &&
      kept.retailerVersion === retailer.version
    ) {
      return kept;
    }
    const { version, body, hasLinks } = await build();
    const text = JSON.stringify(body);
    const entry = {
      text,
      byteLength: Buffer.byteLength(text),
      etag: `"${hash('sha256', text, 'base64url').slice(0, 22)}"`,
      version,
      isExpired,
      linksExpireAt: hasLinks ? linksExpireAt(now) : undefined,
      retailerVersion: retailer.version,
    };
    if (this.#readOnce.get(key) === version) this.#entries.set(key, entry);
    else this.#readOnce.set(key, version);
    return entry;
  }
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
