import type { Measurement } from '../search/index.ts';
import {
  code,
  formatCount,
  formatTime,
  idList,
  isLibrary,
  percent,
  plain,
  records,
  seedShare,
} from './wording.ts';

/** A block that loses seeds, as a report tells of it. */
interface LosingBlockText {
  readonly name: string;
  readonly label?: string;
  readonly query: string;
  /** Whether NOT takes away what it finds. */
  readonly isExcluded?: boolean;
  /** Ids of the seeds that it loses. */
  readonly loses: readonly string[];
}

/** A missed seed. */
export interface MissedSeedText {
  readonly id: string;
  readonly title?: string;
  readonly year?: number;
  /** One sentence. */
  readonly why: string;
  /** MeSH headings, without qualifiers and stars, and authors' keywords, where the record is known. */
  readonly headings?: readonly string[];
  readonly keywords?: readonly string[];
}

/** All that is told of the seeds that a query misses. */
export interface MissedSeedsText {
  /** Plain text. */
  readonly title: string;
  /** As it is written. */
  readonly query: string;
  readonly measurement: Measurement;
  /** The whole strategy: what stands in any of its lines is not offered. */
  readonly written: string;
  /** What loses them, a sentence each, the block that loses most first. */
  readonly summary: readonly string[];
  readonly blocks: readonly LosingBlockText[];
  readonly seeds: readonly MissedSeedText[];
  /** What the person should know of it, a sentence each. */
  readonly notes: readonly string[];
}

const longestQuery = 2_000;
const longestTitle = 160;
/** Terms that are offered for a block, and columns of the table. */
const mostTerms = 10;
const mostColumns = 8;

/** Headings that are nearly everywhere, and of kinds of studies; those of ages stay, for a block of people may lack just them. */
const generalHeadings = new Set(
  'humans|animals|male|female|time factors|treatment outcome|prospective studies|retrospective studies|follow-up studies|risk factors|double-blind method'.split(
    '|',
  ),
);

/**
 * Which block loses each seed, and a way out, as a Markdown document: what loses them in sentences, a table of seeds by blocks, then for each
 * block what the records that it loses have and no line of the strategy has.
 */
export function missedSeedsReport(told: MissedSeedsText): string {
  const { title, query, measurement, written, summary, blocks, seeds, notes } = told;
  const head = [`# ${plain(title)}`, code(query, longestQuery), numbers(measurement)];
  const cautions = [...measurement.warnings.map(({ message }) => message), ...notes].map(
    (text) => `⚠ ${plain(text)}`,
  );
  if (measurement.missed.length === 0)
    return [...head, ...cautions, 'No seed is missed, so there is nothing to diagnose.'].join('\n\n');
  return [
    ...head,
    ...cautions,
    '## What loses them',
    ...(summary.length > 0 ? [summary.map((sentence) => `- ${plain(sentence)}`).join('\n')] : []),
    ...(blocks.length > 0 ? [seedTable(seeds, blocks)] : []),
    seedList(seeds),
    ...blocks.flatMap((block) => blockSection(block, seeds, written.toLowerCase())),
    '## What to do',
    `${seeds.length === 1 ? 'Read the record: is it about the question, and what does it call it?' : 'Read the records: are they about the question, and what do they call it?'} Then add what a block lacks, and measure. **Querent: Find What Catches Missed Seeds** makes such additions and measures each before it is shown.`,
  ].join('\n\n');
}

function numbers(measurement: Measurement): string {
  const { count, missed, provenance } = measurement;
  const share = seedShare(measurement);
  const seeds =
    share === undefined
      ? ''
      : ` **${formatCount(missed.length)} of ${share.total} ${share.total === 1 ? 'seed is' : 'seeds are'} missed**; ${share.found} (${percent(share.found / share.total)}) are among ${records(count)}.`;
  const caution = isLibrary(provenance) ? ' Counts in a library do not carry over to PubMed.' : '';
  const age =
    provenance.offline === undefined ? '' : ` It cannot be reached now: ${plain(provenance.offline)}`;
  return `${seeds} *Measured in ${plain(provenance.label)}, ${plain(formatTime(provenance.at))}.${age}${caution}*`.trim();
}

/** A row a seed, a column a block that loses any: where the cross is, the seed is lost. Titles stand below: beside a strategy pages are narrow. */
function seedTable(seeds: readonly MissedSeedText[], blocks: readonly LosingBlockText[]): string {
  const columns = blocks.slice(0, mostColumns);
  const rows = seeds.map(({ id }) => [
    idList([id]),
    ...columns.map(({ loses }) => (loses.includes(id) ? '✗' : '')),
  ]);
  const heads = ['Missed seed', ...columns.map(nameOf)];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map((_, i) => (i > 0 ? ':-:' : '---'))), ...rows.map(line)].join('\n');
}

/** `90000013: its title (2008). Why it is missed.` */
function seedList(seeds: readonly MissedSeedText[]): string {
  const one = ({ id, title, year, why }: MissedSeedText): string => {
    const named = title === undefined || title === id ? '' : ` ${plain(cut(title)).replace(/\.$/, '')}`;
    return `- ${idList([id])}${named}${year === undefined ? '' : ` (${year})`}: ${plain(why)}`;
  };
  return seeds.map(one).join('\n');
}

function blockSection(block: LosingBlockText, seeds: readonly MissedSeedText[], written: string): string[] {
  const lost = seeds.filter(({ id }) => block.loses.includes(id));
  const head = [
    `## ${block.isExcluded === true ? 'NOT ' : ''}${nameOf(block)}`,
    code(block.query, longestQuery),
  ];
  if (block.isExcluded === true)
    return [...head, `Takes away ${idList(block.loses)}, which the rest of the query finds.`];
  const offers = [
    ...offered('headings', lost, written, (name) => `"${name}"[mh]`),
    ...offered('keywords', lost, written, (name) => `"${name}"[tiab]`),
  ];
  return [
    ...head,
    `Does not find ${idList(block.loses)}.`,
    ...(offers.length > 0
      ? [
          `${lost.length === 1 ? 'The record has' : 'These records have'}, and the strategy lacks:`,
          offers.join('\n'),
        ]
      : []),
  ];
}

/** What the lost records are indexed with and the strategy does not hold, the most frequent first. */
function offered(
  kind: 'headings' | 'keywords',
  lost: readonly MissedSeedText[],
  written: string,
  write: (name: string) => string,
): string[] {
  const counts = new Map<string, number>();
  for (const seed of lost)
    for (const name of new Set(seed[kind] ?? [])) counts.set(name, (counts.get(name) ?? 0) + 1);
  const usable = [...counts].filter(([name]) => {
    const lower = name.toLowerCase();
    return !generalHeadings.has(lower) && !written.includes(lower) && !/["[\]]/.test(name);
  });
  const most = usable.sort(([, a], [, b]) => b - a).slice(0, mostTerms);
  if (most.length === 0) return [];
  const terms = most.map(([name, count]) =>
    lost.length === 1 ? code(write(name)) : `${code(write(name))} (${count} of ${lost.length})`,
  );
  const more = usable.length - most.length;
  const what = kind === 'headings' ? 'MeSH headings' : 'authors’ keywords';
  return [`- ${what}: ${terms.join(', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}`];
}

function nameOf({ name, label }: LosingBlockText): string {
  return plain(label === undefined ? name : `${name} (#${label})`);
}

function cut(title: string): string {
  return title.length > longestTitle
    ? `${title.slice(0, longestTitle).replace(/[\ud800-\udbff]$/, '')}…`
    : title;
}
