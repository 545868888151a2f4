import { isDay } from '../strategy/index.ts';
import type { Author } from '../strategy/index.ts';

/**
 * A search history file: JSON by the data standard of Haddaway et al. 2022 ("searchrecorder", doi 10.5281/zenodo.5920473), as the
 * packages searchrecorder (R) and search-query (Python) write it. Keys that Querent does not use are kept as they are.
 */
export interface SearchFile {
  /** As the file has it: one text, or `full_string` and named blocks, or one text a line. */
  readonly searchString: string | readonly string[] | Readonly<Record<string, string>>;
  /** For example `PubMed`, `Web of Science`. */
  readonly platform: string;
  readonly authors: readonly Author[];
  /** Every key of the file with its value, those above included. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** What a search file's platform means here; undefined for platforms whose language Querent does not read from search files. */
export function isPubmed(platform: string): boolean {
  return /\bpubmed\b/i.test(platform) && !/\b(?:ovid|embase|ebsco)/i.test(platform);
}

/** Why a file cannot be read as a search file, or a document not written as one: names the place and the way out. */
export class SearchFileError extends Error {
  override readonly name = 'SearchFileError';
}

/** `2026-11-20` as the standard writes days, `2026.11.20`. */
export function toFileDate(day: string): string {
  return day.replaceAll('-', '.');
}

/** `2026.11.20`, also with slashes or dashes, as `2026-11-20`; undefined for anything else, the 30th of February included. */
export function fromFileDate(text: unknown): string | undefined {
  const match = typeof text === 'string' ? /^\s*(\d{4})[-./](\d{1,2})[-./](\d{1,2})\b/.exec(text) : null;
  if (match === null) return undefined;
  const [, year = '', month = '', day = ''] = match;
  const written = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isDay(written) ? written : undefined;
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
