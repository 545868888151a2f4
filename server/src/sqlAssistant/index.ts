// The door for the editor, the commands and evaluation: statements for questions, written by the method and by models, tried on copies.
export { openSqlAssistant } from './assistant.ts';
export type { SqlAssistant } from './assistant.ts';
export { doubtsIn } from './doubts.ts';
export { SchemaErrors } from './schemaErrors.ts';
