/** The layout of the first screen: three columns that become one on a narrow screen. */
import { css } from 'lit';

export const firstScreenStyle = css`
  :host {
    display: block;
    min-block-size: 100vh;
    font: 1rem/1.4 system-ui, sans-serif;
    color: var(--_text);
    background: var(--_bubble);
    padding: 1rem clamp(0.75rem, 3vw, 2.5rem) 2rem;
    box-sizing: border-box;
  }
  header,
  main {
    max-inline-size: 74rem;
    margin-inline: auto;
  }
  header {
    margin-block-end: 1rem;
  }
  h1 {
    font-size: 1.5rem;
    margin: 0;
  }
  header p {
    margin: 0.25rem 0 0;
    max-inline-size: 46rem;
  }
  h2 {
    font-size: 1rem;
    margin: 0;
  }
  h3 {
    font-size: 0.875rem;
    margin: 0.75rem 0 0.25rem;
    color: var(--_muted);
  }
  p {
    margin: 0;
  }
  .small {
    font-size: 0.875rem;
    color: var(--_muted);
  }
  .notice {
    max-inline-size: 72rem;
    margin: 0 auto 1rem;
    padding: 0.75rem 1rem;
    background: var(--_surface);
    border-inline-start: 4px solid var(--_accent);
  }
  .sides {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(15rem, 18rem) minmax(0, 1fr);
    gap: 1.5rem;
  }
  .middle {
    display: flex;
    flex-direction: column;
    gap: 1.5rem;
  }
  .title {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0 1rem;
    min-block-size: 2.75rem;
  }
  .title label {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-block-size: 2.75rem;
    font-size: 0.875rem;
  }
  input[type='checkbox'] {
    inline-size: 1.25rem;
    block-size: 1.25rem;
    margin: 0;
    accent-color: var(--_link);
  }
  aislechat-order,
  aislechat-shopper-chat {
    --aislechat-block-size: min(42rem, 76vh);
  }
  .away {
    background: var(--_surface);
    border-radius: 1rem;
    padding: 1.5rem;
    color: var(--_muted);
  }
  #order {
    line-height: 2.75rem;
  }
  .state {
    font-size: 1.25rem;
    font-weight: 600;
  }
  .clock {
    font-variant-numeric: tabular-nums;
  }
  .row,
  .steps {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }
  .steps {
    flex-flow: column;
  }
  .row {
    margin-block-start: 0.5rem;
  }
  .row button {
    flex: 1;
  }
  .row button,
  .steps button {
    border: 1px solid var(--_line);
    background: var(--_surface);
    border-radius: 0.75rem;
    padding: 0.375rem 0.875rem;
  }
  button:disabled {
    background: none;
    border-style: dashed;
    color: var(--_muted);
  }
  .steps .primary {
    background: var(--_accent);
    color: var(--_on-accent);
    border-color: var(--_accent);
  }
  .problem {
    color: var(--_danger);
    font-size: 0.875rem;
  }
  a {
    color: var(--_link);
  }
  .next {
    display: grid;
    grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
    gap: 1.5rem;
    margin-block: 1.5rem;
  }
  .next ul {
    margin: 0.5rem 0 0;
    padding-inline-start: 1.25rem;
  }
  .next li {
    padding-block: 0.2rem;
  }
  .next h2 {
    line-height: 2.75rem;
  }
  pre {
    margin: 0 0 0.5rem;
    padding: 0.75rem 1rem;
    background: var(--_surface);
    border: 1px solid var(--_line);
    border-radius: 0.75rem;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    font:
      0.8125rem/1.5 ui-monospace,
      monospace;
  }
  .steps .small {
    flex-basis: 100%;
  }
  @media (max-width: 62rem) {
    .steps {
      flex-flow: row wrap;
    }
    .steps button {
      flex: 1 1 8rem;
    }
    .sides,
    .next {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;
