import { importCitations, ImportError } from '../../corpus/index.ts';
import type { CitationRecord } from '../../corpus/index.ts';
import { PassingFault } from '../retrying.ts';
import { parseAnswer, refuse } from './answers/answer.ts';

/** In which form EFetch is asked for records. XML says the most; MEDLINE text is what people know as .nbib. */
export type RecordFormat = 'xml' | 'medline';

/** EFetch's parameters for a form. */
export const FORMATS: Readonly<Record<RecordFormat, Readonly<Record<string, string>>>> = {
  xml: { retmode: 'xml' },
  medline: { rettype: 'medline', retmode: 'text' },
};

/** EFetch's own form for what went wrong. */
const ERROR = /<eFetchResult\b/i;
/** Importers of citation files read JSON, too; EFetch has no such form. */
const JSON_START = /^\s*[[{]/;

/**
 * Reads an answer of EFetch through the importers of citation files.
 * @returns records by id; ids that PubMed does not hold are absent
 * @throws PassingFault when a record, or the answer, cannot be read: a list that lacks records must not look whole
 */
export async function readEfetch(body: string): Promise<ReadonlyMap<string, CitationRecord>> {
  const records = new Map<string, CitationRecord>();
  if (body.trim() === '') return records;
  if (ERROR.test(body.slice(0, 1000))) refuse(parseAnswer(body), 'did not give the records');
  try {
    if (JSON_START.test(body)) throw new ImportError('wrong-format', 'JSON');
    for await (const item of importCitations([body], "PubMed's answer")) {
      if (item.kind === 'record') records.set(item.record.id, item.record);
      else if (item.kind === 'rejected')
        throw new PassingFault(
          'network',
          `PubMed's answer cannot be read: its line ${item.line} ${item.reason}. Try again later.`,
        );
    }
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    const start = body.replace(/\s+/g, ' ').slice(0, 60);
    throw new PassingFault(
      'network',
      `PubMed answered with something that is no citation: "${start}". Try again later.`,
    );
  }
  return records;
}
