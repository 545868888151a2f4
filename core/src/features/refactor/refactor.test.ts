import { describe, expect, it } from 'vitest';
import { loadThesaurus } from '../../mesh/index.ts';
import { applyEdits } from '../../text/index.ts';
import { marked } from '../testing.ts';
import { findRefactorings, listRefactorings, placeAt, refactoringIds } from './index.ts';

const mesh = loadThesaurus([
  {
    ui: 'D1',
    name: 'Accidental Falls',
    entry: ['Falls', 'Slip and Fall', 'Falls, Accidental', 'Falling'],
    tree: ['N06.850'],
  },
  { ui: 'D2', name: 'Lung Diseases, Interstitial', entry: ['Interstitial Lung Disease'], tree: ['C08'] },
  { ui: 'D3', name: 'Neoplasms', entry: ['Tumors'], tree: ['C04'] },
  { ui: 'D4', name: 'Review', tree: ['V03.900'] },
]);

/** The text after refactoring `id`; with `title`, of several offers the one that has it. A problem begins with `!`. */
function after(id: string, source: string, title = '', thesaurus?: typeof mesh): string {
  const { document, text, selection } = marked(source);
  const found = findRefactorings(placeAt(document, selection, thesaurus), id);
  if ('problem' in found) return `!${found.problem}`;
  const chosen = found.find((one) => one.title.includes(title));
  return chosen ? applyEdits(text, chosen.edits) : `none of ${found.map((one) => one.title).join(' | ')}`;
}

/** One row: where the cursor stands (`¦`, twice around a selection), and what comes out; `!` alone is any refusal. */
type Row = readonly [source: string, expected: string, title?: string];

