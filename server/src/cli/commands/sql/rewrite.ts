import { Command } from 'commander';
import { proposedSql } from '@querent/core/features';
import { judgeSql } from '@querent/core/lint';
import { parseSqlDocument, type SqlDialect } from '@querent/core/sql';
import type { SqlCandidate, SqlMended } from '@querent/core/sqlAssistant';
import type { SqlSchema } from '@querent/core/sqlSchema';
import type { Problem } from '@querent/core/text';
import { ModelError } from '../../../models/index.ts';
import type { TextModel } from '../../../models/index.ts';
import { doubtsIn, openSqlAssistant, SchemaErrors } from '../../../sqlAssistant/index.ts';
import type { SqlAssistant } from '../../../sqlAssistant/index.ts';
import { badInput, EXIT, note } from '../../../terminal/index.ts';
import { interruptible } from '../../interrupt.ts';
import { inTerminal } from '../../io.ts';
import { openModel } from '../../model.ts';
import { atLeastOne } from '../../options.ts';
import { dialectOption, onlySqlite } from '../../sql/dialectOption.ts';
import { printProposals, proposalsJson } from '../../sql/proposalReport.ts';
import { chosenDatabase, openSource } from '../../sql/sqlDatabase.ts';
import type { OpenSource } from '../../sql/sqlDatabase.ts';
import { readSqlFile } from '../../sql/sqlFile.ts';
import type { SqlFile, StatementChoice } from '../../sql/sqlFile.ts';
import { subjectOf } from '../../sql/sqlSubject.ts';
import type { SqlSubject } from '../../sql/sqlSubject.ts';
import { timeoutOption } from '../../sql/timeoutOption.ts';

interface RewriteOptions extends StatementChoice {
  readonly question?: string;
  readonly evidence?: string;
  readonly fix?: boolean;
  readonly database?: string;
  readonly dialect: SqlDialect;
  readonly model?: string;
  readonly limit: number;
  readonly timeout: number;
  readonly json?: boolean;
}

/** `querent sql rewrite`. */
export function rewriteCommand(exit: (code: number) => void): Command {
  return new Command('rewrite')
    .description('Propose SQL for a question, or instead of a broken statement: tried on a copy, best first.')
    .argument('[file]', 'a file of SQL with a question (-- Q: ...) or a statement; - for standard input')
    .option('--question <text>', 'the question, instead of one in the file')
    .option('--evidence <text>', 'what one has to know besides, such as what a code means')
    .option('--line <n>', 'the question or the statement on this line, from 1', atLeastOne)
    .option('--statement <n>', 'number of the statement that is to be mended, from 1', atLeastOne)
    .option('--fix', 'mend the statement, also where a question stands above it')
    .option('--database <file>', 'the SQLite file, instead of the one that the file names (-- database: ...)')
    .option(
      '--model <model>',
      'ask a language model too: a GGUF file, the address of an OpenAI-compatible server, or `checkpoint` for the active one',
    )
    .option('--limit <n>', 'at most so many proposals', atLeastOne, 8)
    .addOption(timeoutOption())
    .addOption(dialectOption())
    .option(
      '--json',
      'print {question, fault, database, proposals: [{sql, origin, votes, answers, explanation, rows, rowCount, ...}], notes}',
    )
    .addHelpText(
      'after',
      `
Every proposal is one statement that reads; it was prepared by SQLite and run on a copy in memory. Statements that gave the same rows are one proposal; votes tells how many of the
answers. Without --model everything is deterministic. Exit code 1 when nothing is proposed, or nothing is to be mended; 3 when the model failed: the method's proposals are printed
all the same.

Examples:
  querent sql rewrite --question 'How many albums has each artist?' --database shop.sqlite
  querent sql rewrite queries.sql --line 12                   # the question or the broken statement on this line
  querent sql rewrite queries.sql --statement 3 --model model.gguf --json`,
    )
    .action(async (file: string | undefined, options: RewriteOptions) => {
      const sqlFile = file === undefined ? undefined : await readSqlFile(file);
      const subject = subjectFrom(sqlFile, options);
      if (sqlFile !== undefined) onlySqlite(sqlFile, options.dialect);
      else if (options.dialect !== 'sqlite') throw badInput('Statements are written for SQLite only.');
      const chosen = await chosenDatabase(sqlFile, options.database);
      // First, since a checkpoint that is not there is told before a database is read; nothing of it is loaded yet.
      const model = options.model === undefined ? undefined : await openModel(options.model);
      try {
        const source = await openSource(chosen, { timeMs: options.timeout * 1_000 });
        try {
          await interruptible(async ({ signal }) => {
            let isModelDown = false;
            const text = model === undefined ? undefined : watched(model.text, () => (isModelDown = true));
            const assistant = await openSqlAssistant(text, {}, signal);
            try {
              const proposed = await propose(subject, assistant, source, sqlFile, signal).finally(() =>
                onStage(''),
              );
              const report = {
                candidates: laidOut(proposed.candidates.slice(0, options.limit), subject, sqlFile),
                ...{ fault: proposed.fault, question: subject.question },
                ...{ notes: proposed.notes.map(inTerminal), database: source.path, schema: source.schema },
              };
              if (options.json === true) process.stdout.write(`${proposalsJson(report)}\n`);
              else printProposals(report);
              if (subject.kind === 'fix' && proposed.fault === undefined)
                note(
                  'There is nothing to mend: SQLite takes this statement and runs it, and no rule doubts it.',
                );
              if (isModelDown || assistant.notes.length > 0) exit(EXIT.engineFailed);
              else if (report.candidates.length === 0) exit(EXIT.findings);
            } finally {
              assistant.close();
            }
          });
        } finally {
          await source.close();
        }
      } finally {
        await model?.close();
      }
    });
}

