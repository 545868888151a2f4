import { describe, expect, it } from 'vitest';
import { formatProblem, parsePlan, readSetting } from '../index.ts';
import { verlObstacles } from './verl.ts';

const sound = `
name: x
model: { path: m, licence: MIT }
data: { sources: [s], corpus: c, heldOut: t }
ppo: {}
`;

function told(settings: readonly string[]): readonly string[] {
  const { problems } = parsePlan(sound, {
    ...{ folder: '/p', environment: {} },
    settings: settings.flatMap((text) => readSetting(text) ?? []),
  });
  return problems.map((problem) => formatProblem(problem, 'p'));
}

describe('what the values of a plan say together', () => {
  it('is nothing where they fit', () => {
    expect(told([])).toEqual([]);
  });

  // What is set, and the place and a part of what is told.
  const cases: readonly [readonly string[], string, string][] = [
    [['ppo=null'], '', 'nothing to train'],
    [['model.path=null'], 'model:', 'no model to start from'],
    [['model.random={}'], 'model:', 'path and random'],
    [['model.path=null', 'model.random={hidden: 30, heads: 4}'], 'model.random.hidden:', '4 heads'],
    [['model.path=null', 'model.random={hidden: 36, heads: 4, kvHeads: 2}'], 'model.random.hidden:', 'even'],
    [['model.path=null', 'model.random={heads: 4, kvHeads: 3}'], 'model.random.kvHeads:', 'evenly'],
    [['model.path=null', 'model.random={maxPositions: 100}'], 'model.random.maxPositions:', '512 + 256'],
    [
      ['model.path=null', 'model.random={maxPositions: 1000}', 'model.lora={}'],
      'model.lora:',
      'next to nothing',
    ],
    [['machine={device: cpu, dtype: bfloat16}'], 'warning: machine.dtype:', 'float32'],
    [['task=publicaton'], 'task:', 'Did you mean publication?'],
    [['task=zzzzz'], 'task:', 'taskFolders'],
    [['ppo.reward.name=querant'], 'ppo.reward.name:', 'Did you mean querent?'],
    [['template=publication-search-direct/2'], 'template:', 'Did you mean'],
    [['template=trial-search-direct/1'], 'template:', 'for the task trials'],
    [['template=deepretrieval/pubmed-qwen'], 'template:', 'variant: reasoning'],
    [['data.sources=[]'], 'data:', 'nothing to learn from'],
    [['data.dataset=d'], 'data.dataset:', 'Keep one'],
    [['data.corpus=null'], 'data.corpus:', 'publication needs it'],
    [['task=sql'], 'data.databases:', 'sql needs it'],
    [['data.relevant=[9, 3]'], 'data.relevant:', 'least'],
    [['data.shares=[0.8, 0.3, 0]'], 'data.shares:', 'add up to 1'],
    [['data.heldOut=null'], 'warning: evaluation.topics:', 'nothing is evaluated'],
    [['data.heldOut=null', 'publish={to: c, name: y}'], 'data.heldOut:', 'held out'],
    [['sft={batchSize: 10, microBatchSize: 4}'], 'sft.microBatchSize:', 'does not divide'],
    [['sft={pairs: {from: file}}'], 'sft.pairs.file:', 'Name it'],
    [['sft={pairs: {file: f}}'], 'sft.pairs.file:', 'from: file or both'],
    [['ppo.miniBatchSize=48'], 'ppo.miniBatchSize:', '64 prompts × 1 samples'],
    [['ppo.miniBatchSize=128'], 'ppo.miniBatchSize:', 'does not divide'],
    [['ppo.microBatchSize=3'], 'ppo.microBatchSize:', 'does not divide'],
    [['ppo.rolloutMicroBatch=100'], 'warning: ppo.rolloutMicroBatch:', 'more than'],
    [['ppo.algorithm=grpo', 'ppo.samplesPerPrompt=4'], 'ppo.critic.kind:', 'kind: none'],
    [['ppo.algorithm=grpo', 'ppo.critic.kind=none'], 'ppo.samplesPerPrompt:', 'several samples'],
    [['ppo.critic.kind=none'], 'ppo.critic.kind:', 'grpo'],
    [['ppo.critic={kind: head, path: c}'], 'ppo.critic.path:', 'separate'],
    [['ppo.critic.warmupSteps=200'], 'ppo.critic.warmupSteps:', 'none in which'],
    [['ppo.kl.coefficient=0', 'model.reference=r'], 'warning: model.reference:', 'KL'],
    [['export={adapter: true}'], 'export.adapter:', 'model.lora'],
    [['publish={to: "https://u:p@h/c", name: y}'], 'publish.to:', 'QUERENT_CHANNEL_TOKEN'],
    [['publish={to: c, name: y, file: F16}'], 'publish.file:', 'Q8_0'],
    [['publish={to: c, name: y}', 'export=null'], 'export:', 'exported first'],
    [['publish={to: c, name: y}', 'evaluation=null'], 'evaluation:', 'figures'],
    [['publish={to: c, name: y}', 'model.licence=null'], 'model.licence:', 'as its page says'],
    [
      ['publish={to: c, name: y}', 'model.path=null', 'model.random={}', 'model.licence=null'],
      'model.licence:',
      'yours to choose',
    ],
  ];
  it.each(cases)('%j', (settings, place, message) => {
    const found = told(settings).filter((text) => text.includes(`: ${place}`));
    expect(found.join('\n')).toContain(message);
  });
});

