import { basename } from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { Variant } from '@querent/core/prompting';
import { note, print, printJson } from '@querent/server/terminal';
import type { BuiltDataset } from '../../datasets/build.ts';
import { buildFolder } from '../../datasets/buildFolder.ts';
import type { DatasetCard } from '../../datasets/card.ts';
import { isFault, MOST_FAULTS } from '../../datasets/gather.ts';
import type { SplitOptions } from '../../datasets/splits.ts';
import type { ExclusionReason } from '../../datasets/topic.ts';
import { splitNames } from '../../datasets/topic.ts';
import { interruptible } from '../interruptible.ts';
import { share, wholeNumber } from '../options.ts';

/** Progress is told when something takes longer, and then so often. */
const TELL_EVERY_MS = 1000;

interface BuildCommandOptions {
  readonly out: string;
  readonly train: readonly string[];
  readonly validation: readonly string[];
  readonly test: readonly string[];
  readonly split: SplitOptions['split'];
  readonly shares?: readonly [number, number, number];
  readonly chains: SplitOptions['chains'];
  readonly seed: number;
  readonly variant: Variant;
  readonly template: string;
  readonly corpus?: string;
  readonly databases?: string;
  readonly byDatabase?: true;
  readonly made: number;
  readonly relevant: readonly [number, number];
  readonly excludeTopics: readonly string[];
  readonly maxOverlap: number;
  readonly difficulty?: readonly [number, number];
  readonly minKnown: number;
  readonly licence?: string;
  readonly force?: true;
  readonly strict?: true;
  readonly json?: true;
}

/** `querent-trainer dataset build` */
export function addDatasetBuild(dataset: Command): void {
  const several = (text: string, before: readonly string[]): readonly string[] => [...before, text];
  dataset
    .command('build [source...]')
    .description(
      'build train, validation and test from review topics, PICO rows, strategies, questions, qrels, libraries',
    )
    .requiredOption('--out <folder>', 'folder to write; it is there as a whole or not at all')
    .option('--train <source>', 'a source whose topics are all for train; may be repeated', several, [])
    .option('--validation <source>', 'the same for validation', several, [])
    .option(
      '--test <source>',
      'the same for test: what shares anything with them is trained on by nobody',
      several,
      [],
    )
    .addOption(
      new Option(
        '--split <rule>',
        'overlap: by shared relevant records; time: the newest are test; given: as sources say',
      )
        .choices(['overlap', 'time', 'given'])
        .default('overlap'),
    )
    .option(
      '--shares <a,b,c>',
      'per cent for train, validation, test (default: 80,10,10; nothing for parts that have sources of their own)',
      shares,
    )
    .addOption(
      new Option(
        '--chains <way>',
        'topics tied by chains of shared records: cut what crosses parts, or keep chains whole',
      )
        .choices(['cut', 'whole'])
        .default('cut'),
    )
    .option('--seed <n>', 'the same seed gives the same dataset', wholeNumber(0, 2 ** 31 - 1), 1)
    .addOption(
      new Option('--variant <prompt>', 'ask for reasoning before the answer, or for the answer alone')
        .choices(['reasoning', 'direct'])
        .default('reasoning'),
    )
    .option(
      '--template <id>',
      'wording of the prompts (docs/prompts.md); auto: the task’s own of that variant',
      'auto',
    )
    .option('--corpus <library>', 'citation library: counts ids that it does not hold, measures difficulty')
    .option('--databases <folder>', 'SQLite databases of questions for SQL')
    .option('--by-database', 'keep all questions of a database in one part')
    .option(
      '--made <n>',
      'topics to make from each citation library that is a source',
      wholeNumber(1, 1_000_000),
      4000,
    )
    .option('--relevant <min,max>', 'relevant records of a topic that is made', pair(1, 100_000), [5, 200])
    .option(
      '--exclude-topics <file>',
      'topics that must not be trained on, as a source; may be repeated',
      several,
      [],
    )
    .option(
      '--max-overlap <share>',
      'part of the smaller set of relevant records that may be shared with one of them',
      share,
      0.1,
    )
    .option(
      '--difficulty <min,max>',
      'keep topics of which the three rarest words find so much, recall 0 to 1',
      pair(0, 1),
    )
    .option(
      '--min-known <share>',
      'leave out topics of which less is in the library; those of which nothing is are always left out',
      share,
      0,
    )
    .option('--licence <text>', 'what the data card says of the licence')
    .option('--force', 'replace the dataset that is there')
    .option('--strict', 'write nothing and exit with 2 when a row cannot be used')
    .option('--json', 'print the data card as one JSON document')
    .addHelpText(
      'after',
      '\nA source is a file or folder, or kind=path where its contents do not tell what it is. docs/datasets.md shows every kind.',
    )
    .action(async (sources: readonly string[], options: BuildCommandOptions, command: Command) =>
      interruptible(
        (signal) => build(sources, options, commandLine(command), signal),
        'Interrupted; no dataset was written.',
      ),
    );
}

