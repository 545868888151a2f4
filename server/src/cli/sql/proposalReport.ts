import { basename } from 'node:path';
import { parseSqlDocument } from '@querent/core/sql';
import { explainStatement } from '@querent/core/sqlAssistant';
import type { SqlCandidate, SqlProposals } from '@querent/core/sqlAssistant';
import type { SqlPreview, SqlSchema } from '@querent/core/sqlSchema';
import { formatCount } from '@querent/core/text';
import { note, print } from '../../terminal/index.ts';
import { cellJson, tableLines } from './cells.ts';

/** Rows of each proposal that people are shown. */
const shownRows = 5;
/** Rows of each proposal that programs are given. */
const jsonRows = 20;

/** What was proposed, for what, in which database. */
export interface ProposalReport extends SqlProposals {
  readonly question: string | undefined;
  /** What is wrong with the statement that was to be mended; undefined where one was to be written. */
  readonly fault: string | undefined;
  readonly database: string;
  readonly schema: SqlSchema;
}

/** What `querent sql rewrite --json` prints. */
export function proposalsJson({ question, fault, database, schema, candidates, notes }: ProposalReport): string {
  const proposals = candidates.map((candidate) => candidateJson(candidate, schema)).join(',');
  const head = JSON.stringify({ question: question ?? null, fault: fault ?? null, database });
  return `${head.slice(0, -1)},"proposals":[${proposals}],"notes":${JSON.stringify(notes)}}`;
} // prettier-ignore

/** By hand, since `JSON.stringify` has no integers beyond 2^53. */
function candidateJson({ sql, source, votes, answers, mended, result }: SqlCandidate, schema: SqlSchema): string {
  const head = { sql, origin: originOf(source), votes, answers, explanation: explained(sql, schema), mended };
  const isRows = result.kind === 'rows';
  const tail = isRows
    ? { rowCount: result.total, isCounted: result.isCounted, seconds: Math.round(result.ms * 10) / 10_000, error: null }
    : { rowCount: null, isCounted: false, seconds: null, error: failure(result) };
  const rows = isRows ? result.rows.slice(0, jsonRows).map((row) => `[${row.map(cellJson).join(',')}]`) : [];
  const columns = JSON.stringify(isRows ? result.columns : []);
  return `${JSON.stringify(head).slice(0, -1)},"columns":${columns},"rows":[${rows.join(',')}],${JSON.stringify(tail).slice(1)}`;
} // prettier-ignore

/** Proposals for people, the best first. */
export function printProposals({ fault, database, schema, candidates, notes }: ProposalReport): void {
  if (fault !== undefined) note(`What is wrong: ${fault}`);
  candidates.forEach(({ sql, source, votes, answers, mended, result }, i) => {
    const agree = answers > 1 ? `, ${votes} of ${answers} answers agree` : '';
    print(`${i > 0 ? '\n' : ''}${i + 1}. ${originOf(source)}${agree}: ${found(result)}`, '', sql, '');
    const words = [explained(sql, schema), ...mended.map((change) => `Corrected: ${change}.`)];
    print(words.filter((line) => line !== '').join(' '));
    if (result.kind === 'rows' && result.rows.length > 0)
      print('', ...tableLines(result.columns, result.rows.slice(0, shownRows)).map((line) => `   ${line}`));
  });
  if (candidates.length > 0) note(`run in ${basename(database)}`);
  notes.forEach(note);
}

function found(result: SqlPreview): string {
  if (result.kind !== 'rows') return failure(result);
  const { total, isCounted } = result;
  return `${isCounted ? '' : 'at least '}${formatCount(total)} ${total === 1 ? 'row' : 'rows'}`;
}

function failure(result: Exclude<SqlPreview, { kind: 'rows' }>): string {
  return result.kind === 'timeout' ? `stopped after ${result.ms / 1_000} s` : result.message;
}

function originOf(source: SqlCandidate['source']): 'method' | 'model' {
  return source === 'model' ? 'model' : 'method';
}

function explained(sql: string, schema: SqlSchema): string {
  const [statement] = parseSqlDocument(sql).statements;
  return statement === undefined ? '' : explainStatement(statement, schema).summary;
}
