/**
 * The conversation of one order, as one side sees it. It is built from the order's log, from the first event on, and
 * does not use the DOM.
 *
 * loading -> ready        the log has been read to its end; from then on the stream delivers each event once
 * '------> expired | removed | lost | unknown | refused      nothing is shown or kept
 *
 * Messages that are being sent come from the outbox. A message may appear in the log before the response to its request
 * arrives. Its copy in the outbox is then hidden, so that it is not shown twice.
 */
import {
  ApiError,
  type ApiErrorFields,
  type ChatState,
  type ChatUser,
  type Connection,
  getChat,
  getOrderEvents,
  getShopperConversation,
  markMessagesRead,
  markReadAsShopper,
  type OrderEvent,
  type Outbox,
  type OutboxMessage,
  type ReportReason,
  reportChat,
  type StreamItem,
  type StreamState,
  typing,
} from '@aislechat/client';
import type { Photos, WithPhoto } from './photos.ts';
import { Replacements } from './replacements.ts';
import { SharedStream } from './shared-stream.ts';

/** As on the wire: `user` is the customer, `driver` is any shopper. */
export type Side = 'user' | 'driver';

export type Phase = 'loading' | 'ready' | 'expired' | 'removed' | 'lost' | 'unknown' | 'refused';

export interface MessageEntry {
  kind: 'message';
  seq: number;
  at: string;
  id: number;
  from: Side;
  senderId: number;
  body: string;
  image: string | undefined;
  isRead: boolean;
  /** The same key as in the outbox, so that the row on the screen stays the same. */
  key: string;
}
export interface NoticeEntry {
  kind: 'notice';
  seq: number;
  at: string;
  /** The type of a lifecycle message or of an event. */
  type: string;
  body: string;
}
export interface HandOverEntry {
  kind: 'hand-over';
  seq: number;
  at: string;
  /** Of the shopper. */
  id: number;
  isFirst: boolean;
}
export type Entry = MessageEntry | NoticeEntry | HandOverEntry;

/** An outgoing message. A `sent` one is acknowledged, and its event has not arrived yet. */
export interface Outgoing {
  key: string;
  body: string;
  /** The name under which its photo is stored. */
  photo: string | undefined;
  state: 'pending' | 'sending' | 'failed' | 'sent';
  /** Why the server refused the message, if it failed. */
  reason: ApiErrorFields['name'] | undefined;
}

export interface ConversationOptions {
  connection: Connection;
  orderId: string;
  side: Side;
  outbox: Outbox;
  photos?: Photos;
  /** Called after each change. */
  onChange: () => void;
  /** Called when anything but a message has happened to the order. */
  onOrder?: () => void;
  /** Shared with a page that shows the items too. */
  replacements?: Replacements | undefined;
}

const typingShownMs = 5_000;
const typingEveryMs = 3_000;
const imagesAgainMs = 5_000;
const endedAgainMs = 5_000;
const loadAgain = { leastMs: 1_000, mostMs: 20_000 };

export class Conversation {
  readonly orderId: string;
  readonly side: Side;
  phase: Phase = 'loading';
  /** Increases with every change. */
  revision = 0;
  entries: Entry[] = [];
  /** All shoppers who have had the order, by their ID. */
  readonly shoppers = new Map<number, ChatUser>();
  workflowState: string | undefined;
  /** When the order was first delivered or canceled. */
  endedAt: string | undefined;
  isOpen = false;
  timeZone = 'UTC';
  /** For how many days the store keeps reported messages; 0 if it keeps none. */
  evidenceDays = 0;
  isOtherTyping = false;
  streamState: StreamState = 'connecting';
  /** The first message that was unread when the reader arrived, or that arrived while the reader was away. */
  unreadFrom: number | undefined;
  /** Whether the reader has the end of the log before them, and so sees a message arrive. The view sets it. */
  isFollowed = false;
  /** The last event that was read. */
  seq = 0;
  /** What was written up to this event is erased, and the view drops what was begun by then. */
  erasedTo = -1;

