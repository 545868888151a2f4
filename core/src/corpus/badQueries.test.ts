import { describe, expect, it } from 'vitest';
import { loadThesaurus } from '../mesh/index.ts';
import { parseQuery } from '../pubmed/index.ts';
import type { ResolvedQuery } from '../pubmed/index.ts';
import { processorMs } from '../testing/processorMs.ts';
import { CitationIndex } from './citationIndex.ts';
import type { EvaluationResult } from './evaluate.ts';
import { evaluate } from './evaluate.ts';
import { citation } from './testing/records.ts';

/** Words that differ, `waaa`, `waab` ... */
const word = (number: number): string =>
  `w${[2, 1, 0].map((place) => String.fromCharCode(97 + (Math.floor(number / 26 ** place) % 26))).join('')}`;
const count = 17_000;
const index = CitationIndex.build(
  Array.from({ length: 2_000 }, (_, i) =>
    citation({
      id: String(i + 1),
      title: Array.from({ length: 20 }, (_one, at) => word((i * 20 + at) % count)).join(' '),
    }),
  ),
);
const thesaurus = loadThesaurus([{ ui: 'D1', name: 'Pain', entry: ['Ache'], tree: ['C1'] }]);

function query(text: string): ResolvedQuery {
  const { root } = parseQuery(text);
  if (root === undefined) throw new Error(`"${text.slice(0, 50)}" is empty.`);
  return { root, references: new Map(), key: text };
}

function ask(text: string): EvaluationResult {
  return evaluate(index, query(text), { thesaurus, today: '2026-01-01' });
}

describe('queries that nobody should write', () => {
  it.each([
    ['tagged', (w: string) => `${w}[tiab]`],
    ['untagged', (w: string) => w],
    ['phrases', (w: string) => `"${w} ${w}x"[tiab]`],
    ['headings', (w: string) => `"${w}"[mh]`],
    ['authors', (w: string) => `${w} j[au]`],
    ['stems', (w: string) => `${w}*[tiab]`],
  ])('20,000 terms, %s', (_, term) => {
    const text = Array.from({ length: 20_000 }, (_one, i) => term(word(i % count))).join(' OR ');
    const asked = query(text);
    const started = processorMs();
    const { warnings } = evaluate(index, asked, { thesaurus });
    expect(processorMs() - started).toBeLessThan(10_000);
    expect(warnings.length).toBeLessThan(210);
  });

  it('says how many warnings it keeps back', () => {
    const { warnings } = ask(Array.from({ length: 1_000 }, (_, i) => `${word(i)} xx[ti]`).join(' OR '));
    expect(warnings.at(-1)?.message).toContain('800 more things');
  });

  it.each([
    ['w*[ti]', 'truncation-too-short'],
    ['"of the in"[ti]', 'phrase-not-found'],
    ['2016:2010[dp] OR waaa', 'reversed-range'],
    ['2016/02/31[dp] OR waaa', 'ignored'],
    ['2016:abc[dp] OR waaa', 'ignored'],
    ['"last 5 years":2016[dp] OR waaa', 'ignored'],
    ['2016:2018[ti] OR waaa', 'unsupported-locally'],
    ['"*"[ti] OR waaa', 'ignored'],
    ['"()"[mh] OR waaa', 'ignored'],
    ['"-"[au] OR waaa', 'ignored'],
    ['"x"[tiab:~3] OR waaa', 'ignored'],
    ['"waaa waab"[all:~3]', 'ignored'],
    [`${'lots of words '.repeat(200)} OR waaa`, 'ignored'],
  ])('%s warns %s', (text, code) => {
    expect(ask(text).warnings.map((one) => one.code)).toContain(code);
  });

  it.each([
    `waaa${'*'.repeat(50_000)}[ti]`,
    `waaa${'*a'.repeat(5_000)}*[ti]`,
    `"${'waaa* '.repeat(500)}"[ti]`,
    `"${'waaa '.repeat(5_000)}"[ti]`,
    `${'('.repeat(20_000)}waaa${')'.repeat(20_000)}`,
    `"${'waaa of '.repeat(200)}"[tiab:~1000000]`,
    '"last 99999 years"[dp] OR waaa',
  ])('answers soon, however long: %#', (text) => {
    const started = processorMs();
    ask(text);
    expect(processorMs() - started).toBeLessThan(3_000);
  });
});
