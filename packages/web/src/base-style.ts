/**
 * The styles that all elements share: colors, controls and sizes. The surrounding page may set the properties that begin
 * with `--aislechat-`; those that begin with `--_` are private.
 */
import { type CSSResult, css, unsafeCSS } from 'lit';

export const light = css`
  --_accent: var(--aislechat-accent, #0b6e4f);
  --_surface: var(--aislechat-surface, #fff);
  --_bubble: var(--aislechat-bubble, #eef1f0);
  --_text: var(--aislechat-text, #17211d);
  --_muted: var(--aislechat-muted, #55635d);
  --_line: var(--aislechat-line, #dde3e0);
  --_danger: var(--aislechat-danger, #b3261e);
  --_link: var(--aislechat-link, #0b6e4f);
  color-scheme: light;
`;
const dark = css`
  --_accent: var(--aislechat-accent, #1a7f5e);
  --_surface: var(--aislechat-surface, #141a18);
  --_bubble: var(--aislechat-bubble, #25302c);
  --_text: var(--aislechat-text, #eaf0ed);
  --_muted: var(--aislechat-muted, #a5b4ad);
  --_line: var(--aislechat-line, #2f3b36);
  --_danger: var(--aislechat-danger, #ffb4ab);
  --_link: var(--aislechat-link, #7fd8b4);
  color-scheme: dark;
`;

/** Colors by the reader's preference, or by the attribute `theme`. */
export const colors = css`
  :host {
    --_on-accent: var(--aislechat-on-accent, #fff);
    ${light}
  }
  /* White or black, whichever has the higher contrast with the accent, which is at least 4.5. */
  @supports (color: lch(from red l c h)) {
    :host {
      --_on-accent: var(--aislechat-on-accent, lch(from var(--_accent) calc((49.44 - l) * infinity) 0 0));
    }
  }
  @media (prefers-color-scheme: dark) {
    :host {
      ${dark}
    }
  }
  :host([theme='light']) {
    ${light}
  }
  :host([theme='dark']) {
    ${dark}
  }
`;

/** For an element inside, which no rule of the page reaches: resets the text properties that the page set. */
export const ownText = css`
  all: initial;
  font-family: var(--aislechat-font, system-ui, sans-serif);
  line-height: 1.4;
  -webkit-text-size-adjust: 100%;
  text-size-adjust: 100%;
  color: var(--_text);
  -webkit-user-select: text;
  user-select: text;
  /* Keeps what the page hides or blocks hidden or blocked. */
  visibility: inherit;
  pointer-events: inherit;
  color-scheme: inherit;
`;

export const controls = css`
  * {
    box-sizing: border-box;
  }
  /* On a page of the other direction the layout is mirrored, but each text keeps its own order, at the page's side. */
  :where(.chat, .order) * {
    unicode-bidi: plaintext;
  }
  :where(.chat, .order) > * {
    text-align: -webkit-match-parent;
    text-align: match-parent;
  }
  button,
  textarea {
    font: inherit;
    color: inherit;
  }
  button {
    cursor: pointer;
    border: 0;
    background: none;
    padding: 0;
    min-block-size: 2.75rem;
    min-inline-size: 2.75rem;
    border-radius: 999px;
  }
  button:disabled {
    cursor: default;
  }
  :focus-visible {
    outline: 2px solid var(--_link);
    outline-offset: 2px;
  }
  .hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  svg {
    inline-size: 1.375rem;
    block-size: 1.375rem;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
    display: block;
    margin: auto;
  }
`;

export const unit = '--_aislechat-unit';
try {
  // A registered property is resolved to a fixed length, independent of the font size where it is used.
  CSS.registerProperty?.({ name: unit, syntax: '<length>', inherits: true, initialValue: '16px' });
} catch (error) {
  // Another copy of this script has already registered it.
  if (!(error instanceof DOMException && error.name === 'InvalidModificationError')) throw error;
}

/**
 * Adapts styles to a foreign page, whose root may have any font size. Each rem becomes a multiple of the reader's own
 * font size, which is the value of `medium`.
 */
export const sealed = ({ cssText }: CSSResult): CSSResult =>
  unsafeCSS(cssText.replaceAll(/(-?\d*\.?\d+)rem\b/g, `calc($1 * var(${unit}))`));

/** Lets the only element of one of our own pages fill the page. */
export function wholePage(): void {
  const sheet = css`
    body {
      margin: 0;
    }
    /* Around an element that is shorter than the window. */
    @media (prefers-color-scheme: dark) {
      body {
        background: #141a18;
      }
    }
  `.styleSheet;
  if (sheet) document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
