import type { Overlap } from '../search/index.ts';
import { formatCount, formatTime, idList, isLibrary, percent, plain, records } from './wording.ts';
import { bar } from './yearChart.ts';

const BAR = 40;
/** Seeds that are named a row. */
const MOST_SEEDS = 20;

/** A query that is compared. */
export interface ComparedLine {
  /** `#3`. */
  readonly name: string;
  /** Markdown. */
  readonly query: string;
}

/** What queries find in common and alone, as a Markdown document. */
export function overlapReport(lines: readonly ComparedLine[], overlap: Overlap): string {
  const { provenance, warnings, union, parts, pairs, missed } = overlap;
  const total = missed.length + new Set(parts.flatMap(({ seeds }) => seeds)).size;
  const names = lines.map(({ name }) => name);
  const rows = parts.map((part) => ({ ...part, name: partName(part.foundBy, names) }));
  const width = Math.max(...rows.map(({ name }) => name.length));
  const most = Math.max(...rows.map(({ count }) => count));
  const digits = formatCount(most).length;
  const chart = rows.map(({ name, count }) =>
    `${name.padEnd(width)}  ${formatCount(count).padStart(digits)}  ${bar(count, most, BAR)}`.trimEnd(),
  );
  const caution = isLibrary(provenance) ? ' Counts in a library do not carry over to PubMed.' : '';
  return [
    `# ${plain(listed(names))} compared`,
    ...lines.map(
      ({ name, query }, i) =>
        `**${plain(name)}** ${records(overlap.queries[i]?.count ?? 0)}${total > 0 ? `, ${overlap.queries[i]?.seeds.length ?? 0} of ${total} seeds` : ''}  \n${query}`,
    ),
    `*Measured in ${plain(provenance.label)}, ${plain(formatTime(provenance.at))}.${caution}*`,
    ...warnings.map(({ message }) => `⚠ ${plain(message)}`),
    '## In common and alone',
    `\`\`\`text\n${chart.join('\n')}\n\`\`\``,
    `At least one finds ${records(union)}.`,
    ...pairs.map(({ first, second, both, jaccard }) =>
      jaccard === undefined
        ? `Neither ${plain(names[first] ?? '')} nor ${plain(names[second] ?? '')} finds anything.`
        : `Of the records that ${plain(names[first] ?? '')} or ${plain(names[second] ?? '')} finds, both find ${formatCount(both)}, ${percent(jaccard)} (Jaccard ${jaccard.toFixed(2)}).`,
    ),
    ...(total === 0
      ? []
      : [
          '## Seeds',
          [
            ...rows.map(
              ({ name, seeds }) =>
                `- ${plain(name)}: ${seeds.length === 0 ? 'none' : idList(seeds, MOST_SEEDS)}`,
            ),
            `- found by none: ${missed.length === 0 ? 'none' : idList(missed, MOST_SEEDS)}`,
          ].join('\n'),
        ]),
  ].join('\n\n');
}

function partName(foundBy: readonly number[], names: readonly string[]): string {
  const list = listed(foundBy.map((at) => names[at] ?? ''));
  if (foundBy.length < names.length) return `only ${list}`;
  return names.length === 2 ? `both ${list}` : `all of ${list}`;
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