  /** What waits for the customer's answer; undefined on the shopper's side. */
  readonly replacements: Replacements | undefined;

  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #photos: Photos | undefined;
  readonly #onChange: () => void;
  readonly #onOrder: (() => void) | undefined;
  readonly #leaveReplacements: (() => void) | undefined;
  readonly #closing = new AbortController();
  readonly #unsubscribe: () => void;
  #stream: SharedStream | undefined;
  #isRunning = false;
  #endedAt = 0;
  #shopperId = 0;
  #wakeLoading: (() => void) | undefined;
  /** Messages that are acknowledged and not yet in the log. */
  readonly #settling = new Map<number, OutboxMessage>();
  /** Messages of the outbox that are in the log and not yet acknowledged. */
  readonly #arrived = new Set<string>();
  #typingTimer: ReturnType<typeof setTimeout> | undefined;
  #typingSentAt = 0;
  #markedUpTo = 0;
  #isMarking = false;
  #imagesAskedAt = 0;

  constructor(options: ConversationOptions) {
    const { connection, orderId, side, outbox, photos, onChange, onOrder } = options;
    this.#connection = connection;
    this.orderId = orderId;
    this.side = side;
    this.#outbox = outbox;
    this.#photos = photos;
    this.#onChange = onChange;
    this.#onOrder = onOrder;
    if (side === 'user') {
      this.replacements = options.replacements ?? new Replacements(connection, orderId, () => {});
      this.#leaveReplacements = this.replacements.subscribe(() => this.#changed());
    }
    this.#unsubscribe = outbox.subscribe(() => this.#changed());
    void this.#run();
  }

