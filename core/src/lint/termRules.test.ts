import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrategy } from '../strategy/index.ts';
import { applyEdits } from '../text/index.ts';
import type { Problem } from '../text/index.ts';
import { processorMs } from '../testing/processorMs.ts';
import { conceptRules } from './concepts.ts';
import { headingRules } from './headings.ts';
import { headingUseRules } from './headingUse.ts';
import { judgeStrategy } from './lint.ts';
import { redundancyRules } from './redundancy.ts';
import { redundantHeadingRules } from './redundantHeadings.ts';
import { subheadingRules } from './subheadings.ts';
import { termFormRules } from './termForms.ts';
import { exampleThesaurus } from './testing/exampleThesaurus.ts';
import { faultsOfFixes } from './testing/faultsOfFixes.ts';
import { variantRules } from './variants.ts';

const thesaurus = exampleThesaurus();
const families = [
  headingRules,
  subheadingRules,
  headingUseRules,
  conceptRules,
  variantRules,
  termFormRules,
  redundancyRules,
  redundantHeadingRules,
];
const ids = new Set(families.flatMap(({ rules }) => rules.map(({ id }) => id)));
const context = {
  thesaurus,
  levels: Object.fromEntries([...ids].map((id) => [id, 'information' as const])),
};
const judge = (text: string): readonly Problem[] =>
  judgeStrategy(parseStrategy(text), context).filter(({ rule }) => ids.has(rule));
const found = (text: string): string[] =>
  judge(text).map(({ rule, range }) => `${rule}:${text.slice(range.start, range.end)}`);
/** What the first fix of the rule makes of the text. */
function fixed(text: string, rule: string): string | undefined {
  const fix = judge(text).find((problem) => problem.rule === rule)?.fixes?.[0];
  return fix && applyEdits(text, fix.edits);
}

describe('headings', () => {
  it.each([
    ['"Strok"[mh]', 'heading-not-found', '"Stroke"[mh]'],
    ['exp Stroke[mh]', 'heading-not-found', '"Stroke"[mh]'],
    ['"lung cancer/dt"[Mesh:NoExp]', 'entry-term', '"Lung Neoplasms/dt"[Mesh:NoExp]'],
    ['Mental Retardation[mh]', 'previous-heading', '"Intellectual Disability"[mh]'],
    ['"Neoplasms"/therapie[mh]', 'unknown-subheading', '"Neoplasms/therapy"[mh]'],
    ['us[sh]', 'unknown-subheading', '"diagnostic imaging"[sh]'],
    [
      '"Neoplasms/DT/SU"[majr] AND x1[ti]',
      'several-subheadings',
      '("Neoplasms/DT"[majr] OR "Neoplasms/SU"[majr]) AND x1[ti]',
    ],
    ['"Neoplasms/education"[mh]', 'subheading-not-allowed', '"Neoplasms"[mh]'],
    ['Stroke[Majr:NoExp]', 'major-topic', 'Stroke[mh:noexp]'],
    ['"Tai Ji"[MeSH Terms: no exp]', 'needless-noexp', '"Tai Ji"[MeSH Terms]'],
    ['"Randomized Controlled Trial"[mh]', 'publication-type-as-heading', '"Randomized Controlled Trial"[pt]'],
    ['Infant, Newborn[mh]', 'unquoted-comma', '"Infant, Newborn"[mh]'],
    ['Stroke[mh]', 'missing-text-word', 'Stroke[mh] OR "Stroke"[tiab]'],
    ['Stroke[mh] AND x1[ti]', 'missing-text-word', '(Stroke[mh] OR "Stroke"[tiab]) AND x1[ti]'],
    [
      '"Diabetes Mellitus, Type 2"[mh]',
      'missing-text-word',
      '"Diabetes Mellitus, Type 2"[mh] OR "Type 2 Diabetes Mellitus"[tiab]',
    ],
    ['x1[ti] AND (asthma[tiab])', 'missing-heading', 'x1[ti] AND (asthma[tiab] OR "Asthma"[mh])'],
    [
      '"heart failures"[tiab] OR "cardiac failure"[tiab]',
      'missing-heading',
      '"heart failures"[tiab] OR "cardiac failure"[tiab] OR "Heart Failure"[mh]',
    ],
    ['tumour*[tiab]', 'missing-spelling', 'tumour*[tiab] OR tumor*[tiab]'],
    ['randomis*[tiab] OR x1[ti]', 'missing-spelling', 'randomis*[tiab] OR randomiz*[tiab] OR x1[ti]'],
    [
      'Colour vision[tiab] AND x1[ti]',
      'missing-spelling',
      '(Colour vision[tiab] OR "color vision"[tiab]) AND x1[ti]',
    ],
    ['breast-feeding[tiab]', 'missing-compound', 'breast-feeding[tiab] OR breastfeeding[tiab]'],
    ['laproscopic surgery[tiab]', 'misspelt-word', 'laparoscopic surgery[tiab]'],
  ])('%j: %s', (text, rule, result) => {
    expect(fixed(text, rule)).toBe(result);
  });

  it.each([
    ['Sacroiliac-joint is no example', []],
    ['"Diabetes Mellitus Type 2"[mh] OR diabet*[tiab]', []],
    ['"Stroke/rehabilitation"[mh] OR stroke*[tiab]', []],
    ['"Stroke Rehabilitation"[mh] OR stroke[tiab]', ['missing-heading:stroke[tiab]']],
    ['metastasis*[tiab] OR "preventive care"[tw]', ['missing-spelling:"preventive care"[tw]']],
    ['asthma OR tumour', []],
    ['"Stroke/rehabilitation"[mh] OR x1[ti]', []],
    [
      '"Stroke/rehabilitation"[mh] OR Stroke[mh]',
      ['redundant-heading:"Stroke/rehabilitation"[mh]', 'missing-text-word:Stroke[mh]'],
    ],
    ['"asthma"[All Fields] AND "attack"[All Fields]', []],
    ['"health liter*"[tiab] OR mold*[tiab]', []],
    ['liters[tiab]', ['missing-spelling:liters[tiab]']],
    ['asthma[tiab] NOT Animals[mh]', ['missing-heading:asthma[tiab]']],
    ['Humans[mh] AND Child[mh]', []],
    [
      '("Cardiovascular Diseases"[mh] OR cardiovascular[tiab]) NOT Animals[mh]',
      ['large-explosion:"Cardiovascular Diseases"[mh]'],
    ],
    ['NCT01234567[si] AND 10.1000/182[aid]', []],
    ['', []],
  ])('%j: %j', (text, findings) => {
    expect(found(text).filter((finding) => !finding.startsWith('missing-plural'))).toEqual(findings);
  });

  it('prefers a suggestion for "fix all" only when it differs by a slip', () => {
    const preferred = (text: string): boolean =>
      judge(text).some(({ fixes }) => fixes?.some((fix) => fix.preferred === true) === true);
    expect(preferred('"Hypertensions"[mh]')).toBe(true);
    expect(preferred('"rehabilitation of the hand"[mh]')).toBe(false);
  });

  it('is silent about headings without MeSH', () => {
    const rules = judgeStrategy(parseStrategy('"No Such Thing"[mh] OR Stroke[mh]')).map(({ rule }) => rule);
    expect(rules.filter((rule) => ids.has(rule))).toEqual([]);
  });
});

