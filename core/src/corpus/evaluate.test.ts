import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Thesaurus } from '../mesh/index.ts';
import { loadThesaurus } from '../mesh/index.ts';
import { parseQuery } from '../pubmed/index.ts';
import type { QueryNode, ResolvedQuery } from '../pubmed/index.ts';
import { processorMs } from '../testing/processorMs.ts';
import { CitationIndex } from './citationIndex.ts';
import { evaluate } from './evaluate.ts';
import type { EvaluateOptions } from './evaluation.ts';
import { loadIndex, serializeIndex } from './indexFormat.ts';
import type { CitationRecord } from './record.ts';
import { citation, inventedRecords } from './testing/records.ts';
import { SlowEvaluator } from './testing/slowEvaluator.ts';

/** The strategy room must not be needed here: a query without references resolves to itself. */
function query(text: string, references: Record<string, ResolvedQuery> = {}): ResolvedQuery {
  const { root } = parseQuery(text);
  if (root === undefined) throw new Error(`"${text}" is empty.`);
  return { root, references: new Map(Object.entries(references)), key: text };
}

const invented = [
  ['D003894', 'Deamino Arginine Vasopressin', ['Desmopressin', 'DDAVP'], ['D12.1'], ['Hemostatics']],
  ['D009369', 'Neoplasms', ['Cancer', 'Tumors'], ['C04'], []],
  ['D008175', 'Lung Neoplasms', ['Lung Cancer', 'Cancer, Lung'], ['C04.588', 'C08.1'], []],
  ['D011788', 'Quality of Life', ['Life Quality'], ['I01.8'], []],
  ['D006470', 'Hemorrhage', ['Bleeding'], ['C23.5'], []],
  ['D001564', 'Benzo(a)pyrene', ['3,4-Benzopyrene'], ['D04.6'], []],
  ['D006490', 'Hemostatics', ['Antihemorrhagics'], ['D27.5'], []],
  ['D016430', 'Clinical Trial', [], ['V03.1'], []],
  ['D016449', 'Randomized Controlled Trial', [], ['V03.1.5'], []],
  ['D014611', 'Vaccination', ['Immunization, Active'], ['E02.9'], []],
] as const;

function thesaurusOf(rows: typeof invented): Thesaurus {
  return loadThesaurus(
    rows.map(([ui, name, entry, tree, pa]) => JSON.stringify({ ui, name, entry, tree, pa })),
  );
}

function found(
  index: CitationIndex,
  one: ResolvedQuery,
  options: EvaluateOptions,
): readonly string[] | undefined {
  try {
    const { docs, count } = evaluate(index, one, options);
    const ids = [...docs.toArray()].map((doc) => index.idOf(doc));
    expect(count).toBe(ids.length);
    return ids;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'unsupported') return undefined;
    throw error;
  }
}

const today = '2021-03-01';
const thesaurus = thesaurusOf(invented);
const index = loadIndex(serializeIndex(CitationIndex.build(inventedRecords)));
const slow = new SlowEvaluator(inventedRecords, thesaurus, today);

