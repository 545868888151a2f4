import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '@querent/core/metrics';
import { createModelHost, defaultHostPath } from '../../../server/src/models/index.ts';
import type { ModelHost } from '../../../server/src/models/index.ts';
import { quantile, round, summarise, type Suite, type SuiteResult } from '../suite.ts';
import { editorRequests, measureEditor } from './modelEditor.ts';
import {
  BareLoop,
  measureCancel,
  measureFirstProposal,
  measureParallel,
  measureSpeed,
  raw,
  type Speed,
} from './modelRounds.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const model =
  process.env['QUERENT_MODEL'] ??
  join(process.env['QUERENT_CACHE'] ?? join(root, '.cache'), 'models/SmolLM2-135M-Instruct.Q4_1.gguf');

const repetitions = 5;
const speedRounds = 15;
const writtenTokens = 64;
const contextTokens = 2048;
const threads = Math.max(1, availableParallelism() - 1);

/** The model host against the shortest loop of its library, and what a person waits for. */
export const suite: Suite = {
  name: 'model',
  async run(log) {
    if (!existsSync(model)) {
      const reason = `There is no model at ${model}: node scripts/fetch-model.mjs, or name one in QUERENT_MODEL.`;
      log(reason);
      return { metrics: {}, peers: {}, notes: [reason], goals: [] };
    }
    const host = createModelHost({
      hostPath: defaultHostPath(),
      modelPath: model,
      gpu: 'auto',
      threads,
      idleMinutes: 0,
      samples: 4,
      contextTokens,
      log: (line) => log(`  ${line}`),
    });
    try {
      return await measureAll(host, log);
    } finally {
      await host.dispose();
    }
  },
};

