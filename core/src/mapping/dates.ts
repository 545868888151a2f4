import { parseDate } from '../pubmed/index.ts';
import type { CalendarDate, RangeNode, TermNode } from '../pubmed/index.ts';
import { lookUp } from './clause.ts';
import type { Draft } from './untagged.ts';

/** The first and the last day of a date as `yyyy/mm/dd`. */
function days({ year, month, day }: CalendarDate): { readonly first: string; readonly last: string } {
  const endMonth = month ?? 12;
  const write = (...parts: number[]): string =>
    [year, ...parts].map((part) => String(part).padStart(2, '0')).join('/');
  // Day 0 of the next month is the last of this one.
  const lastDay = day ?? new Date(Date.UTC(year, endMonth, 0)).getUTCDate();
  return { first: write(month ?? 1, day ?? 1), last: write(endMonth, lastDay) };
}

/** A date: a day as it is, a month or a year as the range of its days. */
export function translateDate(node: TermNode, field: string): Draft {
  const text = node.text.replace(/\s+/g, ' ').trim();
  const date = parseDate(text);
  if (date.kind === 'date') {
    const { first, last } = days(date);
    const range = first === last ? first : `${first}:${last}`;
    return { clause: lookUp(range, field, '', true), notes: [], certainty: 'likely' };
  }
  if (date.kind === 'relative')
    return {
      clause: lookUp(text.toLowerCase(), field),
      notes: [
        {
          kind: 'date',
          message: 'Counted back from the day of the search, so the same strategy finds other records later.',
        },
      ],
      certainty: 'certain',
    };
  return {
    clause: lookUp(text, field),
    notes: [{ kind: 'not-found', message: date.reason }],
    certainty: 'likely',
  };
}

/** `2010:2015[dp]` as PubMed writes it, both ends as days. */
export function translateRange(node: RangeNode): Draft {
  const field = node.tag?.field ?? 'all';
  const [from, to] = [parseDate(node.from), parseDate(node.to)];
  if (from.kind !== 'date' || to.kind !== 'date')
    return {
      clause: lookUp(`${node.from.trim()}:${node.to.trim()}`, field, '', true),
      notes: [],
      certainty: 'likely',
    };
  return {
    clause: lookUp(`${days(from).first}:${days(to).last}`, field, '', true),
    notes: [],
    certainty: 'certain',
  };
}
