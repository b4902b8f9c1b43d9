/**
 * Caches serialized conversations. An entry is valid while four values are those it was built from: the order's
 * version, its expiry, the expiry of its image links, and the retailer's settings. Every read compares them with the
 * database, so an entry is never stale. The cache stores a conversation from the second read of a version on: polled
 * conversations stay, and a single read evicts nothing. The cache is bounded in bytes and lives in memory only.
 */
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { boundedCache } from '../../domain/bounded-cache.ts';
import type { Conversation, Located } from '../../domain/chat/read.ts';
import { linksExpireAt } from '../../domain/images/links.ts';
import type { RetailerRow } from '../../storage/store.ts';

export interface ReadyAnswer {
  /** Text rather than bytes: Node sends a string together with the headers in one write, and bytes in a second one. */
  readonly text: string;
  readonly byteLength: number;
  /** A strong validator, computed from the content. */
  readonly etag: string;
}

interface Entry extends ReadyAnswer {
  version: number;
  retailerVersion: number;
  isExpired: boolean;
  /** When the first image link expires, on the retailer's clock; undefined if there are no links. */
  linksExpireAt: number | undefined;
}

/** With the messages of the chat alone, or with automated notices too. */
export type ConversationKind = 'chat' | 'all';

/** How many first reads the cache remembers. */
const rememberedReads = 10_000;
/** Bytes that an entry takes besides its text. */
const entryOverheadBytes = 512;

export class ConversationCache {
  readonly #entries: LRUCache<string, Entry>;
  /** The version at which each conversation was last read for the first time. */
  readonly #readOnce = boundedCache<string, number>(rememberedReads);

  constructor(maxBytes: number) {
    this.#entries = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: (entry) => entry.byteLength + entryOverheadBytes,
    });
  }

  find(kind: ConversationKind, located: Located, retailer: RetailerRow): ReadyAnswer | undefined {
    const entry = this.#entries.get(keyOf(kind, located));
    const isValid =
      entry !== undefined &&
      entry.version === located.order.version &&
      entry.isExpired === located.isExpired &&
      (entry.linksExpireAt === undefined || entry.linksExpireAt === linksExpireAt(located.now)) &&
      entry.retailerVersion === retailer.version;
    return isValid ? entry : undefined;
  }

  /** @param text the serialized conversation */
  keep(
    kind: ConversationKind,
    located: Located,
    retailer: RetailerRow,
    { version, messages }: Conversation,
    text: string,
  ): ReadyAnswer {
    const key = keyOf(kind, located);
    const hasLinks = messages.some(({ imageId }) => imageId !== null);
    const entry = {
      text,
      byteLength: Buffer.byteLength(text),
      etag: `"${hash('sha256', text, 'base64url').slice(0, 22)}"`,
      version,
      isExpired: located.isExpired,
      linksExpireAt: hasLinks ? linksExpireAt(located.now) : undefined,
      retailerVersion: retailer.version,
    };
    if (this.#readOnce.get(key) === version) this.#entries.set(key, entry);
    else this.#readOnce.set(key, version);
    return entry;
  }
}

const keyOf = (kind: ConversationKind, { order }: Located): string =>
  `${kind}/${order.retailerId}/${order.id}`;
