import { Command } from 'commander';
import { bar, spanName, yearSpans } from '@querent/core/features';
import { describing } from '@querent/core/search';
import type { Facet, FacetValue, Facets } from '@querent/core/search';
import { formatCount } from '@querent/core/text';
import { openEngineFor } from '../engine.ts';
import { note, print, printJson } from '../../terminal/index.ts';
import { atLeastOne, day } from '../options.ts';
import { readQueryArgument } from '../queryArgument.ts';

interface FacetsOptions {
  readonly corpus?: string;
  readonly line?: string;
  readonly top: number;
  readonly until?: string;
  readonly json?: boolean;
}

/** Bars in the chart of years, and their length in characters. */
const mostBars = 60;
const barWidth = 40;

/** `querent facets`. */
export function facetsCommand(): Command {
  return new Command('facets')
    .description(
      'Describe the records that a query finds: years, headings, publication types, journals, languages.',
    )
    .argument('<query>', 'a query, in quotes; or a strategy in a file; - for a strategy on standard input')
    .option('--corpus <library>', 'search this library instead of the database that the front matter names')
    .option('--line <number>', 'a line of the strategy instead of the whole')
    .option('--top <n>', 'so many values of each field', atLeastOne, 10)
    .option('--until <date>', "search date, instead of the front matter's", day)
    .option(
      '--json',
      'print {query, count, library, years, headings, publicationTypes, journals, languages} on stdout',
    )
    .addHelpText(
      'after',
      `
"lift" is how much more often a value is among the records found than in the whole library: 1 is as often, 5 five times as often.
Only libraries and citation files can be described; PubMed itself tells numbers of records only.

Examples:
  querent facets '"Accidental Falls"[mh]' --corpus library.sqlite
  querent facets strategy.pubmed --line 3 --top 20
  querent facets strategy.pubmed --corpus library.sqlite --json`,
    )
    .action(async (argument: string, options: FacetsOptions) => {
      const { query, name, document, file } = await readQueryArgument(argument, options.line);
      const engine = await openEngineFor(document?.frontMatter, file, options);
      try {
        const until = options.until ?? document?.frontMatter?.until;
        const facets = await describing(engine).facets(query, { top: options.top, until });
        if (options.json === true) {
          const { warnings, provenance, ...told } = facets;
          printJson({
            query: name,
            ...told,
            warnings: warnings.map(({ message }) => message),
            engine: provenance.label,
          });
          return;
        }
        for (const { message } of facets.warnings) note(`warning: ${message}`);
        printFacets(facets);
      } finally {
        await engine.close();
      }
    });
}

function printFacets(facets: Facets): void {
  const records = facets.count === 1 ? '1 record' : `${formatCount(facets.count)} records`;
  print(`${records} in ${facets.provenance.label}`);
  if (facets.count === 0) return;
  const { counts, undated } = facets.years;
  const spans = yearSpans(counts, mostBars);
  const most = Math.max(...spans.map(({ count }) => count));
  print('', 'Years');
  for (const span of spans)
    print(
      `  ${spanName(span).padEnd(10)}${formatCount(span.count).padStart(8)}  ${bar(span.count, most, barWidth)}`.trimEnd(),
    );
  if (undated > 0) print(`  ${'no date'.padEnd(10)}${formatCount(undated).padStart(8)}`);
  printFacet('Headings', facets.headings, facets.count);
  if (facets.headings.typical.length > 0) printTable('Most typical headings', facets.headings.typical);
  printFacet('Publication types', facets.publicationTypes, facets.count);
  printFacet('Journals', facets.journals, facets.count);
  printFacet('Languages', facets.languages, facets.count);
}

function printFacet(title: string, facet: Facet, count: number): void {
  const covered =
    facet.covered === count
      ? ''
      : ` (${formatCount(facet.covered)} of ${formatCount(count)} records have any)`;
  printTable(`${title}${covered}`, facet.values);
  const rest = facet.distinct - facet.values.length;
  if (rest > 0) print(`  ... ${formatCount(rest)} more; --top shows more`);
}

function printTable(title: string, values: readonly FacetValue[]): void {
  print('', title);
  if (values.length === 0) return;
  const withMajor = values.some(({ major }) => major !== undefined);
  print(
    `  ${'found'.padStart(8)}${withMajor ? 'major'.padStart(8) : ''}${'library'.padStart(10)}${'lift'.padStart(8)}`,
  );
  for (const { name, count, library, lift, major } of values)
    print(
      `  ${formatCount(count).padStart(8)}${withMajor ? formatCount(major ?? 0).padStart(8) : ''}` +
        `${formatCount(library).padStart(10)}${liftText(lift).padStart(8)}  ${name}`,
    );
}

function liftText(lift: number): string {
  return lift < 10 ? lift.toFixed(1) : formatCount(lift);
}
