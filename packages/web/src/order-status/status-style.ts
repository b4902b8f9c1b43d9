import { css, unsafeCSS } from 'lit';
import { light, ownText, unit } from '../base-style.ts';

/** The page of an order, around the chat. */
export const statusStyle = css`
  :host,
  .order {
    /* Overrides even a rule of the page for all elements. */
    font-size: var(--aislechat-font-size, medium) !important;
    ${unsafeCSS(unit)}: 1em;
  }
  :host {
    display: block;
    min-inline-size: 0;
    color: var(--_text);
    --_side: min(1rem, 4vw);
  }
  :host([hidden]) {
    display: none;
  }
  .order {
    ${ownText}
    display: block;
    background: var(--_surface);
    overflow-wrap: anywhere;
    container-type: inline-size;
    /* Where the element itself decides how wide it is. */
    contain-intrinsic-inline-size: min(20rem, 85vw);
  }
  .brand {
    display: flex;
    align-items: center;
    gap: 0.75rem;
    padding: 0.75rem var(--_side);
    /* That of a row with a logo, so that nothing below moves: order.html has the heading at the same place. */
    min-block-size: calc(4rem + 1px);
    border-block-end: 1px solid var(--_line);
    font-weight: 600;
  }
  .brand img {
    max-block-size: 2.5rem;
    max-inline-size: min(12rem, 60%);
    object-fit: contain;
    /* Logos are drawn for a light page. */
    background: #fff;
    border-radius: 0.25rem;
  }
  /* Next to a long order number it keeps its words whole. */
  .brand bdi {
    max-inline-size: 65%;
    overflow-wrap: break-word;
  }
  .brand small {
    margin-inline-start: auto;
    text-align: end;
    font-weight: 400;
    font-size: 0.875rem;
    color: var(--_muted);
  }
  .head {
    padding: 1.25rem var(--_side) 0.5rem;
  }
  h1,
  h2.title {
    margin: 0;
    font-size: 1.5rem;
    line-height: 1.2;
    font-weight: 700;
  }
  .head p {
    margin: 0.25rem 0 0;
    color: var(--_muted);
  }
  .head .warning {
    margin-block-start: 0.75rem;
    padding: 0.5rem 0.75rem;
    border-radius: 0.75rem;
    background: var(--_bubble);
    color: var(--_text);
  }
  h2:not(.title),
  h3 {
    margin: 0 0 0.5rem;
    font-size: 1.0625rem;
    line-height: 1.3;
    font-weight: 600;
  }
  .parts {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1.25rem;
    padding: 0.75rem var(--_side) 1.5rem;
  }
  .facts {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1.25rem;
    align-content: start;
    min-inline-size: 0;
  }
  /* In pixels, since no variable works in a condition. */
  @container (min-width: 896px) {
    .parts {
      grid-template-columns: minmax(0, 1fr) minmax(22rem, 28rem);
      max-inline-size: 72rem;
      margin-inline: auto;
    }
    .head,
    .brand,
    .bones {
      max-inline-size: 72rem;
      margin-inline: auto;
    }
    aislechat-order {
      position: sticky;
      inset-block-start: 1rem;
      --aislechat-block-size: min(44rem, calc(100vh - 2rem));
    }
  }
  /* The frame of the chat before its code is there. */
  aislechat-order:not(:defined) {
    display: grid;
    place-items: center;
    block-size: var(--aislechat-block-size, min(36rem, 85vh));
    min-block-size: min(20rem, 85vh);
    border: 1px solid var(--_line);
    border-radius: var(--aislechat-radius, 1rem);
  }
  section {
    min-inline-size: 0;
  }
  .panel {
    border: 1px solid var(--_line);
    border-radius: 1rem;
    padding: 1rem;
  }
  .panel p {
    margin: 0 0 0.5rem;
  }
  .panel p:last-child {
    margin: 0;
  }
  .muted {
    color: var(--_muted);
    font-size: 0.875rem;
  }
  /* Room for a focus ring, which the scrolling box would cut. */
  .cards {
    margin: -0.25rem;
    padding: 0.25rem;
    max-block-size: none;
  }
  ol.steps,
  ul.items {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  .steps li {
    display: grid;
    grid-template-columns: 1.5rem minmax(0, 1fr);
    gap: 0 0.75rem;
    align-items: start;
    padding-block-end: 1rem;
    position: relative;
    color: var(--_muted);
  }
  .steps li:last-child {
    padding-block-end: 0;
  }
  .steps .dot {
    inline-size: 1.5rem;
    block-size: 1.5rem;
    border-radius: 50%;
    border: 2px solid var(--_muted);
    background: var(--_surface);
    display: grid;
    place-items: center;
    z-index: 1;
  }
  .steps .dot svg {
    inline-size: 0.875rem;
    block-size: 0.875rem;
    stroke-width: 3;
  }
  /* The line to the next step. */
  .steps li:not(:last-child)::before {
    content: '';
    position: absolute;
    inset-block: 1.5rem 0;
    inset-inline-start: calc(0.75rem - 1px);
    border-inline-start: 2px solid var(--_line);
  }
  /* Without room for both, the time is below the title. */
  .steps li > div {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0 0.75rem;
  }
  .steps .reached {
    color: var(--_text);
  }
  .steps .reached .dot {
    background: var(--_accent);
    border-color: var(--_accent);
    color: var(--_on-accent);
  }
  .steps .reached:not(:last-child)::before {
    border-color: var(--_accent);
  }
  .steps [aria-current] {
    font-weight: 700;
  }
  .steps [aria-current] .dot {
    outline: 3px solid var(--_line);
  }
  .steps time,
  .steps .skip {
    font-weight: 400;
    font-size: 0.875rem;
    color: var(--_muted);
    white-space: nowrap;
  }
  .items li {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0 0.75rem;
    align-items: center;
    padding-block: 0.625rem;
    border-block-start: 1px solid var(--_line);
  }
  .items li:first-child {
    border: 0;
  }
  .items img {
    inline-size: 3rem;
    block-size: 3rem;
    object-fit: cover;
    border-radius: 0.5rem;
    background: var(--_bubble);
    grid-row: span 2;
  }
  .items p {
    margin: 0;
    grid-column: 2;
  }
  .items p:first-child,
  .items p:first-child + p {
    grid-column: 1 / -1;
  }
  .items .gone {
    text-decoration: line-through;
    color: var(--_muted);
  }
  form {
    display: grid;
    gap: 0.75rem;
  }
  fieldset {
    border: 0;
    margin: 0;
    padding: 0;
    min-inline-size: 0;
  }
  legend {
    padding: 0;
    margin-block-end: 0.5rem;
    font-weight: 600;
  }
  label.field {
    display: grid;
    gap: 0.25rem;
    font-size: 0.875rem;
  }
  .order input[type='text'],
  .order input[type='tel'],
  select,
  .order form textarea {
    font: inherit;
    font-size: 1rem;
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_muted);
    border-radius: 0.75rem;
    padding: 0.5rem 0.75rem;
    min-block-size: 2.75rem;
    inline-size: 100%;
  }
  .order form textarea {
    resize: none;
    field-sizing: content;
    line-height: 1.4;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }
  .actions button,
  .actions a {
    flex: 0 1 auto;
    padding: 0.5rem 1.125rem;
    border-radius: 999px;
    border: 1px solid var(--_muted);
    background: var(--_surface);
    color: inherit;
    text-decoration: none;
    min-block-size: 2.75rem;
  }
  .actions a {
    display: inline-flex;
    align-items: center;
  }
  .actions .main {
    background: var(--_accent);
    border-color: var(--_accent);
    color: var(--_on-accent);
    font-weight: 600;
  }
  .actions button:disabled {
    opacity: 0.6;
  }
  .stars {
    display: flex;
    gap: 0.125rem;
  }
  .stars label,
  .chips label {
    position: relative;
    display: grid;
    place-items: center;
    min-inline-size: 2.75rem;
    min-block-size: 2.75rem;
    border-radius: 999px;
    cursor: pointer;
  }
  .stars input,
  .chips input {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }
  /* Five are in one row at any font size. */
  .stars label {
    min-inline-size: min(2.75rem, 14vw);
  }
  .stars svg {
    inline-size: min(2rem, 10vw);
    block-size: min(2rem, 10vw);
    color: var(--_muted);
    stroke-width: 1.5;
  }
  .stars .lit svg {
    fill: var(--_link);
    color: var(--_link);
  }
  .stars label:focus-within,
  .chips label:focus-within {
    outline: 2px solid var(--_link);
    outline-offset: 2px;
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }
  .chips label {
    padding: 0.375rem 1rem;
    border: 1px solid var(--_muted);
    text-align: center;
  }
  .chips label:has(:checked) {
    background: var(--_accent);
    border-color: var(--_accent);
    color: var(--_on-accent);
  }
  .check {
    display: flex;
    gap: 0.5rem;
    align-items: center;
  }
  .refused {
    padding: 0;
    color: var(--_danger);
    font-size: 0.875rem;
  }
  .over {
    padding: 4rem 1.5rem;
    text-align: center;
  }
  .over p:not(.refused) {
    color: var(--_muted);
  }
  .over form {
    max-inline-size: 20rem;
    margin: 1.5rem auto 0.75rem;
  }
  .over .actions {
    justify-content: center;
  }
  .over input {
    text-align: center;
    letter-spacing: 0.25em;
  }
  /* Where the steps will be. */
  .bones {
    display: grid;
    gap: 1rem;
    padding: 2.375rem var(--_side) 1.5rem;
  }
  .bones i {
    inline-size: min(16rem, 100%);
    block-size: 1.5rem;
    border-radius: 0.75rem;
    background: var(--_bubble);
  }
  /* In black on white, without what can only be tapped. */
  @media print {
    :host,
    :host([theme]) {
      ${light}
    }
    .cards,
    button {
      display: none;
    }
  }
  @media (forced-colors: active) {
    .steps .reached .dot,
    .chips label:has(:checked) {
      border-width: 4px;
    }
  }
`;
