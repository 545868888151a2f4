import { isUnresolvable, printResolved, resolveStrategy, searchLanguage } from '../strategy/index.ts';
import type { Author, StrategyDocument } from '../strategy/index.ts';
import { isObject, SearchFileError, toFileDate } from './searchFile.ts';

/** The key under which Querent keeps its own document, so that comments and lines come back as they were. */
export const OWN_KEY = 'querent';

/**
 * The search file of a strategy, as plain JSON values in the order of the standard. `search_string` is one query with its line
 * references written out, because other tools know no lines; the document itself stands under `querent`.
 * @param today the day of the export, `yyyy-mm-dd`
 * @throws SearchFileError when the strategy cannot be searched, with the reason
 */
export function toSearchFile(document: StrategyDocument, today: string): Record<string, unknown> {
  const { frontMatter } = document;
  if (searchLanguage(document) === 'ctgov')
    throw new SearchFileError(
      'This is a search of ClinicalTrials.gov; only PubMed strategies are written as search files.',
    );
  const resolved = resolveStrategy(document);
  if (isUnresolvable(resolved))
    throw new SearchFileError(`The strategy cannot be written out: ${resolved.problem}`);
  const query = printResolved(resolved);
  const kept = frontMatter?.searchFile ?? {};
  const { date, search_string: blocks, ...others } = kept;
  const name = frontMatter?.title;
  return {
    record_info: {},
    authors: (frontMatter?.authors ?? []).map(toFileAuthor),
    date: {
      ...(isObject(date) ? date : {}),
      data_entry: isObject(date) && date['data_entry'] !== undefined ? date['data_entry'] : toFileDate(today),
      ...(frontMatter?.until === undefined ? {} : { search_conducted: toFileDate(frontMatter.until) }),
    },
    platform: 'PubMed',
    database: ['PubMed'],
    search_string: isObject(blocks) ? { ...blocks, full_string: query } : query,
    ...(name === undefined ? {} : { review_question: name }),
    ...others,
    [OWN_KEY]: { document: document.text },
  };
}

/** The text of a search file, indented as the other tools write it. */
export function printSearchFile(file: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify(file, null, 4)}\n`;
}

function toFileAuthor({ name, orcid, email }: Author): Record<string, string> {
  return {
    name,
    ...(orcid === undefined ? {} : { ORCID: orcid }),
    ...(email === undefined ? {} : { email }),
  };
}
