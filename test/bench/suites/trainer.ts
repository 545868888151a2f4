import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { buildLibrary } from '../../../server/src/library/buildLibrary.ts';
import { pythonEnvironment } from '../../../trainer/src/engines/python.ts';
import { smallPlan, trainerPython, trainerRun } from '../../learning/smallRun.ts';
import { everyNth, smallWorld } from '../../learning/smallWorld.ts';
import type { Citation } from '../../learning/smallWorld.ts';
import { quantile, round, type Suite, type SuiteResult } from '../suite.ts';
import { dataFiles, missingData } from './citations.ts';

const run = promisify(execFile);
const packages = join(import.meta.dirname, '../../../trainer/python');
/** Every so-manieth real citation: 6,128 of them. */
const everySo = 10;
const topicCount = 400;
const pairCount = 3_000;
/** Steps of the cold start: enough that most completions are queries, which the reward service then has to run. */
const coldSteps = 150;
const steps = 12;

/** A median with its spread, as `python -m querent_engine bench` prints it. */
interface Figure {
  readonly median: number;
  readonly spread: number;
}

interface EngineBench {
  readonly tokensPerSecond: Readonly<Record<'rollout' | 'plainRollout' | 'update' | 'plainUpdate', Figure>>;
  readonly ratio: Readonly<Record<'rollout' | 'update' | 'step', Figure>>;
  readonly repetitions: number;
  readonly sequences: number;
  readonly tokens: number;
  readonly promptTokens: number;
  readonly parameters: number;
  readonly vocabulary: number;
  readonly device: string;
  readonly dtype: string;
  readonly threads: number;
  readonly torch: string;
  readonly transformers: string;
}

interface StepLine {
  readonly step: number;
  readonly validRate: number | null;
  readonly seconds: Readonly<Record<'rollout' | 'rewardWait' | 'validate' | 'save' | 'total', number | null>>;
}

/** The embedded engine beside plain transformers, and what its trainer waits for rewards of the real service. */
export const suite: Suite = {
  name: 'trainer',
  async run(log) {
    const python = trainerPython();
    const reason =
      missingData([dataFiles.citations]) ??
      (python === undefined
        ? 'Skipped: there is no Python for the trainer; node scripts/python-env.mjs makes it.'
        : undefined);
    if (reason === undefined) return measureAll(python as string, log);
    log(reason);
    return { metrics: {}, peers: {}, notes: [reason], goals: [] };
  },
};

