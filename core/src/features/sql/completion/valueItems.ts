import { foldedName, mentioned } from '../../../sqlSchema/index.ts';
import type { SqlCell } from '../../../sqlSchema/index.ts';
import type { Candidate } from './item.ts';
import { isKeyName } from './columnKinds.ts';
import type { Surroundings } from './surroundings.ts';

/** Most values that are offered for a column. */
const mostValues = 20;

/** Values behind a comparison with a column: those that the column holds. */
export function valueItems(around: Surroundings): readonly Candidate[] {
  const { compared, relations, question, place } = around;
  const next = place.after[0]?.text;
  if (compared === undefined || next === '.' || next === '(') return [];
  const { qualifier, name } = compared.column;
  const relation = relations.find(
    ({ source, columns }) =>
      (qualifier === undefined || (source.name !== undefined && foldedName(source.name) === qualifier)) &&
      columns.some((column) => foldedName(column.name) === name),
  );
  const fact = relation?.columns.find((column) => foldedName(column.name) === name)?.fact;
  const samples = fact?.values?.samples ?? [];
  // In a join's condition columns are compared with each other, and keys mostly are.
  const base = place.scope.clause === 'on' || fact?.isKey === true || isKeyName(name) ? -1 : 2;
  return samples.slice(0, mostValues).flatMap((value, i): Candidate[] => {
    const text = literal(value);
    if (text === undefined) return [];
    const asked = question === undefined || typeof value !== 'string' ? 0 : mentioned(value, question);
    return [
      {
        label: text,
        kind: 'value',
        detail: `${relation?.table?.name ?? ''}.${fact?.name ?? name}`,
        newText: text,
        name: String(value),
        score: base + 2 * (asked === 1 ? 1 : 0) - i / 3,
      },
    ];
  });
}

/** A value as SQL writes it; undefined for what nobody types. */
function literal(value: SqlCell): string | undefined {
  if (typeof value === 'string') return value.length > 60 ? undefined : `'${value.replaceAll("'", "''")}'`;
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined;
}
