import { hasWrittenOperators } from './neighbours.ts';
import type { QueryFacts } from './facts.ts';
import { PRESS, textOf } from './family.ts';
import type { Report, RuleFamily } from './family.ts';
import { findField } from '../pubmed/index.ts';
import type { GroupNode, ParsedQuery, QueryNode, TermNode } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import { Has } from './has.ts';

/** Levels of parentheses that a reader still follows. */
const READABLE_DEPTH = 6;
/** A saved custom filter of PubMed takes this many characters (User Guide, "Filters"). */
const FILTER_LENGTH = 4000;

/** How a query is built. */
export const structureRules = {
  rules: [
    {
      id: 'unnecessary-parentheses',
      level: 'hint',
      category: 'operators',
      press: PRESS.syntax,
      reason: 'Parentheses around one term or around parentheses change nothing and hide those that matter.',
    },
    {
      id: 'deep-nesting',
      level: 'hint',
      category: 'operators',
      press: PRESS.operators,
      reason: 'Deeply nested blocks hide mistakes; numbered lines can be read and peer reviewed.',
    },
    {
      id: 'operator-in-quotes',
      level: 'warning',
      category: 'operators',
      press: PRESS.operators,
      reason: 'Inside quotes AND, OR and NOT are words of the phrase and combine nothing.',
    },
    {
      id: 'long-query',
      level: 'hint',
      category: 'syntax',
      reason: 'PubMed runs long queries, but saves custom filters of 4,000 characters at most.',
    },
  ],
  checkQuery({ query, leaves, has, hasGroups }: QueryFacts, report: Report): void {
    if (query.text.length > FILTER_LENGTH) checkLength(query, report);
    if (hasGroups && query.root !== undefined) checkParentheses(query, query.root, report);
    if ((has & Has.operatorWord) === 0) return;
    for (const leaf of leaves)
      if (leaf.term.quoted && (leaf.has & Has.operatorWord) !== 0)
        checkPhrase(leaf.term, leaf.term === query.root, report);
  },
} satisfies RuleFamily;

function checkLength(query: ParsedQuery, report: Report): void {
  const sent = query.tokens.reduce(
    (sum, { kind, start, end }) => (kind === 'comment' ? sum : sum + end - start),
    0,
  );
  const first = query.tokens.find(({ kind }) => kind !== 'space' && kind !== 'comment');
  if (sent <= FILTER_LENGTH || first === undefined) return;
  report(
    'long-query',
    { start: first.start, end: first.end },
    `This line has ${sent.toLocaleString('en-US')} characters. PubMed runs it, but it cannot be saved as a custom filter (4,000 characters), and in a web address it is too long for some programs. Numbered lines are easier to read and check.`,
  );
}

/** Walks without recursion, each group with its depth and with the operators beside it. */
function checkParentheses(query: ParsedQuery, root: QueryNode, report: Report): void {
  const open: { readonly node: QueryNode; readonly depth: number; readonly isFree: boolean }[] = [
    { node: root, depth: 0, isFree: true },
  ];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { node, depth, isFree } = at;
    if (node.kind === 'chain') {
      node.operands.forEach((operand, index) => {
        if (operand.kind === 'group')
          open.push({ node: operand, depth, isFree: hasWrittenOperators(node, index) });
      });
    } else if (node.kind === 'group' && node.inner !== undefined) {
      const isWritten = isOpened(query, node);
      if (isWritten && node.tag === undefined) checkGroup(query, node, node.inner, isFree, report);
      if (isWritten && depth === READABLE_DEPTH) {
        const { start } = node.range;
        report(
          'deep-nesting',
          { start, end: start + 1 },
          `Parentheses are more than ${READABLE_DEPTH} deep here. Put inner blocks on numbered lines and refer to them: #1 AND #2.`,
        );
      }
      open.push({ node: node.inner, depth: isWritten ? depth + 1 : depth, isFree: true });
    }
  }
}

/** Whether a parenthesis is written; PMIDs side by side are a group without. */
function isOpened({ text, offset }: ParsedQuery, { range }: GroupNode): boolean {
  return text.charAt(range.start - offset) === '(';
}

function checkGroup(
  query: ParsedQuery,
  group: GroupNode,
  inner: QueryNode,
  isFree: boolean,
  report: Report,
): void {
  const isDoubled = inner.kind === 'group' && inner.tag === undefined && isOpened(query, inner);
  // Around a tagged term parentheses are a habit of PubMed's own search builder, and of PubMed's search details.
  const isSingle = inner.kind === 'term' || inner.kind === 'reference';
  if (!isDoubled && !isSingle) return;
  const { start, end } = group.range;
  if (query.text.charAt(end - 1 - query.offset) !== ')') return;
  const isTight =
    textOf(query, { start: start + 1, end: inner.range.start }).trim() === '' &&
    textOf(query, { start: inner.range.end, end: end - 1 }).trim() === '';
  // Without an operator beside it, what stands in the parentheses would join its neighbour.
  const fixes =
    isTight && (isFree || isDoubled)
      ? [fix('Remove these parentheses', true, [start, inner.range.start, ''], [inner.range.end, end, ''])]
      : [];
  report(
    'unnecessary-parentheses',
    { start, end: start + 1 },
    isDoubled
      ? 'These parentheses stand directly around others and change nothing.'
      : 'These parentheses hold one term only and change nothing.',
    fixes,
  );
}

function checkPhrase(term: TermNode, isWhole: boolean, report: Report): void {
  // A whole query in quotes has a rule of its own.
  if (isWhole && term.tag === undefined) return;
  // Headings are found in any case: "Appointments AND Schedules"[mh].
  if (findField(term.tag?.field ?? '')?.mesh === true) return;
  const match = /\S\s+(AND|OR|NOT)\s+\S/.exec(term.text);
  if (match === null || term.text === term.text.toUpperCase()) return;
  report(
    'operator-in-quotes',
    term.range,
    `"${match[1] ?? ''}" stands inside the quotes, so it is a word of the phrase and combines nothing. Quote each phrase by itself, or write it in lower case if it is a word.`,
  );
}
