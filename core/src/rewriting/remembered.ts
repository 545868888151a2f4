import { nodesOf, printRange, printTerm } from '../pubmed/index.ts';
import type { ChainNode, QueryNode, RangeNode, TermNode } from '../pubmed/index.ts';

/** Fields that name a record, its people or its journal: a model that uses them remembers studies instead of searching for them. */
const remembered = new Set(
  'pmid aid lid si au 1au fau lastau auid fir ir ed cn gr ta jid pg vi ip isbn book pid eid aucl'.split(' '),
);

/** Numbers of registries of trials, digital object identifiers, PubMed Central's and PubMed's own numbers. */
const recordNumber =
  /^(?:nct ?\d+|isrctn ?\d+|eudract ?[\d-]+|20\d{2}-\d{6}-\d{2}|(?:actrn|chictr|drks|umin|jprn|ctri|irct|kct|tctr|pactr|rbr|ntr|slctr)[-\w/]*\d+|10\.\d{4,9}\/\S+|pmc ?\d+|(?:pmid:? ?)\d{1,9})$/iu;
/** Four digits are a year. */
const bareNumber = /^(?:\d{5,9}\*?|\d+\*)$/u;

/** A name as PubMed takes an untagged one for an author's, in any case: `Smith JA`, `smith j*`. */
const authorName = /^(?<surname>[\p{L}'’-]{2,}) (?<initials>\p{L}{1,2})\*?$/u;
/** What stands before a letter and is no surname, and what is no one's initials. */
const beforeLetter = new Set(
  (
    'vitamin vitamins hepatitis influenza flu factor protein group groups type types class grade stage level phase category chapter part ' +
    'coenzyme immunoglobulin interferon apolipoprotein lipoprotein hemoglobin haemoglobin hemophilia haemophilia cyclosporin cyclosporine ' +
    'ciclosporin cathepsin cyclin lamin kinase complement substance complex toxin amphotericin polymyxin penicillin mitomycin actinomycin ' +
    'endothelin streptococcus neisseria rotavirus coxsackie troponin cystatin procalcitonin chromogranin synthase domain antigen subtype'
  ).split(' '),
);
const noInitials = new Set(
  'ii iv vi ix xi of in to on by at as or an is be we us no if it up vs de la le el al et'.split(' '),
);
/** One or two such terms may be a virus that is not listed; so many different ones are people. */
const mostNames = 2;

/** A phrase of so many words is a title that is remembered. */
const wordsOfTitle = 12;
/**
 * So many alternatives that are as long as this, in words of a term or in terms joined by AND, are titles too: of 279 strategies that people
 * published for PubMed none has more than three.
 */
const longAlternative = 7;
const mostLongAlternatives = 3;

/** What names records, people or places in journals instead of a topic, as text for people; undefined when nothing does. */
export function rememberedIn(root: QueryNode): string | undefined {
  const nodes = nodesOf(root);
  const terms = nodes.filter((node) => node.kind === 'term');
  const named =
    terms.find(namesRecord) ??
    nodes.find((node): node is RangeNode => node.kind === 'range' && remembered.has(node.tag?.field ?? '')) ??
    [...people(terms)][0] ??
    listedTitles(nodes)[0];
  if (named === undefined) return undefined;
  return named.kind === 'term' ? named.text : `${named.from}:${named.to}`;
}

/** A term that names people, or records and places in journals, as it is written. */
export interface NamedTerm {
  readonly kind: 'people' | 'records';
  readonly text: string;
}

/** Fields of people and bodies. */
const peopleFields = new Set('au 1au fau lastau auid fir ir ed eid cn'.split(' '));

/** All terms that {@link rememberedIn} looks for, each once, in the order of the text. */
export function namedTermsIn(root: QueryNode): readonly NamedTerm[] {
  const nodes = nodesOf(root);
  const found = new Map<string, NamedTerm>();
  const add = (kind: NamedTerm['kind'], text: string): void => {
    found.set(`${kind} ${text}`, { kind, text });
  };
  const terms = nodes.filter((node) => node.kind === 'term');
  const names = people(terms);
  for (const node of nodes) {
    if (node.kind !== 'term' && node.kind !== 'range') continue;
    const isPerson = peopleFields.has(node.tag?.field ?? '') || (node.kind === 'term' && names.has(node));
    if (node.kind === 'range') {
      if (remembered.has(node.tag?.field ?? '')) add(isPerson ? 'people' : 'records', printRange(node));
    } else if (isPerson || namesRecord(node)) add(isPerson ? 'people' : 'records', printTerm(node));
  }
  for (const title of listedTitles(nodes)) add('records', printTerm(title));
  return [...found.values()];
}

/** The journal that hedges for systematic reviews name as a kind of publication. */
export function isReviewJournal({ tag, text }: TermNode): boolean {
  return tag?.field === 'ta' && /^cochrane database (?:syst|of syst)/iu.test(text.trim());
}

function namesRecord(term: TermNode): boolean {
  const text = term.text.normalize('NFKC').trim();
  if ((remembered.has(term.tag?.field ?? '') && !isReviewJournal(term)) || recordNumber.test(text))
    return true;
  if (isInAllFields(term) && bareNumber.test(text)) return true;
  return term.quoted && term.tag?.field !== 'mh' && text.split(/\s+/u).length >= wordsOfTitle;
}

/** Whether PubMed looks for the term in numbers of records and names of authors, too. */
function isInAllFields({ tag }: TermNode): boolean {
  return tag === undefined || tag.field === 'all';
}

/** Untagged names of authors, one a surname; none where there are so few that they may be something else. */
function people(terms: readonly TermNode[]): ReadonlySet<TermNode> {
  const surnames = new Map<string, TermNode>();
  for (const term of terms) {
    if (!isInAllFields(term)) continue;
    const { surname = '', initials = '' } = authorName.exec(term.text.trim().toLowerCase())?.groups ?? {};
    if (surname !== '' && !beforeLetter.has(surname) && !noInitials.has(initials))
      surnames.set(surname, term);
  }
  return new Set(surnames.size > mostNames ? surnames.values() : []);
}

/** The titles of a list of them, each by its first term. */
function listedTitles(nodes: readonly QueryNode[]): readonly TermNode[] {
  const long = new Set<TermNode>();
  for (const node of nodes) {
    if (node.kind !== 'chain' || !node.operators.some(({ operator }) => operator === 'OR')) continue;
    for (const operand of node.operands) {
      const terms = wantedTerms(operand);
      const [first] = terms;
      const words = Math.max(terms.length, ...terms.map(({ text }) => text.trim().split(/\s+/u).length));
      if (first !== undefined && words >= longAlternative) long.add(first);
    }
  }
  return long.size > mostLongAlternatives ? [...long] : [];
}

/** The terms of a part that wants them all; none of a part that is put together otherwise. */
function wantedTerms(node: QueryNode): readonly TermNode[] {
  if (node.kind === 'term') return node.tag?.field === 'mh' ? [] : [node];
  if (node.kind === 'group') return node.inner === undefined ? [] : wantedTerms(node.inner);
  if (node.kind !== 'chain' || !isConjunction(node)) return [];
  const terms = node.operands.filter((operand) => operand.kind === 'term');
  return terms.length === node.operands.length ? terms : [];
}

/** Whether a chain joins by AND (and NOT) only. */
export function isConjunction({ operators }: ChainNode): boolean {
  return operators.every(({ operator }) => operator !== 'OR');
}
