import type { ModelFileInfo } from './gguf.ts';
import { HostProcess } from './hostProcess.ts';
import type { GpuMemory } from './hostProtocol.ts';
import { ModelError } from './modelError.ts';
import { estimateMemory, size } from './modelMemory.ts';
import type { LoadWish, MachineMemory, MemoryEstimate } from './modelMemory.ts';

/** What is loaded, of what was wished for. */
export interface LoadPlan {
  /** Answers side by side. */
  readonly samples: number;
  /** Undefined where the file does not say enough to tell. */
  readonly estimate: MemoryEstimate | undefined;
}

/** Contexts that are proposed where the wanted one does not fit, tokens. */
const smallerContexts = [32_768, 16_384, 8_192, 4_096, 2_048, 1_024, 512];

/** The estimate for a file; undefined where the file does not say enough. Context is at most what the model was trained with. */
export function estimateFile(
  file: ModelFileInfo,
  wish: LoadWish,
  machine: MachineMemory,
): MemoryEstimate | undefined {
  const contextTokens = Math.min(wish.contextTokens, file.contextTokens ?? Infinity);
  return file.shape === undefined
    ? undefined
    : estimateMemory(file.shape, { ...wish, contextTokens }, machine);
}

/**
 * Decides how a model is loaded: with as many answers side by side as fit.
 * @throws ModelError `too-large` where not even one does, with the numbers and the way out: else the system would end some process
 */
export function planLoad(file: ModelFileInfo, wish: LoadWish, machine: MachineMemory): LoadPlan {
  for (let samples = Math.max(1, Math.floor(wish.samples)); ; samples = Math.ceil(samples / 2)) {
    const estimate = estimateFile(file, { ...wish, samples }, machine);
    if (estimate === undefined || estimate.fits !== 'no') return { samples, estimate };
    if (samples > 1) continue;
    const fitting = smallerContexts.find(
      (contextTokens) =>
        contextTokens < wish.contextTokens &&
        estimateFile(file, { ...wish, samples, contextTokens }, machine)?.fits !== 'no',
    );
    const smaller =
      fitting === undefined ? '' : `, or set querent.model.contextTokens to ${fitting}: that would fit`;
    throw new ModelError(
      'too-large',
      `${file.name} is not loaded, since it ${estimate.explanation}. Choose a smaller quantisation or model, close other programs${smaller}.`,
    );
  }
}

/** What is said about a plan in the log. */
export function describePlan(file: ModelFileInfo, { samples, estimate }: LoadPlan, wanted: number): string {
  const fewer =
    samples < wanted ? ` Memory is short: ${samples} answers side by side instead of ${wanted}.` : '';
  return estimate === undefined
    ? `${file.name}: its file does not say enough to estimate its memory.`
    : `${file.name} ${estimate.explanation}.${fewer}`;
}

/**
 * What graphics memory there is, asked of a process of its own: drivers may take it down.
 * @returns undefined where there is none that can be used, or the process did not live to tell
 */
export async function probeGpu(
  hostPath: string,
  log: (line: string) => void = () => undefined,
): Promise<GpuMemory | undefined> {
  const host = new HostProcess({ hostPath, heartbeatMs: 30_000, log });
  try {
    return (await host.request({ type: 'gpu', threads: 0 }).answer).gpu;
  } catch (error) {
    log(`the GPU could not be looked at: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  } finally {
    await host.exit();
  }
}

/** One line about a GPU. */
export function describeGpu({ name, freeBytes, totalBytes }: GpuMemory): string {
  return `${name}, ${size(freeBytes)} of ${size(totalBytes)} free`;
}
