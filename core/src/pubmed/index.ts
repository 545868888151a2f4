export type * from './tree.ts';
export { nodesOf } from './nodes.ts';
export { partsOf } from './parts.ts';
export type { PartRole, QueryPart } from './parts.ts';
export { QueryTooLongError } from './resolved.ts';
export type { ResolvedQuery } from './resolved.ts';
export { fields, findField } from './fieldTable.ts';
export type { Field } from './fieldTable.ts';
export { scanQuery } from './scanner.ts';
export { operatorOf } from './operators.ts';
export { parseQuery } from './parser.ts';
export { moveProblem, parseQueryAgain } from './parseCache.ts';
export { stopwords } from './stopwords.ts';
export { findSubheading, splitHeading, subheadings } from './subheadings.ts';
export type { HeadingText, Subheading } from './subheadings.ts';
export { hasShortStem, MINIMUM_STEM } from './truncation.ts';
export { printQuery, printRange, printTag, printTerm, queryKey } from './printQuery.ts';
export { explainGrouping, impliedGroups } from './explainGrouping.ts';
export { formatQuery } from './formatQuery.ts';
export type { FormatOptions } from './formatQuery.ts';
export { publicationTypes, findPublicationType } from './publicationTypes.ts';
export type { PublicationType } from './publicationTypes.ts';
export { languages, findLanguage } from './languages.ts';
export type { Language } from './languages.ts';
export { filterNames, findFilterName, isPseudoTerm } from './filterNames.ts';
export type { FilterName } from './filterNames.ts';
export { hedges } from './hedges.ts';
export type { Hedge } from './hedges.ts';
export { dateSpan, parseDate } from './dates.ts';
export type { CalendarDate, DateReading } from './dates.ts';
export {
  convertedCharacters,
  htmlEntities,
  isWideBracket,
  lookAlikes,
  meshCharacters,
} from './characters.ts';
