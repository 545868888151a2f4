import { isRaw, publishedTemplates } from '@querent/core/prompting';
import { builtInTasks } from '@querent/core/tasks';
import type { Task } from '@querent/core/tasks';
import { nearest } from './issues.ts';
import type { Finding, Place } from './problem.ts';
import type { Plan } from './schema.ts';

/** What of a task a plan is checked against. */
export type TaskFacts = Pick<Task, 'id' | 'templates' | 'rewardNames'>;

/** What the values of a plan say together, as far as it can be judged without looking at the machine or at a file. */
export function rulesOf(
  plan: Plan,
  tasks: ReadonlyMap<string, TaskFacts> = builtInTasks,
): readonly Finding[] {
  return [
    ...stageRules(plan),
    ...modelRules(plan),
    ...taskRules(plan, tasks),
    ...dataRules(plan),
    ...sftRules(plan),
    ...ppoRules(plan),
    ...verlRules(plan),
    ...releaseRules(plan),
  ];
}

const error = (place: string, message: string): Finding => ({
  severity: 'error',
  place: split(place),
  message,
});
const warning = (place: string, message: string): Finding => ({
  severity: 'warning',
  place: split(place),
  message,
});
const split = (place: string): Place => (place === '' ? [] : place.split('.'));

function stageRules({ sft, ppo }: Plan): readonly Finding[] {
  return sft === null && ppo === null
    ? [error('', 'there is nothing to train. Give sft, ppo, or both; `ppo: {}` takes every default.')]
    : [];
}

function modelRules({ model, machine, engine }: Plan): readonly Finding[] {
  const found: Finding[] = [];
  if (model.path === null && model.random === null)
    found.push(
      error(
        'model',
        'it has no model to start from. Give path (a folder, a .gguf file or hf:owner/name) or random.',
      ),
    );
  if (model.path !== null && model.random !== null)
    found.push(
      error(
        'model',
        'path and random are both given. Keep one: a model that is there, or one with random weights.',
      ),
    );
  if (model.random !== null) {
    const { hidden, heads, kvHeads } = model.random;
    if (hidden % heads !== 0 || (hidden / heads) % 2 !== 0)
      found.push(
        error('model.random.hidden', `${hidden} divided by ${heads} heads must be an even whole number.`),
      );
    if (heads % kvHeads !== 0)
      found.push(
        error(
          'model.random.kvHeads',
          `${heads} heads cannot be shared evenly by ${kvHeads}. Take a divisor of heads.`,
        ),
      );
    if (model.lora !== null)
      found.push(error('model.lora', 'an adapter on random weights learns next to nothing. Leave out lora.'));
    if (engine === 'verl')
      found.push(
        error('model.random', 'verl has no models with random weights. Take engine: embedded, or give path.'),
      );
  }
  if (machine.device === 'cpu' && machine.dtype === 'bfloat16')
    found.push(
      warning(
        'machine.dtype',
        'most processors are slower with bfloat16, and less exact. Take float32 on a CPU.',
      ),
    );
  return found;
}

function taskRules(plan: Plan, tasks: ReadonlyMap<string, TaskFacts>): readonly Finding[] {
  const found: Finding[] = [];
  const task = tasks.get(plan.task);
  if (task === undefined) {
    if (plan.taskFolders.length > 0) return [];
    const near = nearest(plan.task, [...tasks.keys()]);
    found.push(
      error(
        'task',
        `there is no task “${plan.task}”. ${near === undefined ? `There are ${[...tasks.keys()].join(', ')}; others need taskFolders.` : `Did you mean ${near}?`}`,
      ),
    );
  } else {
    const reward = plan.ppo?.reward.name ?? null;
    if (reward !== null && !task.rewardNames.includes(reward)) {
      const near = nearest(reward, task.rewardNames);
      found.push(
        error(
          'ppo.reward.name',
          `the task ${task.id} has no reward “${reward}”. ${near === undefined ? `It has ${task.rewardNames.join(', ')}.` : `Did you mean ${near}?`}`,
        ),
      );
    }
  }
  if (plan.template !== 'auto') found.push(...templateRules(plan, tasks));
  return found;
}

