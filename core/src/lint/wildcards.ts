import { referencesOf } from '../strategy/index.ts';
import type { StrategyDocument, StrategyLine } from '../strategy/index.ts';
import type { Range } from '../text/index.ts';
import { PRESS } from './family.ts';
import type { Report, RuleFamily } from './family.ts';
import { notesIn } from './memory.ts';

/** Stars that one query may have (NLM Office Hours, June 2024). */
const MAXIMUM_STARS = 256;

/** How many wildcards a search has, with all lines that it is made of. */
export const wildcardRules = {
  rules: [
    {
      id: 'too-many-wildcards',
      level: 'warning',
      category: 'truncation',
      press: PRESS.textWords,
      reason: 'PubMed takes at most 256 wildcards in one search.',
    },
  ],
  checkStrategy(document: StrategyDocument, report: Report): void {
    const total = new Map<string, number>();
    // Lines before their users, as PubMed's history has them; a reference to a later line does not count.
    const notes = notesIn(document);
    for (const [index, line] of document.lines.entries()) {
      const note = notes[index];
      const own = note?.stars ?? starsOf(line);
      if (note !== undefined) note.stars = own;
      let sum = own;
      for (const { label } of referencesOf(line)) sum += total.get(label) ?? 0;
      total.set(line.label, Math.min(sum, 1_000_000));
      if (sum > MAXIMUM_STARS && (line === document.root || own > MAXIMUM_STARS))
        report(
          'too-many-wildcards',
          placeOf(line),
          `This search has ${sum} wildcards, and PubMed takes ${MAXIMUM_STARS} in one. Write out some of the word forms, or run the blocks one by one and combine them in the history.`,
        );
    }
  },
} satisfies RuleFamily;

function starsOf({ query }: StrategyLine): number {
  if (!query.text.includes('*')) return 0;
  let stars = 0;
  for (const { kind, start, end } of query.tokens)
    if (kind === 'word' || kind === 'phrase')
      stars += query.text.slice(start - query.offset, end - query.offset).split('*').length - 1;
  return stars;
}

function placeOf({ labelRange, queryRange, query }: StrategyLine): Range {
  if (labelRange.end > labelRange.start) return labelRange;
  const token = query.tokens.find(({ kind }) => kind === 'word' || kind === 'phrase');
  return token === undefined ? queryRange : { start: token.start, end: token.end };
}
