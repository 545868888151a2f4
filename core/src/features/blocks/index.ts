export { blockAt } from './blockAt.ts';
export type { StrategyBlock } from './blockAt.ts';
export { replaceBlock, wholeWith } from './replaceBlock.ts';
export { blockChanges, blockEdits } from './blockEdits.ts';
export type { BlockChange } from './blockEdits.ts';
export type { ProposedBlock } from './align.ts';