function commandLine(command: Command): string {
  const words = process.argv.slice(process.argv.indexOf('dataset'));
  const quoted = words.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`,
  );
  return `${command.parent?.parent?.name() ?? 'querent-trainer'} ${quoted.join(' ')}`;
}

async function build(
  sources: readonly string[],
  options: BuildCommandOptions,
  command: string,
  signal: AbortSignal,
): Promise<void> {
  const { built, card } = await buildFolder({
    ...options,
    ...{ sources, command, signal, onProgress: tellNowAndThen() },
  });
  tell(built, card, options);
}

function tell(built: BuiltDataset, card: DatasetCard, { out, json }: BuildCommandOptions): void {
  if (json === true) {
    printJson({ out, ...card });
    return;
  }
  for (const source of card.sources) tellFaults(source);
  tellEmptyParts(built, card);
  const counts = Object.entries(card.files).map(([name, { rows }]) => `${basename(name, '.jsonl')} ${rows}`);
  print(`${out}: ${counts.join(', ')}`);
  for (const { name, kind, rows, kept, excluded, unknownIds } of card.sources) {
    const reasons = Object.entries(excluded).map(([reason, count]) => `${reason} ${count}`);
    print(
      `  ${name} (${kind}): ${kept} of ${rows}${reasons.length === 0 ? '' : `; left out: ${reasons.join(', ')}`}`,
    );
    if (unknownIds !== null && unknownIds > 0)
      print(`  ${name}: ${unknownIds} relevant records are not in the library`);
  }
  for (const { train, test, isLeaking, all } of card.leakage)
    print(
      `  ${test.name} against ${train.name}: ${isLeaking ? `${all.leaking} of ${all.topics} topics leak` : 'no leakage'}`,
    );
}

/** Messages for a source that are told; the card has more. */
const MOST_TOLD = 5;

function tellFaults({ name, files, excluded, examples }: DatasetCard['sources'][number]): void {
  const faults = examples.filter(({ reason }) => isFault(reason));
  for (const { message } of faults.slice(0, MOST_TOLD)) note(message);
  const all = Object.entries(excluded).reduce(
    (sum, [reason, count]) => (isFault(reason as ExclusionReason) ? sum + count : sum),
    0,
  );
  if (all > MOST_TOLD)
    note(
      `${files.length === 1 ? files[0]?.name : name}: ${all - MOST_TOLD} more rows cannot be used; card.json has the first ${MOST_FAULTS}, --strict refuses them.`,
    );
}

/** A part that was to have topics and has none is told with its reason: a test of nothing is found out late. */
function tellEmptyParts({ rows }: BuiltDataset, { split }: DatasetCard): void {
  const empty = splitNames.filter((name, i) => rows[name].length === 0 && (split.shares[i] ?? 0) > 0);
  if (empty.length === 0 || split.rule === 'given') return;
  const all = splitNames.flatMap((name) => rows[name]);
  const reason =
    rows.train.length === 0
      ? 'what it would have had shares something with a part that matters more (shares-with-test).'
      : split.rule === 'time' && all.every((row) => row.extra_info.until === '')
        ? 'no topic has a date, which --split time goes by.'
        : `${all.length} topics are too few for their shares, or too many of them hang together.`;
  note(`${empty.join(' and ')} ${empty.length === 1 ? 'has' : 'have'} no topic: ${reason}`);
}

/** Tells what is going on once it takes long. */
function tellNowAndThen(): (message: string) => void {
  let last = Date.now();
  return (message) => {
    if (Date.now() - last < TELL_EVERY_MS) return;
    last = Date.now();
    note(message);
  };
}

function shares(text: string): readonly [number, number, number] {
  const parts = text.split(',').map(Number);
  const sum = parts.reduce((total, each) => total + each, 0);
  const [train, validation, test] = parts.map((each) => each / sum);
  if (parts.length !== 3 || !parts.every((each) => each >= 0) || !(sum > 0))
    throw new InvalidArgumentError('Write three numbers for train, validation and test, such as 80,10,10.');
  return [train ?? 0, validation ?? 0, test ?? 0];
}

function pair(least: number, most: number): (text: string) => readonly [number, number] {
  return (text) => {
    const [from = NaN, to = NaN, ...rest] = text
      .split(',')
      .map((each) => (each.trim() === '' ? NaN : Number(each)));
    if (from >= least && to <= most && from <= to && rest.length === 0) return [from, to];
    throw new InvalidArgumentError(
      `Write two numbers from ${least} to ${most}, the smaller first, such as ${least},${most}.`,
    );
  };
}
