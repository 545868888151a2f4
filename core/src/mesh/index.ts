export type { Descriptor, TermCompletion, Thesaurus } from './descriptor.ts';
export { loadThesaurus, loadThesaurusInSteps, serializeThesaurus } from './load.ts';
export type { DescriptorJson, DescriptorRejection } from './load.ts';
export { naturalName, naturalOrder } from './naturalName.ts';
export { isPublicationType } from './publicationTypes.ts';
export { meshYear, readMesh } from './readMesh.ts';
export { eachDescriptor, perThesaurus } from './perThesaurus.ts';
