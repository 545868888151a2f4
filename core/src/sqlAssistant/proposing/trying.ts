import type { SqlPreview } from '../../sqlSchema/index.ts';
import { admit, essence } from './admit.ts';
import { grouped } from './groups.ts';
import type { Tried } from './groups.ts';
import type { SqlCandidate, SqlFailed, SqlSource, SqlTrial, SqlWriter, SqlWritten } from './types.ts';

/** Notes about one writer's answers that cannot be used, at most. */
const mostNotes = 4;
const longestShown = 120;

interface Entry {
  readonly sql: string;
  readonly source: SqlSource;
  readonly mended: readonly string[];
  votes: number;
  weight: number;
}

/** Statements as they come in from writers: admitted once each, counted, then run and grouped. */
export class Trying {
  readonly #trial: SqlTrial;
  readonly #entries = new Map<string, Entry>();
  readonly #notes: string[] = [];
  #answers = 0;

  constructor(trial: SqlTrial) {
    this.#trial = trial;
  }

  get notes(): readonly string[] {
    return this.#notes;
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  note(...sentences: readonly string[]): void {
    for (const sentence of sentences) if (!this.#notes.includes(sentence)) this.#notes.push(sentence);
  }

  /**
   * Takes what a writer wrote. What may not be run is noted and forgotten.
   * @param isSecond whether these stand for answers that were counted before
   * @returns what the engine does not take, each once
   */
  take(
    { source, weight }: SqlWriter,
    { statements, isRanked = false, notes }: SqlWritten,
    isSecond = false,
  ): readonly SqlFailed[] {
    this.note(...notes);
    const failed = new Map<string, SqlFailed>();
    const refusals: string[] = [];
    if (!isSecond) this.#answers += statements.length;
    for (const [i, written] of statements.entries()) {
      const admission = admit(written, this.#trial);
      if (admission.kind === 'admitted')
        this.add(admission.sql, source, admission.mended, isRanked ? weight / (i + 1) : weight);
      else if (admission.kind === 'broken') failed.set(essence(admission.sql), admission);
      else refusals.push(`${whose(source)} ${shown(written)} was refused: ${admission.message}`);
    }
    this.note(...[...new Set(refusals)].slice(0, mostNotes));
    return [...failed.values()];
  }

  /** Takes a statement that is known to be prepared, for one answer. */
  add(sql: string, source: SqlSource, mended: readonly string[] = [], weight = 1): void {
    const key = essence(sql);
    const known = this.#entries.get(key);
    if (known === undefined) this.#entries.set(key, { sql, source, mended, votes: 1, weight });
    else {
      known.votes++;
      known.weight += weight;
    }
  }

  /** Notes what was left broken in the end. */
  give(up: readonly SqlFailed[], source: SqlSource): void {
    this.note(...up.slice(0, mostNotes).map(({ sql, message }) => `${whose(source)} ${shown(sql)} cannot be run: ${message}`)); // prettier-ignore
  }

  /**
   * Runs what was taken, each statement once, and ranks it. What fails while it runs is noted; what runs too long, or may not be run here, stays with that result.
   * @throws whatever `preview` throws
   */
  async ranked(signal: AbortSignal | undefined): Promise<readonly SqlCandidate[]> {
    const entries = [...this.#entries.values()];
    const results = await Promise.all(
      entries.map(async ({ sql }): Promise<SqlPreview> => this.#trial.preview(sql, signal)),
    );
    const tried: Tried[] = [];
    entries.forEach((entry, i) => {
      const result = results[i];
      if (result === undefined) return;
      if (result.kind === 'error' && result.code !== 'refused')
        this.give([{ sql: entry.sql, message: result.message }], entry.source);
      else tried.push({ ...entry, result });
    });
    const all = Math.max(
      this.#answers,
      entries.reduce((sum, { votes }) => sum + votes, 0),
    );
    return grouped(tried, all);
  }
}

function whose(source: SqlSource): string {
  return source === 'model' ? 'The model’s statement' : 'The statement';
}

function shown(sql: string): string {
  const line = sql.replace(/\s+/gu, ' ').trim();
  const text =
    line.length > longestShown ? `${line.slice(0, longestShown).replace(/\p{Surrogate}/gu, '')}…` : line;
  // What a model wrote is shown as code and cannot end it.
  return `\`${text.replaceAll('`', "'")}\``;
}
