// What a document of SQL says of the world, for the editor and the commands alike: which database it asks, read from its file, and which rows it expects.
export { databasesIn } from './besideFolder.ts';
export { databaseTarget } from './databaseTarget.ts';
export type { DatabaseTarget, TargetQuestion } from './databaseTarget.ts';
export { expectationKey, expectationsOf, heldAgainst } from './expectation.ts';
export { expectationPath } from './expectationFile.ts';
export type { LeasedDatabase } from './leasedDatabase.ts';
export { folderOf } from './namedDatabase.ts';
export { readSource } from './readSource.ts';
export type { Source } from './readSource.ts';
export { sourceState } from './sourceState.ts';
export type { SourceState } from './sourceState.ts';
