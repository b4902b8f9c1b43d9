/**
 * Diagrams in Mermaid. Its parser needs a browser and half a hundred packages, so this checks only what goes
 * stale.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Block, nameOf, root } from './blocks.ts';

const kinds = ['flowchart', 'erDiagram', 'sequenceDiagram'];

/** Asserts that the kind is known, that brackets and subgraphs are closed, and that the named files exist. */
export function assertDiagram(block: Block): void {
  const [kind = ''] = block.text.trim().split(/\s/);
  assert.ok(kinds.includes(kind), `${nameOf(block)}: ${kind} is not a known kind of diagram`);
  for (const [open, close] of ['[]', '()', '""'].map((pair) => [...pair] as [string, string])) {
    const count = (character: string) => block.text.split(character).length - 1;
    const isBalanced = open === close ? count(open) % 2 === 0 : count(open) === count(close);
    assert.ok(isBalanced, `${nameOf(block)}: ${open} without ${close}`);
  }
  const starts = block.text.match(/^\s*subgraph\b/gm)?.length ?? 0;
  const ends = block.text.match(/^\s*end\s*$/gm)?.length ?? 0;
  assert.equal(starts, ends, `${nameOf(block)}: a subgraph without end`);
  for (const [file] of block.text.matchAll(/[\w-]+(?:\/[\w-]+)+(?:\.ts)?(?=[\s"<])/g)) {
    assert.ok(existsSync(join(root, 'packages/server/src', file)), `${nameOf(block)}: ${file} is not there`);
  }
}