const cases: Readonly<Record<string, readonly Row[]>> = {
  renumberLines: [
    ['#1 a¦\n#3 b\n#7 #1 AND #3 // see #3', '#1 a\n#2 b\n#3 #1 AND #2 // see #3'],
    ['1. a\n5. b¦\n9) #5 OR #1', '1. a\n2. b\n3) #2 OR #1'],
    ['a¦\n\nb\n\n#1 AND #2', '#1 a\n\n#2 b\n\n#3 #1 AND #2'],
    ['a¦', '#1 a'],
    ['#1 a¦\n#1 b\n#2 #1 AND c', '#1 a\n#2 b\n#3 #1 AND c'],
    ['x¦\n#2 b\n#4 #2 OR y', '#1 x\n#2 b\n#3 #2 OR y'],
    ['#2 a¦ OR #5\n#5 b OR #2', '#1 a OR #2\n#2 b OR #1'],
    ['#2 a¦ OR #77\n#5 b', '#1 a OR #77\n#2 b'],
    ['#01 a¦\n#02 #01', '!'],
    ['#1 a¦\n#2 b', '!The lines are numbered 1, 2, 3 … already.'],
    ['#3 a¦ OR #2\n#5 b', '!'],
    ['¦', '!'],
    ['---\ntitle: x\n---\n// #3\n#3 a¦\r\n#4 #3', '---\ntitle: x\n---\n// #3\n#1 a\r\n#2 #1'],
  ],
  insertLine: [
    ['#1 a¦\n#2 b\n#3 #1 AND #2', '#1 a\n#2 \n#3 b\n#4 #1 AND #3'],
    ['#1 a\n#2 b¦ // c', '#1 a\n#2 b // c\n#3 '],
    ['1. a¦\n2. b\n9. #2', '1. a\n2. \n3. b\n9. #3'],
    ['a¦', '!'],
    ['#1 a¦\n#2 b OR #3', '!'],
    ['1 asthma[tiab]¦\n2 child[tiab]\n3 1 and 2', '!These numbers were copied'],
    ['1. a¦\n2. b\n3. or/1-2', '1. a\n2. \n3. b\n4. or/1,3'],
  ],
  extractLine: [
    ['#1 x AND (a¦ OR b)\n#2 #1 NOT c', '#1 a OR b\n#2 x AND #1\n#3 #2 NOT c'],
    ['#1 x\n#2 ¦a OR b¦ AND #1', '#1 x\n#2 a OR b\n#3 #2 AND #1'],
    ['(a OR ¦b) AND c', '#1 a OR b\n#2 #1 AND c'],
    ['x AND¦(a OR b)¦NOT y', '#1 a OR b\n#2 x AND #1 NOT y'],
    ['q\n\n(a OR b¦) AND #1', '#1 q\n\n#2 a OR b\n#3 #2 AND #1'],
    ['#1 x AND (a ¦OR // why\n  b)', '#1 a OR // why\n  b\n#2 x AND #1'],
    ['#1 x AND ( // why\n  a¦ OR b)', '#1 ( // why\n  a OR b)\n#2 x AND #1'],
    ['#1 y\n#2 x AND (#1 OR ¦b) // keep', '#1 y\n#2 #1 OR b\n#3 x AND #2 // keep'],
    ['#1 x AND ¦a¦[tiab] AND b', '#1 a[tiab]\n#2 x AND #1 AND b'],
    ['#1 x AND ¦a AND b¦', '#1 a AND b\n#2 x AND #1'],
    ['#1 x AND (¦a OR b¦)', '#1 a OR b\n#2 x AND #1'],
    ['#1 x AND ¦a OR b¦', '!PubMed reads from left to right'],
    ['#1 x NOT ¦a OR b¦', '!PubMed reads'],
    ['#1 ¦a OR b¦', '!Select the part'],
    ['#1 (a OR ¦b)', '!Select the part'],
    ['#1 a ¦OR b', '!Select the part'],
    ['#1 ¦#2¦ OR b\n#2 c', '!Select the part'],
    ['1) x AND (a¦ OR b)\n2) #1', '1) a OR b\n2) x AND #1\n3) #2'],
  ],
  inlineReference: [
    ['#1 a OR b\n#2 #1¦ AND c', '#1 a OR b\n#2 (a OR b) AND c'],
    ['#1 a OR b\n#2 x OR #1¦ OR c', '#1 a OR b\n#2 x OR a OR b OR c'],
    ['#1 a OR b\n#2 #¦1', '#1 a OR b\n#2 a OR b'],
    ['#1 a OR b\n#2 x AND (¦#1)', '#1 a OR b\n#2 x AND (a OR b)'],
    ['#1 (a OR b)\n#2 x AND #1¦', '#1 (a OR b)\n#2 x AND (a OR b)'],
    ['#1 (a) OR (b)\n#2 x AND #1¦', '#1 (a) OR (b)\n#2 x AND ((a) OR (b))'],
    ['#1 a[ti]\n#2 x NOT (#1¦)', '#1 a[ti]\n#2 x NOT (a[ti])'],
    ['#1 heart\n#2 #1¦ attack', '#1 heart\n#2 (heart) attack'],
    ['#1 a NOT b\n#2 x NOT #1¦', '#1 a NOT b\n#2 x NOT (a NOT b)'],
    ['#1 a OR // why\n   b\n#2 x AND #1¦', '#1 a OR // why\n   b\n#2 x AND (a OR b)'],
    ['#1 a OR #1\n#2 #1¦', '!Line #1 refers to itself'],
    ['#2 #1¦', '!There is no line #1.'],
    ['#1 a OR (b\n#2 #1¦', '!Line #1 has errors'],
    ['#1¦ a', '!Put the cursor on a reference'],
    ['#2 #1¦ AND c\n#1 a', '!Line #1 would be the last line'],
  ],
  inlineEverywhere: [
    ['#1 a OR b // note\n#2 #1 AND c\n#3 #1¦ NOT d', '// note\n#2 (a OR b) AND c\n#3 (a OR b) NOT d'],
    ['#1¦ a OR // why\n  b\n#2 #1 AND #1', '#2 (a OR // why\n  b) AND (a OR b)'],
    ['a OR b\n\nc\n\n#1 AND #2¦ AND #1', 'a OR b\n\n\n#1 AND c AND #1'],
    ['#1 x\n#2 #1\n#3 #2¦ OR b', '#1 x\n#3 #1 OR b'],
    ['#1¦ a\n#2 b', '!No line refers to #1'],
    // Without #2 the numbers would not count 1, 2, 3, and be no numbers.
    ['S1 a[ti]\nS2¦ b[ti]\nS3 S1 AND S2', '!The change was not made'],
  ],
  toggleExplode: [
    ['"Falls"[mh]¦', '"Falls"[mh:noexp]'],
    ['"Fa¦lls"[MeSH Terms : NoExp]', '"Falls"[MeSH Terms]'],
    ['¦"A"[mh] OR "B"[majr] OR c[ti]¦', '"A"[mh:noexp] OR "B"[majr:noexp] OR c[ti]'],
    ['a[ti]¦', '!Put the cursor on a heading'],
  ],
  toggleMajor: [
    ['"A"[mh:noexp]¦', '"A"[majr:noexp]'],
    ['"A"[MeSH Major Topic]¦', '"A"[MeSH Terms]'],
    ['"A"[Mesh]¦', '"A"[majr]'],
    ['a¦', '!'],
  ],
  changeField: [
    ['falls[tiab]¦', 'falls[ti]', '[ti]'],
    ['fal¦ls', 'falls[tiab]', '[tiab]'],
    ['¦a[tiab] OR b OR "c d"[mh]¦', 'a[ti] OR b[ti] OR "c d"[ti]', '3 terms to [ti]'],
    ['"a b"[tiab:~3]¦', '"a b"[ti:~3]', '[ti]'],
    ['"a b"[tiab:~3]¦', '"a b"[mh]', '[mh]'],
    ['¦', '!'],
  ],
  removeTag: [
    ['falls [tiab]¦ OR b[ti]', 'falls OR b[ti]'],
    ['¦a[tiab] OR b[ti]¦', 'a OR b', 'Remove 2'],
    ['a¦', '!'],
  ],
  addHeading: [
    ['falls¦[tiab]', 'falls[tiab] OR "Accidental Falls"[mh]'],
    ['x[tiab] OR falls[tiab]¦ OR y', 'x[tiab] OR falls[tiab] OR "Accidental Falls"[mh] OR y'],
    ['x AND falls[tiab]¦', 'x AND (falls[tiab] OR "Accidental Falls"[mh])'],
    ['x OR falls[tiab]¦ AND y', 'x OR (falls[tiab] OR "Accidental Falls"[mh]) AND y'],
    ['x AND (fall*[tiab]¦)', 'x AND (fall*[tiab] OR "Accidental Falls"[mh])'],
    ['"Accidental Falls"[mh] OR falls[tiab]¦', '!Put the cursor on a text word'],
    ['tumours[tiab]¦', 'tumours[tiab] OR "Neoplasms"[mh]'],
    ['review[tiab]¦', '!Put the cursor'],
    ['nothing[tiab]¦', '!Put the cursor'],
  ],
  addTextWords: [
    ['"Accidental Falls"[mh]¦', '"Accidental Falls"[mh] OR "Accidental Falls"[tiab]', 'Add "Accidental'],
    [
      'x AND "Accidental Falls"[mh]¦',
      'x AND ("Accidental Falls"[mh] OR "Accidental Falls"[tiab] OR Falls[tiab] OR "Slip and Fall"[tiab] OR Falling[tiab])',
      'the name and 3 entry terms',
    ],
    [
      '"Accidental Falls"[mh]¦ OR falls[tiab] OR "accidental falls"[tiab]',
      '"Accidental Falls"[mh] OR "Slip and Fall"[tiab] OR Falling[tiab] OR falls[tiab] OR "accidental falls"[tiab]',
      'Add 2 entry terms',
    ],
    [
      '"Lung Diseases, Interstitial/therapy"[mh]¦',
      '"Lung Diseases, Interstitial/therapy"[mh] OR "Interstitial Lung Diseases"[tiab]',
    ],
    ['Unheard Of[mh]¦', 'Unheard Of[mh] OR "Unheard Of"[tiab]'],
    ['a[tiab]¦', '!'],
  ],
  sortTerms: [
    ['b[tiab] OR¦ a[tiab] OR "Z"[mh] OR #1', '#1 OR "Z"[mh] OR a[tiab] OR b[tiab]'],
    ['x AND (b OR\n  a¦ OR\n  B OR A)', 'x AND (a OR\n  b)', 'without 2 duplicates'],
    ['a OR¦ b AND c', '!Put the cursor in a block'],
    ['a OR¦ b', '!Put the cursor'],
    ['b OR¦ // c\na', '!Comments stand'],
  ],
  wrapSelection: [
    ['¦a OR b¦ AND c', '(a OR b) AND c'],
    ['a ¦OR b) AND¦ c', '!'],
    ['x AND ¦ a OR b ¦ OR c', 'x AND  (a OR b)  OR c'],
    ['a ¦OR b¦', '!Select'],
    ['a OR b[ti¦ab] OR c¦', '!Select'],
  ],
  removeParentheses: [
    ['x AND (¦a)', 'x AND a', 'these'],
    ['((a¦ OR b))', 'a OR b', '2 needless pairs'],
    ['x OR (a¦ OR b)', 'x OR a OR b', 'these'],
    ['(a)AND(b)¦', 'a AND b', '2 needless'],
    ['((a¦ OR b)) AND ((c))', '(a OR b) AND c', '3 needless'],
    ['(a¦ OR b) AND c', '!No parentheses'],
    ['(heart¦) (attack)', '!No parentheses'],
    ['x NOT (a¦ NOT b)', '!No parentheses'],
    ['(a // c\n OR b)¦', 'a // c\n OR b'],
  ],
  writeGrouping: [
    ['a OR b¦ AND c NOT d OR e', '((a OR b) AND c NOT d) OR e'],
    ['x AND (a OR¦ b AND c)', 'x AND ((a OR b) AND c)'],
    ['a OR b¦', '!This line does not mix'],
  ],
  distributeTag: [
    ['(a OR¦ b[ti])[tiab]', '(a[tiab] OR b[ti])'],
    ['(a OR¦ b)', '!'],
  ],
  splitTerms: [
    ['#1 a OR¦ b OR c', '#1 a OR\n   b OR\n   c'],
    ['x AND (a OR¦ b)', 'x AND (a OR\n    b)'],
    ['a¦', '!'],
  ],
  joinLines: [
    ['#1 a OR\n  b OR¦ (\n c\n)', '#1 a OR b OR (c)'],
    ['a OR // c\n b¦', '!Comments stand'],
    ['a¦ OR b', '!Put the cursor'],
  ],
  quotePhrase: [
    ['heart¦ attack[tiab]', '"heart attack"[tiab]'],
    ['"a b"¦', '!'],
  ],
  unquotePhrase: [
    ['"heart attack"[tiab]¦', 'heart attack[tiab]'],
    ['"pain and fear"¦', '!'],
    ['"a b"[tiab:~2]¦', '!'],
  ],
  straightQuotes: [
    ['“a b”[ti]¦ OR “c” // “x”\n\n“d”', '"a b"[ti] OR "c" // “x”\n\n"d"'],
    ['"a"¦', '!All quotes'],
  ],
};

