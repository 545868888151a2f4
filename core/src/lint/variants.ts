import { pluralForms, spellingVariants } from '../mapping/index.ts';
import type { Thesaurus } from '../mesh/index.ts';
import type { ParsedQuery, TermNode } from '../pubmed/index.ts';
import { fix } from '../text/index.ts';
import { isLiteral } from './blocks.ts';
import type { Block, Leaf } from './blocks.ts';
import type { QueryFacts } from './facts.ts';
import { isWanted, PRESS } from './family.ts';
import type { LintContext, Report, RuleFamily } from './family.ts';
import { additionTo } from './operandEdits.ts';
import { containsField } from './textFields.ts';
import { compounds, wordCounts } from './vocabulary.ts';
import { findsRun } from './wordRuns.ts';
import { wordOf } from './words.ts';
import type { Word } from './words.ts';

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
  checkQuery({ query, blocks }: QueryFacts, report: Report, context: LintContext): void {
    const sources: Sources = {
      thesaurus: context.thesaurus,
      withPlurals: isWanted('missing-plural', context),
    };
    for (const block of blocks) if (!block.isExcluded) checkBlock(query, block, sources, report);
  },
} satisfies RuleFamily;

/** Where variants come from. */
interface Sources {
  readonly thesaurus: Thesaurus | undefined;
  readonly withPlurals: boolean;
}

/** A way to write a term that may be missing. */
interface Variant {
  readonly rule: string;
  readonly words: readonly string[];
  readonly text: string;
  readonly message: (text: string) => string;
}

function checkBlock(query: ParsedQuery, block: Block, sources: Sources, report: Report): void {
  let told: Set<string> | undefined;
  let sought = 0;
  for (const leaf of block.leaves) {
    const { field } = leaf;
    if (field === undefined || leaf.term.tag === undefined || !isLiteral(leaf)) continue;
    for (const variant of variantsOf(leaf, sources)) {
      const key = `${field} ${variant.words.join(' ')}`;
      told ??= new Set();
      if (told.has(key) || sought++ >= MAXIMUM_SOUGHT) continue;
      const words = variant.words.map(wordOf);
      if (block.leaves.some((other) => finds(other, leaf, words))) continue;
      told.add(key);
      tell(query, leaf, variant, report);
    }
  }
}

/** Whether a term of the group finds what a variant of `leaf` with these words would. */
function finds(other: Leaf, leaf: Leaf, words: readonly Word[]): boolean {
  if (other.field === undefined || !containsField(other.field, leaf.field ?? '')) return false;
  if (other.term.tag?.proximity === undefined || leaf.term.tag?.proximity === undefined)
    return findsRun(other.words, words);
  return other.words.length === words.length && other.words.every((word) => words.includes(word));
}

function tell(query: ParsedQuery, leaf: Leaf, { rule, text, message }: Variant, report: Report): void {
  const { term } = leaf;
  const quoted = term.quoted || /[\s-]/.test(text) ? `"${text}"` : text;
  const added = `${quoted}[${term.tag?.text ?? ''}]`;
  const edits = additionTo(query, leaf, added);
  report(rule, term.range, message(added), edits === undefined ? [] : [fix(`Add ${added}`, false, ...edits)]);
}

const NONE: readonly Variant[] = [];

function variantsOf({ term, words }: Leaf, { thesaurus, withPlurals }: Sources): readonly Variant[] {
  const spelt = words.some((word) => otherSpelling(word) !== word.text) ? [spellingOf(term, words)] : NONE;
  if (thesaurus === undefined || term.tag?.proximity !== undefined) return spelt;
  const compound = words.length > 2 ? undefined : compoundOf(words, thesaurus);
  const plurals = withPlurals ? pluralsOf(term, words, thesaurus) : NONE;
  return compound === undefined && plurals.length === 0
    ? spelt
    : [...spelt, ...(compound ?? NONE), ...plurals];
}

function spellingOf(term: TermNode, words: readonly Word[]): Variant {
  const spelt = words.map(otherSpelling);
  return {
    rule: 'missing-spelling',
    words: spelt,
    text: withWords(term.text, textsOf(words), spelt),
    message: (added) => `The other spelling, British or American, is missing in this OR group. Add ${added}.`,
  };
}

function compoundOf(words: readonly Word[], thesaurus: Thesaurus): readonly Variant[] | undefined {
  const other = compounds(thesaurus).get(
    words.length === 1 ? (words[0]?.text ?? '') : textsOf(words).join(' '),
  );
  if (other === undefined) return undefined;
  return [
    {
      rule: 'missing-compound',
      words: other.split(' '),
      text: other,
      message: (added) => `This is also written "${other}", which is missing in this OR group. Add ${added}.`,
    },
  ];
}

function pluralsOf(term: TermNode, words: readonly Word[], thesaurus: Thesaurus): readonly Variant[] {
  const texts = textsOf(words);
  const last = texts.at(-1) ?? '';
  if (last.length < 4 || last.endsWith('*')) return NONE;
  const counts = wordCounts(thesaurus);
  return pluralForms(last)
    .filter((form) => counts.has(form))
    .map((form) => {
      const changed = [...texts.slice(0, -1), form];
      return {
        rule: 'missing-plural',
        words: changed,
        text: withWords(term.text, texts, changed),
        message: (added) =>
          `Singular or plural is missing in this OR group. Add ${added}, or truncate the word.`,
      };
    });
}

const textsOf = (words: readonly Word[]): readonly string[] => words.map(({ text }) => text);

/** Stems that begin many words which are spelt in one way: literacy and literature, Moldova, tired. */
const AMBIGUOUS_STEMS: ReadonlySet<string> = new Set(['liter*', 'mold*', 'molt*', 'tire*']);

/** The word in the other spelling, or as it is; a truncated word keeps its star. */
function otherSpelling(word: Word): string {
  word.otherSpelling ??= word.isTruncated
    ? AMBIGUOUS_STEMS.has(word.text)
      ? word.text
      : `${otherStem(word.text.slice(0, -1))}*`
    : (spellingVariants(word.text)[0] ?? word.text);
  return word.otherSpelling;
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
