// The door: a service that answers like NCBI's E-utilities and ClinicalTrials.gov, for tests, teaching and training.
export { startEutilsService } from './service.ts';
export type { EutilsService, EutilsServiceOptions } from './options.ts';
