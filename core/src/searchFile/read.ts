import type { Author } from '../strategy/index.ts';
import { LineIndex } from '../text/index.ts';
import { jsonFault } from './jsonFault.ts';
import { isObject, SearchFileError } from './searchFile.ts';
import type { SearchFile } from './searchFile.ts';

/** A search file with what is doubtful in it but does not keep it from being read. */
export interface ReadSearchFile {
  readonly file: SearchFile;
  /** A sentence each, with the place. */
  readonly notes: readonly string[];
}

/**
 * Reads the text of a search file.
 * @throws SearchFileError that names the place: the text is no JSON, or lacks what every search file has
 */
export function readSearchFile(text: string): ReadSearchFile {
  const raw = parseJson(text);
  if (!isObject(raw))
    throw new SearchFileError(`The file holds ${nameOf(raw)}; a search file is one JSON object.`);
  const { platform, authors } = raw;
  const searchString = readSearchString(raw['search_string']);
  if (typeof platform !== 'string' || platform.trim() === '')
    throw missing('platform', platform, 'the name of the search platform, such as "PubMed"');
  const notes: string[] = [];
  return {
    file: { searchString, platform: platform.trim(), authors: readAuthors(authors, notes), raw },
    notes,
  };
}

function parseJson(text: string): unknown {
  const source = text.replace(/^\uFEFF/, '');
  try {
    return JSON.parse(source) as unknown;
  } catch {
    const { line, character } = new LineIndex(source).positionAt(jsonFault(source));
    throw new SearchFileError(
      `The file is no JSON from line ${line + 1}, column ${character + 1} on. Search files are written by programs; look there for a missing comma or quote.`,
    );
  }
}

function readSearchString(value: unknown): SearchFile['searchString'] {
  if (typeof value === 'string' && value.trim() !== '') return value;
  if (Array.isArray(value) && value.length > 0) {
    value.forEach((line: unknown, index) => {
      if (typeof line !== 'string') throw missing(`search_string[${index}]`, line, 'the text of a line');
    });
    return value as string[];
  }
  if (isObject(value)) {
    for (const [key, block] of Object.entries(value))
      if (typeof block !== 'string') throw missing(`search_string["${key}"]`, block, 'the text of a query');
    const full = value['full_string'];
    if (typeof full !== 'string' || full.trim() === '')
      throw missing('search_string["full_string"]', full, 'the whole query as text');
    return value as Record<string, string>;
  }
  throw missing('search_string', value, 'the query as text');
}

const ORCID = /^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$/;

function readAuthors(value: unknown, notes: string[]): readonly Author[] {
  if (value === undefined || value === null) {
    notes.push('authors: the file names nobody. The standard asks for at least one name.');
    return [];
  }
  if (!Array.isArray(value)) throw missing('authors', value, 'a list of {"name": ...}');
  return value.map((author: unknown, index): Author => {
    const place = `authors[${index}]`;
    if (typeof author === 'string') return { name: author };
    if (!isObject(author)) throw missing(place, author, 'an object with a name');
    const { name, email } = author;
    const orcid = author['ORCID'] ?? author['orcid'];
    if (typeof name !== 'string') throw missing(`${place}.name`, name, 'a name as text');
    if (orcid !== undefined && (typeof orcid !== 'string' || !ORCID.test(orcid)))
      notes.push(`${place}.ORCID: ${show(orcid)} is no ORCID such as 0000-0002-1825-0097.`);
    if (email !== undefined && (typeof email !== 'string' || !/^\S+@\S+\.\S+$/.test(email)))
      notes.push(`${place}.email: ${show(email)} is no address of electronic mail.`);
    return {
      name,
      ...(typeof orcid === 'string' ? { orcid } : {}),
      ...(typeof email === 'string' ? { email } : {}),
    };
  });
}

function missing(place: string, value: unknown, wanted: string): SearchFileError {
  const found = value === undefined ? 'is missing' : `is ${nameOf(value)}`;
  return new SearchFileError(`${place} ${found}; it has to be ${wanted}.`);
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' && value.trim() === '' ? 'empty' : `the ${typeof value} ${show(value)}`;
}

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
