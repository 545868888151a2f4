import { citationOf, stableId } from './facts.ts';
import type { CitationFacts } from './facts.ts';
import {
  doiWithin,
  isbnsWithin,
  issnsWithin,
  nctNumberOf,
  pmcidsWithin,
  pmidOf,
  pmidWithin,
} from './identifiers.ts';
import type { ImportItem } from './item.ts';
import type { Line } from './lines.ts';
import { normaliseDate, normaliseDoi } from './normalise.ts';
import { TaggedFields } from './tagged.ts';

/** A tag of two characters, two spaces, a hyphen, a space; some programs are sparing with the spaces. */
const FIELD = /^\s?([A-Z][A-Z0-9])(?: {2,3}-| ?-(?= ))(?: (.*)|\s*)$/;
const START = /^\s?TY {0,3}- ?\S/;

/** Whether a line begins a record of RIS. */
export function isRisStart(line: string): boolean {
  return START.test(line);
}

/** Between records: the numbers that Ovid writes, and the headings of some publishers (`Provider: ...`). */
const BETWEEN_RECORDS = /^\s*(?:\d+\s*[.)]?|<\s*\d+\s*>|[A-Za-z][\w -]{0,40}:.*)\s*$/;

interface Pending {
  readonly line: number;
  readonly fields: TaggedFields;
  lastTag: string;
  trouble: { line: number; reason: string } | undefined;
}

/**
 * Reads RIS as PubMed's and Ovid's neighbours, EndNote, Zotero, Scopus, Web of Science and Covidence write it. A record begins with `TY`
 * and ends with `ER`, or where the next begins; lines without a tag continue the field before.
 */
export async function* readRis(batches: AsyncIterable<readonly Line[]>): AsyncGenerator<ImportItem> {
  let pending: Pending | undefined;
  let ended = 0;
  let wasRubbish = false;
  for await (const lines of batches) {
    for (const line of lines) {
      if (line.text?.trim() === '') continue;
      const [, tag, value = ''] = FIELD.exec(line.text ?? '') ?? [];
      if (pending !== undefined && (tag === 'ER' || (tag === 'TY' && !pending.fields.isEmpty))) {
        yield finish(pending);
        pending = undefined;
        if (tag === 'ER') ended++;
      }
      if (tag === 'ER') continue;
      if (pending === undefined && tag === undefined) {
        const isRubbish =
          line.text === undefined || line.text.length > 300 || !BETWEEN_RECORDS.test(line.text);
        if (isRubbish && !wasRubbish)
          yield {
            kind: 'rejected',
            line: line.number,
            reason: line.problem ?? 'is neither a field ("TI  - ...") nor within a record',
          };
        wasRubbish = isRubbish;
        continue;
      }
      wasRubbish = false;
      pending ??= { line: line.number, fields: new TaggedFields(), lastTag: '', trouble: undefined };
      addLine(pending, line, tag, value);
    }
  }
  if (pending === undefined) return;
  // ER ends a record. Where the others have it and the last has not, the file was cut off.
  if (ended > 0)
    pending.trouble ??= {
      line: pending.line,
      reason: 'begins a record that is cut off by the end of the file',
    };
  yield finish(pending);
}

function addLine(pending: Pending, line: Line, tag: string | undefined, value: string): void {
  if (line.problem !== undefined) pending.trouble ??= { line: line.number, reason: line.problem };
  else if (tag !== undefined) {
    pending.fields.add(tag, value);
    pending.lastTag = tag;
    // EndNote writes the tag of its keywords once and one keyword a line.
  } else if (pending.lastTag === 'KW') pending.fields.add('KW', line.text);
  else pending.fields.continue(line.text);
}

function finish({ line, fields, trouble }: Pending): ImportItem {
  if (trouble !== undefined) return { kind: 'rejected', ...trouble };
  const facts = factsOf(fields);
  const id = stableId(pmidIn(fields) ?? nctNumberIn(fields), facts);
  return id === undefined
    ? { kind: 'rejected', line, reason: 'begins a record that has neither a PMID nor a DOI nor a title' }
    : { kind: 'record', line, record: citationOf(id, facts) };
}

/** Where exports put ids, in the order in which they are believed. N1 holds notes, which may speak of other articles. */
const ID_TAGS = [
  'PM',
  'AN',
  'UT',
  'ID',
  ...numbered('C', 8),
  ...numbered('U', 5),
  'M1',
  'M2',
  'L2',
  'UR',
  'LK',
];

