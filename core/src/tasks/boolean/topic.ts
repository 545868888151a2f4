import type { Pico } from '../../strategy/index.ts';
import type { Row } from '../rows.ts';
import { neededTextIn, objectOf, textIn } from '../rows.ts';
import { RowError } from '../task.ts';

/** What a row asks a Boolean searcher: a question, a query to improve, or both. */
export interface Topic {
  readonly title?: string;
  readonly pico?: Pico;
  readonly query?: string;
}

/** The letters that the published files use, too. */
const picoKeys = {
  population: 'P',
  intervention: 'I',
  comparison: 'C',
  outcome: 'O',
} as const;

/**
 * Reads `{title?, pico?, query?}`; other keys are not looked at.
 * @throws RowError that names the field, and when none of the three says anything
 */
export function readTopic(value: unknown): Topic {
  const row = objectOf(value, 'input');
  const title = textIn(row, 'title') ?? textIn(row, 'question');
  const query = textIn(row, 'query');
  const pico = row['pico'] === undefined || row['pico'] === null ? undefined : readPico(row['pico']);
  if (title === undefined && query === undefined && pico === undefined)
    throw new RowError('input asks nothing. Give it a title, a pico or a query.');
  return {
    ...(title === undefined ? {} : { title }),
    ...(pico === undefined ? {} : { pico }),
    ...(query === undefined ? {} : { query }),
  };
}

/** Undefined when no part of it says anything. */
function readPico(value: unknown): Pico | undefined {
  const row: Row = objectOf(value, 'pico');
  const parts: Record<string, string> = {};
  for (const [key, letter] of Object.entries(picoKeys)) {
    const text = textIn(row, key, `pico.${key}`) ?? textIn(row, letter, `pico.${letter}`);
    if (text !== undefined) parts[key] = text;
  }
  // What the prompt shows where a review of diagnostic tests has no intervention.
  const other: Record<string, string> = {};
  const more = row['other'] === undefined || row['other'] === null ? row : { ...row, ...objectOf(row['other'], 'pico.other') }; // prettier-ignore
  for (const key of ['index_test_or_intervention', 'target_condition', 'objective', 'study_design'])
    if (textIn(more, key, `pico.${key}`) !== undefined) other[key] = neededTextIn(more, key);
  if (Object.keys(parts).length + Object.keys(other).length === 0) return undefined;
  return { ...parts, ...(Object.keys(other).length === 0 ? {} : { other }) };
}
