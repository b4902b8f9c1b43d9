/** The contents of a page: builds the list where the page has none yet, and marks the section that is being read. */

/** A section counts as read once its heading is in the upper third of the screen. */
const share = 1 / 3;
let stop: (() => void) | undefined;

export function followContents(): void {
  stop?.();
  const list = document.querySelector('#contents ul');
  const headings = [...document.querySelectorAll<HTMLElement>('main h2[id], main h3[id]')];
  if (!list || headings.length === 0) return;
  if (list.childElementCount === 0) {
    for (const { id, textContent } of headings) {
      const item = document.createElement('li');
      const link = document.createElement('a');
      link.href = `#${id}`;
      link.textContent = textContent;
      item.append(link);
      list.append(item);
    }
    document.querySelector<HTMLElement>('#contents')!.hidden = false;
  }
  const mark = (): void => {
    const read = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight * share);
    const isAtEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 1 && scrollY > 0;
    const current = isAtEnd && read.length > 0 ? lastVisible(headings) : read.at(-1);
    for (const link of list.querySelectorAll('a')) {
      if (current && link.hash === `#${encodeURIComponent(current.id)}`) {
        if (link.getAttribute('aria-current') === 'true') continue;
        link.setAttribute('aria-current', 'true');
        keepVisible(link);
      } else link.removeAttribute('aria-current');
    }
  };
  let isAsked = false;
  const ask = (): void => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      mark();
    });
  };
  addEventListener('scroll', ask, { passive: true });
  addEventListener('resize', ask);
  stop = () => {
    removeEventListener('scroll', ask);
    removeEventListener('resize', ask);
  };
  mark();
}

/** At the end of the page the last headings never reach the upper part of the screen. */
function lastVisible(headings: HTMLElement[]): HTMLElement | undefined {
  return headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight).at(-1);
}

/** Scrolls the list, and not the page. */
function keepVisible(link: HTMLElement): void {
  const list = link.closest<HTMLElement>('#contents')!;
  const { top, bottom } = link.getBoundingClientRect();
  const frame = list.getBoundingClientRect();
  if (top < frame.top) list.scrollTop -= frame.top - top;
  else if (bottom > frame.bottom) list.scrollTop += bottom - frame.bottom;
}
