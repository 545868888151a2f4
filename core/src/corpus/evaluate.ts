import { nodesOf } from '../pubmed/index.ts';
import type { ResolvedQuery } from '../pubmed/index.ts';
import type { SearchWarning } from '../search/index.ts';
import { SearchError } from '../search/index.ts';
import { formatCount, inOrderOfUse } from '../text/index.ts';
import type { CitationIndex } from './citationIndex.ts';
import type { DocSet } from './docSet.ts';
import type { EvaluateOptions, Part } from './evaluation.ts';
import { Evaluation } from './evaluation.ts';
import { limitTo, searchRange, searchTerm } from './termSearch.ts';
import { searchTree } from './treeSearch.ts';

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

/**
 * Evaluates `query` over `index`, chains strictly from left to right as PubMed does. Each referenced line is evaluated once,
 * however often it is used. Parts that local records cannot answer are left out with a warning that names them: an operand
 * goes with its operator; where the first operand is left out, what follows AND or OR stands alone, and what follows NOT goes too.
 * What each field means here is in docs/local-search-semantics.md.
 * @throws SearchError `unsupported` when nothing of the query remains, `rejected` when a reference is missing or parentheses are
 * nested beyond 1,000 levels, `aborted` when the signal says so.
 */
export function evaluate(
  index: CitationIndex,
  query: ResolvedQuery,
  options: EvaluateOptions = {},
): EvaluationResult {
  const run = new Evaluation(index, options);
  const part = searchLines(run, query);
  if (part?.docs === undefined)
    throw new SearchError(
      'unsupported',
      [
        'Nothing of this query can be searched in local records.',
        ...run.warnings.map(({ message }) => message),
      ].join(' '),
    );
  const docs = options.until === undefined ? part.docs : limitTo(run, part.docs, options.until);
  if (options.headingsAsText === true && asksForHeadings(query)) noteTextMatches(run, query, docs);
  const translation =
    part.text.length > longestTranslation ? `${part.text.slice(0, longestTranslation)}…` : part.text;
  return { docs, count: docs.count(), warnings: run.warnings, translation };
}

function searchLines(run: Evaluation, query: ResolvedQuery): Part | undefined {
  const known = new Map<ResolvedQuery, Part>();
  for (const one of inOrderOfUse(query))
    known.set(
      one,
      searchTree(run, one.root, (_, node) => {
        if (node.kind === 'term') return searchTerm(run, node);
        if (node.kind === 'range') return searchRange(run, node);
        const target = one.references.get(node.label);
        const part = target === undefined ? undefined : known.get(target);
        if (part === undefined) throw new SearchError('rejected', `There is no line #${node.label}.`);
        return { docs: part.docs, text: `#${node.label}` };
      }),
    );
  return known.get(query);
}

/** Whether a query may ask for headings: by their field, or without a field, which is mapped to them. */
function asksForHeadings(query: ResolvedQuery): boolean {
  return [...inOrderOfUse(query)].some(({ root }) =>
    nodesOf(root).some(
      (node) => node.kind === 'term' && [undefined, 'all', 'mh', 'majr'].includes(node.tag?.field),
    ),
  );
}

/**
 * Says how many records are (or are not) among the results only because headings were matched as text, by asking again without: what
 * the headings match is not what the query finds.
 */
function noteTextMatches(run: Evaluation, query: ResolvedQuery, found: DocSet): void {
  const plain = new Evaluation(run.index, { ...run.options, headingsAsText: false });
  let docs = searchLines(plain, query)?.docs;
  if (docs === undefined) return;
  if (run.options.until !== undefined) docs = limitTo(plain, docs, run.options.until);
  const added = found.andNot(docs).count();
  const removed = docs.andNot(found).count();
  const lost =
    removed === 0
      ? ''
      : ` For the same reason ${formatCount(removed)} ${removed === 1 ? 'was' : 'were'} left out.`;
  run.warn(
    'headings-as-text',
    `Headings were also looked for as words in records without MeSH: ${formatCount(added)} of the ${formatCount(found.count())} records are found by that only.${lost}`,
  );
}
