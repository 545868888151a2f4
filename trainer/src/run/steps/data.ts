import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { badInput } from '@querent/server/terminal';
import { version } from '../../cli/version.ts';
import { buildFolder } from '../../datasets/buildFolder.ts';
import { leakage, leakageText } from '../../datasets/leakage.ts';
import type { LeakageReport } from '../../datasets/leakage.ts';
import { CARD, loadParts } from '../../datasets/loadParts.ts';
import { readSplit } from '../../datasets/readRows.ts';
import type { Topic } from '../../datasets/topic.ts';
import type { RunContext } from '../context.ts';
import { areIntact, describeFiles } from '../made.ts';
import type { Step } from '../sequence.ts';
import type { StepInputs } from '../state.ts';
import { without } from '../without.ts';
import { hashesOfPlaces } from './placesOf.ts';

/** The dataset of a run: the folder that the plan names, or one that is built here. */
export function datasetFolder({ plan, paths }: Pick<RunContext, 'plan' | 'paths'>): string {
  return plan.data.dataset ?? paths.dataset;
}

/** Files of topics that are held out: of the gate, and of evaluation where those are others. */
function heldOutFiles({ data, evaluation }: RunContext['plan']): readonly string[] {
  return [...new Set([data.heldOut, evaluation?.topics ?? null].filter((file) => file !== null))];
}

/** Looked at by their hashes. */
const places = ['corpus', 'trials', 'databases'] as const;

/** Builds the dataset and looks for leakage: of what is held out, nothing may be trained on. */
export function dataStep(context: RunContext): Step {
  const { plan, paths, hashes } = context;
  return {
    name: 'data',
    async inputs() {
      // Counts and limits are looked at when prompts are made; files are known by their content, so that a run may move to another machine.
      const settings = without(
        plan.data,
        'minimum',
        'limit',
        'sources',
        'train',
        'validation',
        'dataset',
        'heldOut',
        ...places,
      );
      const { dataset } = plan.data;
      const sources = (names: readonly string[]): Promise<readonly string[]> =>
        Promise.all(names.map((each) => hashes.ofSource(each)));
      return {
        plan: { ...settings, seed: plan.seed, variant: plan.variant, task: plan.task },
        sources: await sources(plan.data.sources),
        train: await sources(plan.data.train),
        validation: await sources(plan.data.validation),
        dataset: dataset === null ? null : await hashes.of(join(dataset, CARD)),
        heldOut: await Promise.all(heldOutFiles(plan).map((file) => hashes.of(file))),
        places: await hashesOfPlaces(plan, hashes),
        versions: { querent: version },
      };
    },
    isIntact: ({ files }) => areIntact(datasetFolder(context), files),
    clear: () => rm(paths.dataset, { recursive: true, force: true }),
    run: () => buildOrRead(context),
  };
}

async function buildOrRead(context: RunContext): Promise<StepInputs> {
  const { plan, say, progress } = context;
  if (plan.data.dataset === null) await build(context);
  const folder = datasetFolder(context);
  const train = (await readSplit(folder, 'train')).map(({ topic }) => topic);
  const validation = (await readSplit(folder, 'validation')).map(({ topic }) => topic);
  const report = await checkLeakage(context, [...train, ...validation], folder);
  progress.progress(1, 1, 'dataset');
  say(
    `${train.length} topics to train on, ${validation.length} to validate on${report === undefined ? '; none are held out' : `; none shares anything with the ${report.test.topics} that are held out`}.`,
  );
  const names = ['train.jsonl', 'validation.jsonl', CARD].map((name) => join(folder, name));
  return {
    files: await describeFiles(folder, names),
    topics: { train: train.length, validation: validation.length },
    leakage: report === undefined ? null : { ...report.all, records: report.records },
  };
}

async function build({ plan, paths, tasks, say, signal }: RunContext): Promise<void> {
  const { data } = plan;
  await mkdir(dirname(paths.dataset), { recursive: true });
  await buildFolder({
    out: paths.dataset,
    ...{ sources: data.sources, train: data.train, validation: data.validation },
    // As tests: what shares anything with them, records or words, is trained on by nobody.
    test: heldOutFiles(plan),
    split: data.split,
    ...(data.shares === null ? {} : { shares: data.shares }),
    chains: 'cut',
    ...{ seed: plan.seed, variant: plan.variant, tasks },
    ...(data.corpus === null ? {} : { corpus: data.corpus }),
    ...(data.databases === null ? {} : { databases: data.databases }),
    ...{ made: data.made, relevant: data.relevant, maxOverlap: data.maxOverlap, minKnown: data.minKnown },
    excludeTopics: [],
    ...(data.difficulty === null ? {} : { difficulty: data.difficulty }),
    ...(data.licence === null ? {} : { licence: data.licence }),
    force: true,
    command: 'querent-trainer run',
    signal,
    onProgress: say,
  });
}

/**
 * Compares what would be trained on with everything that is held out.
 * @returns undefined when nothing is held out
 * @throws CliError (exit code 2) for a leak, with examples
 */
export async function checkLeakage(
  { plan }: Pick<RunContext, 'plan'>,
  train: readonly Topic[],
  name: string,
): Promise<LeakageReport | undefined> {
  const topics: Topic[] = [];
  for (const file of heldOutFiles(plan))
    for (const part of await loadParts(file)) topics.push(...part.topics.map(({ topic }) => topic));
  if (topics.length === 0) return undefined;
  const report = leakage({ name, topics: train }, { name: heldOutFiles(plan).join(', '), topics });
  if (!report.isLeaking) return report;
  throw badInput(
    `${leakageText(report)}What is held out would be trained on, and its figures would be worth nothing. Leave these topics out of ${name}, or out of what is held out.`,
  );
}
