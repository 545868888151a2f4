export { spellingVariants } from './spelling.ts';
export { pluralForms } from './plural.ts';
