import { DocSet, evaluate } from '../../corpus/index.ts';
import type { CitationIndex } from '../../corpus/index.ts';
import type { Descriptor, Thesaurus } from '../../mesh/index.ts';
import { resolveText, isUnresolvable } from '../../strategy/index.ts';
import type { Feature } from './feature.ts';
import type { Expression, Vocabulary } from './vocabulary.ts';
import { wordsOf } from './topic.ts';
import { wordKey } from './wordForms.ts';

/** Most terms of one concept that are written into a query. */
const mostTerms = 24;

/**
 * The concept of a heading as this library can find it: the heading exploded, the substances with that pharmacological action
 * when it is one, its name and entry terms as text words in all their forms. Terms that find nothing more are dropped.
 */
export function conceptFeature(
  descriptor: Descriptor,
  vocabulary: Vocabulary,
  thesaurus: Thesaurus,
  source: Feature['source'],
): Feature {
  const members = thesaurus.withAction(descriptor);
  const names = [descriptor, ...members].flatMap((one, i) =>
    i === 0 ? [one.name, ...one.entryTerms] : [one.name],
  );
  const texts = distinct(
    names.map((name) => textExpression(name, vocabulary)).filter(({ count }) => count > 0),
  );
  const headings = [headingExpression(descriptor.name, 'mh', vocabulary.index, thesaurus)];
  if (members.length > 0)
    headings.push(headingExpression(descriptor.name, 'pa', vocabulary.index, thesaurus));
  return {
    kind: 'concept',
    name: descriptor.name,
    source,
    ...union(vocabulary.index, [...headings, ...texts.sort((a, b) => b.count - a.count)]),
  };
}

/** Records with the word and with MeSH that it takes to judge a reading. */
const enoughToJudge = 20;

/**
 * Whether the records contradict that the single word `text` names the heading: of those that have the word and any MeSH at all
 * hardly one is indexed with it. Nothing contradicts it where there are few such records.
 */
export function isContradicted(
  text: string,
  descriptor: Descriptor,
  vocabulary: Vocabulary,
  thesaurus: Thesaurus,
): boolean {
  const { index } = vocabulary;
  const indexed = [...vocabulary.word(wordKey(text.toLowerCase())).docs.toArray()].filter((doc) =>
    index.hasFlag(doc, 'hasMesh'),
  );
  if (indexed.length < enoughToJudge) return false;
  const { docs } = headingExpression(descriptor.name, 'mh', index, thesaurus);
  const action = headingExpression(descriptor.name, 'pa', index, thesaurus).docs;
  return indexed.filter((doc) => docs.has(doc) || action.has(doc)).length < 0.03 * indexed.length;
}

/** The records indexed with a heading, exactly as the engine would find them; empty where the field cannot be searched. */
export function headingExpression(
  name: string,
  tag: 'mh' | 'pa',
  index: CitationIndex,
  thesaurus: Thesaurus | undefined,
): Expression {
  const term = `"${name}"[${tag}]`;
  const query = resolveText(term);
  if (isUnresolvable(query) || index.coverage('mh') === 0)
    return { terms: [], docs: new DocSet(index.documentCount), count: 0 };
  const { docs, count } = evaluate(index, query, thesaurus === undefined ? {} : { thesaurus });
  return { terms: [term], docs, count };
}

/**
 * A name as a text word. Inverted names (`Aspergillosis, Pulmonary`) are no text; names of up to three letters and acronyms of up to
 * four are ambiguous in running text.
 */
function textExpression(name: string, vocabulary: Vocabulary): Expression {
  const keys = wordsOf(name).map(({ word }) => wordKey(word));
  const isAmbiguous = name.replace(/[^\p{L}\p{N}]/gu, '').length < 4 || /^[A-Z0-9]{4}$/u.test(name);
  // `1-deamino-8-D-arginine vasopressin` is a name of chemistry that nobody reads in a query.
  const isFormula = keys.filter((key) => key.length === 1).length > 1;
  return name.includes(',') || isAmbiguous || isFormula ? vocabulary.phrase([]) : vocabulary.phrase(keys);
}

function distinct(expressions: readonly Expression[]): Expression[] {
  return [...new Set(expressions)];
}

/** The union of expressions in this order, without terms that add nothing. */
function union(index: CitationIndex, expressions: readonly Expression[]): Expression {
  const docs = new DocSet(index.documentCount);
  const terms: string[] = [];
  let count = 0;
  for (const expression of expressions)
    for (const [i, term] of expression.terms.entries()) {
      if (terms.length >= mostTerms) break;
      const more = expression.terms.length === 1 ? expression.docs : docsOfTerm(index, term, expression, i);
      const now = docs.addAll(more).count();
      if (now > count) terms.push(term);
      count = now;
    }
  return { terms, docs, count };
}

function docsOfTerm(index: CitationIndex, term: string, whole: Expression, at: number): DocSet {
  const text = /^"?(.*?)"?\[tiab\]$/u.exec(term)?.[1];
  if (text === undefined) return at === 0 ? whole.docs : new DocSet(index.documentCount);
  return index.docsOfTerm('tiab', text);
}
