import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convertOvid } from '../ovid/index.ts';
import { parseQuery, partsOf, queryKey } from '../pubmed/index.ts';
import type { QueryNode, QueryPart, ResolvedQuery } from '../pubmed/index.ts';
import { CitationIndex } from './citationIndex.ts';
import { contributions } from './contributions.ts';
import type { DocSet } from './docSet.ts';
import type { EvaluateOptions } from './evaluation.ts';
import { isUnresolvable, parseStrategy, resolveStrategy } from '../strategy/index.ts';
import { docsOf, naiveContributions, without } from './testing/naiveContributions.ts';
import { citation } from './testing/records.ts';
import { inOrderOfUse } from '../text/index.ts';

/** Lines by label, each of which may refer to those before it. The last one is the query. */
function resolved(lines: readonly string[]): ResolvedQuery {
  const known = new Map<string, ResolvedQuery>();
  let last: ResolvedQuery | undefined;
  lines.forEach((text, i) => {
    const { root } = parseQuery(text);
    if (root === undefined) throw new Error(`"${text}" is empty.`);
    const labels = new Set(text.match(/#\d+/g)?.map((one) => one.slice(1)));
    const references = new Map([...known].filter(([label]) => labels.has(label)));
    last = { root, references, key: queryKey(root, references) };
    known.set(String(i + 1), last);
  });
  if (last === undefined) throw new Error('There is no line.');
  return last;
}

const words = ['alpha', 'beta', 'gamma', 'delta', 'omega'];
const recordsOf = (rows: readonly (readonly boolean[])[]) =>
  rows.map((has, i) =>
    citation({
      id: String(i + 1),
      title: words.filter((_, word) => has[word]).join(' '),
      ...(i % 7 === 0 ? {} : { year: 2000 + (i % 20) }),
    }),
  );

const rows = fc.array(fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), {
  minLength: 1,
  maxLength: 70,
});
const leaf = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...words.map((word) => `${word}[ti]`)) },
  { weight: 1, arbitrary: fc.constantFrom('x[grants]', '"free full text"[sb]') },
);
const { query: text } = fc.letrec<{ query: string; operand: string; group: string }>((tie) => ({
  operand: fc.oneof({ weight: 4, arbitrary: leaf }, { weight: 1, arbitrary: tie('group') }),
  group: tie('query').map((inner) => `(${inner})`),
  query: fc
    .array(fc.tuple(fc.constantFrom('OR', 'OR', 'AND', 'NOT'), tie('operand')), {
      minLength: 1,
      maxLength: 5,
    })
    .map((chain) =>
      chain.map(([operator, operand], i) => (i === 0 ? operand : `${operator} ${operand}`)).join(' '),
    ),
}));
/** Lines that use the ones before in place of some of their words. */
const strategy = fc
  .array(fc.tuple(text, fc.array(fc.nat(), { maxLength: 3 })), { minLength: 1, maxLength: 5 })
  .map((lines) =>
    lines.map(([line, uses], i) =>
      uses.reduce(
        (made, use, k) =>
          i === 0 ? made : made.replace(`${words[use % 5] ?? ''}[ti]`, `#${((use + k) % i) + 1}`),
        line,
      ),
    ),
  );

describe('contributions', () => {
  it('are those of evaluating the query, and every block, once more without each part', () => {
    fc.assert(
      fc.property(rows, strategy, fc.boolean(), (some, lines, limited) => {
        const index = CitationIndex.build(recordsOf(some));
        const query = resolved(lines);
        const until = limited ? '2012-12-31' : undefined;
        const options = until === undefined ? {} : { until };
        const seeds = ['1', '3', '9', '17', '999'];
        const whole = docsOf(index, query, options);
        if (whole === undefined) {
          expect(() => contributions(index, query, seeds, options)).toThrow(/Nothing of this query/);
          return;
        }
        compare(index, query, contributions(index, query, seeds, options), seeds, options);
      }),
      { numRuns: 400 },
    );
  });

  it('name the seeds that a block of an AND loses', () => {
    const index = CitationIndex.build(
      ['alpha beta', 'alpha', 'beta', 'alpha gamma', 'gamma'].map((title, i) =>
        citation({ id: String(i + 1), title }),
      ),
    );
    const query = resolved(['alpha[ti] OR gamma[ti]', 'beta[ti]', '#1 AND #2']);
    const { lines } = contributions(index, query, ['1', '2', '4', '77']);
    expect(lines.at(-1)?.parts.map(({ excluded, lostSeeds }) => [excluded, lostSeeds])).toEqual([
      [0, []],
      [1, []],
      [3, ['2', '4']],
    ]);
    expect(
      lines
        .find(({ count }) => count === 4)
        ?.parts.map(({ count, only, onlySeeds }) => [count, only, onlySeeds]),
    ).toEqual([
      [4, 0, []],
      [3, 2, ['1', '2']],
      [2, 1, []],
    ]);
  });

  it('mark one of two terms that find the same, the shorter and later one first', () => {
    const index = CitationIndex.build(
      ['alpha beta', 'alpha beta gamma', 'delta'].map((title, i) => citation({ id: String(i + 1), title })),
    );
    const query = resolved(['alpha[ti] OR beta[ti] OR gamma[ti] OR delta[ti]']);
    const [line] = contributions(index, query, []).lines;
    expect(line?.parts.map(({ redundant }) => redundant)).toEqual([false, false, true, true, false]);
  });

  it('of sixty lines that use the one before twice are told in no time', () => {
    const index = CitationIndex.build(recordsOf([[true, false, true, false, true]]));
    const lines = ['alpha[ti]'];
    for (let i = 1; i < 60; i++) lines.push(`(#${i} OR beta[ti]) AND (#${i} OR gamma[ti])`);
    const { lines: told } = contributions(index, resolved(lines), ['1']);
    expect(told.length).toBe(60);
  });
});

