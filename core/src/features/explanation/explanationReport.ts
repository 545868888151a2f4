import type { BlockEvidence, Measurement, TermEvidence } from '../../search/index.ts';
import {
  code,
  formatCount,
  formatNnr,
  formatTime,
  idList,
  isLibrary,
  percent,
  plain,
  records,
  seedShare,
} from '../wording.ts';
import type { Explanation, Finding } from './explanation.ts';

/** What is shown; what is left out is counted. */
const longestQuery = 2_000;
const longestTerm = 120;
const mostTerms = 60;
const mostBlocks = 40;
const mostSeeds = 20;
const mostFindings = 40;

/** What a query does and why, as a Markdown document for people: first what is wrong, then each block with its terms, then seeds and rules. */
export function explanationReport(explanation: Explanation): string {
  const { title, query, measurement, faults, blocks, missed, findings, notes } = explanation;
  return [
    `# ${plain(title)}`,
    code(query, longestQuery),
    numbers(measurement),
    ...measurement.warnings.map(({ message }) => `⚠ ${plain(message)}`),
    ...notes.map((note) => `⚠ ${plain(note)}`),
    ...(faults.length === 0 ? [] : ['## What is wrong with it', list(faults.map(plain))]),
    ...blockSections(blocks, measurement),
    ...missedSeeds(missed, measurement),
    ...rules(findings),
  ].join('\n\n');
}

function numbers(measurement: Measurement): string {
  const { count, nnr, provenance } = measurement;
  const seeds = seedShare(measurement);
  const parts = [`**${records(count)}**`];
  if (seeds !== undefined)
    parts.push(`**${seeds.found} of ${seeds.total} seeds** (${percent(seeds.found / seeds.total)})`);
  if (nnr !== undefined) parts.push(`NNR ${formatNnr(nnr)}`);
  const caution = isLibrary(provenance) ? ' Counts in a library do not carry over to PubMed.' : '';
  return `${parts.join(', ')}. *Measured in ${plain(provenance.label)}, ${plain(formatTime(provenance.at))}.${caution}*`;
}

function blockSections(blocks: readonly BlockEvidence[], measurement: Measurement): string[] {
  if (blocks.length === 0) return [];
  const shown = blocks.slice(0, mostBlocks);
  const withSeeds = seedShare(measurement) !== undefined;
  const overview =
    shown.length < 2
      ? []
      : [
          '## Blocks',
          `A record has to be found by each of them${shown.some(({ isExcluded }) => isExcluded) ? ', but by none that NOT takes away' : ''}.`,
          table(
            ['Block', 'Records', ...(withSeeds ? ['Seeds', 'Loses alone'] : [])],
            shown.map((block) => [
              nameOf(block),
              known(block.count),
              ...(withSeeds
                ? [
                    known(block.seeds),
                    block.seedsLost === undefined ? '' : formatCount(block.seedsLost.length),
                  ]
                : []),
            ]),
          ),
        ];
  const rest = blocks.length - shown.length;
  return [
    ...overview,
    ...shown.flatMap((block) => blockSection(block, withSeeds, shown.length)),
    ...(rest > 0 ? [`… and ${formatCount(rest)} more blocks.`] : []),
  ];
}

function blockSection(block: BlockEvidence, withSeeds: boolean, siblings: number): string[] {
  const { terms, seedsLost = [], query } = block;
  const shown = terms.slice(0, mostTerms);
  const rest = terms.length - shown.length;
  const idle = terms.filter(({ adds, count }) => adds === 0 && count !== undefined).length;
  const heading = siblings < 2 ? '## Terms' : `### ${nameOf(block)}`;
  return [
    heading,
    ...(siblings < 2 ? [] : [code(query, longestQuery)]),
    ...(seedsLost.length === 0
      ? []
      : [
          block.isExcluded === true
            ? `It takes away ${seedsLost.length === 1 ? 'a seed that is' : `${formatCount(seedsLost.length)} seeds that are`} found otherwise: ${idList(seedsLost, mostSeeds)}.`
            : `It alone loses ${seedsLost.length === 1 ? 'a seed' : `${formatCount(seedsLost.length)} seeds`} that all other blocks find: ${idList(seedsLost, mostSeeds)}.`,
        ]),
    ...(idle === 0
      ? []
      : [
          `${idle === 1 ? 'One term adds' : `${formatCount(idle)} terms add`} nothing that the others do not find.`,
        ]),
    ...(shown.length === 0
      ? []
      : [
          table(
            ['Term', 'Finds', 'Adds', ...(withSeeds ? ['Seeds', 'Seeds added'] : []), ''],
            shown.map((term) => termRow(term, withSeeds)),
          ),
        ]),
    ...(rest > 0 ? [`… and ${formatCount(rest)} more terms.`] : []),
  ];
}

function termRow(
  { text, count, adds, seeds, seedsAdded, problem }: TermEvidence,
  withSeeds: boolean,
): string[] {
  return [
    code(text, longestTerm).replaceAll('|', '\\|'),
    known(count),
    known(adds),
    ...(withSeeds ? [known(seeds), known(seedsAdded)] : []),
    problem === undefined ? '' : plain(problem),
  ];
}

function nameOf({ name, label, isExcluded }: BlockEvidence): string {
  return `${isExcluded === true ? 'NOT ' : ''}${plain(name)}${label === undefined ? '' : ` (\\#${plain(label)})`}`;
}

function missedSeeds(missed: Explanation['missed'], measurement: Measurement): string[] {
  if (measurement.missed.length === 0) return [];
  const rest = measurement.missed.length - missed.length;
  return [
    '## Seeds that are missed',
    list(
      missed.map(
        ({ id, title, why }) =>
          `${idList([id])}${title === undefined ? '' : ` ${plain(title)}`}: ${plain(why)}`,
      ),
    ),
    ...(rest > 0 ? [`… and ${formatCount(rest)} more.`] : []),
  ];
}

function rules(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return ['## What the rules say', 'Nothing is found by the rules.'];
  const shown = findings.slice(0, mostFindings);
  const rest = findings.length - shown.length;
  const concerned = [
    ...new Set(findings.flatMap(({ press }) => (press === undefined ? [] : [press]))),
  ].sort();
  return [
    '## What the rules say',
    list(
      shown.map(
        ({ rule, message, severity, place }) =>
          `${severity === 'error' ? '**error** ' : ''}${place === undefined ? '' : `${plain(place)}: `}${plain(message)} (${code(rule)})`,
      ),
    ),
    ...(rest > 0 ? [`… and ${formatCount(rest)} more.`] : []),
    ...(concerned.length === 0
      ? []
      : [`Elements of the PRESS 2015 checklist concerned: ${plain(concerned.join('; '))}.`]),
  ];
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const isText = (name: string, at: number): boolean => at === 0 || name === '';
  return [row(head), row(head.map((name, at) => (isText(name, at) ? '---' : '---:'))), ...rows.map(row)].join(
    '\n',
  );
}

function known(count: number | undefined): string {
  return count === undefined ? '?' : formatCount(count);
}
