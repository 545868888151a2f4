export { abbreviationsOf, longFormsOf } from './abbreviations.ts';
export type { Abbreviation } from './abbreviations.ts';
export { catchMissed } from './catchMissed.ts';
export { truncationOf } from './truncation.ts';
export type { Truncation } from './truncation.ts';
export { narrow } from './narrow.ts';
