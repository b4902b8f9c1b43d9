/** The styles of what a chat and the page of an order both show. */
import { css } from 'lit';

export const cards = css`
  /* Several cards scroll, so that the log and the input field keep their room. */
  .cards {
    display: grid;
    gap: 0.5rem;
    max-block-size: 18rem;
    overflow-y: auto;
    padding: 0.25rem min(0.75rem, 3vw) 0.5rem;
  }
  .card {
    display: grid;
    grid-template-columns: auto 1fr;
    align-items: center;
    gap: 0.5rem 0.75rem;
    padding: 0.75rem;
    border: 1px solid var(--_line);
    border-radius: 1rem;
    background: var(--_bubble);
    overflow-wrap: anywhere;
  }
  .card img {
    inline-size: 3.5rem;
    block-size: 3.5rem;
    object-fit: cover;
    border-radius: 0.5rem;
    background: var(--_surface);
  }
  .card .what {
    grid-column: 2;
  }
  .card .what:first-child {
    grid-column: 1 / -1;
  }
  .card p,
  .card h3 {
    margin: 0;
  }
  .card h3 {
    font-size: 1rem;
    font-weight: 600;
  }
  .instead-of {
    font-size: 0.8125rem;
    color: var(--_muted);
  }
  .answers {
    grid-column: 1 / -1;
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }
  .answers button {
    flex: auto;
    padding-inline: 1rem;
    border: 1px solid var(--_line);
    background: var(--_surface);
    font-size: 0.9375rem;
  }
  .answers .main {
    background: var(--_accent);
    border-color: var(--_accent);
    color: var(--_on-accent);
    font-weight: 600;
  }
  .answers button:disabled {
    opacity: 0.6;
  }
  .answers label {
    flex: 1 0 100%;
    display: grid;
    gap: 0.25rem;
    font-size: 0.875rem;
  }
  .answers input {
    font: inherit;
    font-size: 1rem;
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_muted);
    border-radius: 0.75rem;
    padding: 0.5rem 0.75rem;
    min-block-size: 2.75rem;
    min-inline-size: 0;
    inline-size: 100%;
  }
  .decided {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem;
    margin: 0;
    padding-inline: 0.75rem;
    font-size: 0.875rem;
    overflow-wrap: anywhere;
  }
  .decided p {
    margin: 0;
    flex: 1 0 60%;
  }
  .decided button {
    flex: none;
    padding-inline: 0.75rem;
    color: var(--_link);
    font-weight: 600;
  }
  .refused {
    padding: 0 1rem 0.5rem;
    font-size: 0.875rem;
    color: var(--_danger);
  }
  .instead {
    margin: auto;
    padding: 2rem 1.5rem;
    text-align: center;
    max-inline-size: 24rem;
  }
  .instead h2 {
    font-size: 1.125rem;
    margin-block-end: 0.375rem;
  }
  .instead p {
    margin: 0;
    color: var(--_muted);
  }
`;
