/**
 * Searches the documents and the operations of this server, in the browser. The sections of the documents are a file that
 * the build writes; it and the description of the API are loaded when somebody begins to search.
 */
import { type Description, operationsOf } from './description.ts';
import { type Entry, type Found, find } from './find.ts';

const mostShown = 15;
const box = document.querySelector<HTMLFormElement>('#search');
const field = box?.querySelector('input');
const list = box?.querySelector('ul');
const status = box?.querySelector('[role=status]');
let loading: Promise<Entry[]> | undefined;

async function load(): Promise<Entry[]> {
  const [sections, description] = await Promise.all([
    fetch(box!.dataset.sections!).then((answer): Promise<Entry[]> => answer.json()),
    fetch('/openapi.json').then((answer): Promise<Description> => answer.json()),
  ]);
  const operations = operationsOf(description).map(
    ({ method, path, operation }): Entry => [
      `/docs#${operation.operationId}`,
      'API',
      operation.summary,
      `${method} ${path} ${operation.operationId}. ${operation.description.replaceAll('`', '')}`,
    ],
  );
  return [...operations, ...sections];
}

async function search(): Promise<void> {
  const asked = field!.value;
  loading ??= load();
  // A failed load is tried again with the next letter.
  const entries = await loading.catch(() => {
    loading = undefined;
    return undefined;
  });
  if (asked !== field!.value) return;
  const found = entries ? find(entries, asked) : [];
  const isAsked = asked.trim() !== '';
  list!.replaceChildren(...found.slice(0, mostShown).map(rowOf));
  list!.hidden = found.length === 0;
  status!.textContent = !isAsked
    ? ''
    : !entries
      ? 'The search could not be loaded.'
      : `${found.length === 0 ? 'No' : found.length} ${found.length === 1 ? 'result' : 'results'}`;
  box!.dataset.open = String(isAsked);
}

function rowOf({ entry: [address, page, title], excerpt }: Found): HTMLElement {
  const item = document.createElement('li');
  const link = document.createElement('a');
  link.href = address;
  const name = document.createElement('b');
  name.textContent = title === page || title === '' ? page : `${page}: ${title}`;
  const text = document.createElement('span');
  for (const { part, isMatch } of excerpt) {
    const piece = isMatch ? document.createElement('mark') : document.createElement('span');
    piece.textContent = part;
    text.append(piece);
  }
  link.append(name, text);
  item.append(link);
  return item;
}

function close(): void {
  field!.value = '';
  void search();
}

/** Up and down move between the field and the results. */
function moved(event: KeyboardEvent): void {
  const stops: HTMLElement[] = [field!, ...list!.querySelectorAll('a')];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  if (event.key === 'Escape') {
    close();
    field!.focus();
  } else if (event.key === 'ArrowDown' && at >= 0) stops[Math.min(at + 1, stops.length - 1)]!.focus();
  else if (event.key === 'ArrowUp' && at > 0) stops[at - 1]!.focus();
  else return;
  event.preventDefault();
}

if (box && field && list) {
  box.hidden = false;
  field.addEventListener('input', () => void search());
  box.addEventListener('keydown', moved);
  box.addEventListener('submit', (event) => {
    event.preventDefault();
    list.querySelector('a')?.click();
  });
  list.addEventListener('click', close);
  document.addEventListener('keydown', (event) => {
    const isTyping = (event.target as Element).closest('input, textarea, select') !== null;
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    field.focus();
  });
  document.addEventListener('click', (event) => {
    if (!box.contains(event.target as Node)) box.dataset.open = 'false';
  });
  field.addEventListener('focus', () => {
    if (field.value !== '') box.dataset.open = 'true';
  });
}
