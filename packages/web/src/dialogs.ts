/**
 * The dialogs of a conversation: the preview of a photo before it is sent, the viewer of a picture, and the report. The
 * element loads them when they are opened, so they use neither Lit nor anything else that the element already has.
 *
 * Texts become text nodes, and the styles are a constructed sheet, as everywhere in the element.
 */
import type { ReportReason } from '@aislechat/client';
import type { Conversation, MessageEntry } from './conversation.ts';
import { dialogStyle } from './dialog-style.ts';
import { type DialogWords, dialogWords } from './dialog-words.ts';
import { fill, type Words } from './words.ts';

export interface DialogHost {
  /** The element that the dialog is added to; it is in a shadow root. */
  section: HTMLElement;
  words: Words;
  /** For how long reported messages are kept; empty if they are not. */
  kept: string;
}

const reasons = [
  'abusive_language',
  'harassment',
  'asked_for_payment',
  'personal_details',
  'spam',
  'other',
] as const satisfies readonly ReportReason[];

/** The server's limit for a text. */
const longestCaption = 1000;
/** The server's limit, which the texts of the report name too. */
const messagesPerReport = 10;
const zoomMost = 6;
const zoomStep = 1.5;

interface Given {
  [name: string]: unknown;
}

/** Makes an element. Properties of `given` that are functions become listeners, and the others attributes. */
function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  given: Given = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'function') element.addEventListener(name, value as EventListener);
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

const button = (text: string, click: () => void, given: Given = {}) =>
  make('button', { type: 'button', click, ...given }, text);

const sheets = new WeakMap<Node, CSSStyleSheet>();

type AllWords = Words & DialogWords;

const wordsOf = ({ words }: DialogHost): AllWords => ({
  ...dialogWords,
  ...(words as Words & Partial<DialogWords>),
});

/** Shows a dialog until it is closed. @returns when it was closed */
function show({ section }: DialogHost, dialog: HTMLDialogElement): Promise<void> {
  const root = section.getRootNode() as ShadowRoot;
  if (!sheets.has(root)) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(dialogStyle);
    sheets.set(root, sheet);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  }
  const before = root.activeElement;
  section.append(dialog);
  dialog.showModal();
  // What it is about comes first, wherever the focus is.
  dialog.scrollTop = 0;
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
      resolve();
    });
  });
}

/**
 * Shows photos before they are sent, one after the other.
 * @param send called for each photo that the person sends, upright as they turned it
 */
export async function previewPhotos(
  host: DialogHost,
  photos: readonly HTMLCanvasElement[],
  send: (photo: HTMLCanvasElement, caption: string) => void,
): Promise<void> {
  const words = wordsOf(host);
  const left = [...photos];
  const title = make('h2', { id: 'preview' });
  const frame = make('div', { class: 'frame' });
  const caption = make('input', {
    'aria-label': words.caption,
    placeholder: words.caption,
    maxlength: longestCaption,
    autocomplete: 'off',
    enterkeyhint: 'send',
    dir: 'auto',
  });
  const draw = () => {
    const number = photos.length - left.length + 1;
    title.textContent =
      photos.length === 1 ? words.photoWaiting : fill(words.photoOf, { number, count: photos.length });
    const [photo] = left;
    photo?.setAttribute('role', 'img');
    photo?.setAttribute('aria-label', title.textContent);
    frame.replaceChildren(...(photo ? [photo] : []));
    caption.value = '';
  };
  const next = () => {
    left.shift();
    if (left.length === 0) dialog.close();
    else draw();
  };
  const rotate = () => {
    left[0] = turned(left[0]!);
    const said = caption.value;
    draw();
    caption.value = said;
  };
  const submit = (event: Event) => {
    event.preventDefault();
    send(left[0]!, caption.value.trim());
    next();
  };
  // Enter that accepts a suggestion of an input method does not send.
  const keydown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.isComposing || event.keyCode === 229)) event.preventDefault();
  };
  caption.addEventListener('keydown', keydown);
  const dialog = make(
    'dialog',
    { class: 'preview', 'aria-labelledby': 'preview' },
    make(
      'form',
      { submit },
      title,
      frame,
      make('div', { class: 'actions' }, button(words.rotate, rotate), button(words.remove, next)),
      caption,
      make(
        'div',
        { class: 'actions' },
        button(words.cancel, () => dialog.close()),
        make('button', { type: 'submit', class: 'main' }, words.send),
      ),
    ),
  );
  draw();
  await show(host, dialog);
}

