import type { Thesaurus } from '../mesh/index.ts';
import type { ParsedQuery, TermNode } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import type { Leaf } from './blocks.ts';
import type { QueryFacts } from './facts.ts';
import { isWanted, PRESS } from './family.ts';
import type { LintContext, Report, RuleFamily } from './family.ts';
import { misspelt, SHORTEST_MISSPELT } from './misspellings.ts';
import { Has } from './has.ts';
import type { Word } from './words.ts';

/** Words from which on a quoted phrase is long. */
const LONG_PHRASE = 7;
/** Misspelt words that are told of one query; each is compared with the whole of it. */
const MAXIMUM_MISSPELT = 50;

/** Single terms that find nothing, or something else than was meant. */
export const termFormRules = {
  rules: [
    {
      id: 'long-phrase',
      level: 'information',
      category: 'terms',
      press: PRESS.textWords,
      reason: 'A long phrase must stand word for word in the record, and PubMed knows few long phrases.',
    },
    {
      id: 'stopword-term',
      level: 'information',
      category: 'terms',
      press: PRESS.textWords,
      reason: 'PubMed ignores stop words, so a term made of nothing else searches for nothing.',
    },
    {
      id: 'single-character-term',
      level: 'information',
      category: 'terms',
      press: PRESS.textWords,
      reason:
        'A letter or digit on its own stands in very many records, and is often the rest of a broken term.',
    },
    {
      id: 'ambiguous-acronym',
      level: 'off',
      category: 'terms',
      press: PRESS.textWords,
      reason: 'A short acronym stands for many things; without company it finds much that was not meant.',
    },
    {
      id: 'misspelt-word',
      level: 'information',
      category: 'terms',
      press: PRESS.syntax,
      reason: 'A misspelt word finds the few records with the same mistake.',
    },
  ],
  checkQuery({ query, leaves }: QueryFacts, report: Report, context: LintContext): void {
    const { thesaurus } = context;
    const budget = { words: MAXIMUM_MISSPELT };
    const withAcronyms = isWanted('ambiguous-acronym', context);
    for (const leaf of leaves) {
      if (leaf.field === undefined) continue;
      checkForm(leaf, withAcronyms, report);
      if (
        thesaurus !== undefined &&
        (leaf.has & Has.truncation) === 0 &&
        leaf.words.some((word) => isDoubtful(word, thesaurus))
      )
        checkSpelling(query, leaf.term, thesaurus, budget, report);
    }
  },
} satisfies RuleFamily;

/** Numbers without a tag are the business of the rules about dates. */
function isMeant({ tag, text }: TermNode): boolean {
  return tag !== undefined || /\p{L}/u.test(text);
}

function checkForm({ term, words }: Leaf, withAcronyms: boolean, report: Report): void {
  const [first] = words;
  if (first === undefined) return;
  if (
    term.quoted &&
    words.length >= LONG_PHRASE &&
    term.tag !== undefined &&
    term.tag.proximity === undefined
  )
    report(
      'long-phrase',
      term.range,
      `This phrase has ${words.length} words, which few records have in this order. Split it into shorter phrases, or use proximity such as [tiab:~3].`,
    );
  if (
    first.isStopword &&
    term.tag !== undefined &&
    words.every(({ isStopword }) => isStopword) &&
    !/^[A-Z]{2,}$/.test(term.text)
  )
    report(
      'stopword-term',
      term.range,
      `"${term.text.slice(0, 100)}" is made of stop words, which PubMed ignores. Remove it, or make it part of a phrase.`,
    );
  else if (
    words.length === 1 &&
    first.text.length <= 2 &&
    /^[\p{L}\p{N}]$/u.test(first.text) &&
    isMeant(term)
  )
    report(
      'single-character-term',
      term.range,
      `A single character is searched as a word of its own. Make it part of a phrase, or remove it.`,
    );
  else if (withAcronyms && /^[A-Z]{2,4}$/.test(term.text))
    report(
      'ambiguous-acronym',
      term.range,
      `"${term.text}" stands for many things. Add the long form, and combine the acronym with a word of the topic if it brings too much.`,
    );
}

/** Whether a word may be misspelt, or has to be taken apart to know. */
function isDoubtful({ text }: Word, thesaurus: Thesaurus): boolean {
  if (text.length < SHORTEST_MISSPELT) return false;
  return misspelt(text, thesaurus) !== undefined || /\P{L}/u.test(text);
}

function checkSpelling(
  query: ParsedQuery,
  term: TermNode,
  thesaurus: Thesaurus,
  budget: { words: number },
  report: Report,
): void {
  for (const match of term.text.matchAll(/\p{L}+/gu)) {
    const right = misspelt(match[0], thesaurus);
    if (right === undefined || budget.words-- <= 0) continue;
    // Misspelt beside the right one is meant.
    if (new RegExp(`\\b${right}\\b`, 'i').test(query.text)) continue;
    // The text of a term has its white space made single, so a place in it is one in the query only while both agree.
    const isPlain = term.textRange.end - term.textRange.start === term.text.length;
    const start = term.textRange.start + match.index;
    const end = start + match[0].length;
    report(
      'misspelt-word',
      isPlain ? { start, end } : term.range,
      `"${match[0]}" may be misspelt: MeSH often has "${right}". Correct it, or add the right spelling if the mistake is meant.`,
      isPlain ? [fix(`Change to "${right}"`, false, [start, end, right])] : [],
    );
  }
}
