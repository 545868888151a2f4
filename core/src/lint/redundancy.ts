import { printTerm } from '../pubmed/index.ts';
import type { ParsedQuery } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import { isLiteral } from './blocks.ts';
import type { Block, Leaf } from './blocks.ts';
import { Covers } from './covers.ts';
import type { QueryFacts } from './facts.ts';
import { PRESS } from './family.ts';
import type { Report, RuleFamily } from './family.ts';
import { removalOf } from './operandEdits.ts';
import { Has } from './has.ts';

/** Terms that another term of the same OR group finds already. */
export const redundancyRules = {
  rules: [
    {
      id: 'redundant-term',
      level: 'information',
      category: 'terms',
      press: PRESS.textWords,
      reason: 'A term whose records another term of the same OR group finds already adds nothing but length.',
    },
    {
      id: 'contained-phrase',
      level: 'hint',
      category: 'terms',
      press: PRESS.textWords,
      reason:
        'A phrase that contains another phrase of the same OR group adds nothing, unless PubMed does not know the longer one and takes it apart.',
    },
    {
      id: 'redundant-hyphen',
      level: 'hint',
      category: 'terms',
      press: PRESS.textWords,
      reason: 'PubMed reads a hyphen as a space, so the form with spaces finds the hyphenated one, too.',
    },
  ],
  checkQuery({ query, blocks }: QueryFacts, report: Report): void {
    for (const block of blocks) if (block.leaves.length > 1) checkBlock(query, block, report);
  },
} satisfies RuleFamily;

function checkBlock(query: ParsedQuery, { leaves, repeats }: Block, report: Report): void {
  const entries = leaves.filter((leaf) => isCompared(leaf) && !repeats.has(leaf));
  if (entries.length < 2) return;
  const covers = new Covers(entries);
  for (const entry of entries) {
    const certain = covers.certain(entry);
    if (certain !== undefined) tell(query, 'redundant-term', entry, certain, report);
    else {
      const likely = covers.likely(entry);
      if (likely !== undefined) tell(query, 'contained-phrase', entry, likely, report);
      const spaced = likely === undefined ? covers.spaced(entry) : undefined;
      if (spaced !== undefined) tell(query, 'redundant-hyphen', entry, spaced, report);
    }
  }
}

/** Terms whose words PubMed searches as they stand, but for proximity that PubMed ignores: other rules speak of it. */
function isCompared(leaf: Leaf): boolean {
  if (leaf.field === undefined || !isLiteral(leaf)) return false;
  const { quoted, tag } = leaf.term;
  if (tag === undefined || !tag.text.includes(':')) return true;
  return tag.proximity !== undefined && (leaf.has & Has.truncation) === 0 && leaf.words.length > 1 && quoted;
}

function tell(query: ParsedQuery, rule: Rule, entry: Leaf, cover: Leaf, report: Report): void {
  const { term } = entry;
  const other = printTerm(cover.term).slice(0, 100);
  const name = printTerm(term).slice(0, 100);
  const edits = rule === 'contained-phrase' ? undefined : removalOf(query, entry, cover.at > entry.at);
  const fixes = edits === undefined ? [] : [fix(`Remove ${name}`, rule === 'redundant-term', ...edits)];
  report(rule, term.range, MESSAGES[rule](name, other), fixes);
}

type Rule = 'redundant-term' | 'contained-phrase' | 'redundant-hyphen';

const MESSAGES: Readonly<Record<Rule, (name: string, other: string) => string>> = {
  'redundant-term': (name, other) =>
    `${other} in the same OR group finds everything that ${name} finds. Remove ${name}.`,
  'contained-phrase': (name, other) =>
    `${other} in the same OR group finds every record with ${name}. Remove it, unless you want PubMed to take the phrase apart when it does not know it.`,
  'redundant-hyphen': (name, other) =>
    `PubMed finds the hyphenated form with ${other}, which is in the same OR group. ${name} is not needed.`,
};
