export { evidenceOf } from './evidence.ts';
export type { BlockEvidence, EvidenceOptions, TermEvidence } from './evidence.ts';