function numbered(letter: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${letter}${i + 1}`);
}

/** A bare number is a PMID only where the record says that it is from PubMed or MEDLINE, or where Scopus and Embase put it. */
function pmidIn(fields: TaggedFields): string | undefined {
  const named =
    fields
      .all(...ID_TAGS)
      .map(pmidWithin)
      .find((id) => id !== undefined) ??
    fields
      .all('N1')
      .map((note) => (/^\W*(?:PMID|PubMed ID)\b/i.test(note) ? pmidWithin(note) : undefined))[0];
  if (named !== undefined) return named;
  const databases = fields.all('DB', 'DP').join(' ');
  const number = (...tags: readonly string[]): string | undefined => pmidOf(fields.first(...tags) ?? '');
  if (number('PM') !== undefined) return number('PM');
  if (/\b(?:pubmed|medline|nlm)\b/i.test(databases) && !/embase/i.test(databases))
    return number('AN') ?? number('C1') ?? number('U1') ?? longNumber(fields.first('ID'));
  if (/scopus/i.test(databases)) return number('C2');
  return /embase/i.test(databases) ? number('C5') : undefined;
}

/** A trial's number is its id where the record is of the registry: articles name the trials that they report. */
function nctNumberIn(fields: TaggedFields): string | undefined {
  return /clinicaltrials\.gov/i.test(fields.all('DB', 'DP').join(' '))
    ? nctNumberOf(fields.first('AN', 'ID') ?? '')
    : undefined;
}

/** EndNote counts its records in ID; a PMID of six digits or more is not such a number. */
function longNumber(text = ''): string | undefined {
  const id = pmidOf(text);
  return id !== undefined && id.length >= 6 ? id : undefined;
}

function factsOf(fields: TaggedFields): CitationFacts {
  const type = fields.first('TY') ?? '';
  const isPart = /^E?CHAP$/.test(type);
  const isBook = /^E?BOOK$|^EDBOOK$/.test(type);
  const titles = fields.either('JF', 'T2', 'JO', 'BT');
  const short =
    fields.first('JA', 'J2', 'J1') ?? (fields.has('JF') || fields.has('T2') ? fields.first('JO') : undefined);
  const journal = isPart || isBook ? undefined : titles[0];
  const kinds = fields.all('M3', 'PT').flatMap((kind) => kind.split(/\s*;\s*/));
  const numbers = fields.all('SN').join('; ');
  const notes = fields.all('C1', 'C2', 'C7', 'U1', 'U2', 'U3', 'AN');
  const abstracts = fields.either('AB', 'N2');
  return {
    title: fields.first('TI', 'T1', 'CT', 'BT'),
    abstract: abstracts.join(' '),
    ...dateOf(fields),
    journal,
    journalAbbreviation: short === journal ? undefined : short,
    authors: fields.either('AU', 'A1').flatMap((author) => author.split(/\s*;\s*/)),
    affiliations: fields.all('AD'),
    publicationTypes: kinds.filter((kind) => normaliseDoi(kind) === undefined),
    languages: fields.all('LA').flatMap((language) => language.split(/\s*[;,]\s*/)),
    keywords: fields.all('KW').flatMap((keyword) => keyword.split(/\s*;\s*/)),
    doi: doiIn(fields),
    volume: fields.first('VL'),
    issue: fields.first('IS', 'CP'),
    pages: pagesOf(fields.first('SP'), fields.first('EP')),
    more: {
      days: { epdat: isElectronic(fields) ? fields.first('DA') : undefined },
      editors: isPart || isBook ? fields.all('A2', 'ED') : fields.all('ED'),
      transliteratedTitles: fields.all('TT', 'OP').filter((title) => !/^\d/.test(title)),
      issns: issnsWithin(numbers),
      isbns: isbnsWithin(numbers),
      publisher: fields.first('PB'),
      place: fields.first('CY', 'PP'),
      bookTitle: isPart ? fields.first('BT', 'T2') : isBook ? fields.first('TI', 'T1', 'BT') : undefined,
      articleIds: pmcidsWithin(notes),
    },
  };
}

/** `2016/09/30/`, `2016//`, a year beside `SEP 30`, or any other date. */
function dateOf(fields: TaggedFields): { readonly date: string | undefined } {
  const year = /^\d{4}/.exec(fields.first('PY', 'Y1', 'YR') ?? '')?.[0];
  const dates = fields.all('DA', 'PY', 'Y1').map((value) => {
    const text = value.slice(0, 40);
    const written = /^\d{4}\/\/|^\d{4}\/\s*$/.test(text)
      ? text.slice(0, 4)
      : text.replace(/\/+(?:[^/\d].*)?$/, '');
    return normaliseDate(written) ?? (year === undefined ? undefined : normaliseDate(`${year} ${written}`));
  });
  const known = dates.filter((date) => date !== undefined && (year === undefined || date.startsWith(year)));
  return {
    date: known.reduce((best, date) => ((date?.length ?? 0) > (best?.length ?? 0) ? date : best), year),
  };
}

/** An article that is not in an issue yet has the date on which it appeared on the web. */
function isElectronic(fields: TaggedFields): boolean {
  return fields.first('TY') === 'EJOUR' && !fields.has('VL');
}

function doiIn(fields: TaggedFields): string | undefined {
  const named = fields
    .all('DO', 'DI', 'M3')
    .map(normaliseDoi)
    .find((doi) => doi !== undefined);
  return (
    named ??
    doiWithin([...fields.all('DO'), ...fields.all('UR', 'L3', 'LK').filter((url) => /doi/i.test(url))])
  );
}

function pagesOf(start: string | undefined, end: string | undefined): string | undefined {
  return start === undefined || end === undefined || start === end || /[-–]/.test(start)
    ? start
    : `${start}-${end}`;
}
