import { appendFile, readFile, rm } from 'node:fs/promises';
import { mean } from '@querent/core/metrics';
import { badInput } from '@querent/server/terminal';
import { version } from '../../cli/version.ts';
import { methodPair } from '../../pairs/methodPairs.ts';
import type { MethodOptions } from '../../pairs/methodPairs.ts';
import type { PairRow } from '../../pairs/promptRow.ts';
import { readUserPairs } from '../../pairs/userPairs.ts';
import { openWorld } from '../../world/openWorld.ts';
import type { OpenedWorld } from '../../world/openWorld.ts';
import type { RunContext } from '../context.ts';
import { areIntact, describeFiles } from '../made.ts';
import type { Step } from '../sequence.ts';
import type { StepInputs } from '../state.ts';
import { writeSafely } from '../state.ts';
import { checkLeakage } from './data.ts';
import { hashesOfPlaces, placesOf } from './placesOf.ts';
import { without } from '../without.ts';
import { topicsOf } from './prompts.ts';

/**
 * Characters of an answer for each token of the longest completion; what is longer would only be counted and left out by the engine. 90 % of the method's answers have
 * 2.4 or more to a token of SmolLM2; a random model's words are whole tokens, and all else is bytes.
 */
const charactersPerToken = { trained: 2.4, random: 1.5 };

/** Topics of validation that get a pair, on which the loss is looked at. */
const mostValidation = 200;

/** A topic that was tried: a line of `pairs-done.jsonl`, so that a killed run does not ask for it again. */
interface Tried {
  readonly split: 'train' | 'validation';
  readonly id: string;
  readonly row: PairRow | null;
  readonly leftOut: string | null;
  readonly reward: number | null;
  readonly recall: number | null;
  readonly records: number | null;
}

/** Makes the pairs that the supervised start learns from. */
export function pairsStep(context: RunContext): Step {
  const { plan, paths, template, hashes } = context;
  return {
    name: 'pairs',
    skipped: () => (plan.sft === null ? 'The plan has no supervised start (sft).' : undefined),
    async inputs({ prompts }) {
      const { pairs } = plan.sft ?? {};
      return {
        plan: {
          ...without(pairs ?? { file: null }, 'file'),
          seed: plan.seed,
          reward: plan.ppo?.reward.name ?? null,
          longest: plan.tokens.completion,
        },
        template: { id: template.id, hash: template.hash },
        prompts: prompts?.['files'] ?? null,
        file: pairs?.file == null ? null : await hashes.of(pairs.file),
        places: await hashesOfPlaces(plan, hashes),
        versions: { querent: version },
      };
    },
    isIntact: ({ files }) => areIntact(paths.folder, files),
    async clear() {
      for (const path of [paths.pairs, paths.pairsValidation, paths.pairsDone])
        await rm(path, { force: true });
    },
    run: () => makePairs(context),
  };
}

