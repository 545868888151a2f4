// The engine of the house: one process of Python with torch, on one GPU or none.
export { trainEmbedded } from './launch.ts';
export type { EngineEvent, TrainingEnd } from './launch.ts';
export { followRows } from './readMetrics.ts';
export type { MetricsRow } from './readMetrics.ts';
