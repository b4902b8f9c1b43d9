/**
 * Replies to tap. A reply can be taken back for a few seconds, and is sent only then. Leaving the chat or
 * the page, or sending something else, sends it at once, so that messages stay in the order in which they were written.
 */
import { html, nothing, type TemplateResult } from 'lit';
import type { Words } from './words.ts';

const undoMs = 4_000;
/** A finger that moved this far, or replies that moved, meant to scroll. */
const scrolledPx = 10;
const settledMs = 150;

export class QuickReplies {
  /** The reply that can still be taken back. */
  pending: string | undefined;
  readonly #send: (text: string) => void;
  readonly #onChange: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #down = { x: 0, y: 0 };
  #scrolledAt = Number.NEGATIVE_INFINITY;
  /** What gets the keyboard's focus once the change is drawn, because what had it is gone. */
  #focusNext: string | undefined;
  #root: DocumentFragment | undefined;

  /** @param send called once a reply can no longer be taken back @param onChange called after each change */
  constructor(send: (text: string) => void, onChange: () => void) {
    this.#send = send;
    this.#onChange = onChange;
  }

  say(text: string): void {
    this.flush();
    this.pending = text;
    this.#timer = setTimeout(() => this.flush(), undoMs);
    this.#onChange();
  }

  undo(): void {
    clearTimeout(this.#timer);
    this.pending = undefined;
    if (this.#root?.querySelector('.pending button:focus')) this.#focusNext = '.quick button';
    this.#onChange();
  }

  /** Sends a reply that waits. */
  flush(): void {
    const { pending } = this;
    if (pending === undefined) return;
    this.undo();
    this.#send(pending);
  }

  /** Called after drawing. */
  drawn(): void {
    const next = this.#focusNext;
    this.#focusNext = undefined;
    if (next) this.#root?.querySelector<HTMLElement>(next)?.focus({ preventScroll: true });
  }

  /** Draws the replies, or the one that can be taken back. */
  render(texts: readonly string[], words: Words, label = words.quick): TemplateResult | typeof nothing {
    if (this.pending !== undefined) {
      return html`<div class="quick pending" role="status">
        <span>${words.aboutToSend}${words.colon} <bdi>${this.pending}</bdi></span>
        <button type="button" @click=${this.#undone}>${words.undo}</button>
      </div>`;
    }
    if (texts.length === 0) return nothing;
    return html`<div class="quick" role="group" aria-label=${label} @pointerdown=${this.#pressed} @scroll=${this.#moved}>
      ${texts.map((text) => html`<button type="button" @click=${(event: MouseEvent) => this.#tapped(event, text)}>${text}</button>`)}
    </div>`;
  }

  #pressed = ({ clientX: x, clientY: y }: PointerEvent): void => {
    this.#down = { x, y };
  };

  #moved = (): void => {
    this.#scrolledAt = performance.now();
  };

  #undone = (): void => this.undo();

  #tapped(event: MouseEvent, text: string): void {
    // A click of the keyboard, or of a screen reader, has no place.
    const isPointed = event.detail > 0;
    const moved = Math.hypot(event.clientX - this.#down.x, event.clientY - this.#down.y);
    if (isPointed && (moved > scrolledPx || performance.now() - this.#scrolledAt < settledMs)) return;
    this.#root = (event.currentTarget as HTMLElement).getRootNode() as DocumentFragment;
    this.#focusNext = '.pending button';
    this.say(text);
  }
}
