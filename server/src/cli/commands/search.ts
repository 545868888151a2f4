import { Command } from 'commander';
import type { LocalEngine } from '@querent/core/connectors';
import { checkExpression, parseExpression, resolveExpressionText } from '@querent/core/ctgov';
import { lintQuery } from '@querent/core/lint';
import type { SearchEngine, SearchQuery } from '@querent/core/search';
import { resolveText } from '@querent/core/strategy';
import { parseQuery } from '@querent/core/pubmed';
import { formatCount, type Problem } from '@querent/core/text';
import { openEngine, openTrialsFor } from '../engine.ts';
import { exportSearch, exportSearchOptions, wantsExport, type ExportSearchOptions } from '../exportSearch.ts';
import { badInput, note, print, printJson } from '../../terminal/index.ts';
import { readUtf8 } from '../io.ts';
import { day, headingsAsTextOption, wholeNumber } from '../options.ts';
import { problemLines } from '../problems.ts';
import { checkRankedOptions, rankedSearch } from '../rankedSearch.ts';

/** Records listed for people when they say nothing else. */
const LISTED = 20;

interface SearchCommandOptions extends ExportSearchOptions {
  readonly corpus?: string;
  readonly live?: boolean;
  readonly trials?: boolean;
  readonly headingsAsText?: boolean;
  readonly limit?: number;
  readonly ids?: boolean;
  readonly until?: string;
  readonly json?: boolean;
  readonly ranked?: boolean;
  readonly require?: readonly string[];
  readonly exclude?: readonly string[];
}

/** What is wrong with a query, and what is probably not meant; hints at better style are for `check`. */
function problemsOf(text: string, isTrials: boolean, engine: SearchEngine<SearchQuery>): readonly Problem[] {
  const expression = isTrials ? parseExpression(text) : undefined;
  const { thesaurus } = engine as Partial<LocalEngine>;
  const parsed = expression ?? parseQuery(text);
  const judged =
    expression === undefined
      ? lintQuery(parseQuery(text), thesaurus === undefined ? {} : { thesaurus })
      : checkExpression(expression);
  return [...parsed.problems, ...judged]
    .filter(({ severity }) => severity === 'error' || severity === 'warning')
    .sort((a, b) => a.range.start - b.range.start);
}

/** `querent search`. */
export function searchCommand(): Command {
  const command = new Command('search')
    .description(
      'Ask a citation library (or PubMed) a query in PubMed syntax, ClinicalTrials.gov an expression with --trials, or a library a question with --ranked.',
    )
    .argument('<query>', 'the query or question, in quotes; - reads it from standard input')
    .option('--corpus <library>', 'a library made by: querent corpus build')
    .option('--live', 'ask PubMed itself, or with --trials ClinicalTrials.gov, over the network')
    .option('--trials', 'the query is an expression of ClinicalTrials.gov')
    .addOption(headingsAsTextOption())
    .option(
      '--limit <n>',
      'at most so many records (default: all with --ids or --json, else 20)',
      wholeNumber,
    )
    .option('--ids', 'print only ids, one a line, newest first')
    .option(
      '--until <date>',
      'only records published on or before this day (yyyy, yyyy-mm or yyyy-mm-dd)',
      day,
    )
    .option('--ranked', 'list the records that fit a question or a bag of words best, by BM25')
    .option('--require <words...>', 'with --ranked: only records that have all these words')
    .option('--exclude <words...>', 'with --ranked: no records that have any of these words')
    .option('--json', 'print {count, ids, translation, warnings, seconds} on stdout; hits with --ranked')
    .addHelpText(
      'after',
      `
Examples:
  querent search '"Accidental Falls"[mh] AND exercis*[tiab]' --corpus library.sqlite
  querent search 'desmopressin[tiab] OR DDAVP[tiab]' --corpus library.sqlite --ids > pmids.txt
  querent search 'heart attack' --corpus library.sqlite --until 2016-09-30 --json
  querent search - --corpus library.sqlite < query.txt
  querent search '"Accidental Falls"[mh]' --live --format nbib --out falls.nbib
  querent search 'AREA[ConditionSearch]asthma AND AREA[Phase]PHASE3' --trials --live
  querent search 'Does exercise prevent falls in older people?' --ranked --corpus library.sqlite
  querent search 'exercise falls' --ranked --corpus library.sqlite --require randomized --exclude children --json

With --ranked words are stemmed and operators mean nothing. The first question makes an index and keeps it in the cache folder;
--json and --ids then give at most 1000 records unless --limit says otherwise.

With --format every record found is written, whatever their number; --json then prints {file, records, bytes, engine, at, notes}.
With --live --json has at most the 9,999 ids that PubMed lists at once, unless --limit says otherwise; --ids lists all.`,
    )
    .action(async (argument: string, options: SearchCommandOptions) => {
      const text = argument === '-' ? (await readUtf8('-')).text : argument;
      const isExport = wantsExport(options);
      if (options.ranked === true) {
        checkRankedOptions(options);
        if (options.trials === true)
          throw badInput('--trials goes with Boolean expressions, not with --ranked.');
        const library = await openEngine(options);
        await rankedSearch(text, library, options).finally(() => library.close());
        return;
      }
      if (options.require !== undefined || options.exclude !== undefined)
        throw badInput('--require and --exclude go with --ranked. In a Boolean query write AND and NOT.');
      const isTrials = options.trials === true;
      const query = isTrials ? resolveExpressionText(text) : resolveText(text);
      if ('problem' in query) throw badInput(query.problem);
      const engine: SearchEngine<SearchQuery> = isTrials
        ? await openTrialsFor(undefined, '-', options)
        : await openEngine(options);
      try {
        problemLines('query', text, problemsOf(text, isTrials, engine)).forEach(note);
        if (isExport) {
          await exportSearch(engine, query, options);
          return;
        }
        const everything = options.ids === true || options.json === true;
        // Ids are listed whatever their number; JSON has those that come with the count.
        const most = options.ids === true && options.json !== true ? Infinity : undefined;
        const limit = options.limit ?? (everything ? most : LISTED);
        const started = performance.now();
        const answer = await engine.search(query, { until: options.until, limit });
        const seconds = (performance.now() - started) / 1000;
        if (options.json === true) {
          const { count, ids, translation = null, warnings, provenance } = answer;
          const { label: engine, at, offline = null } = provenance;
          printJson({ count, ids, translation, warnings, engine, at, offline, seconds });
          return;
        }
        for (const { message } of answer.warnings) note(`warning: ${message}`);
        if (options.ids === true) {
          print(...answer.ids);
          return;
        }
        const records = answer.count === 1 ? '1 record' : `${formatCount(answer.count)} records`;
        print(`${records} in ${answer.provenance.label} (${(seconds * 1000).toFixed(1)} ms)`);
        for (const record of await engine.summaries(answer.ids)) {
          const source = [record.journal, record.year].filter((part) => part !== undefined).join(' ');
          print(`${record.id.padEnd(9)} ${record.title}${source === '' ? '' : ` (${source})`}`);
        }
        const more = answer.count - answer.ids.length;
        if (more > 0) print(`... ${more} more; --limit shows more, --ids all ids`);
      } finally {
        await engine.close();
      }
    });
  for (const option of exportSearchOptions()) command.addOption(option);
  return command;
}
