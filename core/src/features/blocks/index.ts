export { blockAt } from './blockAt.ts';
export type { StrategyBlock } from './blockAt.ts';
export { blockQuery, joinsBlocks } from './blockQuery.ts';
export { replaceBlock } from './replaceBlock.ts';
export { wholeWith, wholeWithLine } from './wholeWith.ts';
export { blockChanges, blockEdits } from './blockEdits.ts';
export type { BlockChange } from './blockEdits.ts';
export type { ProposedBlock } from './align.ts';
