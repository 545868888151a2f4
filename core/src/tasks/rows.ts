import { RowError } from './task.ts';

/** A JSON object with keys that nobody has looked at yet. */
export type Row = Readonly<Record<string, unknown>>;

/** More text than this is no question; prompts show far less of it. */
const longestText = 20_000;
/** More ids than this are no relevance judgement of one topic. */
const mostIds = 100_000;

/**
 * `value` as an object.
 * @param place what the row calls it, for messages: `pico`
 * @throws RowError
 */
export function objectOf(value: unknown, place: string): Row {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new RowError(`${place} must be an object, not ${nameOf(value)}.`);
  return value as Row;
}

/**
 * The text under `key`, in one piece and without white space around; undefined when it is missing, null or blank. Longer ones are cut.
 * @throws RowError
 */
export function textIn(row: Row, key: string, place = key): string | undefined {
  const value = Object.hasOwn(row, key) ? row[key] : undefined;
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new RowError(`${place} must be text, not ${nameOf(value)}.`);
  const text = value.slice(0, longestText).trim();
  return text === '' ? undefined : text;
}

/** The text under `key`. @throws RowError when it is missing or blank */
export function neededTextIn(row: Row, key: string, place = key): string {
  const text = textIn(row, key, place);
  if (text === undefined) throw new RowError(`${place} is missing. Write it as text.`);
  return text;
}

/** `value` as a list. @throws RowError */
export function listOf(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new RowError(`${place} must be a list, not ${nameOf(value)}.`);
  if (value.length > mostIds)
    throw new RowError(`${place} has ${value.length} entries, more than ${mostIds}.`);
  return value as readonly unknown[];
}

/**
 * An id in the form in which engines compare them: PMIDs as digits without leading zeros, NCT numbers in capitals, others as they are.
 * @throws RowError
 */
export function idOf(value: unknown, place: string): string {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new RowError(`${place} must be an id, a text or a whole number, not ${value}.`);
    return String(value);
  }
  if (typeof value !== 'string')
    throw new RowError(`${place} must be an id, a text or a whole number, not ${nameOf(value)}.`);
  const text = value.trim();
  if (text === '') throw new RowError(`${place} is an empty id.`);
  if (text.length > 200) throw new RowError(`${place} is longer than an id can be (200 characters).`);
  if (/^\d+$/u.test(text)) return text.replace(/^0+(?=\d)/u, '');
  return /^nct\d+$/iu.test(text) ? text.toUpperCase() : text;
}

/**
 * The ids of what is relevant, each once, in their order.
 * @throws RowError, with code `no-relevant` when there is none
 */
export function relevantIds(value: unknown, place: string): readonly string[] {
  const ids = [...new Set(listOf(value, place).map((id, i) => idOf(id, `${place}[${i}]`)))];
  if (ids.length === 0) throw nothingRelevant(place);
  return ids;
}

/** What a row gets that knows nothing to be right: nothing could be measured by it. */
export function nothingRelevant(place: string): RowError {
  return new RowError(`${place} is empty, so nothing can be measured by it.`, 'no-relevant');
}

/** A value's type with its article, for messages: `a number`. */
export function nameOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

/**
 * A whole number of {@link RunOptions}, or `otherwise` when it is not given.
 * @throws RowError
 */
export function wholeNumber(value: unknown, name: string, otherwise: number, most: number): number {
  if (value === undefined) return otherwise;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > most)
    throw new RowError(
      `${name} must be a whole number from 1 to ${most}, not ${typeof value === 'number' ? value : nameOf(value)}.`,
    );
  return value;
}
