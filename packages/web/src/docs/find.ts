/** Finds sections by words: every word must occur, at the start of a word. Titles count more than texts. */

/** The address, the title of the page, the title of the section, and the text. */
export type Entry = readonly [address: string, page: string, title: string, text: string];

export interface Found {
  entry: Entry;
  /** A part of the text, in pieces of which some match. */
  excerpt: { part: string; isMatch: boolean }[];
}

const around = 70;
const weights = { title: 10, page: 3, text: 1 };
/** For the name of an operation, and for words that stand beside each other in the title or in the text. */
const together = { name: 100, title: 20, text: 8 };
/** What is for people who use the server comes before what is for contributors. */
const shares = { forUsers: 1.5, others: 1, forContributors: 0.4 };
const shareOf = ([address]: Entry): number =>
  /^\/docs(#|\/guides\/)/.test(address)
    ? shares.forUsers
    : /^\/docs\/(decisions\/|mutations|storage-schema|dependencies|benchmarks)/.test(address)
      ? shares.forContributors
      : shares.others;
/** How often a word in a text counts. */
const mostCounted = 5;

const escaped = (word: string): string => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

export function find(entries: readonly Entry[], asked: string): Found[] {
  const words = asked.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const patterns = words.map((word) => startingWith(escaped(word)));
  const phrase = startingWith(words.map(escaped).join('[^\\p{L}\\p{N}]+'));
  const scored: { entry: Entry; score: number }[] = [];
  for (const entry of entries) {
    const score = scoreOf(entry, patterns);
    if (score === 0) continue;
    const [, , title, text] = entry;
    const isNamed = entry[0].toLowerCase().endsWith(`#${words.join(' ')}`);
    const bonus = isNamed
      ? together.name
      : title.match(phrase)
        ? together.title
        : text.match(phrase)
          ? together.text
          : 0;
    scored.push({ entry, score: (score + bonus) * shareOf(entry) });
  }
  scored.sort((a, b) => b.score - a.score);
  const any = startingWith(`(?:${words.map(escaped).join('|')})`);
  return scored.map(({ entry }) => ({ entry, excerpt: excerptOf(entry[3], phrase, any) }));
}

/** A pattern at the start of a word. */
const startingWith = (pattern: string): RegExp => new RegExp(`(?<![\\p{L}\\p{N}])${pattern}`, 'giu');

/** @returns 0 if a word is missing */
function scoreOf([, page, title, text]: Entry, patterns: RegExp[]): number {
  let total = 0;
  for (const pattern of patterns) {
    const count = (within: string) => within.match(pattern)?.length ?? 0;
    const score =
      weights.title * Math.min(1, count(title)) +
      weights.page * Math.min(1, count(page)) +
      weights.text * Math.min(mostCounted, count(text));
    if (score === 0) return 0;
    total += score;
  }
  return total;
}

function excerptOf(text: string, phrase: RegExp, any: RegExp): Found['excerpt'] {
  const first = Math.max(0, text.search(phrase) < 0 ? text.search(any) : text.search(phrase));
  const from = first <= around ? 0 : text.indexOf(' ', first - around) + 1;
  const cut = text.slice(from, from + 2 * around);
  const pieces: Found['excerpt'] = from > 0 ? [{ part: '… ', isMatch: false }] : [];
  let at = 0;
  for (const match of cut.matchAll(any)) {
    pieces.push({ part: cut.slice(at, match.index), isMatch: false }, { part: match[0], isMatch: true });
    at = match.index + match[0].length;
  }
  return [...pieces, { part: cut.slice(at), isMatch: false }];
}
