import type { CitationRecord } from '../record.ts';
import { csvHead, csvText } from './csv.ts';
import { medlineText } from './medline.ts';
import { risText } from './ris.ts';

export { ExportLosses } from './losses.ts';
export { recordAddress } from './source.ts';

/** The citation formats that are written: PubMed's own (MEDLINE tagged text), RIS, and a table. */
export type ExportFormat = 'nbib' | 'ris' | 'csv';

/** All of them. */
export const exportFormats: readonly ExportFormat[] = ['nbib', 'ris', 'csv'];

/** What a file of the format begins with; empty where the first record is the beginning. */
export function exportHead(format: ExportFormat): string {
  return format === 'csv' ? csvHead : '';
}

/** One record as it stands in a file of the format, with the line end behind it; files are these, one after another. */
export function exportText(record: CitationRecord, format: ExportFormat): string {
  switch (format) {
    case 'nbib':
      return medlineText(record);
    case 'ris':
      return risText(record);
    case 'csv':
      return csvText(record);
  }
}
