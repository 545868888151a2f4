import type { YearCount } from '../search/index.ts';

const columns = '▁▂▃▄▅▆▇█';
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** Years that are shown as one; `from` and `to` included. */
export interface YearSpan {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly library: number;
}

/** `years` in at most `most` spans of 1, 2, 5, 10 ... years, which begin at multiples of their length. */
export function yearSpans(years: readonly YearCount[], most: number): readonly YearSpan[] {
  const [first, last] = [years[0]?.year, years.at(-1)?.year];
  if (first === undefined || last === undefined) return [];
  const lengths = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
  const spansOf = (length: number): number => Math.floor(last / length) - Math.floor(first / length) + 1;
  const length = lengths.find((one) => spansOf(one) <= most) ?? 10_000;
  const spans: YearSpan[] = [];
  for (const { year, count, library } of years) {
    const from = Math.floor(year / length) * length;
    const open = spans.at(-1);
    if (open !== undefined && open.from === from)
      spans[spans.length - 1] = {
        ...open,
        count: open.count + count,
        library: open.library + library,
      };
    else spans.push({ from, to: from + length - 1, count, library });
  }
  return spans;
}

/** A column a number, the highest as high as a letter: `▁▂▃▅▇`. What is not nothing is never the lowest column alone. */
export function sparkline(counts: readonly number[]): string {
  const most = Math.max(1, ...counts);
  return counts
    .map(
      (count) =>
        columns[count === 0 ? 0 : Math.max(1, Math.round((count / most) * (columns.length - 1)))] ?? '',
    )
    .join('');
}

/** A bar of at most `width` characters for `count` of `most`; at least a sliver for what is not nothing. */
export function bar(count: number, most: number, width: number): string {
  if (count <= 0 || most <= 0) return '';
  const parts = Math.max(1, Math.round((count / most) * width * 8));
  return '█'.repeat(Math.floor(parts / 8)) + (eighths[parts % 8] ?? '');
}

/** `2010` or `2010-2014`. */
export function spanName({ from, to }: YearSpan): string {
  return from === to ? String(from) : `${from}–${to}`;
}
