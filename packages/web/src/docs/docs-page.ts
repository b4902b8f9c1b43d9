/** Adds a copy button to each code block of a document, and draws the API reference. */
import { drawReference } from './reference.ts';

for (const block of document.querySelectorAll('pre')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy';
  button.addEventListener('click', async () => {
    const text = block.querySelector('code')!.textContent;
    button.textContent = await navigator.clipboard.writeText(text).then(
      () => 'Copied',
      () => 'Not allowed',
    );
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 2000);
  });
  const frame = document.createElement('div');
  frame.className = 'block';
  frame.dataset.language = block.dataset.language;
  block.replaceWith(frame);
  frame.append(button, block);
}

const explorer = document.querySelector('openapi-explorer');
if (explorer) void drawReference(explorer as Parameters<typeof drawReference>[0], '/openapi.json');