describe('concepts in lines', () => {
  it.each([
    ['#1 Stroke[mh]\n#2 strokes[tiab]\n#3 #1 OR #2', []],
    ['#1 Stroke[mh]\n#2 strokes[tiab]\n#3 asthma[ti] AND (#1 OR #2)', ['missing-heading:asthma[ti]']],
    [
      '#1 Stroke[mh]\n#2 strokes[tiab]\n#3 #1 AND #2',
      ['missing-text-word:Stroke[mh]', 'missing-heading:strokes[tiab]'],
    ],
    [
      '#1 Stroke[mh]\n#2 "Asthma"[mh]\n#3 #1 OR #2 OR x1[ti]',
      ['missing-text-word:Stroke[mh]', 'missing-text-word:"Asthma"[mh]'],
    ],
    ['#1 asthma[tiab]\n#2 #1 OR "Asthma"[mh]', []],
  ])('%j', (text, findings) => {
    expect(found(text).filter((finding) => /^missing-(?:text|heading)/.test(finding))).toEqual(findings);
  });
});

it('every fix removes its problem and breaks nothing', () => {
  const piece = fc.constantFrom(
    ...[
      'Stroke[mh]',
      '"Stroke"[majr:noexp]',
      'Strokes[mh]',
      '"Tai Chi"[mh:noexp]',
      '"lung cancer/dt"[mh]',
      'Lung Neoplasms/SU/DT[mh]',
    ],
    ...[
      '"Neoplasms"[mh]',
      'Randomized Controlled Trial[mh]',
      'Infant, Newborn[mh]',
      '“Asthma”[Mesh]',
      'foo[sh]',
      'us[sh]',
      'exp Fear[mh]',
    ],
    ...[
      'asthma[tiab]',
      '"tumour cells"[tiab]',
      'randomis*[ti]',
      'breastfeeding[tw]',
      'stroke',
      '"heart failure"[tiab:~2]',
      'fear[ot]',
    ],
    ...[
      'laproscopic[tiab]',
      'b[tiab]',
      '(asthma[tiab])',
      '(Stroke[mh] OR x1[ti])',
      '#1',
      'Mental Retardation[mh]',
      'breast feed*[tiab]',
    ],
  );
  const operator = fc.constantFrom(' OR ', ' OR ', ' AND ', ' NOT ', ' ', '\nOR ', ' OR // note\n', ' or ');
  const line = fc
    .array(fc.tuple(operator, piece), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.map(([op, one], i) => (i === 0 ? one : op + one)).join(''));
  const text = fc.oneof(
    line.map((one) => one.replaceAll('#1', 'x2[ti]')),
    fc
      .tuple(line, line, fc.constantFrom('#1 OR #2', '#1 AND #2', '(#1 OR #2) AND x3[ti]'))
      .map(([a, b, end]) => `#1 ${a.replaceAll('#1', 'x2[ti]')}\n#2 ${b}\n#3 ${end}`),
  );
  let fixes = 0;
  fc.assert(
    fc.property(text, (strategy) => {
      const problems = judge(strategy);
      fixes += problems.flatMap((problem) => problem.fixes ?? []).length;
      for (const fault of faultsOfFixes(strategy, context, problems)) expect.fail(fault);
    }),
    { numRuns: 300 },
  );
  expect(fixes).toBeGreaterThan(500);
}, 60_000);

it('judges half a megabyte in time', () => {
  const pieces = [
    '"Stroke"[mh] OR ',
    'stroke[tiab] OR ',
    'tumour cells[tiab] OR ',
    'laproscopic OR ',
    '"no such thing"[mh] OR ',
    '(asthma[tiab]) AND ',
    '#1 OR ',
    'tumour[tiab]\n',
    'a*',
  ];
  for (const piece of pieces) {
    const text = piece.repeat(500_000 / piece.length);
    const start = processorMs();
    judge(text);
    expect(processorMs() - start, piece).toBeLessThan(15_000);
  }
}, 60_000);
