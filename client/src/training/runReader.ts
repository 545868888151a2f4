import type { Phase, PlanView, RunView, StepStatus, StepView } from './messages.ts';
import { GrowingFile, type RunFiles } from './growingFile.ts';
import { evaluatedOf, isPlain, sampleOf, seriesOf, type Json } from './metrics.ts';

/** Samples that are shown at most, the newest. */
const mostSamples = 40;

/** Steps of a run as `querent-trainer` names them; others are shown by their own name. */
const stepTitles: Readonly<Record<string, string>> = {
  data: 'Data',
  prompts: 'Prompts',
  pairs: 'Pairs',
  sft: 'Supervised start (SFT)',
  ppo: 'Reinforcement learning (PPO)',
  export: 'Export',
  evaluation: 'Evaluation',
  publish: 'Gate and publication',
};

/** Files whose change means that the run goes on. */
const liveFiles = [
  'state.json',
  'progress.json',
  'run.log',
  'sft/metrics.jsonl',
  'ppo/metrics.jsonl',
  'ppo/samples.jsonl',
];

/** Without news for so long a run is called silent, in milliseconds, or five of its steps where those take longer. */
const patienceMs = 120_000;

/** Reads a run folder again and again. Reads only; whatever is missing, half written or of a later version is left out. */
export class RunReader {
  readonly #files: RunFiles;
  readonly #folder: string;
  readonly #sft: GrowingFile;
  readonly #ppo: GrowingFile;
  readonly #samples: GrowingFile;
  /** Small files as they were read last, by name. */
  readonly #documents = new Map<
    string,
    { readonly mtime: number; readonly size: number; readonly value: unknown }
  >();

  constructor(files: RunFiles, folder: string) {
    this.#files = files;
    this.#folder = folder;
    this.#sft = new GrowingFile(files, 'sft/metrics.jsonl');
    this.#ppo = new GrowingFile(files, 'ppo/metrics.jsonl');
    this.#samples = new GrowingFile(files, 'ppo/samples.jsonl', 400);
  }

