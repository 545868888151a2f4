export { contains, range, touches } from './range.ts';
export type { Position, Range } from './range.ts';
export { LineIndex } from './lineIndex.ts';
export { applyEdits } from './edit.ts';
export type { TextEdit } from './edit.ts';
export { editDistance } from './editDistance.ts';
export { TextMemory, detached } from './textMemory.ts';
export { fix } from './problem.ts';
export type { Fix, Problem, Severity } from './problem.ts';
