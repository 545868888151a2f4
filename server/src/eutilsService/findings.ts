import { mappedTerm } from '@querent/core/corpus';
import { printClause } from '@querent/core/mapping';
import { nodesOf, printTerm, splitHeading } from '@querent/core/pubmed';
import type { ResolvedQuery, TermNode } from '@querent/core/pubmed';
import { SearchError } from '@querent/core/search';
import type { Collection, Found } from './collection.ts';

/** What ESearch tells beside the number: its error and warning lists, and what it made of single terms. */
export interface Findings {
  readonly phrasesNotFound: readonly string[];
  readonly fieldsNotFound: readonly string[];
  readonly phrasesIgnored: readonly string[];
  readonly quotedPhrasesNotFound: readonly string[];
  readonly outputMessages: readonly string[];
  readonly translations: readonly { readonly from: string; readonly to: string }[];
}

/** Terms that are looked at one by one; a pasted page has more, and nobody reads so much. */
const mostTerms = 2_000;

/**
 * What there is to say about a search. NCBI's lists are by term: a term that no record has is a phrase that was not found; a quoted
 * phrase that no record has, and whose words were searched instead, is a quoted phrase that was not found.
 */
export function findingsOf(
  collection: Collection,
  query: ResolvedQuery,
  { count, warnings }: Pick<Found, 'count' | 'warnings'>,
  signal: { readonly aborted: boolean },
): Findings {
  const phrasesNotFound = new Set<string>();
  const fieldsNotFound = new Set<string>();
  const phrasesIgnored = new Set<string>();
  const quotedPhrasesNotFound = new Set<string>();
  const translations = new Map<string, string>();
  for (const node of termsOf(query).slice(0, mostTerms)) {
    const written = printTerm(node);
    const { tag } = node;
    if (tag !== undefined && tag.field === undefined) fieldsNotFound.add(tag.text);
    const single = alone(collection, node, signal);
    if (single === 'ignored') phrasesIgnored.add(node.text);
    else if (single.split) quotedPhrasesNotFound.add(written);
    else if (single.count === 0 && !isKnown(collection, node)) phrasesNotFound.add(written);
    const to = translationOf(collection, node);
    if (to !== undefined) translations.set(written, to);
  }
  const messages = warnings
    .filter(({ code }) => code === 'unsupported-locally' || code === 'reversed-range')
    .map(({ message }) => message);
  return {
    phrasesNotFound: [...phrasesNotFound],
    fieldsNotFound: [...fieldsNotFound],
    phrasesIgnored: [...phrasesIgnored],
    quotedPhrasesNotFound: [...quotedPhrasesNotFound],
    outputMessages: count === 0 ? [...messages, 'No items found.'] : messages,
    translations: [...translations].map(([from, to]) => ({ from, to })),
  };
}

/**
 * Whether a term that finds nothing here is known all the same: dates and ids, which have no index of phrases, and headings of MeSH, which in
 * PubMed have records.
 */
function isKnown({ engine }: Collection, { text, tag }: TermNode): boolean {
  const field = tag?.field ?? '';
  if (/^(?:mh|majr)$/.test(field)) return engine.thesaurus?.byTerm(splitHeading(text).heading) !== undefined;
  return /^(?:pmid|dp|edat|crdt|mhda|dcom|lr|epdat|ppdat|filter)$/.test(field);
}

function termsOf(query: ResolvedQuery): readonly TermNode[] {
  return [...nodesOf(query.root)].filter((node) => node.kind === 'term');
}

/** What a term finds on its own. */
function alone(
  collection: Collection,
  node: TermNode,
  signal: { readonly aborted: boolean },
): 'ignored' | { readonly count: number; readonly split: boolean } {
  try {
    const { count, warnings } = collection.find(
      { root: node, references: new Map(), key: printTerm(node) },
      signal,
    );
    return { count, split: warnings.some(({ code }) => code === 'phrase-not-found') };
  } catch (error) {
    // Nothing of the term can be searched: stop words, or a field that records here do not tell.
    if (error instanceof SearchError && error.code === 'unsupported') return 'ignored';
    throw error;
  }
}

/** What automatic term mapping makes of a term without a tag, and of a journal; undefined where it changes nothing. */
function translationOf(collection: Collection, node: TermNode): string | undefined {
  if (node.quoted || node.text.includes('*')) return undefined;
  const field = node.tag?.field;
  if (node.tag !== undefined && field !== 'ta') return undefined;
  const clause = mappedTerm(collection.engine.index, collection.engine.thesaurus, node).clause;
  if (clause === undefined) return undefined;
  if (clause.kind === 'lookUp' && (field !== 'ta' || clause.text.toLowerCase() === node.text.toLowerCase()))
    return undefined;
  return printClause(clause);
}
