export { answerStore } from './answerStore.ts';
export type { AnswerStore, AnswerStoreOptions } from './answerStore.ts';
export { machineGate } from './machineGate.ts';
export type { MachineGateOptions } from './machineGate.ts';
export { askAgain, rememberedEngine } from './rememberedEngine.ts';
export type { AsksAgain, RememberOptions } from './rememberedEngine.ts';
export { countHistory, countSteps, previousCount } from './countHistory.ts';
export type { CountHistory, CountRecord, CountStep } from './countHistory.ts';
export { seedRecordStore } from './seedRecords.ts';
