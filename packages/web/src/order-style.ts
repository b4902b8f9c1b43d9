/** What only the customer's element has: states without a chat take no more room than their words, and the launcher. */
import { css } from 'lit';

export const orderStyle = css`
  :host([state]:not([state='loading'], [state='ready'], [launcher])) {
    block-size: auto;
    min-block-size: 0;
    container-type: normal;
  }
  :host([state='closed']) .chat {
    block-size: auto;
    max-block-size: var(--aislechat-block-size, min(36rem, 85vh));
  }
  ::slotted([slot='next']) {
    display: block;
    margin-block-start: 0.75rem;
  }
  :host([launcher]) {
    position: fixed;
    inset-block-end: max(1rem, env(safe-area-inset-bottom));
    inset-inline-end: max(1rem, env(safe-area-inset-right));
    z-index: var(--aislechat-layer, 1000);
    block-size: auto;
    min-block-size: 0;
    container-type: normal;
  }
  .launcher {
    position: relative;
    display: block;
    inline-size: min(3.5rem, 18vw);
    block-size: min(3.5rem, 18vw);
    margin-inline-start: auto;
    background: var(--_accent);
    color: var(--_on-accent);
    box-shadow: 0 2px 10px rgb(0 0 0 / 0.3);
  }
  .badge {
    position: absolute;
    inset-block-start: -0.25rem;
    inset-inline-end: -0.25rem;
    min-inline-size: 1.375rem;
    padding-inline: 0.25rem;
    border-radius: 999px;
    border: 2px solid var(--_surface);
    background: var(--_danger);
    color: var(--_surface);
    font: 600 0.8125rem/1.375 system-ui, sans-serif;
  }
  .window {
    container-type: size;
    inline-size: min(24rem, 100vw - 2rem);
    block-size: min(var(--aislechat-block-size, 36rem), 100vh - 2.75rem - min(3.5rem, 18vw));
    block-size: min(var(--aislechat-block-size, 36rem), 100dvh - 2.75rem - min(3.5rem, 18vw));
    margin-block-end: 0.75rem;
    border-radius: var(--aislechat-radius, 1rem);
    box-shadow: 0 4px 24px rgb(0 0 0 / 0.3);
  }
  :host([launcher]) .chat {
    block-size: 100%;
    max-block-size: none;
  }
  @media (forced-colors: active) {
    .launcher,
    .badge {
      border: 1px solid;
    }
  }
  @media print {
    :host([launcher]) {
      position: static;
    }
  }
`;
