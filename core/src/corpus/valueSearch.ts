import { journalNames } from '../mapping/index.ts';
import type { TermNode } from '../pubmed/index.ts';
import { hasShortStem } from '../pubmed/index.ts';
import { isAuthorField, searchAuthor } from './authorSearch.ts';
import { keyPattern, nameKey } from './characters.ts';
import type { CitationIndex } from './citationIndex.ts';
import { DocSet } from './docSet.ts';
import type { Evaluation, Part } from './evaluation.ts';
import type { CoveredField } from './fields.ts';
import { languageKey } from './languages.ts';
import { searchPublicationType } from './meshSearch.ts';
import { articleIdKey, firstPage, isbnKey, journalKey, personIdKey } from './recordFields.ts';
import { translated, warnShortStem } from './wordSearch.ts';

/** Answers a term of one field. */
export type FieldSearch = (run: Evaluation, node: TermNode, field: string) => Part;

/** Stars that PubMed ignores are taken out of the text of a whole-value term. */
export function valueText(run: Evaluation, node: TermNode): string {
  if (!hasShortStem(node.text)) return node.text;
  warnShortStem(run, node);
  return node.text.replaceAll('*', ' ');
}

/** A term of which nothing is left to search for. */
export function emptyTerm(run: Evaluation, node: TermNode): Part {
  return run.drop('ignored', `"${node.text}" holds nothing to search for and was ignored.`, node.text);
}

/** How to search a whole value: kind and key of the value, what the records may lack, and how to say so. */
function values(
  kind: string,
  key: (text: string) => string,
  covered: CoveredField,
  what: string,
  separator?: RegExp,
): FieldSearch {
  return (run, node, field) => {
    const pattern = keyPattern(valueText(run, node), key, separator);
    if (pattern.replaceAll('*', '').trim() === '') return emptyTerm(run, node);
    run.noteCoverage(covered, what);
    return { docs: run.index.docsWithValue(`${kind}:${pattern}`), text: translated(pattern, field) };
  };
}

/** Journals by any of the names that are known of them: a source may tell the title and not the abbreviation. */
export function docsOfJournal(index: CitationIndex, name: string): DocSet {
  if (name.includes('*')) return index.docsWithValue(`ta:${keyPattern(name, journalKey)}`);
  const keys = new Set(journalNames(name).map(journalKey));
  keys.delete('');
  const [only, ...more] = keys;
  if (only === undefined) return new DocSet(index.documentCount);
  if (more.length === 0) return index.docsWithValue(`ta:${only}`);
  return index.cached(`ta|${only}`, () => {
    const docs = index.docsWithValue(`ta:${only}`).clone();
    for (const key of more) docs.addAll(index.docsWithValue(`ta:${key}`));
    return docs;
  });
}

/** Keys without spaces. */
const never = /(?!)/;

const person: FieldSearch = (run, node, field) => {
  const text = valueText(run, node);
  if (nameKey(text) === '' || !isAuthorField(field)) return emptyTerm(run, node);
  run.noteCoverage(...(peopleNames[field] ?? (['au', 'authors [au]'] as const)));
  return { docs: searchAuthor(run.index, text, field, node.quoted), text: translated(text, field) };
};

const peopleNames: Readonly<Record<string, readonly [CoveredField, string]>> = {
  fau: ['fau', 'authors in full [fau]'],
  ir: ['ir', 'investigators [ir]'],
  fir: ['ir', 'investigators [ir]'],
  ed: ['ed', 'editors [ed]'],
  ps: ['ps', 'people as subjects [ps]'],
};

const articleId = values('do', articleIdKey, 'aid', 'a DOI or another article id [aid]');

/** Fields of whole values without a vocabulary of headings, each with its own matching. */
export const valueFields: Readonly<Record<string, FieldSearch>> = {
  la: values('la', languageKey, 'la', 'a language [la]'),
  ta: (run, node, field) => {
    const text = valueText(run, node);
    if (journalKey(text.replaceAll('*', ' ')) === '') return emptyTerm(run, node);
    run.noteCoverage('ta', 'a journal [ta]');
    const { query } = run.mapped(node);
    return {
      docs: docsOfJournal(run.index, text),
      text: query === '' ? translated(text, field) : query,
    };
  },
  pt: (run, node) => {
    const text = valueText(run, node);
    if (nameKey(text) === '') return emptyTerm(run, node);
    run.noteCoverage('pt', 'publication types [pt]');
    const explode = node.tag?.noExplode !== true;
    return {
      docs: searchPublicationType(run.index, text, explode, run.options.thesaurus),
      text: run.mapped(node).query,
    };
  },
  aid: articleId,
  lid: articleId,
  vi: values('vi', nameKey, 'vi', 'a volume [vi]'),
  ip: values('ip', nameKey, 'ip', 'an issue [ip]'),
  pg: values('pg', firstPage, 'pg', 'pages [pg]'),
  auid: values('ai', personIdKey, 'auid', 'ids of authors [auid]', never),
  jid: values('ji', nameKey, 'jid', "NLM's number of the journal [jid]"),
  pl: values('pl', nameKey, 'pl', 'a place of publication [pl]'),
  isbn: values('ib', isbnKey, 'isbn', 'an ISBN [isbn]', never),
  rn: (run, node, field) => {
    const pattern = keyPattern(valueText(run, node), nameKey);
    if (pattern.replaceAll('*', '').trim() === '') return emptyTerm(run, node);
    run.noteCoverage('rn', 'registry numbers [rn]');
    const docs = run.index.docsWithValue(`rn:${pattern}`).or(run.index.docsWithValue(`nm:${pattern}`));
    return { docs, text: translated(pattern, field) };
  },
  au: person,
  '1au': person,
  lastau: person,
  fau: person,
  ir: person,
  fir: person,
  ed: person,
  ps: person,
  pmid: (run, node) => {
    const ids = pmidsIn(node.text);
    if (ids.length === 0) return emptyTerm(run, node);
    return { docs: docsOfIds(run.index, ids), text: `${ids.join(' ')}[PMID]` };
  },
};

/** The numbers of a term tagged [pmid], without leading zeros. */
function pmidsIn(text: string): readonly string[] {
  return text
    .split(/[\s,;]+/u)
    .filter((id) => id !== '')
    .map((id) => id.replace(/^0+(?=\d+$)/, ''));
}

/** The records with these ids. */
export function docsOfIds(index: CitationIndex, ids: readonly string[]): DocSet {
  return DocSet.of(
    index.documentCount,
    ids.map((id) => index.docOf(id)).filter((doc) => doc !== undefined),
  );
}
