/** The styles of the dialogs. Their lengths are in `em`, since the surrounding page decides what a `rem` is. */
export const dialogStyle = `
  dialog {
    border: 0;
    padding: 0;
    margin: auto;
    font-family: var(--aislechat-font, system-ui, sans-serif);
    color: var(--_text);
    background: var(--_surface);
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 0.85);
  }
  .report,
  .preview {
    inline-size: min(24em, 94vw);
    max-inline-size: none;
    max-block-size: 96vh;
    max-block-size: 96dvh;
    padding: min(1.25em, 5vw);
    /* Room for what is sticky, so that the focus is not behind it. */
    scroll-padding-block-end: 8em;
    border-radius: 1em;
    overflow-y: auto;
  }
  .preview {
    inline-size: min(32em, 94vw);
  }
  dialog form,
  dialog label,
  dialog form > div:not(.actions, .frame) {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.5em;
  }
  dialog h2 {
    font-size: 1em;
    overflow-wrap: anywhere;
  }
  dialog p {
    margin: 0;
    font-size: 0.875em;
    color: var(--_muted);
  }
  dialog p:empty {
    display: none;
  }
  dialog .refused {
    padding: 0;
    color: var(--_danger);
  }
  dialog select,
  dialog input {
    font: inherit;
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_muted);
    border-radius: 0.75em;
    padding: 0.5em 0.75em;
    min-block-size: 2.75em;
    inline-size: 100%;
  }
  dialog fieldset {
    min-inline-size: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }
  dialog legend {
    padding: 0;
  }
  dialog legend span {
    font-size: 0.875em;
    color: var(--_muted);
  }
  dialog [hidden] {
    display: none;
  }
  .list {
    max-block-size: 40vh;
    max-block-size: 40dvh;
    overflow-y: auto;
  }
  dialog .list label {
    grid-template-columns: auto minmax(0, 1fr);
    align-items: center;
    min-block-size: 2.75em;
  }
  dialog .list input {
    inline-size: 1.25em;
    min-block-size: 1.25em;
    margin: 0.25em;
    accent-color: var(--_accent);
  }
  .list label > span {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
    overflow-wrap: anywhere;
    font-size: 0.875em;
  }
  .list :disabled + span {
    color: var(--_muted);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5em;
  }
  .actions button {
    flex: 1 1 auto;
    padding-inline: min(1em, 4vw);
    border: 1px solid var(--_line);
    background: var(--_bubble);
  }
  /* What sends stays in sight. */
  .actions:last-child {
    position: sticky;
    inset-block-end: 0;
    background: var(--_surface);
    /* Covers what would be seen through the padding below. */
    box-shadow: 0 1.25em var(--_surface);
  }
  .actions .main {
    background: var(--_accent);
    border-color: var(--_accent);
    color: var(--_on-accent);
    font-weight: 600;
  }
  .frame {
    display: grid;
    place-items: center;
    background: var(--_bubble);
    border-radius: 0.75em;
    overflow: hidden;
  }
  .frame canvas {
    max-inline-size: 100%;
    max-block-size: 48vh;
    max-block-size: 48dvh;
  }
  @media (max-height: 24em) {
    .frame canvas {
      max-block-size: 32vh;
      max-block-size: 32dvh;
    }
  }
  @media (max-height: 30em) and (min-width: 36em) {
    .preview {
      inline-size: min(52em, 94vw);
    }
    .preview form {
      grid-template-columns: repeat(2, minmax(0, 1fr));
      align-items: center;
    }
    .preview form > * {
      grid-column: 2;
    }
    .preview form > .frame {
      grid-area: 1 / 1 / span 4;
    }
    .frame canvas {
      max-block-size: 80vh;
      max-block-size: 80dvh;
    }
  }
  .viewer {
    inline-size: 100vw;
    block-size: 100vh;
    block-size: 100dvh;
    max-inline-size: none;
    max-block-size: none;
    overflow: hidden;
    background: none;
  }
  .pane {
    --zoom: 1;
    inline-size: 100%;
    block-size: 100%;
    overflow: auto;
    touch-action: pan-x pan-y;
    cursor: grab;
    overscroll-behavior: contain;
  }
  .pane:focus-visible {
    outline: 2px solid #fff;
    outline-offset: -4px;
  }
  .pane img {
    display: block;
    inline-size: calc(100% * var(--zoom));
    block-size: calc(100% * var(--zoom));
    object-fit: contain;
  }
  .tools {
    position: absolute;
    inset-block-start: max(0.5em, env(safe-area-inset-top));
    inset-inline-end: max(0.5em, env(safe-area-inset-right));
    display: flex;
    gap: 0.5em;
  }
  .tools button {
    background: rgb(0 0 0 / 0.7);
    color: #fff;
    font-size: 1.25em;
    line-height: 1;
    min-inline-size: 2.2em;
    min-block-size: 2.2em;
  }
  .tools button:disabled {
    color: rgb(255 255 255 / 0.5);
  }
  @media (forced-colors: active) {
    dialog button {
      border: 1px solid;
    }
    .tools button:disabled {
      color: GrayText;
    }
  }
`;
