import { findHeading, looseName, lookUpsIn, readSubject } from '../../mapping/index.ts';
import type { TranslatedTerm } from '../../mapping/index.ts';
import type { Thesaurus } from '../../mesh/index.ts';
import { fix } from '../../text/index.ts';
import type { Fix } from '../../text/index.ts';
import type { Answers } from './findings.ts';
import type { Place } from './places.ts';

/** Capitals and figures, as acronyms are written, in the plural as well. */
const ACRONYM = /^(?=[\p{Lu}\p{N}]*\p{Lu})[\p{Lu}\p{N}]{2,5}s?$/u;
/** What is searched for besides the words themselves when they are taken for a subject, and its name for people. */
const SUBJECTS: Readonly<Record<string, string>> = {
  mh: 'heading',
  nm: 'supplementary concept',
  pa: 'pharmacological action',
  pt: 'publication type',
};
const NAMES: Readonly<Record<string, string>> = {
  ta: 'journal',
  au: 'author',
  '1au': 'author',
  fau: 'author',
  ir: 'investigator',
  fir: 'investigator',
};
/** `Smith JA`: who writes so means an author. */
const AUTHOR = /^\p{Lu}[\p{L}'’-]+ \p{Lu}{1,3}$/u;
/** Letters at the beginning that words of one stem have in common. */
const STEM = 4;
/** Words of a term whose runs are looked up; longer terms are prose. */
const MOST_WORDS = 8;

/** What term mapping made of untagged terms: acronyms that were spelt out, and subjects that nobody named. */
export function checkMappings(answers: Answers): void {
  for (const { label, measurement } of answers.lines)
    for (const { from, to } of measurement.mappings ?? []) {
      const subject = readSubject(from);
      // Who writes a tag knows what the words are meant to be.
      if (subject.tag !== undefined && subject.field !== 'all') continue;
      for (const place of answers.places.find(label, subject)) {
        if (place.term.quoted || (place.term.tag !== undefined && place.term.tag.field !== 'all')) continue;
        const text = answers.document.text.slice(place.range.start, place.range.end).trim();
        if (ACRONYM.test(text)) tellAcronym(answers, place, text, lookUpsIn(to));
        else tellSurprise(answers, place, text, lookUpsIn(to));
      }
    }
}

function tellAcronym(answers: Answers, place: Place, text: string, looks: readonly TranslatedTerm[]): void {
  const word = looseName(text).replace(/s$/, '');
  const others = looks.filter(({ words }) => !words.split(' ').some((one) => one.startsWith(word)));
  const subject = others.find(({ field }) => field !== undefined && field in SUBJECTS);
  const spelt = subject ?? others.find(({ field, words }) => field === 'all' && words.includes(' '));
  // Of a heading that bears the acronym in its own name, such as HIV, nobody doubts that it is meant.
  if (spelt === undefined || (subject === undefined && looks.some(({ field }) => field === 'mh'))) return;
  const what = subject === undefined ? 'for' : `for the ${SUBJECTS[subject.field ?? ''] ?? 'subject'}`;
  const name = properName(spelt.text, answers.thesaurus);
  // A heading that MeSH here does not have yet would be called an error.
  const isKnown = answers.thesaurus === undefined || findHeading(answers.thesaurus, name) !== undefined;
  const heading = subject?.field === 'mh' && isKnown ? `"${name}"[mh]` : undefined;
  answers.report(
    'acronym-mapped',
    place.range,
    `PubMed took ${text} ${what} “${name}” and searched for that too. Where it is not meant, give the acronym a field; where it is, write it out.`,
    place.isPiece
      ? []
      : [
          replacement(place, `Search it in title and abstract only: ${text}[tiab]`, `${text}[tiab]`),
          ...(heading === undefined
            ? []
            : [replacement(place, `Search for the heading instead: ${heading}`, heading)]),
        ],
  );
}

function tellSurprise(answers: Answers, place: Place, text: string, looks: readonly TranslatedTerm[]): void {
  for (const look of looks) {
    const name = look.field === undefined ? undefined : NAMES[look.field];
    const surprise =
      name ?? (look.field === 'mh' && isStrange(text, look, answers.thesaurus) ? 'heading' : undefined);
    if (surprise === undefined || (surprise === 'author' && AUTHOR.test(text))) continue;
    const other = properName(look.text, surprise === 'heading' ? answers.thesaurus : undefined);
    const quoted = `"${text.replace(/\s+/g, ' ')}"`;
    const plain = /\s/.test(text) ? quoted : text;
    answers.report(
      'surprising-mapping',
      place.range,
      `PubMed took “${text}” for the ${surprise} “${other}” and searched for that too. Where it is not meant, give the term a field, or put it in quotes.`,
      place.isPiece
        ? []
        : [
            replacement(place, `Search it in title and abstract: ${plain}[tiab]`, `${plain}[tiab]`),
            replacement(place, `Switch term mapping off: ${quoted}`, quoted),
          ],
    );
    return;
  }
}

/**
 * Whether a heading has nothing to do with the words, as far as MeSH tells: neither its name nor one of its terms has a word in common with
 * them, and neither they nor some of them lead to it. Never where MeSH is not loaded, or does not have the heading.
 */
function isStrange(text: string, look: TranslatedTerm, thesaurus: Thesaurus | undefined): boolean {
  const heading = thesaurus && findHeading(thesaurus, look.text)?.descriptor;
  if (thesaurus === undefined || heading === undefined) return false;
  const words = looseName(text).split(' ');
  if (runsOf(words).some((run) => findHeading(thesaurus, run)?.descriptor === heading)) return false;
  const names = [heading.name, ...heading.entryTerms, ...(heading.previousNames ?? [])];
  return !names.some((name) =>
    looseName(name)
      .split(' ')
      .some((one) => words.some((word) => areAkin(one, word))),
  );
}

/** The runs of words that PubMed may have looked up when it took a term apart: the term, then all that is shorter. */
function runsOf(words: readonly string[]): string[] {
  const few = words.slice(0, MOST_WORDS);
  return few.flatMap((_, from) =>
    few.slice(from).map((__, more) => few.slice(from, from + more + 1).join(' ')),
  );
}

function areAkin(a: string, b: string): boolean {
  return a === b || (a.length >= STEM && b.length >= STEM && a.slice(0, STEM) === b.slice(0, STEM));
}

/** A heading in its own spelling where MeSH has it; PubMed prints it in lower case. */
function properName(text: string, thesaurus: Thesaurus | undefined): string {
  return (thesaurus && findHeading(thesaurus, text)?.descriptor.name) ?? text;
}

function replacement({ term }: Place, title: string, text: string): Fix {
  return fix(title, false, [term.range.start, term.range.end, text]);
}
