import { plainWords } from './mentions.ts';
import type { Mention } from './mentions.ts';
import type { Reading } from './reading.ts';
import { aggregates, ascending, descending, less, measures, more } from './superlatives.ts';

/** Words that say how a question is put, or that the method reads without keeping their place. */
const read: ReadonlySet<string> = new Set([
  ...[...plainWords, ...more, ...less, ...ascending, ...descending],
  ...[...aggregates.keys(), ...measures.keys()],
  ...(
    'about all along amount among an another any as ascending asc alphabetical alphabetically based before begin beginning begins being belong belongs between but by can ' +
    'common commonly compared consist contain containing contains could currently descending desc determine display during end ending ends exactly ' +
    'exist exists fraction frequent get group grouped had i if include includes including until neither nor born info information inside into just known last let like list lists ' +
    'located look make makes name names need never next nor not numbers obtain only order ordered out over overall own owns part past percent percentage popular ' +
    'previous proportion provide ratio record records represent represented result results return returned row rows s same see select share should so some ' +
    'sort sorted start starting starts such sum summary t table tables tell than then through together under unique up upon us used using value values want way we ' +
    'well whether while will within without word words would yet you day days week weeks month months year years quarter daily monthly yearly annual ' +
    'live lives lived living reside resides ' +
    'everything don didn doesn haven hasn isn aren wasn except excluding'
  ).split(' '),
]);

/** Words that a statement has to show a trace of, and the trace. */
const traces: readonly (readonly [words: ReadonlySet<string>, trace: RegExp])[] = [
  [
    new Set([...descending, ...ascending].filter((word) => word !== 'last')),
    /ORDER BY|MAX\(|MIN\(|HAVING|[<>]/u,
  ],
  [new Set(['more', 'less', 'fewer', 'longer', 'shorter', 'older', 'younger', 'cheaper']), /[<>]/u],
  [new Set(['born']), /birth|born|dob/iu],
  [new Set(['first']), /ORDER BY|MIN\(/u],
  [new Set(['average', 'mean', 'avg']), /AVG\(/u],
  [new Set(['total', 'sum', 'combined']), /SUM\(|COUNT\(/u],
  [new Set(['percentage', 'percent', 'ratio', 'proportion', 'fraction']), / \/ /u],
  [
    new Set(['no', 'not', 'neither', 'nor', 'without', 'never', 'except', 'excluding']),
    /\bNOT\b|!=|NULL|[<>]|= '?(?:0|N|F|no|false)\b/iu,
  ],
];

/** Most words that are told. */
const most = 8;

/**
 * Words of a question that a statement for it owes nothing to: they name nothing of the schema, are no value that was compared, and the method has no rule for them, or
 * the statement shows no trace of it. In the order of the question, each once.
 * @param reading after the statement was made
 */
export function unreadWords(reading: Reading, sql: string): readonly string[] {
  const { words, mentions, spent } = reading;
  const left = words.filter(({ low, kind }, at) => {
    if (kind === 'sign' || spent.has(at)) return false;
    const mention = mentions.find(({ start, end }) => at >= start && at < end);
    // A value that was compared is spent; one that was taken for a verb may be meant all the same.
    if (mention !== undefined) return mention.isValue || !isUsed(reading, mention);
    // `included in` says where, `were included` what was decided.
    if (low === 'included' && words[at + 1]?.low === 'in') return false;
    return !read.has(low) || traces.some(([own, trace]) => own.has(low) && !trace.test(sql));
  });
  return [...new Set(left.map(({ text }) => text))].slice(0, most);
}

/** Whether a statement has a table that is named, or one whose column is. */
function isUsed({ used, inside, taken, subject }: Reading, mention: Mention): boolean {
  return (
    taken.has(mention) ||
    mention.named.some(({ table }) => table === subject || used.has(table) || inside.has(table))
  );
}
