export type { Descriptor, TermCompletion, Thesaurus } from './descriptor.ts';
export { loadThesaurus, loadThesaurusInSteps, serializeThesaurus } from './load.ts';
export type { DescriptorJson, DescriptorRejection } from './load.ts';
export { meshYear, readMesh } from './readMesh.ts';
