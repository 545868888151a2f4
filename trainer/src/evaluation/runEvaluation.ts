import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { SearchError } from '@querent/core/search';
import type { Task } from '@querent/core/tasks';
import { ModelError } from '@querent/server/models';
import { badInput, CliError, EXIT, note, print, printJson } from '@querent/server/terminal';
import { interruptible } from '../cli/interruptible.ts';
import { loadTasks } from '../taskFolders.ts';
import { openWorld } from '../world/openWorld.ts';
import type { OpenedWorld } from '../world/openWorld.ts';
import { comparedMetrics, readSystems, withComparisons } from './comparisons.ts';
import { documentOf } from './document.ts';
import type { EvaluationDocument } from './document.ts';
import { doubtfulTopics } from './doubtful.ts';
import { evaluate } from './evaluate.ts';
import type { EvaluationProgress } from './evaluate.ts';
import { checkWorld, holdsOf, schemasOf, worldOf } from './evaluatedWorld.ts';
import { readItems } from './items/readItems.ts';
import type { EvaluateOptions } from './options.ts';
import { aboutOf, planOf } from './plan.ts';
import { progressOn } from './progress.ts';
import { htmlOf } from './report/html.ts';
import { markdownOf } from './report/markdown.ts';
import { reportOf } from './report/report.ts';
import type { Report } from './report/report.ts';
import type { TopicResult } from './result.ts';
import { openRewriters } from './rewriters/openRewriters.ts';
import { RunFolder, writeWhole } from './runFolder.ts';
import { trapsOf } from './traps.ts';

/** Runs `querent-trainer evaluate`, prints its result and writes its reports. @throws CliError, SearchError, RowError */
export async function runEvaluation(options: EvaluateOptions): Promise<void> {
  for (const file of options.report ?? []) await checkReport(file);
  const progress = progressOn(process.stderr);
  const kept =
    options.out === undefined
      ? 'Name a folder with --out to keep what is done.'
      : `What is done is kept in ${options.out}; the same command goes on from there.`;
  try {
    const evaluated = await interruptible(
      (signal) =>
        evaluateFile(options, { signal, wayOut: kept, onProgress: (state) => progress.show(state) }),
      `Interrupted. ${kept}`,
    );
    progress.end();
    await report(evaluated, options);
  } finally {
    progress.end();
  }
}

/** What an evaluation is told beside its options. */
export interface EvaluationHooks {
  readonly signal: AbortSignal;
  /** Added to messages of faults after which the same may be gone on with. */
  readonly wayOut?: string;
  readonly onProgress?: (progress: EvaluationProgress) => void;
}

/** What came of an evaluation. */
export interface Evaluated {
  /** One a rewriter, with its comparisons. */
  readonly documents: readonly EvaluationDocument[];
  readonly report: Report;
}

/**
 * Lets the rewriters of `options` attempt the items of its file, and writes the run folder where one is named (`options.out`): results as they come,
 * reports and `summary.json` at the end. Prints nothing.
 * @throws CliError, SearchError, RowError
 */
export async function evaluateFile(options: EvaluateOptions, hooks: EvaluationHooks): Promise<Evaluated> {
  const names = options.rewriter ?? [];
  if (names.length === 0)
    throw badInput('Say what to evaluate: --rewriter original, for one. --help lists the others.');
  const task = await taskOf(options);
  const file = await itemsFile(options);
  // Read before anything is asked, so that a mistake in it does not cost a run.
  const others = (
    await Promise.all((options.compare ?? []).map((path) => readSystems(path, task.id)))
  ).flat();
  const world = await openWorld(worldOf(options, task));
  try {
    checkWorld(task, world);
    return await run(task, file, world, names, options, hooks, (documents) =>
      withComparisons(documents, others, comparedMetrics(task.metricNames), options.seed),
    );
  } finally {
    await world.close();
  }
}

