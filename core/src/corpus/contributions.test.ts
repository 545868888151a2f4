import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery, partsOf, queryKey } from '../pubmed/index.ts';
import type { QueryNode, QueryPart, ResolvedQuery } from '../pubmed/index.ts';
import { CitationIndex } from './citationIndex.ts';
import { contributions } from './contributions.ts';
import { DocSet } from './docSet.ts';
import { evaluate } from './evaluate.ts';
import { citation } from './testing/records.ts';

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

/** A query without one of its parts, written as a tree of its own; undefined where nothing remains. */
function without(parts: readonly QueryPart[], left: number, at = 0): QueryNode | undefined {
  const part = parts[at];
  if (part === undefined || at === left) return undefined;
  const { range } = part;
  if (part.kind === 'leaf') return part.node ?? { kind: 'group', range, inner: undefined, tag: undefined };
  const operands = part.children.map((child) => without(parts, left, child));
  if (part.operator === 'NOT' && operands[0] === undefined) return undefined;
  const kept = operands.filter((one) => one !== undefined);
  const [only] = kept;
  if (kept.length < 2) return only;
  const inner: QueryNode = {
    kind: 'chain',
    range,
    operands: kept,
    operators: kept.slice(1).map(() => ({ operator: part.operator, range, implicit: false })),
  };
  return { kind: 'group', range, inner, tag: undefined };
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

function docsOf(index: CitationIndex, query: ResolvedQuery, until: string | undefined): DocSet | undefined {
  try {
    return evaluate(index, query, until === undefined ? {} : { until }).docs;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'unsupported') return undefined;
    throw error;
  }
}

describe('contributions', () => {
  it('are those of evaluating the query, and every block, once more without each part', () => {
    fc.assert(
      fc.property(rows, strategy, fc.boolean(), (some, lines, limited) => {
        const index = CitationIndex.build(recordsOf(some));
        const query = resolved(lines);
        const until = limited ? '2012-12-31' : undefined;
        const options = until === undefined ? {} : { until };
        const seeds = ['1', '3', '9', '17', '999'];
        const seedDocs = DocSet.of(
          index.documentCount,
          seeds.map((id) => index.docOf(id)).filter((doc) => doc !== undefined),
        );
        const whole = docsOf(index, query, until);
        if (whole === undefined) {
          expect(() => contributions(index, query, seeds, options)).toThrow(/Nothing of this query/);
          return;
        }
        const told = contributions(index, query, seeds, options);
        expect(told.lines.at(-1)?.count).toBe(whole.count());
        const byKey = new Map([query, ...reached(query)].map((one) => [one.key, one]));
        expect(told.lines.length).toBe(byKey.size);
        for (const line of told.lines) {
          const one = byKey.get(line.key);
          if (one === undefined) throw new Error('A line is not of the query.');
          const parts = partsOf(one.root);
          expect(line.parts.length).toBe(parts.length);
          const find = (root: QueryNode | undefined): DocSet | undefined =>
            root && docsOf(index, { ...one, root, key: 'changed' }, until);
          expect(line.count).toBe(find(one.root)?.count());
          parts.forEach((part, at) => {
            const numbers = line.parts[at];
            if (numbers === undefined) return;
            const alone = find(without(parts, -1, at));
            expect(numbers.count).toBe(alone?.count());
            expect(numbers.seeds).toBe(alone?.countCommon(seedDocs) ?? 0);
            const block = find(without(parts, -1, part.parent));
            const rest = find(without(parts, at, part.parent));
            if (part.parent < 0 || alone === undefined || block === undefined) {
              expect([numbers.only, numbers.excluded]).toEqual([0, 0]);
              return;
            }
            // Where nothing would be left, an OR finds nothing; of an AND or a NOT nothing is told.
            const remains = rest ?? (part.role === 'OR' ? new DocSet(index.documentCount) : block);
            expect(numbers.only).toBe(block.andNot(remains).count());
            expect(numbers.excluded).toBe(remains.andNot(block).count());
            const ids = (docs: DocSet) => [...docs.and(seedDocs).toArray()].map((doc) => index.idOf(doc));
            expect(numbers.onlySeeds).toEqual(ids(block.andNot(remains)));
            expect(numbers.lostSeeds).toEqual(ids(remains.andNot(block)));
            const changed = rest === undefined ? undefined : replaced(query, one, without(parts, at));
            const after = changed && docsOf(index, changed, until);
            if (changed === undefined || after === undefined || numbers.ofWhole === undefined) return;
            expect(numbers.ofWhole).toEqual({
              only: whole.andNot(after).count(),
              excluded: after.andNot(whole).count(),
              lostSeeds: ids(after.andNot(whole)),
            });
          });
          checkRedundant(parts, line.parts, find);
        }
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

function reached(query: ResolvedQuery): ResolvedQuery[] {
  return [...query.references.values()].flatMap((one) => [one, ...reached(one)]);
}

/** `query` with `root` for every line that is the same as `line`; undefined where a line would hold nothing. */
function replaced(
  query: ResolvedQuery,
  line: ResolvedQuery,
  root: QueryNode | undefined,
): ResolvedQuery | undefined {
  if (query.key === line.key) return root && { ...query, root, key: `${query.key}-` };
  const references = new Map<string, ResolvedQuery>();
  for (const [label, one] of query.references) {
    const changed = replaced(one, line, root);
    if (changed === undefined) return undefined;
    references.set(label, changed);
  }
  return { ...query, references, key: `${query.key}-` };
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
