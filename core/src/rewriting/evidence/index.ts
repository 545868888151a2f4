export { evidenceOf } from './evidence.ts';
export type { BlockEvidence, EvidenceOptions, TermEvidence } from './evidence.ts';
export { missedSeeds } from './missedSeeds.ts';
export type { MissedSeed, MissedSeedOptions } from './missedSeeds.ts';
