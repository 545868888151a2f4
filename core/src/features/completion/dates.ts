import { findField } from '../../pubmed/index.ts';
import { code } from '../wording.ts';
import { valueEdit, wholeTermEdit } from './edits.ts';
import { fit } from './item.ts';
import type { Draft } from './item.ts';
import type { TermPlace } from './place.ts';

/** Spans that people ask for; PubMed takes any number. */
const SPANS = [
  'last 5 years',
  'last 10 years',
  'last year',
  'last 2 years',
  'last 6 months',
  'last 3 months',
  'last 90 days',
  'last 30 days',
];

/** Relative dates, `"last 5 years"[dp]`: in a term of a date field without the tag. */
export function completeDates(place: TermPlace, text: string, start: number): Draft[] {
  const field = place.field === undefined ? undefined : findField(place.field);
  if (place.isTagged && field?.date !== true) return [];
  const typed = text.trim();
  return SPANS.filter((span) => fit(span, typed) === 0).map((span) => ({
    label: span,
    kind: 'date',
    documentation: `Counted back from the day of the search. For the last ${code('N')} days, months or years write the number.`,
    ...(place.isTagged
      ? {
          newText: place.isQuoted ? span : `"${span}"`,
          ...valueEdit(place),
        }
      : { suffix: ' [dp]', ...wholeTermEdit(place, start), newText: `"${span}"[dp]` }),
  }));
}
