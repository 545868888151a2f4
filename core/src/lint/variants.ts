import { pluralForms, spellingVariants } from '../mapping/index.ts';
import type { Thesaurus } from '../mesh/index.ts';
import type { ParsedQuery, TermNode } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import { blocksIn } from './blocks.ts';
import type { Block, Leaf } from './blocks.ts';
import { PRESS } from './family.ts';
import type { LintContext, Report, RuleFamily } from './family.ts';
import { additionTo } from './operandEdits.ts';
import { containsField, findsRun, textWordsOf } from './textWords.ts';
import type { TextWords } from './textWords.ts';
import { compounds, wordCounts } from './vocabulary.ts';

/** Variants that are looked for in one OR group: each is compared with all its terms. */
const MAXIMUM_SOUGHT = 200;

/** Other ways to write a text word that its OR group lacks. */
export const variantRules = {
  rules: [
    {
      id: 'missing-spelling',
      level: 'information',
      category: 'terms',
      press: PRESS.textWords,
      reason:
        'British and American authors spell differently; with a field tag PubMed searches what is written only.',
    },
    {
      id: 'missing-compound',
      level: 'hint',
      category: 'terms',
      press: PRESS.textWords,
      reason: 'Authors write the compound as one word and as two, and PubMed indexes these differently.',
    },
    {
      id: 'missing-plural',
      level: 'off',
      category: 'terms',
      press: PRESS.textWords,
      reason:
        'With a field tag PubMed searches the word form that is written; singular or plural alone loses records.',
    },
  ],
  checkQuery(query: ParsedQuery, report: Report, { thesaurus }: LintContext): void {
    for (const block of blocksIn(query)) if (!block.isExcluded) checkBlock(query, block, thesaurus, report);
  },
} satisfies RuleFamily;

/** A way to write a term that may be missing. */
interface Variant {
  readonly rule: string;
  readonly words: readonly string[];
  readonly text: string;
  readonly message: (text: string) => string;
}

function checkBlock(
  query: ParsedQuery,
  block: Block,
  thesaurus: Thesaurus | undefined,
  report: Report,
): void {
  const texts = block.leaves.flatMap((leaf) => textWordsOf(leaf.term) ?? []);
  const told = new Set<string>();
  let sought = 0;
  for (const leaf of block.leaves) {
    const text = textWordsOf(leaf.term);
    if (text === undefined || !text.literal || leaf.term.tag?.field === undefined) continue;
    for (const variant of variantsOf(leaf.term, text, thesaurus)) {
      const key = `${text.field} ${variant.words.join(' ')}`;
      if (told.has(key) || sought++ >= MAXIMUM_SOUGHT) continue;
      if (texts.some((other) => finds(other, text, variant.words))) continue;
      told.add(key);
      tell(query, leaf, variant, report);
    }
  }
}

/** Whether a term of the group finds what a variant of `text` would. */
function finds(other: TextWords, text: TextWords, words: readonly string[]): boolean {
  if (!containsField(other.field, text.field)) return false;
  if (other.proximity === undefined || text.proximity === undefined) return findsRun(other.words, words);
  return other.words.length === words.length && other.words.every((word) => words.includes(word));
}

function tell(query: ParsedQuery, leaf: Leaf, { rule, text, message }: Variant, report: Report): void {
  const { term } = leaf;
  const quoted = term.quoted || /[\s-]/.test(text) ? `"${text}"` : text;
  const added = `${quoted}[${term.tag?.text ?? ''}]`;
  const edits = additionTo(query, leaf, added);
  report(rule, term.range, message(added), edits === undefined ? [] : [fix(`Add ${added}`, true, ...edits)]);
}

function* variantsOf(term: TermNode, text: TextWords, thesaurus: Thesaurus | undefined): Generator<Variant> {
  const spelt = text.words.map(otherSpelling);
  if (spelt.some((word, i) => word !== text.words[i]))
    yield {
      rule: 'missing-spelling',
      words: spelt,
      text: withWords(term.text, text.words, spelt),
      message: (added) =>
        `The other spelling, British or American, is missing in this OR group. Add ${added}.`,
    };
  if (thesaurus === undefined || text.proximity !== undefined) return;
  yield* compoundOf(text, thesaurus);
  const last = text.words.at(-1) ?? '';
  if (last.length < 4 || last.endsWith('*')) return;
  const counts = wordCounts(thesaurus);
  for (const form of pluralForms(last)) {
    if (!counts.has(form)) continue;
    const words = [...text.words.slice(0, -1), form];
    yield {
      rule: 'missing-plural',
      words,
      text: withWords(term.text, text.words, words),
      message: (added) =>
        `Singular or plural is missing in this OR group. Add ${added}, or truncate the word.`,
    };
  }
}

function* compoundOf({ words }: TextWords, thesaurus: Thesaurus): Generator<Variant> {
  const other = compounds(thesaurus).get(words.join(' '));
  if (other === undefined) return;
  yield {
    rule: 'missing-compound',
    words: other.split(' '),
    text: other,
    message: (added) => `This is also written "${other}", which is missing in this OR group. Add ${added}.`,
  };
}

const spellings = new Map<string, string>();

/** The word in the other spelling, or as it is; a truncated word keeps its star. */
function otherSpelling(word: string): string {
  const known = spellings.get(word);
  if (known !== undefined) return known;
  if (spellings.size > 20_000) spellings.clear();
  const result = word.endsWith('*')
    ? `${otherStem(word.slice(0, -1))}*`
    : (spellingVariants(word)[0] ?? word);
  spellings.set(word, result);
  return result;
}

/** A stem may end before the letters that tell it from an unrelated word: `randomis` is known as `randomise`. */
function otherStem(stem: string): string {
  const own = spellingVariants(stem)[0];
  if (own !== undefined) return own;
  // Nouns in -sis (metastasis, synthesis) are no verbs in -ise.
  if (!/(?:is|iz|ys|yz)$/.test(stem) || stem.endsWith('sis')) return stem;
  const whole = spellingVariants(`${stem}e`)[0];
  return whole?.endsWith('e') === true ? whole.slice(0, -1) : stem;
}

/** The text of a term with some words put in place of others; white space and punctuation stay. */
function withWords(text: string, from: readonly string[], to: readonly string[]): string {
  let at = 0;
  return text.replace(/[\p{L}\p{N}\p{M}*]+/gu, (word) => {
    const index = at++;
    return from[index] === word.toLowerCase() && to[index] !== from[index] ? (to[index] ?? word) : word;
  });
}
