import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { translateQuery, translateTerm } from '../../mapping/index.ts';
import { loadThesaurus } from '../../mesh/index.ts';
import { convertOvid } from '../../ovid/index.ts';
import { hasShortStem, nodesOf } from '../../pubmed/index.ts';
import { parseStrategy } from '../../strategy/index.ts';
import type { StrategyDocument } from '../../strategy/index.ts';
import type { Problem } from '../../text/index.ts';
import { judgeStrategy } from '../index.ts';
import { answeredProblems } from './index.ts';
import type { AnsweredLine } from './index.ts';
import { answered } from './testing.ts';
import type { Answer } from './testing.ts';

const data = process.env['QUERENT_DATA'] ?? '../shared/data';
const files = {
  srws: resolve(data, 'pubmed/recorded_esearch_srws.jsonl'),
  biopython: resolve(data, 'pubmed/recorded_esearch_biopython.json'),
  strategies: resolve(data, 'strategies/strategies.jsonl.gz'),
  mesh: resolve(data, 'mesh/mesh2024_descriptors.jsonl.gz'),
};
const hasData = Object.values(files).every((file) => existsSync(file));
if (!hasData)
  console.warn(`Skipped: recorded answers need ${Object.values(files).join(', ')} (set QUERENT_DATA).`);

const linesOf = (file: string): string[] =>
  (file.endsWith('.gz') ? gunzipSync(readFileSync(file)) : readFileSync(file))
    .toString('utf8')
    .trim()
    .split('\n');
const thesaurus = loadThesaurus(hasData ? linesOf(files.mesh) : [], '2024');

function judge(text: string, answer: Answer): string[] {
  const document = parseStrategy(text);
  return answeredProblems(document, [answered(document.root?.label ?? '', answer)], { thesaurus }).map(
    (problem) => `${problem.rule}: ${textOf(text, problem)}`,
  );
}

/** What was asked for the answers of Biopython, which hold no query. */
const ASKED: Readonly<Record<string, string>> = {
  'esearch1.xml': 'biopython',
  'esearch2.xml': 'cancer',
  'esearch3.xml': 'PNAS[ta] AND 97[vi]',
  'esearch5.xml': 'stem cells AND hasabstract',
  'esearch6.xml': 'biomol trna[prop]',
  'esearch7.xml': '000200020[molecular weight]',
  'esearch8.xml': 'abcXYZ',
};

describe.skipIf(!hasData)('recorded answers of PubMed', () => {
  const srws = (hasData ? linesOf(files.srws) : [])
    .map(
      (line) =>
        JSON.parse(line) as { id: string; query: string; esearchresult?: { querytranslation: string } },
    )
    .flatMap(({ id, query, esearchresult }) =>
      esearchresult === undefined ? [] : [[id, query, esearchresult.querytranslation] as const],
    );

  it('are there', () => expect(srws).toHaveLength(8));

  it.each(srws)('%s: %s', (id, query, translation) => {
    // The one star that PubMed drops has three letters before it.
    const expected = id === '2E_L4_success' ? ['truncation-dropped: job*[tiab]'] : [];
    expect(judge(query, { translation, mappings: [] })).toEqual(expected);
  });

  interface Recorded {
    readonly file: string;
    readonly querytranslation: string;
    readonly translationset: readonly { frm: string; to: string }[];
    readonly errors: { readonly PhraseNotFound?: string };
  }
  const biopython = hasData ? (JSON.parse(readFileSync(files.biopython, 'utf8')) as Recorded[]) : [];

  it.each(biopython)('$file', ({ file, querytranslation, translationset, errors }) => {
    const subject = errors.PhraseNotFound;
    const found = judge(ASKED[file.split('/').at(-1) ?? ''] ?? '', {
      translation: querytranslation,
      mappings: translationset.map(({ frm, to }) => ({ from: frm, to })),
      warnings: subject === undefined ? [] : [{ code: 'phrase-not-found', subject }],
    });
    expect(found).toEqual(subject === undefined ? [] : ['phrase-not-found: abcXYZ']);
  });

  it('the error list of 2012', () =>
    expect(
      judge('obstetrics[mh] OR fleegle[mh]', {
        translation: '"obstetrics"[MeSH Terms]',
        mappings: [{ from: 'obstetrics[MeSH Terms]', to: '"obstetrics"[MeSH Terms]' }],
        warnings: [{ code: 'phrase-not-found', subject: 'fleegle[MeSH Terms]' }],
      }),
    ).toEqual(['phrase-not-found: fleegle[mh]']));
});

