import { Command, Option } from 'commander';
import type { LocalEngine } from '@querent/core/connectors';
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
  Rewriter,
  RewriteRequest,
  RewriteResult,
} from '@querent/core/rewriting';
import { measure, SearchError } from '@querent/core/search';
import type { Measurement, SearchEngine } from '@querent/core/search';
import {
  isUnresolvable,
  parseStrategy,
  printResolved,
  resolveStrategy,
  resolveText,
} from '@querent/core/strategy';
import type { FrontMatter } from '@querent/core/strategy';
import { openEngine, openEngineFor } from '../engine.ts';
import { badInput, EXIT, note, print, printJson } from '../../terminal/index.ts';
import { inTerminal, readUtf8 } from '../io.ts';
import { onlyPubMed } from '../language.ts';
import { openModel } from '../model.ts';
import { atLeastOne, day, headingsAsTextOption } from '../options.ts';
import { readPico } from '../pico.ts';
import { noteErrors } from '../problems.ts';
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
      'ask a language model too: a GGUF file, or the address of an OpenAI-compatible server',
    )
    .option('--limit <n>', 'at most so many proposals', atLeastOne)
    .addOption(
      new Option('--form <form>', 'the kind of query wanted').choices(['recall', 'readable', 'precise']),
    )
    .option('--budget <n>', 'most records that a proposal may find', atLeastOne, defaultBudget)
    .option(
      '--json',
      'print {original, proposals: [{query, origin, count, recall, nnr, problems, reasoning}], rejected}',
    )
    .addHelpText(
      'after',
      `
Recall is measured against the seeds; without seeds it is unknown (null), never guessed. "original" is the strategy in the
file, or where there is none, the words of the title. Without --model everything is deterministic. Exit code 3 when the model failed;
the other proposals are printed all the same.

Examples:
  querent rewrite strategy.pubmed                             # in the database of the front matter
  querent rewrite --title 'Exercise for preventing falls in older people' --corpus library.sqlite --json
  querent rewrite --title 'Desmopressin for blood loss' --pico '{"intervention": "desmopressin"}' --seeds 8466062,1538063 \\
      --corpus library.sqlite --form readable --budget 500
  querent rewrite strategy.pubmed --corpus library.sqlite --model model.gguf`,
    )
    .action(async (file: string | undefined, options: RewriteCommandOptions) => {
      const { request, frontMatter } = await requestFrom(file, options);
      const engine = await (file === undefined
        ? openEngine(options)
        : openEngineFor(frontMatter, file, options));
      const model = options.model === undefined ? undefined : openModel(options.model);
      try {
        const rewriters: Rewriter[] = [
          deterministicRewriter(),
          ...(model === undefined ? [] : [model.rewriter]),
        ];
        const result = await proposeRewrites(request, engine, rewriters, {
          lint: (parsed) => lintQuery(parsed, thesaurusOf(engine)),
          ...(options.limit === undefined ? {} : { limit: options.limit }),
          onProgress: (message) =>
            process.stderr.isTTY ? process.stderr.write(`\r\u001b[K${message}`) : undefined,
        });
        if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
        const original = await originalOf(request, result, engine);
        if (options.json === true) printJson(resultJson(original, result));
        else printResult(original, result, engine.label);
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

async function requestFrom(
  file: string | undefined,
  options: RewriteCommandOptions,
): Promise<{ readonly request: RewriteRequest; readonly frontMatter: FrontMatter | undefined }> {
  let frontMatter: FrontMatter | undefined;
  let query: string | undefined;
  if (file !== undefined) {
    onlyPubMed(file, 'rewritten');
    const { text, name } = await readUtf8(file);
    const document = parseStrategy(text);
    noteErrors(name, document);
    frontMatter = document.frontMatter;
    const resolved = resolveStrategy(document);
    if (!isUnresolvable(resolved)) query = printResolved(resolved);
    else if (document.lines.length > 0) throw badInput(`${name}: ${resolved.problem}`);
  }
  const title = options.title?.trim() === '' ? undefined : (options.title ?? frontMatter?.title);
  const pico = options.pico === undefined ? frontMatter?.pico : await readPico(options.pico);
  if (title === undefined && pico === undefined && query === undefined)
    throw badInput('There is nothing to start from: give a strategy, --title or --pico.');
  const until = options.until ?? frontMatter?.until;
  const request = {
    ...(title === undefined ? {} : { title }),
    ...(pico === undefined ? {} : { pico }),
    ...(query === undefined ? {} : { query }),
    ...(until === undefined ? {} : { until }),
    ...(options.form === undefined ? {} : { forms: [options.form] }),
    budget: options.budget,
    seeds: await seedsOf(options.seeds, frontMatter, file ?? '-'),
  };
  return { request, frontMatter };
}

/** MeSH of a library, so that proposals are judged by it. */
function thesaurusOf(engine: SearchEngine): LintContext {
  const { thesaurus } = engine as Partial<LocalEngine>;
  return thesaurus === undefined ? {} : { thesaurus };
}

interface Original {
  readonly query: string;
  readonly measurement: Measurement;
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

function numbers({ count, recall, nnr, found, missed }: Measurement) {
  return {
    count,
    recall: recall ?? null,
    nnr: nnr ?? null,
    seedsFound: found.length,
    seedsTotal: found.length + missed.length,
  };
}

function resultJson(original: Original | undefined, { proposals, rejected }: RewriteResult): unknown {
  return {
    original: original === undefined ? null : { query: original.query, ...numbers(original.measurement) },
    proposals: proposals.map(({ query, origin, source, form, reasoning, problems, measurement }) => ({
      query,
      origin,
      source,
      form: form ?? null,
      ...numbers(measurement),
      problems,
      reasoning,
    })),
    rejected,
  };
}

function printResult(
  original: Original | undefined,
  { proposals, rejected }: RewriteResult,
  label: string,
): void {
  if (original !== undefined) print(`now: ${inWords(original.measurement)}`, `  ${original.query}`, '');
  if (proposals.length === 0) print('No proposal is better than what is there.');
  proposals.forEach(({ query, origin, source, form, reasoning, problems, measurement }, index) => {
    const kind = [origin === 'model' ? `model ${source}` : source, form]
      .filter((part) => part !== undefined)
      .join(', ');
    print(`${index + 1}. ${inWords(measurement)} (${kind})`, `  ${query}`);
    if (reasoning !== '') print(`  ${reasoning}`);
    print(...problems.map((problem) => `  ${problem.severity}: ${problem.message}`), '');
  });
  print(`measured in ${label}`);
  for (const { source, text, reason } of rejected)
    if (text !== '') note(`not shown (${source}): ${reason} ${text}`);
}

function inWords({ count, recall, nnr, found, missed }: Measurement): string {
  const records = `${count} ${count === 1 ? 'record' : 'records'}`;
  if (recall === undefined) return records;
  const perSeed = nnr === undefined ? '' : `, ${nnr.toFixed(1)} to read for one`;
  return `${records}, ${found.length} of ${found.length + missed.length} seeds (recall ${recall.toFixed(2)})${perSeed}`;
}

/** The model could not be asked at all, which is not the same as an answer that was no good. */
function isModelFailure({ origin, text }: Rejection): boolean {
  return origin === 'model' && text === '';
}
