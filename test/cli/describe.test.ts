import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { querent, querentJson } from './runQuerent.ts';

const folder = mkdtempSync(join(tmpdir(), 'querent-describe-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const rows = [
  { pmid: 1, title: 'Exercise for falls', abstract: 'older adults', year: 2010, mesh_terms: ['Aged'] },
  { pmid: 2, title: 'Falls in hospital', year: 2010, journal: 'J' },
  { pmid: 3, title: 'Stroke', year: 2012 },
  { pmid: 4, title: 'Falls after stroke' },
];
const corpus = file('small.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
const strategy = file(
  's.pubmed',
  `---\ndatabase: small.jsonl\nseeds: [1, 3, 4]\n---\n#1 falls[tiab] OR exercise[tiab]\n#2 stroke[tiab] OR hospital[tiab]\n#3 #1 AND #2\n`,
);
const samples = resolve(import.meta.dirname, '../../samples');

interface Part {
  readonly text: string;
  readonly kind: string;
  readonly role: string;
  readonly count?: number;
  readonly only: number;
  readonly excluded: number;
  readonly onlySeeds: string[];
  readonly lostSeeds: string[];
  readonly redundant: boolean;
}

describe('querent facets', () => {
  it('counts years and values of what a query finds', async () => {
    const told = await querentJson<Record<string, unknown>>([
      'facets',
      'falls[tiab]',
      '--corpus',
      corpus,
      '--json',
    ]);
    expect(told).toMatchObject({
      query: 'falls[tiab]',
      count: 3,
      library: 4,
      years: { counts: [{ year: 2010, count: 2, library: 2 }], undated: 1, libraryUndated: 1 },
      journals: {
        covered: 1,
        libraryCovered: 1,
        distinct: 1,
        values: [{ name: 'J', count: 1, library: 1, lift: 1 }],
      },
      engine: expect.stringContaining('small.jsonl'),
    });
  });

  it('describes a strategy, or a line of it, for people', async () => {
    const { stdout, code } = await querent(['facets', join(samples, 'falls.pubmed'), '--top', '3']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^22 records in citation file citations\.jsonl, 320 records\n\nYears\n {2}\d{4} +\d+ {2}█/,
    );
    expect(stdout).toMatch(/Accidental Falls/);
    expect((await querent(['facets', strategy, '--line', '#1'])).stdout).toMatch(/^3 records/);
  });

  it('says what PubMed itself cannot do, never that nothing was found', async () => {
    const live = file('live.pubmed', '---\ndatabase: pubmed\n---\nfalls[tiab]\n');
    const result = await querent(['facets', live]);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toMatch(/Search in a citation library instead/);
  });

  it.each([
    [['facets', 'gone.pubmed', '--corpus', corpus], /gone\.pubmed cannot be read/],
    [['facets', strategy, '--line', '9'], /no line #9/],
    [['facets', 'a[tiab]', '--line', '2', '--corpus', corpus], /no file/],
    [['overlap', 'a[tiab]', '--corpus', corpus], /two to 4 queries/],
    [['contributions', join(samples, 'asthma-trials.ctgov')], /ClinicalTrials\.gov/],
  ] as const)('refuses %j', async (args, says) => {
    const { code, stderr } = await querent(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
  });
});

describe('querent contributions', () => {
  it('tells of each term and block what only it brings, and what it keeps out', async () => {
    const { lines } = await querentJson<{ lines: { label: string; count: number; parts: Part[] }[] }>([
      'contributions',
      strategy,
      '--json',
    ]);
    expect(lines.map(({ label, count }) => [label, count])).toEqual([
      ['1', 3],
      ['2', 3],
      ['3', 2],
    ]);
    const parts = (label: string) => lines.find((line) => line.label === label)?.parts ?? [];
    expect(parts('1').map(({ text, count, only, redundant }) => [text, count, only, redundant])).toEqual([
      ['falls[tiab] OR exercise[tiab]', 3, 0, false],
      ['falls[tiab]', 3, 2, false],
      ['exercise[tiab]', 1, 0, true],
    ]);
    expect(
      parts('3').map(({ text, kind, role, excluded, lostSeeds }) => [text, kind, role, excluded, lostSeeds]),
    ).toEqual([
      ['#1 AND #2', 'block', 'ALONE', 0, []],
      ['#1', 'reference', 'AND', 1, ['3']],
      ['#2', 'reference', 'AND', 1, ['1']],
    ]);
  });

  it('prints a table, and ends with 1 when a line cannot be searched', async () => {
    const broken = file('broken.pubmed', '#1 falls[tiab]\n#2 #1 OR #9\n');
    const { code, stdout } = await querent(['contributions', broken, '--corpus', corpus, '--seeds', '1,3']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/3 +1\/2 {2}#1 falls\[tiab\]/);
    expect(stdout).toMatch(/error.*#2 Line #2 refers to line #9/);
  });
});

describe('querent overlap', () => {
  it('splits what queries find into disjoint parts', async () => {
    const told = await querentJson<Record<string, unknown>>([
      ...['overlap', 'falls[tiab]', 'stroke[tiab]', '--corpus', corpus, '--seeds', '1,3,77', '--json'],
    ]);
    expect(told).toMatchObject({
      queries: [
        { query: 'falls[tiab]', count: 3, seeds: ['1'] },
        { query: 'stroke[tiab]', count: 2, seeds: ['3'] },
      ],
      union: 4,
      parts: [
        { foundBy: [0], count: 2, seeds: ['1'] },
        { foundBy: [1], count: 1, seeds: ['3'] },
        { foundBy: [0, 1], count: 1, seeds: [] },
      ],
      pairs: [{ first: 0, second: 1, both: 1, onlyFirst: 2, onlySecond: 1, jaccard: 0.25 }],
      missed: ['77'],
    });
  });

  it('compares lines of a strategy for people', async () => {
    const { stdout } = await querent(['overlap', '1', '2', '--lines', strategy]);
    expect(stdout).toMatch(/3 +2\/3 {2}A .*line #1/);
    expect(stdout).toMatch(/2 +1\/3 {2}all: A and B/);
    expect(stdout).toMatch(/Jaccard of A and B: 0\.500/);
  });
});
