import type { ChainNode, ParsedQuery, Tag, TermNode } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import { nodesOf, PRESS } from './family.ts';
import type { Report, RuleFamily } from './family.ts';

/** Values that PubMed takes without a tag: User Guide, "Filters", and ids. */
const UNTAGGED_VALUE =
  /^(?:has[a-z]+|pmcbook[a-z]*|indexingmethod_[a-z]+|pubstatus[a-z]+|owner[a-z]+|NCT\d{8}|\d{1,8})$/i;

/** Names of PubMed's indexes and old abbreviations, which work but stand in no guide, and the tag to use. */
const LEGACY_TAGS: Readonly<Record<string, string>> = {
  so: 'ta',
  titl: 'ti',
  word: 'tw',
  affl: 'ad',
  coln: 'cn',
  faut: '1au',
  finv: 'ir',
  subs: 'nm',
  papx: 'pa',
  otrm: 'ot',
  subh: 'sh',
  cdat: 'dcom',
  mdat: 'lr',
};
/** Fields that hold words of a text, where an untagged neighbour was most likely meant to have the tag as well. */
const TEXT_FIELDS = new Set(['ti', 'tiab', 'tw']);

/** Field tags: missing, uneven, or in an old spelling. */
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
    {
      id: 'uneven-tags',
      level: 'warning',
      category: 'tags',
      press: PRESS.textWords,
      reason: 'One term without a tag among terms with one was most likely forgotten.',
    },
    {
      id: 'all-fields',
      level: 'hint',
      category: 'tags',
      press: PRESS.textWords,
      reason: 'All fields include author names, affiliations and journals, which adds noise.',
    },
    {
      id: 'legacy-tag',
      level: 'hint',
      category: 'tags',
      press: PRESS.syntax,
      reason: "Spellings that PubMed's guide no longer lists may stop working, and readers do not know them.",
    },
  ],
  checkQuery(query: ParsedQuery, report: Report): void {
    for (const node of nodesOf(query.root)) {
      if (node.kind === 'term') {
        if (node.tag === undefined) checkUntagged(query, node, report);
        else checkTag(node.tag, report);
      } else if (node.kind === 'chain') checkEvenness(query, node, report);
    }
  },
} satisfies RuleFamily;

function checkTag(tag: Tag, report: Report): void {
  if (tag.field === 'all')
    report(
      'all-fields',
      tag.range,
      '[all] also searches names, addresses, journals and substances. [tiab] or [tw] is what text words usually mean.',
    );
  const colon = tag.text.indexOf(':');
  const written = (colon < 0 ? tag.text : tag.text.slice(0, colon)).trim().toLowerCase();
  const now = Object.hasOwn(LEGACY_TAGS, written) ? LEGACY_TAGS[written] : undefined;
  if (now === undefined) return;
  const modifier = colon < 0 ? '' : tag.text.slice(colon);
  report('legacy-tag', tag.range, `[${written}] is an old spelling. PubMed's guide has [${now}].`, [
    fix(`Change to [${now}${modifier}]`, true, [tag.range.start, tag.range.end, `[${now}${modifier}]`]),
  ]);
}

/** Most operands of an OR group have a tag for words, and few have none. */
function checkEvenness(query: ParsedQuery, chain: ChainNode, report: Report): void {
  if (chain.operands.length < 4 || chain.operators.some(({ operator }) => operator !== 'OR')) return;
  const untagged: TermNode[] = [];
  const fields = new Map<string, number>();
  let tagged = 0;
  for (const operand of chain.operands) {
    if (operand.kind !== 'term') continue;
    const field = operand.tag?.field;
    if (operand.tag === undefined) {
      if (!isValue(operand)) untagged.push(operand);
    } else if (field !== undefined && TEXT_FIELDS.has(field)) {
      tagged++;
      if (operand.tag.proximity === undefined) fields.set(field, (fields.get(field) ?? 0) + 1);
    }
  }
  if (untagged.length === 0 || tagged < untagged.length * 3) return;
  const [usual = 'tiab'] = [...fields].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  for (const term of untagged) {
    const { end } = term.range;
    report(
      'uneven-tags',
      term.range,
      `The other terms of this group have a tag such as [${usual}], this one has none and is mapped by PubMed. Add the tag if it was forgotten.`,
      canTakeTag(query, end) ? [fix(`Add [${usual}]`, true, [end, end, `[${usual}]`])] : [],
    );
  }
}

/** Not inside `Fe(II)`, where PubMed would take the tag for that of a part. */
const canTakeTag = (query: ParsedQuery, end: number): boolean =>
  query.text.charAt(end - query.offset) !== '(' &&
  !query.problems.some(
    ({ rule, range }) => rule === 'parentheses-in-name' && range.start <= end && end <= range.end,
  );

function isValue(term: TermNode): boolean {
  return UNTAGGED_VALUE.test(term.text) || isHeadingWithSubheading(term);
}

function checkUntagged(query: ParsedQuery, term: TermNode, report: Report): void {
  if (isValue(term)) return;
  const { end } = term.range;
  const message =
    term.quoted || term.text.includes('*')
      ? 'Without a field tag PubMed searches this in all fields. Name the field that you mean, such as [tiab].'
      : 'Without a field tag PubMed maps this term to headings, journals and authors, and to all fields. Name the field that you mean, such as [tiab].';
  report(
    'missing-tag',
    term.range,
    message,
    canTakeTag(query, end)
      ? [fix('Add [tiab]', false, [end, end, '[tiab]']), fix('Add [all]', false, [end, end, '[all]'])]
      : [],
  );
}

/** `Neoplasms/therapy` needs no tag. */
function isHeadingWithSubheading(term: TermNode): boolean {
  return /^[^/]+\/[^/]+$/.test(term.text) && !/\d/.test(term.text) && term.quoted;
}
