import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CitationIndex, evaluate } from '../corpus/index.ts';
import { citation } from '../corpus/testing/records.ts';
import { loadThesaurus } from '../mesh/index.ts';
import { parseQuery } from '../pubmed/index.ts';
import { isUnresolvable, parseStrategy, resolveText } from '../strategy/index.ts';
import { applyEdits } from '../text/index.ts';
import type { Problem } from '../text/index.ts';
import { processorMs } from '../testing/processorMs.ts';
import { judgeStrategy, lintQuery } from './lint.ts';

const thesaurus = loadThesaurus(
  [
    { ui: 'D1', name: 'Neoplasms', entry: ['Cancer'], tree: ['C04'] },
    { ui: 'D2', name: 'Lung Neoplasms', entry: ['Lung Cancer'], tree: ['C04.588', 'C08.1'] },
    { ui: 'D3', name: 'Small Cell Lung Carcinoma', tree: ['C04.588.1'] },
    { ui: 'D4', name: 'Lung Diseases', tree: ['C08'] },
    { ui: 'D5', name: 'Nurses', entry: ['Nurse'], tree: ['M01.1'] },
  ].map((row) => JSON.stringify(row)),
);
const RULES = ['duplicate-term', 'redundant-term', 'redundant-heading', 'redundant-hyphen'];
const lint = (text: string) =>
  lintQuery(parseQuery(text), { thesaurus }).filter(({ rule }) =>
    [...RULES, 'contained-phrase'].includes(rule),
  );

/** Applies the first fix of these rules until there is none. */
function cleaned(text: string): string {
  let result = text;
  for (let i = 0; i < 20; i++) {
    const fix = lint(result)[0]?.fixes?.[0];
    if (fix === undefined) return result;
    result = applyEdits(result, fix.edits);
  }
  throw new Error(`The fixes for ${text} do not come to an end.`);
}

