import type { PythonReport } from '../../doctor/pythonProbe.ts';

/** A package that verl needs, by the name under which it is imported. */
export interface VerlRequirement {
  readonly name: string;
  /** Lowest version, and the first that is too new. */
  readonly least: string;
  readonly below?: string;
  readonly why: string;
  /** Only with this rollout engine. */
  readonly rollout?: 'vllm' | 'sglang';
  /** What to type. */
  readonly install: string;
}

const file = 'pip install -r trainer/python/requirements/verl.txt';

/** verl 0.9.0 (its setup.py and Dockerfile.stable.vllm): what has to be there to train with it. */
export const verlRequirements: readonly VerlRequirement[] = [
  {
    name: 'verl',
    least: '0.9.0',
    below: '0.10',
    why: 'the engine; its keys change between versions',
    install: file,
  },
  { name: 'ray', least: '2.41.0', why: 'lays the work over processes', install: file },
  { name: 'vllm', least: '0.18.0', why: 'generates completions', rollout: 'vllm', install: file },
  {
    name: 'sglang',
    least: '0.5.8',
    why: 'generates completions',
    rollout: 'sglang',
    install: "pip install 'sglang==0.5.8'",
  },
  {
    name: 'transformers',
    least: '5.5.3',
    below: '5.11',
    why: 'verl pins it; images with a newer one need an environment of their own',
    install: file,
  },
  { name: 'tensordict', least: '0.8.0', below: '0.10.1', why: 'carries batches', install: file },
  {
    name: 'flash_attn',
    least: '2.8',
    why: 'the critic of verl is loaded with it and nothing else',
    install: 'pip install flash-attn==2.8.3 --no-build-isolation',
  },
  { name: 'transfer_queue', least: '0.1.8', why: 'carries samples between processes', install: file },
  { name: 'orjson', least: '3', why: 'writes its metrics', install: file },
];

/** What of it a Python lacks, in words; empty when all is there. */
export function missingForVerl(
  python: PythonReport | { readonly failure: string },
  rollout: 'vllm' | 'sglang',
): readonly string[] {
  if ('failure' in python) return [python.failure];
  const found = verlRequirements
    .filter((each) => each.rollout === undefined || each.rollout === rollout)
    .flatMap((each) => faultOf(each, python) ?? []);
  return python.gpus.devices.length === 0 ? [...found, python.gpus.error ?? 'no GPU'] : found;
}

/** Why a requirement is not met, `vllm is not installed`; undefined when it is. */
export function faultOf(
  { name, least, below }: VerlRequirement,
  { packages }: PythonReport,
): string | undefined {
  const version = packages[name]?.version ?? undefined;
  if (version === undefined) return `${name} is not installed`;
  // A version that nobody can tell is taken as it is: built from sources.
  if (!/^\d/u.test(version)) return undefined;
  if (compare(version, least) < 0) return `${name} ${version} is older than ${least}`;
  return below !== undefined && compare(version, below) >= 0
    ? `${name} ${version} is too new: it must be below ${below}`
    : undefined;
}

/** Versions by their numbers; what follows (`rc1`, `+cu130`) does not count. */
function compare(a: string, b: string): number {
  const numbers = (text: string): readonly number[] =>
    (/^\d+(?:\.\d+)*/u.exec(text)?.[0] ?? '0').split('.').map(Number);
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
