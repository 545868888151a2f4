import { idOf, listOf, nameOf, nothingRelevant, objectOf, textIn } from '../rows.ts';
import { RowError } from '../task.ts';

/** What is known to be relevant to a question. */
export interface JudgedTarget {
  /** Grades by id; at least one is above 0. */
  readonly grades: ReadonlyMap<string, number>;
  /** Ids with a grade above 0. */
  readonly relevant: ReadonlySet<string>;
  readonly question?: string;
}

const read = new WeakMap<object, JudgedTarget>();
const mostJudgements = 100_000;

/**
 * Reads `{"relevant": {id: grade}}`, `{"relevant": [id]}` (all of grade 1), or the list alone; beside it `question`, where the row tells it.
 * Grades of 0 and less are judgements too: irrelevant.
 * @throws RowError, with code `no-relevant` when no grade is above 0
 */
export function readJudgements(value: unknown): JudgedTarget {
  const isList = Array.isArray(value);
  const row = isList ? {} : objectOf(value, 'target');
  const source = (isList ? value : row) as object;
  const before = read.get(source);
  if (before !== undefined) return before;
  const place = isList ? 'target' : 'relevant';
  const grades = gradesOf(isList ? value : (row as { relevant?: unknown }).relevant, place);
  const relevant = new Set([...grades].filter(([, grade]) => grade > 0).map(([id]) => id));
  if (relevant.size === 0) throw nothingRelevant(place);
  const question = textIn(row, 'question');
  const target = { grades, relevant, ...(question === undefined ? {} : { question }) };
  read.set(source, target);
  return target;
}

function gradesOf(value: unknown, place: string): ReadonlyMap<string, number> {
  if (Array.isArray(value))
    return new Map(listOf(value, place).map((id, i) => [idOf(id, `${place}[${i}]`), 1]));
  const entries = Object.entries(objectOf(value, place));
  if (entries.length > mostJudgements)
    throw new RowError(`${place} has ${entries.length} entries, more than ${mostJudgements}.`);
  return new Map(
    entries.map(([id, grade]) => {
      if (typeof grade !== 'number' || !Number.isFinite(grade))
        throw new RowError(
          `${place}.${id.slice(0, 60)} must be a grade, a number, not ${typeof grade === 'number' ? grade : nameOf(grade)}.`,
        );
      return [idOf(id, place), grade];
    }),
  );
}
