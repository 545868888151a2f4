import type { ParsedQuery, TermNode } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import { nodesOf, PRESS } from './family.ts';
import type { Report, RuleFamily } from './family.ts';

/** Values that PubMed takes without a tag: User Guide, "Filters", and ids. */
const UNTAGGED_VALUE =
  /^(?:has[a-z]+|pmcbook[a-z]*|indexingmethod_[a-z]+|pubstatus[a-z]+|owner[a-z]+|NCT\d{8}|\d{1,8})$/i;

/** Field tags that are not there. */
export const tagRules = {
  rules: [
    {
      id: 'missing-tag',
      level: 'information',
      category: 'tags',
      press: PRESS.textWords,
      reason:
        'Without a field tag PubMed maps the term by rules that change over time, so the search cannot be repeated exactly.',
    },
  ],
  checkQuery(query: ParsedQuery, report: Report): void {
    for (const node of nodesOf(query.root))
      if (node.kind === 'term' && node.tag === undefined) checkUntagged(node, report);
  },
} satisfies RuleFamily;

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
