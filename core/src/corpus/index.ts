export type { CitationRecord } from './record.ts';
