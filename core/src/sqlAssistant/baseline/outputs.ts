import { isOrderable, nameColumn } from './mentions.ts';
import type { Mention } from './mentions.ts';
import type { Reading } from './reading.ts';
import { aggregates, ascending, descending } from './superlatives.ts';

/** Words that begin a condition, so that columns behind them are not asked for. */
const conditional = new Set(
  'whose with where that who which having when ordered sorted order descending ascending'.split(' '),
);

/** What is asked for: the columns before the first condition, aggregated where the question says so; else what a row of the subject is called. */
export function outputsOf(reading: Reading): readonly string[] {
  const end = reading.words.findIndex(({ text }, i) => i > 1 && conditional.has(text.toLowerCase()));
  const outputs: string[] = [];
  for (const mention of reading.mentions) {
    if ((end >= 0 && mention.start >= end) || reading.taken.has(mention)) continue;
    const column = reading.column(mention);
    if (column === undefined) continue;
    const functions = functionsBefore(reading, mention);
    outputs.push(...(functions.length > 0 ? functions.map((each) => `${each}(${column})`) : [column]));
  }
  if (outputs.length > 0) return [...new Set(outputs)];
  const { subject } = reading;
  const wanted = reading.has('id', 'ids')
    ? subject.columns.find(({ isKey }) => isKey)?.name
    : nameColumn(subject);
  return [wanted === undefined ? '*' : reading.qualified(subject, wanted)];
}

/** Where rows are counted: the place of the words that say so. */
export function countOf(reading: Reading): number | undefined {
  return reading.indexOf('how', 'many') ?? reading.indexOf('number', 'of') ?? reading.indexOf('count');
}

/** How they are counted. @param at see `countOf` */
export function counted(reading: Reading, at: number): string {
  const next = reading.mentions.find(({ start }) => start > at);
  const column = next === undefined || reading.taken.has(next) ? undefined : reading.column(next);
  return column !== undefined && isDistinct(reading) ? `COUNT(DISTINCT ${column})` : 'COUNT(*)';
}

export function isDistinct(reading: Reading): boolean {
  return reading.has('different', 'distinct', 'unique');
}

/** What stands behind `each` or `per`, where something is counted or aggregated. */
export function groupOf(reading: Reading): string | undefined {
  const at = reading.words.findIndex(({ text }) => /^(?:each|every|per)$/iu.test(text));
  const mention = at < 0 ? undefined : reading.mentions.find(({ start }) => start > at && start - at <= 2);
  const isAggregated = reading.has('many', 'number', 'count', ...Object.keys(aggregates));
  if (mention === undefined || !isAggregated) return undefined;
  reading.taken.add(mention);
  const column = reading.column(mention);
  if (column !== undefined) return column;
  const table = mention.named.find((each) => reading.reaches(each.table))?.table;
  const own = table === undefined ? undefined : nameColumn(table);
  return table === undefined || own === undefined ? undefined : reading.qualified(table, own);
}

/** `average`, `minimum and maximum`; and `lowest`, where nothing but its column is asked for. */
function functionsBefore(reading: Reading, { start, end, named }: Mention): readonly string[] {
  if (!named.some(({ table, column }) => column !== undefined && isOrderable(table, column))) return [];
  const { mentions, taken, words } = reading;
  const previous = mentions.filter((mention) => mention.end <= start).at(-1)?.end ?? 0;
  const before = reading.before(start, Math.min(5, start - previous));
  const functions = before.flatMap((word) => aggregates[word] ?? []);
  const isAlone = !mentions.some(
    (other) => other.start !== start && !taken.has(other) && reading.column(other) !== undefined,
  );
  if (functions.length > 0 || !isAlone || words[end]?.text.toLowerCase() === 'of') return functions;
  return before
    .slice(-1)
    .flatMap((word) => (descending.has(word) ? ['MAX'] : ascending.has(word) ? ['MIN'] : []));
}
