import { printQuery } from '../pubmed/index.ts';
import { referencesOf } from '../strategy/index.ts';
import type { StrategyDocument, StrategyLine } from '../strategy/index.ts';
import { PRESS } from './family.ts';
import type { Report, RuleFamily } from './family.ts';
import { notesIn } from './memory.ts';

/** Lines that PubMed's search history keeps (User Guide, "History"). */
const HISTORY_LENGTH = 100;

/** How the lines of a strategy go together. */
export const lineRules = {
  rules: [
    {
      id: 'repeated-line',
      level: 'warning',
      category: 'lines',
      press: PRESS.syntax,
      reason: 'A line that repeats another one was often meant to be something else.',
    },
    {
      id: 'forward-reference',
      level: 'information',
      category: 'lines',
      press: PRESS.syntax,
      reason: "PubMed's history knows only lines that ran before; typed in this order the line fails.",
    },
    {
      id: 'ambiguous-root',
      level: 'information',
      category: 'lines',
      press: PRESS.syntax,
      reason: 'When the last line combines nothing, it is not clear which line is the strategy.',
    },
    {
      id: 'long-history',
      level: 'information',
      category: 'lines',
      reason: "PubMed's search history holds 100 lines.",
    },
  ],
  checkStrategy(document: StrategyDocument, report: Report): void {
    if (document.lines.length > 1) {
      checkRepeated(document, report);
      checkReferences(document, report);
    }
    const extra = document.lines.filter(({ numbered }) => numbered)[HISTORY_LENGTH];
    if (extra !== undefined)
      report(
        'long-history',
        placeOf(extra),
        `PubMed's search history holds ${HISTORY_LENGTH} lines, and this is one more. Combine lines, or run the strategy as one query.`,
      );
  },
} satisfies RuleFamily;

/** The number of a line, or its query where it has none. */
const placeOf = (line: StrategyLine): { start: number; end: number } =>
  line.labelRange.end > line.labelRange.start ? line.labelRange : line.queryRange;

/** Canonical text of a line in lower case; empty for a broken one. */
function keyOf({ query }: StrategyLine): string {
  const isWhole = query.root !== undefined && !query.problems.some(({ severity }) => severity === 'error');
  return isWhole ? printQuery(query.root).toLowerCase() : '';
}

function checkRepeated(document: StrategyDocument, report: Report): void {
  const first = new Map<string, StrategyLine>();
  const notes = notesIn(document);
  for (const [index, line] of document.lines.entries()) {
    const note = notes[index];
    const key = note?.canonical ?? keyOf(line);
    if (note !== undefined) note.canonical = key;
    if (key === '') continue;
    const before = first.get(key);
    if (before === undefined) first.set(key, line);
    else if (line.numbered)
      report(
        'repeated-line',
        placeOf(line),
        `Line #${line.label} searches the same as line #${before.label}. Was something else meant? Refer to #${before.label} instead.`,
      );
  }
}

function checkReferences(document: StrategyDocument, report: Report): void {
  const order = new Map(document.lines.map((line, index) => [line.label, index]));
  const last = document.lines.at(-1);
  let lastCombining: StrategyLine | undefined;
  document.lines.forEach((line, index) => {
    const references = referencesOf(line);
    if (references.length > 0) lastCombining = line;
    for (const { label, start, end } of references) {
      const to = order.get(label);
      if (to !== undefined && to > index && !document.cyclic.has(line.label))
        report(
          'forward-reference',
          { start, end },
          `Line #${label} comes further down. Querent resolves it, but PubMed's history knows only lines that ran before. Move #${label} up.`,
        );
    }
  });
  if (last === undefined || lastCombining === undefined || lastCombining === last || document.root !== last)
    return;
  report(
    'ambiguous-root',
    placeOf(last),
    `The strategy is taken to be its last line, #${last.label}, which combines no other line; #${lastCombining.label} does. Move the final line to the end.`,
  );
}
