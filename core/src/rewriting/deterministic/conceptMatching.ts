import type { Descriptor, Thesaurus } from '../../mesh/index.ts';
import { commonWords } from './commonWords.ts';
import type { TextWord } from './topic.ts';
import { wordsOf } from './topic.ts';
import { americanSpelling, plurals, singular, wordKey } from './wordForms.ts';

/** A heading named in a text. */
export interface ConceptMention {
  readonly descriptor: Descriptor;
  /** The text that names it, as written. */
  readonly text: string;
  /** Number of words of that text. */
  readonly words: number;
}

const longestMention = 6;

/**
 * The headings that `text` names, in the order of the text, each once. The longest match wins, equals from the left; matches do not
 * overlap. Guards, each against a misreading seen on real titles: what `non-` negates names nothing (`non-cancer pain`); an acronym
 * must be written as MeSH writes it and has no plural (`PET` is no pet); a single word must not change its number to match an
 * entry term, nor name a heading that lumps two things together (`transient` is not Transients and Migrants); words of three letters and fewer count only as MeSH writes them.
 */
export function mentionsIn(text: string, thesaurus: Thesaurus): readonly ConceptMention[] {
  const plain = text.replace(/[’‘]/gu, "'").replace(/[‐‑]/gu, '-');
  const words = wordsOf(plain);
  const taken = new Array<boolean>(words.length).fill(false);
  const found: { at: number; mention: ConceptMention }[] = [];
  for (let size = Math.min(longestMention, words.length); size >= 1; size--)
    for (let at = 0; at + size <= words.length; at++) {
      const run = words.slice(at, at + size);
      if (run.some((word, i) => word.isNegated || taken[at + i] === true)) continue;
      const descriptor = headingOf(plain, run, thesaurus);
      if (descriptor === undefined) continue;
      taken.fill(true, at, at + size);
      found.push({ at, mention: { descriptor, text: textOf(plain, run), words: size } });
    }
  const byUi = new Map<string, ConceptMention>();
  for (const { mention } of found.sort((a, b) => a.at - b.at))
    if (!byUi.has(mention.descriptor.ui)) byUi.set(mention.descriptor.ui, mention);
  return [...byUi.values()];
}

function textOf(text: string, run: readonly TextWord[]): string {
  return text.slice(run[0]?.start, run.at(-1)?.end);
}

function headingOf(text: string, run: readonly TextWord[], thesaurus: Thesaurus): Descriptor | undefined {
  const written = textOf(text, run);
  if (/[.;:?!\n]/u.test(written)) return undefined;
  const [first] = run;
  if (run.length === 1 && first !== undefined) return headingOfWord(first, thesaurus);
  for (const candidate of phraseForms(written, run)) {
    const found = thesaurus.byTerm(candidate);
    if (found !== undefined) return found;
  }
  return undefined;
}

function headingOfWord({ written, word }: TextWord, thesaurus: Thesaurus): Descriptor | undefined {
  if (commonWords.has(word) || /^\d+$/u.test(word)) return undefined;
  const isAcronym = /^[A-Z0-9]{2,6}$/u.test(written);
  const american = americanSpelling(word);
  const exact = thesaurus.byTerm(written) ?? (isAcronym ? undefined : thesaurus.byTerm(american));
  if (exact !== undefined) {
    const term = [exact.name, ...exact.entryTerms].find((one) =>
      [word, american].includes(one.toLowerCase()),
    );
    if (isAcronym || word.length <= 3) return term === written ? exact : undefined;
    // A word is not what it is lumped together with: `transient` is an entry term of Transients and Migrants.
    if (/ and /iu.test(exact.name)) return undefined;
    // `aids` and `AIDS` are two things.
    return term !== undefined && /^[A-Z0-9]+$/u.test(term) ? undefined : exact;
  }
  if (isAcronym || word.length <= 3) return undefined;
  for (const form of [wordKey(word), singular(word), ...plurals(wordKey(word))]) {
    const found = thesaurus.byName(form);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Ways in which MeSH may write a phrase: as it is, in American spelling, its last word in the other number, hyphens as spaces. */
function phraseForms(written: string, run: readonly TextWord[]): ReadonlySet<string> {
  const words = run.map(({ word }) => word);
  const last = words.at(-1) ?? '';
  const lead = words.slice(0, -1);
  const leads = [lead.join(' '), lead.map(wordKey).join(' ')];
  const lasts = [last, wordKey(last), ...plurals(wordKey(last))];
  const forms = new Set([written, written.replace(/[-/]/gu, ' ')]);
  for (const one of leads)
    for (const other of lasts) {
      forms.add(`${one} ${other}`);
      forms.add(`${one.replaceAll(' ', '-')}-${other}`);
    }
  return forms;
}
