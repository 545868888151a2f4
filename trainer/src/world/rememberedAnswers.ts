import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SearchError } from '@querent/core/search';
import type {
  CitationSummary,
  CountResult,
  SearchEngine,
  SearchOptions,
  SearchWarning,
} from '@querent/core/search';

/** An answer as it is kept: one line of JSON. */
interface Kept {
  readonly key: string;
  /** When the engine gave it, ISO 8601. */
  readonly at: string;
  readonly count?: number;
  readonly ids?: readonly string[];
  readonly warnings?: readonly SearchWarning[];
  readonly summaries?: readonly CitationSummary[];
}

/**
 * `engine` with a memory on disk, so that a run which was killed goes on without asking again: counts, which of the asked ids are found, and
 * summaries, by query, engine, last day of publication and the day (UTC) on which it was asked. In `FOLDER/answers/<engine>-<day>.jsonl`, a line each,
 * which several processes may write. Faults are never kept. What goes wrong with the file costs requests, never an answer.
 *
 * Answers tell no translation, neither kept nor fresh: both are the same to whoever reads them, but for the time.
 */
export function rememberAnswers(
  engine: SearchEngine,
  folder: string,
  now: () => Date = () => new Date(),
): SearchEngine {
  const memory = new AnswerMemory(join(folder, 'answers'), engine.id, now);
  return {
    id: engine.id,
    label: engine.label,
    async count(query, options = {}) {
      const { until, signal } = options;
      const kept = await memory.get(['count', query.key, until], signal, async () => {
        const { count, warnings } = await engine.count(query, options);
        return { count, warnings };
      });
      return countResult(engine, kept);
    },
    async matching(query, ids, options: SearchOptions = {}) {
      const { until, signal } = options;
      const kept = await memory.get(['matching', query.key, until, ids], signal, async () => ({
        ids: await engine.matching(query, ids, options),
      }));
      return kept.ids ?? [];
    },
    search: (query, options) => engine.search(query, options),
    async summaries(ids, options: SearchOptions = {}) {
      const kept = await memory.get(['summaries', ids], options.signal, async () => ({
        summaries: await engine.summaries(ids, options),
      }));
      return kept.summaries ?? [];
    },
    close: () => engine.close(),
  };
}

function countResult({ id, label }: SearchEngine, { count = 0, warnings = [], at }: Kept): CountResult {
  return { count, warnings, provenance: { engine: id, label, at } };
}

class AnswerMemory {
  readonly #folder: string;
  readonly #engineId: string;
  readonly #now: () => Date;
  #day = '';
  #answers = new Map<string, Kept>();
  /** Answers on their way: what is asked twice at once is asked once. */
  readonly #asked = new Map<string, Promise<Kept>>();

  constructor(folder: string, engineId: string, now: () => Date) {
    this.#folder = folder;
    this.#engineId = engineId;
    this.#now = now;
  }

  async get(
    question: readonly unknown[],
    signal: AbortSignal | undefined,
    ask: () => Promise<Omit<Kept, 'key' | 'at'>>,
  ): Promise<Kept> {
    this.#turnTo(this.#now().toISOString().slice(0, 10));
    const key = createHash('sha256').update(JSON.stringify(question)).digest('hex').slice(0, 32);
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const asked = this.#asked.get(key);
    if (asked !== undefined) {
      try {
        return await asked;
      } catch (error) {
        // Whoever asked gave up; we did not.
        if (!isAbort(error) || signal?.aborted === true) throw error;
        return this.get(question, signal, ask);
      }
    }
    const asking = ask()
      .then((answer) => this.#keep({ key, at: this.#now().toISOString(), ...answer }))
      .finally(() => this.#asked.delete(key));
    this.#asked.set(key, asking);
    return asking;
  }

  #keep(kept: Kept): Kept {
    this.#answers.set(kept.key, kept);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      // One write with a line's end on either side: a line that another process left half-written spoils none of ours.
      appendFileSync(this.#path(), `\n${JSON.stringify(kept)}\n`, { mode: 0o600 });
    } catch {
      // The answer is there; only the next run will have to ask again.
    }
    return kept;
  }

  #turnTo(day: string): void {
    if (day === this.#day) return;
    this.#day = day;
    this.#answers = new Map(readAnswers(this.#path()).map((kept) => [kept.key, kept]));
  }

  #path(): string {
    const engine = createHash('sha256').update(this.#engineId).digest('hex').slice(0, 16);
    return join(this.#folder, `${engine}-${this.#day}.jsonl`);
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof SearchError && error.code === 'aborted';
}

/** The answers of a file; lines that were cut off, or spoilt, are left out. */
function readAnswers(path: string): readonly Kept[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    try {
      const value = JSON.parse(line) as Partial<Kept> | null;
      const isKept = typeof value?.key === 'string' && typeof value.at === 'string';
      const isAnswer = [typeof value?.count === 'number', value?.ids, value?.summaries].some(
        (each) => each === true || Array.isArray(each),
      );
      return isKept && isAnswer ? [value as Kept] : [];
    } catch {
      return [];
    }
  });
}
