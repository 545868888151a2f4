// An invented run of querent-trainer, as its folder looks: for scenes and tests of the training view. Every number is made up, by a formula.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TOPICS = [
  'Exercise to prevent falls in older people living in the community',
  'Virtual reality for the arm after stroke',
  'Vitamin D against infections of the airways',
  'School programmes against smoking',
];
const QUERIES = [
  '("accidental falls"[mh] OR fall*[tiab]) AND (exercise*[tiab] OR "tai chi"[tiab]) AND (aged[mh] OR older[tiab])',
  '(stroke[mh] OR stroke[tiab] OR hemipleg*[tiab]) AND ("virtual reality"[tiab] OR "video game*"[tiab])',
  '("vitamin d"[mh] OR cholecalciferol[tiab]) AND ("respiratory tract infections"[mh] OR influenza[tiab])',
  '(smoking[mh] OR tobacco[tiab]) AND (school*[tiab] OR adolescent[mh]) AND prevent*[tiab]',
];

/** Numbers in [0, 1) that are the same every time. */
function repeatable(seed) {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const rounded = (value) => Number(value.toPrecision(5));

/** What one step of PPO writes. */
function ppoLine(step, steps, seconds, noise) {
  const learnt = 1 - Math.exp((-3 * step) / steps);
  const off = () => noise() - 0.5;
  const reward = -0.4 + 1.5 * learnt + 0.25 * off();
  const recall = Math.max(0, 0.18 + 0.42 * learnt + 0.08 * off());
  return {
    kind: 'ppo',
    step,
    time: seconds + 41 * step,
    reward: { mean: rounded(reward), std: rounded(0.75 - 0.3 * learnt), min: -1, max: rounded(reward + 1.1) },
    components: {
      format: rounded(-0.3 * (1 - learnt)),
      validity: 0.1,
      outcome: rounded(reward - 0.05),
      cost: -0.02,
      penalty: 0,
    },
    recall: {
      mean: rounded(recall),
      atLeast70: rounded(recall * 0.5),
      atLeast50: rounded(recall * 0.82),
      atLeast30: rounded(recall * 1.1),
      zero: rounded(0.3 * (1 - learnt)),
    },
    records: { median: Math.round(400 + 700 * learnt + 150 * off()) },
    validRate: rounded(Math.min(1, 0.7 + 0.29 * learnt)),
    formatErrorRate: rounded(Math.max(0, 0.22 * (1 - learnt) + 0.02 * noise())),
    rewardErrors: 0,
    kl: rounded(0.002 + 0.06 * learnt + 0.012 * noise()),
    klCoefficient: 0.05,
    policyLoss: rounded(-0.02 + 0.02 * off()),
    valueLoss: rounded(0.35 * (1 - 0.8 * learnt) + 0.04 * noise()),
    entropy: rounded(1.6 - 0.9 * learnt + 0.1 * off()),
    clipFraction: rounded(0.08 + 0.05 * noise()),
    valueClipFraction: rounded(0.03 * noise()),
    ratioMax: rounded(1.4 + noise()),
    explainedVariance: rounded(0.85 * learnt - 0.05 + 0.1 * off()),
    advantageMean: 0,
    returnMean: rounded(reward),
    valueMean: rounded(reward * 0.9),
    gradNorm: rounded(0.6 + 0.5 * noise()),
    criticGradNorm: rounded(1.1 + 0.9 * noise()),
    learningRate: 0.000001,
    completionTokens: { mean: rounded(70 + 30 * learnt + 8 * off()), max: Math.round(150 + 60 * noise()) },
    promptTokens: { mean: 212.4 },
    truncatedRate: rounded(0.08 * (1 - learnt)),
    skippedUpdates: 0,
    microBatch: 4,
    tokens: { generated: 12_480, trained: 12_480 },
    seconds: {
      rollout: rounded(17 + 2 * off()),
      rewardWait: rounded(0.9 + 0.3 * noise()),
      logProbs: 3.1,
      reference: 2.9,
      values: 2.4,
      update: rounded(13 + off()),
      validate: step % 10 === 0 ? 9.5 : 0,
      save: step % 20 === 0 ? 1.8 : 0,
      total: rounded(40.5 + 3 * off()),
    },
    validation:
      step % 10 === 0
        ? {
            reward: rounded(-0.45 + 1.4 * learnt),
            recall: rounded(0.16 + 0.4 * learnt),
            f3: rounded(0.1 + 0.25 * learnt),
            records: 820,
            validRate: 0.97,
            n: 32,
          }
        : null,
  };
}

function sampleLine(step, steps, i) {
  const learnt = 1 - Math.exp((-3 * step) / steps);
  const isBad = (step + i) % 7 === 0;
  const query = QUERIES[i];
  const recall = rounded(Math.max(0, Math.min(1, 0.2 + 0.5 * learnt - 0.1 * i)));
  return {
    step,
    id: `topic-${i + 1}`,
    prompt: TOPICS[i],
    completion: isBad
      ? `<answer>{"query": "${query.slice(0, 40).replaceAll('"', '\\"')}`
      : `<answer>${JSON.stringify({ query })}</answer>`,
    reward: isBad ? -1 : rounded(2 * recall - 0.3),
    components: isBad
      ? { format: -1, validity: 0, outcome: 0, cost: 0, penalty: 0 }
      : { format: 0, validity: 0.1, outcome: rounded(2 * recall - 0.38), cost: -0.02, penalty: 0 },
    measured: isBad ? null : { recall, precision: 0.011, records: Math.round(300 + 900 * learnt) },
    problem: isBad ? 'The answer ends before its form does.' : null,
    query: isBad ? null : query,
  };
}

const step = (status, seconds) => ({
  status,
  key: null,
  inputs: null,
  outputs: null,
  startedAt: null,
  endedAt: null,
  seconds,
  attempts: status === 'pending' ? 0 : 1,
  message: null,
});

/**
 * Writes a run that has come to PPO step `done` of `steps`, with what came before; `finished` ends it, with an evaluation.
 * @param {string} folder made where it is not there
 * @param {{done?: number, steps?: number, finished?: boolean}} options
 */
export function writeTrainingRun(folder, { done = 120, steps = 200, finished = false } = {}) {
  for (const name of ['sft', 'ppo', 'evaluation']) mkdirSync(join(folder, name), { recursive: true });
  const json = (name, value) => writeFileSync(join(folder, name), JSON.stringify(value));
  const lines = (name, all) =>
    writeFileSync(join(folder, name), all.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const noise = repeatable(7);
  const start = Math.floor(Date.now() / 1000) - 41 * done;
  json('plan.json', {
    name: 'falls-and-strokes',
    engine: 'embedded',
    model: { path: '/models/SmolLM2-135M-Instruct', name: 'SmolLM2-135M-Instruct' },
    ppo: { algorithm: 'ppo', steps, clip: 0.2, kl: { controller: 'adaptive', target: 0.06 } },
  });
  const rest = finished ? 'done' : 'pending';
  json('state.json', {
    schema: 1,
    id: 'invented',
    startedAt: new Date(start * 1000).toISOString(),
    steps: {
      data: step('done', 74),
      prompts: step('done', 6),
      pairs: step('done', 412),
      sft: step('done', 1380),
      ppo: step(finished ? 'done' : 'running', finished ? 41 * done : 0),
      export: step(rest, finished ? 38 : 0),
      evaluation: step(rest, finished ? 640 : 0),
      publish: step(rest, finished ? 3 : 0),
    },
  });
  lines(
    'sft/metrics.jsonl',
    Array.from({ length: 60 }, (_, i) => ({
      kind: 'sft',
      step: i + 1,
      epoch: Math.floor(i / 30),
      time: start - 1380 + 23 * i,
      loss: rounded(2.6 * Math.exp(-i / 18) + 0.42 + 0.08 * noise()),
      validationLoss: i % 10 === 9 ? rounded(2.5 * Math.exp(-i / 18) + 0.5) : null,
      learningRate: 0.00002,
      gradNorm: rounded(1 + noise()),
      tokens: 9200,
      tokensPerSecond: rounded(395 + 20 * noise()),
      seconds: { data: 0.2, update: 21.8, validate: 0, save: 0, total: 23 },
    })),
  );
  lines(
    'ppo/metrics.jsonl',
    Array.from({ length: done }, (_, i) => ppoLine(i + 1, steps, start, noise)),
  );
  lines(
    'ppo/samples.jsonl',
    Array.from({ length: done }, (_, i) =>
      [0, 1, 2, 3].map((topic) => sampleLine(i + 1, steps, topic)),
    ).flat(),
  );
  if (!finished) return;
  const system = (rewriter, recall, records) => ({
    rewriter,
    n: 32,
    metrics: {
      recall,
      precision: rounded(recall / 45),
      f3: rounded(recall * 0.42),
      medianRecords: records,
      validRate: rewriter.startsWith('zero') ? 0.81 : 1,
    },
    intervals: {
      recall: [rounded(recall - 0.09), rounded(recall + 0.09)],
      f3: [rounded(recall * 0.33), rounded(recall * 0.51)],
    },
    perTopic: [],
  });
  json('evaluation/summary.json', [
    system('original', 0.41, 3120),
    system('deterministic', 0.63, 940),
    system('zero-shot', 0.22, 410),
    system('sft', 0.51, 880),
    system('ppo', 0.59, 1010),
  ]);
}

/** Goes on by one step, as the engine does: the line comes in two pieces when `torn` is set. */
export function writeNextStep(folder, next, { steps = 200, torn = false } = {}) {
  const text = `${JSON.stringify(ppoLine(next, steps, Math.floor(Date.now() / 1000) - 41 * next, repeatable(next)))}\n`;
  const cut = Math.floor(text.length / 2);
  appendFileSync(join(folder, 'ppo/metrics.jsonl'), torn ? text.slice(0, cut) : text);
  return torn ? text.slice(cut) : '';
}
