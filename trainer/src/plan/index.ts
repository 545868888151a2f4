// The plan of a training run: one YAML for both engines. The door for the command and for what runs it.
export { parsePlan, readSetting } from './parsePlan.ts';
export type { ParsedPlan, Setting } from './parsePlan.ts';
export { formatProblem } from './problem.ts';
export { readPlan } from './readPlan.ts';
export type { ReadPlan } from './readPlan.ts';
export { planSchema } from './schema.ts';
export type { Plan } from './schema.ts';
export { embeddedConfig } from './embeddedConfig.ts';
export type { EmbeddedConfig } from './embeddedConfig.ts';
export { verlOverrides } from './verlOverrides.ts';
export type { VerlOverride } from './verlOverrides.ts';
export type { VerlPaths, VerlValue } from './semantics/index.ts';
export { estimate } from './estimate/index.ts';
export type { PlanEstimate } from './estimate/index.ts';
export { verlObstacles } from './rules/verl.ts';
export { count as countOf } from './estimate/memory.ts';
export { planJsonSchema } from './jsonSchema.ts';
