/** The styles of the console: plain, dense tables, which become cards on a narrow screen. */
import { css } from 'lit';

export const consoleStyle = css`
  :host {
    display: block;
    font: 1rem/1.45 system-ui, sans-serif;
    color: var(--_text);
    --_page: var(--_bubble);
  }
  /* What is nearer is lighter. */
  @media (prefers-color-scheme: dark) {
    :host {
      --_page: #0d1210;
      --_surface: #18201d;
    }
  }
  h1 {
    font-size: 1.375rem;
    margin: 0 0 0.75rem;
    overflow-wrap: anywhere;
  }
  h1:focus {
    outline: none;
  }
  h2 {
    font-size: 1.0625rem;
    margin: 0 0 0.5rem;
  }
  h3 {
    font-size: 0.9375rem;
    margin: 0.75rem 0 0.25rem;
  }
  p {
    margin: 0 0 0.75rem;
    max-inline-size: 44rem;
  }
  a {
    color: var(--_link);
  }
  .number {
    white-space: nowrap;
  }
  .muted {
    color: var(--_muted);
  }
  .mono,
  code,
  pre {
    font-family: ui-monospace, monospace;
    font-size: 0.875em;
    overflow-wrap: anywhere;
  }
  .problem {
    color: var(--_danger);
    margin: 0;
  }
  .done {
    color: var(--_link);
    margin: 0;
  }
  .problem:not(:empty),
  .done:not(:empty) {
    margin-block-end: 0.75rem;
  }
  .card {
    background: var(--_surface);
    border: 1px solid var(--_line);
    border-radius: 0.75rem;
    padding: 1rem;
    margin-block-end: 1rem;
  }
  .grid {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr));
    gap: 1rem;
    align-items: start;
  }
  .grid {
    margin-block-end: 1rem;
  }
  .grid > .card {
    margin: 0;
    min-inline-size: 0;
  }
  .columns {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 0 1rem;
    align-items: start;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    align-items: baseline;
    gap: 0.25rem 1rem;
    margin-block-end: 0.75rem;
  }
  .head h1 {
    margin: 0;
  }

  button {
    border: 1px solid var(--_line);
    background: var(--_surface);
    border-radius: 0.5rem;
    padding-inline: 0.875rem;
    min-block-size: 2.5rem;
    white-space: nowrap;
  }
  button.primary {
    background: var(--_accent);
    border-color: var(--_accent);
    color: var(--_on-accent);
  }
  button.danger {
    color: var(--_danger);
  }
  button:disabled {
    color: var(--_muted);
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: 0.5rem 0.75rem;
    margin-block-end: 0.75rem;
  }
  td .row {
    gap: 0.25rem 0.5rem;
    margin: 0;
  }
  label {
    display: block;
    overflow-wrap: anywhere;
    font-size: 0.875rem;
    color: var(--_muted);
  }
  label.check {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    color: var(--_text);
    font-size: 1rem;
    min-block-size: 2.5rem;
  }
  input,
  select,
  textarea {
    font: inherit;
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_muted);
    border-radius: 0.5rem;
    padding: 0.375rem 0.625rem;
    min-block-size: 2.5rem;
    max-inline-size: 100%;
    display: block;
    inline-size: 100%;
  }
  input[type='checkbox'] {
    inline-size: 1.25rem;
    min-block-size: 1.25rem;
    flex: none;
  }
  input[type='range'] {
    padding: 0;
    border: 0;
    accent-color: var(--_accent);
  }
  .row label:not(.check) {
    flex: 1 1 9rem;
    max-inline-size: 20rem;
  }
  .row label.wide {
    flex-basis: 18rem;
    max-inline-size: none;
  }
  form.stack > * {
    margin-block-end: 0.75rem;
  }
  fieldset {
    min-inline-size: 0;
    border: 1px solid var(--_line);
    border-radius: 0.5rem;
    margin-inline: 0;
    padding: 0.25rem 0.75rem;
  }
  legend {
    font-size: 0.875rem;
    color: var(--_muted);
  }

  summary {
    cursor: pointer;
    min-block-size: 2.5rem;
    align-content: center;
  }

  .badge {
    display: inline-block;
    border: 1px solid var(--_line);
    background: var(--_bubble);
    border-radius: 999px;
    padding: 0 0.5rem;
    font-size: 0.875rem;
    white-space: nowrap;
  }
  .badge.bad {
    color: var(--_danger);
    border-color: currentColor;
  }

  table {
    inline-size: 100%;
    border-collapse: collapse;
    font-size: 0.9375rem;
  }
  th {
    text-align: start;
    font-size: 0.8125rem;
    font-weight: 600;
    color: var(--_muted);
    white-space: nowrap;
  }
  th,
  td {
    padding: 0.5rem 0.75rem 0.5rem 0;
    border-block-end: 1px solid var(--_line);
    vertical-align: middle;
    overflow-wrap: anywhere;
  }
  tbody tr:hover {
    background: var(--_bubble);
  }
  dl {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: 0.25rem 1rem;
    margin: 0;
  }
  dt {
    color: var(--_muted);
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
  .pages {
    display: flex;
    gap: 0.5rem;
    margin-block-start: 0.75rem;
  }

  dialog {
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_line);
    border-radius: 0.75rem;
    padding: 1.25rem;
    inline-size: min(44rem, calc(100vw - 2rem));
    max-block-size: calc(100dvh - 2rem);
  }
  dialog > .row {
    margin-block: 1rem 0;
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 50%);
  }
  .copyable {
    display: flex;
    align-items: end;
    gap: 0.5rem;
    margin-block-end: 0.75rem;
  }
  .copyable label {
    flex: 1;
    min-inline-size: 0;
  }
  pre {
    margin: 0 0 0.5rem;
    padding: 0.5rem 0.75rem;
    background: var(--_bubble);
    border-radius: 0.5rem;
    max-block-size: 16rem;
    overflow: auto;
    white-space: pre-wrap;
  }

  @media (max-width: 44rem) {
    table,
    tbody,
    tr,
    td {
      display: block;
    }
    thead {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    tbody tr {
      border: 1px solid var(--_line);
      border-radius: 0.5rem;
      padding: 0.5rem 0.75rem;
      margin-block-end: 0.5rem;
    }
    td {
      border: 0;
      padding: 0.125rem 0;
      display: flex;
      flex-wrap: wrap;
      gap: 0 0.5rem;
      align-items: baseline;
    }
    /* The title is above a value that has no room beside it, as with large text. */
    td > div {
      flex: 1 1 7rem;
      min-inline-size: 0;
    }
    .badge,
    button,
    .number {
      white-space: normal;
      overflow-wrap: anywhere;
    }
    td::before {
      content: attr(data-title);
      flex: 0 1 6rem;
      font-size: 0.8125rem;
      color: var(--_muted);
    }
    .columns {
      grid-template-columns: minmax(0, 1fr);
    }
    dl {
      grid-template-columns: 1fr;
      gap: 0;
    }
    dd {
      margin-block-end: 0.5rem;
    }
  }
`;