describe('what verl cannot be told', () => {
  const cases: readonly [readonly string[], string][] = [
    [['machine.device=cpu', 'machine.dtype=float32'], 'machine.device'],
    [['model.path=m.gguf'], 'model.path'],
    [['model.reference=r'], 'model.reference'],
    [['model.lora={dropout: 0.1}'], 'model.lora.dropout'],
    [['model.lora={alpha: 1.5}'], 'model.lora.alpha'],
    [['ppo=null', 'sft={}'], 'ppo'],
    [['ppo.critic.kind=head'], 'ppo.critic.kind'],
    [['ppo.whiten=false'], 'ppo.whiten'],
    [['verl.gpusPerNode=3'], 'verl.gpusPerNode'],
    [['verl.gpusPerNode=32'], 'ppo.miniBatchSize'],
    [
      [
        'verl.gpusPerNode=8',
        'ppo.microBatchSize=4',
        'ppo.miniBatchSize=32',
        'ppo.samplesPerPrompt=3',
        'ppo.promptsPerStep=64',
      ],
      'ppo.miniBatchSize',
    ],
    [['verl.gpusPerNode=2', 'ppo.miniBatchSize=16', 'ppo.microBatchSize=16'], ''],
    [
      ['verl.gpusPerNode=2', 'ppo.promptsPerStep=60', 'ppo.miniBatchSize=12', 'ppo.microBatchSize=4'],
      'ppo.microBatchSize',
    ],
    [
      [
        'verl.gpusPerNode=2',
        'ppo.promptsPerStep=60',
        'ppo.miniBatchSize=12',
        'ppo.microBatchSize=4',
        'verl.tokensPerGpu=8000',
      ],
      '',
    ],
    [['verl.gpusPerNode=4', 'verl.tensorParallel=3'], 'verl.tensorParallel'],
    [[], ''],
  ];
  it.each(cases)('%j: %s', (settings, place) => {
    const named = told([...settings, 'engine=verl']);
    const { plan } = parsePlan(sound, {
      folder: '/p',
      environment: {},
      settings: settings.flatMap((text) => readSetting(text) ?? []),
    });
    if (place === '') {
      expect(named).toEqual([]);
      expect(plan === undefined ? undefined : verlObstacles(plan)).toEqual([]);
      return;
    }
    expect(named.join('\n')).toContain(`: ${place}: `);
    // With `auto` such a plan is trained by the embedded engine, so it is no error.
    if (plan !== undefined) expect(verlObstacles(plan).map((each) => each.place.join('.'))).toContain(place);
  });
});
