import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../text/index.ts';
import { parseFrontMatter } from './frontMatter.ts';

const found = (text: string) =>
  parseFrontMatter(text).problems.map(({ rule, range }) => [rule, text.slice(range.start, range.end)]);

describe('front matter', () => {
  it('reads everything that architecture.md shows', () => {
    const text = `---
title: Desmopressin for minimising perioperative blood transfusion
pico:
  population: adults having surgery
  comparison: placebo
  study_design: randomised trials
database: pubmed            # a comment
until: 2016-09-30
seeds: [8466062, NCT01234567, "1538063"]
---
query`;
    const { frontMatter, problems, end } = parseFrontMatter(text);
    expect(problems).toEqual([]);
    expect(text.slice(end)).toBe('\nquery');
    expect(frontMatter).toMatchObject({
      title: 'Desmopressin for minimising perioperative blood transfusion',
      pico: {
        population: 'adults having surgery',
        comparison: 'placebo',
        other: { study_design: 'randomised trials' },
      },
      database: 'pubmed',
      until: '2016-09-30',
      seeds: ['8466062', 'NCT01234567', '1538063'],
    });
    const span = frontMatter?.valueRanges['until'];
    expect(text.slice(span?.start, span?.end)).toBe('2016-09-30');
  });

  it.each([
    ['a block list', 'seeds:\n  - 1\n  - NCT00000002', ['1', 'NCT00000002'], undefined],
    ['one number', 'seeds: 17', ['17'], undefined],
    ['a text of ids', 'seeds: 1, 2; 3 4', ['1', '2', '3', '4'], undefined],
    ['a quoted text of ids', 'seeds: "1 2"', ['1', '2'], undefined],
    ['a block text of ids', 'seeds: |\n  1\n  2\n', ['1', '2'], undefined],
    ['a path', 'seeds: data/seeds.nbib', undefined, 'data/seeds.nbib'],
    ['nothing', 'seeds:', undefined, undefined],
  ])('reads seeds written as %s', (_, yaml, seeds, file) => {
    const { frontMatter, problems } = parseFrontMatter(`---\n${yaml}\n---\n`);
    expect(problems).toEqual([]);
    expect(frontMatter?.seeds).toEqual(seeds);
    expect(frontMatter?.seedsFile).toBe(file);
  });

  it.each([
    ['an unknown key', '---\ntitel: x\n---', [['front-matter-unknown-key', 'titel']]],
    ['a list as title', '---\ntitle: [a]\n---', [['front-matter-type', '[a]']]],
    ['no day', '---\nuntil: 2016-02-30\n---', [['front-matter-date', '2016-02-30']]],
    ['another date style', '---\nuntil: 2016/9/1\n---', [['front-matter-date', '2016/9/1']]],
    [
      'bad seeds, each at its own place',
      '---\nseeds: [12, abc, 10.1/x, 13]\n---',
      [
        ['front-matter-seed', 'abc'],
        ['front-matter-seed', '10.1/x'],
      ],
    ],
    ['bad ids in a text', '---\nseeds: 12, abc\n---', [['front-matter-seed', 'abc']]],
    ['a seed that is a map', '---\nseeds: [PMID: 12]\n---', [['front-matter-seed', 'PMID: 12']]],
    ['a seed twice', '---\nseeds: [12, 13, 012]\n---', [['front-matter-duplicate-seed', '012']]],
    ['pico as text', '---\npico: adults\n---', [['front-matter-type', 'adults']]],
    ['no keys at all', '---\njust text\n---', [['front-matter-type', 'just text']]],
    ['unclosed', '---\ntitle: x\n\n#1 a', [['front-matter-unclosed', '---']]],
    ['an alias bomb', '---\ntitle: *a\n---', [['front-matter-type', '*a']]],
  ])('reports %s', (_, text, expected) => expect(found(text)).toEqual(expected));

  it('keeps what can be read of YAML that does not parse', () => {
    const { frontMatter, problems } = parseFrontMatter(
      '---\ntitle: good\nseeds: [1, 2\nuntil: 2016-01-01\n---\nq',
    );
    expect(problems[0]?.rule).toBe('front-matter-yaml');
    expect(frontMatter?.title).toBe('good');
  });

  it.each([
    ['open brackets', `---\ntitle: ${'['.repeat(50_000)}\n---\nq`],
    ['braces', `---\nsearchFile: ${'{a: '.repeat(5_000)}1${'}'.repeat(5_000)}\n---\nq`],
  ])('says once and in plain words that it is nested too deeply: %s', (_, text) => {
    const yaml = parseFrontMatter(text).problems.filter(({ rule }) => rule === 'front-matter-yaml');
    expect(yaml.map(({ message }) => message)).toEqual([expect.stringContaining('nested too deeply')]);
  });

  it.each([
    ['---\ntitle: x\n#1 a', '---\ntitle: x\n---\n#1 a'],
    ['---\r\ntitle: x', '---\r\ntitle: x\r\n---\r\n'],
    ['---\nuntil: 2016/9/1\n---', '---\nuntil: 2016-09-01\n---'],
    ['---\nutil: x\n---', '---\nuntil: x\n---'],
    ['---\nseeds: ["PMID: 12"]\n---', '---\nseeds: [12]\n---'],
  ])('mends %j', (text, mended) => {
    const edits = parseFrontMatter(text).problems[0]?.fixes?.[0]?.edits ?? [];
    expect(applyEdits(text, edits)).toBe(mended);
  });

  it.each([
    ['no block', 'a\n---\nb', 0],
    ['a byte order mark and CRLF', '\uFEFF---\r\ntitle: x\r\n---\r\nq', 19],
    ['lone carriage returns', '---\rtitle: x\r---\rq', 16],
    ['an empty block', '---\n---\nq', 7],
    ['three hyphens alone', '---', 3],
  ])('ends at the right place with %s', (_, text, end) => expect(parseFrontMatter(text).end).toBe(end));

  it('survives deep nesting and long lists', () => {
    expect(parseFrontMatter(`---\ntitle: ${'['.repeat(100_000)}\n---\n`).problems.length).toBeGreaterThan(0);
    const ids = Array.from({ length: 20_000 }, (_, i) => i + 1_000_000);
    expect(parseFrontMatter(`---\nseeds: [${ids.join(', ')}]\n---\n`).frontMatter?.seeds).toHaveLength(
      20_000,
    );
  });

  it('never throws, and every range lies in the text', () => {
    const yamlish = fc.array(
      fc.constantFrom(
        'title: ',
        'seeds: [',
        ']',
        '12',
        ', ',
        '\n',
        '  ',
        'pico:',
        'until: 2016',
        '"',
        '- ',
        '{',
        '}',
        '&a ',
        '*a',
        '---\n',
        '|',
        '\r',
        '🙂',
        ':',
        '!x ',
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          yamlish.map((parts) => parts.join('')),
        ),
        (yaml) => {
          const text = `---\n${yaml}\n---\n`;
          const { problems, frontMatter, end } = parseFrontMatter(text);
          const ranges = [
            ...problems.map(({ range }) => range),
            ...Object.values(frontMatter?.valueRanges ?? {}),
          ];
          for (const { start, end: to } of ranges) {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(to).toBeGreaterThanOrEqual(start);
            expect(to).toBeLessThanOrEqual(text.length);
          }
          expect(end).toBeLessThanOrEqual(text.length);
        },
      ),
    );
  });
});
