/** Reads the JSON answers of `GET /studies`. What is not as documented is an error, never a zero. */
import { SearchError } from '../../search/index.ts';

type Json = Readonly<Record<string, unknown>>;

/** A study as far as it was asked for; see {@link readStudy} for its facts. */
export interface Study {
  readonly id: string;
  /** Ids that it had before, or that were given to it twice. */
  readonly aliases: readonly string[];
  /** The answer's own object. */
  readonly json: Json;
}

/** One page of an answer. */
export interface StudiesPage {
  readonly studies: readonly Study[];
  /** Studies found; told with the first page only. */
  readonly count: number | undefined;
  /** Names the next page; absent with the last one. */
  readonly nextPage: string | undefined;
}

/**
 * @param isCounted whether the number of studies was asked for
 * @throws SearchError `network`, retryable, for text that is no such answer: a page of a proxy, an answer that was cut off
 */
export function readPage(body: string, isCounted: boolean): StudiesPage {
  const answer = object(parse(body));
  const studies = answer?.['studies'];
  if (answer === undefined || !Array.isArray(studies)) {
    const start = body.replace(/\s+/g, ' ').trim().slice(0, 60);
    throw new SearchError(
      'network',
      `ClinicalTrials.gov answered with something that is no list of studies: "${start}". Try again later.`,
      true,
    );
  }
  const { totalCount: count, nextPageToken } = answer;
  if (isCounted && !(typeof count === 'number' && Number.isInteger(count) && count >= 0))
    throw new SearchError(
      'network',
      'ClinicalTrials.gov answered without a number of studies. Try again later.',
      true,
    );
  return {
    studies: studies.map(toStudy),
    count: isCounted ? Number(count) : undefined,
    nextPage: typeof nextPageToken === 'string' && nextPageToken !== '' ? nextPageToken : undefined,
  };
}

function toStudy(value: unknown): Study {
  const json = object(value) ?? {};
  const identification = moduleOf(json, 'identificationModule');
  const id = text(identification['nctId']);
  if (id === '')
    throw new SearchError(
      'network',
      'ClinicalTrials.gov answered with a study without its NCT number. Try again later.',
      true,
    );
  return { id, aliases: texts(identification['nctIdAliases']), json };
}

/** The part of a study that was entered for it, such as `statusModule`; empty where it was not asked for. */
export function moduleOf(study: Json, name: string, section = 'protocolSection'): Json {
  return object(object(study[section])?.[name]) ?? {};
}

/** A JSON object; undefined for everything else. */
export function object(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** A text, trimmed; empty for everything else. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

/** The texts of a list. */
export function texts(value: unknown): readonly string[] {
  return array(value)
    .map(text)
    .filter((one) => one !== '');
}

/** A list; empty for everything else. */
export function array(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
