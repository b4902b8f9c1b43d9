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
  explorer: string;
}

interface Document {
  /** The path from the root of the repository. */
  file: string;
  /** The path on the server. */
  path: string;
  title: string;
  text: string;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** Writes the pages into `docs` within `made`. */
export function writeDocs(made: string, assets: DocsAssets): void {
  const documents = readDocuments();
  const write = (name: string, text: string | Buffer) => {
    const file = join(made, 'docs', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const shell = readFileSync(join(source, 'page.html'), 'utf8');
  const fill = (values: Record<string, string>) =>
    Object.entries({ ...assets, ...values }).reduce(
      // A function, because the value may contain patterns that `replaceAll` interprets.
      (page, [name, value]) => page.replaceAll(`%${name}%`, () => value),
      shell,
    );

  for (const document of documents) {
    write(
      `${document.path.replace('/docs/', '')}.html`,
      fill({
        title: document.title,
        content: `<main id="content">${htmlOf(document, documents)}</main>`,
        pages: navigation(documents, document.path),
        kind: 'text',
      }),
    );
  }
  write(
    'index.html',
    fill({
      title: 'API',
      content: readFileSync(join(source, 'api.html'), 'utf8').replace('%explorer%', assets.explorer),
      pages: navigation(documents, '/docs'),
      kind: 'reference',
    }),
  );
  for (const found of globSync(['docs/examples/*', 'docs/images/*'], { cwd: root })) {
    write(found.replaceAll('\\', '/').replace('docs/', ''), readFileSync(join(root, found)));
  }
}

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

/** The guides, in reading order. */
const guides = ['first-chat', 'polling-to-streams', 'testing-expiry'];

function navigation(documents: Document[], current: string): string {
  const link = ({ path, title }: Pick<Document, 'path' | 'title'>) =>
    `<li><a href="${path}"${path === current ? ' aria-current="page"' : ''}>${escaped(title)}</a></li>`;
  const group = (title: string, list: Pick<Document, 'path' | 'title'>[]) =>
    `<h2>${title}</h2><ul>${list.map(link).join('')}</ul>`;
  const inFolder = (folder: string) => documents.filter(({ file }) => posix.dirname(file) === folder);
  const inOrder = inFolder('docs/guides').sort(
    (a, b) => guides.indexOf(posix.basename(a.path)) - guides.indexOf(posix.basename(b.path)),
  );
  return [
    group('Reference', [{ path: '/docs', title: 'API' }, ...inFolder('docs')]),
    group('Guides', inOrder),
    group('Decisions', inFolder('docs/decisions')),
  ].join('\n');
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
          `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`;
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