  /** @param now milliseconds since 1970 */
  async read(now: number): Promise<RunView> {
    for (const file of [this.#sft, this.#ppo, this.#samples]) await file.update();
    const state = await this.#document('state.json');
    const plan = planOf(await this.#document('plan.json'));
    const steps = stepsOf(state);
    const sft = seriesOf(this.#sft.lines);
    const ppo = seriesOf(this.#ppo.lines);
    const written = await this.#newest();
    const unreadable = Object.fromEntries(
      [this.#sft, this.#ppo, this.#samples].flatMap((file) =>
        file.unreadable > 0 ? [[file.name, file.unreadable]] : [],
      ),
    );
    const seconds = ppo?.columns['seconds.total']?.at(-1) ?? sft?.columns['seconds.total']?.at(-1) ?? 0;
    const patience = Math.max(patienceMs, seconds * 5000);
    return {
      folder: this.#folder,
      ...standing(steps, { hasNumbers: (ppo ?? sft) !== undefined, written, now, patience }),
      plan,
      steps,
      ...(sft === undefined ? {} : { sft }),
      ...(ppo === undefined ? {} : { ppo }),
      samples: this.#samples.lines
        .slice(-mostSamples)
        .reverse()
        .flatMap((line) => sampleOf(line) ?? []),
      evaluation: evaluatedOf(await this.#document('evaluation/summary.json')),
      ...(written === undefined ? {} : { written }),
      unreadable,
    };
  }

  /** A JSON document; while it is being replaced, and where it cannot be read, what stood there last. */
  async #document(name: string): Promise<unknown> {
    const facts = await this.#files.stat(name);
    const known = this.#documents.get(name);
    if (facts === undefined) {
      this.#documents.delete(name);
      return undefined;
    }
    if (known?.mtime === facts.mtime && known.size === facts.size) return known.value;
    try {
      const value: unknown = JSON.parse(Buffer.from(await this.#files.read(name, 0)).toString('utf8'));
      this.#documents.set(name, { ...facts, value });
      return value;
    } catch {
      return known?.value;
    }
  }

  async #newest(): Promise<number | undefined> {
    const times = await Promise.all(
      liveFiles.map(async (name) => (await this.#files.stat(name))?.mtime ?? 0),
    );
    const newest = Math.max(...times);
    return newest > 0 ? newest : undefined;
  }
}

function planOf(value: unknown): PlanView {
  const plan: Json = isPlain(value) ? (isPlain(value.plan) ? value.plan : value) : {};
  const part = (name: string): Json => (isPlain(plan[name]) ? plan[name] : {});
  const [model, ppo] = [part('model'), part('ppo')];
  const kl: Json = isPlain(ppo.kl) ? ppo.kl : {};
  const text = (key: string, found: unknown): Record<string, string> =>
    typeof found === 'string' && found !== '' ? { [key]: found } : {};
  const number = (key: string, found: unknown): Record<string, number> =>
    typeof found === 'number' ? { [key]: found } : {};
  const path = typeof model.path === 'string' ? model.path.split(/[\\/]/).at(-1) : undefined;
  const random = isPlain(model.random) ? 'random weights' : undefined;
  return {
    ...text('name', plan.name),
    ...text('engine', plan.engine),
    ...text('model', model.name ?? path ?? random),
    ...text('algorithm', ppo.algorithm),
    ...number('ppoSteps', ppo.steps),
    ...(kl.controller === 'adaptive' ? number('klTarget', kl.target) : {}),
    ...number('clip', ppo.clip),
  };
}

const statuses: ReadonlySet<string> = new Set(['pending', 'running', 'done', 'failed', 'skipped']);

function stepsOf(state: unknown): StepView[] {
  const steps = isPlain(state) && isPlain(state.steps) ? state.steps : {};
  return Object.entries(steps).flatMap(([name, step]): StepView[] => {
    if (!isPlain(step)) return [];
    const { status, seconds, attempts, message } = step;
    return [
      {
        name,
        title: stepTitles[name] ?? name,
        status: typeof status === 'string' && statuses.has(status) ? (status as StepStatus) : 'pending',
        seconds: typeof seconds === 'number' ? seconds : 0,
        attempts: typeof attempts === 'number' ? attempts : 0,
        ...(typeof message === 'string' && message !== '' ? { message } : {}),
      },
    ];
  });
}

interface Facts {
  readonly hasNumbers: boolean;
  readonly written: number | undefined;
  readonly now: number;
  readonly patience: number;
}

/** How the run stands, and why it does not go on. What was killed leaves its step as running: only the time of its files tells. */
export function standing(
  steps: readonly StepView[],
  { hasNumbers, written, now, patience }: Facts,
): { readonly phase: Phase; readonly problem?: string } {
  const failed = steps.find(({ status }) => status === 'failed');
  const isFresh = written !== undefined && now - written < patience;
  if (failed)
    return { phase: 'failed', problem: `${failed.title} failed. ${failed.message ?? 'run.log says why.'}` };
  if (steps.length === 0 && !hasNumbers)
    return {
      phase: 'empty',
      problem:
        'There is nothing of a run in this folder yet: neither state.json nor metrics. It is looked at again when something is written.',
    };
  if (steps.length > 0 && steps.every(({ status }) => status === 'done' || status === 'skipped'))
    return { phase: 'done' };
  const running = steps.find(({ status }) => status === 'running');
  if (isFresh && (running !== undefined || steps.length === 0)) return { phase: 'running' };
  if (running !== undefined || steps.length === 0)
    return {
      phase: 'silent',
      problem:
        running?.message ??
        'Nothing was written for a while: the run was stopped or killed, or waits for something. The same command goes on where it was.',
    };
  return {
    phase: isFresh ? 'running' : 'paused',
    ...(isFresh ? {} : { problem: 'Between two steps. The same command goes on where it was.' }),
  };
}