function templateRules(plan: Plan, tasks: ReadonlyMap<string, TaskFacts>): readonly Finding[] {
  const own = [...tasks.values()].flatMap(({ id, templates }) =>
    (['reasoning', 'direct'] as const).map((variant) => ({
      task: id,
      variant,
      template: templates[variant],
    })),
  );
  const published = [...publishedTemplates.values()].map((template) => ({
    task: template.task,
    variant: template.variant,
    template: template,
  }));
  const all = [...own, ...published];
  const named = all.find(({ template }) => template.id === plan.template);
  if (named === undefined) {
    const ids = all.map(({ template }) => template.id);
    const near = nearest(plan.template, ids);
    const fitting = all.filter(({ task }) => task === plan.task).map(({ template }) => template.id);
    return [
      error(
        'template',
        `there is no prompt template “${plan.template}”. ${near === undefined ? `For ${plan.task} there are ${fitting.join(', ')}, or auto.` : `Did you mean ${near}?`}`,
      ),
    ];
  }
  const found: Finding[] = [];
  if (named.task !== plan.task)
    found.push(
      error(
        'template',
        `${plan.template} is for the task ${named.task}, not for ${plan.task}. Change one of them, or take auto.`,
      ),
    );
  if (named.variant !== plan.variant)
    found.push(
      error(
        'template',
        `${plan.template} asks in the variant ${named.variant}, the plan says ${plan.variant}. Write variant: ${named.variant}.`,
      ),
    );
  if (isRaw(named.template) && plan.sft !== null && plan.sft.pairs.from !== 'file')
    found.push(
      warning(
        'template',
        `${plan.template} is the wording of a published checkpoint; pairs of the deterministic rewriter teach it another style of query.`,
      ),
    );
  return found;
}

function dataRules({ data, task, publish }: Plan): readonly Finding[] {
  const found: Finding[] = [];
  const sources = [...data.sources, ...data.train];
  if (data.dataset === null && sources.length === 0)
    found.push(
      error(
        'data',
        'it has nothing to learn from. Give sources (docs/datasets.md), or dataset, a folder that was built before.',
      ),
    );
  if (data.dataset !== null && sources.length > 0)
    found.push(
      error('data.dataset', 'a dataset that is there and sources for a new one are both given. Keep one.'),
    );
  const place = (
    { publication: 'corpus', qa: 'corpus', ir: 'corpus', trials: 'trials', sql: 'databases' } as Readonly<
      Record<string, 'corpus' | 'trials' | 'databases'>
    >
  )[task];
  if (place !== undefined && data[place] === null)
    found.push(error(`data.${place}`, `the task ${task} needs it: rewards and figures are measured there.`));
  if (data.relevant[0] > data.relevant[1])
    found.push(error('data.relevant', 'the first number is the least, the second the most.'));
  if (data.difficulty !== null && data.difficulty[0] > data.difficulty[1])
    found.push(error('data.difficulty', 'the first number is the least, the second the most.'));
  if (data.difficulty !== null && data.corpus === null)
    found.push(error('data.difficulty', 'difficulty is measured in a citation library. Give data.corpus.'));
  if (data.shares !== null && Math.abs(data.shares[0] + data.shares[1] + data.shares[2] - 1) > 1e-6)
    found.push(error('data.shares', 'shares of train, validation and test must add up to 1.'));
  if (publish !== null && data.heldOut === null)
    found.push(
      error(
        'data.heldOut',
        'a release is judged on topics that were held out, and none are named. Give a file of topics, or leave out publish.',
      ),
    );
  return found;
}

function sftRules({ sft }: Plan): readonly Finding[] {
  if (sft === null) return [];
  const { pairs, batchSize, microBatchSize } = sft;
  const found: Finding[] = [];
  if (batchSize % microBatchSize !== 0)
    found.push(error('sft.microBatchSize', `${microBatchSize} does not divide batchSize (${batchSize}).`));
  if (pairs.from !== 'deterministic' && pairs.file === null)
    found.push(
      error(
        'sft.pairs.file',
        `pairs are to come from ${pairs.from === 'both' ? 'a file as well' : 'a file'}. Name it.`,
      ),
    );
  if (pairs.from === 'deterministic' && pairs.file !== null)
    found.push(
      error(
        'sft.pairs.file',
        'a file is named and pairs come from the deterministic rewriter alone. Write from: file or both.',
      ),
    );
  return found;
}

function ppoRules({ ppo, model }: Plan): readonly Finding[] {
  if (ppo === null) return [];
  const found: Finding[] = [];
  const rollouts = ppo.promptsPerStep * ppo.samplesPerPrompt;
  const of = `${ppo.promptsPerStep} prompts × ${ppo.samplesPerPrompt} samples = ${rollouts} sequences`;
  if (ppo.miniBatchSize > rollouts || rollouts % ppo.miniBatchSize !== 0)
    found.push(
      error('ppo.miniBatchSize', `${ppo.miniBatchSize} does not divide the sequences of a step (${of}).`),
    );
  if (ppo.miniBatchSize % ppo.microBatchSize !== 0)
    found.push(
      error(
        'ppo.microBatchSize',
        `${ppo.microBatchSize} does not divide miniBatchSize (${ppo.miniBatchSize}).`,
      ),
    );
  if (ppo.rolloutMicroBatch > rollouts)
    found.push(warning('ppo.rolloutMicroBatch', `it is more than a step has (${of}).`));
  if (ppo.algorithm === 'grpo') {
    if (ppo.critic.kind !== 'none')
      found.push(
        error(
          'ppo.critic.kind',
          'GRPO has no critic: rewards are compared within the samples of a prompt. Write kind: none.',
        ),
      );
    if (ppo.samplesPerPrompt < 2)
      found.push(error('ppo.samplesPerPrompt', 'GRPO compares several samples of a prompt. Take 4 or more.'));
  } else if (ppo.critic.kind === 'none') {
    found.push(
      error('ppo.critic.kind', 'PPO needs a critic: separate or head. Without one, take algorithm: grpo.'),
    );
  }
  if (ppo.critic.kind !== 'separate' && ppo.critic.path !== null)
    found.push(
      error(
        'ppo.critic.path',
        `a critic of kind ${ppo.critic.kind} is not loaded from a folder. Leave out path, or write kind: separate.`,
      ),
    );
  if (ppo.critic.kind === 'none' && ppo.critic.warmupSteps > 0)
    found.push(error('ppo.critic.warmupSteps', 'there is no critic to warm up. Leave it out.'));
  if (ppo.critic.warmupSteps >= ppo.steps)
    found.push(
      error(
        'ppo.critic.warmupSteps',
        `in ${ppo.steps} steps, a warm-up of ${ppo.critic.warmupSteps} leaves none in which the policy learns.`,
      ),
    );
  if (ppo.kl.coefficient === 0 && model.reference !== null)
    found.push(warning('model.reference', 'without a KL coefficient nothing is compared with it.'));
  return found;
}

