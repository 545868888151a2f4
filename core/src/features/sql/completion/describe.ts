import type { SqlColumn } from '../../../sqlSchema/index.ts';
import type { Candidate } from './item.ts';
import type { Relation } from './surroundings.ts';

/** What is told of a column beside its name. */
export function columnDetail(
  { source, table }: Relation,
  name: string,
  fact: SqlColumn | undefined,
): Pick<Candidate, 'detail' | 'documentation'> {
  const of = table?.name ?? source.commonTable ?? source.name;
  const detail = [of, fact?.type].filter((part) => part !== undefined && part !== '').join(' · ');
  const key = table?.foreignKeys.find(({ column }) => column.toLowerCase() === name.toLowerCase());
  const samples = fact?.values?.samples ?? [];
  const lines = [
    ...(fact?.isKey === true ? ['Primary key.'] : []),
    ...(key === undefined ? [] : [`Refers to \`${key.table}${key.to === '' ? '' : `.${key.to}`}\`.`]),
    ...(fact?.values === undefined
      ? []
      : [
          `${fact.values.distinct.toLocaleString('en')} different values${fact.values.isComplete ? '' : ' among the first rows'}.`,
        ]),
    ...(samples.length === 0
      ? []
      : [
          `For example ${samples
            .slice(0, 5)
            .map((value) => `\`${String(value).slice(0, 40)}\``)
            .join(', ')}.`,
        ]),
  ];
  return {
    ...(detail === '' ? {} : { detail }),
    ...(lines.length === 0 ? {} : { documentation: lines.join(' ') }),
  };
}
