import { ExpressionTooLongError, writeExpression } from '../../ctgov/index.ts';
import type { ResolvedExpression } from '../../ctgov/index.ts';
import { checkDay, SearchError } from '../../search/index.ts';
import type { SearchOptions } from '../../search/index.ts';
import type { StudiesParameters } from './trialsClient.ts';

/** What is asked, whatever of it is wanted: the same for every page of an answer. */
export interface TrialsRequest {
  /** Identity of the question with its limits. */
  readonly key: string;
  readonly parameters: StudiesParameters;
  /** The expression is a list of NCT numbers and nothing else, which are looked up rather than searched for. */
  readonly isListOfIds: boolean;
}

/** Addresses of this length pass every server on the way; longer ones are tried. In characters. */
const LONGEST_ADDRESS = 7000;
/** Far more than any address holds. */
const LONGEST_EXPRESSION = 100_000;
/** The API gives at most so many studies a page. */
export const PAGE = 1000;
const FEWEST_IDS = 20;

/**
 * How `expression` is asked for. Limits of dates go into `filter.advanced`, so that the expression is sent as it is written. A query that holds
 * nothing but NCT numbers makes the service ignore filters (its documentation, "Studies"), hence it is sent as a filter of ids itself.
 * @throws SearchError `rejected` for what is no day, `unsupported` for an expression that is too long
 */
export function requestFor(expression: ResolvedExpression, options: SearchOptions): TrialsRequest {
  const text = write(expression);
  const ids = idsAlone(text);
  const dates = dateLimit(options);
  return {
    key: `${expression.key}|${dates ?? ''}`,
    parameters: {
      ...(ids === undefined ? { 'query.term': text } : { 'filter.ids': ids.join(',') }),
      ...(dates === undefined ? {} : { 'filter.advanced': dates }),
    },
    isListOfIds: ids !== undefined,
  };
}

function write(expression: ResolvedExpression): string {
  try {
    return writeExpression(expression, LONGEST_EXPRESSION);
  } catch (error) {
    if (error instanceof ExpressionTooLongError)
      throw new SearchError('unsupported', error.message, false, error);
    throw error;
  }
}

/** The NCT numbers of a text that holds nothing else, with commas or spaces between them. */
export function idsAlone(text: string): readonly string[] | undefined {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  return words.length > 0 && words.every((word) => /^NCT\d{1,8}$/i.test(word))
    ? [...new Set(words.map((word) => word.toUpperCase()))]
    : undefined;
}

/**
 * Fields that days are looked up in. A trial is made public when it is first posted, which is the nearest to a day of publication; its record
 * is made when it is first submitted; what stands in the registry now came in with the last update.
 */
const DAYS = {
  pdat: 'StudyFirstPostDate',
  crdt: 'StudyFirstSubmitDate',
  edat: 'LastUpdatePostDate',
} as const;

function dateLimit({ since, until, dateType = 'pdat' }: SearchOptions): string | undefined {
  if (since === undefined && until === undefined) return undefined;
  if (since !== undefined) checkDay(since);
  if (until !== undefined) checkDay(until);
  return `AREA[${DAYS[dateType]}]RANGE[${since ?? 'MIN'},${until ?? 'MAX'}]`;
}

/** NCT numbers among `ids`, each once: the service refuses everything else. */
export function nctIds(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)].filter((id) => /^NCT\d{8}$/.test(id));
}

/** `ids` in portions that fit into one page and, with `parameters`, into one address. */
export function portions(
  ids: readonly string[],
  parameters: StudiesParameters,
): readonly (readonly string[])[] {
  const taken = new URLSearchParams(parameters as Record<string, string>).toString().length + 200;
  // A comma is three characters in an address.
  const room = Math.floor((LONGEST_ADDRESS - taken) / ('NCT00000000'.length + 3));
  const size = Math.min(Math.max(room, FEWEST_IDS), PAGE - 1);
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, index) =>
    ids.slice(index * size, (index + 1) * size),
  );
}