function verlRules({ engine, verl, ppo, model }: Plan): readonly Finding[] {
  if (engine === 'embedded' || ppo === null) return [];
  const found: Finding[] = [];
  const say = engine === 'verl' ? error : warning;
  const gpus = verl.nodes * verl.gpusPerNode;
  const rollouts = ppo.promptsPerStep * ppo.samplesPerPrompt;
  if (rollouts % gpus !== 0)
    found.push(
      say(
        'verl.gpusPerNode',
        `the ${rollouts} sequences of a step cannot be dealt out evenly to ${gpus} GPUs (verl's own rule).`,
      ),
    );
  if (ppo.miniBatchSize % gpus !== 0)
    found.push(
      say(
        'ppo.miniBatchSize',
        `${ppo.miniBatchSize} cannot be dealt out evenly to ${gpus} GPUs (verl's own rule).`,
      ),
    );
  if (ppo.miniBatchSize % ppo.samplesPerPrompt !== 0)
    found.push(
      say(
        'ppo.miniBatchSize',
        `verl counts mini-batches in prompts: ${ppo.miniBatchSize} sequences are no whole number of prompts of ${ppo.samplesPerPrompt} samples.`,
      ),
    );
  if (verl.gpusPerNode % verl.tensorParallel !== 0)
    found.push(
      say(
        'verl.tensorParallel',
        `${verl.tensorParallel} does not divide the ${verl.gpusPerNode} GPUs of a node.`,
      ),
    );
  if (engine !== 'verl') return found;
  if (ppo.critic.kind === 'head')
    found.push(
      error(
        'ppo.critic.kind',
        'verl has no value head on the policy’s own states. Write kind: separate, or take engine: embedded.',
      ),
    );
  if (model.path?.toLowerCase().endsWith('.gguf') === true)
    found.push(
      error('model.path', 'verl reads folders of Hugging Face, no GGUF. Name the folder or hf:owner/name.'),
    );
  if (model.reference !== null)
    found.push(
      error(
        'model.reference',
        'verl’s reference is the model that it starts from. Leave it out, or take engine: embedded.',
      ),
    );
  return found;
}

function releaseRules(plan: Plan): readonly Finding[] {
  const found: Finding[] = [];
  const { publish, export: exporting, evaluation, data, model } = plan;
  if (exporting?.adapter === true && model.lora === null)
    found.push(error('export.adapter', 'there is no adapter without model.lora.'));
  if (publish === null) {
    if (evaluation !== null && evaluation.topics === null && data.heldOut === null)
      found.push(
        warning(
          'evaluation.topics',
          'no topics are held out, so nothing is evaluated. Give data.heldOut or evaluation.topics.',
        ),
      );
    return found;
  }
  if (/^[a-z]+:\/\/[^/]*@/iu.test(publish.to))
    found.push(
      error(
        'publish.to',
        'an address with a password would be written into the run folder. Give it by QUERENT_CHANNEL_TOKEN.',
      ),
    );
  if (exporting === null)
    found.push(error('export', 'what is published is exported first. Leave out `export: null`.'));
  else if (!exporting.quantisations.includes(publish.file))
    found.push(
      error(
        'publish.file',
        `${publish.file} is not among export.quantisations (${exporting.quantisations.join(', ')}).`,
      ),
    );
  if (evaluation === null)
    found.push(error('evaluation', 'a release shows its figures. Leave out `evaluation: null`.'));
  if (model.path !== null && model.licence === null)
    found.push(
      error(
        'model.licence',
        'a release names the licence of the model that it was made from, as its page says: Apache-2.0, qwen-research …',
      ),
    );
  return found;
}
