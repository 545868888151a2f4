import { explainStatement, questionAt } from '@querent/core/sqlAssistant';
import type { SqlCandidate, SqlDoubt } from '@querent/core/sqlAssistant';
import { parseSqlDocument, type SqlStatement } from '@querent/core/sql';
import type { SqlSchema } from '@querent/core/sqlSchema';
import type { TextEdit } from '@querent/core/text';
import type { WirePosition } from '../../../protocol.ts';
import type { SqlProposal, SqlProposeResult } from '../../../sqlProtocol.ts';
import { UserFacingError } from '../../runSafe.ts';
import { lspEdits, offsetOf, type Services } from '../../services.ts';
import type { OpenSqlDocument } from '../openSqlDocument.ts';
import { sqlStatement } from '../subject.ts';
import { wirePreview } from '../wireRows.ts';
import { atDesk, type ProposingWatch } from './desk.ts';
import { answerEdits, replacing } from './placing.ts';

/** Proposals that are shown; a person looks at the first few. */
const mostProposals = 8;

/**
 * Statements that answer the question at a position.
 * @throws UserFacingError where there is no question, or no database; SearchError as the database does
 */
export async function writtenStatements(
  services: Services,
  document: OpenSqlDocument,
  position: WirePosition,
  watch: ProposingWatch,
): Promise<SqlProposeResult> {
  const offset = offsetOf(document, position ?? { line: 0, character: 0 });
  const asked = questionAt(document.parsed, offset);
  if (asked === undefined)
    throw new UserFacingError(
      `Line ${document.lines.positionAt(offset).line + 1}: there is no question here. Write one as a comment, such as: -- Q: How many customers are there?`,
    );
  const { question, evidence } = asked;
  return atDesk(services, document, watch, async ({ assistant, place, about, notes: before }) => {
    const { candidates, notes } = await assistant.propose(place, { question, evidence }, watch);
    return {
      question,
      database: about,
      proposals: proposalsOf(services, document, place.schema, candidates, (sql) =>
        answerEdits(document.text, asked, sql),
      ),
      notes: [...before, ...notes],
    };
  });
}

/**
 * Statements that mend the one at a position.
 * @throws UserFacingError where there is no statement or no database, or nothing is wrong; SearchError as the database does
 */
export async function fixedStatements(
  services: Services,
  document: OpenSqlDocument,
  position: WirePosition,
  watch: ProposingWatch,
): Promise<SqlProposeResult> {
  const statement = sqlStatement(document, position);
  const asked = questionAt(document.parsed, statement.start);
  return atDesk(services, document, watch, async ({ assistant, place, about, notes: before }) => {
    const { fault, candidates, notes } = await assistant.mend(
      place,
      {
        sql: statement.text,
        question: asked?.question,
        evidence: asked?.evidence,
        doubts: doubtsOf(services, document, statement),
      },
      watch,
    );
    if (fault === undefined)
      throw new UserFacingError(
        'There is nothing to mend: the database takes this statement and runs it, and no rule doubts it.',
      );
    return {
      ...(asked === undefined ? {} : { question: asked.question }),
      database: about,
      proposals: proposalsOf(services, document, place.schema, candidates, (sql) =>
        replacing(statement, sql),
      ),
      notes: [`What is wrong: ${fault}`, ...before, ...notes],
    };
  });
}

function proposalsOf(
  services: Services,
  document: OpenSqlDocument,
  schema: SqlSchema,
  candidates: readonly SqlCandidate[],
  editsFor: (sql: string) => readonly TextEdit[],
): readonly SqlProposal[] {
  const { previewRows } = services.settings().sql;
  return candidates.slice(0, mostProposals).map(({ sql, source, votes, answers, result, mended }) => {
    const [statement] = parseSqlDocument(sql).statements;
    const words = statement === undefined ? '' : explainStatement(statement, schema).summary;
    const changes = mended.length === 0 ? '' : ` Corrected: ${mended.join('; ')}.`;
    const shown = result.kind === 'rows' ? { ...result, rows: result.rows.slice(0, previewRows) } : result;
    return {
      sql,
      source,
      votes,
      answers,
      explanation: `${words}${changes}`.trim(),
      result: wirePreview(shown),
      edit: { version: document.version, edits: lspEdits(document, editsFor(sql)) },
    };
  });
}

/** What rules doubt in a statement, where they know a correction; offsets in the statement. */
function doubtsOf(
  services: Services,
  document: OpenSqlDocument,
  { start, end }: SqlStatement,
): readonly SqlDoubt[] {
  const inside = ({ range }: { readonly range: { readonly start: number; readonly end: number } }): boolean =>
    range.start >= start && range.end <= end;
  const moved = ({ range, newText }: TextEdit): TextEdit => ({
    range: { start: range.start - start, end: range.end - start },
    newText,
  });
  return services.sql.problems
    .of(document)
    .filter((problem) => problem.severity !== 'error' && inside(problem))
    .flatMap(({ message, fixes = [] }) => {
      const own = fixes.filter(({ edits }) => edits.every(inside));
      return own.length === 0
        ? []
        : [{ message, fixes: own.map((fix) => ({ ...fix, edits: fix.edits.map(moved) })) }];
    });
}
