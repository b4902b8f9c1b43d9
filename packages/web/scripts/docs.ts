/**
 * Builds the repository's documents as pages under `/docs`. They are made from Markdown at build time, so that reading
 * them needs no script. The browser draws the API reference from the `/openapi.json` of the server.
 */
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Marked, type Tokens } from 'marked';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const source = fileURLToPath(new URL('../src/docs/', import.meta.url));

export interface DocsAssets {
  /** Addresses from the root of the server. */
  style: string;
  script: string;
  /** Draws the API reference. */
  reference: string;
}

interface Document {
  /** The path from the root of the repository. */
  file: string;
  /** The path on the server. */
  path: string;
  title: string;
  text: string;
}

/** A heading that the contents of a page list. */
interface Heading {
  id: string;
  depth: number;
  /** HTML. */
  title: string;
}

/** What the search finds: the address, the title of the page, the title of the section, and its text. */
type Section = [address: string, page: string, title: string, text: string];

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/**
 * Writes the pages into `docs` within `made`.
 * @param asset writes a file under a name with a hash, and returns the name
 */
export function writeDocs(
  made: string,
  assets: DocsAssets,
  asset: (name: string, ending: string, bytes: Buffer) => string,
): void {
  const documents = readDocuments();
  const pages = documents.map((document) => ({ document, html: htmlOf(document, documents) }));
  const sections = pages.flatMap(({ document, html }) => sectionsOf(document, html));
  const search = asset('docs-search', '.json', Buffer.from(JSON.stringify(sections)));
  const write = (name: string, text: string | Buffer) => {
    const file = join(made, 'docs', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const shell = readFileSync(join(source, 'page.html'), 'utf8');
  const fill = (values: Record<string, string>) =>
    Object.entries({ ...assets, sections: `/${search}`, ...values }).reduce(
      // A function, because the value may contain patterns that `replaceAll` interprets.
      (page, [name, value]) => page.replaceAll(`%${name}%`, () => value),
      shell,
    );

  for (const { document, html } of pages) {
    const headings = headingsOf(html);
    write(
      `${document.path.replace('/docs/', '')}.html`,
      fill({
        title: escaped(document.title),
        content: `<main id="content">${html}</main>`,
        contents: headings.map(contentsRow).join(''),
        hidden: headings.length < fewestHeadings ? 'hidden' : '',
        pages: navigation(documents, document.path),
      }),
    );
  }
  write(
    'index.html',
    fill({
      title: 'API',
      content: readFileSync(join(source, 'api.html'), 'utf8').replace('%reference%', assets.reference),
      // The script fills them, because only the server knows which operations it has.
      contents: '',
      hidden: 'hidden',
      pages: navigation(documents, '/docs'),
    }),
  );
  for (const found of globSync(['docs/examples/*', 'docs/images/*'], { cwd: root })) {
    write(found.replaceAll('\\', '/').replace('docs/', ''), readFileSync(join(root, found)));
  }
}

/** A page with fewer headings has no list of contents. */
const fewestHeadings = 2;

const contentsRow = ({ id, depth, title }: Heading): string =>
  `<li${depth > 2 ? ' class="deep"' : ''}><a href="#${id}">${title}</a></li>`;

const headingPattern = /<h([123]) id="([^"]*)">(.*?)<\/h\1>/g;

/** The headings of the second and third level. A link within a heading becomes its text. */
const headingsOf = (html: string): Heading[] =>
  [...html.matchAll(headingPattern)]
    .map(([, depth, id, title]) => ({
      depth: Number(depth),
      id: id!,
      title: title!.replaceAll(/<\/?(a|code)[^>]*>/g, ''),
    }))
    .filter(({ depth }) => depth > 1);

