export { evidenceOf } from './evidence.ts';
export type { EvidenceOptions } from './evidence.ts';
export { missedSeeds } from './missedSeeds.ts';
export type { MissedSeed, MissedSeedOptions } from './missedSeeds.ts';
