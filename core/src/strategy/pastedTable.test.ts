import { describe, expect, it } from 'vitest';
import { applyEdits } from '../text/index.ts';
import { parseStrategy } from './parse.ts';

/** The strategy that the fix makes of a copied table. */
const cleaned = (text: string): string => {
  const problem = parseStrategy(text).problems.find(({ rule }) => rule === 'pasted-history');
  return problem === undefined ? '' : applyEdits(text, problem.fixes?.[0]?.edits ?? []);
};

const HISTORY = [
  'Search\tActions\tDetails\tQuery\tResults\tTime',
  '#3\t...\t>\tSearch: #1 AND #2 Sort by: Most Recent\t12\t05:10:11',
  '#2\t...\t>\tSearch: asthma[tiab] Filters: Humans, English Sort by: Most Recent\t1,234\t05:09:01',
  '#1\t...\t>\tSearch: cats[tiab]\t98\t05:08:00',
].join('\n');

describe('copied tables', () => {
  it.each([
    [
      'the history as it is copied',
      HISTORY,
      '#1 cats[tiab] // 98 records\n#2 asthma[tiab] // Filters: Humans, English; 1,234 records\n#3 #1 AND #2 // 12 records',
    ],
    [
      'the downloaded file',
      'Search number,Query,Sort By,Filters,Search Details,Results,Time\n2,"#1 AND ""heart attack""[tiab]",,Humans,"x, y",12,10:11:12\n1,"cats, dogs[tiab]",,,z,3,10:10:10\n',
      '#1 cats, dogs[tiab] // 3 records\n#2 #1 AND "heart attack"[tiab] // Filters: Humans; 12 records\n',
    ],
    [
      'the history of old',
      '#5 Search (asthma OR\n wheeze) 1,234 10:11:12\n#4 Search cats 99 10:10:12',
      '#4 cats // 99 records\n#5 (asthma OR wheeze) // 1,234 records',
    ],
    [
      'counts in a column',
      '1. cats[tiab]\t1,234\n2. 1 AND dogs\t(56)',
      '#1 cats[tiab] // 1,234 records\n#2 1 AND dogs // 56 records',
    ],
  ])('%s', (_, text, expected) => {
    expect(cleaned(text)).toBe(expected);
    expect(parseStrategy(expected).problems).toEqual([]);
  });

  it.each([
    [
      'behind and above a row',
      '#2 Search a 2 1:00\n// old\n#1 Search b 3 2:00 // why',
      '// old\n// why\n#1 b // 3 records\n#2 a // 2 records',
    ],
    [
      'in a query of two lines',
      '#2 Search a // why\n or b 2 1:00\n#1 Search c 3 2:00',
      '#1 c // 3 records\n// why\n#2 a or b // 2 records',
    ],
    [
      'in a table',
      'Search,Query,Results\n2,"a",2\n// old\n1,"b",3',
      '// old\n#1 b // 3 records\n#2 a // 2 records',
    ],
    ['that are an address', 'Search,Query,Results\n1,"a // b",3', '#1 a // b // 3 records'],
  ])('keep comments %s', (_, text, expected) => expect(cleaned(text)).toBe(expected));

  it('are understood as lines before they are cleaned', () => {
    const document = parseStrategy(HISTORY);
    expect(document.lines.map(({ label, query }) => [label, query.text])).toEqual([
      ['3', '#1 AND #2'],
      ['2', 'asthma[tiab]'],
      ['1', 'cats[tiab]'],
    ]);
    expect(document.root?.label).toBe('3');
    expect(document.problems.map(({ rule }) => rule)).toEqual(['pasted-history']);
  });

  it.each([
    ['#1 cats\n#2 type 2', 'numbers of the query'],
    ['#1 cats 2010\n#2 dogs 2011', 'years'],
    ['#1 search strategy 12\n#2 search filter 13', 'words and numbers'],
    ['query, search, results', 'words'],
    ['#1 cats\t12', 'one row'],
    ['Search,Query\ncats', 'a header without rows'],
  ])('%j is none: %s', (text) => expect(cleaned(text)).toBe(''));

  it('are read in linear time, however wrong', () => {
    const before = process.threadCpuUsage();
    for (const piece of ['1,"a', '#1 a 1\n', '\t', ',', '"', '#1 a\t1\n'])
      for (const head of ['Search,Query\n', 'Search\tQuery\n', ''])
        expect(parseStrategy(head + piece.repeat(1_000_000 / piece.length)).lines).toBeDefined();
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(15_000);
  });
});

it('says that a document with front matter only holds no query', () => {
  expect(parseStrategy('---\ntitle: x\n---\n// later\n').problems.map(({ rule }) => rule)).toEqual([
    'no-query',
  ]);
  expect(parseStrategy('').problems).toEqual([]);
});

it.each([
  ['#1 Search asthma[tiab] Filters: Humans 1,234 10:11:12\n#2 Search cough[tiab] 98 10:12:12', true],
  ['#1 Search asthma[tiab] 1,234 10:11:12\n#2 Search cough[tiab] 98 10:12:12', false],
])('says of %j that filters are not applied: %j', (text, isFiltered) => {
  const problem = parseStrategy(text).problems.find(({ rule }) => rule === 'pasted-history');
  expect(problem?.message.includes('are not applied')).toBe(isFiltered);
});