/** A picture turned by a quarter to the right. */
function turned(photo: HTMLCanvasElement): HTMLCanvasElement {
  const canvas = make('canvas', { width: photo.height, height: photo.width });
  const context = canvas.getContext('2d')!;
  context.translate(photo.height, 0);
  context.rotate(Math.PI / 2);
  context.drawImage(photo, 0, 0);
  return canvas;
}

/** Shows a picture on the whole screen, which can be zoomed and moved with fingers, mouse and keys. */
export async function viewPicture(
  host: DialogHost,
  { address, name }: { address: string; name: string },
): Promise<void> {
  const words = wordsOf(host);
  const label = fill(words.picture, { name });
  const image = make('img', { src: address, alt: label, referrerpolicy: 'no-referrer', draggable: 'false' });
  // Focused, its arrow keys scroll the picture.
  const pane = make('div', { class: 'pane', tabindex: 0, role: 'group', 'aria-label': label }, image);
  let zoom = 1;
  /** @param x @param y the point of the pane that stays where it is */
  const zoomTo = (wanted: number, x = pane.clientWidth / 2, y = pane.clientHeight / 2) => {
    const next = Math.min(zoomMost, Math.max(1, wanted));
    const at = { x: (pane.scrollLeft + x) / zoom, y: (pane.scrollTop + y) / zoom };
    zoom = next;
    pane.style.setProperty('--zoom', String(zoom));
    pane.scrollTo(at.x * zoom - x, at.y * zoom - y);
    out.disabled = zoom === 1;
    more.disabled = zoom === zoomMost;
  };
  const more = button('+', () => zoomTo(zoom * zoomStep), { 'aria-label': words.zoomIn });
  const out = button('−', () => zoomTo(zoom / zoomStep), { 'aria-label': words.zoomOut, disabled: true });
  const keydown = ({ key }: KeyboardEvent) => {
    if (key === '+' || key === '=') zoomTo(zoom * zoomStep);
    if (key === '-') zoomTo(zoom / zoomStep);
    if (key === '0') zoomTo(1);
  };
  const dialog = make(
    'dialog',
    { class: 'viewer', 'aria-label': label, keydown },
    pane,
    make(
      'div',
      { class: 'tools' },
      out,
      more,
      button('✕', () => dialog.close(), { 'aria-label': words.closePicture }),
    ),
  );
  movable(pane, () => zoom, zoomTo);
  await show(host, dialog);
}

type ZoomTo = (zoom: number, x: number, y: number) => void;

/** A finger scrolls by itself. Two fingers, the wheel and a double click zoom; the mouse drags. */
function movable(pane: HTMLElement, zoomNow: () => number, zoomTo: ZoomTo): void {
  const fingers = new Map<number, { x: number; y: number }>();
  let apart = 0;
  const spread = () => {
    const [a, b] = [...fingers.values()];
    const box = pane.getBoundingClientRect();
    return {
      px: Math.hypot(a!.x - b!.x, a!.y - b!.y),
      x: (a!.x + b!.x) / 2 - box.left,
      y: (a!.y + b!.y) / 2 - box.top,
    };
  };
  pane.addEventListener('pointerdown', ({ pointerId, clientX: x, clientY: y }) => {
    fingers.set(pointerId, { x, y });
    if (fingers.size === 2) apart = spread().px;
  });
  pane.addEventListener('pointermove', (event) => {
    const last = fingers.get(event.pointerId);
    if (!last) return;
    const now = { x: event.clientX, y: event.clientY };
    fingers.set(event.pointerId, now);
    if (fingers.size === 2) {
      const { px, x, y } = spread();
      if (apart > 0) zoomTo((zoomNow() * px) / apart, x, y);
      apart = px;
    } else if (event.pointerType === 'mouse') pane.scrollBy(last.x - now.x, last.y - now.y);
  });
  for (const type of ['pointerup', 'pointercancel', 'pointerleave'] as const) {
    pane.addEventListener(type, ({ pointerId }) => fingers.delete(pointerId));
  }
  pane.addEventListener('dblclick', ({ clientX, clientY }) => {
    const box = pane.getBoundingClientRect();
    zoomTo(zoomNow() > 1 ? 1 : zoomStep ** 2, clientX - box.left, clientY - box.top);
  });
  pane.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const box = pane.getBoundingClientRect();
      const factor = event.deltaY < 0 ? 1.1 : 1 / 1.1;
      zoomTo(zoomNow() * factor, event.clientX - box.left, event.clientY - box.top);
    },
    { passive: false },
  );
}