/** Each construct of the language over the invented records, with what it must find. */
const cases: readonly (readonly [text: string, ids: readonly number[] | 'unsupported'])[] = [
  // Words, hyphens, apostrophes, diacritics.
  ['aspirin[tiab]', [104, 105]],
  ['aspirin[ti]', []],
  ['aspirin[ot]', [104]],
  ['covid19[tiab]', [101]],
  ['covid[tiab] AND 19[ti]', [101]],
  ['"covid 19"[tiab]', [101]],
  ['covid-19[tiab]', [101]],
  ['whoqol[tiab]', [106]],
  ["alzheimer's[tiab]", [101]],
  ['"alzheimer s disease"[tiab]', [101]],
  ['naive[tiab] AND angstrom[tiab] AND μm[tiab]', [105]],
  // Phrases.
  ['"quality of life"[tiab]', [101, 102]],
  ['quality of life[tiab]', [101, 102]],
  ['life of quality[tiab]', [105]],
  ['"patients life"[tiab]', [101, 102]],
  ['"nonsmallcell lung"[ti]', [102]],
  ['"trial quality"[tiab]', [101, 105]],
  ['breast-feeding[tiab]', [102]],
  ['surgery-bleeding[tiab]', []],
  // Truncation.
  ['randomi*[tiab]', [101, 105]],
  ['randomi*ed[tiab]', [101, 105]],
  ['"vaccin* schedul*"[tiab]', [106]],
  ['breast fe*[tiab]', [102]],
  ['vac*[tiab]', []],
  ['"vitamin d*"[tiab]', [101]],
  ['asp*rin[tiab]', []],
  ['bleed* OR haem*', [104, 105]],
  // Proximity.
  ['"patients quality"[tiab:~2]', [102]],
  ['"quality life"[tiab:~0]', [102]],
  ['"life quality"[ti:~1]', [102, 105]],
  ['"pain pain"[tiab:~1]', [106]],
  ['"hopkins health"[ad:~0]', [101]],
  ['"hopkins leeds"[ad:~100]', []],
  ['"lung cancer"[mh:~2]', [102]],
  // Operators, left to right.
  ['aspirin[tiab] OR surgery[tiab] AND bleeding[tiab]', [104]],
  ['aspirin[tiab] OR (surgery[tiab] AND bleeding[tiab])', [104, 105]],
  ['neoplasms[tiab] NOT rats[tiab] OR aspirin[tiab]', [104, 105]],
  ['aspirin[tiab] randomized[tiab]', [105]],
  ['(aspirin[tiab])(randomized[tiab])', [105]],
  // MeSH.
  ['neoplasms[mh]', [102, 103]],
  ['neoplasms[mh:noexp]', [103]],
  ['cancer[mh]', [102, 103]],
  ['"Cancer, Lung"[Mesh]', [102]],
  ['neoplasms[majr]', [102]],
  ['desmopressin[majr]', [101]],
  ['neoplasms/px[mh]', [102]],
  ['neoplasms/psychology', [102]],
  ['neoplasms/drug therapy[majr]', []],
  ['"hemorrhage/prevention and control"[majr]', [101]],
  ['psychology[sh]', [102]],
  ['therapy[sh]', [101, 102]],
  ['therapy[sh:noexp]', []],
  ['tu[sh]', [101, 103]],
  ['benzo a pyrene[mh]', [103]],
  ['lung*[mh]', [102]],
  ['hemostatics[pa]', [101]],
  ['no such heading[mh]', []],
  // Automatic term mapping.
  ['cancer', [102, 103]],
  // The heading is searched with its words, so `lung neoplasms` of another heading's text counts, too.
  ['lung cancer', [102, 103]],
  ['bleeding', [101, 104]],
  ['bleeding surgery', [101, 104]],
  ['the bleeding', [101, 104]],
  ['"lung neoplasms"', [102, 103]],
  ['desmopressin[all]', [101]],
  ['lancet', [101]],
  ['cladistics', [102]],
  ['placebo[mh]', []],
  ['tumours', [102, 103]],
  ['lung neoplasm[mh]', [102]],
  ['benzo-a-pyrene[mh]', [103]],
  ['"of the"', [101, 102, 103]],
  ['"of quality"[tiab]', [105]],
  ['"the infants of"[tiab]', [102, 106]],
  ['of', [101, 102, 103, 105]],
  ['"*"', 'unsupported'],
  ['"!?"[ti]', 'unsupported'],
  ['"-"[mh]', 'unsupported'],
  ['a*', [101, 103, 105]],
  // Authors.
  ['smith[au]', [101, 102, 104]],
  ['smith j[au]', [101, 102, 104]],
  ['"smith j"[au]', [102]],
  ['Smith JA[au]', [101, 104]],
  ['smith john a[au]', [101]],
  ['john smith[au]', []],
  ['john a smith[au]', [101]],
  ['smit*[au]', [101, 102, 104]],
  ['smith j[1au]', [101, 102, 104]],
  ['van den berg j[lastau]', [101]],
  ['borsch g[au]', [101]],
  ['van beethoven l[au]', [103]],
  ['doe j[au]', [102]],
  // Journal, type, language, substance, numbers.
  ['lancet[ta]', [101]],
  ['"The Lancet"[journal]', [101]],
  ['cladistics[ta]', [102]],
  ['randomized controlled trial[pt]', [101]],
  ['clinical trial[pt]', [101, 103]],
  ['clinical trial[pt:noexp]', [103]],
  ['english[la]', [101, 102]],
  ['ger[la]', [102, 103]],
  ['japanese[la]', [106]],
  ['english[filter]', [101, 102]],
  ['humans[filter]', [101, 102]],
  ['hemostatics[nm]', [101]],
  ['desmopressin[nm]', [101]],
  ['16679-58-6[rn]', [101]],
  ['10.1000/abc.1[aid]', [101]],
  ['10.1000/abc.2[doi]', [102]],
  ['388[vi] AND 10[ip] AND 1201[pg]', [101]],
  ['103[pmid]', [103]],
  ['00103[pmid]', [103]],
  ['103[uid] OR 105[uid]', [103, 105]],
  // Dates.
  ['2016[dp]', [101, 102]],
  ['2016/09[dp]', [101]],
  ['2016/09/30[dp]', [101]],
  ['2015:2016[dp]', [101, 102, 103]],
  ['2015/06:2016/08[dp]', [102, 103]],
  ['"2016/09/01"[dp] : "3000"[dp]', [101, 106]],
  ['"last 5 years"[dp]', [101, 102, 106]],
  ['"last 90 days"[dp]', [106]],
  // Presence.
  ['hasabstract', [101, 102, 103, 105, 106]],
  ['hasabstract[text]', [101, 102, 103, 105, 106]],
  // What only PubMed can answer is dropped, never guessed.
  ['aspirin[tiab] AND free full text[sb]', [104, 105]],
  ['aspirin[tiab] NOT free full text[sb]', [104, 105]],
  ['ffrft[filter] OR aspirin[tiab]', [104, 105]],
  ['ffrft[filter] NOT aspirin[tiab]', 'unsupported'],
  ['pmcbook', 'unsupported'],
  ['2016[p1dat]', 'unsupported'],
  // What no record here has finds nothing, and says so.
  ['nih[gr]', []],
  ['medline[sb]', []],
];

