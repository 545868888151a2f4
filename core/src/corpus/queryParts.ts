import { partsOf } from '../pubmed/index.ts';
import type { QueryNode, QueryPart, RangeNode, ResolvedQuery, TermNode } from '../pubmed/index.ts';
import type { SearchWarning } from '../search/index.ts';
import { SearchError } from '../search/index.ts';
import type { CitationIndex } from './citationIndex.ts';
import { DocSet } from './docSet.ts';
import type { EvaluateOptions } from './evaluation.ts';
import { Evaluation } from './evaluation.ts';
import { limitTo, searchRange, searchTerm } from './termSearch.ts';
import { inOrderOfUse } from '../text/index.ts';

/** A line of a query with its parts. */
export interface QueryLine {
  readonly query: ResolvedQuery;
  readonly parts: readonly QueryPart[];
}

/** Parts of all lines together; more would not fit into the memory. Real strategies have some thousand at most. */
const mostParts = 50_000;
/** Bytes of sets of terms that are kept while a query is looked at; what is beyond is searched anew each time it is needed. */
const mostKept = 64 * 1024 * 1024;

/**
 * Evaluates the parts of a query one by one, with the same results as `evaluate` has for the whole. Sets are those of `until`: what was
 * published later is in none of them.
 */
export class PartsEvaluation {
  /** Each line once, before the lines that use it; lines that are the same query are one. */
  readonly lines: readonly QueryLine[];
  readonly #index: CitationIndex;
  readonly #options: EvaluateOptions;
  readonly #warnings = new Map<string, SearchWarning>();
  readonly #inTime: DocSet | undefined;
  readonly #results = new Map<string, DocSet | undefined>();
  readonly #terms = new Map<QueryNode, DocSet | undefined>();
  readonly #sparse = new Set<QueryNode>();
  #kept = 0;

  constructor(index: CitationIndex, query: ResolvedQuery, options: EvaluateOptions) {
    this.#index = index;
    this.#options = options;
    this.lines = linesOf(query);
    if (options.until !== undefined)
      this.#inTime = limitTo(new Evaluation(index, options), DocSet.all(index.documentCount), options.until);
    for (const line of this.lines) this.#results.set(line.query.key, this.sets(line)[0]);
  }

  get warnings(): readonly SearchWarning[] {
    return [...this.#warnings.values()];
  }

  /** What was published by `until`; undefined where no date limits the search. Shared: do not change it. */
  get inTime(): DocSet | undefined {
    return this.#inTime;
  }

  /** What a line finds; undefined when nothing of it can be searched. */
  result(key: string): DocSet | undefined {
    return this.#results.get(key);
  }

  /**
   * What each part of a line finds, undefined for those that are left out of the search. Shared: do not change them.
   * @param other results of lines to take instead of their own
   */
  sets({ query, parts }: QueryLine, other?: ReadonlyMap<string, DocSet>): readonly (DocSet | undefined)[] {
    const sets = new Array<DocSet | undefined>(parts.length);
    // Parts of a block come behind it.
    for (let at = parts.length - 1; at >= 0; at--) {
      const part = parts[at];
      if (part === undefined) continue;
      sets[at] =
        part.kind === 'leaf'
          ? this.#leaf(part, query, other)
          : combined(
              part.operator,
              part.children.map((child) => sets[child]),
            );
    }
    return sets;
  }

  /** Whether fewer than half of the records have the field that a term searches; known once it was searched. */
  isSparse(part: QueryPart): boolean {
    return part.kind === 'leaf' && part.node !== undefined && this.#sparse.has(part.node);
  }

  #leaf(
    { node }: Extract<QueryPart, { kind: 'leaf' }>,
    query: ResolvedQuery,
    other: ReadonlyMap<string, DocSet> | undefined,
  ): DocSet | undefined {
    if (node === undefined) return undefined;
    if (node.kind === 'reference') {
      const key = query.references.get(node.label)?.key;
      if (key === undefined || !this.#results.has(key))
        throw new SearchError('rejected', `There is no line #${node.label}.`);
      return other?.get(key) ?? this.#results.get(key);
    }
    return this.#terms.has(node) ? this.#terms.get(node) : this.#search(node);
  }

  #search(node: TermNode | RangeNode): DocSet | undefined {
    const run = new Evaluation(this.#index, this.#options);
    const { docs } = node.kind === 'term' ? searchTerm(run, node) : searchRange(run, node);
    for (const warning of run.warnings) this.#warnings.set(`${warning.code}|${warning.message}`, warning);
    if (run.warnings.some(({ code }) => code === 'sparse-field' || code === 'absent-field'))
      this.#sparse.add(node);
    const inTime = docs === undefined || this.#inTime === undefined ? docs : docs.and(this.#inTime);
    const bytes = inTime?.bytes ?? 0;
    if (this.#kept + bytes <= mostKept) {
      this.#kept += bytes;
      this.#terms.set(node, inTime);
    }
    return inTime;
  }
}

function linesOf(query: ResolvedQuery): readonly QueryLine[] {
  const lines = new Map<string, QueryLine>();
  let count = 0;
  for (const one of inOrderOfUse(query)) {
    if (lines.has(one.key)) continue;
    const parts = partsOf(one.root);
    count += parts.length;
    lines.set(one.key, { query: one, parts });
  }
  if (count > mostParts)
    throw new SearchError(
      'rejected',
      `The query has ${count} terms and blocks, more than the ${mostParts} whose contributions can be told.`,
    );
  return [...lines.values()];
}

/** As `evaluate` has it: what is left out goes with its operator; NOT needs something to take away from. */
function combined(
  operator: 'AND' | 'OR' | 'NOT',
  operands: readonly (DocSet | undefined)[],
): DocSet | undefined {
  if (operator === 'NOT' && operands[0] === undefined) return undefined;
  const searched = operands.filter((docs) => docs !== undefined);
  const [first, ...rest] = searched;
  if (first === undefined || rest.length === 0) return first;
  const result = first.clone();
  for (const docs of rest) {
    if (operator === 'OR') result.addAll(docs);
    else if (operator === 'AND') result.keepAll(docs);
    else result.removeAll(docs);
  }
  return result;
}
