import { printQuery } from '../pubmed/index.ts';
import type { ChainNode, Operator, ParsedQuery, QueryNode } from '../pubmed/index.ts';
import type { StrategyDocument } from '../strategy/index.ts';
import { fix } from '../text/index.ts';
import { keyOf } from './blocks.ts';
import type { Leaf, Place } from './blocks.ts';
import { Joins } from './facts.ts';
import type { ChainFacts, QueryFacts } from './facts.ts';
import { PRESS } from './family.ts';
import type { Report, RuleFamily } from './family.ts';
import { exactLineGroups } from './lineGroups.ts';
import { removalOf } from './operandEdits.ts';
import { LONGEST_COMPARED, numberOf, numbers } from './repeats.ts';

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
  checkQuery(facts: QueryFacts, report: Report): void {
    const { query } = facts;
    for (const { repeats } of facts.blocks)
      for (const leaf of repeats) tell(query, leaf.term, leaf, 'OR', report);
    for (const chain of facts.chains)
      if (mayRepeat(chain, facts.leaves)) checkChain(query, chain.chain, report);
  },
  checkStrategy(document: StrategyDocument, report: Report): void {
    for (const { lines } of exactLineGroups(document)) {
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

/** Whether what is excluded, or joined otherwise, begins here: it is compared with its like, never with the first operand. */
function beginsRun(chain: ChainNode, index: number): boolean {
  const operator = chain.operators[index - 1]?.operator;
  return operator !== chain.operators[index - 2]?.operator && (index > 1 || operator === 'NOT');
}

/** Everything but terms that are ORed, which are compared with their block, and long groups. */
function isCompared(chain: ChainNode, operand: QueryNode, index: number): boolean {
  if (operand.kind === 'term') return chain.operators[index - 1]?.operator !== 'OR';
  return operand.kind !== 'group' || operand.range.end - operand.range.start <= LONGEST_GROUP;
}

/** Whether two operands have the same number, as hardly any have that are not the same: printing groups takes its time. */
function mayRepeat({ chain, joins, hasOthers }: ChainFacts, leaves: readonly Leaf[]): boolean {
  if (!hasOthers && (joins & ~Joins.implicit) === Joins.or) return false;
  const { operands } = chain;
  if (operands.length > LONGEST_COMPARED) return true;
  numbers.begin(operands.length);
  for (let index = 0; index < operands.length; index++) {
    const operand = operands[index];
    if (beginsRun(chain, index)) numbers.begin(operands.length);
    if (operand === undefined || !isCompared(chain, operand, index)) continue;
    if (!numbers.add(numberOfOperand(operand, leaves))) return true;
  }
  return false;
}

/** Made of the numbers of its terms. */
function numberOfOperand({ kind, range }: QueryNode, leaves: readonly Leaf[]): number {
  if (kind === 'reference' || kind === 'range') return 0;
  let number = 0;
  for (let at = firstFrom(leaves, range.start); at < leaves.length; at++) {
    const leaf = leaves[at];
    if (leaf === undefined || leaf.term.range.start >= range.end) break;
    number = (Math.imul(number, 1_000_003) + numberOf(leaf)) | 0;
  }
  return number;
}

/** The first term that begins at `start` or behind it, by halving. */
function firstFrom(leaves: readonly Leaf[], start: number): number {
  let low = 0;
  let high = leaves.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((leaves[middle]?.term.range.start ?? Infinity) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

function checkChain(query: ParsedQuery, chain: ChainNode, report: Report): void {
  let seen = new Set<string>();
  chain.operands.forEach((operand, index) => {
    const operator = chain.operators[index - 1]?.operator;
    if (beginsRun(chain, index)) seen = new Set();
    if (!isCompared(chain, operand, index)) return;
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
