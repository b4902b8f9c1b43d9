/**
 * A conversation on the screen, for the customer or the shopper. Everything that a person wrote is inserted as a text
 * node, and styles are constructed sheets, so it works under the strictest content security policy.
 *
 * A message counts as read once the newest message of the other side is on the screen and the page is in the
 * foreground.
 */
import type { ReportReason } from '@aislechat/client';
import { html, nothing, type PropertyValues, svg, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { chat, colors, controls, sealed } from './chat-style.ts';
import type { Conversation, MessageEntry } from './conversation.ts';
import { type Draft, deviceStorage } from './device-storage.ts';
import { isComposing } from './keyboard.ts';
import { localeAround } from './locale.ts';
import { initialOf, isolated } from './names.ts';
import { type Photos, UnreadablePhoto } from './photos.ts';
import { addressOf, type RowView, rowOf } from './row.ts';
import { SteadyElement } from './steady-element.ts';
import { type MessageRow, type Row, transcript } from './transcript.ts';
import { fill, fillCount, type Words, wordsOf } from './words.ts';

/** The server's limit, in code points. The number of characters left is shown near the limit. */
const longest = 1000;
const countedFrom = 900;
/** How many dropped pictures are sent at once. */
const photosAtOnce = 10;
const reasons = [
  'abusive_language',
  'harassment',
  'asked_for_payment',
  'personal_details',
  'spam',
  'other',
] as const satisfies readonly ReportReason[];
/** A reader within this distance of the end counts as being at the end. */
const endPx = 48;

export const icons = {
  send: svg`<path d="M12 19V5m-6 6 6-6 6 6"/>`,
  down: svg`<path d="m6 9 6 6 6-6"/>`,
  close: svg`<path d="M6 6 18 18M18 6 6 18"/>`,
  back: svg`<path d="m15 5-7 7 7 7"/>`,
  flag: svg`<path d="M6 21V4h11l-2 4 2 4H6"/>`,
  camera: svg`<path d="M4 8h3l2-3h6l2 3h3v11H4z"/><circle cx="12" cy="13" r="3.5"/>`,
};
export const icon = (name: keyof typeof icons) =>
  html`<svg viewBox="0 0 24 24" aria-hidden="true">${icons[name]}</svg>`;

export class ChatPanel extends SteadyElement {
  static override properties = {
    conversation: { attribute: false },
    customer: { attribute: false },
    locale: { state: true },
    viewed: { state: true },
    newBelow: { state: true },
    isAtEnd: { state: true },
    text: { state: true },
    photoProblem: { state: true },
    reporting: { state: true },
  };
  static override styles = [colors, sealed(controls), sealed(chat)];

  declare conversation: Conversation | undefined;
  /** The customer's first name, for the shopper's page. */
  declare customer: string | undefined;
  declare locale: string;
  /** The picture that is open in the viewer. */
  declare viewed: MessageRow | undefined;
  /** The number of messages that arrived while the reader was further up. */
  declare newBelow: number;
  declare isAtEnd: boolean;
  declare text: string;
  /** Why the last photo could not be sent. */
  declare photoProblem: 'photoFailed' | 'photoUnreadable' | undefined;
  /** The report that the person is writing or has sent. */
  declare reporting: 'open' | 'failed' | 'sent' | undefined;
  protected draft: Draft | undefined;
  /** The photos that wait to be sent. */
  protected photos: Photos | undefined;
  #shown: Conversation | undefined;
  #isPlaced = false;
  #lastSeq = 0;
  #broken = new Set<string>();
  #seen: IntersectionObserver | undefined;
  #watched: Element | undefined;
  #isSeen = false;
  #sized: ResizeObserver | undefined;
  #announced = '';

  constructor() {
    super();
    this.locale = 'en';
    this.newBelow = 0;
    this.isAtEnd = true;
    this.text = '';
  }

  get words(): Words {
    return wordsOf(this.locale);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.locale = localeAround(this);
    document.addEventListener('visibilitychange', this.#look);
    for (const type of ['online', 'offline']) window.addEventListener(type, this.changed);
    this.#seen = new IntersectionObserver((entries) => {
      this.#isSeen = entries.at(-1)?.isIntersecting === true;
      this.#look();
    });
    this.#sized = new ResizeObserver(() => {
      if (this.isAtEnd) this.#toEnd();
    });
    if (this.hasUpdated) this.#observe();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.#look);
    for (const type of ['online', 'offline']) window.removeEventListener(type, this.changed);
    this.#seen?.disconnect();
    this.#sized?.disconnect();
    this.#watched = undefined;
  }

  /** Adds a text to the input field, for the person to change or send. */
  propose(text: string): void {
    this.text = this.text.trim() === '' ? text : `${this.text.trimEnd()} ${text}`;
    if (this.draft) this.draft.text = this.text;
    this.#field?.focus();
  }

  /**
   * Called after a message was sent without the input field: everything counts as read, and the log scrolls to its end.
   */
  protected answered(): void {
    if (this.conversation) this.conversation.unreadFrom = undefined;
    this.isAtEnd = true;
    this.newBelow = 0;
    this.requestUpdate();
  }

  /** Draws the conversation again after a change. */
  protected changed = (): void => this.requestUpdate();

  protected override willUpdate(_: PropertyValues): void {
    if (this.conversation !== this.#shown) {
      this.#shown = this.conversation;
      this.#isPlaced = false;
      this.#lastSeq = 0;
      this.newBelow = 0;
      this.isAtEnd = true;
      this.text = this.draft?.text ?? '';
    }
    if (this.conversation?.phase === 'expired' && this.draft) {
      this.text = '';
      this.draft.text = '';
    }
    const newest = this.conversation?.entries.findLast((entry) => entry.kind === 'message');
    if (newest && newest.seq > this.#lastSeq) {
      const fresh = this.conversation!.entries.filter(
        (entry) => entry.kind === 'message' && entry.seq > this.#lastSeq && this.#isOthers(entry),
      );
      if (this.#isPlaced && !this.isAtEnd) this.newBelow += fresh.length;
      this.#lastSeq = newest.seq;
    }
  }

  #isOthers(entry: MessageEntry | { kind: string }): boolean {
    return 'from' in entry && entry.from !== this.conversation?.side;
  }

  protected override updated(): void {
    const { conversation } = this;
    this.#observe();
    const field = this.#field;
    if (field && field.value !== this.text) field.value = this.text;
    if (conversation?.phase === 'ready' && this.#log) {
      if (!this.#isPlaced) this.#place();
      else if (this.isAtEnd) this.#toEnd();
    }
    const viewer = this.renderRoot.querySelector('dialog');
    if (viewer && !viewer.open) viewer.showModal();
    this.#announce();
  }

  /** Scrolls to the first unread message, or to the end. */
  #place(): void {
    this.#isPlaced = true;
    const unread = this.renderRoot.querySelector<HTMLElement>('.unread');
    const log = this.#log!;
    this.#toEnd();
    if (!unread) return;
    const above = unread.offsetTop - log.offsetTop - 16;
    if (above < log.scrollTop) log.scrollTop = above;
    this.isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < endPx;
  }

  /** The device detects this at once, and the stream only after a while. */
  get #isOffline(): boolean {
    return this.conversation?.isOffline === true || !navigator.onLine;
  }

  /** Notifies the surrounding page of changes. */
  #announce(): void {
    const { conversation } = this;
    if (!conversation) return;
    const waiting = conversation.replacements?.proposals.length ?? 0;
    const detail = { state: conversation.phase, unread: conversation.unread.length + waiting };
    const announced = JSON.stringify(detail);
    if (announced === this.#announced) return;
    this.#announced = announced;
    this.dispatchEvent(new CustomEvent('aislechat-change', { detail, bubbles: true, composed: true }));
  }

  get #log(): HTMLElement | null {
    return this.renderRoot.querySelector('.log');
  }

  get #field(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector('textarea');
  }

  #toEnd(): void {
    const log = this.#log;
    if (log) log.scrollTop = log.scrollHeight;
  }

  /** Observes whether the newest message of the other side is on the screen. */
  #observe(): void {
    const log = this.#log;
    if (log) this.#sized?.observe(log);
    const newest = [...this.renderRoot.querySelectorAll('.message:not(.own)')].at(-1);
    if (newest !== this.#watched) {
      this.#seen?.disconnect();
      this.#isSeen = false;
      this.#watched = newest;
      if (newest) this.#seen?.observe(newest);
    } else this.#look();
  }

  #look = (): void => {
    const { conversation } = this;
    if (!conversation) return;
    conversation.isWatched = this.#isSeen && document.visibilityState === 'visible';
    if (conversation.isWatched && conversation.streamState !== 'waiting') void conversation.markRead();
  };

  #scrolled = (): void => {
    const log = this.#log!;
    this.isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < endPx;
    if (this.isAtEnd) this.newBelow = 0;
  };

  #jump = (): void => {
    this.isAtEnd = true;
    this.newBelow = 0;
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const log = this.#log!;
    log.scrollTo({ top: log.scrollHeight, behavior: isCalm ? 'auto' : 'smooth' });
    log.focus({ preventScroll: true });
  };

  #written = (event: Event): void => {
    this.text = (event.target as HTMLTextAreaElement).value;
    if (this.draft) this.draft.text = this.text;
    if (this.text !== '') this.conversation?.notifyTyping();
  };

  /** Enter sends if there is a keyboard. On a phone it starts a new line. */
  #pressed = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return;
    if (matchMedia('(pointer: coarse)').matches) return;
    event.preventDefault();
    this.#send();
  };

  #submitted = (event: Event): void => {
    event.preventDefault();
    this.#send();
    this.#field?.focus();
  };

  get #canSend(): boolean {
    return this.text.trim() !== '' && Array.from(this.text.trim()).length <= longest;
  }

  #send(): void {
    if (!this.#canSend) return;
    this.conversation?.send(this.text.trim());
    this.text = '';
    if (this.draft) this.draft.text = '';
    this.isAtEnd = true;
    this.newBelow = 0;
  }

  protected override render(): TemplateResult {
    const { conversation, words } = this;
    const phase = conversation?.phase ?? 'loading';
    const isShopperSide = conversation?.side === 'driver';
    return html`<section class="chat" @dragover=${this.#dragged} @drop=${this.#dropped} aria-label=${isShopperSide ? `${words.messages}${words.colon} ${isolated(this.customer ?? words.customer)}` : words.chat}>
      ${this.#header()} ${conversation && this.#isUsable ? this.#ready(conversation) : this.#instead(phase)}
      ${this.viewed ? this.#viewer(this.viewed) : nothing} ${this.reporting ? this.#report() : nothing}
    </section>`;
  }

  /** Without a network the log cannot be loaded, but new messages can already be written. They wait in the outbox. */
  get #isUsable(): boolean {
    const phase = this.conversation?.phase;
    return phase === 'ready' || (phase === 'loading' && this.#isOffline);
  }

  get #canWrite(): boolean {
    return this.conversation?.isOpen === true || (this.#isUsable && this.conversation?.phase === 'loading');
  }

  /** The shopper's page overrides this with its back button. */
  protected leading(): TemplateResult | typeof nothing {
    return nothing;
  }

  /** What a subclass shows at the end of the header. */
  protected trailing(): TemplateResult | typeof nothing {
    return nothing;
  }

  /** What a subclass shows between the header and the log. */
  protected belowHeader(): TemplateResult | typeof nothing {
    return nothing;
  }

  /** What a subclass shows above the input field. */
  protected aboveField(): TemplateResult | typeof nothing {
    return nothing;
  }

  #header(): TemplateResult {
    const { conversation, words } = this;
    const shopper = conversation?.shopper;
    const isShopperSide = conversation?.side === 'driver';
    const name = isShopperSide ? (this.customer ?? words.customer) : shopper?.display_name;
    const picture = isShopperSide ? '' : shopper?.avatar_url;
    return html`<header>
      ${this.leading()}
      <div class="avatar" aria-hidden="true">
        ${initialOf(name ?? '')}
        ${picture ? html`<img src=${picture} alt="" referrerpolicy="no-referrer" @error=${hide} />` : nothing}
      </div>
      <div class="who">
        <h2>${name ? html`<bdi>${name}</bdi>` : conversation?.phase === 'ready' ? words.noShopper : words.chat}</h2>
        ${name && conversation ? html`<p>${this.#doing(conversation, name)}</p>` : nothing}
      </div>
      ${this.trailing()} ${this.#reportButton(conversation)}
    </header>`;
  }

  #reportButton(conversation: Conversation | undefined): TemplateResult | typeof nothing {
    if (conversation?.phase !== 'ready' || !conversation.shopper) return nothing;
    const open = () => {
      this.reporting = 'open';
    };
    return html`<button class="flag" type="button" aria-label=${this.words.reportTitle} @click=${open}>${icon('flag')}</button>`;
  }

  #report(): TemplateResult {
    const { words, reporting } = this;
    const close = () => {
      this.reporting = undefined;
    };
    const send = async (event: Event) => {
      event.preventDefault();
      const reason = new FormData(event.target as HTMLFormElement).get('reason') as ReportReason;
      try {
        await this.conversation?.report(reason);
        this.reporting = 'sent';
      } catch {
        this.reporting = 'failed';
      }
    };
    const isSent = reporting === 'sent';
    return html`<dialog class="report" aria-labelledby="report" @close=${close}>
      <form @submit=${send}>
        <h2 id="report">${words.reportTitle}</h2>
        ${
          isSent
            ? html`<p role="status">${words.reported}</p>`
            : html`<label>${words.reportWhy}
                  <select name="reason">${reasons.map((reason) => html`<option value=${reason}>${words[reason]}</option>`)}</select>
                </label>
                <p>${words.reportHint}</p>`
        }
        ${reporting === 'failed' ? html`<p class="refused" role="alert">${words.answerFailed}</p>` : nothing}
        <div class="answers">
          ${isSent ? nothing : html`<button class="main" type="submit">${words.sendReport}</button>`}
          <button type="button" @click=${close}>${isSent ? words.closePicture : words.cancel}</button>
        </div>
      </form>
    </dialog>`;
  }

  #doing({ side, orderId, workflowState }: Conversation, name: string): string {
    const { words } = this;
    if (side === 'driver') return fill(words.customerOf, { order: orderId });
    const doing =
      workflowState === 'delivered'
        ? words.shopped
        : workflowState === 'canceled'
          ? words.wasShopping
          : workflowState === 'delivering'
            ? words.delivering
            : words.shopping;
    return fill(doing, { name });
  }

  #instead(phase: Conversation['phase']): TemplateResult {
    const { words } = this;
    if (phase === 'loading' || phase === 'ready') {
      return html`<div class="skeleton" role="status"><span class="hidden">${words.loading}</span><i></i><i></i><i></i></div>`;
    }
    return html`<div class="instead" role="status"><h2>${words[`${phase}Title`]}</h2><p>${words[phase]}</p></div>
      ${this.#unsent()}`;
  }

  /** Shows messages that were written before the chat became unreachable and that will not be sent. */
  #unsent(): TemplateResult | typeof nothing {
    const { conversation, words, locale } = this;
    if (!conversation || conversation.outgoing.length === 0) return nothing;
    const rows = this.#rows(transcript(conversation, { words, locale }));
    return html`<div class="log" role="log" aria-label=${words.messages} tabindex="0">${rows}</div>`;
  }

  #ready(conversation: Conversation): TemplateResult {
    const { words, locale, customer } = this;
    const other =
      conversation.side === 'driver' ? (customer ?? words.customer) : conversation.shopper?.display_name;
    return html`
      ${this.belowHeader()}
      ${this.#isOffline ? html`<div class="banner" role="status">${words.offline}</div>` : nothing}
      ${deviceStorage.isForgetful ? html`<div class="banner" role="status">${words.notKept}</div>` : nothing}
      <div class="middle">
        <div
          class="log"
          role="log"
          aria-live="polite"
          aria-relevant="additions"
          aria-label=${words.messages}
          tabindex="0"
          @scroll=${this.#scrolled}
        >
          ${guard(
            [
              conversation,
              conversation.revision,
              conversation.unreadFrom,
              locale,
              customer,
              this.#broken.size,
            ],
            () => this.#rows(transcript(conversation, { words, locale, customer })),
          )}
        </div>
        ${this.isAtEnd ? nothing : this.#jumpButton()}
      </div>
      <div class="status" role="status">
        ${conversation.isOtherTyping ? fill(words.typing, { name: other ?? words.shopper }) : nothing}
      </div>
      ${this.#canWrite ? this.#composer() : html`<p class="note">${this.#closedNote(conversation)}</p>`}
    `;
  }

  /** Not drawn again with every key, because a long chat has a thousand rows. */
  #rows(rows: Row[]): unknown {
    if (rows.length === 0 && this.conversation?.phase === 'ready') {
      return html`<p class="notice">${this.words.empty}</p>`;
    }
    const view: RowView = {
      words: this.words,
      linkOf: (photo) => this.photos?.linkOf(photo),
      isBroken: (address) => this.#broken.has(address),
      lost: this.#lost,
      open: (row) => {
        this.viewed = row;
      },
      retry: (key) => this.conversation?.retry(key),
      discard: (key) => this.conversation?.discard(key),
      reasonOf: (reason) => this.#reasonOf(reason),
    };
    return repeat(
      rows,
      ({ key }) => key,
      (row) => rowOf(row, view),
    );
  }

  /** Explains why a message was not sent, if that helps. */
  #reasonOf(reason: MessageRow['reason']): string | undefined {
    const { words, conversation } = this;
    if (reason === 'sending_not_allowed' && conversation) {
      return conversation.phase === 'ready' && !conversation.isOpen
        ? this.#closedNote(conversation)
        : words.notNow;
    }
    if (reason === 'resource_not_found') {
      return conversation?.side === 'driver' ? `${words.lostTitle}.` : `${words.unknownTitle}.`;
    }
    if (reason === 'shopper_pii') return `${words.removedTitle}.`;
    if (reason?.startsWith('token_')) return `${words.refusedTitle}.`;
    return undefined;
  }

  #jumpButton(): TemplateResult {
    const { words, newBelow } = this;
    return html`<button class="jump" type="button" aria-label=${words.jump} @click=${this.#jump}>
      ${icon('down')}${newBelow > 0 ? fillCount(words, words.jumpNew, newBelow) : nothing}
    </button>`;
  }

  #closedNote({ workflowState }: Conversation): string {
    const { words } = this;
    if (workflowState === 'delivered') return words.closed;
    if (workflowState === 'canceled') return words.closedCanceled;
    const isBefore = ['brand_new', 'acknowledged', 'rescheduled', undefined].includes(workflowState);
    return isBefore ? words.notYet : words.notNow;
  }

  #composer(): TemplateResult {
    const { words } = this;
    const length = Array.from(this.text.trim()).length;
    return html`${this.photoProblem ? html`<div class="refused" role="alert">${words[this.photoProblem]}</div>` : nothing}
      ${this.aboveField()}
      <form class="composer" @submit=${this.#submitted}>
        ${this.photos ? this.#camera() : nothing}
        <textarea
          rows="1"
          aria-label=${words.write}
          placeholder=${words.write}
          dir="auto"
          @input=${this.#written}
          @keydown=${this.#pressed}
          @paste=${this.#pasted}
        ></textarea>
        <button class="send" type="submit" aria-label=${words.send} ?disabled=${!this.#canSend}>${icon('send')}</button>
      </form>
      ${
        length < countedFrom
          ? nothing
          : html`<div class="count ${length > longest ? 'over' : ''}" role="status">
              ${fillCount(words, length > longest ? words.tooLong : words.left, Math.abs(longest - length))}
            </div>`
      }`;
  }

  /** A shopper photographs the shelf, so this opens the camera. A customer may choose an existing picture. */
  #camera(): TemplateResult {
    const { words, conversation } = this;
    const isShopperSide = conversation?.side === 'driver';
    const choose = () => this.renderRoot.querySelector<HTMLInputElement>('input[type=file]')!.click();
    return html`<button class="camera" type="button" aria-label=${isShopperSide ? words.photo : words.sendPhoto} @click=${choose}>
        ${icon('camera')}
      </button>
      <input type="file" accept="image/*" capture=${isShopperSide ? 'environment' : nothing} hidden @change=${this.#chosen} />`;
  }

  #chosen = async (event: Event): Promise<void> => {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = '';
    await this.#sendPhotos(files);
  };

  async #sendPhotos(files: File[]): Promise<void> {
    for (const file of files.slice(0, photosAtOnce)) {
      const { conversation, photos } = this;
      if (!conversation || !photos) return;
      try {
        const photo = await photos.keep(file);
        // Another order may have been opened while the photo was scaled down.
        if (conversation !== this.conversation) return photos.forget(photo);
        conversation.sendPhoto(photo);
        this.photoProblem = undefined;
        this.answered();
      } catch (error) {
        this.photoProblem = error instanceof UnreadablePhoto ? 'photoUnreadable' : 'photoFailed';
      }
    }
  }

  /** Pastes a copied picture. A copied table or formatted text also contains a picture, but is pasted as text. */
  #pasted = (event: ClipboardEvent): void => {
    const files = [...(event.clipboardData?.files ?? [])].filter(({ type }) => type.startsWith('image/'));
    if (!this.photos || files.length === 0 || event.clipboardData?.types.includes('text/plain')) return;
    event.preventDefault();
    void this.#sendPhotos(files);
  };

  /** Without this, the browser would leave the page and show the file. */
  #dragged = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  };

  #dropped = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    if (this.photos && this.#canWrite) void this.#sendPhotos([...event.dataTransfer.files]);
  };

  /** The link may have expired, so a new one is requested. A broken picture stays broken. */
  #lost = (address: string): void => {
    this.#broken.add(address);
    this.requestUpdate();
    void this.conversation?.renewImages();
  };

  #viewer(row: MessageRow): TemplateResult {
    const { words } = this;
    const address = addressOf(row, (photo) => this.photos?.linkOf(photo));
    const close = (event: Event) => (event.currentTarget as Element).closest('dialog')!.close();
    return html`<dialog
      aria-label=${fill(words.picture, { name: row.name })}
      @click=${close}
      @close=${() => {
        this.viewed = undefined;
      }}
    >
      <img src=${address ?? ''} alt=${fill(words.picture, { name: row.name })} referrerpolicy="no-referrer" />
      <button type="button" aria-label=${words.closePicture} @click=${close}>${icon('close')}</button>
    </dialog>`;
  }
}

const hide = (event: Event): void => {
  (event.target as HTMLElement).hidden = true;
};
