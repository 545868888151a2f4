import { cleanText } from '../import/normalise.ts';
import type { CitationRecord } from '../record.ts';
import { recordAddress } from './source.ts';

/** The columns of the table, by names that our import and screening tools know. Several values of one are set apart by `; `. */
const COLUMNS: readonly (readonly [heading: string, cell: (record: CitationRecord) => string | undefined])[] =
  [
    ['PMID', ({ id }) => (/^\d{1,9}$/.test(id) ? id : undefined)],
    ['NCT Number', ({ id }) => (/^NCT\d{8}$/.test(id) ? id : undefined)],
    ['DOI', ({ doi }) => doi],
    ['Title', ({ title }) => title],
    ['Authors', ({ authors }) => listed(authors)],
    ['Year', ({ date, year }) => date?.slice(0, 4) ?? (year === undefined ? undefined : String(year))],
    ['Date', ({ date }) => date],
    ['Journal', ({ journal }) => journal],
    ['Journal Abbreviation', ({ journalAbbreviation }) => journalAbbreviation],
    ['Volume', ({ volume }) => volume],
    ['Issue', ({ issue }) => issue],
    ['Pages', ({ pages }) => pages],
    ['Abstract', ({ abstract }) => abstract],
    ['Keywords', ({ keywords }) => listed(keywords)],
    ['MeSH Terms', ({ mesh }) => listed(mesh)],
    ['Substances', ({ substances }) => listed(substances)],
    ['Publication Types', ({ publicationTypes }) => listed(publicationTypes)],
    ['Languages', ({ languages }) => listed(languages)],
    ['Affiliations', ({ affiliations }) => listed(affiliations)],
    ['ISSN', ({ more }) => listed(more?.issns ?? [])],
    ['ISBN', ({ more }) => listed(more?.isbns ?? [])],
    ['PMCID', ({ more }) => more?.articleIds?.find((id) => /^PMC\d+$/.test(id))],
    ['Publisher', ({ more }) => more?.publisher],
    ['Place', ({ more }) => more?.place],
    ['URL', ({ id }) => recordAddress(id)],
  ];

/** A byte order mark, by which Excel knows UTF-8, and the headings. */
export const csvHead = `\ufeff${row(COLUMNS.map(([heading]) => heading))}`;

/** A record as a row of the table (RFC 4180). */
export function csvText(record: CitationRecord): string {
  return row(COLUMNS.map(([, cell]) => cell(record) ?? ''));
}

function row(cells: readonly string[]): string {
  return `${cells.map(quoted).join(',')}\r\n`;
}

/** A blank before what a spreadsheet would run as a formula; whoever reads the table takes blanks away. */
function quoted(cell: string): string {
  const clean = cleanText(cell);
  const text = /^[=+@-]/.test(clean) ? ` ${clean}` : clean;
  return /[",;\r\n]|^ /.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * One value that has a comma or the like in it would be read as several, and one like `NA` as nothing, were it not for the semicolon behind it.
 */
function listed(values: readonly string[]): string {
  const [first = '', ...rest] = values;
  return rest.length === 0 && /,| and |&|^(?:na|nan|n\/a|none|null)$/i.test(first)
    ? `${first};`
    : values.join('; ');
}
