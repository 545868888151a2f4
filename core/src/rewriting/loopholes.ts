import { fields, nodesOf, printTerm } from '../pubmed/index.ts';
import type { QueryNode, TermNode } from '../pubmed/index.ts';
import { formatCount } from '../text/index.ts';
import { isConjunction, isReviewJournal, rememberedIn } from './remembered.ts';

/**
 * Ways for a query to find records without searching for their topic. `injection`: text that belongs into a request or a page.
 * `knowledge`: records that are named by number, author, journal or title. `endless`: lists that no person could judge. `nonsense`:
 * nothing limits the query to a topic.
 */
export type QueryLoopholeKind = 'injection' | 'knowledge' | 'endless' | 'nonsense';

/** A loophole in a query, with the reason in one sentence for people. */
export interface QueryLoophole {
  readonly kind: QueryLoopholeKind;
  readonly reason: string;
}

/** Text that belongs into a request or an address and never into a query. */
const smuggled: readonly (readonly [RegExp, string])[] = [
  [/https?:|www\.|\/\/|eutils|\.fcgi/iu, 'an address'],
  [/[?&;]\s*[a-z_]{2,20}\s*=/iu, 'parameters of a request'],
  [
    /\b(?:retmax|retstart|retmode|mindate|maxdate|reldate|datetype|usehistory|webenv|query_key|api_key)\b/iu,
    'parameters of a request',
  ],
  [/<\/?[a-z|!][^>]{0,60}>/iu, 'markup'],
  [/%[0-9a-f]{2}/iu, 'encoded characters'],
  [/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/u, 'control characters'],
];

/** The longest of 279 strategies that people published for PubMed has 275 terms, and no draft of the deterministic rewriter comes near. */
const mostTerms = 500;
/** The same term side by side so often, or so many terms of one letter: nobody who searches writes that. */
const mostRepeats = 10;
const mostLetters = 8;

/** Fields that limit and name no topic. */
const limiting = new Set([
  ...fields.filter(({ date }) => date).map(({ tag }) => tag),
  ...['filter', 'la', 'pt', 'pl', 'ad', 'cois', 'pubn'],
]);

/** What a query holds that has no place in one: text of a request, an address, markup. Undefined when it is clean. */
export function injectionIn(query: string): QueryLoophole | undefined {
  const found = smuggled.find(([pattern]) => pattern.test(query));
  if (found === undefined) return undefined;
  return { kind: 'injection', reason: `The query holds ${found[1]}; that has no place in a search.` };
}

/** The terms of a query, in the order of the text. */
export function termsOf(root: QueryNode): readonly TermNode[] {
  return nodesOf(root).filter((node) => node.kind === 'term');
}

/** Loopholes of a query that was parsed, each kind at most once. **The one list of them**: drafts are rejected and rewards reduced by it. */
export function loopholesOf(root: QueryNode): readonly QueryLoophole[] {
  return [endless(root), knowledge(root), nonsense(root)].filter((found) => found !== undefined);
}

function endless(root: QueryNode): QueryLoophole | undefined {
  const terms = termsOf(root);
  if (terms.length > mostTerms)
    return { kind: 'endless', reason: `The query has more than ${formatCount(mostTerms)} terms.` };
  // `type 2 diabetes` is three terms where each word is one: what is joined by AND stands for no more than its longest word.
  const joined = new Set(
    nodesOf(root).flatMap((node) => (node.kind === 'chain' && isConjunction(node) ? node.operands : [])),
  );
  const letters = terms.filter((term) => !joined.has(term) && /^[\p{L}\p{N}]\*?$/u.test(term.text.trim()));
  if (letters.length > mostLetters)
    return { kind: 'endless', reason: 'The query lists single letters, which stand for everything.' };
  for (const node of nodesOf(root)) {
    const repeated = node.kind === 'chain' ? repeatedTerm(node.operands) : undefined;
    if (repeated !== undefined)
      return { kind: 'endless', reason: `The query repeats ${repeated.slice(0, 60)} over and over.` };
  }
  return undefined;
}

function repeatedTerm(operands: readonly QueryNode[]): string | undefined {
  if (operands.length <= mostRepeats) return undefined;
  const counts = new Map<string, number>();
  for (const operand of operands) {
    if (operand.kind !== 'term') continue;
    const key = printTerm(operand).toLowerCase();
    const count = (counts.get(key) ?? 0) + 1;
    if (count > mostRepeats) return key;
    counts.set(key, count);
  }
  return undefined;
}

function knowledge(root: QueryNode): QueryLoophole | undefined {
  const named = rememberedIn(root);
  if (named === undefined) return undefined;
  return {
    kind: 'knowledge',
    reason: `The query names a record, its title, an author or a place in a journal (${named.slice(0, 60)}) instead of a topic.`,
  };
}

/** Nothing in the query limits it to a topic: `all[sb]`, `1900:3000[dp]`, and `aspirin OR all[sb]` as well. */
function nonsense(root: QueryNode): QueryLoophole | undefined {
  const topical = new Map<QueryNode, boolean>();
  const isTopical = (node: QueryNode | undefined): boolean =>
    node !== undefined && (topical.get(node) ?? false);
  // Parents come first in the list, so from its end every node finds its parts judged.
  for (const node of nodesOf(root).toReversed()) topical.set(node, judge(node, isTopical));
  return isTopical(root)
    ? undefined
    : { kind: 'nonsense', reason: 'Nothing limits the query to a topic: it is made of limits only, or one is an alternative to the topic.' }; // prettier-ignore
}

function judge(node: QueryNode, isTopical: (node: QueryNode | undefined) => boolean): boolean {
  switch (node.kind) {
    case 'term':
    case 'range':
      if (node.kind === 'term' && isReviewJournal(node)) return false;
      return !limiting.has(node.tag?.field ?? '') && !(node.kind === 'range' && node.tag === undefined);
    case 'group':
      return isTopical(node.inner);
    case 'reference':
      return true;
    case 'chain':
      return node.operands.reduce((before, operand, i) => {
        const operator = node.operators[i - 1]?.operator;
        if (operator === undefined) return isTopical(operand);
        if (operator === 'AND') return before || isTopical(operand);
        return operator === 'OR' ? before && isTopical(operand) : before;
      }, false);
  }
}
