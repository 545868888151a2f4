import { printQuery } from '../pubmed/index.ts';
import type { ChainNode, ParsedQuery, TermNode } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import { nodesOf, textOf } from './checker.ts';
import type { Checker, Report } from './checker.ts';

/** Values that PubMed takes without a tag: User Guide, "Filters", and ids. */
const UNTAGGED_VALUE =
  /^(?:has[a-z]+|pmcbook[a-z]*|indexingmethod_[a-z]+|pubstatus[a-z]+|owner[a-z]+|NCT\d{8}|\d{1,8})$/i;

/** Terms without a tag, and terms that are there twice. */
export const checkTerms: Checker = (query, report) => {
  for (const node of nodesOf(query.root)) {
    if (node.kind === 'term' && node.tag === undefined) checkUntagged(node, report);
    else if (node.kind === 'chain') checkDuplicates(query, node, report);
  }
};

function checkUntagged(term: TermNode, report: Report): void {
  if (UNTAGGED_VALUE.test(term.text) || isHeadingWithSubheading(term)) return;
  const { end } = term.range;
  const message =
    term.quoted || term.text.includes('*')
      ? 'Without a field tag PubMed searches this in all fields. Name the field that you mean, such as [tiab].'
      : 'Without a field tag PubMed maps this term to headings, journals and authors, and to all fields. Name the field that you mean, such as [tiab].';
  report('missing-tag', term.range, message, [
    fix('Add [tiab]', false, [end, end, '[tiab]']),
    fix('Add [all]', false, [end, end, '[all]']),
  ]);
}

/** `Neoplasms/therapy` needs no tag. */
function isHeadingWithSubheading(term: TermNode): boolean {
  return /^[^/]+\/[^/]+$/.test(term.text) && !/\d/.test(term.text) && term.quoted;
}

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
