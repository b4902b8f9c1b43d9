/**
 * A conversation on the screen, for the customer or the shopper. Everything that a person wrote is inserted as a text
 * node, and styles are constructed sheets, so it works under the strictest content security policy.
 *
 * A message counts as read once the newest message of the other side is on the screen and the page is in the
 * foreground.
 */
import { html, nothing, type PropertyValues, svg, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { colors, controls, sealed } from './base-style.ts';
import { cards } from './card-style.ts';
import { chat } from './chat-style.ts';
import type { Conversation, MessageEntry } from './conversation.ts';
import { type Draft, deviceStorage } from './device-storage.ts';
import { isComposing } from './keyboard.ts';
import { later, loadDialogs } from './later.ts';
import { localeAround, timeZoneOf } from './locale.ts';
import { initialOf, isolated } from './names.ts';
import { type Photos, readPhoto, UnreadablePhoto } from './photos.ts';
import { QuickReplies } from './quick-replies.ts';
import { addressOf, type RowView, rowOf } from './row.ts';
import { SteadyElement } from './steady-element.ts';
import { type MessageRow, type Row, transcript } from './transcript.ts';
import { fill, fillCount, lacksLanguage, type Words, wordsOf } from './words.ts';

/** The server's limit, in code points. The number of characters left is shown near the limit. */
const longest = 1000;
const countedFrom = 900;
/** How many dropped pictures are sent at once. */
const photosAtOnce = 10;
/** A chat can be read for this long after the order has ended. */
const readableMs = 86_400_000;
const photoRefusals = ['image_invalid', 'unsupported_image_type', 'payload_too_large'];
const holdMs = 450;
const copiedShownMs = 3_000;
/** A reader within this distance of the end counts as being at the end. */
const endPx = 48;
/** The events of the window after which the panel may have to look different. */
const changes = ['online', 'offline', 'storage'];

const icons = {
  send: svg`<path d="M12 19V5m-6 6 6-6 6 6"/>`,
  down: svg`<path d="m6 9 6 6 6-6"/>`,
  close: svg`<path d="M6 6 18 18M18 6 6 18"/>`,
  flag: svg`<path d="M6 21V4h11l-2 4 2 4H6"/>`,
  chat: svg`<path d="M4 5h16v11H9l-5 4z"/>`,
  gallery: svg`<path d="M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4"/>`,
  camera: svg`<path d="M4 8h3l2-3h6l2 3h3v11H4z"/><circle cx="12" cy="13" r="3.5"/>`,
};
export const icon = (name: keyof typeof icons) => drawn(icons[name]);
export const drawn = (shape: TemplateResult<2>) =>
  html`<svg viewBox="0 0 24 24" aria-hidden="true">${shape}</svg>`;

export class ChatPanel extends SteadyElement {
  static override properties = {
    conversation: { attribute: false },
    customer: { attribute: false },
    locale: { state: true },
    isAtEnd: { state: true },
    text: { state: true },
    photoProblem: { state: true },
    held: { state: true },
    copied: { state: true },
    isSpeechless: { state: true },
  };
  static override styles = [colors, sealed(controls), sealed(cards), sealed(chat)];

  declare conversation: Conversation | undefined;
  /** The customer's first name, for the shopper's page. */
  declare customer: string | undefined;
  declare locale: string;
  declare isAtEnd: boolean;
  declare text: string;
  /** Why the last photo could not be sent. */
  declare photoProblem: 'photoFailed' | 'photoUnreadable' | undefined;
  /** The message that was pressed long, and can be copied. */
  declare held: string | undefined;
  /** Whether it was copied. */
  declare copied: boolean;
  /** Whether the texts in the reader's language are still being loaded. */
  declare isSpeechless: boolean;
  readonly replies = new QuickReplies(
    (text) => {
      this.conversation?.send(text);
      this.answered();
    },
    () => this.requestUpdate(),
  );
  protected draft: Draft | undefined;
  /** The photos that wait to be sent. */
  protected photos: Photos | undefined;
  #shown: Conversation | undefined;
  #isPlaced = false;
  /** Where the log was scrolled to. */
  #top = 0;
  #lastSeq = 0;
  #broken = new Set<string>();
  #seen: IntersectionObserver | undefined;
  #watched: Element | undefined;
  #isSeen = false;
  #near: IntersectionObserver | undefined;
  #watchedLog: HTMLElement | null = null;
  #isLogSeen = false;
  #holding: ReturnType<typeof setTimeout> | undefined;
  #sized: ResizeObserver | undefined;
  #announced = '';

  constructor() {
    super();
    this.locale = 'en';
    this.isAtEnd = true;
    this.text = '';
    this.copied = false;
    this.isSpeechless = false;
  }

  get words(): Words {
    return wordsOf(this.locale);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.locale = localeAround(this);
    void this.#loadLanguage();
    document.addEventListener('visibilitychange', this.#look);
    for (const type of changes) window.addEventListener(type, this.changed);
    this.#seen = new IntersectionObserver((entries) => {
      this.#isSeen = entries.at(-1)?.isIntersecting === true;
      this.#look();
    });
    this.#near = new IntersectionObserver((entries) => {
      this.#isLogSeen = entries.at(-1)?.isIntersecting === true;
      this.#look();
    });
    this.#sized = new ResizeObserver(this.#grown);
    window.addEventListener('pagehide', this.#leave);
    if (this.hasUpdated) this.#observe();
  }

  /** Until the texts are there, nothing is said. If they do not come, English is better than nothing. */
  async #loadLanguage(): Promise<void> {
    if (!later.languages || !lacksLanguage(this.locale)) return;
    this.isSpeechless = true;
    await later.languages().catch(() => {});
    this.isSpeechless = false;
  }

  /** A reply that can still be taken back is sent now, because a page in the background may be ended without a word. */
  #leave = (): void => this.replies.flush();

  /** What was at the end stays there when a picture arrives or the keyboard opens. */
  #grown = (): void => {
    if (this.isAtEnd) this.#toEnd();
  };

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('pagehide', this.#leave);
    this.#leave();
    clearTimeout(this.#holding);
    document.removeEventListener('visibilitychange', this.#look);
    for (const type of changes) window.removeEventListener(type, this.changed);
    this.#seen?.disconnect();
    this.#near?.disconnect();
    this.#sized?.disconnect();
    this.#watched = undefined;
    this.#watchedLog = null;
  }

  /** Adds a text to the input field, for the person to change or send. */
  propose(text: string): void {
    this.addText(text);
    this.#field?.focus();
  }

  addText(text: string): void {
    if (this.#isOver) return;
    this.#begin(this.#hasText ? `${this.text.trimEnd()} ${text}` : text);
  }

  /** What a subclass does when the other side's messages arrive while the chat is open. */
  protected arrived(_: MessageEntry[]): void {}

  /**
   * Called after a message was sent without the input field: everything counts as read, and the log scrolls to its end.
   */
  protected answered(): void {
    if (this.conversation) this.conversation.unreadFrom = undefined;
    this.isAtEnd = true;
    this.requestUpdate();
  }

  /** Draws the conversation again after a change. */
  protected changed = (): void => this.requestUpdate();

  protected override willUpdate(_: PropertyValues): void {
    if (this.conversation !== this.#shown) {
      this.#shown = this.conversation;
      this.#isPlaced = false;
      this.#lastSeq = 0;
      this.isAtEnd = true;
    }
    if (this.draft && this.conversation && this.conversation.erasedTo >= this.draft.seq) this.#drop();
    // Another tab may have changed it.
    this.text = this.draft?.text ?? '';
    const newest = this.conversation?.entries.findLast((entry) => entry.kind === 'message');
    if (newest && newest.seq > this.#lastSeq) {
      const fresh = this.conversation!.entries.filter(
        (entry) => entry.kind === 'message' && entry.seq > this.#lastSeq && this.#isOthers(entry),
      ) as MessageEntry[];
      if (this.#isPlaced && fresh.length > 0) this.arrived(fresh);
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
    if (conversation) this.setAttribute('state', this.#isClosed ? 'closed' : conversation.phase);
    this.replies.drawn();
    this.#announce();
  }

  /** Whether the order has ended and its chat can only be read. */
  get #isClosed(): boolean {
    const { conversation } = this;
    return conversation?.phase === 'ready' && !conversation.isOpen && conversation.endedAt !== undefined;
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
    this.#top = log.scrollTop;
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
    if (log !== this.#watchedLog) {
      this.#near?.disconnect();
      this.#sized?.disconnect();
      this.#isLogSeen = false;
      this.#watchedLog = log;
      // The launcher's chat begins with what is unread whenever it is opened.
      this.#isPlaced = false;
      if (log) {
        this.#near?.observe(log);
        this.#sized?.observe(log);
      }
    }
    const newest = [...this.renderRoot.querySelectorAll('.message:not(.own)')].at(-1);
    if (newest !== this.#watched) {
      this.#seen?.disconnect();
      this.#isSeen = false;
      this.#watched = newest;
      if (newest) this.#seen?.observe(newest);
    }
    this.#look();
  }

  #look = (): void => {
    const { conversation } = this;
    if (!conversation) return;
    const isVisible = document.visibilityState === 'visible';
    if (!isVisible) this.#leave();
    conversation.isFollowed = isVisible && this.#isLogSeen && this.isAtEnd;
    if (isVisible && this.#isSeen && conversation.streamState !== 'waiting') void conversation.markRead();
  };

  /** Only a reader who scrolls up leaves the end. A picture that arrives, or a smaller log, moves the end away. */
  #scrolled = (): void => {
    const log = this.#log!;
    const isUp = log.scrollTop < this.#top;
    this.#top = log.scrollTop;
    if (log.scrollHeight - log.scrollTop - log.clientHeight < endPx) this.isAtEnd = true;
    else if (isUp) this.isAtEnd = false;
    this.#look();
  };

  #jump = (): void => {
    this.isAtEnd = true;
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const log = this.#log!;
    log.scrollTo({ top: log.scrollHeight, behavior: isCalm ? 'auto' : 'smooth' });
    log.focus({ preventScroll: true });
  };

  #written = (event: Event): void => {
    this.#begin((event.target as HTMLTextAreaElement).value);
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
    return this.#canWrite && this.#hasText && Array.from(this.text.trim()).length <= longest;
  }

  get #hasText(): boolean {
    return this.text.trim() !== '';
  }

  #send(): void {
    if (!this.#canSend) return;
    this.replies.flush();
    this.conversation?.send(this.text.trim());
    this.#drop();
    this.isAtEnd = true;
  }

  #begin(text: string): void {
    this.text = text;
    this.draft?.keep(text, this.conversation?.seq);
  }

  #drop = (): void => this.#begin('');

  protected override render(): TemplateResult {
    const { conversation, words } = this;
    const phase = conversation?.phase ?? 'loading';
    const isShopperSide = conversation?.side === 'driver';
    if (this.isSpeechless) return html`<section class="chat">${skeleton(nothing)}</section>`;
    return html`<section class="chat" @dragover=${this.#dragged} @drop=${this.#dropped} aria-label=${isShopperSide ? `${words.messages}${words.colon} ${isolated(this.customer ?? words.customer)}` : words.chat}>
      ${this.#isOver && this.leading() === nothing ? nothing : this.#header()}
      ${conversation && this.#isUsable ? this.#ready(conversation) : this.#instead(phase)}
    </section>`;
  }

  /** Whether there is no chat, for a reason that is shown instead. */
  get #isOver(): boolean {
    const phase = this.conversation?.phase ?? 'loading';
    return phase !== 'loading' && phase !== 'ready';
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

  /** What a subclass shows at the start of the input field. */
  protected besideField(): TemplateResult | typeof nothing {
    return nothing;
  }

  /** What a subclass shows before the first message. */
  protected opening(): TemplateResult {
    return html`<p class="opening">${this.words.empty}</p>`;
  }

  /** What a subclass calls the other side in the header. */
  protected heading(name: string): TemplateResult {
    return html`<bdi>${name}</bdi>`;
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
        <h2>${name ? this.heading(name) : conversation?.phase === 'ready' ? words.noShopper : words.chat}</h2>
        ${name && conversation ? html`<p>${this.doing(conversation, name)}</p>` : nothing}
      </div>
      ${this.trailing()} ${this.#reportButton(conversation)}
    </header>`;
  }

  #reportButton(conversation: Conversation | undefined): TemplateResult | typeof nothing {
    if (conversation?.phase !== 'ready' || !conversation.shopper) return nothing;
    const open = async () => {
      const dialogs = await loadDialogs();
      await dialogs?.reportChat(this.#dialogHost, conversation);
    };
    return html`<button class="flag" type="button" aria-label=${this.words.reportTitle} @click=${open}>${icon('flag')}</button>`;
  }

  get #dialogHost() {
    const section = this.renderRoot.querySelector<HTMLElement>('.chat')!;
    return { section, words: this.words, kept: this.#kept };
  }

  /** For how long the store keeps reported messages; empty if it does not. */
  get #kept(): string {
    const days = this.conversation?.evidenceDays;
    return days ? fillCount(this.words, this.words.kept, days) : '';
  }

  /** What the other side is doing. */
  protected doing({ workflowState }: Conversation, name: string): string {
    const { words } = this;
    const doing: Record<string, string> = {
      delivering: words.delivering,
      delivered: words.shopped,
      canceled: words.wasShopping,
    };
    const shops = isBeforeShopping(workflowState) ? words.willShop : words.shopping;
    return fill(doing[workflowState!] ?? shops, { name });
  }

  #instead(phase: Conversation['phase']): TemplateResult {
    const { words } = this;
    if (phase === 'loading' || phase === 'ready')
      return skeleton(html`<span class="hidden">${words.loading}</span>`);
    return html`<div class="instead"><div role="status"><h2>${words[`${phase}Title`]}</h2><p>${words[phase]}</p></div>
      ${nextStep}</div> ${this.#unsent()} ${this.#composer()}`;
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
    const hasMessages = this.#hasMessages(conversation);
    // The beginning of a chat, and what is on the screen before anybody has written.
    const kept = this.#kept ? html`<p class="notice">${words.expired} ${this.#kept}</p>` : nothing;
    return html`
      ${this.belowHeader()}
      ${this.#isOffline ? html`<div class="banner" role="status">${words.offline}</div>` : nothing}
      ${deviceStorage.isForgetful ? html`<div class="banner" role="status">${words.notKept}</div>` : nothing}
      <div
          class="log"
          role="log"
          aria-live="polite"
          aria-relevant="additions"
          aria-label=${words.messages}
          tabindex="0"
          @scroll=${this.#scrolled}
          @pointerdown=${this.#hold}
          @pointerup=${this.#release}
          @pointercancel=${this.#release}
        >
          ${hasMessages ? kept : nothing}
          ${guard(
            [
              conversation,
              conversation.revision,
              conversation.unreadFrom,
              locale,
              words,
              customer,
              this.#broken.size,
              this.held,
              this.copied,
            ],
            () => this.#rows(transcript(conversation, { words, locale, customer })),
          )}
        ${hasMessages ? nothing : html`${this.opening()} ${kept}`}
      </div>
      <div class="status">
        <span role="status">${conversation.isOtherTyping ? fill(words.typing, { name: other ?? words.shopper }) : nothing}</span>
        ${this.isAtEnd ? nothing : this.#jumpButton()}
      </div>
      ${this.#composer()}
      ${this.#canWrite ? nothing : html`<div class="note">${this.#closedNote(conversation)} ${this.#kept} ${this.#isClosed ? nextStep : nothing}</div>`}
    `;
  }

  #hasMessages({ phase, entries, outgoing }: Conversation): boolean {
    return phase !== 'ready' || outgoing.length > 0 || entries.some(({ kind }) => kind === 'message');
  }

  /** Not drawn again with every key, because a long chat has a thousand rows. */
  #rows(rows: Row[]): unknown {
    const view: RowView = {
      words: this.words,
      linkOf: (photo) => this.photos?.linkOf(photo),
      isBroken: (address) => this.#broken.has(address),
      lost: this.#lost,
      open: (row) => void this.#view(row),
      loaded: this.#grown,
      held: this.held,
      isCopied: this.copied,
      copy: (row) => void this.#copy(row),
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
      if (conversation?.side !== 'driver') return `${words.unknownTitle}.`;
      // The order may have come back.
      return conversation.phase === 'lost' ? `${words.lostTitle}.` : undefined;
    }
    if (reason === 'shopper_pii') return `${words.removedTitle}.`;
    if (reason?.startsWith('token_') || reason === 'insufficient_scope') return `${words.refusedTitle}.`;
    if (reason === 'limit_reached') return words.failedLimit;
    if (reason === 'invalid_parameters') return words.failedText;
    if (reason && photoRefusals.includes(reason)) return words.photoUnreadable;
    return undefined;
  }

  /** A finger that rests on a message offers to copy it. A mouse and a keyboard can mark the text. */
  #hold = ({ pointerType, target }: PointerEvent): void => {
    const key = (target as Element).closest<HTMLElement>('.bubble')?.dataset.key;
    if (pointerType !== 'touch' || key === undefined) return;
    clearTimeout(this.#holding);
    this.#holding = setTimeout(() => {
      this.held = key;
      this.copied = false;
    }, holdMs);
  };

  #release = (): void => clearTimeout(this.#holding);

  async #copy({ body }: MessageRow): Promise<void> {
    try {
      await navigator.clipboard.writeText(body);
      this.copied = true;
      this.#holding = setTimeout(() => {
        this.held = undefined;
      }, copiedShownMs);
    } catch {
      // The shop's page does not allow it. The text can still be marked.
      this.held = undefined;
    }
  }

  #jumpButton(): TemplateResult {
    const { words } = this;
    const unread = this.conversation?.unread.length;
    const count = unread ? fillCount(words, words.jumpNew, unread) : '';
    return html`<button class="jump" type="button" aria-label="${words.jump} ${count}" @click=${this.#jump}>
      ${icon('down')}${count}
    </button>`;
  }

  #closedNote(conversation: Conversation): string {
    const { words } = this;
    const { workflowState } = conversation;
    const until = this.#readableUntil(conversation);
    if (workflowState === 'delivered') return fill(words.closed, until);
    if (workflowState === 'canceled') return fill(words.closedCanceled, until);
    return isBeforeShopping(workflowState) ? words.notYet : words.notNow;
  }

  /** The day and the time at which the chat is deleted, in the order's time zone. */
  #readableUntil({ endedAt = '', timeZone }: Conversation): { day: string; time: string } {
    const at = Date.parse(endedAt) + readableMs;
    if (Number.isNaN(at)) return { day: '', time: '' };
    const format = (options: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat(this.locale, { timeZone: timeZoneOf(timeZone), ...options }).format(at);
    return { day: format({ weekday: 'long' }), time: format({ hour: 'numeric', minute: '2-digit' }) };
  }

  /** The input field. What was being written when the chat closed stays in it, to be copied, until the person drops it. */
  #composer(): TemplateResult | typeof nothing {
    const { words } = this;
    const canWrite = this.#canWrite;
    if (!canWrite && !this.#hasText) return nothing;
    const problem = canWrite ? this.photoProblem : 'draftUnsent';
    const length = Array.from(this.text.trim()).length;
    return html`${problem ? html`<div class="refused" role="alert">${words[problem]}</div>` : nothing}
      ${canWrite ? this.aboveField() : nothing}
      <form class="composer" @submit=${this.#submitted}>
        ${canWrite ? html`${this.photos ? this.#camera() : nothing} ${this.besideField()}` : nothing}
        <textarea
          rows="1"
          aria-label=${words.write}
          placeholder=${words.write}
          dir="auto"
          ?readonly=${!canWrite}
          @input=${this.#written}
          @keydown=${this.#pressed}
          @paste=${this.#pasted}
        ></textarea>
        ${
          canWrite
            ? html`<button class="send" type="submit" aria-label=${words.send} ?disabled=${!this.#canSend}>${icon('send')}</button>`
            : html`<button class="tool" type="button" @click=${this.#drop}>${words.discard}</button>`
        }
      </form>
      ${
        !canWrite || length < countedFrom
          ? nothing
          : html`<div class="count ${length > longest ? 'over' : ''}" role="status">
              ${fillCount(words, length > longest ? words.tooLong : words.left, Math.abs(longest - length))}
            </div>`
      }`;
  }

  /** A shopper photographs the shelf or chooses a picture; a customer's device asks which. */
  #camera(): TemplateResult {
    const { words } = this;
    if (this.conversation?.side !== 'driver') return this.#chooser('camera', words.sendPhoto);
    return html`${this.#chooser('camera', words.photo, 'environment')} ${this.#chooser('gallery', words.gallery)}`;
  }

  #chooser(name: 'camera' | 'gallery', label: string, capture?: string): TemplateResult {
    const choose = (event: Event) => {
      // Loads the preview while the person chooses.
      void later.dialogs?.().catch(() => {});
      ((event.currentTarget as Element).nextElementSibling as HTMLInputElement).click();
    };
    return html`<button class="tool" type="button" aria-label=${label} @click=${choose}>${icon(name)}</button>
      <input type="file" accept="image/*" capture=${capture ?? nothing} multiple hidden @change=${this.#chosen} />`;
  }

  #chosen = async (event: Event): Promise<void> => {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = '';
    await this.#sendPhotos(files);
  };

  /** Shows photos before they are sent. Without a network, the preview may be missing: then they wait in the chat. */
  async #sendPhotos(files: File[]): Promise<void> {
    const { conversation } = this;
    const loading = loadDialogs();
    const photos = await this.#readPhotos(files);
    const dialogs = await loading;
    const send = (photo: HTMLCanvasElement, caption: string) => this.#sendPhoto(conversation, photo, caption);
    // Another order may have been opened meanwhile.
    if (photos.length === 0 || conversation !== this.conversation) return;
    if (dialogs) await dialogs.previewPhotos(this.#dialogHost, photos, send);
    else for (const photo of photos) send(photo, '');
  }

  /** Sends a photo that was chosen elsewhere on the page. */
  protected async sendPhotoFile(file: File, caption: string): Promise<void> {
    const { conversation } = this;
    for (const photo of await this.#readPhotos([file])) this.#sendPhoto(conversation, photo, caption);
  }

  async #readPhotos(files: File[]): Promise<HTMLCanvasElement[]> {
    const photos: HTMLCanvasElement[] = [];
    this.photoProblem = undefined;
    for (const file of files.slice(0, photosAtOnce)) {
      try {
        photos.push(await readPhoto(file));
      } catch (error) {
        this.photoProblem = error instanceof UnreadablePhoto ? 'photoUnreadable' : 'photoFailed';
      }
    }
    return photos;
  }

  #sendPhoto(conversation: Conversation | undefined, photo: HTMLCanvasElement, caption: string): void {
    if (!conversation || conversation !== this.conversation) return;
    try {
      this.replies.flush();
      conversation.sendPhoto(this.photos!.keep(photo), caption);
      this.answered();
    } catch {
      this.photoProblem = 'photoFailed';
    }
  }

  /** Pastes a copied picture. A copied table or formatted text also contains a picture, but is pasted as text. */
  #pasted = (event: ClipboardEvent): void => {
    const files = [...(event.clipboardData?.files ?? [])].filter(({ type }) => type.startsWith('image/'));
    if (
      !this.photos ||
      !this.#canWrite ||
      files.length === 0 ||
      event.clipboardData?.types.includes('text/plain')
    )
      return;
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

  async #view(row: MessageRow): Promise<void> {
    const address = addressOf(row, (photo) => this.photos?.linkOf(photo));
    const dialogs = await loadDialogs();
    if (address) await dialogs?.viewPicture(this.#dialogHost, { address, name: row.name });
  }
}

const isBeforeShopping = (state: string | undefined): boolean =>
  ['brand_new', 'acknowledged', 'rescheduled', undefined].includes(state);

const skeleton = (label: unknown): TemplateResult =>
  html`<div class="skeleton" role="status">${label}<i></i><i></i><i></i></div>`;

/** Where a shop says what to do next, when the chat cannot. */
const nextStep = html`<slot name="next"></slot>`;

const hide = (event: Event): void => {
  (event.target as HTMLElement).hidden = true;
};