/** The answers that PubMed would give if it did what we simulate; what a line refers to is sent with it, and comes back in its translation. */
function simulated(document: StrategyDocument): AnsweredLine[] {
  const translations = new Map<string, string>();
  return document.lines.flatMap(({ label, query: { root } }) => {
    if (root === undefined) return [];
    const mappings = nodesOf(root).flatMap((node) => {
      const isMapped =
        node.kind === 'term' && !node.quoted && (node.tag === undefined || node.tag.field === 'all');
      return isMapped ? [{ from: node.text, to: translateTerm(node, { thesaurus }).query }] : [];
    });
    const translation = translateQuery(root, { thesaurus }).replace(
      /#(\d+)/g,
      (reference, other: string) => `(${translations.get(other) ?? reference})`,
    );
    translations.set(label, translation);
    return [answered(label, { translation, mappings })];
  });
}

describe.skipIf(!hasData)('real strategies, with the answers that are simulated', () => {
  const all = (hasData ? linesOf(files.strategies) : []).map(
    (line) => JSON.parse(line) as { id: string; platform: string; query: string },
  );
  const rows = all.filter(({ platform }) => platform === 'pubmed');
  interface Found {
    readonly id: string;
    readonly query: string;
    readonly problem: Problem;
    readonly isTold: boolean;
  }
  let found: readonly Found[] = [];
  beforeAll(() => {
    found = rows.flatMap(({ id, query }) => {
      const document = parseStrategy(query);
      const problems = answeredProblems(document, simulated(document), { thesaurus });
      const told = judgeStrategy(document, { thesaurus, answered: { problems, isAll: true } });
      return problems.map((problem) => ({
        id,
        query,
        problem,
        isTold: told.some((one) => one.message === problem.message),
      }));
    });
  });
  const idsOf = (rule: string): string[] =>
    found.filter(({ problem }) => problem.rule === rule).map(({ id }) => id);

  it('are told of stars that are dropped, and of those the text says it already', () => {
    const dropped = found.filter(({ problem }) => problem.rule === 'truncation-dropped');
    expect(dropped.length).toBeGreaterThan(8);
    expect(dropped.filter(({ query, problem }) => !hasShortStem(textOf(query, problem)))).toEqual([]);
    expect(dropped.filter(({ isTold }) => isTold)).toEqual([]);
  });

  /** Read one by one: PCR (3), LMWH, ADP, MDMA, PTSD, STD, ADDH, OSAHS and TIPS are mapped to their headings. */
  it('are told of their acronyms', () =>
    expect(idsOf('acronym-mapped')).toEqual([
      ...['sysrevseed-78', 'cleftar-CD008587', 'wangadam-78', 'wangadam-214', 'wangadam-221', 'wangadam-226'],
      ...['prospero-70591', 'prospero-82021', 'prospero-115753', 'prospero-134672', 'prospero-276147'],
    ]));

  /** Two toxins and an index with an abbreviation behind it have the form of a name with initials: PubMed looks for an author. */
  it('are told of nothing else', () => {
    expect(idsOf('surprising-mapping')).toEqual(['wangadam-213', 'wangadam-213', 'prospero-275967']);
    const rules = new Set(found.map(({ problem }) => problem.rule));
    expect([...rules].sort()).toEqual(['acronym-mapped', 'surprising-mapping', 'truncation-dropped']);
  });

  it('of Ovid, converted, are told of nothing at all', () => {
    // Every third: converting takes longer than judging.
    const ovid = all.filter(({ platform }, i) => platform !== 'pubmed' && i % 3 === 0);
    expect(ovid.length).toBeGreaterThan(30);
    for (const { id, query } of ovid) {
      const document = parseStrategy(convertOvid(query, { thesaurus }).text);
      expect(answeredProblems(document, simulated(document), { thesaurus }), id).toEqual([]);
    }
  });

  it('cost little: the longest strategy, again and again as with every key', () => {
    const longest = rows.reduce((a, b) => (b.query.length > a.query.length ? b : a));
    const document = parseStrategy(longest.query);
    const answers = simulated(document);
    answeredProblems(document, answers, { thesaurus });
    const times = Array.from({ length: 10 }, () => {
      const started = performance.now();
      answeredProblems(document, answers, { thesaurus });
      return performance.now() - started;
    });
    expect(Math.min(...times)).toBeLessThan(20);
  });
});

const textOf = (query: string, { range }: Problem): string => query.slice(range.start, range.end);
