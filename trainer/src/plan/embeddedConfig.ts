import type { Plan } from './schema.ts';
import { knobs, repository } from './semantics/index.ts';
import type { StageKind, StagePaths } from './semantics/index.ts';

/** The embedded engine's configuration, as `python -m querent_engine sft|ppo --config FILE` reads it. */
export type EmbeddedConfig = Readonly<Record<string, unknown>>;

/**
 * The configuration of one stage, made from the semantics table.
 * @throws RangeError when the plan does not have the stage, or PPO is given no reward service
 */
export function embeddedConfig(plan: Plan, paths: StagePaths, kind: StageKind): EmbeddedConfig {
  if (plan[kind] === null) throw new RangeError(`the plan has no ${kind}`);
  if (kind === 'ppo' && paths.rewardUrl === undefined)
    throw new RangeError('PPO needs the address of a reward service');
  const config: Record<string, unknown> = {
    kind,
    out: paths.out,
    data: { train: paths.train, validation: paths.validation },
    model: { init: paths.start === null ? 'random' : 'pretrained' },
  };
  if (plan.model.lora === null) config['lora'] = null;
  for (const { key, embedded } of knobs) {
    if (!('place' in embedded)) continue;
    const place = embedded.place[kind];
    if (place === undefined) continue;
    const value = embedded.value === undefined ? valueAt(plan, key.split('.')) : embedded.value(plan, paths);
    if (value !== undefined) put(config, place.split('.'), value);
  }
  const { path } = config['model'] as { path?: string | null };
  if (typeof path === 'string') put(config, ['model', 'path'], repository(path));
  return config;
}

/** The value of a knob; undefined where a part above it is switched off. */
export function valueAt(tree: unknown, place: readonly string[]): unknown {
  const [key, ...rest] = place;
  if (key === undefined) return tree;
  return typeof tree === 'object' && tree !== null
    ? valueAt((tree as Readonly<Record<string, unknown>>)[key], rest)
    : undefined;
}

function put(tree: Record<string, unknown>, place: readonly string[], value: unknown): void {
  const [key = '', ...rest] = place;
  if (rest.length === 0) {
    tree[key] = value;
    return;
  }
  const inner = (tree[key] ?? {}) as Record<string, unknown>;
  tree[key] = inner;
  put(inner, rest, value);
}
