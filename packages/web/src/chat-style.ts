/** The styles of a conversation. The layout uses logical properties, so it also works from right to left. */
import { css, unsafeCSS } from 'lit';
import { light, ownText, unit } from './base-style.ts';

export const chat = css`
  :host,
  .chat {
    /* Overrides even a rule of the page for all elements. */
    font-size: var(--aislechat-font-size, medium) !important;
    ${unsafeCSS(unit)}: 1em;
  }
  :host {
    display: block;
    block-size: var(--aislechat-block-size, min(36rem, 85vh));
    min-block-size: min(20rem, 85vh);
    container-type: size;
    /* Where the element itself decides how wide it is. */
    contain-intrinsic-inline-size: min(20rem, 85vw);
    min-inline-size: 0;
  }
  :host([hidden]) {
    display: none;
  }
  .chat {
    --_side: min(1rem, 5vw);
    ${ownText}
    box-sizing: border-box;
    block-size: 100%;
    display: flex;
    flex-direction: column;
    background: var(--_surface);
    border: 1px solid var(--_line);
    border-radius: var(--aislechat-radius, 1rem);
    overflow: hidden;
    position: relative;
  }
  header {
    display: flex;
    align-items: center;
    gap: min(0.75rem, 3vw);
    padding: 0.75rem var(--_side);
    min-block-size: 4rem;
    border-block-end: 1px solid var(--_line);
  }
  /* Large enough for a finger at any font size. The name gives way. */
  header > button {
    min-inline-size: min(2.75rem, 12vw);
    min-block-size: min(2.75rem, 12vw);
  }
  .avatar {
    flex: none;
    position: relative;
    inline-size: min(2.5rem, 14vw);
    block-size: min(2.5rem, 14vw);
    border-radius: 50%;
    display: grid;
    place-items: center;
    overflow: hidden;
    background: var(--aislechat-mark, var(--_bubble));
    color: var(--aislechat-on-mark, var(--_link));
    font-weight: 600;
  }
  .avatar img {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }
  .who {
    flex: 1;
    min-inline-size: 0;
    max-block-size: 40cqb;
    overflow-y: auto;
  }
  h2 {
    margin: 0;
    font-size: 1rem;
    font-weight: 600;
    line-height: 1.3;
    overflow-wrap: anywhere;
  }
  .who p {
    margin: 0;
    font-size: 0.8125rem;
    color: var(--_muted);
    overflow-wrap: anywhere;
  }
  .banner {
    padding: 0.5rem 1rem;
    font-size: 0.875rem;
    background: var(--_bubble);
    border-block-end: 1px solid var(--_line);
  }
  .log {
    flex: 1;
    min-inline-size: 0;
    min-block-size: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
    overflow-wrap: anywhere;
    padding: 0.75rem var(--_side) 1rem;
    display: flex;
    flex-direction: column;
  }
  .log:focus-visible {
    outline-offset: -3px;
  }
  .log > :first-child {
    margin-block-start: auto;
  }
  .day,
  .notice {
    align-self: center;
    text-align: center;
    font-size: 0.8125rem;
    color: var(--_muted);
    margin-block: 0.75rem 0.25rem;
    max-inline-size: 85%;
  }
  .day {
    font-weight: 600;
  }
  .notice time {
    white-space: nowrap;
  }
  .unread {
    display: flex;
    align-items: center;
    gap: 0.75rem;
    margin-block: 0.75rem 0.25rem;
    font-size: 0.8125rem;
    font-weight: 600;
    color: var(--_link);
  }
  .unread::before,
  .unread::after {
    content: '';
    flex: 1;
    border-block-start: 1px solid currentColor;
    opacity: 0.5;
  }
  .message {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    max-inline-size: min(85%, 34rem);
    margin-block-start: 0.1875rem;
  }
  .message.first {
    margin-block-start: 0.75rem;
  }
  .message.own {
    align-self: flex-end;
    align-items: flex-end;
  }
  .name {
    font-size: 0.8125rem;
    color: var(--_muted);
    margin-inline: 0.875rem;
    margin-block-end: 0.1875rem;
  }
  .bubble {
    background: var(--_bubble);
    border-radius: 1.125rem;
    padding: 0.5rem min(0.875rem, 4vw);
    max-inline-size: 100%;
    white-space: pre-wrap;
    text-align: start;
  }
  .bubble a {
    color: inherit;
  }
  .bubble a[href^='tel:'] {
    white-space: nowrap;
  }
  .opening {
    margin: auto;
    padding-block: 1rem;
    text-align: center;
    max-inline-size: 24rem;
  }
  .opening p {
    margin: 0.375rem 0 0;
    color: var(--_muted);
  }
  .own .bubble {
    background: var(--_accent);
    color: var(--_on-accent);
  }
  .own.unsent .bubble {
    background: none;
    color: inherit;
    border: 1px dashed var(--_muted);
  }
  .own.failed .bubble {
    border-color: var(--_danger);
  }
  .picture {
    display: block;
    min-inline-size: 6rem;
    min-block-size: 6rem;
    max-inline-size: 100%;
    border-radius: 1.125rem;
    overflow: hidden;
    background: var(--_bubble);
    margin-block-end: 0.1875rem;
  }
  /* Its own shape, so that nothing at its edge, such as a price, is cut off. */
  .picture img {
    display: block;
    margin: auto;
    max-inline-size: 100%;
    max-block-size: 16rem;
  }
  .picture.broken {
    display: grid;
    place-items: center;
    padding: 1rem;
    font-size: 0.875rem;
    color: var(--_muted);
  }
  .below {
    display: flex;
    align-items: center;
    flex-wrap: wrap;
    gap: 0 0.5rem;
    font-size: 0.75rem;
    color: var(--_muted);
    margin-inline: 0.875rem;
    margin-block-start: 0.125rem;
  }
  .failed .below {
    color: var(--_danger);
    justify-content: flex-end;
  }
  .below button {
    font-size: 0.875rem;
    font-weight: 600;
    padding-inline: 0.5rem;
    color: var(--_link);
    text-decoration: underline;
  }
  .status {
    flex: none;
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem;
    min-block-size: 1.5rem;
    padding-inline: 1.25rem var(--_side);
    font-size: 0.8125rem;
    overflow-wrap: anywhere;
    color: var(--_muted);
  }
  .jump {
    flex: none;
    display: flex;
    align-items: center;
    gap: 0.375rem;
    padding-inline: 0.75rem;
    background: var(--_surface);
    color: var(--_link);
    border: 1px solid var(--_line);
    font-size: 0.875rem;
    font-weight: 600;
  }
  .quick {
    display: flex;
    flex-wrap: wrap;
    flex: none;
    gap: 0.5rem;
    max-block-size: 10.5rem;
    overflow-y: auto;
    padding: 0.25rem min(0.75rem, 3vw) 0.5rem;
  }
  .quick button {
    max-inline-size: 100%;
    padding: 0.25rem 1rem;
    border: 1px solid var(--_line);
    border-radius: 1.375rem;
    background: var(--_bubble);
    overflow-wrap: anywhere;
    font-size: 0.9375rem;
  }
  .pending {
    flex-wrap: nowrap;
    align-items: center;
    justify-content: space-between;
    font-size: 0.9375rem;
    overflow-wrap: anywhere;
  }
  .pending button {
    flex: none;
    color: var(--_link);
    font-weight: 600;
  }
  .composer {
    display: flex;
    align-items: flex-end;
    gap: min(0.5rem, 2vw);
    padding: 0.5rem min(0.75rem, 3vw) max(0.75rem, env(safe-area-inset-bottom));
  }
  /* Large enough for a finger at any font size. The input field gives way. */
  .composer > button {
    min-inline-size: min(2.75rem, 12vw);
    min-block-size: min(2.75rem, 12vw);
  }
  .composer svg {
    inline-size: min(1.375rem, 7vw);
    block-size: min(1.375rem, 7vw);
  }
  textarea {
    flex: 1;
    min-inline-size: 0;
    resize: none;
    border: 1px solid var(--_muted);
    border-radius: 1.375rem;
    padding: 0.5625rem min(1rem, 4vw);
    background: var(--_surface);
    min-block-size: 2.75rem;
    max-block-size: 8.25rem;
    field-sizing: content;
    line-height: 1.4;
  }
  textarea::placeholder {
    color: var(--_muted);
    opacity: 1;
    /* Keeps the placeholder on one line in every language. */
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .send {
    flex: none;
    background: var(--_accent);
    color: var(--_on-accent);
  }
  .tool {
    flex: none;
    color: var(--_link);
  }
  .send:disabled {
    background: var(--_bubble);
    color: var(--_muted);
  }
  .count {
    padding-inline: 1.75rem;
    font-size: 0.75rem;
    color: var(--_muted);
  }
  .count.over {
    color: var(--_danger);
  }
  .note {
    flex: none;
    padding: 0.875rem 1rem;
    text-align: center;
    font-size: 0.9375rem;
    color: var(--_muted);
    border-block-start: 1px solid var(--_line);
  }
  .skeleton {
    flex: 1;
    padding: 1rem;
    display: flex;
    flex-direction: column;
    justify-content: flex-end;
    gap: 0.75rem;
  }
  .skeleton i {
    block-size: 2.375rem;
    inline-size: 62%;
    border-radius: 1.125rem;
    background: var(--_bubble);
    animation: breathe 1.6s ease-in-out infinite alternate;
  }
  .skeleton i:nth-child(2) {
    align-self: flex-end;
    inline-size: 45%;
  }
  .skeleton i:nth-child(3) {
    inline-size: 70%;
  }
  @keyframes breathe {
    to {
      opacity: 0.45;
    }
  }
  .flag {
    flex: none;
    color: var(--_muted);
    margin-inline-start: auto;
  }
  .flag svg {
    inline-size: 1.125rem;
    block-size: 1.125rem;
  }
  .toggle + .flag {
    margin-inline-start: 0;
  }
  /* In landscape, or above a keyboard, the log comes first. */
  @container (max-height: 30em) {
    header {
      min-block-size: 0;
      padding-block: 0.125rem;
    }
    .avatar {
      inline-size: min(2rem, 12vw);
      block-size: min(2rem, 12vw);
    }
    .status {
      min-block-size: 0;
    }
    .quick:not(.pending) {
      flex-wrap: nowrap;
      align-items: flex-start;
      overflow: auto;
      scrollbar-width: none;
      max-block-size: 25cqb;
      padding-block: 0.125rem;
    }
    .quick button {
      flex: none;
      max-inline-size: 80cqi;
    }
    .jump {
      min-block-size: 2rem;
    }
    .cards {
      max-block-size: 40cqb;
    }
    .composer {
      padding-block: 0.125rem max(0.25rem, env(safe-area-inset-bottom));
    }
    textarea {
      max-block-size: 4.5rem;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .skeleton i {
      animation: none;
    }
  }
  /* Forced colors remove backgrounds, so borders replace them. */
  @media (forced-colors: active) {
    .bubble,
    .picture,
    .avatar,
    .skeleton i,
    .composer > button {
      border: 1px solid;
    }
    .own .bubble {
      border-width: 2px;
    }
    .send:disabled {
      color: GrayText;
      border-color: GrayText;
    }
  }
  /* The whole chat, in black on white, without what can only be tapped. */
  @media print {
    :host,
    :host([theme]) {
      ${light}
      block-size: auto;
      container-type: normal;
    }
    .chat {
      block-size: auto;
      overflow: visible;
    }
    .log {
      overflow: visible;
      display: block;
    }
    .message {
      break-inside: avoid;
    }
    .day,
    .notice {
      margin-inline: auto;
    }
    .message.own {
      margin-inline-start: auto;
    }
    .own .bubble {
      background: none;
      color: inherit;
      border: 1px solid;
    }
    .banner,
    .status,
    .quick,
    .cards,
    .composer,
    .count,
    button:not(.picture) {
      display: none;
    }
  }
`;