describe('evaluation over invented records', () => {
  it.each(cases)('%s', (text, ids) => {
    const result = found(index, query(text), { thesaurus, today });
    expect(result).toEqual(ids === 'unsupported' ? undefined : ids.map(String));
  });

  it('agrees with the slow evaluator', () => {
    for (const [text] of cases)
      expect([text, slow.evaluate(query(text))]).toEqual([
        text,
        found(index, query(text), { thesaurus, today }),
      ]);
  });

  it('limits to what was published until a day, and keeps what has no date', () => {
    const { docs, warnings } = evaluate(index, query('hasabstract'), { until: '2016-08-31' });
    expect([...docs.toArray()].map((doc) => index.idOf(doc))).toEqual(['102', '103', '105']);
    expect(warnings.map(({ code }) => code)).toContain('undated-records');
  });

  it('matches headings by their terms where a record has no MeSH, when asked to', () => {
    const ids = found(index, query('hemorrhage[mh]'), { thesaurus, headingsAsText: true });
    expect(ids).toEqual(['101', '104']);
  });

  it.each([
    ['hemorrhage[mh]', ['101', '104'], '1 of the 2 records are found by that only'],
    ['hemorrhage[majr]', ['101', '104'], '1 of the 2'],
    ['lung neoplasms[mh] OR surgery[tiab]', ['102', '104'], '0 of the 2'],
    ['hasabstract NOT hemorrhage[mh]', ['102', '103', '105', '106'], '0 of the 4'],
    [
      'surgery[tiab] OR aspirin[tiab] NOT hemorrhage[mh]',
      ['105'],
      '0 of the 1 records are found by that only. For the same reason 1 was left out',
    ],
    ['hemorrhage/therapy[mh]', ['101'], '0 of the 1'],
    ['hemorrhag*[mh]', ['101'], '0 of the 1'],
    ['antihemorrhagics[mh]', [], '0 of the 0'],
    ['bleeding', ['101', '104'], '0 of the 2'],
  ])('says how many records headings find as text only: %s', (text, ids, part) => {
    const options = { thesaurus, headingsAsText: true };
    expect(found(index, query(text), options)).toEqual(ids);
    const { warnings } = evaluate(index, query(text), options);
    expect(warnings.find(({ code }) => code === 'headings-as-text')?.message).toContain(part);
  });

  it.each([
    ['job*[tiab] OR aspirin[tiab]', 'truncation-too-short', 'job*'],
    ['aspirin bleeding[tiab]', 'phrase-not-found', 'aspirin bleeding'],
    ['aspirin[ab]', 'field-not-found', '[ab]'],
    ['aspirin AND free full text[sb]', 'unsupported-locally', 'free full text[filter]'],
    ['nih[gr]', 'absent-field', 'No record here has grants [gr]'],
    ['therapy/broad[filter]', 'searched-as-published', 'Clinical Queries: Therapy, broad'],
    ['2016:2010[dp]', 'reversed-range', '2016:2010'],
    ['no such heading[mh]', 'heading-not-found', 'no such heading'],
    ['2016/13[dp] OR aspirin', 'ignored', '2016/13'],
    ['"aspi* trial"[tiab:~2]', 'ignored', 'aspi* trial'],
    ['english[la]', 'sparse-field', '4 of 6'],
  ])('%s warns %s', (text, code, part) => {
    const { warnings } = evaluate(code === 'sparse-field' ? sparse : index, query(text), {
      thesaurus,
      today,
    });
    const warning = warnings.find((one) => one.code === code);
    expect(warning?.message).toContain(code === 'sparse-field' ? '1 of 3' : part);
  });

  const sparse = CitationIndex.build([
    citation({ id: '1', languages: ['eng'] }),
    citation({ id: '2' }),
    citation({ id: '3' }),
  ]);

  it('evaluates a line once however often it is used', () => {
    let line = query('aspirin[tiab] OR lung[tiab]');
    for (let i = 0; i < 3_000; i++) line = query('#1 OR #1', { 1: line });
    expect(evaluate(index, line).count).toBe(4);
  });

  it('refuses what is nested too deep, and takes any number of plain parentheses', () => {
    const plain = `${'('.repeat(5_000)}aspirin[tiab]${')'.repeat(5_000)}`;
    expect(evaluate(index, query(plain)).count).toBe(2);
    let deep: QueryNode = query('aspirin[tiab] OR lung[tiab]').root;
    const pair = deep;
    for (let i = 0; i < 3_000 && pair.kind === 'chain'; i++) deep = { ...pair, operands: [deep, pair] };
    expect(() => evaluate(index, { root: deep, references: new Map(), key: '' })).toThrow(/nested more than/);
  });

  it('stops within a term when cancelled', () => {
    const many = CitationIndex.build(
      Array.from({ length: 2000 }, (_, i) =>
        citation({ id: String(i + 1), title: `walks with a${i} each in` }),
      ),
    );
    let looks = 0;
    const signal = {
      get aborted() {
        return ++looks > 4;
      },
    };
    expect(() => evaluate(many, query('"walk* *a* *e*"[ti]'), { signal })).toThrow(/cancelled/);
    expect(looks).toBeLessThan(10);
  });

  it('is not held up by thousands of words near each other', () => {
    const text = `aspirin[ti] OR "${'aspirin '.repeat(20_000)}"[tiab:~5]`;
    const started = processorMs();
    const { docs } = evaluate(index, query(text));
    expect(docs.isEmpty()).toBe(true);
    expect(processorMs() - started).toBeLessThan(2_000);
  });

  it('shortens a page that was pasted as one term in its warnings', () => {
    const { warnings } = evaluate(index, query(`aspirin[tiab] OR "${'a page '.repeat(1000)}"[ti]`));
    expect(warnings.length).toBeGreaterThan(0);
    for (const { message } of warnings) expect(message.length).toBeLessThan(500);
  });

  it('stops when cancelled', () => {
    expect(() => evaluate(index, query('a OR b'), { signal: { aborted: true } })).toThrow(/cancelled/);
  });
});