async function measureAll(python: string, log: (line: string) => void): Promise<SuiteResult> {
  const home = mkdtempSync(join(tmpdir(), 'querent-bench-'));
  try {
    log('Making a library, topics and pairs of real citations');
    const plan = await smallPlanIn(home);
    const folder = join(home, 'run');
    log(`Cold start of ${coldSteps} steps, then ${steps} steps of PPO with the real reward service`);
    await trainerRun(folder, plan, 'ppo');
    const lines = stepsOf(join(folder, 'ppo/metrics.jsonl'));
    log('Rollout and update beside plain transformers');
    const engine = await engineBench(python, join(folder, 'ppo/config.json'));
    return { ...figuresOf(engine, lines), notes: notesOf(engine, lines) };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** The plan of a short run on a small world, whose files lie in `home`. */
async function smallPlanIn(home: string): Promise<string> {
  const files = {
    library: join(home, 'library.sqlite'),
    topics: join(home, 'topics.jsonl'),
    pairs: join(home, 'pairs.jsonl'),
  };
  const citations = await everyNth(dataFiles.citations, everySo);
  const source = join(home, 'citations.jsonl');
  writeFileSync(source, `${citations.join('\n')}\n`);
  const records = citations.map((line) => JSON.parse(line) as Citation);
  const { topics, pairs } = smallWorld(records, topicCount, pairCount);
  writeFileSync(files.topics, topics.map((topic) => `${JSON.stringify(topic)}\n`).join(''));
  writeFileSync(files.pairs, pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(''));
  await buildLibrary({ inputs: [source], output: files.library, builtWith: 'bench' });
  const plan = parse(smallPlan(files, { seed: 1 })) as {
    sft: Record<string, unknown>;
    ppo: Record<string, unknown>;
  };
  plan.sft['maxSteps'] = coldSteps;
  Object.assign(plan.ppo, {
    steps,
    save: { everySteps: steps },
    validation: { everySteps: steps, prompts: 8 },
  });
  return stringify(plan);
}

/** The steps of a run but for the first, in which everything is warmed up. */
function stepsOf(file: string): readonly StepLine[] {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as StepLine).filter(({ step }) => step > 1);
}

async function engineBench(python: string, config: string): Promise<EngineBench> {
  if (!existsSync(config)) throw new Error(`The run has written no ${config}.`);
  const env = pythonEnvironment({ command: python, packages, from: 'the environment of this checkout' });
  // Its paths are relative to the run folder, where the engine works.
  const cwd = dirname(dirname(config));
  const { stdout } = await run(python, ['-m', 'querent_engine', 'bench', '--config', config], { env, cwd });
  const last = stdout.trim().split('\n').at(-1) ?? '';
  return JSON.parse(last) as EngineBench;
}

/** Seconds that a step waited for rewards, of those that it took without validation and saving. */
function waitShare({ seconds }: StepLine): number {
  const { rewardWait, total, validate, save } = seconds;
  return (rewardWait ?? NaN) / ((total ?? NaN) - (validate ?? 0) - (save ?? 0));
}

function figuresOf(
  { ratio, tokensPerSecond }: EngineBench,
  lines: readonly StepLine[],
): Omit<SuiteResult, 'notes'> {
  const shares = lines.map(waitShare);
  const metrics = {
    ...both('trainer.ratioToTransformers', ratio.step),
    ...both('trainer.rolloutRatio', ratio.rollout),
    ...both('trainer.updateRatio', ratio.update),
    ...both('trainer.rolloutTokensPerSecond', tokensPerSecond.rollout),
    ...both('trainer.updateTokensPerSecond', tokensPerSecond.update),
    'trainer.rewardWaitShare': thousandths(quantile(shares, 0.5)),
    'trainer.rewardWaitShareSpread': thousandths(Math.max(...shares) - Math.min(...shares)),
  };
  const peer = {
    ...both('trainer.rolloutTokensPerSecond', tokensPerSecond.plainRollout),
    ...both('trainer.updateTokensPerSecond', tokensPerSecond.plainUpdate),
  };
  return {
    metrics,
    peers: { transformers: peer },
    goals: [
      { key: 'trainer.ratioToTransformers', atLeast: 1 },
      { key: 'trainer.rewardWaitShare', atMost: 0.05 },
    ],
  };
}

function both(key: string, { median, spread }: Figure): Record<string, number> {
  return { [key]: round(median), [`${key}Spread`]: round(spread) };
}

function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function notesOf(engine: EngineBench, lines: readonly StepLine[]): readonly string[] {
  const { parameters, vocabulary, sequences, tokens, promptTokens, repetitions, threads } = engine;
  const valid = quantile(
    lines.map(({ validRate }) => validRate ?? NaN),
    0.5,
  );
  return [
    `A llama of ${parameters.toLocaleString('en-US')} weights and ${vocabulary.toLocaleString('en-US')} tokens after a cold start; ${engine.device}, ${engine.dtype}, ${threads} threads, torch ${engine.torch}, transformers ${engine.transformers}. ${sequences} sequences a step, ${promptTokens} tokens of prompts, ${tokens} of completions. Medians over ${repetitions} repetitions, ours and plain in turn; ...Spread = largest - smallest.`,
    'transformers: model.generate over the same prompts in the order they come, padded on the left, as many at once; and the same losses over the same sequences, as many at once, with all logits and an attention mask, and torch AdamW as it comes. Tokens per second count tokens of completions up to their end.',
    'ratio: tokens per second, ours over plain, within a repetition. ratioToTransformers: seconds for a token that is generated and trained once, plain over ours.',
    `rewardWaitShare: seconds that a step of PPO waits for rewards, of its seconds without validation and saving; median of ${lines.length} steps with the real reward service on the same cores, a library of every ${everySo}th of the real citations. ${Math.round(100 * valid)} % of the completions were queries that could be run.`,
  ];
}
