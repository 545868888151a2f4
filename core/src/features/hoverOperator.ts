import { explainGrouping } from '../pubmed/index.ts';
import type { ChainNode, Operator, QueryNode } from '../pubmed/index.ts';
import { code } from './wording.ts';

/** What PubMed's operators find. */
export const operatorMeanings: Readonly<Record<Operator, string>> = {
  AND: 'Records that both sides find.',
  OR: 'Records that at least one side finds.',
  NOT: 'Records that the left side finds and the right side does not. It also drops relevant records that mention both.',
};

/** What an operator does, and how PubMed reads the chain that it stands in. Markdown paragraphs. */
export function describeOperator(chain: ChainNode, operator: Operator): string[] {
  return [`**${operator}** — ${operatorMeanings[operator]}`, ...describeGrouping(chain)];
}

/** PubMed's reading of a query that mixes AND and OR at one level; none of one that does not. Markdown paragraphs. */
export function describeGrouping(at: QueryNode): string[] {
  const explained = explainGrouping(at);
  return explained === undefined
    ? []
    : [`PubMed evaluates from left to right, so this means: ${code(explained, 600)}`];
}
