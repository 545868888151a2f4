import { printQuery } from '../pubmed/index.ts';
import { referencesOf } from '../strategy/index.ts';
import type { StrategyDocument, StrategyLine } from '../strategy/index.ts';
import { TextMemory } from '../text/index.ts';
import { PRESS } from './family.ts';
import type { Report, RuleFamily } from './family.ts';

/** Lines that PubMed's search history keeps (User Guide, "History"). */
const HISTORY_LENGTH = 100;
/** Stars that one query may have (NLM Office Hours, June 2024). */
const MAXIMUM_STARS = 256;

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
    {
      id: 'too-many-wildcards',
      level: 'warning',
      category: 'truncation',
      press: PRESS.textWords,
      reason: 'PubMed takes at most 256 wildcards in one search.',
    },
  ],
  checkStrategy(document: StrategyDocument, report: Report): void {
    if (document.lines.length > 1) {
      checkRepeated(document, report);
      checkReferences(document, report);
    }
    checkWildcards(document, report);
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

/** What is asked of each line with every key. */
interface LineFacts {
  /** Canonical text in lower case; undefined where the line is empty or broken. */
  readonly key: string | undefined;
  readonly stars: number;
}

const remembered = new TextMemory<LineFacts>(1_000_000);

function factsOf({ query }: StrategyLine): LineFacts {
  let facts = remembered.get(query.text);
  if (facts === undefined) {
    const isWhole = query.root !== undefined && !query.problems.some(({ severity }) => severity === 'error');
    facts = {
      key: isWhole ? printQuery(query.root).toLowerCase() : undefined,
      stars: query.text.includes('*')
        ? query.tokens.reduce(
            (sum, token) =>
              sum +
              starsOf(query.text.slice(token.start - query.offset, token.end - query.offset), token.kind),
            0,
          )
        : 0,
    };
    remembered.set(query.text, facts);
  }
  return facts;
}

const starsOf = (text: string, kind: string): number =>
  kind === 'word' || kind === 'phrase' ? text.split('*').length - 1 : 0;

function checkRepeated(document: StrategyDocument, report: Report): void {
  const first = new Map<string, StrategyLine>();
  for (const line of document.lines) {
    const { key } = factsOf(line);
    if (key === undefined) continue;
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

/** Stars count where they are sent: in all lines that the root is made of. */
function checkWildcards(document: StrategyDocument, report: Report): void {
  const total = new Map<string, number>();
  // Lines before their users, as far as the order of the document goes; forward references count once they are known.
  for (const line of document.lines) {
    let sum = factsOf(line).stars;
    for (const { label } of referencesOf(line)) sum += total.get(label) ?? 0;
    total.set(line.label, Math.min(sum, 1_000_000));
    if (sum > MAXIMUM_STARS && (line === document.root || factsOf(line).stars > MAXIMUM_STARS))
      report(
        'too-many-wildcards',
        line.labelRange.end > line.labelRange.start ? line.labelRange : firstToken(line),
        `This search has ${sum} wildcards; PubMed takes ${MAXIMUM_STARS} in one. Write out some of the word forms, or run the blocks one by one and combine them in the history.`,
      );
  }
}

function firstToken(line: StrategyLine): { start: number; end: number } {
  const token = line.query.tokens.find(({ kind }) => kind === 'word' || kind === 'phrase');
  return token === undefined ? line.queryRange : { start: token.start, end: token.end };
}
