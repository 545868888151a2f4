import { DocSet } from '../../corpus/index.ts';
import type { CitationSource } from '../deterministic/analysis.ts';
import { mentionsIn } from '../deterministic/conceptMatching.ts';
import { wordsOf } from '../deterministic/topic.ts';
import { wordKey } from '../deterministic/wordForms.ts';
import { topicalTerms } from './blame.ts';
import type { Candidate } from './candidates.ts';
import { lift } from './candidates.ts';
import type { MeasuredQuery } from './measuredQuery.ts';

/** A stem that two words share makes them forms of one. */
const sharedStem = 5;

/**
 * How well a term fits the terms of a part, 0..1, whatever it catches: because MeSH has it beside them (the same heading, one above or
 * below, or of the same parent), because it shares a word or stem with them, or because it stands in the same records as they do and not
 * rather in those of the query's other parts. A rare word that happens to stand in one seed gets next to nothing.
 */
export function relatednessTo(
  query: MeasuredQuery,
  at: number,
  source: CitationSource,
): (candidate: Candidate) => number {
  const terms = topicalTerms(query, at);
  const words = new Set<string>();
  for (const { text } of terms)
    for (const { word } of wordsOf(text)) if (word.length > 3) words.add(wordKey(word));
  const headings = kinOf(
    terms.map(({ text }) => text),
    source,
  );
  const own = query.sets[at] ?? new DocSet(query.docs.size);
  const others = otherParts(query, at);
  return (candidate) => {
    const keys = wordsOf(candidate.name).map(({ word }) => wordKey(word));
    const isKin = mentionedIn(candidate.name, source).some((ui) => headings.has(ui));
    const shares = keys.some((key) => [...words].some((word) => areForms(key, word)));
    const together = lift(candidate.docs, own);
    const elsewhere = Math.max(0, ...others.map((docs) => lift(candidate.docs, docs)));
    // Certain when it stands only where the part's own terms do, nothing at chance.
    const bound = Math.log2(1 + query.docs.size / Math.max(1, own.count()));
    const association = together <= 1 || bound === 0 ? 0 : Math.log2(together) / bound;
    const pull = together >= elsewhere ? 1 : Math.sqrt(together / elsewhere);
    return Math.min(1, 0.6 * association * pull + (isKin ? 0.5 : 0) + (shares ? 0.3 : 0));
  };
}

function otherParts(query: MeasuredQuery, at: number): readonly DocSet[] {
  const parent = query.parts[query.parts[at]?.parent ?? -1];
  if (parent?.kind !== 'block' || parent.operator !== 'AND') return [];
  return parent.children
    .filter((child) => child !== at)
    .map((child) => query.sets[child])
    .filter((docs) => docs !== undefined);
}

/** Headings that the texts name, those above and below them and those beside them, by unique id. */
function kinOf(texts: readonly string[], source: CitationSource): ReadonlySet<string> {
  const { thesaurus } = source;
  const kin = new Set<string>();
  if (thesaurus === undefined) return kin;
  for (const text of texts)
    for (const ui of mentionedIn(text, source)) {
      const descriptor = thesaurus.byUi(ui);
      if (descriptor === undefined) continue;
      const above = thesaurus.broader(descriptor);
      for (const one of [descriptor, ...above, ...above.flatMap((parent) => thesaurus.narrower(parent))])
        kin.add(one.ui);
      for (const one of thesaurus.explode(descriptor).slice(0, 200)) kin.add(one.ui);
      for (const one of thesaurus.withAction(descriptor)) kin.add(one.ui);
    }
  return kin;
}

function mentionedIn(text: string, { thesaurus }: CitationSource): readonly string[] {
  if (thesaurus === undefined) return [];
  const exact = thesaurus.byTerm(text);
  return exact === undefined
    ? mentionsIn(text, thesaurus).map(({ descriptor }) => descriptor.ui)
    : [exact.ui];
}

function areForms(a: string, b: string): boolean {
  if (a === b) return true;
  const stem = Math.max(sharedStem, Math.ceil(0.7 * Math.min(a.length, b.length)));
  return a.length >= stem && b.length >= stem && a.slice(0, stem) === b.slice(0, stem);
}
