import { DocSet, evaluate, PartsEvaluation, Sensitivity } from '../../corpus/index.ts';
import type { EvaluateOptions } from '../../corpus/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import type { CitationSource } from '../deterministic/analysis.ts';
import type { QueryText } from './edits.ts';
import { leavesOf, readQuery } from './edits.ts';

/** A query with what each of its parts finds, and for which records the whole depends on each. */
export interface MeasuredQuery extends QueryText {
  /** What the whole finds. Shared: do not change it. */
  readonly docs: DocSet;
  readonly count: number;
  /** By part; undefined for what cannot be searched here. Shared: do not change them. */
  readonly sets: readonly (DocSet | undefined)[];
  /**
   * By part: the records that the query finds just when the part does (or just when it does not, behind a NOT). What an addition to
   * the part brings are those of its records that are among them and not found yet.
   */
  readonly decisive: readonly (DocSet | undefined)[];
  /** By part: whether what it finds more is found more, not less; false behind a NOT. */
  readonly isPositive: readonly boolean[];
  /** What was published by the search date; undefined where there is none. Shared: do not change it. */
  readonly inTime: DocSet | undefined;
}

/**
 * Reads and evaluates a query on the records of `source`, up to its search date. Undefined when it has syntax errors, refers to lines, or nothing of it can be searched here.
 */
export function measureQuery(text: string, source: CitationSource): MeasuredQuery | undefined {
  const query = readQuery(text);
  const resolved = query === undefined ? undefined : resolveText(text);
  if (query === undefined || resolved === undefined || isUnresolvable(resolved)) return undefined;
  try {
    const evaluation = new PartsEvaluation(source.index, resolved, optionsOf(source));
    const line = evaluation.lines.at(-1);
    const sets = line === undefined ? [] : evaluation.sets(line);
    const [docs] = sets;
    if (line === undefined || docs === undefined) return undefined;
    const { inTime } = evaluation;
    const decisive = (new Sensitivity(evaluation, docs).ofParts(line, sets) ?? []).map((its) =>
      its === undefined || inTime === undefined ? its : its.and(inTime),
    );
    return { ...query, docs, count: docs.count(), sets, decisive, isPositive: polarity(query), inTime };
  } catch {
    return undefined; // A search that fails on the query that is there has told the person why; there is nothing to edit by.
  }
}

/** The records that a query or a term finds; undefined when it cannot be searched. Shared: do not change them. */
export function docsOf(text: string, source: CitationSource): DocSet | undefined {
  const resolved = resolveText(text);
  if (isUnresolvable(resolved)) return undefined;
  try {
    return evaluate(source.index, resolved, optionsOf(source)).docs;
  } catch {
    return undefined;
  }
}

/** How queries are evaluated on these records. */
export function optionsOf({
  thesaurus,
  until,
}: CitationSource): Pick<EvaluateOptions, 'thesaurus' | 'until'> {
  return { ...(thesaurus === undefined ? {} : { thesaurus }), ...(until === undefined ? {} : { until }) };
}

function polarity({ parts }: QueryText): readonly boolean[] {
  const positive: boolean[] = [];
  parts.forEach(({ role, parent }, at) => {
    const outer = positive[parent] ?? true;
    positive[at] = role === 'NOT' ? !outer : outer;
  });
  return positive;
}

/** Places to which terms can be added: OR blocks, and terms that stand alone in an AND, where both are searched here. */
export function sitesOf(query: MeasuredQuery): readonly number[] {
  return query.parts.flatMap((part, at) => {
    if (query.isPositive[at] !== true || query.sets[at] === undefined || query.decisive[at] === undefined)
      return [];
    const takesTerms = part.kind === 'block' ? part.operator === 'OR' : part.role !== 'OR';
    return takesTerms && leavesOf(query, at).length > 0 ? [at] : [];
  });
}

/** What terms bring that are added to a part: records that are not found yet. */
export function broughtBy(query: MeasuredQuery, at: number, docs: DocSet): DocSet {
  const decisive = query.decisive[at];
  return decisive === undefined ? new DocSet(query.docs.size) : docs.and(decisive).removeAll(query.docs);
}

/** What a part of an OR, or of a NOT, brings that nothing else does: records that go when it goes. */
export function lostWithout(query: MeasuredQuery, at: number): DocSet {
  const [docs, decisive] = [query.sets[at], query.decisive[at]];
  if (docs === undefined || decisive === undefined) return new DocSet(query.docs.size);
  return docs.and(decisive).keepAll(query.docs);
}
