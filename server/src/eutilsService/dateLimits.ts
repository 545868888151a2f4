import { parseDate } from '@querent/core/pubmed';
import type { Parameters } from './parameters.ts';
import { TermFault } from './terms.ts';

/** `datetype` of ESearch, and the field that it looks at (E-utilities In-Depth, "ESearch"). */
const FIELDS: Readonly<Record<string, string>> = {
  pdat: 'pdat',
  edat: 'edat',
  crdt: 'crdt',
  mhda: 'mhda',
  mdat: 'lr',
  dcom: 'dcom',
};

/**
 * The limit by date of an ESearch, as a query; undefined when there is none. `reldate` counts back from today, `mindate` and `maxdate`
 * work only together; without `datetype` PubMed looks at the entry date.
 * @throws TermFault for what is no date
 */
export function dateLimits(parameters: Parameters, today: string): string | undefined {
  const field = FIELDS[parameters.text('datetype')?.toLowerCase() ?? 'edat'] ?? 'edat';
  const days = parameters.text('reldate');
  if (days !== undefined) {
    if (!/^\d{1,6}$/.test(days)) throw new TermFault(`Invalid reldate: ${days}`);
    const from = new Date(Date.parse(`${today}T00:00:00Z`) - Number(days) * 86_400_000);
    return `${from.toISOString().slice(0, 10).replaceAll('-', '/')}:${today.replaceAll('-', '/')}[${field}]`;
  }
  const from = parameters.text('mindate');
  const to = parameters.text('maxdate');
  if (from === undefined || to === undefined) return undefined;
  for (const date of [from, to])
    if (parseDate(date).kind !== 'date') throw new TermFault(`Invalid date: ${date.slice(0, 40)}`);
  return `${from}:${to}[${field}]`;
}