/** Splits a document at its headings. */
function sectionsOf({ path, title }: Document, html: string): Section[] {
  return html
    .split(/(?=<h[123] id=)/)
    .map((part): Section => {
      const [heading] = part.matchAll(headingPattern);
      const isTitle = heading === undefined || heading[1] === '1';
      const text = plain(part.replace(headingPattern, ''));
      return [isTitle ? path : `${path}#${heading[2]}`, title, isTitle ? title : plain(heading[3]!), text];
    })
    .filter(([, , , text]) => text !== '');
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** The text of a piece of HTML. */
const plain = (html: string): string =>
  html
    .replaceAll(/<\/?(code|strong|em|wbr|a|b|i)\b[^>]*>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole)
    .replaceAll(/\s+/g, ' ')
    .trim();

function readDocuments(): Document[] {
  return globSync('docs/**/*.md', { cwd: root })
    .map((found) => found.replaceAll('\\', '/'))
    .sort()
    .map((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      const title = /^# (.*)$/m.exec(text)![1]!.replaceAll('`', '');
      return { file, path: `/${file.replace(/\.md$/, '')}`, title, text };
    });
}

/** Lists all pages, in the order and under the readers of `docs/README.md`: guides first, decisions last and folded. */
function navigation(documents: Document[], current: string): string {
  const link = ({ path, title }: Pick<Document, 'path' | 'title'>) =>
    `<li><a href="${path}"${path === current ? ' aria-current="page"' : ''}>${escaped(title)}</a></li>`;
  const list = (pages: Pick<Document, 'path' | 'title'>[]) => `<ul>${pages.map(link).join('')}</ul>`;
  const group = (title: string, pages: Pick<Document, 'path' | 'title'>[]) =>
    `<h2>${title}</h2>${list(pages)}`;
  const isIn = (folder: string) => (document: Document) => posix.dirname(document.file) === folder;
  const readers = readersOf(documents);
  const listed = readers.flatMap(({ pages }) => pages);
  const decisions = documents.filter(isIn('docs/decisions'));
  const others = documents.filter(isIn('docs')).filter((document) => !listed.includes(document));
  const isDecision = decisions.some(({ path }) => path === current);
  return [
    group('Guides', listed.filter(isIn('docs/guides'))),
    group('Reference', [{ path: '/docs', title: 'API' }, ...others]),
    ...readers
      .map(({ reader, pages }) => ({ reader, pages: pages.filter(isIn('docs')) }))
      .filter(({ pages }) => pages.length > 0)
      .map(({ reader, pages }) => group(reader, pages)),
    `<details${isDecision ? ' open' : ''}><summary>Decisions (${decisions.length})</summary>${list(decisions)}</details>`,
  ].join('\n');
}

/** The documents of each reader, as `docs/README.md` lists them. */
function readersOf(documents: Document[]): { reader: string; pages: Document[] }[] {
  const { text } = documents.find(({ file }) => file === 'docs/README.md')!;
  return text
    .split(/^## /m)
    .slice(1)
    .map((part) => ({
      reader: /^[^:\n]*/.exec(part)![0],
      pages: [...part.matchAll(/^\| \[[^\]]*\]\(([^)]+)\)/gm)].flatMap(([, target]) =>
        documents.filter(({ file }) => file === posix.join('docs', target!)),
      ),
    }));
}

/** Makes an anchor like GitHub's, so that a link works in both places. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

function htmlOf(document: Document, documents: Document[]): string {
  const paths = new Map(documents.map(({ file, path }) => [file, path]));
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }: Tokens.Heading) {
        return `<h${depth} id="${anchorOf(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      code({ text, lang }: Tokens.Code) {
        const language = (lang ?? '').split(' ')[0]!;
        const label = language === '' ? 'Code' : `Code: ${language}`;
        return `<pre tabindex="0" role="group" aria-label="${label}" data-language="${language}"><code>${escaped(text)}</code></pre>\n`;
      },
      link({ href, tokens }: Tokens.Link) {
        const text = this.parser.parseInline(tokens);
        const address = addressOf(document.file, href, paths);
        // Files that are not served exist only in the repository, next to the sources.
        return address === undefined ? text : `<a href="${escaped(address)}">${text}</a>`;
      },
      image({ href, text }: Tokens.Image) {
        const address = addressOf(document.file, href, paths);
        return address === undefined
          ? escaped(text)
          : `<img src="${escaped(address)}" alt="${escaped(text)}">`;
      },
      table(token: Tokens.Table) {
        const cell = (tag: string, { tokens }: Tokens.TableCell) =>
          `<${tag}>${breakable(this.parser.parseInline(tokens))}</${tag}>`;
        // A table with an empty head gets none.
        const hasHead = token.header.some(({ text }) => text !== '');
        const head = token.header.map((one) => cell(one.text === '' ? 'td' : 'th', one)).join('');
        const body = token.rows.map((row) => `<tr>${row.map((one) => cell('td', one)).join('')}</tr>`);
        return `<div class="table" tabindex="0" role="group" aria-label="Table"><table>${
          hasHead ? `<thead><tr>${head}</tr></thead>` : ''
        }<tbody>${body.join('')}</tbody></table></div>\n`;
      },
    },
  });
  return marked.parse(document.text, { async: false });
}

/** Lets long names in a table break after `_` and `/`, and not in the middle of a word. */
const breakable = (html: string): string =>
  html.replaceAll(/<code>.*?<\/code>/g, (code) => code.replaceAll(/(?<!<)[_/](?=\w)/g, '$&<wbr>'));

/** Files beside the documents. */
const isServed = /^docs\/(examples|images)\//;

/** Returns the address that a link of a document leads to on this server; undefined if its target is not served. */
function addressOf(file: string, href: string, paths: Map<string, string>): string | undefined {
  if (/^https?:/.test(href) || href.startsWith('#')) return href;
  const [target = '', anchor] = href.split('#');
  const named = posix.join(posix.dirname(file), target);
  const path =
    paths.get(named) ?? (isServed.test(named) && existsSync(join(root, named)) ? `/${named}` : undefined);
  return path && anchor ? `${path}#${anchor}` : path;
}
