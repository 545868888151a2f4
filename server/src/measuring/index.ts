export { documentQuery } from './documentQuery.ts';
export { isNetworkPath } from './engineTarget.ts';
export { EngineRegistry } from './engineRegistry.ts';
export type { EngineOpeners, EngineState, OpenableTarget } from './engineRegistry.ts';
export { StrategyInsights } from './strategyInsights.ts';
export { StrategyMeasuring } from './strategyMeasuring.ts';
export type { RunProgress, StrategyRun } from './strategyMeasuring.ts';