describe('terms that add nothing', () => {
  it.each([
    ['nurs*[tiab] OR nurse[tiab]', 'nurs*[tiab]'],
    ['nurse[tiab] OR nurs*[tiab]', 'nurs*[tiab]'],
    ['nurse[tiab] OR (care[tiab] OR nurs*[tiab])', '(care[tiab] OR nurs*[tiab])'],
    ['(nurse[tiab]) OR nurs*[tiab] OR care[tiab]', 'nurs*[tiab] OR care[tiab]'],
    ['stroke[ti] OR stroke[tiab]', 'stroke[tiab]'],
    ['stroke[tiab] OR stroke[ot] OR stroke[tw]', 'stroke[tw]'],
    ['diabetes[tiab] OR "diabetes mellitus"[tiab]', 'diabetes[tiab]'],
    ['"breast cancer*"[tiab] OR "breast cancer* screening"[tiab]', '"breast cancer*"[tiab]'],
    ['"heart attack"[tiab] OR heart attack[tiab]', 'heart attack[tiab]'],
    ['"a1 b1"[tiab:~1] OR "b1 a1"[tiab:~3]', '"b1 a1"[tiab:~3]'],
    ['nurs*[tiab] OR nurse[tiab] OR nurses[tiab] AND care[tiab]', 'nurs*[tiab] AND care[tiab]'],
    ['care[tiab] AND x1[tiab] OR nurse[tiab] OR nurs*[tiab]', 'care[tiab] AND x1[tiab] OR nurs*[tiab]'],
    ['a1[ti] OR b1[ti] OR (c1[ti] OR A1[Title])', 'a1[ti] OR b1[ti] OR (c1[ti])'],
    ['a1[ti] AND b1[ti] AND a1[ti]', 'a1[ti] AND b1[ti]'],
    ['a1[ti] NOT b1[ti] NOT b1[ti]', 'a1[ti] NOT b1[ti]'],
    ['(a1[ti] OR b1[ti]) AND (A1[ti] OR B1[ti])', '(a1[ti] OR b1[ti])'],
    [
      'a1[ti] OR // first\nb1[ti] OR // second\na1[ti] OR c1[ti]',
      'a1[ti] OR // first\nb1[ti] // second\nOR c1[ti]',
    ],
    ['"breast feeding"[tiab] OR breast-feeding[tiab]', '"breast feeding"[tiab]'],
    ['Neoplasms[mh] OR "Lung Neoplasms"[mh]', 'Neoplasms[mh]'],
    ['"Lung Neoplasms"[majr:noexp] OR "Lung Neoplasms/drug therapy"[mh] OR Neoplasms[mh]', 'Neoplasms[mh]'],
    ['"Lung Neoplasms"[mh:noexp] OR "Lung Neoplasms"[mh]', '"Lung Neoplasms"[mh]'],
    ['"Lung Neoplasms/DT"[mh] OR "Neoplasms/drug therapy"[mh]', '"Neoplasms/drug therapy"[mh]'],
  ])('%j', (text, result) => {
    expect(cleaned(text)).toBe(result);
  });

  it.each([
    'nurse[tiab] AND nurs*[tiab]',
    'nur*[tiab] OR nurse[tiab]',
    'nurse[tiab] OR nurs*[ti]',
    'the[tiab] OR "the nurse"[tiab]',
    'non-invasive[tiab] OR invasive[tiab]',
    'stroke[tiab] OR "cerebral stroke"',
    'stroke OR stroke[tiab]',
    'a1[ti] NOT a1[tiab]',
    'Neoplasms[mh:noexp] OR "Lung Neoplasms"[mh]',
    'Neoplasms[majr] OR "Lung Neoplasms"[mh]',
    '"Neoplasms/drug therapy"[mh] OR "Lung Neoplasms"[mh]',
    'a1[ti] b1[ti] OR c1[ti]',
  ])('says nothing about %j', (text) => {
    expect(lint(text)).toEqual([]);
  });

  it('has no fix where PubMed may take a phrase apart, or where an operator is not written', () => {
    const [found] = lint('"breast cancer"[tiab] OR "breast cancer screening"[tiab]');
    expect(found).toMatchObject({ rule: 'contained-phrase', severity: 'hint' });
    expect(found?.fixes).toBeUndefined();
    expect(lint('a1[ti] b1[ti] a1[ti]').map((p) => p.fixes)).toEqual([undefined]);
  });

  it('compares lines that are ORed, and only those', () => {
    const across = (text: string): string[] =>
      judgeStrategy(parseStrategy(text))
        .filter(({ rule }) => rule === 'duplicate-across-lines')
        .map(({ range }) => `${range.start}:${text.slice(range.start, range.end)}`);
    expect(across('#1 a1[ti] OR b1[ti]\n#2 c1[ti] OR B1[ti]\n#3 #1 OR #2')).toEqual(['33:B1[ti]']);
    expect(across('#1 a1[ti] OR b1[ti]\n#2 c1[ti] OR b1[ti]\n#3 (#1 OR #2) AND d1[ti]')).toHaveLength(1);
    expect(across('#1 a1[ti] OR b1[ti]\n#2 c1[ti] OR b1[ti]\n#3 #1 AND #2')).toEqual([]);
    expect(across('#1 a1[ti] OR b1[ti]\n#2 c1[ti] OR b1[ti]\n#3 #1 OR #2\n#4 #3 NOT #2')).toEqual([]);
  });
});

