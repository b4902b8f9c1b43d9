/**
 * The conversation about an order. It is fetched only after the reader has given a reason, and the audit log records
 * the reason first. After each new message it is fetched again with the same reason. This continues the reading that was
 * recorded, until the server records it again.
 */
import { type SupportConversation, thumbnailOf } from '@aislechat/client';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { plain, time } from './parts.ts';
import { askWhy, type Why } from './reason.ts';
import { ConsoleView } from './view.ts';

/** The names of the participants, by their internal ID. */
export type Names = Map<number, string>;
type Message = SupportConversation['chat_messages'][number];
type Notice = SupportConversation['lifecycle_messages'][number];

/** Events of an order's log that change the conversation. */
export const ofConversation = [
  'message',
  'messages_read',
  'lifecycle_message',
  'chat_expired',
  'texts_erased',
];

export class ConversationView extends ConsoleView {
  static override properties = {
    orderId: { attribute: false },
    newest: { attribute: false },
    player: { attribute: false },
    why: { state: true },
    conversation: { state: true },
    needsWords: { state: true },
  };
  declare orderId: string;
  /** The number of the last event that is relevant here. */
  declare newest: number;
  /** The ID of the shopper who is played, in the sandbox: the chat is shown as that shopper sees it, without asking why. */
  declare player: number | undefined;
  declare why: Why | undefined;
  declare conversation: SupportConversation | undefined;
  /** Whether the chosen reason says nothing by itself. */
  declare needsWords: boolean;
  #isAtEnd = true;
  /** Of the last answer, which the next request continues. */
  #etag: string | undefined;
  /** `newest` at the last answer. */
  #read: number | undefined;
  /** Sooner than the links to photos expire. */
  protected override readonly everyMs = 5 * 60_000;

  protected override willUpdate(changed: PropertyValues): void {
    const isOther = changed.has('orderId') && changed.get('orderId') !== undefined;
    if (isOther) {
      this.why = undefined;
      this.conversation = undefined;
      this.#etag = undefined;
    }
    if (this.player !== undefined && !this.why) {
      this.why = { reason: 'Playing the shopper in the sandbox', agent: this.session.name };
      void this.lookAgain();
    } else if (isOther) {
      this.#isAtEnd = true;
    } else if (changed.has('newest') && this.conversation) void this.lookAgain();
  }

  protected override async look(): Promise<void> {
    const { why, orderId, newest, conversation: shown } = this;
    if (!why) return;
    // A page that is merely left open reads nothing, unless its links to photos need to be renewed.
    const hasPhotos = shown?.chat_messages.some(({ image }) => image);
    if (shown && this.#read === newest && !hasPhotos) return;
    const { etag, conversation } = await this.session.connection.read(
      'GET',
      `/v1/orders/${encodeURIComponent(orderId)}/conversation`,
      { query: { ...why }, headers: this.#etag === undefined ? {} : { 'if-none-match': this.#etag } },
      async (response) => ({
        etag: response.headers.get('etag') ?? undefined,
        conversation: response.status === 304 ? undefined : ((await response.json()) as SupportConversation),
      }),
    );
    if (orderId !== this.orderId) return;
    this.#etag = etag;
    this.#read = newest;
    if (!conversation) return;
    this.conversation = conversation;
    const { customer, shoppers = [] } = conversation.metadata;
    const names: Names = new Map([customer, ...shoppers].map(({ id, display_name }) => [id, display_name]));
    this.dispatchEvent(new CustomEvent('names', { detail: names }));
  }

  /** Scrolls to the newest message, unless the reader has scrolled up. */
  protected override updated(changed: PropertyValues): void {
    if (changed.has('conversation')) this.#toEnd();
  }

  #toEnd = (): void => {
    const log = this.renderRoot.querySelector('.messages');
    if (log && this.#isAtEnd) log.scrollTop = log.scrollHeight;
  };

  #scrolled = (event: Event): void => {
    const log = event.target as HTMLElement;
    this.#isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 48;
  };

  #give = (why: Why): void => {
    this.why = why;
    this.#etag = undefined;
    void this.lookAgain();
  };

  protected override render(): TemplateResult {
    const { conversation } = this;
    if (conversation) return html`${this.notes()} ${this.#said(conversation)}`;
    return html`${this.notes()} ${this.player === undefined ? this.#ask() : nothing}`;
  }

