import type { SqlStatement } from '@querent/core/sql';
import { questionAt, questionsOf } from '@querent/core/sqlAssistant';
import { LineIndex } from '@querent/core/text';
import { badInput } from '../../terminal/index.ts';
import { chosenStatement, offsetOfLine } from './sqlFile.ts';
import type { SqlFile, StatementChoice } from './sqlFile.ts';

/** What statements are proposed for. */
export type SqlSubject =
  /** Statements that answer a question. */
  | { readonly kind: 'write'; readonly question: string; readonly evidence: string | undefined }
  /** Statements that mend one; with the question that it answers, where that is written above it. */
  | {
      readonly kind: 'fix';
      readonly statement: SqlStatement;
      readonly question: string | undefined;
      readonly evidence: string | undefined;
    };

/**
 * What is meant in a file: the question on a line, else the statement there; without a line the only question, or where there is none, the only statement.
 * @param fix a statement is meant, whether a question stands above it or not
 * @throws CliError where it is not clear
 */
export function subjectOf(sqlFile: SqlFile, choice: StatementChoice, fix: boolean): SqlSubject {
  const { document, name } = sqlFile;
  if (fix || choice.statement !== undefined) return mending(sqlFile, chosenStatement(sqlFile, choice));
  if (choice.line !== undefined) {
    const asked = questionAt(document, offsetOfLine(sqlFile, choice.line));
    if (asked !== undefined) return { kind: 'write', question: asked.question, evidence: asked.evidence };
    return mending(sqlFile, chosenStatement(sqlFile, choice));
  }
  const [only, ...others] = questionsOf(document);
  if (only === undefined) return mending(sqlFile, chosenStatement(sqlFile, choice));
  if (others.length === 0) return { kind: 'write', question: only.question, evidence: only.evidence };
  const index = new LineIndex(document.text);
  const lines = [only, ...others].map(({ comments }) => index.positionAt(comments.start).line + 1);
  throw badInput(
    `${name} holds ${lines.length} questions, on the lines ${lines.join(', ')}. Say which is meant with --line N.`,
  );
}

function mending({ document }: SqlFile, statement: SqlStatement): SqlSubject {
  const asked = questionAt(document, statement.start);
  return { kind: 'fix', statement, question: asked?.question, evidence: asked?.evidence };
}