describe('evaluation over random records', () => {
  const words = [
    'pain',
    'pains',
    'aspirin',
    'covid-19',
    'of',
    'quality',
    'life',
    'x',
    'non-small-cell',
    'cell',
  ];
  const text = fc.array(fc.constantFrom(...words, '.', ','), { maxLength: 8 }).map((list) => list.join(' '));
  const record = fc.record({
    title: text,
    abstract: text,
    keywords: fc.array(text, { maxLength: 2 }),
    mesh: fc.uniqueArray(
      fc.constantFrom(
        'Neoplasms',
        '*Lung Neoplasms',
        'Hemorrhage/*therapy',
        'Quality of Life/psychology',
        'Retired Heading',
      ),
      { maxLength: 3 },
    ),
    authors: fc.array(fc.constantFrom('Smith J', 'Smith, John', 'Li X', 'Doe, J A'), { maxLength: 2 }),
    date: fc.constantFrom(undefined, '2010', '2010-05', '2011-02-03'),
  });
  const term = fc.oneof(
    fc
      .tuple(
        fc.array(fc.constantFrom(...words, 'pain*', 'qual*', 'covid19', 'ce*'), {
          minLength: 1,
          maxLength: 3,
        }),
        fc.constantFrom('', '[tiab]', '[ti]', '[ot]', '[tw]', '[all]'),
        fc.boolean(),
      )
      .map(([list, tag, quoted]) => (quoted ? `"${list.join(' ')}"${tag}` : `${list.join(' ')}${tag}`)),
    fc
      .tuple(fc.array(fc.constantFrom(...words), { minLength: 2, maxLength: 3 }), fc.nat(3))
      .map(([list, n]) => `"${list.join(' ')}"[tiab:~${n}]`),
    fc.constantFrom(
      'neoplasms[mh]',
      'neoplasms[mh:noexp]',
      'cancer[majr]',
      'bleeding/therapy[mh]',
      'psychology[sh]',
      'retired heading[mh]',
      'smith j[au]',
      '"smith j"[au]',
      'smith[1au]',
      '2010[dp]',
      '2010/06:2011[dp]',
      'systematic[sb]',
      'hasabstract',
      'cancer',
      'lung cancer pain',
    ),
  );
  const chain: fc.Arbitrary<string> = fc.letrec<{ node: string; chain: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      term,
      tie('chain').map((inner) => `(${inner})`),
    ),
    chain: fc
      .tuple(
        tie('node'),
        fc.array(fc.tuple(fc.constantFrom(' AND ', ' OR ', ' NOT '), tie('node')), { maxLength: 3 }),
      )
      .map(([first, rest]) => first + rest.map(([operator, node]) => operator + node).join('')),
  })).chain;

  it('index and slow evaluator agree', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 6 }), chain, (facts, queryText) => {
        const records = facts.map(({ date, ...rest }, i) =>
          citation({ id: String(i + 1), ...rest, ...(date === undefined ? {} : { date }) }),
        );
        const built = CitationIndex.build(records);
        const asked = query(queryText);
        const expected = new SlowEvaluator(records, thesaurus, today).evaluate(asked);
        expect(found(built, asked, { thesaurus, today })).toEqual(expected);
        expect(found(loadIndex(serializeIndex(built)), asked, { thesaurus, today })).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });
});

