export { EngineRegistry } from './engineRegistry.ts';
export type { EngineOpeners, EngineState, OpenableTarget } from './engineRegistry.ts';
export { directoryOf, StrategyMeasuring } from './strategyMeasuring.ts';
export type { MeasuredDocument } from './strategyMeasuring.ts';
