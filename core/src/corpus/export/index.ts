/** The citation formats that are written: PubMed's own (MEDLINE tagged text), RIS, and a table. */
export type ExportFormat = 'nbib' | 'ris' | 'csv';
