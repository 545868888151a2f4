import { contributions } from '../../corpus/index.ts';
import { isUnresolvable, resolveText } from '../../strategy/index.ts';
import type { CitationSource } from '../deterministic/analysis.ts';
import { edited, textOf } from './edits.ts';
import type { QueryEdit } from './edits.ts';
import type { MeasuredQuery } from './measuredQuery.ts';
import { measureQuery, optionsOf } from './measuredQuery.ts';

/** A query without terms that bring nothing, and the terms that went. */
export interface Pruned {
  readonly query: MeasuredQuery;
  readonly dropped: readonly string[];
}

/**
 * The query without terms of its ORs that others of the same block find all records of: exactly the same is found. Terms of fields that
 * fewer than half of the records have are kept, since what they find elsewhere cannot be seen here. With `silent`, terms that find
 * nothing at all here go too; without, they stay, for elsewhere they may.
 */
export function prune(query: MeasuredQuery, source: CitationSource, silent: boolean): Pruned {
  const resolved = resolveText(query.text);
  if (isUnresolvable(resolved)) return { query, dropped: [] };
  const { lines } = contributions(source.index, resolved, [], optionsOf(source));
  const parts = lines.at(-1)?.parts ?? [];
  const idle = query.parts.flatMap((part, at) => {
    const its = parts[at];
    const isIdle = its !== undefined && its.redundant && !its.sparse && (silent || (its.count ?? 0) > 0);
    return part.kind === 'leaf' && part.role === 'OR' && isIdle ? [at] : [];
  });
  const all = without(query, idle, source);
  if (all !== undefined) return all;
  // Together they do not go (a NOT would lose what it takes away from): one after the other, then.
  let kept: number[] = [];
  for (const at of idle) if (without(query, [...kept, at], source) !== undefined) kept = [...kept, at];
  return without(query, kept, source) ?? { query, dropped: [] };
}

function without(query: MeasuredQuery, idle: readonly number[], source: CitationSource): Pruned | undefined {
  if (idle.length === 0) return { query, dropped: [] };
  const text = edited(
    query,
    idle.map((at): QueryEdit => ({ kind: 'remove', at })),
  );
  const after = text === undefined ? undefined : measureQuery(text, source);
  if (after?.docs.equals(query.docs) !== true) return undefined;
  return { query: after, dropped: idle.map((at) => textOf(query, at)) };
}
