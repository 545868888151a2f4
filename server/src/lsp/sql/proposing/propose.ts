import { proposedSql } from '@querent/core/features';
import { explainStatement, questionAt } from '@querent/core/sqlAssistant';
import type { DocumentQuestion, SqlCandidate } from '@querent/core/sqlAssistant';
import { parseSqlDocument, type SqlDirective } from '@querent/core/sql';
import type { TextEdit } from '@querent/core/text';
import type { WirePosition } from '../../../protocol.ts';
import { doubtsIn } from '../../../sqlAssistant/doubts.ts';
import type { SqlAssistant } from '../../../sqlAssistant/index.ts';
import type { SqlProposal, SqlProposeResult } from '../../../sqlProtocol.ts';
import { UserFacingError } from '../../runSafe.ts';
import { lspEdits, offsetOf, type Services } from '../../services.ts';
import { expectationsOf, heldAgainst } from '../../../sqlDocuments/index.ts';
import type { OpenSqlDocument } from '../openSqlDocument.ts';
import { sqlStatement } from '../subject.ts';
import { wirePreview } from '../wireRows.ts';
import { answered, atDesk, type Desk, type ProposingWatch } from './desk.ts';
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
  const answer = async (
    { place, about }: Desk,
    assistant: SqlAssistant,
    before: readonly string[],
  ): Promise<SqlProposeResult> => {
    const { candidates, notes } = await assistant.propose(place, { question, evidence }, watch);
    return {
      question,
      database: about,
      proposals: await proposalsOf(
        services,
        document,
        {
          ...{ place, candidates, expected: expectedBeside(document, asked) },
          lay: (sql) => proposedSql(sql, document.parsed),
          editsFor: (sql) => answerEdits(document.text, asked, sql),
        },
        watch,
      ),
      notes: [...before, ...notes],
    };
  };
  return atDesk(services, document, watch, (desk) =>
    answered(desk, watch, (assistant, notes) => answer(desk, assistant, notes)),
  );
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
  const answer = async (
    { place, about }: Desk,
    assistant: SqlAssistant,
    before: readonly string[],
  ): Promise<SqlProposeResult> => {
    const { fault, candidates, notes } = await assistant.mend(
      place,
      {
        sql: statement.text,
        question: asked?.question,
        evidence: asked?.evidence,
        doubts: doubtsIn(services.sql.problems.of(document), statement),
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
      proposals: await proposalsOf(
        services,
        document,
        {
          ...{ place, candidates, expected: expectationsOf(document, statement) },
          lay: (sql) => proposedSql(sql, document.parsed, statement),
          editsFor: (sql) => replacing(document.text, statement, sql),
        },
        watch,
      ),
      notes: [`What is wrong: ${fault}`, ...before, ...notes],
    };
  };
  return atDesk(services, document, watch, (desk) =>
    answered(desk, watch, (assistant, notes) => answer(desk, assistant, notes)),
  );
}

/** What proposals are made of. */
interface Found {
  readonly place: Desk['place'];
  readonly candidates: readonly SqlCandidate[];
  /** What the document expects of them. */
  readonly expected: readonly SqlDirective[];
  /** A statement as it stands in the document. */
  readonly lay: (sql: string) => string;
  readonly editsFor: (sql: string) => readonly TextEdit[];
}

/** In the order of the candidates, but what gives the expected rows first, then what comes nearest to them: a person has said what is right. */
async function proposalsOf(
  services: Services,
  document: OpenSqlDocument,
  { place, candidates, expected, lay, editsFor }: Found,
  { signal, onStage }: ProposingWatch,
): Promise<readonly SqlProposal[]> {
  const { schema, database } = place;
  const { previewRows } = services.settings().sql;
  const proposals: SqlProposal[] = [];
  if (expected.length > 0) onStage('comparing with what is expected');
  for (const { sql, source, votes, answers, result, mended } of candidates.slice(0, mostProposals)) {
    const [statement] = parseSqlDocument(sql).statements;
    const words = statement === undefined ? '' : explainStatement(statement, schema).summary;
    const changes = mended.length === 0 ? '' : ` Corrected: ${mended.join('; ')}.`;
    const shown = result.kind === 'rows' ? { ...result, rows: result.rows.slice(0, previewRows) } : result;
    const expectation =
      result.kind === 'rows' && database !== undefined
        ? await heldAgainst(services, document, expected, { sql, preview: result, database }, signal)
        : undefined;
    signal.throwIfAborted();
    const laid = lay(sql);
    proposals.push({
      sql: laid,
      source,
      votes,
      answers,
      explanation: `${words}${changes}`.trim(),
      result: wirePreview(shown),
      ...(expectation === undefined ? {} : { expectation }),
      edit: { version: document.version, edits: lspEdits(document, editsFor(laid)) },
    });
  }
  return proposals.sort((a, b) => nearness(b) - nearness(a));
}

function nearness({ expectation }: SqlProposal): number {
  if (expectation?.kind !== 'compared') return 0;
  return expectation.isMatch ? 2 : expectation.recall * expectation.precision;
}

/** What is expected of an answer: in the comments of its question, or of the statement that is there. */
function expectedBeside(
  document: OpenSqlDocument,
  { comments, statement }: DocumentQuestion,
): readonly SqlDirective[] {
  const own = document.parsed.directives.filter(
    ({ kind, range }) => kind === 'expect' && range.start >= comments.start && range.end <= comments.end,
  );
  return own.length > 0 || statement === undefined ? own : expectationsOf(document, statement);
}
