import { parseSqlDocument } from '../../sql/index.ts';
import type { SqlDocument, SqlStatement } from '../../sql/index.ts';
import { applyEdits } from '../../text/index.ts';
import { sqlFormatting } from './formatting.ts';
import { inKeywordCase, keywordCaseOf } from './keywordCase.ts';

/** Characters of a line from which a statement is laid out on several. */
const longestLine = 80;

/**
 * A statement that somebody proposes, as it stands in a document: its keywords in the case of the document's, laid out where a line of it is long. In
 * the place of another one that was on several lines already, nobody's layout is touched, so that only what is proposed changes.
 * @param written one statement, without `;`
 * @param replaced the statement in whose place it goes when it corrects one
 */
export function proposedSql(written: string, document: SqlDocument, replaced?: SqlStatement): string {
  const alone = parseSqlDocument(written);
  const [statement, ...others] = alone.statements;
  if (statement === undefined || others.length > 0) return written;
  const isShort = written.split(/\r?\n/u).every((line) => line.length <= longestLine);
  const letterCase = keywordCaseOf(document);
  if (replaced !== undefined && (isShort || (hasLines(replaced.text) && hasLines(written)))) return written;
  if (!isShort) return applyEdits(written, sqlFormatting(alone, undefined, { letterCase }));
  return applyEdits(written, [{ range: statement, newText: inKeywordCase(statement, letterCase) }]);
}

function hasLines(text: string): boolean {
  return text.trim().includes('\n');
}
