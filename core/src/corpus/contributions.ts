import type { ResolvedQuery } from '../pubmed/index.ts';
import type {
  Contributions,
  LineContributions,
  PartContribution,
  WholeContribution,
} from '../search/index.ts';
import { SearchError } from '../search/index.ts';
import { blockChanges } from './blockChanges.ts';
import type { BlockChange } from './blockChanges.ts';
import type { CitationIndex } from './citationIndex.ts';
import { DocSet } from './docSet.ts';
import type { EvaluateOptions } from './evaluation.ts';
import type { QueryLine } from './queryParts.ts';
import { PartsEvaluation } from './queryParts.ts';
import { redundantOf } from './redundantParts.ts';
import { Sensitivity } from './sensitivity.ts';

/** The known relevant records: their documents, ascending, and the ids that people know them by. */
interface SeedDocs {
  readonly docs: DocSet;
  idsIn(docs: DocSet): readonly string[];
}

/**
 * Which parts of `query`, and of the lines that it refers to, contribute what. Linear in the number of parts: each block is gone through
 * once, counting how many of its operands cover a record, and never evaluated anew without one of them.
 * @param docOf the document of a seed; undefined for one that the library does not hold
 * @throws SearchError as `evaluate`
 */
export function contributions(
  index: CitationIndex,
  query: ResolvedQuery,
  seeds: readonly string[],
  options: EvaluateOptions & { readonly docOf?: (seed: string) => number | undefined } = {},
): Omit<Contributions, 'provenance'> {
  const evaluation = new PartsEvaluation(index, query, options);
  const whole = evaluation.result(query.key);
  if (whole === undefined)
    throw new SearchError(
      'unsupported',
      ['Nothing of this query can be searched in local records.']
        .concat(evaluation.warnings.map(({ message }) => message))
        .join(' '),
    );
  const seedDocs = seedsOf(index, seeds, options.docOf ?? ((id) => index.docOf(id)));
  const sensitivity = new Sensitivity(evaluation, whole);
  const lines: LineContributions[] = [];
  // A line before those that it refers to: what it lets through decides what they can change.
  for (const line of evaluation.lines.toReversed()) {
    if (options.signal?.aborted === true) throw new SearchError('aborted', 'The search was cancelled.');
    lines.push(lineContributions(evaluation, line, whole, seedDocs, sensitivity));
  }
  return { lines: lines.reverse(), library: index.documentCount, warnings: evaluation.warnings };
}

function lineContributions(
  evaluation: PartsEvaluation,
  line: QueryLine,
  whole: DocSet,
  seeds: SeedDocs,
  sensitivity: Sensitivity,
): LineContributions {
  const { query, parts } = line;
  const sets = evaluation.sets(line);
  const changes = new Map<number, BlockChange>();
  const redundant = new Set<number>();
  parts.forEach((part, at) => {
    if (part.kind !== 'block') return;
    for (const [child, change] of blockChanges(part, sets, at)) changes.set(child, change);
    if (part.operator === 'OR')
      for (const child of redundantOf(part.children, sets, changes)) redundant.add(child);
  });
  const decisive = sensitivity.ofParts(line, sets);
  return {
    key: query.key,
    count: sets[0]?.count(),
    seeds: sets[0]?.countCommon(seeds.docs) ?? 0,
    parts: parts.map((part, at) => {
      const docs = sets[at];
      const change = changes.get(at);
      const only = change?.only;
      const excluded = change?.excluded;
      const whenDecisive = decisive?.[part.parent];
      return {
        count: docs?.count(),
        only: only?.count() ?? 0,
        excluded: excluded?.count() ?? 0,
        seeds: docs?.countCommon(seeds.docs) ?? 0,
        onlySeeds: only === undefined ? [] : seeds.idsIn(only),
        lostSeeds: excluded === undefined ? [] : seeds.idsIn(excluded),
        redundant: redundant.has(at),
        sparse: docs !== undefined && evaluation.isSparse(part),
        ofWhole:
          decisive === undefined
            ? undefined
            : effect(only ?? excluded, part.parent < 0 ? undefined : whenDecisive, whole, seeds),
      } satisfies PartContribution;
    }),
  };
}

/** What the whole query loses and gains where `changed` records of a block change sides. */
function effect(
  changed: DocSet | undefined,
  decisive: DocSet | undefined,
  whole: DocSet,
  seeds: SeedDocs,
): WholeContribution {
  if (changed === undefined || decisive === undefined) return { only: 0, excluded: 0, lostSeeds: [] };
  const passed = changed.and(decisive);
  const gained = passed.andNot(whole);
  return {
    only: passed.countCommon(whole),
    excluded: gained.count(),
    lostSeeds: seeds.idsIn(gained),
  };
}

function seedsOf(
  index: CitationIndex,
  seeds: readonly string[],
  docOf: (seed: string) => number | undefined,
): SeedDocs {
  const ids = new Map<number, string>();
  for (const seed of seeds) {
    const doc = docOf(seed);
    if (doc !== undefined && !ids.has(doc)) ids.set(doc, seed);
  }
  const docs = DocSet.of(index.documentCount, ids.keys());
  const idsIn = (set: DocSet): readonly string[] => {
    if (ids.size === 0 || !set.meets(docs)) return [];
    return [...ids].filter(([doc]) => set.has(doc)).map(([, id]) => id);
  };
  return { docs, idsIn };
}
