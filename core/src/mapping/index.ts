export { translateTerm } from './translateTerm.ts';
export { translateQuery } from './translateQuery.ts';
export type { Clause, LookUp } from './clause.ts';
export { printClause } from './clause.ts';
export { journalNames } from './journals.ts';
export type { MappingFacts, TermTranslation } from './translation.ts';
export { findHeading, looseName, prepareHeadings } from './findHeading.ts';
export { spellingVariants } from './spelling.ts';
export { pluralForms } from './plural.ts';
