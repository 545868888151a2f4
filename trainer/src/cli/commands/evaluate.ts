import { resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { defaultBudget } from '@querent/core/rewriting';
import { runEvaluation } from '../../evaluation/runEvaluation.ts';
import type { EvaluateOptions } from '../../evaluation/options.ts';
import { wholeNumber } from '../options.ts';
import { addPlaceOptions } from '../placeOptions.ts';

/** `querent-trainer evaluate` */
export function addEvaluate(program: Command): void {
  const several = (value: string, before: readonly string[] | undefined): readonly string[] => [
    ...(before ?? []),
    value,
  ];
  const command = program
    .command('evaluate')
    .description('compare rewriters on topics or questions whose answers are known')
    .requiredOption('--task <id>', 'publication, trials, qa, ir, sql, or the task of a --task-folder')
    .option(
      '--topics <file>',
      'topics (JSONL, also .gz): {id, title, pico?, relevant_pmids} and others, see below',
    )
    .option(
      '--questions <file>',
      'questions (JSONL, also .gz): {id, db, question, gold_sql} and others, see below',
    )
    .option(
      '--corpus <path>',
      'citation library, citation file or folder; for --task trials a library of registrations',
    )
    .option('--trials <path>', 'library of trial registrations, the same as --corpus for --task trials')
    .option('--databases <folder>', 'folder of SQLite databases, for --task sql');
  addPlaceOptions(command)
    .option('--rewriter <names...>', 'see below; several may be named', several)
    .option(
      '--seeds <n>',
      'relevant records of each topic that rewriters are given; figures are about the rest',
      wholeNumber(0, 1_000),
      0,
    )
    .option(
      '--budget <n>',
      'records that a team is ready to screen',
      wholeNumber(1, 1_000_000_000),
      defaultBudget,
    )
    .addOption(
      new Option('--form <form>', 'form of the deterministic rewriter')
        .choices(['recall', 'readable', 'precise'])
        .default('recall'),
    )
    .option('--only <text>', 'only items whose id holds this')
    .option('--subset <key>', 'only rows that have this key set to true, such as core')
    .option('--sample <n>', 'so many items of what is left, drawn by --seed', wholeNumber(1, 1_000_000_000))
    .option('--limit <n>', 'the first so many items of what is left', wholeNumber(1, 1_000_000_000))
    .option(
      '--held-only',
      'leave out relevant records that are not held where it is searched, and topics without any',
    )
    .option('--samples <n>', 'completions of a model for each item', wholeNumber(1, 1_000), 1)
    .option(
      '--temperature <t>',
      'of models; default 0 (the likeliest word) for one sample, 0.7 for several',
      temperature,
    )
    .option('--seed <n>', 'of sampling, of drawn seeds and of intervals', wholeNumber(0, 2 ** 31), 1)
    .option('--max-tokens <n>', 'most tokens of a completion', wholeNumber(1, 100_000), 500)
    .addOption(
      new Option('--variant <variant>', 'the prompt: with reasoning before the answer, or the answer alone')
        .choices(['reasoning', 'direct'])
        .default('reasoning'),
    )
    .option(
      '--template <id>',
      "wording that models are asked with (docs/prompts.md); auto: the one that a model was trained with, as far as its file or name tells, else the task's own",
      'auto',
    )
    .addOption(
      new Option('--retriever <name>', 'what ranks for --task qa and ir').choices(['sparse', 'dense']),
    )
    .option('--concurrency <n>', 'items on their way at once', wholeNumber(1, 256), 1)
    .option('--out <folder>', 'run folder: results are kept as they come, and an interrupted run goes on')
    .option('--compare <paths...>', 'run folder or result to compare with; several may be named', several)
    .option('--report <files...>', 'write the report here, .md or .html; several may be named', several)
    .option(
      '--doubtful <ids...>',
      'topic whose labels are doubtful, beside those that are known; several may be named',
      several,
    )
    .option(
      '--task-folder <folders...>',
      'a further task (docs/adding-a-task.md); several may be named',
      (folder: string, before: readonly string[] = []) => [...before, resolve(folder)],
    )
    .option('--json', 'print one JSON document: an object for one rewriter, a list for several')
    .addHelpText(
      'after',
      `
Rewriters: original (words of the title ANDed; the question itself where it ranks), rarest (the three rarest words), deterministic
(deterministic:FORM, deterministic:FORM,title without the PICO), model:PATH_OR_URL (a GGUF file, or an OpenAI-compatible server with
QUERENT_MODEL_KEY; #NAME behind the address for one of its models), grammar:PATH_OR_URL (the same, held to the form of the answer as in
the editor), combined:PATH_OR_URL (method and model so held, chosen as in the editor; not for every task), recorded:FILE (JSONL {id, query} or {id, completion}, a result of evaluate, DeepRetrieval's and AutoBool's outputs, TREC runs).

Rows: {id, title, pico?, relevant_pmids} or {id, pico, relevant, until}; for qa {id, question, answers}; for ir {id, question, relevant}, also
with grades {record: grade}, and review topics; for sql {id, db, question, gold_sql, ...}; rows of a dataset; {id, input, target} for any task.

Failures count as failures: a query that is missing, unreadable or refused has recall 0. docs/evaluation.md tells how figures are made.

Exit code 0: fine. 2: bad usage or input. 3: an engine or a model failed; with --out the same command goes on where it was. 130: Ctrl-C.

Examples:
  querent-trainer evaluate --task publication --topics reviews.jsonl --corpus library.sqlite --rewriter original --rewriter deterministic --json
  querent-trainer evaluate --task sql --questions questions.jsonl --databases db --subset core --rewriter model:model.gguf --out runs/sql`,
    )
    .action(async (options: EvaluateOptions) => runEvaluation(options));
}

function temperature(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 5) return value;
  throw new InvalidArgumentError('It must be a number from 0 to 5.');
}
