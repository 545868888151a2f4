import { code, formatCount, formatTime, plain } from './wording.ts';

/** What a line found at a time, and why that differs from the time before. */
export interface HistoryStep {
  /** ISO 8601. */
  readonly at: string;
  readonly count: number;
  readonly seedsFound: number;
  /** Seeds looked for; 0 without. */
  readonly seeds: number;
  /** `query`: the line was changed; `database`: the same query found another number; `seeds`: only its seeds; `none`: all is as before; `first` */
  readonly changed: 'first' | 'query' | 'database' | 'seeds' | 'none';
}

/** The counts of a line over time. */
export interface LineHistory {
  readonly label: string;
  /** What a comment calls it. */
  readonly name?: string;
  /** As it stands in the strategy now; undefined of a line that is there no more. */
  readonly query?: string;
  /** Oldest first. */
  readonly steps: readonly HistoryStep[];
}

const columns = '▁▂▃▄▅▆▇█';
/** Columns of a chart, and steps of a table; the newest of more. */
const mostColumns = 24;
const mostRows = 20;
/** Lines that were taken out of the strategy are told of up to this number. */
const mostGone = 10;
const longestQuery = 160;

/**
 * What the lines of a strategy found over time, as a Markdown document: a row with a chart for each line, then the steps of those that changed.
 * @param title plain text
 */
export function historyReport(title: string, lines: readonly LineHistory[]): string {
  const noted = lines.filter(({ steps }) => steps.length > 0);
  const present = noted.filter(({ query }) => query !== undefined);
  const gone = noted.filter(({ query }) => query === undefined).slice(-mostGone);
  const heading = `# ${plain(title)}`;
  if (noted.length === 0)
    return [
      heading,
      'Nothing is noted yet. What the lines find is noted whenever a live database is asked: run **Querent: Measure Strategy**, now and on another day, and come back. Counts in a library are not noted: a library changes only when it is built.',
    ].join('\n\n');
  const days = noted.flatMap(({ steps }) => steps.map(({ at }) => at)).sort();
  const changing = [...present, ...gone].filter(({ steps }) => steps.length > 1);
  return [
    heading,
    noted.every(({ steps }) => steps.length === 1)
      ? `Noted whenever a live database is asked, so far once: ${formatTime(days.at(-1) ?? '')}. Measure on another day, or after an edit, and what has changed is told here.`
      : `Noted whenever a live database was asked, from ${formatTime(days[0] ?? '')} to ${formatTime(days.at(-1) ?? '')}.`,
    ...(present.length > 0 ? [overview(present)] : []),
    ...(present.some(({ steps }) => steps.length > 1)
      ? [
          'A chart has a column for each note, lowest where the line found least, highest where it found most: it shows changes, however small, and no proportions. `│` stands where the line was changed.',
        ]
      : []),
    ...changing.map(details),
  ].join('\n\n');
}

function overview(lines: readonly LineHistory[]): string {
  const rows = lines.map((line) => {
    const last = line.steps.at(-1);
    return [
      nameOf(line),
      last === undefined ? '' : formatCount(last.count),
      lastChange(line.steps),
      last === undefined ? '' : seedsOf(last),
      line.steps.length > 1 ? `\`${chart(line.steps)}\`` : '',
    ];
  });
  const heads = ['Line', 'Records', 'Last change', 'Seeds', 'Over time'];
  // Columns in which nothing stands yet are left out.
  const used = heads.map((_, i) => i < 2 || rows.some((row) => row[i] !== ''));
  const kept = (row: readonly string[]): readonly string[] => row.filter((_, i) => used[i]);
  return table(kept(heads), rows.map(kept), [1]);
}

/** `+12 on 2026-11-29`: the last time that the number of records was another than before. */
function lastChange(steps: readonly HistoryStep[]): string {
  for (let i = steps.length - 1; i > 0; i--) {
    const [before, now] = [steps[i - 1], steps[i]];
    if (before !== undefined && now !== undefined && before.count !== now.count)
      return `${difference(before.count, now.count)} on ${now.at.slice(0, 10)}`;
  }
  return steps.length > 1 ? 'none' : '';
}

/** A column a step, the line's own least and most as lowest and highest. */
function chart(steps: readonly HistoryStep[]): string {
  const shown = steps.slice(-mostColumns);
  const counts = shown.map(({ count }) => count);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return shown
    .map(({ count, changed }, i) => {
      const share = most === least ? 0 : (count - least) / (most - least);
      const column = columns[Math.round(share * (columns.length - 1))] ?? '';
      return changed === 'query' && i > 0 ? `│${column}` : column;
    })
    .join('');
}

function details(line: LineHistory): string {
  const { steps, query } = line;
  const shown = steps
    .map((step, i) => ({ step, before: steps[i - 1] }))
    .slice(-mostRows)
    .reverse();
  const rows = shown.map(({ step, before }) => [
    formatTime(step.at),
    formatCount(step.count),
    before === undefined ? '' : difference(before.count, step.count),
    seedsOf(step),
    reasons[step.changed],
  ]);
  const older = steps.length - shown.length;
  return [
    `## ${nameOf(line)}`,
    query === undefined ? 'This line is not in the strategy any more.' : code(query, longestQuery),
    table(['When', 'Records', 'Change', 'Seeds', 'Why'], rows, [1, 2]),
    ...(older > 0 ? [`${formatCount(older)} older ${older === 1 ? 'note' : 'notes'} are left out.`] : []),
  ].join('\n\n');
}

const reasons: Readonly<Record<HistoryStep['changed'], string>> = {
  first: 'first note',
  query: 'the line was changed',
  database: 'the database changed',
  seeds: 'the seeds changed',
  none: '',
};

function nameOf({ label, name }: LineHistory): string {
  return plain(`Line #${label}${name === undefined ? '' : `, ${name}`}`);
}

function seedsOf({ seedsFound, seeds }: HistoryStep): string {
  return seeds === 0 ? '' : `${seedsFound}/${seeds}`;
}

function difference(before: number, now: number): string {
  if (before === now) return '';
  return now > before ? `+${formatCount(now - before)}` : `−${formatCount(before - now)}`;
}

function table(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: readonly number[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(heads),
    line(heads.map((_, i) => (numeric.includes(i) ? '--:' : '---'))),
    ...rows.map(line),
  ].join('\n');
}