/** Holds what is told against evaluating the query without each part. */
function compare(
  index: CitationIndex,
  query: ResolvedQuery,
  told: ReturnType<typeof contributions>,
  seeds: readonly string[],
  options: EvaluateOptions,
): void {
  const expected = naiveContributions(index, query, seeds, options);
  const byKey = new Map([...inOrderOfUse(query)].map((one) => [one.key, one]));
  expect(told.lines.length).toBe(byKey.size);
  for (const line of told.lines) {
    const one = byKey.get(line.key);
    if (one === undefined) throw new Error('A line is not of the query.');
    const numbers = line.parts.map(({ redundant, sparse, ...rest }) => {
      void [redundant, sparse];
      return rest;
    });
    const naive = expected.get(line.key)?.map((part, at) => ({
      ...part,
      ofWhole: part.ofWhole ?? numbers[at]?.ofWhole,
    }));
    expect(numbers).toEqual(naive);
    expect(line.count).toBe(naive?.[0]?.count);
    const find = (root: QueryNode | undefined): DocSet | undefined =>
      root && docsOf(index, { ...one, root, key: 'changed' }, options);
    checkRedundant(partsOf(one.root), line.parts, find);
  }
}

function checkRedundant(
  parts: readonly QueryPart[],
  numbers: readonly { readonly redundant: boolean }[],
  find: (root: QueryNode | undefined) => DocSet | undefined,
): void {
  parts.forEach((part, at) => {
    if (part.kind !== 'block' || part.operator !== 'OR') return;
    const kept = part.children.filter((child) => numbers[child]?.redundant !== true);
    const all = find(without(parts, -1, at));
    const union = kept
      .map((child) => find(without(parts, -1, child)))
      .reduce((sum, docs) => (sum && docs ? sum.or(docs) : (sum ?? docs)), undefined);
    expect(union?.count() ?? 0).toBe(all?.count() ?? 0);
  });
}

const data = process.env['QUERENT_DATA'] ?? join(import.meta.dirname, '../../../../shared/data');
const hasData = existsSync(join(data, 'corpus/citations.jsonl.gz'));
if (!hasData) console.warn(`Skipped: contributions of published strategies need ${data} (set QUERENT_DATA).`);

describe.skipIf(!hasData)('contributions of published strategies', () => {
  /** Fewer than all records, so that the test takes seconds. */
  const most = 15_000;

  it.each(['clef2017/CD007394', 'clef2017/CD008691', 'clef2017/CD009944'])('%s', (id) => {
    const topic = readFileSync(join(data, 'topics/reviews.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line.includes(`"${id}"`))
      .map((line) => JSON.parse(line) as { expert_query_ovid: string; relevant_pmids: string[] })[0];
    if (topic === undefined) throw new Error(`There is no topic ${id}.`);
    const relevant = new Set(topic.relevant_pmids);
    const rows = gunzipSync(readFileSync(join(data, 'corpus/citations.jsonl.gz')))
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, never> & { pmid: string; pubtypes?: string[] })
      .filter(({ pmid }, i) => i < most || relevant.has(pmid));
    const index = CitationIndex.build(
      rows.map(({ pmid, pubtypes = [], ...rest }) =>
        citation({ ...rest, id: pmid, publicationTypes: pubtypes }),
      ),
    );
    const { expert_query_ovid: published } = topic;
    const isForPubMed = /\[(?:tiab|mh|mesh|tw)\]/i.test(published);
    const query = resolveStrategy(parseStrategy(isForPubMed ? published : convertOvid(published).text));
    if (isUnresolvable(query)) throw new Error(query.problem);
    const options = { today: '2026-01-01' };
    const told = contributions(index, query, topic.relevant_pmids, options);
    expect(told.lines.at(-1)?.count).toBeGreaterThan(0);
    compare(index, query, told, topic.relevant_pmids, options);
  });
});