const data = process.env['QUERENT_DATA'] ?? join(import.meta.dirname, '../../../../shared/data');
const citations = join(data, 'corpus/citations.jsonl.gz');
const hasData = existsSync(citations);
if (!hasData) console.warn(`Skipped: evaluation over real citations needs ${citations} (set QUERENT_DATA).`);

/** Queries of every construct that the real records can answer. */
const realQueries = [
  'desmopressin[tiab]',
  'hypertension[ti]',
  'quality of life[tiab]',
  '"heart failure"[tiab]',
  '"randomized controlled trial"[tiab]',
  'double-blind[tiab]',
  "alzheimer's disease[tiab]",
  'randomi*[tiab]',
  'randomi*ed[tiab]',
  '"breast cancer*"[tiab]',
  '"vaccin* *tion"[tiab]',
  'pre*[tiab] OR statins[tiab]',
  '"cancer survival"[tiab:~3]',
  '"pain management chronic"[tiab:~5]',
  '"blood pressure"[ti:~0]',
  'neoplasms[mh]',
  'neoplasms[mh:noexp]',
  '"Diabetes Mellitus, Type 2"[mh]',
  'heart attack[mh]',
  'hypertension[majr]',
  'hypertension/drug therapy[mh]',
  'borderline personality disorder/px[mh]',
  'adverse effects[sh]',
  'therapeutic use[sh:noexp]',
  'anti-bacterial agents[pa]',
  'hyperten*[mh:noexp]',
  'cancer',
  'heart attack aspirin',
  '"quality of life"',
  'the effect of omeprazole',
  'hypertens*',
  'omeprazole[all]',
  'smith j[au]',
  '"smith j"[au]',
  'mark sd[1au]',
  'lancet[ta]',
  '1995[dp]',
  '1994:1996[dp]',
  '("1990/05"[dp] : "2000"[dp]) AND drug therapy[sh]',
  '15044880[pmid] OR 7835102[uid]',
  '10.1016/0042-6989(81)90115-2[aid]',
  'keratin[ot]',
  'omeprazole[tw] NOT omeprazole[tiab]',
  'hasabstract AND insulin[ti]',
  '(aspirin[tiab] OR "acetylsalicylic acid"[tiab] AND stroke*[tiab]) NOT (rats[mh] OR mice[mh])',
  'aspirin[tiab] OR ibuprofen[tiab] AND pain[tiab] NOT child*[tiab] OR migraine disorders[mh]',
  'omeprazole[tiab] AND systematic[sb] NOT medline[sb]',
];

