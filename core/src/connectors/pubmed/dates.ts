import { checkDay } from '../../search/index.ts';
import type { SearchOptions } from '../../search/index.ts';

/** Before the first and after the last record: PubMed takes one end of a range only together with the other. */
const FIRST_DAY = '1500/01/01';
const LAST_DAY = '3000/12/31';

/**
 * ESearch's limits by date.
 * @throws SearchError `rejected` for what is no day
 */
export function dateParameters({
  since,
  until,
  dateType = 'pdat',
}: SearchOptions): Readonly<Record<string, string>> {
  if (since === undefined && until === undefined) return {};
  return { datetype: dateType, mindate: written(since) ?? FIRST_DAY, maxdate: written(until) ?? LAST_DAY };
}

function written(day: string | undefined): string | undefined {
  if (day === undefined) return undefined;
  checkDay(day);
  return day.replaceAll('-', '/');
}
