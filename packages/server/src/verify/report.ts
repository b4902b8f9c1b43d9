/** Reports of the results, as text, JSON and JUnit XML. */
import type { Result, Verdict, Verification } from './run.ts';

const widest = 'cannot tell'.length;

/** Returns one line for a result. If an answer differed, lines with the expected and the actual answer follow. */
export function linesOf(result: Result): string[] {
  const lines = [`${result.verdict.padEnd(widest)}  ${result.name}: ${result.says} (${result.source})`];
  const add = (name: string, value: string) =>
    lines.push(`${' '.repeat(widest)}  ${name.padEnd(8)}  ${value}`);
  if (result.call !== undefined) {
    const sent = result.sent === undefined ? '' : ` ${JSON.stringify(result.sent)}`;
    add('call', `${result.call}${sent}`);
  }
  if (result.expected) add('expected', answerText(result.expected));
  if (result.answered) add('answered', answerText(result.answered));
  if (result.why !== undefined) add('why', result.why);
  return lines;
}

const answerText = ({ status, body }: { status: number; body: unknown }): string =>
  `${status} ${JSON.stringify(body)}`;

export const count = (results: Result[], verdict: Verdict): number =>
  results.filter((result) => result.verdict === verdict).length;

export const summary = (results: Result[]): string =>
  `${count(results, 'same')} same, ${count(results, 'different')} different, ${count(results, 'cannot tell')} cannot tell`;

/** @param url without credentials */
export function jsonReport(url: string, { results, left }: Verification): string {
  const counts = {
    same: count(results, 'same'),
    different: count(results, 'different'),
    cannot_tell: count(results, 'cannot tell'),
  };
  return JSON.stringify({ url, ...counts, results, left_behind: left });
}

const escaped: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** XML 1.0 cannot represent most control characters. */
const xml = (text: string): string =>
  text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML cannot hold
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll(/[&<>"]/g, (character) => escaped[character]!);

/** JUnit XML: a check that differs is a failure, and one that cannot tell is skipped. */
export function junitReport(url: string, { results }: Verification): string {
  const cases = results.map((result) => {
    const name = `${result.name}: ${result.says}`;
    const start = `  <testcase classname="${xml(result.source)}" name="${xml(name)}" time="${result.ms / 1000}"`;
    const detail = xml(
      linesOf(result)
        .slice(1)
        .map((line) => line.trim())
        .join('\n'),
    );
    if (result.verdict === 'same') return `${start}/>`;
    const inner =
      result.verdict === 'different'
        ? `<failure message="the answer differs">${detail}</failure>`
        : `<skipped message="${detail}"/>`;
    return `${start}>${inner}</testcase>`;
  });
  const seconds = results.reduce((sum, { ms }) => sum + ms, 0) / 1000;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="${xml(`aislechat verify ${url}`)}" tests="${results.length}" failures="${count(results, 'different')}" skipped="${count(results, 'cannot tell')}" time="${seconds}">`,
    ...cases,
    '</testsuite>',
    '',
  ].join('\n');
}
