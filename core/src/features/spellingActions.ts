import { nodesOf } from '../pubmed/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import { contains } from '../text/index.ts';
import type { Problem, Range } from '../text/index.ts';
import { lineAt } from './locate.ts';

/** Rules about words that PubMed does not have; most of them are misspelt. */
const NOT_FOUND = new Set(['phrase-not-found', 'all-fields-fallback']);

/** Words whose spelling PubMed can be asked for: they are sent when the action is chosen, never before. */
export interface SpellingAction {
  readonly title: string;
  readonly problem: Problem;
  /** The words, without quotes and tag. */
  readonly words: Range;
}

/** For the problems that touch `range`, the words whose spelling PubMed can be asked for. */
export function spellingActions(
  document: StrategyDocument,
  range: Range,
  problems: readonly Problem[],
): readonly SpellingAction[] {
  return problems.flatMap((problem) => {
    if (!NOT_FOUND.has(problem.rule)) return [];
    if (problem.range.start > range.end || problem.range.end < range.start) return [];
    const words = wordsOf(document, problem.range);
    return words === undefined ? [] : { title: 'Ask PubMed for its spelling', problem, words };
  });
}

/** The words of the term that the problem is about; a whole line is about no term, and a star says that the rest is not known. */
function wordsOf(document: StrategyDocument, place: Range): Range | undefined {
  const root = lineAt(document, place.start)?.query.root;
  for (const node of nodesOf(root)) {
    if (node.kind !== 'term' || !contains(node.range, place)) continue;
    const words = contains(node.textRange, place) ? place : node.textRange;
    return document.text.slice(words.start, words.end).includes('*') ? undefined : words;
  }
  return undefined;
}
