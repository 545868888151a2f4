import { Command, Option } from 'commander';
import type { LocalEngine } from '@querent/core/connectors';
import { wholeWithLine } from '@querent/core/features';
import { lintQuery } from '@querent/core/lint';
import type { LintContext } from '@querent/core/lint';
import {
  defaultBudget,
  deterministicRewriter,
  proposeRewrites,
  titleWordsQuery,
} from '@querent/core/rewriting';
import type {
  ProposalForm,
  Rejection,
  RewriteGoal,
  RewriteOptions,
  Rewriter,
  RewriteRequest,
  RewriteResult,
} from '@querent/core/rewriting';
import { measure, SearchError } from '@querent/core/search';
import type { SearchEngine } from '@querent/core/search';
import {
  isUnresolvable,
  parseStrategy,
  printResolved,
  resolveStrategy,
  resolveText,
} from '@querent/core/strategy';
import type { FrontMatter } from '@querent/core/strategy';
import { openEngine, openEngineFor } from '../engine.ts';
import { badInput, EXIT, note, printJson } from '../../terminal/index.ts';
import { inTerminal, readUtf8 } from '../io.ts';
import { onlyPubMed } from '../language.ts';
import { openModel } from '../model.ts';
import { atLeastOne, day, headingsAsTextOption, shareOfOne, upTo } from '../options.ts';
import { readPico } from '../pico.ts';
import { noteErrors } from '../problems.ts';
import { printRewrite, rewriteJson } from '../rewriteReport.ts';
import type { Original } from '../rewriteReport.ts';
import { lineOf } from '../queryArgument.ts';
import { seedsOf } from '../seeds.ts';

interface RewriteCommandOptions {
  readonly title?: string;
  readonly pico?: string;
  readonly seeds?: string;
  readonly until?: string;
  readonly corpus?: string;
  readonly live?: boolean;
  readonly headingsAsText?: boolean;
  readonly model?: string;
  readonly limit?: number;
  readonly form?: ProposalForm;
  readonly budget: number;
  readonly goal?: RewriteGoal;
  readonly recallFloor?: number;
  readonly rounds: number;
  readonly line?: string;
  readonly json?: boolean;
}

/** `querent rewrite`. */
export function rewriteCommand(exit: (code: number) => void): Command {
  return new Command('rewrite')
    .description('Propose better queries for a strategy or a question: measured, and the best first.')
    .argument('[file]', 'a strategy; its title, PICO, seeds and search date are used; - for standard input')
    .option('--title <title>', 'title of the review')
    .option(
      '--pico <json>',
      'the question as JSON {"population": ..., "intervention": ...}, or a file with it',
    )
    .option(
      '--seeds <ids>',
      'known relevant PMIDs with commas between them, or a file of them; proposals learn from them',
    )
    .option('--until <date>', 'search date', day)
    .option(
      '--corpus <library>',
      'measure in this library instead of the database that the front matter names',
    )
    .option('--live', 'measure in PubMed itself, over the network')
    .addOption(headingsAsTextOption())
    .option(
      '--model <model>',
      'ask a language model too: a GGUF file, the address of an OpenAI-compatible server, or `checkpoint` for the active one',
    )
    .option('--limit <n>', 'at most so many proposals', atLeastOne)
    .addOption(
      new Option('--form <form>', 'the kind of query wanted').choices(['recall', 'readable', 'precise']),
    )
    .option('--budget <n>', 'most records that a proposal may find', atLeastOne, defaultBudget)
    .addOption(
      new Option(
        '--goal <goal>',
        'improve the query, find what catches the seeds that it misses, or narrow it',
      ).choices(['improve', 'catch-missed', 'narrow']),
    )
    .option('--recall-floor <share>', 'least share of the seeds that must be found, 0 to 1', shareOfOne)
    .option('--rounds <n>', 'how often measured faults go back to the rewriters, 0 to 3', upTo(3), 0)
    .option('--line <label>', 'rewrite this line of the file, measured alone and in the strategy')
    .option(
      '--json',
      'print {original, faults, proposals: [{query, origin, count, recall, intervals, heldBack, nnr, onFront, flags, problems, ...}], rejected}',
    )
    .addHelpText(
      'after',
      `
Recall is measured against the seeds; without seeds it is unknown (null), never guessed. "original" is the strategy in the
file, or where there is none, the words of the title. Without --model everything is deterministic. Exit code 3 when the model failed;
the other proposals are printed all the same.

Where the seeds helped to write a query, recall is also told on seeds that were held back: the query is written again without them, in turn. A
proposal is flagged where it names people or records, or has terms that occur nowhere. Best first means: with --recall-floor those that
reach it, by fewer records; without it by more seeds, then fewer records; within the budget before others.

Examples:
  querent rewrite strategy.pubmed                             # in the database of the front matter
  querent rewrite --title 'Exercise for preventing falls in older people' --corpus library.sqlite --json
  querent rewrite --title 'Desmopressin for blood loss' --pico '{"intervention": "desmopressin"}' --seeds 8466062,1538063 \\
      --corpus library.sqlite --form readable --budget 500
  querent rewrite --seeds known.txt --corpus library.sqlite   # from records that are known to be relevant, alone
  querent rewrite strategy.pubmed --corpus library.sqlite --model model.gguf --rounds 1
  querent rewrite strategy.pubmed --corpus library.sqlite --model checkpoint
  querent rewrite strategy.pubmed --corpus library.sqlite --line 2 --goal catch-missed
  querent rewrite strategy.pubmed --corpus library.sqlite --goal narrow --recall-floor 0.9`,
    )
    .action(async (file: string | undefined, options: RewriteCommandOptions) => {
      const { request, frontMatter, whole } = await requestFrom(file, options);
      // First, since a checkpoint that is not there is told before a library is opened; nothing of it is loaded yet.
      const model = options.model === undefined ? undefined : await openModel(options.model);
      const engine = await (file === undefined
        ? openEngine(options)
        : openEngineFor(frontMatter, file, options));
      try {
        const rewriters: Rewriter[] = [
          deterministicRewriter(),
          ...(model === undefined ? [] : [model.rewriter()]),
        ];
        const result = await proposeRewrites(request, engine, rewriters, {
          lint: (parsed) => lintQuery(parsed, thesaurusOf(engine)),
          ...(options.limit === undefined ? {} : { limit: options.limit }),
          ...(whole === undefined ? {} : { whole }),
          rounds: options.rounds,
          onProgress: (message) =>
            process.stderr.isTTY ? process.stderr.write(`\r\u001b[K${message}`) : undefined,
        });
        if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
        const original = await originalOf(request, result, engine);
        if (options.json === true) printJson(rewriteJson(original, result));
        else printRewrite(original, result, engine.label);
        for (const failure of result.rejected.filter(isModelFailure)) {
          note(`querent: ${failure.source}: ${inTerminal(failure.reason)}`);
          exit(EXIT.engineFailed);
        }
      } finally {
        await model?.close();
        await engine.close();
      }
    });
}