describe.skipIf(!hasData)('evaluation over real citations', () => {
  let records: CitationRecord[] = [];
  let mesh: Thesaurus = thesaurus;

  beforeAll(() => {
    const lines = (path: string): string[] =>
      gunzipSync(readFileSync(path))
        .toString('utf8')
        .split('\n')
        .filter((line) => line !== '');
    records = lines(citations).map((line) => {
      const row = JSON.parse(line) as Record<string, never> & { pmid: string };
      const { pmid, pubtypes = [], ...rest } = row;
      return citation({ ...rest, id: pmid, publicationTypes: pubtypes });
    });
    mesh = loadThesaurus(lines(join(data, 'mesh/mesh2024_descriptors.jsonl.gz')));
  }, 60_000);

  it('agrees with the slow evaluator on a sample', () => {
    const sample = records.filter((_, i) => i % 30 === 0);
    const fast = CitationIndex.build(sample);
    const scan = new SlowEvaluator(sample, mesh, today);
    let nonEmpty = 0;
    for (const text of realQueries) {
      const ids = found(fast, query(text), { thesaurus: mesh, today });
      expect([text, ids]).toEqual([text, scan.evaluate(query(text))]);
      if (ids !== undefined && ids.length > 0) nonEmpty++;
    }
    expect(nonEmpty).toBeGreaterThan(30);
  }, 120_000);

  it('agrees with the slow evaluator on many records', () => {
    const many = records.filter((_, i) => i % 5 === 0);
    const fast = loadIndex(serializeIndex(CitationIndex.build(many)));
    const scan = new SlowEvaluator(many, mesh, today);
    for (const text of [
      '"quality of life"[tiab] AND neoplasms[mh]',
      '(lung[tiab] OR "breast cancer"[tiab]) AND random*[tiab]',
      '"pain relief"[tiab:~3]',
    ])
      expect([text, found(fast, query(text), { thesaurus: mesh, today })]).toEqual([
        text,
        scan.evaluate(query(text)),
      ]);
  }, 180_000);
});
