/**
 * The corpus: citation records, the embedded citation index, Boolean evaluation over it.
 *
 * `CitationIndex` keeps three stores of postings with positions: words of title, abstract and keywords; words of all other fields;
 * whole values (headings, authors, journals ...). `evaluate` answers a resolved query with a `DocSet`, a set of document
 * numbers. What relevance feedback and ranking need is on the index: `documentCount`, `documentFrequency`, `docsOfTerm`,
 * `postings` (with frequencies), `documentLength`, `averageDocumentLength`, `termsOf`, `wordsWithPrefix`, `idOf`, `docOf`, `newest`.
 */
export type { CitationDetails, CitationRecord, RecordDay } from './record.ts';
export { CitationIndex } from './citationIndex.ts';
export type { TermPostings, ValueField } from './citationIndex.ts';
export { anyTextZone } from './fields.ts';
export type { WordField } from './fields.ts';
export { fold } from './characters.ts';
export { DocSet } from './docSet.ts';
export { PlaceList } from './postings.ts';
export { IndexFormatError, loadIndex, serializeIndex } from './indexFormat.ts';
export { mostDocuments } from './indexBuilder.ts';
export { updateIndex } from './mergeIndex.ts';
export { evaluate } from './evaluate.ts';
export type { EvaluationResult } from './evaluate.ts';
export { mappedTerm } from './mappedTerms.ts';
export type { EvaluateOptions } from './evaluation.ts';
export { contributions } from './contributions.ts';
export { PartsEvaluation } from './queryParts.ts';
export { Sensitivity } from './sensitivity.ts';
export { facets } from './facets.ts';
export type { FacetOptions, NameValue } from './facets.ts';
export { mostCompared, overlap } from './overlap.ts';
export { valueName } from './valueNames.ts';
export { exportFormats, exportHead, ExportLosses, exportText, recordAddress } from './export/index.ts';
export type { ExportFormat } from './export/index.ts';
export { importCitations } from './import/importCitations.ts';
export { readCsvColumns } from './import/csvColumns.ts';
export type { CsvColumns } from './import/csvColumns.ts';
export { ImportError } from './import/item.ts';
export type { ImportItem } from './import/item.ts';
