/** The fenced blocks of a document. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../../../', import.meta.url));

export interface Block {
  /** The block's file, relative to the root. */
  file: string;
  /** The block's first line. */
  line: number;
  /** The first word after the fence; the words after it say what the block is. */
  language: string;
  words: string[];
  text: string;
}

/** All documents that people read and copy from. */
export const documents = (): string[] =>
  globSync(['*.md', 'docs/**/*.md', 'packages/*/README.md'], { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .sort();

export const blocksOf = (file: string): Block[] => readBlocks(file, readFileSync(join(root, file), 'utf8'));

export function readBlocks(file: string, text: string): Block[] {
  const blocks: Block[] = [];
  let open: (Block & { indent: number }) | undefined;
  for (const [n, line] of text.split('\n').entries()) {
    const fence = /^( *)```+ *(.*)$/.exec(line);
    if (!open && fence) {
      const [language = '', ...words] = fence[2]!.split(/\s+/);
      open = { file, line: n + 2, language, words, text: '', indent: fence[1]!.length };
    } else if (open && fence?.[2] === '') {
      const { indent: _, ...block } = open;
      blocks.push(block);
      open = undefined;
    } else if (open) {
      open.text += `${line.slice(open.indent)}\n`;
    }
  }
  if (open) throw new Error(`${file}:${open.line} has no end`);
  return blocks;
}

export const nameOf = ({ file, line, language, words }: Block): string =>
  `${file}:${line} (${[language, ...words].join(' ')})`;
