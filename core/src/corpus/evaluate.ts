import { inOrderOfUse } from '../pubmed/index.ts';
import type { ChainNode, Operator, QueryNode, ResolvedQuery } from '../pubmed/index.ts';
import type { SearchWarning } from '../search/index.ts';
import { SearchError } from '../search/index.ts';
import type { CitationIndex } from './citationIndex.ts';
import type { DocSet } from './docSet.ts';
import type { EvaluateOptions, Part } from './evaluation.ts';
import { Evaluation } from './evaluation.ts';
import { limitTo, searchRange, searchTerm } from './termSearch.ts';

/** What a query finds in an index. */
export interface EvaluationResult {
  /** Shared with the index's cache: do not change it. */
  readonly docs: DocSet;
  readonly count: number;
  readonly warnings: readonly SearchWarning[];
  /** The query as it was understood, in the manner of PubMed's search details; cut at 10,000 characters. */
  readonly translation: string;
}

const longestTranslation = 10_000;
/** Deeper nesting is refused; it would exhaust the stack. No real query comes near. */
const deepestNesting = 1_000;

/**
 * Evaluates `query` over `index`, chains strictly from left to right as PubMed does. Each referenced line is evaluated once,
 * however often it is used. Parts that local records cannot answer are left out with a warning that names them: an operand
 * goes with its operator; where the first operand is left out, what follows AND or OR stands alone, and what follows NOT goes too.
 * @throws SearchError `unsupported` when nothing of the query remains, `rejected` when a reference is missing or parentheses are
 * nested beyond 1,000 levels, `aborted` when the signal says so.
 */
export function evaluate(
  index: CitationIndex,
  query: ResolvedQuery,
  options: EvaluateOptions = {},
): EvaluationResult {
  const run = new Evaluation(index, options);
  const known = new Map<ResolvedQuery, Part>();
  for (const one of inOrderOfUse(query)) known.set(one, evaluateNode(run, one.root, one, known, 0));
  const part = known.get(query);
  if (part?.docs === undefined)
    throw new SearchError(
      'unsupported',
      [
        'Nothing of this query can be searched in local records.',
        ...run.warnings.map(({ message }) => message),
      ].join(' '),
    );
  const docs = options.until === undefined ? part.docs : limitTo(run, part.docs, options.until);
  const translation =
    part.text.length > longestTranslation ? `${part.text.slice(0, longestTranslation)}…` : part.text;
  return { docs, count: docs.count(), warnings: run.warnings, translation };
}

function evaluateNode(
  run: Evaluation,
  start: QueryNode,
  query: ResolvedQuery,
  known: ReadonlyMap<ResolvedQuery, Part>,
  depth: number,
): Part {
  let node: QueryNode = start;
  while (node.kind === 'group') {
    if (node.tag !== undefined)
      run.warn(
        'ignored',
        `The tag [${node.tag.text}] behind a closing parenthesis was ignored: write it behind each term.`,
      );
    if (node.inner === undefined) return run.drop('ignored', 'Empty parentheses were left out.', '()');
    node = node.inner;
  }
  switch (node.kind) {
    case 'term':
      return searchTerm(run, node);
    case 'range':
      return searchRange(run, node);
    case 'reference': {
      const target = query.references.get(node.label);
      const part = target === undefined ? undefined : known.get(target);
      if (part === undefined) throw new SearchError('rejected', `There is no line #${node.label}.`);
      return { docs: part.docs, text: `#${node.label}` };
    }
    case 'chain':
      if (depth >= deepestNesting)
        throw new SearchError('rejected', `Parentheses are nested more than ${deepestNesting} levels deep.`);
      return evaluateChain(run, node, query, known, depth + 1);
  }
}

function evaluateChain(
  run: Evaluation,
  chain: ChainNode,
  query: ResolvedQuery,
  known: ReadonlyMap<ResolvedQuery, Part>,
  depth: number,
): Part {
  let result: DocSet | undefined;
  let isOwn = false;
  const texts: string[] = [];
  chain.operands.forEach((operand, i) => {
    const operator: Operator | undefined = i === 0 ? undefined : chain.operators[i - 1]?.operator;
    const part = evaluateNode(run, operand, query, known, depth);
    if (part.docs === undefined) return;
    if (result === undefined) {
      if (operator === 'NOT') return;
      result = part.docs;
      texts.push(part.text);
      return;
    }
    if (!isOwn) {
      result = result.clone();
      isOwn = true;
    }
    if (operator === 'OR') result.addAll(part.docs);
    else if (operator === 'NOT') result.removeAll(part.docs);
    else result.keepAll(part.docs);
    texts.push(operator ?? 'AND', part.text);
  });
  return { docs: result, text: texts.length > 1 ? `(${texts.join(' ')})` : texts.join('') };
}
