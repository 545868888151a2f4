import { readingStatement } from '../../sql/index.ts';
import { applyEdits } from '../../text/index.ts';
import type { Fix } from '../../text/index.ts';
import { changeInWords, essence, mendSurely } from './admit.ts';
import { written } from './propose.ts';
import { Trying } from './trying.ts';
import type { ProposingOptions, SqlAsked, SqlProposals, SqlTrial, SqlWriter } from './types.ts';

/** Texts that are looked at on the way from a broken statement to whole ones, corrections on the way, and whole ones that are kept. */
const mostLookedAt = 60;
const mostSteps = 5;
const mostKept = 6;

export interface SqlMending extends SqlAsked {
  /** One statement, with or without its `;`. */
  readonly sql: string;
  /** Corrections of what is doubtful in it though it can be prepared; offsets in `sql`. */
  readonly doubts?: readonly SqlDoubt[] | undefined;
}

/** What may be wrong in a statement that can be prepared, and what would put it right. */
export interface SqlDoubt {
  readonly message: string;
  readonly fixes: readonly Fix[];
}

export interface SqlMended extends SqlProposals {
  /** What is wrong with it, in one sentence; undefined where nothing is. */
  readonly fault: string | undefined;
}

/**
 * Statements that mend one: first by the engine's corrections, every combination of a few that can be prepared; then by the writers that can be told of an
 * error. Nothing for a statement that is whole and that nobody doubts.
 * @throws what the trial throws
 */
export async function mendSql(
  asked: SqlMending,
  writers: readonly SqlWriter[],
  trial: SqlTrial,
  { signal, onStage }: ProposingOptions = {},
): Promise<SqlMended> {
  const sql = asked.sql.replace(/[\s;]+$/u, '');
  const trying = new Trying(trial);
  const fault = await faultOf(sql, asked, trial, signal);
  if (fault === undefined) return { candidates: [], notes: [], fault };
  const own = corrected(sql, asked.doubts ?? [], trial);
  // The surest first, and so it stays where results differ.
  own.forEach(({ text, titles }, i) => trying.add(text, 'deterministic', titles, 1 / (i + 1)));
  signal?.throwIfAborted();
  // A statement that writes is mended by the engine only: nobody else's statement would be run or could be trusted.
  const reading = readingStatement(sql);
  if ('statement' in reading || reading.code === 'syntax') {
    onStage?.('writing');
    await Promise.all(
      writers.map(async (writer) => {
        const { mend } = writer;
        if (mend === undefined) return;
        const answers = await written(() => mend(asked, { sql, message: fault }, signal), signal);
        const changed = answers.statements.filter((each) => essence(each) !== essence(sql));
        const failed = trying.take(writer, { statements: changed, notes: answers.notes });
        trying.give(failed, writer.source);
      }),
    );
    signal?.throwIfAborted();
  }
  onStage?.('running');
  const candidates = await trying.ranked(signal);
  if (candidates.length === 0) trying.note('No correction was found that can be run.');
  return { candidates, notes: trying.notes, fault };
}

/** What is wrong with a statement: the engine's first objection, what running it says, or the first doubt. */
async function faultOf(
  sql: string,
  { doubts = [] }: SqlMending,
  trial: SqlTrial,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const [problem] = trial.check(sql);
  if (problem !== undefined) return problem.message;
  const reading = readingStatement(sql);
  if ('statement' in reading) {
    const result = await trial.preview(reading.statement, signal);
    if (result.kind === 'timeout') return `It was stopped after ${result.ms / 1000} s.`;
    if (result.kind === 'error' && result.code !== 'refused') return result.message;
  }
  return doubts[0]?.message;
}

interface Corrected {
  readonly text: string;
  readonly titles: readonly string[];
}

/** Statements that can be prepared, by few corrections of the one that cannot; the preferred ones first. */
function corrected(sql: string, doubts: readonly SqlDoubt[], trial: SqlTrial): readonly Corrected[] {
  const problems = trial.check(sql);
  const whole: Corrected[] = [];
  const seen = new Set<string>([sql]);
  const keep = (each: Corrected): void => {
    if (whole.length < mostKept && !whole.some(({ text }) => text === each.text)) whole.push(each);
  };
  if (problems.length === 0) {
    for (const { fixes } of doubts)
      for (const fix of fixes) {
        const text = applyEdits(sql, fix.edits);
        if (text !== sql && trial.check(text).length === 0) keep({ text, titles: [changeInWords(sql, fix)] });
      }
    return whole;
  }
  const sure = mendSurely(sql, trial);
  if (sure.problems.length === 0) keep({ text: sure.sql, titles: sure.titles });
  let open: readonly Corrected[] = [{ text: sql, titles: [] }];
  for (let step = 0; step < mostSteps && open.length > 0 && seen.size < mostLookedAt; step++) {
    const next: Corrected[] = [];
    for (const { text, titles } of open) {
      const [problem] = trial.check(text);
      for (const fix of problem?.fixes ?? []) {
        const changed = applyEdits(text, fix.edits);
        if (seen.has(changed) || seen.size >= mostLookedAt) continue;
        seen.add(changed);
        const each = { text: changed, titles: [...titles, changeInWords(text, fix)] };
        if (trial.check(changed).length === 0) keep(each);
        else next.push(each);
      }
    }
    open = next;
  }
  return whole;
}