function subjectFrom(sqlFile: SqlFile | undefined, options: RewriteOptions): SqlSubject {
  const question = options.question?.trim();
  if (question !== undefined && question !== '')
    return { kind: 'write', question, evidence: options.evidence };
  if (sqlFile === undefined)
    throw badInput('There is nothing to start from: give --question, or a file with a question or a statement.');
  const subject = subjectOf(sqlFile, options, options.fix === true);
  return options.evidence === undefined ? subject : { ...subject, evidence: options.evidence };
} // prettier-ignore

async function propose(
  subject: SqlSubject,
  assistant: SqlAssistant,
  source: OpenSource,
  sqlFile: SqlFile | undefined,
  signal: AbortSignal,
): Promise<SqlMended> {
  const { question, evidence } = subject;
  if (subject.kind === 'write')
    return { ...(await assistant.propose(source, { question: subject.question, evidence }, { signal, onStage })), fault: undefined };
  const { statement } = subject;
  const doubts = sqlFile === undefined ? [] : doubtsIn(await problemsOf(sqlFile, source.schema), statement);
  return assistant.mend(source, { sql: statement.text, question, evidence, doubts }, { signal, onStage });
} // prettier-ignore

/** As the editor would put them into the file. */
function laidOut(
  candidates: readonly SqlCandidate[],
  subject: SqlSubject,
  sqlFile: SqlFile | undefined,
): readonly SqlCandidate[] {
  const document = sqlFile?.document ?? parseSqlDocument('');
  const replaced = subject.kind === 'fix' ? subject.statement : undefined;
  return candidates.map((each) => ({ ...each, sql: proposedSql(each.sql, document, replaced) }));
}

/** What is being done, on a line that is written over; nothing where nobody looks. */
function onStage(stage: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${stage}`);
}

/** What is wrong or doubtful in a file. */
async function problemsOf({ document }: SqlFile, schema: SqlSchema): Promise<readonly Problem[]> {
  const errors = new SchemaErrors();
  try {
    await errors.load();
    return judgeSql(document, { schema, errors: errors.of({ parsed: document }, schema) });
  } finally {
    errors.dispose();
  }
}

/** A model that is heard when it cannot be asked at all: the method's statements survive it, and the exit code tells. */
function watched(model: TextModel, failed: () => void): TextModel {
  const heard = async <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((error: unknown) => {
      // A prompt that is too long is asked again with less in it.
      if (!(error instanceof ModelError && error.code === 'too-long')) failed();
      throw error;
    });
  return {
    describe: (...params) => heard(model.describe(...params)),
    generate: (...params) => heard(model.generate(...params)),
    generateMany: async (...params) => {
      const results = await heard(model.generateMany(...params));
      if (results.every(({ generation }) => generation === undefined)) failed();
      return results;
    },
  };
}