async function run(
  task: Task,
  file: string,
  world: OpenedWorld,
  names: readonly string[],
  options: EvaluateOptions,
  { signal, wayOut = '', onProgress }: EvaluationHooks,
  compared: (documents: readonly EvaluationDocument[]) => readonly EvaluationDocument[],
): Promise<Evaluated> {
  const { items, notes } = await readItems(file, task, {
    ...options,
    schemaOf: schemasOf(world),
    ...holdsOf(task, world, options.heldOnly === true),
  });
  const sampling = {
    variant: options.variant,
    samples: options.samples,
    temperature: options.temperature ?? (options.samples > 1 ? 0.7 : 0),
    seed: options.seed,
    maxTokens: options.maxTokens,
  };
  if (sampling.samples > 1 && sampling.temperature === 0)
    throw badInput(
      '--samples with --temperature 0 would give the same completion each time. Raise the temperature.',
    );
  const { form, budget } = options;
  const rewriters = await asked(() =>
    openRewriters(names, {
      ...{ task, world, library: world.library, items, form, budget, sampling },
      template: options.template,
    }),
  );
  let folder: RunFolder | undefined;
  try {
    const plan = await planOf({ task, file, count: items.length, rewriters, world, options });
    folder = options.out === undefined ? undefined : await RunFolder.open(options.out, plan);
    const judge = (): Promise<ReadonlyMap<string, readonly TopicResult[]>> =>
      evaluate({
        ...{ task, items, rewriters, world, concurrency: options.concurrency, signal },
        judging: {
          budget,
          variant: options.variant,
          ...(options.retriever === undefined ? {} : { retriever: options.retriever }),
        },
        ...(folder === undefined ? {} : { folder }),
        ...(onProgress === undefined ? {} : { onProgress }),
      });
    const topics = await asked(judge, wayOut);
    const context = { task, doubtful: [...doubtfulTopics, ...(options.doubtful ?? [])], seed: options.seed };
    const documents = compared(
      rewriters.map((rewriter) =>
        documentOf(rewriter.name, topics.get(rewriter.name) ?? [], {
          ...context,
          notes: [...notes, ...(rewriter.notes?.() ?? [])],
        }),
      ),
    );
    const text = reportOf(documents, {
      task: task.title,
      about: aboutOf(plan, world),
      seeds: options.seeds,
      traps: trapsOf(task, world),
    });
    if (folder !== undefined) {
      await folder.write('report.md', markdownOf(text));
      await folder.write('report.html', htmlOf(text));
      // Last: its being there says that the run has ended.
      await folder.write('summary.json', `${JSON.stringify(printed(documents))}\n`);
    }
    return { documents, report: text };
  } finally {
    await folder?.close();
    for (const rewriter of rewriters) await rewriter.close?.();
  }
}

/** As `--json` prints it: an object for one rewriter, a list for several. */
function printed(documents: readonly EvaluationDocument[]): unknown {
  return documents.length === 1 ? documents[0] : documents;
}

async function report({ documents, report: text }: Evaluated, options: EvaluateOptions): Promise<void> {
  for (const file of options.report ?? [])
    await writeWhole(file, /\.html$/i.test(file) ? htmlOf(text) : markdownOf(text));
  if (options.json === true) printJson(printed(documents));
  else {
    const sections = text.sections.filter(({ title, plot }) => plot === undefined && title !== 'Every topic');
    print(markdownOf({ ...text, sections }).trimEnd());
    if (options.out !== undefined) note(`Every topic, and plots: ${resolve(options.out, 'report.html')}`);
  }
}

/** What cannot be written is told now, not after the run. */
async function checkReport(file: string): Promise<void> {
  if (!/\.(?:md|html)$/i.test(file)) throw badInput(`--report ${file} is neither .md nor .html.`);
  await access(dirname(resolve(file)), constants.W_OK).catch(() => {
    throw badInput(
      `--report ${file} cannot be written. Name a file in a folder that is there and can be written.`,
    );
  });
}

async function taskOf({ task: id, taskFolder = [] }: EvaluateOptions): Promise<Task> {
  const tasks = await loadTasks(taskFolder);
  const task = tasks.get(id);
  if (task === undefined)
    throw badInput(`There is no task ${id}. There are ${[...tasks.keys()].join(', ')}.`);
  return task;
}

async function itemsFile({ topics, questions }: EvaluateOptions): Promise<string> {
  if (topics !== undefined && questions !== undefined)
    throw badInput('Give either --topics or --questions, not both.');
  const file = topics ?? questions;
  if (file === undefined) throw badInput('Say what to evaluate on: --topics FILE, or --questions FILE.');
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory() === true)
    throw badInput(
      `${file} is a folder. Name a file of rows; of a folder with queries and qrels, querent-trainer dataset build makes one.`,
    );
  return file;
}

/**
 * The fault of an engine or a model as the exit code wants it: a model's file that is none is bad input, what happens later is a failure.
 * @param wayOut added to the message of what may be gone on with
 */
async function asked<T>(act: () => Promise<T>, wayOut = ''): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof ModelError) {
      if (error.code === 'aborted') throw error;
      const isInput = ['none', 'missing', 'not-gguf', 'truncated', 'unsupported'].includes(error.code);
      throw new CliError(isInput ? EXIT.badInput : EXIT.engineFailed, told(error, wayOut), error);
    }
    if (error instanceof SearchError && error.code !== 'aborted')
      throw new CliError(EXIT.engineFailed, told(error, wayOut), error);
    throw error;
  }
}

function told({ message }: Error, wayOut: string): string {
  // The model host speaks of the editor's setting.
  const here = message.replaceAll('in querent.model.path', 'with model:PATH');
  return wayOut === '' ? here : `${here} ${wayOut}`;
}
