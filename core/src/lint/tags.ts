import type { ChainNode, ParsedQuery, Tag, TermNode } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import type { Fix, Range } from '../text/index.ts';
import type { Leaf } from './blocks.ts';
import { Joins } from './facts.ts';
import type { QueryFacts } from './facts.ts';
import { PRESS } from './family.ts';
import type { Report, RuleFamily } from './family.ts';
import { Has } from './has.ts';

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
const RENAMED = new Set(Object.values(LEGACY_TAGS));

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
  checkQuery({ query, leaves, chains }: QueryFacts, report: Report): void {
    const names = query.problems
      .filter(({ rule }) => rule === 'parentheses-in-name')
      .map(({ range }) => range);
    const untagged = leaves.filter(isUntagged);
    if (untagged.length > 0 && untagged.length < leaves.length)
      for (const { chain, joins } of chains)
        if ((joins & ~Joins.implicit) === Joins.or) checkEvenness(query, chain, names, report);
    for (const { term } of leaves) if (term.tag !== undefined) checkTag(term.tag, report);
    for (const leaf of untagged) tellUntagged(query, leaf, names, report);
  },
} satisfies RuleFamily;

function checkTag(tag: Tag, report: Report): void {
  if (tag.field === 'all')
    report(
      'all-fields',
      tag.range,
      '[all] also searches names, addresses, journals and substances. [tiab] or [tw] is what text words usually mean.',
    );
  // Most tags are written as they stand in the table of fields, or name a field that never had another tag.
  if (tag.text === tag.field || tag.field === undefined || !RENAMED.has(tag.field)) return;
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
function checkEvenness(query: ParsedQuery, chain: ChainNode, names: readonly Range[], report: Report): void {
  if (chain.operands.length < 4) return;
  const candidates: TermNode[] = [];
  const fields = new Map<string, number>();
  let tagged = 0;
  for (const operand of chain.operands) {
    if (operand.kind !== 'term') continue;
    const field = operand.tag?.field;
    if (operand.tag === undefined) candidates.push(operand);
    else if (field !== undefined && TEXT_FIELDS.has(field)) {
      tagged++;
      if (operand.tag.proximity === undefined) fields.set(field, (fields.get(field) ?? 0) + 1);
    }
  }
  if (candidates.length === 0 || tagged < 3) return;
  const untagged = candidates.filter((term) => !isValue(term));
  if (untagged.length === 0) return;
  if (tagged < untagged.length * 3) return;
  const [usual = 'tiab'] = [...fields].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  for (const term of untagged) {
    const { end } = term.range;
    report(
      'uneven-tags',
      term.range,
      `The other terms of this group have a tag such as [${usual}], this one has none and is mapped by PubMed. Add the tag if it was forgotten.`,
      canTakeTag(query, end, names) ? [fix(`Add [${usual}]`, false, [end, end, `[${usual}]`])] : [],
    );
  }
}

/** Not inside `Fe(II)`, where PubMed would take the tag for that of a part. */
const canTakeTag = (query: ParsedQuery, end: number, names: readonly Range[]): boolean =>
  query.text.charAt(end - query.offset) !== '(' &&
  !names.some((range) => range.start <= end && end <= range.end);

/** What no value of {@link UNTAGGED_VALUE} has. */
const NO_VALUE = Has.space | Has.star | Has.hyphen | Has.special;

const isUntagged = ({ term, has }: Leaf): boolean =>
  term.tag === undefined &&
  ((has & NO_VALUE) !== 0 || !UNTAGGED_VALUE.test(term.text)) &&
  ((has & Has.slash) === 0 || !isHeadingWithSubheading(term));

function isValue(term: TermNode): boolean {
  return UNTAGGED_VALUE.test(term.text) || isHeadingWithSubheading(term);
}

/** Half of all findings in real strategies, so nothing here takes time. */
function tellUntagged(
  query: ParsedQuery,
  { term, has }: Leaf,
  names: readonly Range[],
  report: Report,
): void {
  const { end } = term.range;
  const message =
    term.quoted || (has & Has.star) !== 0
      ? 'Without a field tag PubMed searches this in all fields. Name the field that you mean, such as [tiab].'
      : 'Without a field tag PubMed maps this term to headings, journals and authors, and to all fields. Name the field that you mean, such as [tiab].';
  report(
    'missing-tag',
    term.range,
    message,
    canTakeTag(query, end, names)
      ? [insertion('Add [tiab]', end, '[tiab]'), insertion('Add [all]', end, '[all]')]
      : [],
  );
}

const insertion = (title: string, at: number, newText: string): Fix => ({
  title,
  edits: [{ range: { start: at, end: at }, newText }],
});

/** `Neoplasms/therapy` needs no tag. */
function isHeadingWithSubheading(term: TermNode): boolean {
  return /^[^/]+\/[^/]+$/.test(term.text) && !/\d/.test(term.text) && term.quoted;
}
