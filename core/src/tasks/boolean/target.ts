import type { Row } from '../rows.ts';
import { objectOf, relevantIds } from '../rows.ts';

/** What is known to be relevant to a topic. */
export interface BooleanTarget {
  /** Ids, each once, at least one, in the form in which engines compare them. */
  readonly relevant: readonly string[];
}

const read = new WeakMap<object, BooleanTarget>();

/**
 * Reads `{"relevant": [...]}` or the list alone; ids are texts or whole numbers. Remembered by the value's identity: many completions
 * come with one target.
 * @throws RowError, with code `no-relevant` for an empty list
 */
export function booleanTarget(value: unknown): BooleanTarget {
  const isList = Array.isArray(value);
  const row: Row | undefined = isList ? undefined : objectOf(value, 'target');
  const source = (isList ? value : row) as object;
  const before = read.get(source);
  if (before !== undefined) return before;
  const target = {
    relevant: isList ? relevantIds(value, 'target') : relevantIds(row?.['relevant'], 'relevant'),
  };
  read.set(source, target);
  return target;
}