describe('fixes', () => {
  const word = fc.constantFrom('nurse', 'nurse', 'nurses', 'nurs*', 'lung', 'canc*', 'nurse-lung');
  const text = fc
    .tuple(
      fc.array(word, { minLength: 1, maxLength: 2 }),
      fc.constantFrom(
        '[tiab]',
        '[tiab]',
        '[tiab]',
        '[ti]',
        '[ot]',
        '[tw]',
        '[all]',
        '[tiab:~1]',
        '[tiab:~3]',
      ),
      fc.boolean(),
    )
    .map(([words, tag, quoted]) => (quoted ? `"${words.join(' ')}"${tag}` : `${words.join(' ')}${tag}`));
  const heading = fc
    .tuple(
      fc.constantFrom(
        'Neoplasms',
        'Lung Neoplasms',
        'Lung Cancer',
        'Small Cell Lung Carcinoma',
        'Lung Diseases',
        'Nurses',
      ),
      fc.constantFrom('', '', '/drug therapy', '/surgery'),
      fc.constantFrom('[mh]', '[majr]', '[mh:noexp]', '[majr:noexp]'),
    )
    .map(([name, subheading, tag]) => `"${name}${subheading}"${tag}`);
  const operator = fc.constantFrom(
    ' OR ',
    ' OR ',
    ' OR ',

    ' OR ',
    ' OR ',
    ' OR ',
    ' OR\n',
    ' AND ',
    ' NOT ',
    ' ',
    ' or ',
    ' OR // note\n ',
  );
  const { query } = fc.letrec<{ query: string; operand: string; group: string }>((tie) => ({
    operand: fc.oneof({ maxDepth: 3 }, text, text, heading, tie('group')),
    group: tie('query').map((inner) => `(${inner})`),
    query: fc
      .array(fc.tuple(operator, tie('operand')), { minLength: 1, maxLength: 6 })
      .map((parts) => parts.map(([op, one], i) => (i === 0 ? one : op + one)).join('')),
  }));
  const words = fc.array(
    fc.constantFrom('nurse', 'nurses', 'nursing', 'lung', 'cancer', 'cancers', 'care', 'small', 'of'),
    {
      maxLength: 6,
    },
  );
  const records = fc.array(
    fc.tuple(
      words,
      words,
      words,
      fc.subarray([
        'Neoplasms',
        '*Lung Neoplasms/drug therapy',
        'Small Cell Lung Carcinoma/*surgery',
        'Lung Diseases',
        '*Nurses',
      ]),
    ),
    { minLength: 1, maxLength: 8 },
  );

  function found(index: CitationIndex, text: string): readonly number[] {
    const resolved = resolveText(text);
    if (isUnresolvable(resolved)) throw new Error(resolved.problem);
    return [...evaluate(index, resolved, { thesaurus }).docs.toArray()];
  }

  it('never change the records that are found', () => {
    let changed = 0;
    fc.assert(
      fc.property(query, records, (text, rows) => {
        const index = CitationIndex.build(
          rows.map(([title, abstract, keywords, mesh], i) =>
            citation({
              id: String(i + 1),
              title: title.join(' '),
              abstract: abstract.join(' '),
              keywords,
              mesh,
            }),
          ),
        );
        const problems = lint(text).filter(({ rule }) => RULES.includes(rule));
        const before = found(index, text);
        for (const { rule, message, fixes = [] } of problems) {
          for (const { edits } of fixes) {
            const after = applyEdits(text, edits);
            changed++;
            expect(parseQuery(after).problems, after).toEqual([]);
            expect(found(index, after), `${rule}: ${text} -> ${after}`).toEqual(before);
            // What is said of a term may move to its duplicate, and something else may come to light; not both at once.
            const same = (list: readonly Problem[]): number =>
              list.filter((p) => p.message === message).length;
            const left = lint(after);
            expect(same(left) < same(problems) || left.length < lint(text).length, after).toBe(true);
          }
        }
      }),
      { numRuns: 800 },
    );
    expect(changed).toBeGreaterThan(40);
  }, 60_000);
});

it('compares a megabyte of terms in time', () => {
  for (const piece of [
    'nurse* care[tiab] OR ',
    'a b c d e f g h i j k l m n[tiab] OR ',
    '"lung neoplasms"[mh] OR ',
    '"x y"[ti:~2] OR ',
  ]) {
    const parsed = parseQuery(piece.repeat(1_000_000 / piece.length));
    const start = processorMs();
    lintQuery(parsed, { thesaurus });
    expect(processorMs() - start, piece).toBeLessThan(4000);
  }
});
