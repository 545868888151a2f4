export type { CitationRecord } from './record.ts';
export { importCitations } from './import/importCitations.ts';
export { ImportError } from './import/item.ts';
export type { ImportItem } from './import/item.ts';