async function measureAll(host: ModelHost, log: (line: string) => void): Promise<SuiteResult> {
  const loadFrom = performance.now();
  await host.generate(raw('a'), { maxTokens: 1 });
  const loadMs = performance.now() - loadFrom;
  const runsOn = (await host.memory())?.runsOn;
  const speed = await measureSpeeds(host, runsOn?.gpu === false ? 128 : 512, log);
  const first = {
    cold: [] as number[],
    warm: [] as number[],
    coldToken: [] as number[],
    warmToken: [] as number[],
  };
  const parallel: { readonly parallel: number; readonly sequential: number }[] = [];
  const cancels: (readonly number[])[] = [];
  const random = seededRandom(20_261_129);
  let promptTokens = 0;
  for (let i = 0; i < repetitions; i++) {
    const { cold, warm } = await measureFirstProposal(host, `Repetition ${i} of the bench, ${Date.now()}`);
    promptTokens = cold.promptTokens;
    first.cold.push(cold.totalMs);
    first.warm.push(warm.totalMs);
    first.coldToken.push(cold.firstTokenMs);
    first.warmToken.push(warm.firstTokenMs);
    parallel.push(await measureParallel(host, i));
    cancels.push(await measureCancel(host, random, `Cancel ${i}`));
    log(
      `  repetition ${i + 1}: first proposal ${round(cold.totalMs)} ms cold, ${round(warm.totalMs)} ms warm; cancel p95 ${round(quantile(cancels[i] ?? [], 0.95))} ms`,
    );
  }
  const { tokensPerSecond = 0 } = host.state;
  await host.unload();
  log('Editor requests while the model writes');
  const entry = join(root, 'server/src/lsp/main.ts');
  const editor: (readonly number[])[] = [];
  for (let i = 0; i < repetitions; i++) editor.push(await measureEditor(entry, model, threads));
  const pairs = first.cold.map((cold, i) => (first.warm[i] ?? NaN) / cold);
  const hostRates = speed.map((one) => one.host);
  const bareRates = speed.map((one) => one.bare);
  return {
    metrics: {
      ...spread('model.tokensPerSecond', hostRates),
      ...spread(
        'model.ratioToBareLoop',
        speed.map((one) => one.host / one.bare),
      ),
      ...spread('model.cpuMsPerToken', known(speed.map((one) => one.hostCpu))),
      ...spread('model.coldFirstProposalMs', first.cold),
      ...spread('model.warmFirstProposalMs', first.warm),
      ...spread('model.coldFirstTokenMs', first.coldToken),
      ...spread('model.warmFirstTokenMs', first.warmToken),
      ...spread('model.warmToColdFirstProposal', pairs),
      ...spread(
        'model.parallelToSequential',
        parallel.map((one) => one.parallel / one.sequential),
      ),
      ...spread(
        'model.parallelMsPerToken',
        parallel.map((one) => one.parallel),
      ),
      ...spread(
        'model.sequentialMsPerToken',
        parallel.map((one) => one.sequential),
      ),
      ...summarise('model.cancel', cancels),
      ...summarise('model.editorWhileGenerating', editor),
      'model.loadMs': round(loadMs),
    },
    peers: {
      'bare node-llama-cpp loop': {
        ...spread('model.tokensPerSecond', bareRates),
        ...spread('model.cpuMsPerToken', known(speed.map((one) => one.bareCpu))),
      },
    },
    goals: [
      { key: 'model.ratioToBareLoop', atLeast: 0.95 },
      { key: 'model.warmToColdFirstProposal', atMost: 0.25 },
      { key: 'model.cancelP95Ms', atMost: 150 },
      { key: 'model.editorWhileGeneratingP95Ms', atMost: 30 },
    ],
    notes: [
      `${basename(model)} on ${runsOn?.gpu === false ? 'the CPU' : `the GPU (${runsOn?.gpu ?? '?'})`}, ${threads} thread${threads === 1 ? '' : 's'}, context ${contextTokens} tokens for each of 4 answers. Medians; ...Spread = largest - smallest, ...P95 = the 95th percentile of the repetitions.`,
      `ratioToBareLoop: ${writtenTokens} tokens at temperature 0 behind the same prompt, ${speedRounds} rounds in pairs, the order changed; the ratio is that of each pair. The host's as its client hears them, over IPC, with text, stops and budgets; the peer in a process of its own does nothing but "for await (const token of sequence.evaluate(tokens))".`,
      'cpuMsPerToken: processor time of the process for a token, its prompt of some 45 tokens read included: unlike times by the clock it hardly depends on what else the machine does (Linux only).',
      `firstProposal: an answer of up to 48 tokens under a grammar, to a prompt of ${promptTokens} tokens. Cold: nothing of it was read before; warm: another topic at the end of the same prompt. The model is loaded in both; loadMs is the first request with the process and the model's load.`,
      'parallelToSequential: milliseconds a token of four answers side by side, to the same four one after the other, the prompt read in both. Where the arithmetic of one token keeps all cores busy, as small models do, there is nothing to be won; memory-bound models and GPUs win.',
      'cancel: from the cancellation until the model is free for the next request, 12 a repetition at random times, half while a prompt of about 1,500 tokens is read, half while one or four answers are written.',
      `editorWhileGenerating: hover, hints and diagnostics over LSP, ${editorRequests} a repetition, while rewrites run and the model writes four answers.`,
      `The last request of the host ran at ${round(tokensPerSecond)} tokens per second.`,
    ],
  };
}

async function measureSpeeds(
  host: ModelHost,
  batch: number,
  log: (line: string) => void,
): Promise<readonly Speed[]> {
  log('Tokens per second of the host and of a bare loop');
  const bare = await BareLoop.start(model, threads, contextTokens, batch);
  try {
    await measureSpeed(host, bare, 0, writtenTokens); // both warm
    const speed: Speed[] = [];
    for (let i = 0; i < speedRounds; i++) {
      const one = await measureSpeed(host, bare, i, writtenTokens);
      speed.push(one);
      log(
        `  round ${i + 1}: ${round(one.host)} tokens/s, bare ${round(one.bare)}, ratio ${round(one.host / one.bare)}`,
      );
    }
    return speed;
  } finally {
    bare.close();
  }
}

function known(values: readonly (number | undefined)[]): readonly number[] {
  return values.filter((value) => value !== undefined);
}

function spread(key: string, values: readonly number[]): Record<string, number> {
  if (values.length === 0) return {};
  return {
    [key]: round(quantile(values, 0.5)),
    [`${key}P95`]: round(quantile(values, 0.95)),
    [`${key}Spread`]: round(Math.max(...values) - Math.min(...values)),
  };
}