  #ask(): TemplateResult {
    return askWhy(this.session, {
      what: 'the conversation',
      needsWords: this.needsWords,
      chosen: (needsWords) => {
        this.needsWords = needsWords;
      },
      give: this.#give,
    });
  }

  #said({ chat_messages, lifecycle_messages, metadata }: SupportConversation): TemplateResult {
    const names = new Map(
      [metadata.customer, ...(metadata.shoppers ?? [])].map((who) => [who.id, who.display_name]),
    );
    const rows = [
      ...chat_messages.map((message) => ({ key: `m${message.id}`, at: message.created_at, message })),
      ...lifecycle_messages.map((notice) => ({ key: `n${notice.id}`, at: notice.created_at, notice })),
    ].sort((a, b) => a.at.localeCompare(b.at));
    const reason = html`<p class="muted">
        Reason: “<span dir="auto">${this.why!.reason}</span>”. New messages appear by themselves. The audit log has an entry for every 15 minutes in which they were read.
      </p>`;
    return html`${this.player === undefined ? reason : nothing}
      ${metadata.is_expired ? html`<p>The chat has expired, and its texts are erased.</p>` : nothing}
      ${rows.length === 0 && !metadata.is_expired ? html`<p class="muted">No messages yet.</p>` : nothing}
      <div
        class="messages ${this.player === undefined ? '' : 'played'}"
        tabindex="0"
        role="log"
        aria-label="Messages"
        @scroll=${this.#scrolled}
      >
        ${repeat(
          rows,
          ({ key }) => key,
          (row) => ('message' in row ? this.#message(row.message, names) : this.#notice(row.notice)),
        )}
      </div>`;
  }

  #message(
    { sender_type, sender_id, created_at, body, image, read_at }: Message,
    names: Names,
  ): TemplateResult {
    const role = sender_type === 'user' ? 'customer' : 'shopper';
    const isPlayed = sender_type === 'driver' && sender_id === this.player;
    return html`<div class="message ${sender_type}">
      <div class=${isPlayed ? 'hidden' : 'by'}>
        <bdi>${names.get(sender_id) ?? ''}</bdi> <span class="muted">${role}</span>
      </div>
      ${body === '' ? nothing : html`<div class="text" dir="auto">${body}</div>`}
      ${
        image
          ? html`<a href=${image} target="_blank" rel="noreferrer"><img src=${thumbnailOf(image)} alt="Photo in the message" referrerpolicy="no-referrer" loading="lazy" @load=${this.#toEnd} /></a>`
          : nothing
      }
      <div class="at">${time(created_at)}${read_at ? ', read' : ''}</div>
    </div>`;
  }

  #notice({ type, body, created_at }: Notice): TemplateResult {
    return html`<div class="notice muted"><span dir="auto">${body || plain(type)}</span>, ${time(created_at)}</div>`;
  }

  static override styles = [
    ...ConsoleView.styles,
    css`
      .messages {
        max-block-size: 32rem;
        overflow-y: auto;
      }
      .message {
        inline-size: fit-content;
        max-inline-size: min(32rem, 85%);
        padding: 0.5rem 0.75rem;
        border: 1px solid var(--_line);
        border-radius: 0.75rem;
        border-start-start-radius: 0.125rem;
        background: var(--_bubble);
        margin-block-end: 0.5rem;
      }
      .driver {
        margin-inline-start: auto;
        border-color: var(--_link);
        border-radius: 0.75rem;
        border-start-end-radius: 0.125rem;
        background: var(--_surface);
      }
      /* As on the shopper's page. */
      .played {
        max-block-size: 24rem;
        padding: 0.5rem;
        border: 1px solid var(--_line);
        border-radius: 0.75rem;
        margin-block-end: 0.75rem;
      }
      .played .message {
        border-radius: 1.125rem;
        border-end-start-radius: 0.25rem;
        border-color: transparent;
      }
      .played .driver {
        border-end-start-radius: 1.125rem;
        border-end-end-radius: 0.25rem;
        background: var(--_accent);
        color: var(--_on-accent);
      }
      .played .driver :is(.muted, .at) {
        color: inherit;
      }
      .notice {
        margin-block: 0.25rem 0.75rem;
        font-size: 0.875rem;
        text-align: center;
      }
      .by,
      .at {
        font-size: 0.8125rem;
      }
      .by {
        font-weight: 600;
      }
      .by .muted {
        font-weight: 400;
      }
      .at {
        color: var(--_muted);
        text-align: end;
      }
      .text {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      img {
        display: block;
        max-inline-size: min(15rem, 100%);
        max-block-size: 15rem;
        border-radius: 0.5rem;
        margin-block-start: 0.25rem;
      }
    `,
  ];
}
customElements.define('aislechat-console-conversation', ConversationView);
