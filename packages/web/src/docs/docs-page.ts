/** What a document's page does beyond being read: copies a block, and colors the reference as the reader likes it. */
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

/** Names of the element's own attributes. */
const colors = {
  light: {
    'bg-color': '#ffffff',
    'header-bg-color': '#ffffff',
    'text-color': '#17211d',
    'primary-color': '#0b6e4f',
    'secondary-color': '#0b6e4f',
    'nav-bg-color': '#f3f6f5',
    'nav-text-color': '#17211d',
    'nav-hover-bg-color': '#e2e9e6',
    'nav-hover-text-color': '#17211d',
  },
  dark: {
    'bg-color': '#121815',
    'header-bg-color': '#121815',
    'text-color': '#e6ece9',
    'primary-color': '#6fd3ae',
    'secondary-color': '#6fd3ae',
    'nav-bg-color': '#1a221e',
    'nav-text-color': '#e6ece9',
    'nav-hover-bg-color': '#2a3530',
    'nav-hover-text-color': '#e6ece9',
  },
};

const explorer = document.querySelector('openapi-explorer');
if (explorer) {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const paint = () => {
    for (const [name, value] of Object.entries(colors[dark.matches ? 'dark' : 'light'])) {
      explorer.setAttribute(name, value);
    }
  };
  paint();
  dark.addEventListener('change', paint);
}
