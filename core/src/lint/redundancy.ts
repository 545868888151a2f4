import { printTerm } from '../pubmed/index.ts';
import type { ParsedQuery } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import { blocksIn, keyOf } from './blocks.ts';
import type { Block, Leaf } from './blocks.ts';
import { Covers } from './covers.ts';
import type { Entry } from './covers.ts';
import { PRESS } from './family.ts';
import type { Report, RuleFamily } from './family.ts';
import { removalOf } from './operandEdits.ts';
import { textWordsOf } from './textWords.ts';
import type { TextWords } from './textWords.ts';

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
  checkQuery(query: ParsedQuery, report: Report): void {
    for (const block of blocksIn(query)) if (block.leaves.length > 1) checkBlock(query, block, report);
  },
} satisfies RuleFamily;

function checkBlock(query: ParsedQuery, block: Block, report: Report): void {
  const entries: Entry[] = [];
  const seen = new Set<string>();
  block.leaves.forEach((leaf, order) => {
    const text = textWordsOf(leaf.term);
    const key = keyOf(leaf.term);
    if (text === undefined || !text.literal || seen.has(key) || isFaulty(leaf, text)) return;
    seen.add(key);
    entries.push({ leaf, order, text });
  });
  const covers = new Covers(entries);
  for (const entry of entries) {
    const certain = covers.certain(entry);
    if (certain !== undefined) tell(query, 'redundant-term', entry, certain, report);
    else {
      const likely = covers.likely(entry);
      if (likely !== undefined) tell(query, 'contained-phrase', entry, likely, report);
      const spaced = likely === undefined && entry.text.hyphenated ? covers.spaced(entry) : undefined;
      if (spaced !== undefined) tell(query, 'redundant-hyphen', entry, spaced, report);
    }
  }
}

/** Proximity that PubMed ignores: other rules speak of it. */
function isFaulty({ term }: Leaf, { proximity, truncated, words }: TextWords): boolean {
  const isWritten = term.tag?.text.includes(':') === true;
  return isWritten && (proximity === undefined || truncated || words.length < 2 || !term.quoted);
}

function tell(query: ParsedQuery, rule: Rule, entry: Entry, cover: Entry, report: Report): void {
  const { term, place } = entry.leaf;
  const other = printTerm(cover.leaf.term).slice(0, 100);
  const name = printTerm(term).slice(0, 100);
  const edits = rule === 'contained-phrase' ? undefined : removalOf(query, place, cover.order > entry.order);
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
