/**
 * No pattern takes more than linear time on input that a request can supply. Every pattern of the contract
 * and of the code that a request reaches runs here on long texts built to fail late.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { limits, type Route, routes, schemas } from '@aislechat/contract';
import { parse as parseScript } from 'acorn';
import { longestKeyword } from '../../src/domain/notifications/incoming.ts';
import { processorMs } from '../support/processor-time.ts';

const packages = fileURLToPath(new URL('../../../', import.meta.url));

/** The longest input of a pattern: a path, a header, a body. */
const longest = 30_000;
/** Patterns whose input has been checked for length before. */
const bounds: Readonly<Record<string, number>> = {
  'server/src/domain/chat/masks.ts': 2 * limits.messageCharacters,
  'server/src/domain/notifications/incoming.ts': longestKeyword,
  'server/src/domain/people/shoppers.ts': 2 * limits.textCharacters,
  'server/src/domain/access/oauth.ts': limits.assertionCharacters,
  'server/src/http/text.ts': limits.headerBytes,
  'server/src/http/paths.ts': limits.headerBytes,
  'server/src/http/exchange.ts': limits.headerBytes,
};
/** These run on the operator's input, not on requests. */
const notReached =
  /^server\/src\/(cli|verify|config|demo|scenarios|storage\/(images|postgres|sqlite)|images)\/|images\/links\.ts$|^(client|web)\//;

/** Far above linear time and far below quadratic time, also on a busy machine. */
const allowedMs = 200;
/**
 * The shares of the length that each text is tried at. A time that would exceed the allowed one in proportion to the
 * length ends the search at once; below `negligibleMs` on a fifth, not even the fourth power of the length reaches it.
 */
const shares = [1 / 5, 1 / 2, 1];
const negligibleMs = 0.25;

interface Pattern {
  where: string;
  pattern: RegExp;
  length: number;
}

function literals(file: string): Pattern[] {
  const script = stripTypeScriptTypes(readFileSync(join(packages, file), 'utf8'));
  const found: Pattern[] = [];
  const seen = new Set<unknown>();
  const visit = (node: unknown): void => {
    // A shorthand property has one node for its name and its value.
    if (typeof node !== 'object' || node === null || seen.has(node)) return;
    seen.add(node);
    const { regex } = node as { regex?: { pattern: string; flags: string } };
    if (regex) {
      const pattern = new RegExp(regex.pattern, regex.flags.replace('g', ''));
      found.push({ where: `${file} ${pattern}`, pattern, length: bounds[file] ?? longest });
    }
    Object.values(node).forEach(visit);
  };
  visit(parseScript(script, { ecmaVersion: 'latest', sourceType: 'module' }));
  return found;
}

function patternsOf(where: string, schema: unknown): Pattern[] {
  const found: Pattern[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { pattern, maxLength } = node as { pattern?: unknown; maxLength?: number };
    if (typeof pattern === 'string') {
      const length = maxLength === undefined ? longest : 2 * maxLength;
      found.push({ where: `${where} ${pattern}`, pattern: new RegExp(pattern, 'u'), length });
    }
    Object.values(node).forEach(visit);
  };
  visit(schema);
  return found;
}

const units = [
  ...'aA0 /.,;:=-_{["@\n\u00e9<\u200b',
  'a.',
  'a ',
  '0 ',
  ' ,',
  '; ',
  'a/',
  '%41',
  'www.',
  '+1 ',
  'a@',
];
const starts = [
  '',
  'a',
  'https://',
  'bearer ',
  'Basic ',
  '{user_id:a',
  '{"user_id":',
  '; charset',
  '/v1/orders/',
  '"',
];
const ends = ['', '\u0000', '<', ' x'];

/** The text on which the pattern takes the most processor time, and how much on its whole length. */
function slowest({ pattern, length }: Pattern): { ms: number; text: string } {
  let worst = { ms: 0, text: '' };
  for (const unit of units) {
    for (const start of starts) {
      for (const end of ends) {
        for (const share of shares) {
          const characters = Math.ceil(length * share);
          const body = unit.repeat(Math.ceil(characters / unit.length)).slice(0, characters);
          const text = start + body + end;
          const measured = () => processorMs(() => pattern.test(text));
          let ms = measured();
          // A garbage collection may have come in between.
          if (ms / share > allowedMs) ms = Math.min(ms, measured());
          if (ms / share > worst.ms) worst = { ms: ms / share, text: `${start}(${unit})*${end}` };
          if (worst.ms > allowedMs) return worst;
          if (ms < negligibleMs) break;
        }
      }
    }
  }
  return worst;
}

const files = globSync('*/src/**/*.ts', { cwd: packages }).filter((file) => !notReached.test(file));

test('no pattern in the code is slow on a long text', () => {
  const slow = files
    .flatMap(literals)
    .map((pattern) => ({ pattern, ...slowest(pattern) }))
    .filter(({ ms }) => ms > allowedMs);
  assert.deepEqual(
    slow.map(({ pattern, ms, text }) => `${pattern.where}: ${Math.round(ms)} ms on ${JSON.stringify(text)}`),
    [],
  );
});

test('no pattern in the contract is slow on a long text', () => {
  const all = [
    ...Object.entries<Route>(routes).flatMap(([name, route]) => patternsOf(name, route.body)),
    ...Object.entries(schemas).flatMap(([name, schema]) => patternsOf(name, schema)),
  ];
  const distinct = new Map(all.map((one) => [`${one.pattern} ${one.length}`, one]));
  assert.ok(distinct.size > 10);
  const slow = [...distinct.values()]
    .map((pattern) => ({ pattern, ...slowest(pattern) }))
    .filter(({ ms }) => ms > allowedMs);
  assert.deepEqual(
    slow.map(({ pattern, ms, text }) => `${pattern.where}: ${Math.round(ms)} ms on ${JSON.stringify(text)}`),
    [],
  );
});

test('control: patterns with excessive backtracking are found', () => {
  const quadratic = [
    /^[^/:<>$%?]*[^/:<>$%?\s][^/:<>$%?]*$/,
    /^\s*\{\s*"?user_id"?\s*:\s*([^"{},\s][^"{},]*?)\s*\}\s*$/,
    /\s*,\s*/,
  ];
  for (const pattern of quadratic) {
    assert.ok(slowest({ where: '', pattern, length: longest }).ms > allowedMs, String(pattern));
  }
});
