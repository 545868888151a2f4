import type { CitationRecord } from '../record.ts';
import type { ImportItem } from './item.ts';
import type { Line } from './lines.ts';
import { cleanText, dateFacts, normaliseDate, normaliseDoi, normaliseId } from './normalise.ts';

/**
 * Whether a line is a field of the MEDLINE display format: a tag of two to four characters padded to four, a hyphen, a
 * space (https://www.nlm.nih.gov/bsd/mms/medlineelements.html).
 */
export function isMedlineField(line: string): boolean {
  return FIELD.test(line);
}

const FIELD = /^([A-Z][A-Z0-9]{1,3}) {0,2}-(?: (.*))?$/;

/** Fields of one record: tag to its values, in their order. */
type Fields = Map<string, string[]>;

interface Pending {
  readonly line: number;
  readonly fields: Fields;
  last: string[] | undefined;
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
        pending ??= { line: line.number, fields: new Map(), last: undefined, trouble: undefined };
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
  const isRubbish = pending.trouble !== undefined && pending.fields.size === 0;
  return line.text.startsWith('PMID-') && (isRubbish || pending.fields.has('PMID'));
}

function addLine(pending: Pending, line: Line): void {
  if (line.problem !== undefined) {
    pending.trouble ??= { line: line.number, reason: line.problem };
    return;
  }
  const field = FIELD.exec(line.text);
  if (field !== null) {
    const tag = field[1] ?? '';
    const values = pending.fields.get(tag) ?? [];
    values.push(field[2] ?? '');
    pending.fields.set(tag, values);
    pending.last = values;
  } else if (/^\s/.test(line.text) && pending.last !== undefined) {
    const at = pending.last.length - 1;
    pending.last[at] = `${pending.last[at] ?? ''} ${line.text.trim()}`;
  } else {
    pending.trouble ??= {
      line: line.number,
      reason: 'is neither a field ("TI  - ...") nor the continuation of one',
    };
  }
}

function finish(pending: Pending): ImportItem {
  if (pending.trouble !== undefined) return { kind: 'rejected', ...pending.trouble };
  const record = toRecord(pending.fields);
  return record === undefined
    ? { kind: 'rejected', line: pending.line, reason: 'begins a record without a PMID' }
    : { kind: 'record', line: pending.line, record };
}

function toRecord(fields: Fields): CitationRecord | undefined {
  const all = (tag: string): string[] =>
    (fields.get(tag) ?? []).map(cleanText).filter((value) => value !== '');
  const first = (...tags: string[]): string | undefined => tags.flatMap(all)[0];
  const id = normaliseId(first('PMID'));
  if (id === undefined) return undefined;
  const doi = [...all('LID'), ...all('AID')].map(doiOf).find((value) => value !== undefined);
  const date = normaliseDate(first('DP') ?? '') ?? normaliseDate(first('EDAT', 'CRDT') ?? '');
  const fact = <K extends keyof CitationRecord>(key: K, value: CitationRecord[K]): Partial<CitationRecord> =>
    value === undefined ? {} : { [key]: value };
  const authors = all('AU');
  return {
    id,
    title: first('TI', 'BTI', 'TT', 'VTI') ?? '',
    abstract: all('AB').join(' '),
    mesh: all('MH'),
    ...dateFacts(date),
    ...fact('journal', first('JT')),
    ...fact('journalAbbreviation', first('TA')),
    // AU is the form that [au] searches; FAU names the same people in full.
    authors: [...(authors.length > 0 ? authors : all('FAU')), ...all('CN')],
    affiliations: all('AD'),
    substances: [...new Set([...all('RN').flatMap(substances), ...all('NM')])],
    publicationTypes: all('PT'),
    languages: all('LA'),
    keywords: all('OT').map((keyword) => keyword.replace(/^\*/, '')),
    ...fact('doi', doi),
    ...fact('volume', first('VI')),
    ...fact('issue', first('IP')),
    ...fact('pages', first('PG')),
  };
}

/** `S0140-6736(16)1 [pii] 10.1016/x [doi]` -> `10.1016/x`. */
function doiOf(value: string): string | undefined {
  const match = /(\S+)\s*\[doi\]/i.exec(value);
  return match === null ? undefined : normaliseDoi(match[1] ?? '');
}

/** `R16CO5Y76E (Aspirin)` -> the name and the number; the number 0 means none. */
function substances(value: string): string[] {
  const match = /^(\S+|EC \S+) \((.+)\)$/.exec(value);
  if (match === null) return value === '0' ? [] : [value];
  const [, number = '', name = ''] = match;
  return number === '0' ? [name] : [name, number];
}
