export type { Descriptor, Thesaurus } from './descriptor.ts';
