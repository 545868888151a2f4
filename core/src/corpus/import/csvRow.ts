import type { CitationRecord } from '../record.ts';
import type { ColumnMap, CsvFact } from './csvColumns.ts';
import { citationOf, stableId } from './facts.ts';
import type { CitationFacts } from './facts.ts';
import { doiWithin, isbnsWithin, issnsWithin, pmcidsWithin, pmidOf, pmidWithin } from './identifiers.ts';
import { cleanLines, normaliseDate, normaliseId, normaliseYear } from './normalise.ts';

/** The record of a row, or what is wrong with it, continuing "line 12 ...". */
export function readCsvRow(cells: readonly string[], columns: ColumnMap): CitationRecord | string {
  const all = (fact: CsvFact): readonly string[] =>
    (columns[fact] ?? []).map((at) => cleanLines(cells[at] ?? '')).filter((cell) => !isNothing(cell));
  const first = (fact: CsvFact): string | undefined => all(fact)[0];
  const written = citationFacts(first('citation') ?? '');
  const start = first('firstPage');
  const end = first('lastPage');
  const facts: CitationFacts = {
    title: first('title'),
    abstract: first('abstract'),
    mesh: all('mesh').flatMap((text) => items(text, /\s*[;|\n]\s*/)),
    ...datesOf(first),
    journal: first('journal'),
    journalAbbreviation: first('journalAbbreviation'),
    authors: all('authors').flatMap(authorsOf),
    affiliations: all('affiliations').flatMap((text) => items(text, /\s*;\s*/)),
    substances: all('substances').flatMap((text) => items(text, /\s*[;|\n]\s*/)),
    publicationTypes: all('publicationTypes').flatMap((text) => items(text, /\s*[;|\n]\s*/)),
    languages: all('languages').flatMap((text) => items(text, /\s*[;,|\n]\s*/)),
    keywords: all('keywords').flatMap((text) =>
      items(text, /[;|\n]/.test(text) ? /\s*[;|\n]\s*/ : /\s*,\s*/),
    ),
    doi: doiWithin(all('doi')),
    volume: number(first('volume')) ?? written.volume,
    issue: number(first('issue')) ?? written.issue,
    pages:
      first('pages') ??
      (start !== undefined && end !== undefined ? `${start}-${end}` : start) ??
      written.pages,
    more: {
      days: { crdt: first('created') },
      issns: all('issn').flatMap(issnsWithin),
      isbns: all('isbn').flatMap(isbnsWithin),
      articleIds: pmcidsWithin(all('pmcid')),
      publisher: first('publisher'),
      place: first('place'),
    },
  };
  const dated =
    facts.date === undefined && facts.year === undefined ? { ...facts, date: written.date } : facts;
  const pmid =
    pmidOf(first('pmid') ?? '') ??
    all('notes')
      .map(pmidWithin)
      .find((id) => id !== undefined);
  const id = pmid ?? normaliseId(first('id')?.trim()) ?? stableId(undefined, dated);
  return id === undefined ? 'has neither a PMID nor a DOI nor a title' : citationOf(id, dated);
}

/** What statistics programs write into empty cells. */
function isNothing(cell: string): boolean {
  return cell === '' || /^(?:nan|na|n\/a|none|null)$/i.test(cell);
}

/** `12.0` -> `12`. */
function number(text: string | undefined): string | undefined {
  return text?.replace(/^(\d+)\.0+$/, '$1');
}

function items(text: string, separator: RegExp): readonly string[] {
  return text.replace(/^\[|\]$/g, '').split(separator);
}

/** A date, or a year with month and day beside it; a year goes before the year of a date that contradicts it. */
function datesOf(first: (fact: CsvFact) => string | undefined): { date?: string; year?: number } {
  const year = normaliseYear(number(first('year')));
  const date = normaliseDate(first('date') ?? '') ?? normaliseDate(first('year') ?? '');
  if (year === undefined) return date === undefined ? {} : { date };
  if (date !== undefined && date.length > 4 && date.startsWith(String(year))) return { date };
  const month = first('month');
  return { date: normaliseDate([year, number(month) ?? '', number(first('day')) ?? ''].join(' ').trim()) };
}

const INITIALS = /^(?:\p{Lu}\.?[ -]?){1,4}$/u;

/** Authors with `;`, `|`, line ends or `and` between them, or with commas: `Smith JA, Doe B.` and `Smith, J.A., Doe, B.` */
function authorsOf(text: string): readonly string[] {
  for (const separator of [/\s*[;|\n]\s*/, /\s+and\s+/])
    if (separator.test(text)) return text.split(separator);
  const parts = text.replace(/\.$/, '').split(/\s*,\s*(?:and\s+|&\s*)?/);
  if (parts.length < 2) return [text];
  // `Smith, J.A., Doe, B.`: every second part is initials.
  if (parts.length % 2 === 0 && parts.every((part, i) => (i % 2 === 1) === INITIALS.test(part)))
    return parts.flatMap((part, i) => (i % 2 === 0 ? `${part}, ${parts[i + 1]}` : []));
  // `Smith, John`: one name, which has no initials behind the last name.
  return parts.length === 2 && !parts.some((part) => part.includes(' ')) ? [text] : parts;
}

/** `Lancet. 2016 Sep 30;388(10):1201-9. doi: ...`, as in PubMed's tables. */
function citationFacts(citation: string): {
  readonly date?: string;
  readonly volume?: string;
  readonly issue?: string;
  readonly pages?: string;
} {
  const match =
    /\.\s(\d{4}(?: [A-Z][a-z]{2}(?:-[A-Z][a-z]{2})?)?(?: \d{1,2})?);([^():;]*)(?:\(([^)]*)\))?(?::([\w.-]+?))?\./.exec(
      citation,
    );
  if (match === null) return {};
  const [, date, volume, issue, pages] = match;
  return { date: normaliseDate(date ?? ''), volume, issue, pages };
}
