// The door for the editor, the commands and evaluation: statements for questions, written by the method and by models, tried on copies.
export { sqlModelWriter } from './modelWriter.ts';
export type { SqlModelOptions } from './modelWriter.ts';
export { SchemaErrors } from './schemaErrors.ts';
export { sqlTrial } from './trial.ts';
export { sqlWriters } from './writers.ts';