interface Asked {
  readonly request: RewriteRequest;
  readonly frontMatter: FrontMatter | undefined;
  /** Of a line that others use: the strategy with a query in its place. */
  readonly whole: RewriteOptions['whole'];
}

async function requestFrom(file: string | undefined, options: RewriteCommandOptions): Promise<Asked> {
  let frontMatter: FrontMatter | undefined;
  let query: string | undefined;
  let whole: RewriteOptions['whole'];
  if (file === undefined) {
    if (options.line !== undefined)
      throw badInput(`--line ${options.line}: there is no file that has lines.`);
  } else {
    onlyPubMed(file, 'rewritten');
    const { text, name } = await readUtf8(file);
    const document = parseStrategy(text);
    noteErrors(name, document);
    frontMatter = document.frontMatter;
    if (options.line !== undefined) {
      query = printResolved(lineOf(document, name, options.line).query);
      whole = wholeWithLine(document, options.line);
    } else {
      const resolved = resolveStrategy(document);
      if (!isUnresolvable(resolved)) query = printResolved(resolved);
      else if (document.lines.length > 0) throw badInput(`${name}: ${resolved.problem}`);
    }
  }
  const title = options.title?.trim() === '' ? undefined : (options.title ?? frontMatter?.title);
  const pico = options.pico === undefined ? frontMatter?.pico : await readPico(options.pico);
  const seeds = await seedsOf(options.seeds, frontMatter, file ?? '-');
  if (title === undefined && pico === undefined && query === undefined && seeds.length === 0)
    throw badInput('There is nothing to start from: give a strategy, --title, --pico or --seeds.');
  const until = options.until ?? frontMatter?.until;
  const request = {
    ...(title === undefined ? {} : { title }),
    ...(pico === undefined ? {} : { pico }),
    ...(query === undefined ? {} : { query }),
    ...(until === undefined ? {} : { until }),
    ...(options.form === undefined ? {} : { forms: [options.form] }),
    ...(options.goal === undefined ? {} : { goal: options.goal }),
    ...(options.recallFloor === undefined ? {} : { recallFloor: options.recallFloor }),
    ...(whole === undefined ? {} : { isBlock: true as const }),
    budget: options.budget,
    seeds,
  };
  return { request, frontMatter, whole };
}

/** MeSH of a library, so that proposals are judged by it. */
function thesaurusOf(engine: SearchEngine): LintContext {
  const { thesaurus } = engine as Partial<LocalEngine>;
  return thesaurus === undefined ? {} : { thesaurus };
}

/** What the proposals are compared with. */
async function originalOf(
  request: RewriteRequest,
  { original }: RewriteResult,
  engine: SearchEngine,
): Promise<Original | undefined> {
  if (request.query !== undefined)
    return original === undefined ? undefined : { query: request.query, measurement: original };
  const words = request.title === undefined ? undefined : titleWordsQuery(request.title);
  const resolved = words === undefined ? undefined : resolveText(words);
  if (words === undefined || resolved === undefined || isUnresolvable(resolved)) return undefined;
  try {
    const measurement = await measure(engine, resolved, request.seeds, { until: request.until });
    return { query: words, measurement };
  } catch (error) {
    if (error instanceof SearchError && error.code !== 'aborted') return undefined;
    throw error;
  }
}

/** The model could not be asked at all, which is not the same as an answer that was no good. */
function isModelFailure({ origin, text }: Rejection): boolean {
  return origin === 'model' && text === '';
}
