import { RowError } from '@querent/core/tasks';
import { kindOf } from './jsonLines.ts';
import type { RowReader } from './rows.ts';
import { optionalText, readDay, rowId, rowIds, rowPico } from './fields.ts';

/** Review topics: `{id, title, pico?, relevant_pmids, until?, near_duplicate_of?}`. */
export const readReview: RowReader = (row) => {
  const id = rowId(row);
  const title = optionalText(row, 'title');
  const pico = rowPico(row);
  if (title === undefined && pico === undefined)
    throw new RowError('“title” is missing, and so is “pico”. One of them has to say what is looked for.');
  const { until, flags } = readDay(row, 'until');
  return {
    id,
    task: 'publication',
    input: { ...(title === undefined ? {} : { title }), ...(pico === undefined ? {} : { pico }) },
    target: { relevant: rowIds(row, 'relevant_pmids') },
    ...(until === undefined ? {} : { until }),
    flags,
    nearDuplicateOf: nearDuplicates(row['near_duplicate_of']),
  };
};

function nearDuplicates(value: unknown): readonly string[] {
  const list: unknown = typeof value === 'string' ? [value] : (value ?? []);
  if (Array.isArray(list) && list.every((id): id is string => typeof id === 'string')) return list;
  throw new RowError(`“near_duplicate_of” is ${kindOf(value)}. Write the id of a topic, or a list of ids.`);
}
