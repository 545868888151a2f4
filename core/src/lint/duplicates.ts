import { printQuery } from '../pubmed/index.ts';
import type { ChainNode, Operator, ParsedQuery, QueryNode } from '../pubmed/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import { fix } from '../text/index.ts';
import { blocksIn, keyOf } from './blocks.ts';
import type { Block, Place } from './blocks.ts';
import { nodesOf, PRESS } from './family.ts';
import type { Report, RuleFamily } from './family.ts';
import { lineGroupsOf } from './lineGroups.ts';
import { removalOf } from './operandEdits.ts';

/** A longer group is not compared with others: printing every level of nested groups would take too long. */
const LONGEST_GROUP = 500;

/** Operands that are there twice. */
export const duplicateRules = {
  rules: [
    {
      id: 'duplicate-term',
      level: 'warning',
      category: 'terms',
      press: PRESS.textWords,
      reason: 'A term that is there twice adds nothing, and often stands where another one was meant.',
    },
    {
      id: 'duplicate-across-lines',
      level: 'information',
      category: 'terms',
      press: PRESS.textWords,
      reason: 'A term in two lines that are ORed adds nothing the second time.',
    },
  ],
  checkQuery(query: ParsedQuery, report: Report): void {
    for (const block of blocksIn(query)) checkBlock(query, block, report);
    for (const node of nodesOf(query.root)) if (node.kind === 'chain') checkChain(query, node, report);
  },
  checkStrategy(document: StrategyDocument, report: Report): void {
    for (const { lines } of lineGroupsOf(document).exact) {
      const seen = new Map<string, string>();
      for (const { line, terms } of lines) {
        for (const { key, start, end } of terms) {
          const first = seen.get(key);
          if (first === undefined) seen.set(key, line.label);
          else if (first !== line.label)
            report(
              'duplicate-across-lines',
              { start: line.query.offset + start, end: line.query.offset + end },
              `${key.slice(0, 100)} is already in line #${first}, which is ORed with this line, and adds nothing to the result.`,
            );
        }
      }
    }
  },
} satisfies RuleFamily;

function checkBlock(query: ParsedQuery, block: Block, report: Report): void {
  const seen = new Set<string>();
  for (const { term, place } of block.leaves) {
    const key = keyOf(term);
    if (seen.has(key)) tell(query, term, place, 'OR', report);
    seen.add(key);
  }
}

/** Everything but terms that are ORed, which {@link checkBlock} sees through parentheses. */
function checkChain(query: ParsedQuery, chain: ChainNode, report: Report): void {
  let seen = new Set<string>();
  chain.operands.forEach((operand, index) => {
    const operator = chain.operators[index - 1]?.operator;
    // What is excluded is compared with what is excluded, never with the first operand.
    if (operator !== chain.operators[index - 2]?.operator && (index > 1 || operator === 'NOT'))
      seen = new Set();
    const isTerm = operand.kind === 'term';
    if (isTerm && operator === 'OR') return;
    const size = operand.range.end - operand.range.start;
    if (operand.kind === 'group' && size > LONGEST_GROUP) return;
    const key = operand.kind === 'term' ? keyOf(operand) : printQuery(operand).toLowerCase();
    if (seen.has(key) && operator !== undefined)
      tell(query, operand, { chain, index, range: operand.range }, operator, report);
    seen.add(key);
  });
}

const EFFECT: Readonly<Record<Operator, string>> = {
  OR: 'is already in this OR group and adds nothing',
  AND: 'is already required here, and the second one changes nothing',
  NOT: 'is already excluded here, and the second one changes nothing',
};

function tell(
  query: ParsedQuery,
  operand: QueryNode,
  place: Place,
  operator: Operator,
  report: Report,
): void {
  const edits = removalOf(query, place, false);
  report(
    'duplicate-term',
    operand.range,
    `${printQuery(operand).slice(0, 100)} ${EFFECT[operator]}. Remove it.`,
    edits === undefined ? [] : [fix('Remove the second one', true, ...edits)],
  );
}
