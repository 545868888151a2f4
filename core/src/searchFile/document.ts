import { stringify } from 'yaml';
import { isUnresolvable, parseStrategy, resolveStrategy, resolveText } from '../strategy/index.ts';
import { fromFileDate, isObject, isPubmed, SearchFileError } from './searchFile.ts';
import type { SearchFile } from './searchFile.ts';
import { OWN_KEY, toSearchFile } from './write.ts';

/** A strategy made from a search file. */
export interface ImportedStrategy {
  /** The text of a `*.pubmed` document. */
  readonly text: string;
  /** What a person should know of the way it was made, a sentence each. */
  readonly notes: readonly string[];
}

/** Keys that have a place of their own in the document, or that an export writes anew. */
const PLACED = new Set(['search_string', 'platform', 'database', 'authors', 'review_question', OWN_KEY]);

/**
 * The strategy of a search file. A file that Querent wrote, and nobody changed since, gives its document back as it was; of any
 * other file the query, the people, the date and the question become a document, and the other keys are kept in `searchFile`.
 * @throws SearchFileError for searches of other platforms
 */
export function toStrategy(file: SearchFile): ImportedStrategy {
  if (!isPubmed(file.platform)) throw otherPlatform(file.platform);
  const own = file.raw[OWN_KEY];
  const document = isObject(own) && typeof own['document'] === 'string' ? own['document'] : undefined;
  const changed = document === undefined ? undefined : changedKeys(file, document);
  if (document !== undefined && changed?.length === 0) return { text: document, notes: [] };
  const notes: string[] = [];
  if (changed !== undefined)
    notes.push(
      `${changed.join(', ')}: changed since Querent wrote the file, so the document is made anew and its comments and lines are left out.`,
    );
  const query = queryOf(file, notes);
  const text = `---\n${stringify(frontMatterOf(file, notes), { lineWidth: 0 })}---\n${query}\n`;
  checkMeaning(file, text, query, notes);
  return { text, notes };
}

function otherPlatform(platform: string): SearchFileError {
  const way = /\bovid\b/i.test(platform)
    ? 'Save its search_string as text and convert it with: querent translate --from ovid --to pubmed.'
    : 'Querent reads PubMed strategies.';
  return new SearchFileError(`platform: the file holds a search of ${JSON.stringify(platform)}. ${way}`);
}

/** Keys in which the file differs from what Querent would write of `document`; the day of the export does not count. */
function changedKeys(file: SearchFile, document: string): string[] {
  let written: Record<string, unknown>;
  try {
    written = toSearchFile(parseStrategy(document), '1970-01-01');
  } catch (error) {
    if (error instanceof SearchFileError) return ['search_string'];
    throw error;
  }
  const entered = isObject(file.raw['date']) ? file.raw['date']['data_entry'] : undefined;
  const expected = {
    ...written,
    date: { ...(isObject(written['date']) ? written['date'] : {}), data_entry: entered },
  } as Record<string, unknown>;
  return [...new Set([...Object.keys(expected), ...Object.keys(file.raw)])].filter(
    (key) => canonical(expected[key]) !== canonical(file.raw[key]),
  );
}

/** JSON text in which the order of keys does not matter. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      isObject(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? 'undefined'
  );
}

function queryOf({ searchString }: SearchFile, notes: string[]): string {
  if (typeof searchString === 'string') return tidy(searchString);
  if (!Array.isArray(searchString))
    return tidy((searchString as Record<string, string>)['full_string'] ?? '');
  notes.push('search_string: a list of lines; they are numbered in their order.');
  return searchString
    .map((line: string, i) => (hasNumber(line, i + 1) ? tidy(line) : `#${i + 1} ${tidy(line)}`))
    .join('\n');
}

/** Whether a line begins with its own number: `2.`, `2)`, or `#2` that is no reference. */
function hasNumber(line: string, number: number): boolean {
  return new RegExp(`^\\s*(?:#${number}|${number}[.)])\\s`).test(line);
}

/** One kind of line end, and none around: blank lines would cut the query in two. */
function tidy(query: string): string {
  return query
    .replace(/\r\n?/g, '\n')
    .trim()
    .replace(/\n(?:[ \t]*\n)+/g, '\n');
}

function frontMatterOf({ raw, authors, searchString }: SearchFile, notes: string[]): Record<string, unknown> {
  const { review_question: question, date } = raw;
  const others = Object.fromEntries(Object.entries(raw).filter(([key]) => !PLACED.has(key)));
  const conducted = isObject(date) ? date['search_conducted'] : undefined;
  const until = fromFileDate(conducted);
  if (until === undefined && typeof conducted === 'string' && conducted.trim() !== '')
    notes.push(
      `date.search_conducted: ${JSON.stringify(conducted.slice(0, 40))} is no day such as 2026.11.20, so the document has no search date. Write it as "until" if you know it.`,
    );
  if (typeof searchString === 'object' && !Array.isArray(searchString))
    others['search_string'] = searchString;
  const { database } = raw;
  if (canonical(database) !== '["PubMed"]' && database !== undefined) others['database'] = database;
  if (typeof question !== 'string' && question !== undefined && question !== null)
    others['review_question'] = question;
  return {
    ...(typeof question === 'string' ? { title: question } : {}),
    database: 'pubmed',
    ...(until === undefined ? {} : { until }),
    ...(authors.length > 0 ? { authors } : {}),
    ...(Object.keys(others).length > 0 ? { searchFile: others } : {}),
  };
}

/** Says so when the document does not search for what the file says, and when it has lines that nobody uses. */
function checkMeaning(file: SearchFile, text: string, query: string, notes: string[]): void {
  const document = parseStrategy(text);
  const read = resolveStrategy(document);
  if (isUnresolvable(read)) {
    notes.push(`search_string: ${read.problem}`);
    return;
  }
  if (typeof file.searchString !== 'string') return;
  const whole = resolveText(query);
  if (!isUnresolvable(whole) && whole.key !== read.key)
    notes.push(
      'search_string: it was split into lines or has comments, as a strategy document reads them. Look at it before you search.',
    );
}
