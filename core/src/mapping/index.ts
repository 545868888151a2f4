export { translateTerm } from './translateTerm.ts';
export { translateQuery } from './translateQuery.ts';
export type { MappingFacts, TermTranslation } from './translation.ts';
export { findHeading } from './subjects.ts';
export { spellingVariants } from './spelling.ts';
export { pluralForms } from './plural.ts';
