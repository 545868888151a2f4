import type { SqlStatement } from './documentTypes.ts';
import { meaningful } from './scanner.ts';
import type { SqlToken } from './scanner.ts';

/** A parameter without a value, and a sentence for people. */
export interface UnboundParameter {
  readonly token: SqlToken;
  readonly message: string;
}

/** The first parameter of a statement. The database would take it for NULL, and most likely give no rows: such a statement is not run. */
export function unboundParameter(statement: SqlStatement): UnboundParameter | undefined {
  const token = meaningful(statement.tokens).find(({ kind }) => kind === 'variable');
  return token === undefined
    ? undefined
    : {
        token,
        message: `${token.text} is a parameter, which has no value here. Write a value in its place to run the statement.`,
      };
}