async function makePairs(context: RunContext): Promise<StepInputs> {
  const { plan, paths, task, template, say } = context;
  const settings = plan.sft?.pairs;
  if (settings === undefined) throw new Error('pairs without sft');
  const own = settings.from === 'deterministic' ? [] : await fromFile(context, settings.file);
  const tried = settings.from === 'file' ? [] : await fromMethod(context, settings.limit);
  const byMethod = tried.filter(({ split }) => split === 'train');
  const rows = [...own, ...byMethod.flatMap(({ row }) => row ?? [])];
  const validation = tried.flatMap(({ split, row }) => (split === 'validation' ? (row ?? []) : []));
  if (rows.length === 0)
    throw badInput(
      `There is no pair to learn from${settings.minimumReward === null ? '' : ` that earns ${settings.minimumReward}`}. Lower sft.pairs.minimumReward, raise tokens.completion, or give a file of your own.`,
    );
  for (const [path, kept] of [
    [paths.pairs, rows],
    [paths.pairsValidation, validation],
  ] as const)
    await writeSafely(path, kept.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const leftOut: Record<string, number> = {};
  for (const { leftOut: why } of byMethod) if (why !== null) leftOut[why] = (leftOut[why] ?? 0) + 1;
  const kept = byMethod.filter(({ row }) => row !== null);
  const figures = {
    reward: mean(kept.flatMap(({ reward }) => reward ?? [])) ?? null,
    recall: mean(kept.flatMap(({ recall }) => recall ?? [])) ?? null,
  };
  say(
    `${rows.length} pairs for ${template.id} (${task.id}): ${own.length} of your own, ${kept.length} of the method` +
      `${figures.recall === null ? '' : `, which find ${(100 * figures.recall).toFixed(0)} % of what is relevant`}; left out: ${
        Object.entries(leftOut)
          .map(([why, count]) => `${why} ${count}`)
          .join(', ') || 'none'
      }.`,
  );
  return {
    files: await describeFiles(paths.folder, [paths.pairs, paths.pairsValidation]),
    pairs: { file: own.length, deterministic: kept.length, leftOut, validation: validation.length },
    figures,
  };
}

async function fromFile(context: RunContext, file: string | null): Promise<readonly PairRow[]> {
  const { plan, task, template } = context;
  if (file === null) throw badInput('sft.pairs.file is missing. Name the file of your pairs.');
  const { rows, topics } = await readUserPairs(file, { task, template, variant: plan.variant });
  await checkLeakage(context, topics, file);
  return rows;
}

/** @param most topics of train that are asked for; null: all */
async function fromMethod(context: RunContext, most: number | null): Promise<readonly Tried[]> {
  const { plan, paths, task, progress, signal } = context;
  const topics = [
    ...(await topicsOf(context, 'train'))
      .slice(0, most ?? Infinity)
      .map((topic) => ({ topic, split: 'train' as const })),
    ...(await topicsOf(context, 'validation'))
      .slice(0, mostValidation)
      .map((topic) => ({ topic, split: 'validation' as const })),
  ];
  const done = await triedBefore(paths.pairsDone);
  const before = topics.filter(({ topic }) => done.has(topic.id)).length;
  let count = before;
  progress.progress(count, topics.length, 'topics', before);
  const world = await openWorld(placesOf(plan));
  try {
    const options = methodOptions(context, world);
    for (const { topic, split } of topics) {
      if (done.has(topic.id)) continue;
      signal.throwIfAborted();
      const made = await methodPair(topic, options, signal);
      const tried: Tried =
        'row' in made
          ? { split, id: topic.id, ...made, leftOut: null }
          : {
              split,
              id: topic.id,
              row: null,
              leftOut: made.leftOut,
              reward: null,
              recall: null,
              records: null,
            };
      await appendFile(paths.pairsDone, `${JSON.stringify(tried)}\n`);
      done.set(topic.id, tried);
      progress.progress(++count, topics.length, 'topics');
      // Ctrl-C is only noticed where the event loop runs.
      await new Promise((resume) => setImmediate(resume));
    }
  } finally {
    await world.close();
  }
  return topics.flatMap(({ topic }) => done.get(topic.id) ?? []);

  function methodOptions({ template }: RunContext, opened: OpenedWorld): MethodOptions {
    const engine =
      task.id === 'trials' ? opened.trials : task.id === 'publication' ? opened.library : undefined;
    const { pairs } = plan.sft ?? {};
    if (engine === undefined || pairs === undefined)
      throw badInput(
        `The deterministic rewriter has no pairs for the task ${task.id} here. Write sft.pairs: {from: file, file: ...}.`,
      );
    const reward = plan.ppo?.reward.name ?? undefined;
    return {
      ...{ task, template, variant: plan.variant, world: opened, engine, seed: plan.seed },
      ...{ form: pairs.form, budget: pairs.budget, seeds: pairs.seeds, minimumReward: pairs.minimumReward },
      ...(reward === undefined ? {} : { reward }),
      longest: charactersPerToken[plan.model.random === null ? 'trained' : 'random'] * plan.tokens.completion,
    };
  }
}

/** What was tried before; a last line that was cut off is tried again. */
async function triedBefore(path: string): Promise<Map<string, Tried>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  // What is added comes after a whole line.
  if (whole !== text) await writeSafely(path, whole);
  const done = new Map<string, Tried>();
  for (const line of whole.split('\n')) {
    if (line === '') continue;
    const tried = JSON.parse(line) as Tried;
    done.set(tried.id, tried);
  }
  return done;
}