type Reported = Pick<Conversation, 'entries' | 'side' | 'report'>;

/** Asks why the person reports the chat, and which messages. */
export async function reportChat(host: DialogHost, conversation: Reported): Promise<void> {
  const words = wordsOf(host);
  const which = choiceOf(conversation, words);
  const select = make(
    'select',
    {},
    ...reasons.map((reason) => make('option', { value: reason }, words[reason])),
  );
  const ask = make(
    'div',
    {},
    make('label', {}, words.reportWhy, select),
    which.fieldset,
    make('p', {}, `${words.reportHint} ${host.kept}`),
  );
  const result = make('p', { role: 'status' });
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      await conversation.report(select.value as ReportReason, which.chosen());
      ask.remove();
      yes.remove();
      result.className = '';
      result.setAttribute('role', 'status');
      result.textContent = words.reported;
      no.textContent = words.closePicture;
      no.focus();
    } catch (error) {
      const isFull = error instanceof Error && error.name === 'limit_reached';
      result.className = 'refused';
      result.setAttribute('role', 'alert');
      result.textContent = isFull ? words.reportFull : words.reportFailed;
      result.scrollIntoView({ block: 'nearest' });
    }
  };
  const yes = make('button', { type: 'submit', class: 'main' }, words.sendReport);
  const no = button(words.cancel, () => dialog.close());
  const dialog = make(
    'dialog',
    { class: 'report', 'aria-labelledby': 'report' },
    make(
      'form',
      { submit },
      make('h2', { id: 'report' }, words.reportTitle),
      ask,
      result,
      make('div', { class: 'actions' }, no, yes),
    ),
  );
  // The chat is drawn again when messages come or are erased.
  const observer = new MutationObserver(which.update);
  observer.observe(host.section, { childList: true, subtree: true });
  const closed = show(host, dialog);
  which.list.scrollTop = which.list.scrollHeight;
  await closed;
  observer.disconnect();
}

/** Lets the person choose among the messages of the other side. The newest are chosen at first. */
function choiceOf(conversation: Reported, words: AllWords) {
  const boxes = new Map<number, HTMLInputElement>();
  const isOthers = (entry: Conversation['entries'][number]): entry is MessageEntry =>
    entry.kind === 'message' && entry.from !== conversation.side;
  const others = () => conversation.entries.filter(isOthers);
  const first = new Set(
    others()
      .slice(-messagesPerReport)
      .map(({ id }) => id),
  );
  const chosen = () => [...boxes].filter(([, { checked }]) => checked).map(([id]) => id);
  const limit = () => {
    const isFull = chosen().length >= messagesPerReport;
    for (const box of boxes.values()) box.disabled = isFull && !box.checked;
  };
  // Enter would send the report, where a person may expect it to choose a message.
  const keydown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') event.preventDefault();
  };
  const list = make('div', { class: 'list', change: limit, keydown });
  const most = make('span', {}, ` ${words.reportMost}`);
  const fieldset = make('fieldset', {}, make('legend', {}, words.reportWhich, most), list);
  const row = ({ id, body, image }: MessageEntry) => {
    const box = make('input', { type: 'checkbox', checked: first.has(id) });
    boxes.set(id, box);
    const photo = image ? [words.photoWaiting, ...(body ? [`${words.colon} `] : [])] : [];
    return make('label', {}, box, make('span', { dir: 'auto' }, ...photo, make('bdi', {}, body)));
  };
  /** Shows what the chat has now: a text that was erased must not stay on the screen. */
  const update = () => {
    const entries = others();
    const ids = new Set(entries.map(({ id }) => id));
    for (const [id, box] of boxes) {
      if (ids.has(id)) continue;
      box.parentElement!.remove();
      boxes.delete(id);
    }
    list.append(...entries.filter(({ id }) => !boxes.has(id)).map(row));
    most.hidden = boxes.size <= messagesPerReport;
    fieldset.hidden = boxes.size === 0;
    limit();
  };
  update();
  return { fieldset, list, update, chosen };
}
