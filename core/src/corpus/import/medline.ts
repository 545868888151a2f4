import type { CitationRecord } from '../record.ts';
import { citationOf } from './facts.ts';
import { authorId } from './identifiers.ts';
import type { ImportItem } from './item.ts';
import type { Line } from './lines.ts';
import { normaliseDate, normaliseId } from './normalise.ts';
import { TaggedFields } from './tagged.ts';

/**
 * Whether a line is a field of the MEDLINE display format: a tag of two to four characters padded to four, a hyphen, a
 * space (https://www.nlm.nih.gov/bsd/mms/medlineelements.html).
 */
export function isMedlineField(line: string): boolean {
  return FIELD.test(line);
}

const FIELD = /^([A-Z][A-Z0-9]{1,3}) {0,2}-(?: (.*))?$/;

interface Pending {
  readonly line: number;
  readonly fields: TaggedFields;
  trouble: { line: number; reason: string } | undefined;
}

/**
 * Reads MEDLINE / nbib tagged text as PubMed exports it. A record begins with `PMID-` and ends at an empty line, at the next
 * `PMID-` or at the end of the file; lines that begin with a space continue the field before.
 */
export async function* readMedline(batches: AsyncIterable<readonly Line[]>): AsyncGenerator<ImportItem> {
  let pending: Pending | undefined;
  let complete = 0;
  for await (const lines of batches) {
    for (const line of lines) {
      const ends = pending !== undefined && endsRecord(line, pending);
      if (ends && pending !== undefined) {
        const item = finish(pending);
        if (item.kind === 'record' && pending.fields.has('SO')) complete++;
        yield item;
        pending = undefined;
      }
      if (line.text?.trim() !== '') {
        pending ??= { line: line.number, fields: new TaggedFields(), trouble: undefined };
        addLine(pending, line);
      }
    }
  }
  if (pending === undefined) return;
  // PubMed ends every record with its source, SO. Where the others have it and the last has not, the file was cut off.
  const cutOff = complete > 0 && !pending.fields.has('SO') && pending.trouble === undefined;
  if (cutOff)
    pending.trouble = {
      line: pending.line,
      reason: 'begins a record that is cut off by the end of the file',
    };
  yield finish(pending);
}

function endsRecord(line: Line, pending: Pending): boolean {
  if (line.text === undefined) return false;
  if (line.text.trim() === '') return true;
  // Rubbish before a record is none of its business: it is told for itself and the record is kept.
  const isRubbish = pending.trouble !== undefined && pending.fields.isEmpty;
  return line.text.startsWith('PMID-') && (isRubbish || pending.fields.has('PMID'));
}

function addLine(pending: Pending, line: Line): void {
  if (line.problem !== undefined) {
    pending.trouble ??= { line: line.number, reason: line.problem };
    return;
  }
  const field = FIELD.exec(line.text);
  if (field !== null) pending.fields.add(field[1] ?? '', field[2] ?? '');
  else if (!/^\s/.test(line.text) || !pending.fields.continue(line.text))
    pending.trouble ??= {
      line: line.number,
      reason: 'is neither a field ("TI  - ...") nor the continuation of one',
    };
}

function finish(pending: Pending): ImportItem {
  if (pending.trouble !== undefined) return { kind: 'rejected', ...pending.trouble };
  const record = toRecord(pending.fields);
  return record === undefined
    ? { kind: 'rejected', line: pending.line, reason: 'begins a record without a PMID' }
    : { kind: 'record', line: pending.line, record };
}

/** Tags of links to other records; their values name the other record and are not kept. */
const LINKS =
  'CIN CON CRF CRI DDIN DRIN ECF ECI EFR EIN ORI PRIN PROF RIN ROF RPF RPI RRF RRI SPIN UIN UOF'.split(' ');

function toRecord(fields: TaggedFields): CitationRecord | undefined {
  const all = (...tags: readonly string[]): readonly string[] => fields.all(...tags);
  const first = (...tags: readonly string[]): string | undefined => fields.first(...tags);
  const id = normaliseId(first('PMID'));
  if (id === undefined) return undefined;
  const ids = all('LID', 'AID').flatMap(articleIds);
  const authors = all('AU');
  return citationOf(id, {
    title: first('TI', 'BTI', 'TT', 'VTI'),
    abstract: all('AB').join(' '),
    mesh: all('MH'),
    date: normaliseDate(first('DP') ?? '') ?? first('EDAT', 'CRDT'),
    journal: first('JT'),
    journalAbbreviation: first('TA'),
    // AU is the form that [au] searches; FAU names the same people in full.
    authors: [...(authors.length > 0 ? authors : all('FAU')), ...all('CN')],
    affiliations: all('AD', 'IRAD'),
    substances: [...all('RN').flatMap(substances), ...all('NM')],
    publicationTypes: all('PT'),
    languages: all('LA'),
    keywords: all('OT'),
    doi: ids.find(({ kind }) => kind === 'doi')?.id,
    volume: first('VI'),
    issue: first('IP'),
    pages: first('PG'),
    more: {
      days: {
        epdat: first('DEP'),
        edat: first('EDAT'),
        crdt: first('CRDT'),
        mhda: first('MHDA'),
        dcom: first('DCOM'),
        lr: first('LR'),
      },
      fullAuthors: authors.length > 0 ? all('FAU') : [],
      collectiveAuthors: all('CN'),
      authorIds: all('AUID').map(authorId),
      editors: fields.either('FED', 'ED'),
      investigators: fields.either('FIR', 'IR'),
      personalSubjects: fields.either('FPS', 'PS'),
      transliteratedTitles: all('TT', 'VTI'),
      otherAbstracts: all('OAB'),
      // `0140-6736 (Linking)`
      issns: all('IS').map((issn) => issn.split(' (')[0] ?? ''),
      nlmId: first('JID'),
      place: first('PL'),
      publisher: first('PB'),
      isbns: all('ISBN').map((isbn) => isbn.split(' (')[0] ?? ''),
      bookTitle: first('BTI'),
      grants: all('GR'),
      databankIds: all('SI'),
      articleIds: [
        ...ids.filter(({ kind }) => kind !== 'doi').map((one) => one.id),
        ...all('PMC', 'MID').map((value) => value.split(' [')[0] ?? ''),
      ],
      status: first('STAT'),
      subsets: all('SB'),
      links: LINKS.filter((tag) => fields.has(tag)),
      conflictStatement: all('COIS').join(' '),
    },
  });
}

/** Longer lists of ids are none, and would take long to match. */
const MAX_IDS_LENGTH = 1_000;

/** `S0140-6736(16)1 [pii] 10.1016/x [doi]` -> both ids with their kinds. DOIs may have brackets of their own: `10.1641/x[0933:y]2.0`. */
function articleIds(value: string): { readonly id: string; readonly kind: string }[] {
  if (value.length > MAX_IDS_LENGTH) return [];
  return [...value.matchAll(/(\S.*?)\s\[(\w+)\](?!\S)/g)].map(([, id = '', kind = '']) => ({
    id,
    kind: kind.toLowerCase(),
  }));
}

/** `R16CO5Y76E (Aspirin)` -> the name and the number; the number 0 means none. */
function substances(value: string): string[] {
  const match = /^(\S+|EC \S+) \((.+)\)$/.exec(value);
  if (match === null) return value === '0' ? [] : [value];
  const [, number = '', name = ''] = match;
  return number === '0' ? [name] : [name, number];
}