describe.each(Object.entries(cases))('%s', (id, rows) => {
  it.each(rows.map((row) => [row[0], row] as const))('%j', (_, [source, expected, title]) => {
    const result = after(id, source, title, mesh);
    if (expected.startsWith('!')) expect(result.slice(0, expected.length)).toBe(expected);
    else expect(result).toBe(expected);
  });
});

it('there are cases for every refactoring', () => {
  expect(Object.keys(cases).sort()).toEqual([...refactoringIds].sort());
});

it('adding a heading tells where MeSH comes from', () => {
  expect(after('addHeading', 'falls¦')).toMatch(/^!MeSH is not known here.*querent\.mesh\.path/);
});

it('a new line tells where the cursor belongs', () => {
  const { document, text, selection } = marked('#2 b\n#3 a¦\n#4 #3');
  const found = findRefactorings(placeAt(document, selection), 'insertLine');
  const [one] = 'problem' in found ? [] : found;
  expect(applyEdits(text, one?.edits ?? []).slice(0, one?.cursor)).toBe('#2 b\n#3 a\n#4 ');
});

describe('menus', () => {
  const titles = (source: string, kind = 'refactor'): string[] => {
    const { document, selection } = marked(source);
    const wanted = (one: string): boolean => one.startsWith(kind);
    return listRefactorings(placeAt(document, selection, mesh), wanted).map(({ title }) => title);
  };

  it('offer what can be done, and nothing else', () => {
    expect(titles('#1 x AND (falls¦[tiab] OR b)\n#2 #1')).toEqual([
      'Extract to line #1',
      'Add the heading "Accidental Falls"[mh]',
      'Change to [ti] (Title)',
      'Change to [tw] (Text Words)',
      'Change to [mh] (MeSH Terms)',
      'Change to [all] (All Fields)',
      'Put quotes around the phrase',
      'Sort 2 terms',
      'Put each term on a line of its own',
    ]);
    expect(titles('¦')).toEqual([]);
  });

  it('offer changes of the whole document where the source of it is asked for', () => {
    expect(titles('#3 “a¦”', 'source')).toEqual(['Renumber the lines 1 to 1', 'Use straight quotes']);
  });
});
