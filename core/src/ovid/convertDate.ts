import { parseDate } from '../pubmed/index.ts';
import type { Range } from '../text/index.ts';
import { draft } from './context.ts';
import type { Conversion } from './context.ts';
import { leaf } from './output.ts';
import type { Output } from './output.ts';

/** The end of ranges that reach to the present, as PubMed's own filters write it. */
const NO_END = '3000';

/** `20170630`, `2017-06`, `2017*`, `2005 -Current`, `19480101-20170630` in a field of dates. */
export function convertDate(
  raw: string,
  tag: string,
  range: Range,
  conversion: Conversion,
): Output | undefined {
  const text = readDates(raw);
  if (text !== undefined) return leaf(`${text}[${tag}]`);
  return conversion.drop(
    draft(
      'refused',
      'no-date',
      range,
      `"${raw.replace(/["“”]/g, '').slice(0, 60)}" is no date that could be read; it was left out`,
    ),
  );
}

function readDates(raw: string): string | undefined {
  const text = raw.replace(/["“”'$*:?#]/g, '').trim();
  const span =
    /^(\d{4}(?:\d{2}){0,2}|\d{4}[/-]\d{1,2}(?:[/-]\d{1,2})?)\s*(?:-|–|to)\s*(current|present|\d{4}(?:\d{2}){0,2})?$/i.exec(
      text,
    );
  if (span !== null && !/^\d{4}-(?:0[1-9]|1[0-2])$/.test(text)) {
    const from = readDate(span[1] ?? '');
    const to = /^\d/.test(span[2] ?? '') ? readDate(span[2] ?? '') : NO_END;
    return from === undefined || to === undefined ? undefined : `${from}:${to}`;
  }
  return readDate(text);
}

/** One date as `yyyy`, `yyyy/mm` or `yyyy/mm/dd`; undefined when there is no such day. */
function readDate(text: string): string | undefined {
  const match = /^(\d{4})[/-]?(\d{1,2})?[/-]?(\d{1,2})?$/.exec(text);
  if (match === null) return undefined;
  const [, year = '', month, day] = match;
  const written = [
    year,
    ...(month === undefined ? [] : [month.padStart(2, '0')]),
    ...(day === undefined ? [] : [day.padStart(2, '0')]),
  ].join('/');
  return parseDate(written).kind === 'date' ? written : undefined;
}
