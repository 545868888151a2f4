import { partsOf } from '../../pubmed/index.ts';
import type { QueryNode, QueryPart, ResolvedQuery } from '../../pubmed/index.ts';
import type { PartContribution } from '../../search/index.ts';
import type { CitationIndex } from '../citationIndex.ts';
import { DocSet } from '../docSet.ts';
import { evaluate } from '../evaluate.ts';
import type { EvaluateOptions } from '../evaluation.ts';
import { inOrderOfUse } from '../../text/index.ts';

/** Numbers of a part; `ofWhole` undefined where nothing is left of a line without the part, so that there is no query to ask. */
export type NaiveContribution = Omit<PartContribution, 'redundant' | 'sparse'>;

/** Contributions by the key of each line, found by evaluating every block and the whole query once more without each part. */
export function naiveContributions(
  index: CitationIndex,
  query: ResolvedQuery,
  seeds: readonly string[],
  options: EvaluateOptions,
): ReadonlyMap<string, readonly NaiveContribution[]> {
  const none = new DocSet(index.documentCount);
  const ids = (docs: DocSet): string[] =>
    seeds.filter((seed) => {
      const doc = index.docOf(seed);
      return doc !== undefined && docs.has(doc);
    });
  const whole = docsOf(index, query, options) ?? none;
  const lines = new Map<string, readonly NaiveContribution[]>();
  for (const line of inOrderOfUse(query)) {
    const parts = partsOf(line.root);
    const find = (root: QueryNode | undefined): DocSet | undefined =>
      root && docsOf(index, { ...line, root, key: 'a part' }, options);
    const contribution = (part: QueryPart, at: number): NaiveContribution => {
      const alone = find(without(parts, -1, at));
      const own = { count: alone?.count(), seeds: alone === undefined ? 0 : ids(alone).length };
      const nothing = { only: 0, excluded: 0, onlySeeds: [], lostSeeds: [] };
      const unchanged = { ...nothing, ofWhole: { only: 0, excluded: 0, lostSeeds: [] } };
      const block = find(without(parts, -1, part.parent));
      if (part.parent < 0 || alone === undefined || block === undefined) return { ...own, ...unchanged };
      const rest = find(without(parts, at, part.parent));
      // Where nothing would be left, an OR finds nothing; of an AND or a NOT nothing is told.
      const remains = rest ?? (part.role === 'OR' ? none : block);
      const lost = block.andNot(remains);
      const gained = remains.andNot(block);
      const changed = rest && replaced(query, line, without(parts, at));
      const after = changed && docsOf(index, changed, options);
      return {
        ...own,
        only: lost.count(),
        excluded: gained.count(),
        onlySeeds: ids(lost),
        lostSeeds: ids(gained),
        ofWhole: after && {
          only: whole.andNot(after).count(),
          excluded: after.andNot(whole).count(),
          lostSeeds: ids(after.andNot(whole)),
        },
      };
    };
    lines.set(line.key, parts.map(contribution));
  }
  return lines;
}

/** What a query finds; undefined where nothing of it can be searched. */
export function docsOf(
  index: CitationIndex,
  query: ResolvedQuery,
  options: EvaluateOptions,
): DocSet | undefined {
  try {
    return evaluate(index, query, options).docs;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'unsupported') return undefined;
    throw error;
  }
}

/** The part at `at` without the one at `left`, written as a tree of its own; undefined where nothing remains. */
export function without(parts: readonly QueryPart[], left: number, at = 0): QueryNode | undefined {
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

/** `query` with `root` for every line that is the same as `line`; undefined where a line would hold nothing. */
function replaced(
  query: ResolvedQuery,
  line: ResolvedQuery,
  root: QueryNode | undefined,
  known = new Map<ResolvedQuery, ResolvedQuery | undefined>(),
): ResolvedQuery | undefined {
  if (query.key === line.key) return root && { ...query, root, key: `${query.key}-` };
  if (known.has(query)) return known.get(query);
  const references = new Map<string, ResolvedQuery>();
  let isWhole = true;
  for (const [label, one] of query.references) {
    const changed = replaced(one, line, root, known);
    if (changed === undefined) isWhole = false;
    else references.set(label, changed);
  }
  const result = isWhole ? { ...query, references, key: `${query.key}-` } : undefined;
  known.set(query, result);
  return result;
}
