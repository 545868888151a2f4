import {
  answerGrammar,
  isRaw,
  parseAnswer,
  templateKeys,
  trainedGrammar,
  variantOf,
} from '@querent/core/prompting';
import type { Template } from '@querent/core/prompting';
import { buildPrompt } from '@querent/core/rewriting';
import { checkModelFile, createModelHost, defaultHostPath, modelPrompt } from '../models/index.ts';
import type { Generation } from '../models/index.ts';
import { asReleased } from './asReleased.ts';
import { CheckpointError, reasonOf } from './checkpointError.ts';
import type { InstalledRelease, SelfTestRecord } from './installed.ts';
import { templateOfRelease } from './usable.ts';

/** How a model is run, as in the settings. */
export interface RunOptions {
  readonly gpu: 'auto' | 'off';
  /** 0: chosen for the machine. */
  readonly threads: number;
  /** -1: as many as fit. */
  readonly gpuLayers: number;
}

export const defaultRun: RunOptions = { gpu: 'auto', threads: 0, gpuLayers: -1 };

export interface SelfTestOptions {
  readonly run: RunOptions;
  /** Version of Querent, for the record. */
  readonly version: string;
  readonly signal: AbortSignal;
  /** Longest for loading and answering together, milliseconds. Default 300,000: a file of gigabytes on a slow disk. */
  readonly limitMs?: number | undefined;
  /** Most memory that it may take; by default what the machine has left. */
  readonly memoryBytes?: number | undefined;
}

/** What every model for searches can be asked; short, since each token of it costs a slow machine time. */
const question = { title: 'Exercise for preventing falls in older people', seeds: [], budget: 1500 } as const;
/** Longest parts of the answer in characters: what is tried is that it comes, not what it says. */
const longestPart = 80;
const mostTokens = 400;
const contextTokens = 4096;

/**
 * Tries an installed checkpoint as the editor would use it: loads its file into a model process, asks it one question in its own template, held to the form of an answer, and reads the
 * answer. The process is ended.
 * @returns the record of it, of failures as well
 * @throws CheckpointError `aborted` when the caller cancels
 */
export async function selfTest(
  path: string,
  installed: InstalledRelease,
  { run, version, signal, limitMs = 300_000, memoryBytes }: SelfTestOptions,
): Promise<SelfTestRecord> {
  const record = (ok: boolean, message: string): SelfTestRecord => ({
    at: new Date().toISOString(),
    ok,
    message,
    by: version,
  });
  const limit = AbortSignal.timeout(limitMs);
  const started = performance.now();
  const host = createModelHost({
    hostPath: defaultHostPath(),
    modelPath: path,
    ...run,
    idleMinutes: 0,
    samples: 1,
    contextTokens,
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
  });
  try {
    const choice = templateOfRelease(installed.name, installed.release);
    if (choice.kind === 'refused') return record(false, choice.reason);
    const model = asReleased(host, installed);
    const prompt = buildPrompt(question, choice.template);
    const answer = await model.generate(modelPrompt(prompt, await model.describe()), {
      temperature: 0,
      repeatPenalty: 1,
      maxTokens: mostTokens,
      maxMs: limitMs,
      stop: ['</answer>'],
      grammar: testGrammar(choice.template),
      signal: AbortSignal.any([signal, limit]),
    });
    const key = isRaw(choice.template) ? choice.template.answerKey : 'query';
    const read = parseAnswer(answer.text, key, prompt.opened);
    if ('problem' in read) return record(false, `${endOf(answer)}${read.problem}`);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    return record(true, `It was loaded and answered in its own form within ${seconds} s.`);
  } catch (error) {
    if (signal.aborted)
      throw new CheckpointError(
        'aborted',
        'Cancelled during the self-test; what is installed stays, and so does what is active.',
        error,
      );
    if (limit.aborted) return record(false, `It did not answer within ${Math.round(limitMs / 1000)} s.`);
    return record(false, `${reasonOf(error)}.`);
  } finally {
    await host.dispose();
  }
}

function endOf({ stopReason, tokens }: Generation): string {
  return stopReason === 'maxTokens' ? `The answer did not end within ${tokens} tokens. ` : '';
}

/** The form in which the editor has it answer, with shorter parts: even noise comes to an end then. */
function testGrammar(template: Template): string {
  const grammar = isRaw(template)
    ? trainedGrammar(template.answerKey, template.variant, template.opened)
    : answerGrammar('query', variantOf(template));
  return grammar.replace(
    /\{([01]),(\d+)\}/g,
    (_, least: string, most: string) => `{${least},${Math.min(Number(most), longestPart)}}`,
  );
}

/**
 * Whether a model file says the same of its template as its release, where it says anything; and whether it is a model file that can be run at all.
 * @throws CheckpointError `refused`
 */
export async function assertModelOfRelease(
  path: string,
  id: string,
  release: InstalledRelease['release'],
): Promise<void> {
  const info = await checkModelFile(path).catch((error: unknown) => {
    // Its path is one in the store, and the setting that the message names is none of ours.
    const cause = reasonOf(error)
      .replaceAll(path, 'of it')
      .replace(/\. (?:Choose|Download)\b.*$/, '');
    throw new CheckpointError(
      'refused',
      `The file of ${id} cannot be run: ${cause}. Tell its publisher.`,
      error,
    );
  });
  const said = info.metadata?.[templateKeys.template];
  const hash = info.metadata?.[templateKeys.hash];
  const { template } = release;
  if (typeof said === 'string' && said !== '' && said !== template.id)
    throw new CheckpointError(
      'refused',
      `The file of ${id} says it was trained with the prompt template "${said.slice(0, 60)}", and its channel says ${template.id}. It is not installed. Tell its publisher.`,
    );
  if (typeof hash === 'string' && hash !== '' && hash.toLowerCase() !== template.hash)
    throw new CheckpointError(
      'refused',
      `The file of ${id} says it was trained with another wording of the template ${template.id} than its channel says (SHA-256 ${hash.slice(0, 12)}…, not ${template.hash.slice(0, 12)}…). It is not installed. Tell its publisher.`,
    );
}