  /** Messages in the outbox that are not in the log, oldest first. */
  get outgoing(): Outgoing[] {
    const settling = [...this.#settling.values()].map((message) => outgoing(message, 'sent'));
    const waiting = this.#outbox
      .messages(this.orderId)
      .filter(({ key, state }) => state === 'failed' || !this.#arrived.has(key))
      .filter(({ key }) => !settling.some((sent) => sent.key === key))
      .map((message) => outgoing(message, message.state));
    return [...settling, ...waiting];
  }

  /** Who has the order. */
  get shopper(): ChatUser | undefined {
    return this.shoppers.get(this.#shopperId);
  }

  /** Unread messages of the other side. */
  get unread(): MessageEntry[] {
    return this.entries.filter(
      (entry): entry is MessageEntry => entry.kind === 'message' && entry.from !== this.side && !entry.isRead,
    );
  }

  get isOffline(): boolean {
    return this.streamState === 'waiting';
  }

  /** @throws the storage's error if the message cannot be stored */
  send(body: string): void {
    this.#add({ body });
  }

  /**
   * @param photo the name under which the photo is stored. @throws the storage's error if the message cannot be stored
   */
  sendPhoto(photo: string, caption: string): void {
    this.#add({ body: caption, photo });
  }

  #add(message: WithPhoto): void {
    // The position is unknown before the log has been read.
    const after = this.seq > 0 ? { after: this.seq } : {};
    const withPlace: WithPhoto = { ...message, ...after };
    this.#outbox.add(this.orderId, withPlace);
    this.unreadFrom = undefined;
    this.#changed();
  }

  retry(key: string): void {
    this.#outbox.retry(key);
  }

  /** Discards a message and its photo. */
  discard(key: string): void {
    const message = this.#outbox.messages(this.orderId).find((waiting) => waiting.key === key);
    if (!message || !this.#outbox.discard(key)) return;
    const { photo } = message.body as WithPhoto;
    if (photo !== undefined) this.#photos?.forget(photo);
  }

  /** Called when the outbox has sent a message, of any order. */
  acknowledged(message: OutboxMessage, id: number): void {
    if (message.orderId !== this.orderId) return;
    // Until now, the same text from another device was taken for this message.
    this.entries = this.entries.map((entry) =>
      entry.kind === 'message' && entry.key === message.key && entry.id !== id
        ? { ...entry, key: `message-${entry.id}` }
        : entry,
    );
    const isShown = this.entries.some((entry) => entry.kind === 'message' && entry.id === id);
    if (!isShown && !this.#closing.signal.aborted) this.#settling.set(id, message);
    this.#arrived.delete(message.key);
    this.#changed();
  }

  /** Notifies the other side that this side is typing, at most every few seconds. */
  notifyTyping(): void {
    const now = Date.now();
    if (!this.isOpen || now - this.#typingSentAt < typingEveryMs) return;
    this.#typingSentAt = now;
    typing(this.#connection, this.orderId).catch(() => {});
  }

  /** Marks messages as read, because the newest message of the other side is visible. */
  async markRead(): Promise<void> {
    const newest = this.unread.at(-1)?.seq ?? 0;
    if (newest <= this.#markedUpTo || this.#isMarking) return;
    const mark = this.side === 'user' ? markMessagesRead : markReadAsShopper;
    this.#isMarking = true;
    try {
      await mark(this.#connection, this.orderId, { signal: this.#closing.signal });
      this.#markedUpTo = newest;
    } catch {
      // The view tries again with the next change, which comes at the latest when the connection is back.
    }
    this.#isMarking = false;
    // The view looks again, since a message may have arrived meanwhile.
    if (this.#markedUpTo === newest) this.#changed();
  }

  /** Gets new links to pictures, because the old ones expire. */
  async renewImages(): Promise<void> {
    const now = Date.now();
    if (now - this.#imagesAskedAt < imagesAgainMs) return;
    this.#imagesAskedAt = now;
    try {
      const messages =
        this.side === 'user'
          ? (await getChat(this.#connection, this.orderId)).chat_messages
          : (await getShopperConversation(this.#connection, this.orderId)).messages;
      const images = new Map(messages.map(({ id, image }) => [id, image]));
      this.entries = this.entries.map((entry) =>
        entry.kind === 'message' && images.get(entry.id) ? { ...entry, image: images.get(entry.id) } : entry,
      );
      this.#changed();
    } catch {
      // The picture stays broken.
    }
  }

  /** Reports the chat, and messages of the other side. @throws ApiError, NetworkError */
  async report(reason: ReportReason, message_ids: number[]): Promise<void> {
    await reportChat(this.#connection, this.orderId, { reason, message_ids });
  }

  /** Catches up at once. A refused or ended chat may be available again, for example after a setting was changed. */
  wake(): void {
    this.#wakeLoading?.();
    this.#stream?.wake();
    if (Date.now() - this.#endedAt >= endedAgainMs) this.reopen();
  }

  /** Reads a refused or ended chat again. */
  reopen(): void {
    if (!this.#isRunning) void this.#run();
  }

  close(): void {
    this.#closing.abort();
    clearTimeout(this.#typingTimer);
    this.#unsubscribe();
    this.#leaveReplacements?.();
    this.#stream?.close();
    this.#wakeLoading?.();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    this.erasedTo = -1;
    try {
      await this.#loadAndFollow();
    } finally {
      this.#isRunning = false;
      this.#endedAt = Date.now();
    }
  }

  async #loadAndFollow(): Promise<void> {
    let failures = 0;
    while (!this.#closing.signal.aborted) {
      try {
        if (!(await this.#load())) return;
        failures = 0;
        if (await this.#follow()) return;
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        const phase = this.#phaseOf(error);
        // Somebody who is erased loses their tokens. The server does not say why a token was revoked.
        if ((error as Error).name === 'token_revoked') this.erasedTo = Infinity;
        if (phase !== undefined) return this.#end(phase);
        failures += 1;
        this.streamState = 'waiting';
        this.#changed();
        await this.#pause(Math.min(loadAgain.mostMs, loadAgain.leastMs * 2 ** (failures - 1)));
      }
    }
  }

  /** Reads the log to its end. @returns whether to follow the stream */
  async #load(): Promise<boolean> {
    while (true) {
      const { signal } = this.#closing;
      const page = await getOrderEvents(this.#connection, this.orderId, { after: this.seq, signal });
      this.#takeChat(page.chat);
      if (page.chat.expired) {
        this.#end('expired');
        return false;
      }
      for (const event of page.events) this.#apply(event);
      this.seq = page.next_after;
      if (page.events.length === 0) break;
    }
    this.phase = 'ready';
    this.streamState = 'connecting';
    this.unreadFrom ??= this.unread[0]?.seq;
    if (this.#hasProposals) this.#refreshReplacements();
    this.#changed();
    return true;
  }

  /** @returns whether the conversation is over */
  async #follow(): Promise<boolean> {
    const { url, retailer = '' } = this.#connection;
    this.#stream = new SharedStream({
      connection: this.#connection,
      orderId: this.orderId,
      name: `aislechat:stream:${url}:${retailer}:${this.side}:${this.orderId}`,
      after: this.seq,
      onState: (state) => {
        this.streamState = state;
        this.#changed();
      },
    });
    for await (const item of this.#stream) {
      if (item.type === 'reload') this.#forget();
      if (item.type === 'reload' || item.type === 'behind') return false;
      if (item.type === 'end') {
        this.#end(endings[item.reason]);
        return true;
      }
      if ('seq' in item) this.seq = item.seq;
      this.#live(item);
      this.#changed();
    }
    return true;
  }

  #live(item: StreamItem): void {
    if (item.type === 'typing' && 'sender_type' in item) {
      if (item.sender_type !== this.side) this.#showTyping(true);
      return;
    }
    // Only the server knows whether messages can be sent, and its stream reports that.
    if (item.type === 'chat') {
      this.#takeChat(item);
      return;
    }
    const event = item as OrderEvent;
    this.#apply(event);
    if (concernsItems(event)) this.#refreshReplacements();
    if (event.type !== 'message' && event.type !== 'messages_read') this.#onOrder?.();
    if (event.type === 'message' && event.message && event.message.sender_type !== this.side) {
      this.#showTyping(false);
      const isOnly = this.unread.length === 1;
      // The line is never above a message that the reader saw arrive.
      if (this.isFollowed) this.unreadFrom = undefined;
      else if (isOnly || this.unreadFrom === undefined) this.unreadFrom = event.seq;
    }
  }

  get #hasProposals(): boolean {
    return this.entries.some((entry) => entry.kind === 'notice' && entry.type === 'order_item_replacement');
  }

  /** A replacement can be answered only while the order is being picked. */
  #refreshReplacements(): void {
    const isPicking = this.workflowState === 'picking';
    this.replacements?.setOpen(isPicking);
    if (isPicking) void this.replacements?.refresh();
  }

  #takeChat({ open, timezone, evidence_days = 0 }: Omit<ChatState, 'expired'>): void {
    this.evidenceDays = evidence_days;
    this.isOpen = open;
    this.timeZone = timezone;
  }

  #apply(event: OrderEvent): void {
    const { seq, at } = event;
    switch (event.type) {
      case 'message':
        if (event.message) this.#applyMessage(seq, event.message);
        break;
      case 'messages_read':
        this.entries = this.entries.map((entry) =>
          entry.kind === 'message' && entry.from === event.sender_type && entry.seq <= (event.up_to ?? 0)
            ? { ...entry, isRead: true }
            : entry,
        );
        break;
      case 'state_changed':
        this.workflowState = event.to;
        if (event.to === 'delivered' || event.to === 'canceled') this.endedAt ??= at;
        break;
      case 'shopper_assigned':
        if (event.shopper) {
          const isFirst = this.shoppers.size === 0;
          const { id } = event.shopper;
          this.#shopperId = id;
          this.shoppers.set(id, event.shopper);
          this.#show({ kind: 'hand-over', seq, at, id, isFirst });
        }
        break;
      case 'lifecycle_message':
        this.#show({ kind: 'notice', seq, at, type: event.kind ?? '', body: event.body ?? '' });
        break;
      case 'late_delivery':
        this.#show({ kind: 'notice', seq, at, type: 'late', body: '' });
        break;
      case 'replacement_answered': {
        const type = event.replacement?.status === 'APPROVED' ? 'approved' : 'rejected';
        this.#show({ kind: 'notice', seq, at, type, body: '' });
        break;
      }
      case 'texts_erased':
        this.#erase(event);
        break;
      case 'replacement_reopened':
        this.#show({ kind: 'notice', seq, at, type: 'reopened', body: '' });
        break;
      default:
        break;
    }
  }

  /** Drops what somebody's erasure removed: the messages of one shopper with their name, or everybody's. */
  #erase({ up_to = 0, shopper }: OrderEvent): void {
    if (shopper) this.shoppers.set(shopper.id, shopper);
    else this.erasedTo = up_to;
    this.entries = this.entries.filter(
      (entry) => entry.kind !== 'message' || entry.seq > up_to || (shopper && entry.senderId !== shopper.id),
    );
    this.#settling.clear();
  }

  #applyMessage(seq: number, message: NonNullable<OrderEvent['message']>): void {
    const { id, sender_type: from, body, image } = message;
    const isOwn = from === this.side;
    const key = (isOwn && this.#keyOf({ seq, id, body })) || `message-${id}`;
    this.#settling.delete(id);
    this.#show({
      kind: 'message',
      seq,
      at: message.created_at,
      id,
      from,
      senderId: message.sender_id,
      body,
      image,
      isRead: message.read,
      key,
    });
  }

  /**
   * Returns the outbox key of a message in the log. Until the response with its ID arrives, the message is identified
   * by its text and its position in the log, never by a time, because the device's clock differs from the server's.
   */
  #keyOf({ seq, id, body }: { seq: number; id: number; body: string }): string | undefined {
    const settled = this.#settling.get(id);
    if (settled) return settled.key;
    const sending = this.#outbox.messages(this.orderId).find((waiting) => {
      const { after } = waiting.body as WithPhoto;
      const isFree = waiting.state !== 'failed' && !this.#arrived.has(waiting.key);
      const isLater = after !== undefined && seq > after;
      return isFree && isLater && (waiting.body.body ?? '').trim() === body.trim();
    });
    if (sending) this.#arrived.add(sending.key);
    return sending?.key;
  }

  #show(entry: Entry): void {
    this.entries = [...this.entries, entry];
  }

  #showTyping(isTyping: boolean): void {
    clearTimeout(this.#typingTimer);
    this.isOtherTyping = isTyping;
    if (!isTyping) return;
    this.#typingTimer = setTimeout(() => {
      this.isOtherTyping = false;
      this.#changed();
    }, typingShownMs);
  }

  /** @returns undefined if the error is temporary */
  #phaseOf(error: unknown): Phase | undefined {
    const phase = phaseOf(error);
    // If this shopper has read any of the order, or has written to it, another shopper must have it now.
    const hasRead = this.seq > 0 || this.phase === 'ready' || this.phase === 'lost';
    const hadIt = hasRead || this.#outbox.messages(this.orderId).length > 0;
    return phase === 'unknown' && this.side === 'driver' && hadIt ? 'lost' : phase;
  }

  #end(phase: Phase): void {
    this.#forget();
    this.phase = phase;
    // The order of a customer who was erased is nobody's.
    if (phase === 'expired' || (phase === 'unknown' && this.side === 'user')) this.erasedTo = Infinity;
    // These messages will never be read, and a device must not keep texts after their chat has expired.
    if (phase === 'expired') for (const { key } of this.#outbox.messages(this.orderId)) this.discard(key);
    this.isOpen = false;
    this.#changed();
  }

  #forget(): void {
    this.seq = 0;
    this.entries = [];
    this.shoppers.clear();
    this.unreadFrom = undefined;
    this.endedAt = undefined;
    this.#settling.clear();
    this.replacements?.setOpen(false);
    this.#showTyping(false);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wakeLoading = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #changed(): void {
    if (this.#closing.signal.aborted) return;
    this.revision += 1;
    this.#onChange();
  }
}

const endings = {
  chat_expired: 'expired',
  shopper_pii: 'removed',
  order_out_of_reach: 'lost',
} as const satisfies Record<string, Phase>;

const concernsItems = ({ type, kind }: OrderEvent): boolean =>
  type === 'item_changed' ||
  type === 'replacement_answered' ||
  type === 'replacement_reopened' ||
  type === 'state_changed' ||
  (type === 'lifecycle_message' && (kind === 'order_item_replacement' || kind === 'order_item_refund'));

/** @returns undefined if the error is temporary */
function phaseOf(error: unknown): Phase | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.status >= 500 || error.status === 408 || error.status === 429) return undefined;
  if (error.name === 'shopper_pii') return 'removed';
  return error.status === 401 || error.status === 403 ? 'refused' : 'unknown';
}

const outgoing = ({ key, body, error }: OutboxMessage, state: Outgoing['state']): Outgoing => ({
  key,
  body: body.body ?? '',
  photo: (body as WithPhoto).photo,
  state,
  reason: error?.name,
});
