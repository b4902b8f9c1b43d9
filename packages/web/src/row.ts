/** Draws one row of the log. */
import { thumbnailOf } from '@aislechat/client';
import { html, nothing, type TemplateResult } from 'lit';
import { linked } from './links.ts';
import type { MessageRow, Row } from './transcript.ts';
import { fill, type Words } from './words.ts';

export interface RowView {
  words: Words;
  /** Returns the address of a photo that waits to be sent. */
  linkOf: (photo: string) => string | undefined;
  isBroken: (address: string) => boolean;
  /** Called when a picture could not be loaded. */
  lost: (address: string) => void;
  /** Called when a picture has its size. */
  loaded: () => void;
  /** The message that was pressed long. */
  held: string | undefined;
  isCopied: boolean;
  copy: (row: MessageRow) => void;
  /** Called to open a picture in the viewer. */
  open: (row: MessageRow) => void;
  retry: (key: string) => void;
  discard: (key: string) => void;
  /** Returns a sentence that explains why a message was not sent. */
  reasonOf: (reason: MessageRow['reason']) => string | undefined;
}

export const addressOf = ({ photo, image }: MessageRow, linkOf: RowView['linkOf']): string | undefined =>
  photo === undefined ? image : linkOf(photo);

export function rowOf(row: Row, view: RowView): TemplateResult {
  const { words } = view;
  if (row.kind === 'day') return html`<div class="day">${row.text}</div>`;
  if (row.kind === 'unread') return html`<div class="unread">${words.unread}</div>`;
  if (row.kind === 'notice') {
    return html`<div class="notice">${row.text} <time>${row.time}</time></div>`;
  }
  const isSent = row.state === 'read' || row.state === 'sent';
  const classes = ['message', row.isOwn && 'own', row.isFirst && 'first', !isSent && 'unsent', row.state];
  const isNamed = row.isFirst && !(row.isOwn && row.name === words.you);
  return html`<div class=${classes.filter(Boolean).join(' ')}>
    ${isNamed ? html`<span class="name"><bdi>${row.name}</bdi></span>` : html`<span class="hidden"><bdi>${row.name}</bdi>${words.colon}</span>`}
    ${picture(row, view)} ${row.body === '' ? nothing : bubble(row, view)}
    ${below(row, view)}
  </div>`;
}

function bubble(row: MessageRow, { words, held, isCopied, copy }: RowView): TemplateResult {
  return html`<div class="bubble" data-key=${row.key}>${linked(row.body)}</div>
    ${held === row.key ? html`<div class="below" role="status">${isCopied ? words.copied : html`<button type="button" @click=${() => copy(row)}>${words.copy}</button>`}</div>` : nothing}`;
}

function picture(row: MessageRow, view: RowView): TemplateResult | typeof nothing {
  const { words } = view;
  const address = addressOf(row, view.linkOf);
  if (address === undefined || !/^(https?|blob):/.test(address)) {
    return row.photo === undefined ? nothing : html`<div class="picture broken">${words.photoWaiting}</div>`;
  }
  if (view.isBroken(address)) return html`<div class="picture broken">${words.noPicture}</div>`;
  return html`<button
    class="picture"
    type="button"
    aria-label=${fill(words.openPicture, { name: row.name })}
    @click=${() => view.open(row)}
  >
    <img src=${thumbnailOf(address)} alt="" loading="lazy" referrerpolicy="no-referrer" @load=${view.loaded} @error=${() => view.lost(address)} />
  </button>`;
}

function below(
  row: MessageRow,
  { words, retry, discard, reasonOf }: RowView,
): TemplateResult | typeof nothing {
  const takeBack = html`<button type="button" @click=${() => discard(row.key)}>${words.discard}</button>`;
  if (row.state === 'failed') {
    const reason = reasonOf(row.reason);
    return html`<div class="below">
      <span>${reason === undefined ? words.failed : `${words.failed}. ${reason}`}</span>
      <button type="button" @click=${() => retry(row.key)}>${words.again}</button>
      ${takeBack}
    </div>`;
  }
  // A text is sent within a moment, but a photo takes as long as its upload.
  if (row.state === 'pending' || (row.state === 'sending' && row.photo !== undefined)) {
    return html`<div class="below"><span>${row.state === 'pending' ? words.waiting : words.sending}</span> ${takeBack}</div>`;
  }
  const states = { read: words.read, sent: words.sent, sending: words.sending };
  const state = row.showsState ? states[row.state] : undefined;
  const parts = [row.time, state].filter((part) => part !== undefined);
  return parts.length === 0 ? nothing : html`<div class="below">${parts.join(' · ')}</div>`;
}
