import { matchRows } from '../../metrics/index.ts';
import { isOrdered } from '../../sql/index.ts';
import type { SqlPreview } from '../../sqlSchema/index.ts';
import { essence, weightOf } from './admit.ts';
import type { SqlCandidate, SqlSource } from './types.ts';

/** A statement that was run, for as many answers as gave it. */
export interface Tried {
  readonly sql: string;
  readonly source: SqlSource;
  readonly mended: readonly string[];
  readonly result: SqlPreview;
  readonly votes: number;
  /** What its answers count for together. */
  readonly weight: number;
}

/**
 * Groups statements by the rows that they gave and ranks the groups: self-consistency (Wang et al., 2023, arXiv 2203.11171, by execution as in Li et al., 2022).
 *
 * The same rows are the same multiset (`matchRows`), in the same order where both statements ask for one. A result that was not read to its end equals none
 * but that of the same statement, nor does one without any value: that two statements find nothing is no sign that they mean the same.
 *
 * First comes what ran to its end, by its votes; votes for nothing count less ({@link creditOf}). Of equals the method's goes first, then the simpler statement. One
 * candidate a group: of its statements that read a table the most voted, then the method's, then the simplest.
 * @param answers how many answers there were in all, those that could not be run included
 */
export function grouped(tried: readonly Tried[], answers: number): readonly SqlCandidate[] {
  const groups: Tried[][] = [];
  for (const each of tried) {
    const group = groups.find(([first]) => first !== undefined && isSame(first, each));
    if (group === undefined) groups.push([each]);
    else group.push(each);
  }
  return groups
    .map((group) => {
      const [best] = [...group].sort(
        (a, b) =>
          creditOf(b.result) - creditOf(a.result) ||
          b.weight - a.weight ||
          Number(a.source !== 'deterministic') - Number(b.source !== 'deterministic') ||
          weightOf(a.sql) - weightOf(b.sql),
      );
      return { best, group, weight: sum(group.map(({ weight, result }) => weight * creditOf(result))) };
    })
    .flatMap(({ best, group, weight }) => (best === undefined ? [] : [{ best, group, weight }]))
    .sort(
      (a, b) =>
        Number(a.best.result.kind !== 'rows') - Number(b.best.result.kind !== 'rows') ||
        b.weight - a.weight ||
        Number(!hasMethod(a.group)) - Number(!hasMethod(b.group)) ||
        weightOf(a.best.sql) - weightOf(b.best.sql),
    )
    .map(({ best, group }) => ({
      sql: best.sql,
      source: best.source,
      votes: sum(group.map(({ votes }) => votes)),
      answers,
      result: best.result,
      mended: best.mended,
    }));
}

function isSame(a: Tried, b: Tried): boolean {
  if (essence(a.sql) === essence(b.sql)) return true;
  if (a.result.kind !== 'rows' || b.result.kind !== 'rows') return false;
  if (!isWhole(a.result) || !isWhole(b.result) || !hasValue(a.result)) return false;
  const [left, right] = [a.result, b.result].map(({ columns, rows }) => ({ columns: columns.length, rows }));
  if (left === undefined || right === undefined) return false;
  return matchRows(left, right, isOrdered(a.sql) && isOrdered(b.sql)).isEqual;
}

function isWhole({ rows, total, isCounted }: Extract<SqlPreview, { kind: 'rows' }>): boolean {
  return isCounted && total === rows.length;
}

/**
 * What an answer counts for by what it gave, 0..1. Most questions have an answer, so that no row, or nothing but NULL, speaks for a value that was misread; but some have none,
 * and the method's second best statement is right less often still. What comes from no table is what the statement itself says.
 */
function creditOf(result: SqlPreview): number {
  if (result.kind !== 'rows') return 0.5;
  if (result.tables.length === 0) return 0.1;
  return hasValue(result) ? 1 : 0.6;
}

function hasValue({ rows }: Extract<SqlPreview, { kind: 'rows' }>): boolean {
  return rows.some((row) => row.some((cell) => cell !== null));
}

function hasMethod(group: readonly Tried[]): boolean {
  return group.some(({ source }) => source === 'deterministic');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}
