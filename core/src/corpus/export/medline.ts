import type { CitationDetails, CitationRecord, RecordDay } from '../record.ts';
import { cleanText } from '../import/normalise.ts';
import { publicationDate, sourceOf } from './source.ts';

/** PubMed breaks lines of its MEDLINE display at about this column, behind six of indentation. */
const WIDTH = 88;
const INDENT = ' '.repeat(6);

/**
 * A record in the MEDLINE display format, which PubMed saves as .nbib: tags in PubMed's order, an empty line behind
 * (https://www.nlm.nih.gov/bsd/mms/medlineelements.html). What only NLM knows (OWN, PHST, PST) is left out. A record without a PMID has
 * its own id in the place of it.
 */
export function medlineText(record: CitationRecord): string {
  const more = record.more ?? {};
  const day = (name: RecordDay, write: (date: string) => string): readonly string[] => {
    const date = more.days?.[name];
    return date === undefined ? [] : [write(date)];
  };
  const date = record.date ?? (record.year === undefined ? undefined : String(record.year));
  const ids = articleIds(record);
  const lines = [
    ...field('PMID', record.id),
    ...field('STAT', more.status),
    ...fields('DCOM', day('dcom', packed)),
    ...fields('LR', day('lr', packed)),
    ...fields('IS', more.issns),
    ...fields('ISBN', more.isbns),
    ...field('VI', record.volume),
    ...field('IP', record.issue),
    ...field('DP', date === undefined ? undefined : publicationDate(date)),
    ...field('TI', record.title),
    ...field('BTI', more.bookTitle),
    ...field('PG', record.pages),
    ...field('LID', record.doi === undefined ? undefined : `${record.doi} [doi]`),
    ...field('AB', record.abstract),
    ...fields('OAB', more.otherAbstracts),
    ...authors(record, more),
    ...fields('AD', record.affiliations),
    ...people('ED', more.editors),
    ...fields('LA', record.languages),
    ...fields('SI', more.databankIds),
    ...fields('GR', more.grants),
    ...fields('PT', record.publicationTypes),
    ...fields('TT', more.transliteratedTitles),
    ...fields('DEP', day('epdat', packed)),
    ...field('PL', more.place),
    ...field('PB', more.publisher),
    ...field('TA', record.journalAbbreviation),
    ...field('JT', record.journal),
    ...field('JID', more.nlmId),
    ...fields('RN', substances(record.substances)),
    ...fields('SB', more.subsets),
    ...fields('MH', record.mesh.map(medlineHeading)),
    ...people('PS', more.personalSubjects),
    ...people('IR', more.investigators),
    ...fields('PMC', ids.pmc),
    ...fields('MID', ids.manuscript),
    ...fields('OT', record.keywords),
    ...field('COIS', more.conflictStatement),
    ...fields('EDAT', day('edat', timed)),
    ...fields('MHDA', day('mhda', timed)),
    ...fields('CRDT', day('crdt', timed)),
    ...fields('AID', [
      ...ids.publisher.map((id) => `${id} [pii]`),
      ...(record.doi === undefined ? [] : [`${record.doi} [doi]`]),
    ]),
    // The last field of every record: by it our own import tells a file that was cut off.
    ...field('SO', sourceOf(record) ?? record.id),
  ];
  return `${lines.join('\n')}\n\n`;
}

function field(tag: string, value: string | undefined): readonly string[] {
  const text = cleanText(value ?? '');
  return text === '' ? [] : [`${tag.padEnd(4)}- ${wrapped(text)}`];
}

function fields(tag: string, values: readonly string[] | undefined): readonly string[] {
  return (values ?? []).flatMap((value) => field(tag, value));
}

/** Breaks at blanks only: what is joined again by one blank is the same text. */
function wrapped(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && INDENT.length + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${INDENT}`);
}

/** The author in full stands before the same with initials; groups come behind the people. */
function authors(record: CitationRecord, more: CitationDetails): readonly string[] {
  const groups = more.collectiveAuthors ?? [];
  const isGroup = new Set(groups);
  const persons = record.authors.filter((name) => !isGroup.has(name));
  const full = more.fullAuthors ?? [];
  const named =
    full.length === persons.length
      ? persons.flatMap((name, i) => [...field('FAU', full[i]), ...field('AU', name)])
      : [...fields('FAU', full), ...fields('AU', persons)];
  const authorIds = (more.authorIds ?? []).map((id) =>
    /^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$/.test(id) ? `ORCID: ${id}` : id,
  );
  return [...named, ...fields('AUID', authorIds), ...fields('CN', groups)];
}

/** The tag that begins with F is for names in full. Readers take one of the two, so all names of a record stand under the same. */
function people(tag: string, names: readonly string[] | undefined): readonly string[] {
  return fields((names ?? []).some((name) => name.includes(',')) ? `F${tag}` : tag, names);
}

/** A registry number of the FDA, of CAS, or of an enzyme. */
const NUMBER = /^(?:[\dA-Z]{10}|\d{2,7}-\d{2}-\d|EC [\d.-]+)$/;

/** A name and the number behind it are one substance; 0 is MEDLINE's number of those that have none. */
function substances(values: readonly string[]): readonly string[] {
  const written: string[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? '';
    const next = values[i + 1] ?? '';
    if (NUMBER.test(value)) written.push(value);
    else if (NUMBER.test(next)) {
      written.push(`${next} (${value})`);
      i++;
    } else written.push(`0 (${value})`);
  }
  return written;
}

function articleIds({ more }: CitationRecord): Record<'pmc' | 'manuscript' | 'publisher', readonly string[]> {
  const ids = more?.articleIds ?? [];
  const isPmc = (id: string): boolean => /^PMC\d+$/.test(id);
  const isManuscript = (id: string): boolean => /^[A-Z]+MS\d+$/.test(id);
  return {
    pmc: ids.filter(isPmc),
    manuscript: ids.filter(isManuscript),
    publisher: ids.filter((id) => !isPmc(id) && !isManuscript(id)),
  };
}

/** MEDLINE stars the major part in front: `Falls/prevention*` of other sources becomes `Falls/*prevention`. */
function medlineHeading(heading: string): string {
  return heading
    .split('/')
    .map((part) => (part.length > 1 && part.endsWith('*') ? `*${part.slice(0, -1)}` : part))
    .join('/');
}

/** `20160930`; dates that are less precise have no such form and are written as publication dates are. */
function packed(date: string): string {
  return date.length === 10 ? date.replaceAll('-', '') : publicationDate(date);
}

/** `2016/09/30 00:00`: the hour is not kept. */
function timed(date: string): string {
  return date.length === 10 ? `${date.replaceAll('-', '/')} 00:00` : date.replaceAll('-', '/');
}
