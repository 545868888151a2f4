export { abbreviationsOf, longFormsOf } from './abbreviations.ts';
export type { Abbreviation } from './abbreviations.ts';
export { catchMissed } from './catchMissed.ts';
export { improve } from './improve.ts';
export { narrow } from './narrow.ts';
export { truncationOf } from './truncation.ts';
export type { Truncation } from './truncation.ts';
export { misspellingsOf, rehyphenated, variantsOf } from './variants.ts';
export type { Variant } from './variants.ts';
