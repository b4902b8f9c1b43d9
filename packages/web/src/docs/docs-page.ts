/** What a script adds to a document: copy buttons, the mark in its contents, and the search. */
import { followContents } from './contents.ts';
import './search.ts';

const shownMs = 2_000;

for (const block of document.querySelectorAll<HTMLElement>('main pre')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy';
  const frame = document.createElement('div');
  frame.className = 'block';
  frame.dataset.language = block.dataset.language;
  block.replaceWith(frame);
  frame.append(button, block);
}

const status = document.createElement('p');
status.className = 'hidden';
status.setAttribute('role', 'status');
document.querySelector('footer')!.append(status);

// The reference adds such buttons later.
document.addEventListener('click', async (event) => {
  const button = (event.target as Element).closest('.copy');
  const text = button?.parentElement?.querySelector('code')?.textContent;
  if (!button || text == null) return;
  button.textContent = await navigator.clipboard.writeText(text).then(
    () => 'Copied',
    () => 'Not allowed',
  );
  status.textContent = button.textContent;
  setTimeout(() => {
    button.textContent = 'Copy';
    status.textContent = '';
  }, shownMs);
});

// Beside the text there is room for the list; above it, it is folded.
const hasRoom = matchMedia('(min-width: 78rem)');
const contents = document.querySelector<HTMLDetailsElement>('#contents details')!;
const unfold = () => {
  contents.open = hasRoom.matches;
};
hasRoom.addEventListener('change', unfold);
unfold();
followContents();

const pages = document.querySelector<HTMLElement>('#pages')!;
const current = pages.querySelector<HTMLElement>('[aria-current]');
// In a column of its own the list scrolls, and shows where the reader is.
if (current && getComputedStyle(pages).position === 'sticky') {
  pages.scrollTop = current.offsetTop - pages.offsetTop - pages.clientHeight / 3;
}
