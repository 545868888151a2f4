import { printQuery } from '../pubmed/index.ts';
import type { ChainNode, ParsedQuery } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import { nodesOf, PRESS, textOf } from './family.ts';
import type { Report, RuleFamily } from './family.ts';

/** Terms that are there twice. */
export const duplicateRules = {
  rules: [
    {
      id: 'duplicate-term',
      level: 'warning',
      category: 'terms',
      press: PRESS.textWords,
      reason: 'A term that is ORed twice adds nothing.',
    },
  ],
  checkQuery(query: ParsedQuery, report: Report): void {
    for (const node of nodesOf(query.root)) if (node.kind === 'chain') checkDuplicates(query, node, report);
  },
} satisfies RuleFamily;

function checkDuplicates(query: ParsedQuery, chain: ChainNode, report: Report): void {
  if (chain.operators.some(({ operator }) => operator !== 'OR')) return;
  const seen = new Set<string>();
  chain.operands.forEach((operand, index) => {
    if (operand.kind === 'group' || operand.kind === 'chain') return;
    const key = printQuery(operand).toLowerCase();
    const previous = chain.operands[index - 1];
    if (seen.has(key) && previous !== undefined) {
      const { start, end } = { start: previous.range.end, end: operand.range.end };
      const isPlain = !textOf(query, { start, end }).includes('//');
      const fixes = isPlain ? [fix('Remove the second one', true, [start, end, ''])] : [];
      report(
        'duplicate-term',
        operand.range,
        `${printQuery(operand).slice(0, 100)} is already in this OR group and adds nothing. Remove it.`,
        fixes,
      );
    }
    seen.add(key);
  });
}
